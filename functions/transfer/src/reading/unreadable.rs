//! Files that cannot be read.

/// Why a file cannot be read: a sentence for the person who uploaded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl Unreadable {
    /// For this reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// Because it is damaged.
    pub fn damaged() -> Self {
        Self::new("文件已损坏，无法读取，请重新保存后再上传")
    }

    /// Because there is nothing in it.
    pub fn empty() -> Self {
        Self::new("文件是空的")
    }
}
