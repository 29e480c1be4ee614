//! What the routes of records have in common.

use super::{Call, HttpResult, List, Page, Params, Reply};
use crate::model::{
    Activity, Projected, RecordList, RecordQuery, RecordsWithNames, ReferenceRole, References, Shown,
};

impl Call {
    /// Answers one page of what a list of records shows with the filters of the request.
    ///
    /// # Errors
    /// As [`List::query`]; [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn record_list<L, T>(&self, _: L) -> HttpResult
    where
        L: List<Query = RecordList<T>>,
        T: Projected,
    {
        let page = self.query.page()?;
        match L::query(&self.store, &self.list_params()?).await? {
            RecordList::One(id) => self.record::<T>(id, page).await,
            RecordList::Found(query) => self.records(query, page).await,
        }
    }

    /// Answers one page of the records that `query` finds, the newest first, with the names that their rows show.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn records<T: Projected>(&self, query: RecordQuery<T>, page: Page) -> HttpResult {
        let found = query.find(&self.store, page.slice()).await?;
        let records = RecordsWithNames::<T>::of_entries(&self.store, &found.entries).await?;
        Ok(Reply::list(records.rows(), found.total, page))
    }

    /// Answers the record `id` as a list: of one, or of none if it does not exist.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn record<T: Projected>(&self, id: u32, page: Page) -> HttpResult {
        let found = self.store.entity::<T>(id).await?;
        let total = u64::from(found.is_some());
        let records = RecordsWithNames::of_stored(&self.store, page.slice().of(found)).await?;
        Ok(Reply::list(records.rows(), total, page))
    }

    /// Deletes the record whose id is the parameter `field`.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if it does not exist, as [`Call::edited`], and as [`Call::commit`].
    pub async fn delete<T: Projected + Shown>(self, field: &'static str) -> HttpResult {
        let id = self.body.required(field, Params::id)?;
        let old = self.edited::<T>(id).await?;
        let mut write = self.write();
        write.remove(&old)?;
        self.commit(write, Reply::done("删除成功")).await
    }

    /// The activity in the body, where `old` is that of an edited record, and the records that the body refers to and `old`
    /// does not. There may be no followers.
    ///
    /// # Errors
    /// [`Failure::invalid`](super::Failure::invalid) if a parameter is missing or malformed.
    pub fn activity(&self, old: Option<&Activity>) -> HttpResult<(Activity, References)> {
        let followers = self.body.ids("follower_id")?;
        let new_followers = References::new_ids(followers.clone(), old.map(|old| &old.followers));
        let references = References {
            customer: References::new_id(self.body.id("customers_id")?, old.map(|old| old.customer)),
            organization: None,
            employees: vec![(ReferenceRole::Follower, new_followers)],
        };
        let activity = Activity {
            customer: self.body.required_or("customers_id", Params::id, old.map(|old| old.customer))?,
            at: self.body.required_or("record_time", Params::time, old.map(|old| old.at))?,
            followers: followers.apply(old.map(|old| old.followers.clone()).unwrap_or_default()),
            operator: old.map_or(self.me()?.employee.id, |old| old.operator),
            created: old.map_or(self.now, |old| old.created),
            edition: old.map_or(1, |old| old.edition.saturating_add(1)),
        };
        Ok((activity, references))
    }
}
