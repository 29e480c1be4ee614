//! What one organization has in a window of time, from its own listing.

use futures_util::future::{try_join, try_join_all};
use serde::Serialize;
use serde_json::json;
use shared::Result;
use shared::http::{Page, PageInfo, Reply};
use shared::store::{Listing, Order, Store, Total, Window};
use shared::time::Time;

/// What is there, and when the first of it was.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The organization; none for what is of no organization.
    pub organization: Option<u32>,
    /// How much.
    pub total: Total,
    /// When the first was.
    pub first: Time,
}

/// Those of `organizations` that have something in `window`; `listing` is that of one of them.
///
/// # Errors
/// [`Error::Busy`](shared::Error::Busy) if the database does not answer.
pub async fn members(
    store: &Store,
    organizations: &[Option<u32>],
    listing: impl Fn(Option<u32>) -> Listing,
    window: Window,
) -> Result<Vec<Member>> {
    let read = |organization: &Option<u32>| {
        let (organization, listings) = (*organization, [listing(*organization)]);
        async move {
            // Both are read at once. A record written in between may show in only one of them; the organization then
            // counts as having nothing.
            let (total, first) =
                try_join(store.total(&listings, window), store.first(&listings, window, Order::Ascending))
                    .await?;
            let first = first.filter(|_| total.count > 0).map(|entry| Time(entry.point.score));
            Ok::<_, shared::Error>(first.map(|first| Member { organization, total, first }))
        }
    };
    let members = try_join_all(organizations.iter().map(read)).await?;
    Ok(members.into_iter().flatten().collect())
}

/// `{"status":0,"data":[[…],{"total":…,"page":…,"count":…}]}`: the odd shape of two of the statistics.
pub fn nested(rows: impl Serialize, total: usize, page: Page) -> Reply {
    Reply::data(json!([rows, PageInfo::new(total as u64, page)]))
}
