//! Ways through all records that a list shows, from the oldest to the newest.
//!
//! A walk goes by position and not by number: what is written meanwhile shifts nothing. A record that is edited may move to the
//! newest end and is met again there, so whoever walks remembers the ids that were met. One that nobody touches is met once.

use crate::Result;
use crate::model::RelatedNames;
use crate::store::{Entry, Listing, Point, Store, Window};
use futures_util::future::try_join_all;
use serde::Serialize;

/// What a list shows, to be walked through.
pub trait Walked: Send + Sync {
    /// How answers show its records.
    type Row: Serialize + Send;

    /// How many there are.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    fn total(&self, store: &Store) -> impl Future<Output = Result<u64>> + Send;

    /// A way through all of them, among others. Another call may answer another way, with the same positions.
    ///
    /// # Errors
    /// As [`Walked::total`].
    fn walk(&self, store: &Store) -> impl Future<Output = Result<Walk>> + Send;

    /// Those of `entries`, which are of [the walk](Walked::walk), that the list shows, with their ids. `names` has names that
    /// were read before.
    ///
    /// # Errors
    /// As [`Walked::total`].
    fn rows(
        &self,
        store: &Store,
        entries: Vec<Entry>,
        names: &mut RelatedNames,
    ) -> impl Future<Output = Result<Vec<(u32, Self::Row)>>> + Send;
}

/// A way through records, the oldest first.
#[derive(Debug)]
pub enum Walk {
    /// Through the union of these listings.
    Union(Vec<Listing>, Window),
    /// Through these points, which are in order.
    Points(Vec<Point>),
}

impl Walk {
    /// The shortest of the ways through these unions.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn shortest(store: &Store, mut unions: Vec<Vec<Listing>>, window: Window) -> Result<Self> {
        if unions.len() > 1 {
            let total = |union: &Vec<Listing>| {
                let (store, union) = (store.branch(), union.clone());
                async move { store.total(&union, window).await }
            };
            let totals = try_join_all(unions.iter().map(total)).await?;
            store.join();
            let shortest = totals.iter().enumerate().min_by_key(|(_, total)| total.count);
            let shortest = shortest.map_or(0, |(at, _)| at);
            return Ok(Self::Union(unions.swap_remove(shortest), window));
        }
        Ok(unions.pop().map_or(Self::Points(Vec::new()), |union| Self::Union(union, window)))
    }

    /// Through these points.
    pub fn points(mut points: Vec<Point>) -> Self {
        points.sort_unstable();
        points.dedup();
        Self::Points(points)
    }

    /// The next entries after a point, about `take` of them; none at the end of the way.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn part(&self, store: &Store, after: Option<Point>, take: u32) -> Result<Vec<Entry>> {
        match self {
            Self::Union(listings, window) => store.walk(listings, *window, after, take).await,
            Self::Points(points) => {
                let begin = points.partition_point(|point| Some(*point) <= after);
                let part = points.iter().skip(begin).take(take as usize);
                Ok(part.map(|point| Entry { point: *point, group: None, projection: None }).collect())
            }
        }
    }
}
