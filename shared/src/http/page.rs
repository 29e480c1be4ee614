//! Pages of lists, as callers ask for them.

use crate::store::Slice;

/// Which page of a list, and how many rows it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub page: u64,
    /// From 1 to 100.
    pub count: u32,
}

impl Page {
    /// The part of the list that is on this page.
    pub fn slice(self) -> Slice {
        Slice { skip: (self.page - 1).saturating_mul(u64::from(self.count)), take: self.count }
    }
}
