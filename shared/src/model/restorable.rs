//! The way back: a deleted record comes out of the trash, an edited one becomes what it was.
//!
//! Going back to a revision is an edit by the rules of the route that edits the kind. What no edit of that route changes stays
//! as it is now: who entered the record and when, what an employee is granted, their sessions and their password.

use super::employee_edit::check_rights;
use super::{
    Customer, Employee, Menu, Organization, OwnerLimit, Projected, SaveOptions, SavedCustomer,
    SavedOrganization, Shown, check_not_in_use, claim_area, drop_grants, save_customer, save_organization,
};
use crate::store::{Author, Deleted, Entity, Store, Stored, UniqueValue, Write};
use crate::time::Time;
use crate::{Error, Result};

/// Who edits, and when.
#[derive(Debug, Clone, Copy)]
pub struct Editor<'a> {
    /// Who it is.
    pub employee: &'a Stored<Employee>,
    /// The wall clock's time.
    pub now: Time,
    /// The same moment in seconds since 1970 UTC.
    pub epoch: i64,
    /// How many visible customers an employee may own.
    pub owner_limit: OwnerLimit,
}

/// What is left to do after the commit of an edit. Where it does not happen, others do it.
pub enum AfterCommit {
    /// Nothing.
    Nothing,
    /// The customer may have missed a rename of the organization.
    Customer(SavedCustomer),
    /// The organization's customers get its new name.
    Organization(SavedOrganization),
}

impl AfterCommit {
    /// Does it; it is `epoch` now, in seconds since 1970 UTC.
    pub async fn run(&self, store: &Store, epoch: i64) {
        match self {
            Self::Nothing => {}
            Self::Customer(saved) => saved.follow_rename(store).await,
            Self::Organization(saved) => saved.continue_rename(store, epoch).await,
        }
    }
}

/// A kind of record that can be brought back.
pub trait Restorable: Shown {
    /// It, edited to what it `was`.
    fn reverted(&self, was: Self, editor: Editor<'_>) -> Self;

    /// Lets `write` bring a deleted one back. What it refers to may be hidden. Of kinds that nobody can delete there is none.
    ///
    /// # Errors
    /// [`Error::MissingReferences`] if what it refers to does not exist, [`Error::Taken`] if what is unique of it is another's,
    /// [`Error::Busy`] if the database does not answer.
    fn restore(
        _: &Store,
        write: &mut Write,
        deleted: &Deleted<Self>,
    ) -> impl Future<Output = Result<()>> + Send {
        async move { write.restore(deleted, &deleted.value) }
    }

    /// Lets `write` replace `old` by `new`.
    ///
    /// # Errors
    /// What the route refuses that edits such records.
    fn edit(
        store: &Store,
        write: &mut Write,
        old: &Stored<Self>,
        new: Self,
        editor: Editor<'_>,
    ) -> impl Future<Output = Result<AfterCommit>> + Send;
}

impl<T: Projected + Send + Sync> Restorable for T
where
    T::Row: Send,
{
    fn reverted(&self, was: Self, editor: Editor<'_>) -> Self {
        Projected::reverted(self, was, Author { by: editor.employee.id, at: editor.now })
    }

    async fn restore(store: &Store, write: &mut Write, deleted: &Deleted<Self>) -> Result<()> {
        deleted.references().look_up_hidden(store).await?;
        write.restore(deleted, &deleted.value)
    }

    async fn edit(
        store: &Store,
        write: &mut Write,
        old: &Stored<Self>,
        new: Self,
        _: Editor<'_>,
    ) -> Result<AfterCommit> {
        new.references().without(&old.references()).look_up(store, &[]).await?;
        write.replace(old, &new)?;
        Ok(AfterCommit::Nothing)
    }
}

impl Restorable for Customer {
    fn reverted(&self, was: Self, editor: Editor<'_>) -> Self {
        Self {
            // The name that the organization has today.
            organization_name: self.organization_name.clone(),
            created: self.created,
            updated: self.updated.max(editor.now),
            edition: self.edition.saturating_add(1),
            creator: self.creator,
            owner: self.owner,
            ..was
        }
    }

    async fn edit(
        store: &Store,
        write: &mut Write,
        old: &Stored<Self>,
        new: Self,
        editor: Editor<'_>,
    ) -> Result<AfterCommit> {
        let options = SaveOptions { owner_limit: editor.owner_limit, ..SaveOptions::default() };
        save_customer(store, write, Some(old), new, options).await.map(AfterCommit::Customer)
    }
}

impl Restorable for Organization {
    fn reverted(&self, was: Self, editor: Editor<'_>) -> Self {
        let updated = self.updated.max(editor.now);
        Self { created: self.created, updated, creator: self.creator, ..was }
    }

    async fn edit(
        store: &Store,
        write: &mut Write,
        old: &Stored<Self>,
        new: Self,
        editor: Editor<'_>,
    ) -> Result<AfterCommit> {
        if old.status.is_enabled() && !new.status.is_enabled() {
            check_not_in_use(store, old.id).await?;
        }
        let saved = save_organization(store, write, Some(old), &new, editor.epoch).await?;
        Ok(AfterCommit::Organization(saved))
    }
}

impl Restorable for Menu {
    fn reverted(&self, was: Self, _: Editor<'_>) -> Self {
        was
    }

    /// Nobody is granted it any more: see [`drop_grants`].
    async fn restore(store: &Store, write: &mut Write, deleted: &Deleted<Self>) -> Result<()> {
        // What is refused leaves the grants alone.
        let guards: Vec<_> = deleted.unique_values().iter().map(UniqueValue::key).collect();
        match store.get_all(&guards).await?.take_holders(&guards)?.first() {
            None => {}
            // Somebody has restored it since it was read.
            Some(id) if *id == deleted.id => return Err(Error::Stale),
            Some(id) => return Err(Error::Taken { unique: Self::NAME, id: *id }),
        }
        drop_grants(store, deleted).await?;
        write.restore(deleted, &deleted.value)?;
        claim_area(store, write, deleted.id, None, deleted.area, false).await
    }

    async fn edit(
        store: &Store,
        write: &mut Write,
        old: &Stored<Self>,
        new: Self,
        _: Editor<'_>,
    ) -> Result<AfterCommit> {
        write.replace(old, &new)?;
        claim_area(store, write, old.id, old.area, new.area, false).await?;
        Ok(AfterCommit::Nothing)
    }
}

impl Restorable for Employee {
    fn reverted(&self, was: Self, _: Editor<'_>) -> Self {
        let mut new = Self {
            menus: self.menus.clone(),
            edition: self.edition.saturating_add(1),
            last_login: self.last_login,
            generation: self.generation,
            signed_in_until: self.signed_in_until,
            ..was
        };
        if new.is_disabled_after(self) {
            new.end_sessions();
        }
        new
    }

    async fn edit(
        _: &Store,
        write: &mut Write,
        old: &Stored<Self>,
        new: Self,
        editor: Editor<'_>,
    ) -> Result<AfterCommit> {
        check_rights(write, editor.employee, old, &new)?;
        write.replace(old, &new)?;
        Ok(AfterCommit::Nothing)
    }
}
