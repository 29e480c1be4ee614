//! The zip that a workbook is.

use super::unreadable::Unreadable;
use super::xml::{self, Left, Next};
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::{BufReader, Cursor};
use zip::ZipArchive;
use zip::result::ZipError;

/// The most entries. A workbook has a few dozen, and one for each picture in it.
const MOST_ENTRIES: usize = 5_000;
/// The most bytes of all parts that are read.
const MOST_BYTES: u64 = 700 << 20;
/// The most events of all parts. A cell with a value has five, and a shared string too.
const MOST_EVENTS: u64 = 40_000_000;
/// A larger part that was packed to a 200th is a bomb: sheets are packed to a 10th or a 20th.
const LARGE: u64 = 16 << 20;
const MOST_TIMES: u64 = 200;
/// With this each entry of the directory of a zip begins.
const ENTRY: &[u8] = b"PK\x01\x02";

/// A zip, as calamine sees it too: with the same library, and names in any case.
pub struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    names: HashMap<String, String>,
    left: Left,
}

impl<'a> Package<'a> {
    /// Opens a zip.
    ///
    /// # Errors
    /// [`Unreadable`] if it is damaged or has too many entries.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        // Counted before it is opened, because each entry takes memory.
        if bytes.windows(ENTRY.len()).filter(|window| *window == ENTRY).nth(MOST_ENTRIES).is_some() {
            return Err(xml::too_large());
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::damaged())?;
        let mut names = HashMap::new();
        for name in zip.file_names() {
            let name = name.map_err(|_| Unreadable::damaged())?.into_owned();
            // One of two would be looked at, and calamine might read the other.
            if names.insert(name.replace('\\', "/").to_ascii_lowercase(), name).is_some() {
                return Err(Unreadable::damaged());
            }
        }
        let left = Left { bytes: MOST_BYTES, events: MOST_EVENTS };
        Ok(Self { zip, names, left })
    }

    /// The names of the entries, in lower case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Looks through a part that calamine is going to read. Whether there is such a part.
    ///
    /// # Errors
    /// [`Unreadable`] if it has more than `most` bytes or all together have too many, if it is damaged, and what `look` refuses.
    pub fn part(
        &mut self,
        name: &str,
        most: u64,
        look: &mut dyn FnMut(&Event) -> Result<Next, Unreadable>,
    ) -> Result<bool, Unreadable> {
        let known = self.names.get(&name.to_ascii_lowercase());
        let part = match self.zip.by_name(known.map_or(name, String::as_str)) {
            Ok(part) => BufReader::with_capacity(64 << 10, part),
            Err(ZipError::FileNotFound) => return Ok(false),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(Unreadable::new("文件有密码保护，请去掉密码后再上传"));
            }
            Err(_) => return Err(Unreadable::damaged()),
        };
        // If it lies, reading it ends with an error where it becomes longer than this.
        let (size, packed) = (part.get_ref().size(), part.get_ref().compressed_size());
        if size > most.min(self.left.bytes) || size > LARGE && size / MOST_TIMES > packed {
            return Err(xml::too_large());
        }
        xml::read(part, most, &mut self.left, look)?;
        Ok(true)
    }
}
