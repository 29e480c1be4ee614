//! What one organization has in a window of time, from its own listing.

use futures_util::future::{try_join, try_join_all};
use serde::Serialize;
use serde_json::json;
use shared::Result;
use shared::http::{Page, PageInfo, Reply};
use shared::model::{RelatedIds, RelatedNames};
use shared::store::{Listing, Order, Slice, Store, Total, Window};
use shared::time::Time;
use std::cmp::Reverse;

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
        let (for_total, for_first) = (store.branch(), store.branch());
        async move {
            // Both are read at once. A record written in between may show in only one of them; the organization then
            // counts as having nothing.
            let (total, first) = try_join(
                for_total.total(&listings, window),
                for_first.first(&listings, window, Order::Ascending),
            )
            .await?;
            let first = first.filter(|_| total.count > 0).map(|entry| Time(entry.point.score));
            Ok::<_, shared::Error>(first.map(|first| Member { organization, total, first }))
        }
    };
    let members = try_join_all(organizations.iter().map(read)).await?;
    store.join();
    Ok(members.into_iter().flatten().collect())
}

/// A slice of what [`members`] answers, those with the most first and none last; and how many there are.
///
/// # Errors
/// As [`members`].
pub async fn with_most(
    store: &Store,
    organizations: &[Option<u32>],
    listing: impl Fn(Option<u32>) -> Listing,
    window: Window,
    slice: Slice,
) -> Result<(Vec<Member>, u64)> {
    let mut found = members(store, organizations, listing, window).await?;
    found.sort_by_key(|Member { organization, total, .. }| {
        (Reverse(total.count), organization.is_none(), *organization)
    });
    let total = found.len() as u64;
    Ok((slice.of(found), total))
}

/// The names of their organizations.
///
/// # Errors
/// [`Error::Busy`](shared::Error::Busy) if the database does not answer.
pub async fn names(store: &Store, members: &[Member]) -> Result<RelatedNames> {
    let organization_names = members.iter().filter_map(|member| member.organization).collect();
    RelatedIds { organization_names, ..RelatedIds::default() }.names(store).await
}

/// `{"status":0,"data":[[…],{"total":…,"page":…,"count":…}],"page_info":{…}}`: the odd shape of two of the statistics, and
/// beside it what every list has.
pub fn nested(rows: impl Serialize, total: u64, page: Page) -> Reply {
    Reply::list(json!([rows, PageInfo::new(total, page)]), total, page)
}
