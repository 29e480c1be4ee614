//! Copies of a table as it was at a point in time, with the settings that DynamoDB does not bring along.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::{
    Client,
    error::DisplayErrorContext,
    primitives::DateTime,
    types::{
        AttributeValue, PointInTimeRecoverySpecification, PointInTimeRecoveryStatus, TableDescription,
        TableStatus, Tag, TimeToLiveSpecification, TimeToLiveStatus,
    },
};
use jiff::Timestamp;
use shared::store::Store;
use tokio::time::sleep;

use crate::{patience::until_it_works, progress::Step, table};

/// Stands between the name of a table and the point in time of its copy.
const AT: &str = "-at-";
/// Between two looks at a table that AWS is making.
const PAUSE: Duration = Duration::from_secs(2);

/// The tables of an account.
pub struct Tables(Client);

/// What a copy has to be given, because it begins without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The attribute by which items expire.
    pub expiry: Option<String>,
    /// Whether it can itself be copied as it was at a point in time.
    pub recovery: bool,
    /// Whether it refuses to be deleted.
    pub protection: bool,
    /// Its tags, without AWS's own.
    pub tags: BTreeMap<String, String>,
}

/// One item, as it stands in a table.
pub struct Taken(HashMap<String, AttributeValue>);

/// The name of the copy of a table at a point in time. It says of which and when, so that the same command finds it again.
pub fn name(source: &str, at: Timestamp) -> String {
    // The copy of a copy is not longer.
    let own = source.rsplit_once(AT).map_or(source, |(own, _)| own);
    format!("{own}{AT}{}", at.strftime("%Y%m%dT%H%M%SZ"))
}

impl Tables {
    /// Those of this account.
    pub fn new(config: &SdkConfig) -> Self {
        Self(table::client_of(config))
    }

    /// The engine over one of them.
    pub fn store(&self, table: &str) -> Store {
        Store::new(self.0.clone(), table)
    }

    /// Begins to copy a table as it was, unless that is begun or done already; answers whether it was begun now.
    pub async fn begin(&self, source: &str, copy: &str, at: Timestamp) -> Result<bool> {
        if let Some(there) = self.find(copy).await? {
            let of = there.restore_summary().and_then(|summary| summary.source_table_arn());
            let ours = of.is_none_or(|arn| arn.ends_with(&format!("/{source}")));
            ensure!(ours, "the table {copy} is there already, and is no copy of {source}");
            return Ok(false);
        }
        let request = self.0.restore_table_to_point_in_time();
        let request = request.source_table_name(source).target_table_name(copy);
        match request.restore_date_time(DateTime::from_secs(at.as_second())).send().await {
            Ok(_) => Ok(true),
            Err(error) => {
                let why = DisplayErrorContext(&error).to_string();
                let service = error.as_service_error().and_then(|error| error.meta().message());
                let why = service.map_or(why, str::to_owned);
                bail!("{source} cannot be copied as it was at {at}: {why}; {}", self.range(source).await)
            }
        }
    }

    /// From when to when a table can be copied, in words.
    async fn range(&self, source: &str) -> String {
        let answer = self.0.describe_continuous_backups().table_name(source).send().await;
        let description = answer.ok().and_then(|answer| answer.continuous_backups_description);
        let recovery = description.and_then(|description| description.point_in_time_recovery_description);
        let shown = |time: Option<DateTime>| {
            time.and_then(|time| Timestamp::from_second(time.secs()).ok()).map(|time| time.to_string())
        };
        let range = recovery.and_then(|recovery| {
            Some((
                shown(recovery.earliest_restorable_date_time)?,
                shown(recovery.latest_restorable_date_time)?,
            ))
        });
        match range {
            Some((first, last)) => format!("it can be from {first} to {last}"),
            None => "it has no point-in-time recovery".to_owned(),
        }
    }

    /// Waits until a table can be used.
    pub async fn active(&self, table: &str) -> Result<()> {
        let status = |found: Option<TableDescription>| found.and_then(|found| found.table_status);
        let mut status_now = status(self.find(table).await?);
        if status_now == Some(TableStatus::Active) {
            return Ok(());
        }
        let step = Step::begin(&format!("waiting for AWS to make {table}; Ctrl-C ends the waiting alone"));
        loop {
            match status_now {
                Some(TableStatus::Active) => break,
                Some(TableStatus::Creating | TableStatus::Updating) => sleep(PAUSE).await,
                Some(other) => bail!("the table {table} is {other}"),
                None => bail!("there is no table {table}"),
            }
            status_now = status(self.find(table).await?);
        }
        step.done();
        Ok(())
    }

