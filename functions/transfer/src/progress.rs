//! What the next step of an export has to know.

use crate::seen::SeenIds;
use serde::{Deserialize, Serialize};
use shared::bucket::PartTag;
use shared::store::Point;
use shared::{Error, Result};

/// How far an export is. It stands in an object, for it may grow; the job has the name of that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is small of it.
    pub head: Head,
    /// The records that are in the file.
    pub seen: SeenIds,
    /// The end of the file so far, which is too short for a part.
    pub tail: Vec<u8>,
}

/// What is small of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The last place of the walk.
    pub point: Option<Point>,
    /// Whether that was its end.
    pub is_walked: bool,
    /// The rows so far.
    pub rows: u64,
    /// How many parts are written.
    pub parts: u16,
    /// What the storage knows them by, if they are of the file itself.
    pub tags: Vec<PartTag>,
    /// The bytes of all that is written and of the tail.
    pub bytes: u64,
    /// How many bytes the set of records has.
    seen: usize,
}

/// Between the head and the rest.
const END: u8 = b'\n';

impl Progress {
    /// It as an object.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be one.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let seen = self.seen.to_bytes();
        let head = Head { seen: seen.len(), ..self.head.clone() };
        let mut bytes = serde_json::to_vec(&head).map_err(Error::internal)?;
        bytes.push(END);
        bytes.extend(seen);
        bytes.extend(&self.tail);
        Ok(bytes)
    }

    /// The progress that an object is.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let malformed = || Error::internal("the progress of an export cannot be read");
        let end = bytes.iter().position(|byte| *byte == END).ok_or_else(malformed)?;
        let (head, rest) = bytes.split_at_checked(end).ok_or_else(malformed)?;
        let head: Head = serde_json::from_slice(head).map_err(Error::unreadable::<Head>)?;
        let (_, rest) = rest.split_first().ok_or_else(malformed)?;
        let (seen, tail) = rest.split_at_checked(head.seen).ok_or_else(malformed)?;
        let seen = SeenIds::from_bytes(seen).ok_or_else(malformed)?;
        Ok(Self { head: Head { seen: 0, ..head }, seen, tail: tail.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written() {
        let mut progress = Progress { tail: b"a\nb".to_vec(), ..Progress::default() };
        progress.head = Head { point: Some(Point::new(7, 8)), rows: 3, bytes: 99, ..Head::default() };
        progress.seen.insert(70_000);
        let read = Progress::from_bytes(&progress.to_bytes().unwrap()).unwrap();
        assert_eq!(read, progress);
        assert_eq!(
            Progress::from_bytes(&Progress::default().to_bytes().unwrap()).unwrap(),
            Progress::default()
        );
        assert!(Progress::from_bytes(b"x").is_err());
    }
}
