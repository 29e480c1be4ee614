//! What has happened since the records were entered: edits by several people, deletions of what was entered twice, and a
//! restore. No record of the interface list's examples is touched, and as many records of each kind are left as there were.

use super::{Loader, RecordCounts};
use shared::model::{Activity, Contract, Customer, Demand, Follow, Satisfaction};
use shared::money::Money;
use shared::store::{Author, Entity, Write};
use shared::time::Time;
use shared::{Error, Result};

impl Loader<'_> {
    /// All that happened up to `now`.
    pub(super) async fn past(&self, now: Time, counts: RecordCounts) -> Result<()> {
        let by = |by, hours_ago: u32| Author { by, at: Time(now.0.saturating_sub(hours_ago * 3600)) };
        let RecordCounts { follows, demands, satisfactions, contracts } = counts;
        // A price that two people have bargained about.
        for (author, hundredths) in
            [(by(6, 150), 96_000_000), (by(8, 102), 88_800_000), (by(22, 27), 90_000_000)]
        {
            let signed = |contract: &mut Contract| {
                contract.amount = Some(Money(hundredths));
                (contract.editor, contract.updated) = (author.by, author.at);
                contract.edition += 1;
            };
            self.edit(contracts, author, signed).await?;
        }
        let noted = |customer: &mut Customer| {
            customer.job = "采购负责人".to_owned();
            customer.edition += 1;
        };
        self.edit(12, by(6, 80), noted).await?;
        let promised = |follow: &mut Follow| {
            follow.gain = Some("客户同意下周签约".to_owned());
            follow.activity.edition += 1;
        };
        self.edit(follows, by(8, 20), promised).await?;
        // What was entered twice.
        self.delete_twin::<Follow>(follows, by(22, 100), |it| &mut it.activity).await?;
        self.delete_twin::<Follow>(follows.saturating_sub(1), by(6, 44), |it| &mut it.activity).await?;
        self.delete_twin::<Demand>(demands, by(8, 70), |it| &mut it.activity).await?;
        self.delete_twin::<Satisfaction>(satisfactions, by(2, 30), |it| &mut it.activity).await?;
        // A contract that somebody deleted, and an admin brought back.
        let id = contracts.saturating_sub(1);
        let Some(contract) = self.store.entity::<Contract>(id).await? else { return Ok(()) };
        let mut write = Write::new(by(8, 52));
        write.remove(&contract)?;
        self.commit(write).await?;
        let deleted = self.store.deleted::<Contract>(id).await?;
        let mut write = Write::new(by(1, 51));
        write.restore(&deleted, &deleted.value)?;
        self.commit(write).await
    }

    async fn edit<T: Entity + Clone>(&self, id: u32, author: Author, edit: impl Fn(&mut T)) -> Result<()> {
        let Some(old) = self.store.entity::<T>(id).await? else { return Ok(()) };
        let mut new = old.record.value.clone();
        edit(&mut new);
        let mut write = Write::new(author);
        write.replace(&old, &new)?;
        self.commit(write).await
    }

    /// Enters the record `id` a second time, and deletes that an hour later.
    async fn delete_twin<T: Entity + Clone>(
        &self,
        id: u32,
        author: Author,
        activity: impl Fn(&mut T) -> &mut Activity,
    ) -> Result<()> {
        let Some(first) = self.store.entity::<T>(id).await? else { return Ok(()) };
        let mut twin = first.record.value.clone();
        *activity(&mut twin) =
            Activity { created: author.at, operator: author.by, ..activity(&mut twin).clone() };
        let id = self.store.next_id(T::KIND).await?;
        let mut write = Write::new(author);
        write.create(id, &twin)?;
        self.commit(write).await?;
        let twin = self.store.entity::<T>(id).await?.ok_or(Error::NotFound(T::KIND))?;
        let mut write = Write::new(Author { at: Time(author.at.0 + 3600), ..author });
        write.remove(&twin)?;
        self.commit(write).await
    }
}
