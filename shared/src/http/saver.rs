//! Saving records in somebody's name: for a request, or for the rows of a file that they import.

use super::files::use_files_of;
use super::{Call, HttpResult};
use crate::model::SaveOptions;
use crate::store::{Author, Store, Write};
use crate::time::Time;

/// In whose name records are saved, and by which rules.
pub struct Saver<'a> {
    /// The table.
    pub store: &'a Store,
    /// The employee.
    pub by: u32,
    /// The time of the write.
    pub now: Time,
    /// The same in seconds since 1970 UTC.
    pub epoch: i64,
    /// The rules for customers.
    pub options: SaveOptions,
}

impl Saver<'_> {
    /// An empty write in the employee's name.
    pub fn write(&self) -> Write {
        Write::new(Author { by: self.by, at: self.now })
    }

    /// Commits a write. Files of ours that it newly names are used from then on; an address that leads to none may be another
    /// site's.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub async fn commit(&self, mut write: Write) -> HttpResult<()> {
        use_files_of(self.store, &mut write, None, |_| Some(String::new())).await?;
        Ok(self.store.commit(write).await?)
    }
}

impl Call {
    /// The caller as whoever saves records.
    ///
    /// # Errors
    /// A failure on routes that need no session.
    pub fn saver(&self) -> HttpResult<Saver<'_>> {
        let options = SaveOptions { owner_limit: self.owner_limit, ..SaveOptions::default() };
        let by = self.me()?.employee.id;
        Ok(Saver { store: &self.store, by, now: self.now, epoch: self.epoch, options })
    }
}
