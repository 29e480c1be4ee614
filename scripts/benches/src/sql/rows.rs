//! The rows of answers, made of PostgreSQL's: in the keys of our API, so that the two answers can be held against each other.

use anyhow::Result;
use serde::Serialize;
use shared::model::{EmployeeName, Person};
use shared::time::{Time, as_text};
use tokio_postgres::Row;

/// What is selected for the row of a customer `c` of the organization `g`, with the names of creator `m` and owner `o`.
pub const CUSTOMER_COLUMNS: &str = "c.*, coalesce(g.name, '') AS organization,
    m.nick_name AS m_nick_name, m.real_name AS m_real_name, m.phone AS m_phone,
    o.nick_name AS o_nick_name, o.real_name AS o_real_name, o.phone AS o_phone";

/// A customer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRow<'a> {
    id: i32,
    r#type: i64,
    nick_name: &'a str,
    real_name: &'a str,
    avatar: &'a str,
    phone_number: &'a str,
    job: &'a str,
    sex: i16,
    #[serde(serialize_with = "as_text")]
    create_time: Time,
    #[serde(serialize_with = "as_text")]
    update_time: Time,
    status: i16,
    #[serde(rename = "organization_id")]
    organization_id: Option<i32>,
    organization: &'a str,
    creator: Option<Person>,
    #[serde(rename = "owner_id")]
    owner_id: Option<i32>,
    owner: Option<Person>,
    version: i32,
}

impl<'a> CustomerRow<'a> {
    /// Of what was selected.
    pub fn of(row: &'a Row) -> Result<Self> {
        let (creator, owner) = (row.try_get("creator_id")?, row.try_get("owner_id")?);
        Ok(Self {
            id: row.try_get("id")?,
            r#type: row.try_get("kind")?,
            nick_name: row.try_get("nick_name")?,
            real_name: row.try_get("real_name")?,
            avatar: row.try_get("avatar")?,
            phone_number: row.try_get("phone")?,
            job: row.try_get("job")?,
            sex: row.try_get("sex")?,
            create_time: time(row, "created")?,
            update_time: time(row, "updated")?,
            status: row.try_get("status")?,
            organization_id: row.try_get("organization_id")?,
            organization: row.try_get("organization")?,
            creator: person(row, creator, ["m_nick_name", "m_real_name", "m_phone"])?,
            owner_id: owner,
            owner: person(row, owner, ["o_nick_name", "o_real_name", "o_phone"])?,
            version: row.try_get("version")?,
        })
    }
}

/// What is selected for the row of a follow-up `f` of the organization `g`, with the names of its customer `c`, who is of `h`, of its
/// operator `o` and of its followers `p`.
pub const FOLLOW_COLUMNS: &str = "f.*,
    c.nick_name AS c_nick_name, c.real_name AS c_real_name, coalesce(h.name, '') AS c_organization,
    g.name AS g_name, g.detail AS g_detail,
    o.nick_name AS o_nick_name, o.real_name AS o_real_name, o.phone AS o_phone,
    p.nick_names, p.real_names, p.phones";

/// A follow-up.
#[derive(Serialize)]
pub struct FollowRow<'a> {
    id: i32,
    customers_id: i32,
    organization_id: Option<i32>,
    event: i16,
    follower: Vec<Person>,
    follower_id: Vec<i32>,
    attach: Option<&'a str>,
    #[serde(rename = "recordTime", serialize_with = "as_text")]
    record_time: Time,
    operator_id: i32,
    gain: Option<&'a str>,
    #[serde(rename = "createTime", serialize_with = "as_text")]
    create_time: Time,
    note: Option<&'a str>,
    operator: Option<Person>,
    customers: CustomerName<'a>,
    customers_group: Option<RecordOrganization<'a>>,
    version: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomerName<'a> {
    nick_name: &'a str,
    real_name: &'a str,
    organization: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordOrganization<'a> {
    id: i32,
    group_name: &'a str,
    group_detail: &'a str,
}

impl<'a> FollowRow<'a> {
    /// Of what was selected.
    pub fn of(row: &'a Row) -> Result<Self> {
        let (operator_id, organization_id) = (row.try_get("operator_id")?, row.try_get("organization_id")?);
        let follower_id: Vec<i32> = row.try_get("follower_ids")?;
        let group = |id| {
            let (group_name, group_detail) = (row.try_get("g_name")?, row.try_get("g_detail")?);
            Ok::<_, anyhow::Error>(RecordOrganization { id, group_name, group_detail })
        };
        Ok(Self {
            id: row.try_get("id")?,
            customers_id: row.try_get("customer_id")?,
            organization_id,
            event: row.try_get("event")?,
            follower: followers(row, &follower_id)?,
            follower_id,
            attach: row.try_get("attach")?,
            record_time: time(row, "at")?,
            operator_id,
            gain: row.try_get("gain")?,
            create_time: time(row, "created")?,
            note: row.try_get("note")?,
            operator: person(row, Some(operator_id), ["o_nick_name", "o_real_name", "o_phone"])?,
            customers: CustomerName {
                nick_name: row.try_get("c_nick_name")?,
                real_name: row.try_get("c_real_name")?,
                organization: row.try_get("c_organization")?,
            },
            customers_group: organization_id.map(group).transpose()?,
            version: row.try_get("version")?,
        })
    }
}

fn followers(row: &Row, ids: &[i32]) -> Result<Vec<Person>> {
    let (nick_names, real_names, phones): (Vec<String>, Vec<String>, Vec<String>) =
        (row.try_get("nick_names")?, row.try_get("real_names")?, row.try_get("phones")?);
    let names = nick_names.into_iter().zip(real_names).zip(phones);
    let named = ids.iter().zip(names).map(|(id, ((nick_name, real_name), phone_number))| {
        Person::new(id.cast_unsigned(), EmployeeName { nick_name, real_name, phone_number })
    });
    Ok(named.collect())
}

/// An employee, whose names stand in these columns.
fn person(row: &Row, id: Option<i32>, [nick_name, real_name, phone]: [&str; 3]) -> Result<Option<Person>> {
    let Some(id) = id else { return Ok(None) };
    let (nick_name, real_name) = (row.try_get(nick_name)?, row.try_get(real_name)?);
    let name = EmployeeName { nick_name, real_name, phone_number: row.try_get(phone)? };
    Ok(Some(Person::new(id.cast_unsigned(), name)))
}

/// A column of seconds.
pub fn time(row: &Row, column: &str) -> Result<Time> {
    Ok(Time(u32::try_from(row.try_get::<_, i64>(column)?)?))
}
