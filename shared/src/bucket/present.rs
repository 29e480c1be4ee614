//! URLs under which a browser gets an object from the bucket itself.

use super::Bucket;
use super::signing::UNRESERVED;
use crate::Result;
use percent_encoding::utf8_percent_encode;

/// How a browser takes an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presented<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Its type.
    pub content_type: &'a str,
    /// Whether it is shown in place, and not saved.
    pub inline: bool,
}

impl Bucket {
    /// A URL for a GET of an object, which counts for so many seconds; whether the object is there is not looked at.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if what the bucket is called makes no URL.
    pub fn presigned_get(&self, key: &str, seconds: u32, presented: Presented<'_>) -> Result<String> {
        let Presented { name, content_type, inline } = presented;
        let kind = if inline { "inline" } else { "attachment" };
        // RFC 6266: the second name counts where it is understood, which is everywhere today.
        let plain: String = name.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
        let disposition = format!(
            "{kind}; filename=\"{plain}\"; filename*=UTF-8''{}",
            utf8_percent_encode(name, UNRESERVED)
        );
        let query =
            [("response-content-disposition", disposition.as_str()), ("response-content-type", content_type)];
        self.signer.url("GET", key, &query, seconds)
    }
}

fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~') && !matches!(character, '"' | '\\' | '%')
}
