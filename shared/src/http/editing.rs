//! What an edit, a deletion or a restore begins with: the record that it names, whether the caller may change it, and whether
//! they have seen it as it is.

use super::{Call, Failure, HttpResult};
use crate::model::{Changeable, RelatedIds, Shown};
use crate::store::Stored;
use crate::{Error, Result};
use serde::Serialize;

impl Call {
    /// The id of what is to be edited, or nothing where something new is to be made. `version` has to be a number in
    /// either case.
    ///
    /// # Errors
    /// [`Failure::invalid`] naming one of the two.
    pub fn edits(&self, id: &'static str) -> HttpResult<Option<u32>> {
        let id = self.body.id(id)?.value();
        self.body.int("version")?;
        Ok(id)
    }

    /// The entity that an edit names, which the caller may change; where they send `version`, as the one they have seen.
    ///
    /// # Errors
    /// [`Error::NotFound`], then as [`Call::may_change`], then a failure with the row as it is now if the caller has seen
    /// another version.
    pub async fn edited<T: Shown>(&self, id: u32) -> HttpResult<Stored<T>> {
        self.edited_as(id, |entity| T::to_row(&self.store, entity, self.epoch)).await
    }

    /// As [`Call::edited`], for what lists show as `row`.
    ///
    /// # Errors
    /// As [`Call::edited`].
    pub async fn edited_as<T: Shown, R: Serialize, F: Future<Output = Result<R>>>(
        &self,
        id: u32,
        row: impl FnOnce(Stored<T>) -> F,
    ) -> HttpResult<Stored<T>> {
        let seen = self.body.int("version")?.value();
        let entity = self.store.entity::<T>(id).await?.ok_or(Error::NotFound(T::KIND))?;
        self.may_change(&entity.record.value).await?;
        match seen {
            Some(seen) if seen != i64::from(T::version(&entity)) => {
                let author = self.store.last_author(&entity).await?;
                let by = author.map(|author| author.by).filter(|by| *by != 0);
                let names = RelatedIds::of_employees(by).names(&self.store).await?;
                let by = by.map(|by| names.employee(by));
                Err(Failure::out_of_date(row(entity).await?, by, author.map(|author| author.at)))
            }
            _ => Ok(entity),
        }
    }

    /// Lets those go on who may change `record`, which is as it is stored, or as it was when it was deleted.
    ///
    /// # Errors
    /// [`Error::NotInvolved`] for others.
    pub async fn may_change(&self, record: &impl Changeable) -> HttpResult<()> {
        Ok(self.changes_by.check(&self.store, &self.me()?.employee, record).await?)
    }
}
