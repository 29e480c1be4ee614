//! Finding changes in the log.

use super::LoggedKind;
use crate::Result;
use crate::store::{EntryPage, LogEntry, Order, Slice, Store, Window, log_of};

/// The changes that the log shows.
pub struct LogQuery {
    /// The kinds of the records.
    pub kinds: Vec<LoggedKind>,
    /// Whoever made them; `None` is anybody.
    pub by: Option<u32>,
    /// When they were made.
    pub window: Window,
}

impl LogQuery {
    /// A slice of the changes that it finds, the newest first, and how many there are. Those of one person are looked for
    /// among all in the window, which are read.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, slice: Slice) -> Result<EntryPage> {
        let logs: Vec<_> = self.kinds.iter().map(|kind| log_of(kind.kind())).collect();
        let Some(by) = self.by else {
            return store.page(&logs, self.window, Order::Descending, slice).await;
        };
        let mut entries = store.all(&logs, self.window, Order::Descending).await?;
        entries.retain(|entry| LogEntry::of(entry).is_some_and(|entry| entry.by == by));
        Ok(EntryPage { total: entries.len() as u64, entries: slice.of(entries) })
    }
}
