//! Writes, done by all three in turns: each with its line in the log, as ours has it.

use super::figures::Figures;
use super::filling::{Counts, searched};
use super::peer::Peer;
use super::question::Parameter;
use super::turns::Contenders;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use shared::model::{Customer, Organization};
use shared::search::fold;
use shared::store::Store;
use shared::time::Time;
use std::time::Instant;
use xtask::progress::Step;

/// Who writes: the admin.
const BY: u32 = 1;
/// Two names where one customer's number is nobody else's; the last ones are the time and who it is.
const CREATE_CUSTOMER: &str = "WITH new AS (
    INSERT INTO customer (kind, nick_name, real_name, avatar, phone, job, sex, organization_id, status,
        created, updated, version, creator_id, owner_id, names)
    SELECT 2, $1, $2, '', $3, '', 0, $4::int, 1, $6::bigint, $6::bigint, 1, $7::int, $7::int, $5
    WHERE NOT EXISTS (SELECT FROM customer WHERE phone = $3 AND status = 1)
    RETURNING id)
    INSERT INTO log SELECT 'customers', id, 'create', $7::int, $6::bigint FROM new RETURNING id";
/// For the customer's organization.
const CREATE_FOLLOW: &str = "WITH new AS (
    INSERT INTO follow (customer_id, organization_id, event, at, follower_ids, operator_id, gain, created, version)
    SELECT id, organization_id, 2, $2::bigint, $3::int[], $6::int, $4, $5::bigint, 1 FROM customer WHERE id = $1
    RETURNING id, at, follower_ids, operator_id),
    employees AS (
    INSERT INTO follow_employee SELECT DISTINCT employee, at, id FROM new, unnest(follower_ids || operator_id) employee),
    logged AS (INSERT INTO log SELECT 'follow', id, 'create', $6::int, $5::bigint FROM new)
    SELECT id FROM new";
/// Customers show the name that it has then.
const RENAME: &str = "WITH renamed AS (
    UPDATE organization SET name = $2, folded = $3 WHERE id = $1 RETURNING id)
    INSERT INTO log SELECT 'organization', id, 'edit', $5::int, $4::bigint FROM renamed RETURNING id";

/// One write, as all three are told to do it.
struct Job {
    path: &'static str,
    body: Value,
    parameters: Vec<Parameter>,
}

impl Contenders {
    /// Creates customers and follow-ups, and renames organizations, so many of each.
    pub async fn write(&self, store: &Store, now: Time, counts: Counts, rounds: u32) -> Result<Vec<Figures>> {
        let (mut customers, mut follows, mut renames) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..rounds {
            customers.extend(customer(store, now, n, counts).await?);
            follows.push(follow(now, n, counts));
            renames.extend(rename(store, now, n, counts).await?);
        }
        let mut all = Vec::new();
        for (what, statement, jobs) in [
            ("creating a customer", CREATE_CUSTOMER, customers),
            ("creating a follow-up", CREATE_FOLLOW, follows),
            ("renaming an organization", RENAME, renames),
        ] {
            let step = Step::counted(what);
            step.bar().set_length(jobs.len() as u64);
            let (plain, tuned) =
                (self.plain.client.prepare(statement).await?, self.tuned.client.prepare(statement).await?);
            let mut figures = Figures { what: what.to_owned(), ..Figures::default() };
            for Job { path, body, parameters } in &jobs {
                let (took, answer) = self.ours.post(path, body).await?;
                figures.ours.push(took);
                figures.depth = figures.depth.max(answer.cost().depth);
                let id = answer.ok().get("follow_id").or(answer.ok().get("id")).and_then(Value::as_i64);
                let done = async |peer: &Peer, statement| {
                    let parameters: Vec<_> = parameters.iter().map(Parameter::as_sql).collect();
                    let begun = Instant::now();
                    let rows = peer.query(statement, &parameters).await?;
                    let took = begun.elapsed();
                    let theirs: i32 = rows.first().context("nothing was written")?.try_get("id")?;
                    ensure!(Some(i64::from(theirs)) == id, "{what}: {id:?} and {theirs}");
                    Ok(took)
                };
                figures.plain.push(done(&self.plain, &plain).await?);
                figures.tuned.push(done(&self.tuned, &tuned).await?);
                step.bar().inc(1);
            }
            step.done();
            all.push(figures);
        }
        Ok(all)
    }
}

/// Somebody like one who is there.
async fn customer(store: &Store, now: Time, n: u32, counts: Counts) -> Result<Option<Job>> {
    let Some(like) = store.entity::<Customer>(spread(n, counts)).await? else { return Ok(None) };
    let Customer { nick_name, real_name, .. } = like.record.value;
    let phone = format!("1660000{n:04}");
    Ok(Some(Job {
        path: "/api/customers/customers",
        body: json!({ "nickName": nick_name, "realName": real_name, "phoneNumber": phone, "organization_id": 2 }),
        parameters: vec![
            Parameter::Text(nick_name.clone()),
            Parameter::Text(real_name.clone()),
            Parameter::Text(phone),
            Parameter::Id(2),
            Parameter::Text(searched(&nick_name, &real_name)),
            Parameter::Time(now.0.into()),
            Parameter::Id(BY),
        ],
    }))
}

/// One of this minute, with two followers.
fn follow(now: Time, n: u32, counts: Counts) -> Job {
    let (customer, gain) = (spread(n, counts), "达成初步合作意向");
    Job {
        path: "/api/record/upload",
        body: json!({ "customers_id": customer, "follower_id": [1, 2], "record_time": now.to_string(), "event": 2,
            "gain": gain }),
        parameters: vec![
            Parameter::Id(customer),
            Parameter::Time(now.0.into()),
            Parameter::Ids(vec![1, 2]),
            Parameter::Text(gain.to_owned()),
            Parameter::Time(now.0.into()),
            Parameter::Id(BY),
        ],
    }
}

/// An organization of a dozen customers gets a longer name: those in the middle have as many at every size.
async fn rename(store: &Store, now: Time, n: u32, counts: Counts) -> Result<Option<Job>> {
    let organization = store.entity::<Organization>(counts.organizations / 2 + n).await?;
    let Some(old) = organization.filter(|it| it.status.is_enabled()) else { return Ok(None) };
    let name = format!("{}新部", old.group_name);
    Ok(Some(Job {
        path: "/api/customers/organization",
        body: json!({ "organization_id": old.id, "groupName": name }),
        parameters: vec![
            Parameter::Id(old.id),
            Parameter::Text(name.clone()),
            Parameter::Text(fold(&name)),
            Parameter::Time(now.0.into()),
            Parameter::Id(BY),
        ],
    }))
}

/// One of the customers, another one each time.
fn spread(n: u32, Counts { customers, .. }: Counts) -> u32 {
    1 + (u64::from(n) * 7_919 % u64::from(customers - 1)) as u32
}
