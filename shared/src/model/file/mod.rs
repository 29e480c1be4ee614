//! Files that employees upload, and that records name by their addresses.
//!
//! A file is an item, and an object of the bucket under the same token. The item comes first, with what the object may be; the
//! browser sends the object to the bucket itself, and nobody is told when it is there. A record that names the file marks it as
//! used in its own transaction, for ever: what is in no record any more is in its history. What nobody has used in a day is
//! [swept](sweep_files).
//!
//! | what happens | item | mark of the unused | object |
//! |---|---|---|---|
//! | it is announced | is made | is made | |
//! | it is uploaded | | | is made, or made anew |
//! | a record names it | is used | goes | |
//! | it is deleted: at first | is leaving | | |
//! | then | | | goes |
//! | at last | goes | goes, if there is one | |
//!
//! Each line is one transaction or one call; whoever dies between two leaves what the next run goes on with. A file that is leaving
//! can be named no more: of a record that names it and a sweeper that deletes it at the same time, one is told that the item has
//! changed.

mod check;
mod link;
mod removal;
mod token;

pub use check::{FileReport, check_files};
pub use link::FileLink;
pub use removal::{remove_file, sweep_files};
pub use token::FileToken;

use super::keys;
use crate::Result;
use crate::store::{Expect, Record, Write};
use serde::{Deserialize, Serialize};

/// What is known of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name, without a path.
    pub name: String,
    /// The type that its employee said it has.
    pub content_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The employee.
    pub by: u32,
    /// When it was announced, in seconds since 1970 UTC.
    pub created: i64,
    /// Whether a record names it, or did.
    #[serde(default)]
    pub is_used: bool,
    /// Whether it is being deleted.
    #[serde(default)]
    pub is_leaving: bool,
}

/// The item that says that nobody has used a file yet; its key says since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct UnusedFile {
    token: FileToken,
}

/// The revision of the mark, which is written once.
const MARK: Expect = Expect::Revision(1);

impl File {
    /// As the keys of all their objects begin.
    pub const OBJECTS: &'static str = "files/";

    /// The key of the object.
    pub fn object(token: &FileToken) -> String {
        format!("{}{token}", Self::OBJECTS)
    }

    /// Announces a file.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if it cannot be an item.
    pub fn announce(&self, write: &mut Write, token: &FileToken) -> Result<()> {
        write.put(&keys::file(token), self, Expect::Absent)?;
        let mark = UnusedFile { token: token.clone() };
        write.put(&keys::unused_file(self.created, token), &mark, Expect::Absent)
    }
}

/// Marks a file that was read as used, if nobody has.
///
/// # Errors
/// [`Error::Internal`](crate::Error::Internal) if it cannot be an item.
pub fn use_file(write: &mut Write, token: &FileToken, read: &Record<File>) -> Result<()> {
    if !read.value.is_used {
        let used = File { is_used: true, ..read.value.clone() };
        write.put(&keys::file(token), &used, Expect::Revision(read.revision))?;
        write.delete(&keys::unused_file(used.created, token), MARK);
    }
    Ok(())
}
