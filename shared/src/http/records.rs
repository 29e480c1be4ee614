//! What the routes of records have in common: follow-ups, changes of demand, satisfaction and contracts.

use super::{Call, Page, Params, Reply};
use crate::Result;
use crate::model::{Carried, Gathered, Occasion, References};
use crate::store::{Listing, Order, Window};

/// What a caller is told of a record that does not exist or was deleted.
pub const NO_RECORD: &str = "记录不存在";

impl Call {
    /// Answers one page of the records in the union of `listings` and in `window`, the newest first, with the names of
    /// those whom they mention.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn records<T: Carried>(
        &self,
        listings: &[Listing],
        window: Window,
        page: Page,
    ) -> Result<Reply> {
        let found = self.store.page(listings, window, Order::Descending, page.offset(), page.count).await?;
        let gathered = Gathered::<T>::of_entries(&self.store, &found.entries).await?;
        Ok(Reply::list(gathered.rows(), found.total, page))
    }

    /// Answers the record `id` as a list: of one, or of none if it does not exist.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn record<T: Carried>(&self, id: u32, page: Page) -> Result<Reply> {
        let found = self.store.entity::<T>(id).await?;
        let total = u64::from(found.is_some());
        Ok(Reply::list(Gathered::of_stored(&self.store, page.of(found)).await?.rows(), total, page))
    }

    /// Deletes the record whose id is the parameter `field`. Each parameter is read from the body, or from the query where
    /// the body does not have it.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) if it does not exist, as [`Call::edited`], and as [`Call::commit`].
    pub async fn delete<T: Carried>(mut self, field: &'static str) -> Result<Reply> {
        self.body = self.body.or(&self.query);
        let id = self.body.id(field)?.required()?;
        let old = self.edited::<T>(id, NO_RECORD, |record| record.edition()).await?;
        let mut write = self.write();
        write.remove(&old)?;
        self.commit(write, Reply::done("删除成功")).await
    }

    /// The occasion that the body tells, where `old` is that of an edited record; and whom it names. The followers may
    /// be none.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if a parameter is missing or malformed.
    pub fn occasion(&self, old: Option<&Occasion>) -> Result<(Occasion, References)> {
        let customer = self.body.id("customers_id")?;
        let followers = self.body.ids("follower_id")?;
        let references = References {
            customer: customer.clone().optional(),
            organization: None,
            employees: vec![("follower_id", followers.clone().optional().unwrap_or_default())],
        };
        let occasion = Occasion {
            customer: customer.required_or(old.map(|old| old.customer))?,
            at: self.body.time("record_time")?.required_or(old.map(|old| old.at))?,
            followers: followers.or_keep(old.map(|old| old.followers.clone()).unwrap_or_default()),
            operator: old.map_or(self.me()?.employee.id, |old| old.operator),
            created: old.map_or(self.now, |old| old.created),
            edition: old.map_or(1, |old| old.edition.saturating_add(1)),
        };
        Ok((occasion, references))
    }
}

impl Params {
    /// A URL that has several names, of which the first that was sent counts; where none was, what the record has.
    ///
    /// # Errors
    /// As [`Params::url`].
    pub fn attach(&self, names: &[&'static str], old: Option<String>) -> Result<Option<String>> {
        Ok(self.url(self.sent(names))?.or_keep_option(old))
    }

    /// A text that has several names, of which the first that was sent counts; where none was, what the record has.
    ///
    /// # Errors
    /// As [`Params::text`].
    pub fn remark(&self, names: &[&'static str], old: Option<String>) -> Result<Option<String>> {
        Ok(self.text(self.sent(names))?.or_keep_option(old))
    }
}
