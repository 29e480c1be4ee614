//! Finding organizations by id, status and a part of name or detail.

use super::Organization;
use crate::Result;
use crate::model::Status;
use crate::search::{IdPage, NameFilter, Searchable, by_name, fold};
use crate::store::{Order, Slice, Store, Stored, Window};

/// The conditions that an organization must meet, all of them.
#[derive(Debug, Clone)]
pub struct OrganizationQuery {
    id: Option<u32>,
    filter: NameFilter,
    statuses: &'static [Status],
}

impl OrganizationQuery {
    /// Organizations with this id, with this part of name or detail, with one of these statuses.
    pub fn new(id: Option<u32>, name: Option<&str>, statuses: &'static [Status]) -> Self {
        Self { id, filter: NameFilter { name: name.map(fold), group: None }, statuses }
    }

    /// Whether it finds this organization.
    pub fn matches(&self, organization: &Stored<Organization>) -> bool {
        self.statuses.contains(&organization.status)
            && self.id.is_none_or(|id| id == organization.id)
            && self.filter.matches(&organization.search_projection())
    }

    /// A slice of the organizations that it finds, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, slice: Slice) -> Result<IdPage> {
        if let Some(id) = self.id {
            let found = store.entity::<Organization>(id).await?;
            let ids: Vec<_> = found.filter(|it| self.matches(it)).map(|it| it.id).into_iter().collect();
            return Ok(IdPage::of_all(&ids, slice));
        }
        if let Some(name) = &self.filter.name {
            let listings = |gram: &str| -> Vec<_> {
                self.statuses.iter().map(|status| Organization::with_gram(*status, gram)).collect()
            };
            return by_name::<Organization>(store, name, &self.filter, None, listings, slice).await;
        }
        let listings: Vec<_> =
            self.statuses.iter().map(|status| Organization::with_status(*status)).collect();
        let page = store.page(&listings, Window::ALL, Order::Descending, slice).await?;
        Ok(IdPage { total: page.total, ids: page.ids() })
    }
}
