//! `/api/customers/organization`: the organizations that customers are of.

use crate::search::{Filter, Found, Searched, by_name};
use shared::http::reference::{Operation, choice, id, int, name, text};
use shared::http::{Call, Created, Params, Reply};
use shared::model::rename::{self, Rename};
use shared::model::{Organization, OrganizationCard, OrganizationRow, Status};
use shared::search::{Card, fold};
use shared::store::{Expect, Key, Kind, Order, Record, Stored, Write};
use shared::time::Time;
use shared::{Error, Result};
use std::time::Duration;

/// The kind of an organization that does not say.
const KIND: i64 = 1;
/// The most characters of a detail when it is folded: there are characters that stand for eighteen.
const MAX_FOLDED: usize = 4000;
/// For how long a rename keeps its caller waiting: the gateway waits for 30 s.
const PATIENCE: Duration = Duration::from_secs(20);

const DELETED: &[Status] = &[Status::Disabled];
const THERE: &[Status] = &[Status::Enabled];
const BOTH: &[Status] = &[Status::Enabled, Status::Disabled];
/// Which of them a list shows.
const SHOWN: [(&str, &[Status]); 3] = [("0", DELETED), ("1", THERE), ("2", BOTH)];

impl Searched for Organization {
    fn card(&self) -> Card {
        Self::card(self)
    }
}

/// Organizations, the newest first: all, or those with a status and a part of name or detail.
pub async fn get(call: Call) -> Result<Reply> {
    let page = call.query.page()?;
    let statuses = call.query.choice("status", &SHOWN)?.optional().unwrap_or(BOTH);
    let name = call.query.name("name")?.optional().map(|name| fold(&name));
    let id = call.query.id("organization_id")?.optional();
    let filter = Filter { name, group: None };
    let admits = |organization: &Stored<Organization>| {
        statuses.contains(&organization.status) && filter.admits(&organization.card())
    };
    let found = match (id, &filter.name) {
        (Some(id), _) => {
            let organization = call.store.entity::<Organization>(id).await?.filter(&admits);
            Found::page_of(
                &organization.map(|organization| organization.id).into_iter().collect::<Vec<_>>(),
                page,
            )
        }
        (None, Some(name)) => {
            let listings = |gram: &str| -> Vec<_> {
                statuses.iter().map(|status| Organization::with_gram(*status, gram)).collect()
            };
            by_name::<Organization>(&call.store, name, &filter, None, listings, page).await?
        }
        (None, None) => {
            let listings: Vec<_> = statuses.iter().map(|status| Organization::with_status(*status)).collect();
            let found = call.list(&listings, Order::Descending, page).await?;
            Found { total: found.total, ids: found.ids() }
        }
    };
    let organizations = call.store.entities::<Organization>(&found.ids).await?;
    // Some may have been edited since they were found.
    let rows = organizations.iter().filter(|organization| admits(organization)).map(OrganizationRow::from);
    Ok(Reply::list(rows.collect::<Vec<_>>(), found.total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<OrganizationRow>("查询单位").about("按id从大到小排列。").params([
        id("organization_id", "单位id").additive(),
        name("name", "名称或详情的一部分，不分大小写和全角半角"),
        choice("status", &SHOWN, "0删除的单位、1正常的单位、2两者都要").default("2"),
    ])
}

/// Creates without `organization_id`, edits with it. After a rename the customers learn the new name.
pub async fn post(call: Call) -> Result<Reply> {
    let done = Reply::done("操作成功");
    let mut write = call.write();
    let Some(id) = call.edits("organization_id")? else {
        let organization = fields(&call.body, None, call.now)?;
        let id = call.store.next_id(Kind::Organization).await?;
        write.create(id, &organization)?;
        write.put(&Key::organization_card(id), &OrganizationCard::from(&organization), Expect::Absent)?;
        return call.commit(write, done.with(Created { id })).await;
    };
    let old =
        call.edited::<Organization>(id, "单位不存在", |organization| organization.record.revision).await?;
    let new = fields(&call.body, Some(old.record.value.clone()), call.now)?;
    write.replace(&old, &new)?;
    let rename = tell_others(&call, &mut write, &old, &new).await?;
    let reply = call.commit(write, done).await?;
    if let Some(rename) = rename {
        // It is done, and whoever comes next goes on with what is left now.
        let _ = rename::run(&call.store, id, rename, call.epoch, PATIENCE).await;
    }
    Ok(reply)
}

pub fn post_doc() -> Operation {
    Operation::writes("新建、修改单位", "操作成功", id("organization_id", "单位id；传了是修改，不传是新建"))
        .about("改名以后，客户的查询结果和记录里的单位名称跟着改变。")
        .params([
            int("type", "类型，由前端定义").default(KIND),
            name("groupName", "单位名称，正常的单位不能重名；新建时必填").kept(),
            text("groupDetail", "单位详情"),
            choice("status", &Status::NAMES, "状态：0删除、1正常").default("1"),
        ])
        .unique()
}

/// Lets what others know of the organization follow it. Answers the rename, if it is one.
async fn tell_others(
    call: &Call,
    write: &mut Write,
    old: &Stored<Organization>,
    new: &Organization,
) -> Result<Option<Record<Rename>>> {
    let card = OrganizationCard::from(new);
    if card == OrganizationCard::from(&old.record.value) {
        return Ok(None);
    }
    let (card_key, rename_key) = (Key::organization_card(old.id), Key::rename(old.id));
    let mut found = call.store.get_all(&[card_key.clone(), rename_key.clone()]).await?;
    write.put(&card_key, &card, Expect::unchanged(found.take::<OrganizationCard>(&card_key)?.as_ref()))?;
    if new.group_name == old.group_name {
        return Ok(None);
    }
    // One that is still under way begins anew, with the newest name.
    let before = found.take::<Rename>(&rename_key)?;
    let rename = Rename::begun(call.epoch);
    write.put(&rename_key, &rename, Expect::unchanged(before.as_ref()))?;
    let revision = before.map_or(1, |before| before.revision.saturating_add(1));
    Ok(Some(Record { revision, value: rename }))
}

fn fields(body: &Params, old: Option<Organization>, now: Time) -> Result<Organization> {
    let name = old.as_ref().map(|old| old.group_name.clone());
    let old = old.unwrap_or_else(|| Organization {
        kind: KIND,
        group_name: String::new(),
        group_detail: String::new(),
        status: Status::Enabled,
        created: now,
        updated: now,
    });
    let organization = Organization {
        kind: body.int("type")?.or_keep_or(old.kind, KIND),
        group_name: body.name("groupName")?.required_or(name)?,
        group_detail: body.text("groupDetail")?.or_keep(old.group_detail),
        status: body.choice("status", &Status::NAMES)?.or_stay(old.status),
        created: old.created,
        updated: now.max(old.updated),
    };
    if fold(&organization.group_detail).chars().nth(MAX_FOLDED).is_some() {
        return Err(Error::invalid("groupDetail", format!("groupDetail最多{MAX_FOLDED}个字符")));
    }
    Ok(organization)
}