    /// Gives a table settings. What it has already, it keeps.
    pub async fn settle(&self, copy: &str, wanted: Settings) -> Result<()> {
        let has = self.settings(copy).await?;
        if let Some(attribute) = wanted.expiry.filter(|_| has.expiry.is_none()) {
            let expiry =
                TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true).build()?;
            let request = self.0.update_time_to_live().table_name(copy).time_to_live_specification(expiry);
            request.send().await.context("the expiry of items")?;
        }
        if wanted.recovery && !has.recovery {
            let on =
                PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build()?;
            // A table that has just been made may not take it yet.
            until_it_works(async || {
                let request = self.0.update_continuous_backups().table_name(copy);
                let request = request.point_in_time_recovery_specification(on.clone());
                request.send().await.map(drop).context("point-in-time recovery")
            })
            .await?;
        }
        if !wanted.tags.is_empty() && wanted.tags != has.tags {
            let there = self.find(copy).await?.and_then(|found| found.table_arn);
            let mut request = self.0.tag_resource().set_resource_arn(there);
            for (key, value) in wanted.tags {
                request = request.tags(Tag::builder().key(key).value(value).build()?);
            }
            request.send().await.context("the tags")?;
        }
        if wanted.protection && !has.protection {
            let request = self.0.update_table().table_name(copy).deletion_protection_enabled(true);
            request.send().await.context("the protection from deletion")?;
            self.active(copy).await?;
        }
        Ok(())
    }

    /// Whether there is a table of that name.
    pub async fn exists(&self, table: &str) -> Result<bool> {
        Ok(self.find(table).await?.is_some())
    }

    /// The settings of a table.
    pub async fn settings(&self, table: &str) -> Result<Settings> {
        let found = self.find(table).await?.with_context(|| format!("there is no table {table}"))?;
        let expiry = self.0.describe_time_to_live().table_name(table).send().await?;
        let expiry = expiry.time_to_live_description.filter(|expiry| {
            matches!(expiry.time_to_live_status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))
        });
        let backups = self.0.describe_continuous_backups().table_name(table).send().await?;
        let recovery = backups
            .continuous_backups_description
            .and_then(|backups| backups.point_in_time_recovery_description)
            .and_then(|recovery| recovery.point_in_time_recovery_status);
        let (mut tags, mut next) = (BTreeMap::new(), None);
        loop {
            let request = self.0.list_tags_of_resource().set_resource_arn(found.table_arn.clone());
            let page = request.set_next_token(next).send().await?;
            let ours = page.tags.into_iter().flatten().filter(|tag| !tag.key.starts_with("aws:"));
            tags.extend(ours.map(|tag| (tag.key, tag.value)));
            next = page.next_token;
            if next.is_none() {
                break;
            }
        }
        Ok(Settings {
            expiry: expiry.and_then(|expiry| expiry.attribute_name),
            recovery: recovery == Some(PointInTimeRecoveryStatus::Enabled),
            protection: found.deletion_protection_enabled == Some(true),
            tags,
        })
    }

    /// Takes one item out of a table behind the back of everybody, as only a rehearsal does.
    pub async fn take(&self, table: &str, p: &str, s: &str) -> Result<Taken> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let request = self.0.delete_item().table_name(table).key("p", text(p)).key("s", text(s));
        let old = request.return_values(aws_sdk_dynamodb::types::ReturnValue::AllOld).send().await?;
        old.attributes.map(Taken).with_context(|| format!("{table} has no item {p} {s}"))
    }

    /// Puts back what was taken.
    pub async fn put_back(&self, table: &str, taken: Taken) -> Result<()> {
        self.0.put_item().table_name(table).set_item(Some(taken.0)).send().await?;
        Ok(())
    }

    async fn find(&self, table: &str) -> Result<Option<TableDescription>> {
        match self.0.describe_table().table_name(table).send().await {
            Ok(answer) => Ok(answer.table),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("the table {table}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_after_its_table_and_its_time_and_so_is_the_copy_of_a_copy() {
        let at: Timestamp = "2026-11-25T18:00:00+08:00".parse().unwrap();
        let copy = name("crm-Table-ABC", at);
        assert_eq!(copy, "crm-Table-ABC-at-20261125T100000Z");
        assert_eq!(name(&copy, at), copy);
    }
}
