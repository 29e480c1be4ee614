//! `/api/customers/customers`: the customers.

use crate::find::Asked;
use lambda_http::tracing;
use shared::http::reference::{Operation, Rule, choice, flag, id, int, name, text, url};
use shared::http::{Call, Created, Params, Reply};
use shared::model::{Customer, CustomerRow, OrganizationCard, SEXES, Status, rename};
use shared::search::phone;
use shared::store::{Entity, Expect, Found, Holders, Key, Kind, Record, Stored, Write};
use shared::time::Time;
use shared::{Error, Result};
use std::time::Duration;

/// The kind of a customer that does not say.
const KIND: i64 = 2;
/// A phone number that customers can be looked for by: no digits, or enough of them, or more than digits.
const LONG_ENOUGH: &str = r"^([0-9]{4,}|[\s\S]*[^0-9][\s\S]*)$";
/// For how long a search goes on with a rename that somebody has left off.
const HELP: Duration = Duration::from_secs(3);

/// Customers, the last edited first: all, or those with a name, an organization, a phone number.
pub async fn get(call: Call) -> Result<Reply> {
    let page = call.query.page()?;
    let asked = Asked::read(&call)?;
    let (found, ()) = tokio::join!(asked.find(&call, page), help(&call, &asked));
    let found = found?;
    let customers = call.store.entities::<Customer>(&found.ids).await?;
    // Some may have been edited since they were found.
    let rows = customers.iter().filter(|customer| asked.admits(customer)).map(CustomerRow::from);
    Ok(Reply::list(rows.collect::<Vec<_>>(), found.total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<CustomerRow>("查询客户")
        .about("按客户的修改时间从新到旧排列；各个条件同时满足。")
        .params([
            id("customers_id", "客户id").additive(),
            name("name", "昵称、姓名或单位名称的一部分，不分大小写和全角半角"),
            id("organization_id", "单位id"),
            name("phoneNumber", "手机号，或者其中连续的4位以上数字").pattern(LONG_ENOUGH),
        ])
}

/// Goes on with renames that somebody has left off, where names are searched for: they may be new ones.
async fn help(call: &Call, asked: &Asked) {
    if asked.is_by_name()
        && let Err(error) = rename::resume(&call.store, call.epoch, HELP).await
    {
        tracing::warn!(cause = %error, "a rename was not taken up");
    }
}

/// Creates without `customers_id`, edits with it. A phone number that another customer has is refused unless
/// `allow_duplicate` is true.
pub async fn post(call: Call) -> Result<Reply> {
    let done = Reply::done("操作成功");
    let insists = call.body.flag("allow_duplicate")?.optional().unwrap_or(false);
    let mut write = call.write();
    let Some(id) = call.edits("customers_id")? else {
        let mut new = fields(&call.body, blank(call.now))?;
        let mut others = Others::read(&call, None, &new).await?;
        others.belong(&mut write, &mut new)?;
        let id = call.store.next_id(Kind::Customer).await?;
        others.hold_phone(&mut write, id, None, &new, insists)?;
        write.create(id, &new)?;
        return call.commit(write, done.with(Created { id })).await;
    };
    let old = call.edited::<Customer>(id, "客户不存在", |customer| customer.edition).await?;
    let mut new = fields(&call.body, old.record.value.clone())?;
    // The clocks of two machines may differ, but no edit makes a customer older.
    new.updated = call.now.max(old.updated);
    new.edition = old.edition.saturating_add(1);
    let mut others = Others::read(&call, Some(&old), &new).await?;
    others.belong(&mut write, &mut new)?;
    others.hold_phone(&mut write, id, Some(&old), &new, insists)?;
    write.replace(&old, &new)?;
    call.commit(write, done).await
}

pub fn post_doc() -> Operation {
    let given = ["customers_id", "nickName", "realName", "phoneNumber"].map(|name| Rule::Given(vec![name]));
    Operation::writes("新增、修改客户", "操作成功", id("customers_id", "客户id；传了是修改，不传是新增"))
        .about("nickName、realName、phoneNumber至少要有一个。status是0的客户不出现在列表里。")
        .params([
            int("type", "类型，由前端定义").default(KIND),
            name("nickName", "昵称"),
            name("realName", "姓名"),
            url("avatar", "头像地址"),
            name("phoneNumber", "手机号；已被其他客户使用时得到409，data.id是那个客户"),
            text("job", "职务"),
            choice("sex", &SEXES, "性别：0未知、1男、2女").default("0"),
            id("organization_id", "单位id"),
            choice("status", &Status::NAMES, "状态：0隐藏、1正常").default("1"),
            flag("allow_duplicate", "手机号与其他客户相同也保存").default(false).additive(),
        ])
        .rule(Rule::Any(given.into()))
        .unique()
}

/// A customer of whom nothing is known yet.
fn blank(now: Time) -> Customer {
    Customer {
        kind: KIND,
        nick_name: String::new(),
        real_name: String::new(),
        avatar: String::new(),
        phone_number: String::new(),
        job: String::new(),
        sex: 0,
        organization: None,
        organization_name: String::new(),
        status: Status::Enabled,
        created: now,
        updated: now,
        edition: 1,
    }
}

fn fields(body: &Params, old: Customer) -> Result<Customer> {
    let customer = Customer {
        kind: body.int("type")?.or_keep_or(old.kind, KIND),
        nick_name: body.name("nickName")?.or_keep(old.nick_name),
        real_name: body.name("realName")?.or_keep(old.real_name),
        avatar: body.url("avatar")?.or_keep(old.avatar),
        phone_number: body.name("phoneNumber")?.or_keep(old.phone_number),
        job: body.text("job")?.or_keep(old.job),
        sex: body.choice("sex", &SEXES)?.or_keep(old.sex),
        organization: body.id("organization_id")?.or_keep_option(old.organization),
        status: body.choice("status", &Status::NAMES)?.or_stay(old.status),
        ..old
    };
    let known_by = [&customer.nick_name, &customer.real_name, &customer.phone_number];
    if known_by.iter().all(|text| text.is_empty()) {
        return Err(Error::invalid("nickName", "nickName、realName、phoneNumber至少填写一个"));
    }
    not_too_long(&customer.phone_number)?;
    Ok(customer)
}

/// What else the write depends on, read in one round trip: the organization's card where it has to be known, and who
/// else has the phone numbers that are taken up or given up.
struct Others {
    organization: Option<(u32, Option<Record<OrganizationCard>>)>,
    /// Whether the customer comes to the organization now.
    comes: bool,
    found: Found,
}

impl Others {
    async fn read(call: &Call, old: Option<&Stored<Customer>>, new: &Customer) -> Result<Self> {
        let old = old.map(|old| &old.record.value);
        let comes = old.is_none_or(|old| old.organization != new.organization);
        // One that was hidden may have missed a rename.
        let organization =
            new.organization.filter(|_| comes || old.is_some_and(|old| old.status != new.status));
        let card = organization.map(Key::organization_card);
        let phones = [old.and_then(phone_key), phone_key(new)];
        let phones = phones.into_iter().flatten().filter(|_| old.and_then(phone_key) != phone_key(new));
        let keys: Vec<_> = card.iter().cloned().chain(phones).collect();
        let mut found = call.store.get_all(&keys).await?;
        let card = card.map(|key| found.take::<OrganizationCard>(&key)).transpose()?;
        Ok(Self { organization: organization.zip(card), comes, found })
    }

    /// Gives the customer the organization's name, on condition that it is still that when it is written. An
    /// organization that the customer comes to must not be deleted.
    fn belong(&mut self, write: &mut Write, new: &mut Customer) -> Result<()> {
        if new.organization.is_none() {
            new.organization_name.clear();
        }
        let Some((id, card)) = self.organization.take() else { return Ok(()) };
        let card = card.filter(|card| !self.comes || card.value.status.is_enabled());
        let card = card.ok_or_else(|| Error::invalid("organization_id", "单位不存在"))?;
        write.check(&Key::organization_card(id), Expect::Revision(card.revision));
        new.organization_name = card.value.name;
        Ok(())
    }

    /// Gives up the old phone number and takes up the new one, unless they are the same.
    fn hold_phone(
        &mut self,
        write: &mut Write,
        id: u32,
        old: Option<&Stored<Customer>>,
        new: &Customer,
        insists: bool,
    ) -> Result<()> {
        let (had, has) = (old.and_then(|old| phone_key(&old.record.value)), phone_key(new));
        if had == has {
            return Ok(());
        }
        if let Some(key) = had {
            let holders = self.found.take::<Holders>(&key)?;
            write.share(&key, holders.as_ref(), id, false)?;
        }
        if let Some(key) = has {
            let holders = self.found.take::<Holders>(&key)?;
            let other = holders.as_ref().and_then(|holders| holders.value.other_than(Some(id)));
            if let Some(id) = other.filter(|_| !insists) {
                let message = "手机号已被其他客户使用";
                return Err(Error::Duplicate { field: "phoneNumber", message, id });
            }
            write.share(&key, holders.as_ref(), id, true)?;
        }
        Ok(())
    }
}

/// Refuses a phone number that is too long once its characters are written out, such as ⑪ as 11.
pub fn not_too_long(number: &str) -> Result<()> {
    let refused = || Error::invalid("phoneNumber", "phoneNumber不能超过64个字符（⑪这样的字符按11计算）");
    if phone::is_too_long(number) { Err(refused()) } else { Ok(()) }
}

/// Where it stands who has the customer's phone number; nobody does of a hidden one, or of none.
fn phone_key(customer: &Customer) -> Option<Key> {
    customer.shares().pop()
}
