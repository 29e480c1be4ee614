//! `/api/customers/customers`: the customers.

use lambda_http::tracing;
use shared::http::choices::{SEX_NAMES, SEXES, STATUSES};
use shared::http::reference::{Act, Operation, Rule, choice, flag, id, int, name, owner, text, time, url};
use shared::http::{
    Call, Column, Created, Edited, Failure, HttpResult, List, ListParams, Params, Reply, Saver,
};
use shared::log::short;
use shared::model::{
    Customer, CustomerPage, CustomerQuery, CustomerRow, Involvement, PhoneQuery, RecordKind, SaveOptions,
    SavedCustomer, Status, resume_renames, save_customer,
};
use shared::search::phone;
use shared::store::{Store, Stored, Write};
use shared::time::Time;
use std::time::Duration;

/// A phone number that customers can be looked for by: enough digits, whatever is between them, or more than digits.
const LONG_ENOUGH: &str = r"^(([^0-9\u0000-\u001f\u007f-\u009f]*[0-9]){4}[^\u0000-\u001f\u007f-\u009f]*|[^\u0000-\u001f\u007f-\u009f]*[^0-9\uff10-\uff19\u0000-\u0020\u007f-\u00a0\u2000-\u206f\u3000\ufeff][^\u0000-\u001f\u007f-\u009f]*)$";
/// The statuses that a list shows.
const SHOWN: [(&str, &[Status]); 3] =
    [("0", &[Status::Disabled]), ("1", &[Status::Enabled]), ("all", &[Status::Enabled, Status::Disabled])];
/// For how long a search by name goes on with renames that their writers have left.
const RENAME_TIME: Duration = Duration::from_millis(150);
/// The longest that a search waits for them.
const RENAME_WAIT: Duration = Duration::from_millis(200);

/// Customers, the last edited first: all, or those with a name, an organization, an owner, a phone number, a status.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let query = CustomerList::query(&call.store, &call.list_params()?).await?;
    let (found, ()) = tokio::join!(query.find(&call.store, page.slice()), finish_renames(&call, &query));
    let CustomerPage { total, customers } = found?;
    Ok(Reply::list(CustomerRow::of(&call.store, customers).await?, total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<CustomerRow>("查询客户")
        .about("按客户的修改时间从新到旧排列；各个条件同时满足。")
        .params([
            id("customers_id", "客户id").additive(),
            name("name", "昵称、姓名或单位名称的一部分，不分大小写和全角半角").called("名字"),
            name("q", "昵称、姓名或单位名称的一部分，或者手机号中连续的4位以上数字：符合其中一种").additive(),
            id("organization_id", "单位id"),
            owner("owner_id", "负责人：id，me是自己的客户，none是公海客户").additive(),
            choice("status", &SHOWN, "状态")
                .means(&["隐藏的客户", "正常的客户", "两者都要"])
                .default("1")
                .additive(),
            time(
                "start_time",
                "录入时间从这里开始，包括在内；要和owner_id（员工）一起用，这时按录入时间从新到旧排列",
            )
            .additive(),
            time("end_time", "录入时间到这里为止，包括在内，只有日期时是当天23:59:59").additive(),
            flag("all", "true表示不限录入时间，与不传时间相同；不能与start_time、end_time一起用").additive(),
            name("phoneNumber", "手机号，或者其中连续的4位以上数字；只比较数字")
                .pattern(LONG_ENOUGH)
                .checked(|number| phone_query(number).map(drop)),
        ])
        .check(|params, _| params.window(Time(0), |end| end).map(drop))
}

/// The list of customers.
pub struct CustomerList;

impl List for CustomerList {
    type Query = CustomerQuery;

    const KIND: RecordKind = RecordKind::Customers;

    const COLUMNS: &'static [Column] = &[
        Column::number("客户id", "id"),
        Column::text("昵称", "nickName"),
        Column::text("姓名", "realName"),
        Column::text("手机号", "phoneNumber"),
        Column::text("职务", "job"),
        Column::number("性别代码", "sex"),
        Column::word("性别", "sex", &SEX_NAMES),
        Column::number("单位id", "organization_id"),
        Column::text("单位", "organization"),
        Column::number("类型", "type"),
        Column::number("状态代码", "status"),
        Column::word("状态", "status", &["隐藏", "正常"]),
        Column::number("负责人id", "owner_id"),
        Column::person("负责人", "owner"),
        Column::number("录入人id", "creator.user_id"),
        Column::person("录入人", "creator"),
        Column::text("头像", "avatar"),
        Column::text("创建时间", "createTime"),
        Column::text("修改时间", "updateTime"),
        Column::number("版本", "version"),
    ];

    fn operation() -> Operation {
        get_doc()
    }

    async fn query(_: &Store, params: &ListParams<'_>) -> HttpResult<CustomerQuery> {
        query(params)
    }
}

fn query(params: &ListParams<'_>) -> HttpResult<CustomerQuery> {
    let name = params.name("name")?.value();
    let organization = params.id("organization_id")?.value();
    let phone = params.name("phoneNumber")?.value();
    let phone = phone.map(|number| phone_query(&number)).transpose();
    let phone = phone.map_err(|message| Failure::invalid("phoneNumber", message))?;
    let query = CustomerQuery::new(params.id("customers_id")?.value(), name.as_deref(), organization, phone);
    let query = match params.name("q")?.value() {
        Some(text) => query.with_name_or_phone(text),
        None => query,
    };
    let owner = params.owner("owner_id")?.value();
    let query = match owner {
        Some(owner) => query.owned_by(owner),
        None => query,
    };
    let statuses = params.choice("status", &SHOWN)?.value().unwrap_or(&[Status::Enabled]);
    let entered = params.window(|_| Time(0))?;
    if params.time("start_time")?.value().is_none() && params.time("end_time")?.value().is_none() {
        return Ok(query.with_statuses(statuses));
    }
    match (owner.flatten(), statuses) {
        (Some(owner), [Status::Enabled]) => Ok(query.entered_in(owner, entered)),
        _ => Err(Failure::invalid("start_time", "录入时间只能和owner_id（员工）一起用，不能和status一起用")),
    }
}

/// The number to look for, or what is wrong with it.
fn phone_query(number: &str) -> Result<PhoneQuery, String> {
    check_length(number)?;
    PhoneQuery::new(number.to_owned()).ok_or_else(|| format!("手机号至少{}位数字", phone::MIN_DIGITS))
}

/// Goes on with renames that their writers have left, where names are searched for. What is under way when the time is up is
/// dropped, as if this process had died.
async fn finish_renames(call: &Call, query: &CustomerQuery) {
    if !query.is_by_name() {
        return;
    }
    let renames = resume_renames(&call.store, call.epoch, RENAME_TIME);
    if let Ok(Err(error)) = tokio::time::timeout(RENAME_WAIT, renames).await {
        tracing::warn!(cause = short(error), "a rename was not resumed");
    }
}

/// Creates without `customers_id`, edits with it. A phone number that another customer has is refused unless
/// `allow_duplicate` is true.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("操作成功");
    let saver = call.saver()?;
    let mut write = call.write();
    let (saved, reply) = match call.edits("customers_id")? {
        None => {
            let saved = create(&saver, &mut write, &call.body).await?;
            let id = saved.id;
            (saved, done.with(Created { id }))
        }
        Some(id) => {
            let old = call.edited::<Customer>(id).await?;
            (edit(&saver, &mut write, &call.body, &old).await?, done.with(Edited::of(&old)))
        }
    };
    let reply = call.commit(write, reply).await?;
    saved.follow_rename(&call.store).await;
    Ok(reply)
}

/// Lets `write` create the customer in `body`, who is the saver's unless it names another owner.
pub async fn create(saver: &Saver<'_>, write: &mut Write, body: &Params) -> HttpResult<SavedCustomer> {
    let creator = Some(saver.by);
    let owner = body.owner("owner_id")?.map(|owner| owner.id(saver.by)).value().unwrap_or(creator);
    let new = fields(body, Customer { creator, owner, ..Customer::new(saver.now) })?;
    check_known(&new)?;
    Ok(save_customer(saver.store, write, None, new, options(saver, body)?).await?)
}

/// Lets `write` change a customer as `body` says.
pub async fn edit(
    saver: &Saver<'_>,
    write: &mut Write,
    body: &Params,
    old: &Stored<Customer>,
) -> HttpResult<SavedCustomer> {
    let mut new = fields(body, old.record.value.clone())?;
    // Of whoever was forgotten nothing is known, and the rest can still be edited.
    if is_known(old) {
        check_known(&new)?;
    }
    // The clocks of two machines may differ, but no edit makes a customer older.
    new.updated = saver.now.max(old.updated);
    new.edition = old.edition.saturating_add(1);
    Ok(save_customer(saver.store, write, Some(old), new, options(saver, body)?).await?)
}

fn options(saver: &Saver<'_>, body: &Params) -> HttpResult<SaveOptions> {
    let allow_duplicate = body.flag("allow_duplicate")?.value().unwrap_or(false);
    Ok(SaveOptions { allow_duplicate, ..saver.options })
}

pub fn post_doc() -> Operation {
    let known_by = ["nickName", "realName", "phoneNumber"].map(|name| Rule::Present(vec![name]));
    let edits = id("customers_id", "客户id；传了是修改，不传是新增").or(&["id"]);
    Operation::writes("新增、修改客户", "操作成功", edits)
        .row::<CustomerRow>()
        .about("nickName、realName、phoneNumber至少要有一个。status是0的客户不出现在列表里。")
        .params([
            int("type", "类型，由前端定义").default(Customer::DEFAULT_KIND),
            name("nickName", "昵称"),
            name("realName", "姓名"),
            url("avatar", "头像地址"),
            name(
                "phoneNumber",
                "手机号；数字与其他客户的相同时得到409，data.id是那个客户；没有数字的（例如“无”）不算重复",
            )
            .checked(check_length),
            text("job", "职务"),
            choice("sex", &SEXES, "性别").means(&SEX_NAMES).default("0"),
            id("organization_id", "单位id"),
            choice("status", &STATUSES, "状态").means(&["隐藏", "正常"]).default("1"),
            owner("owner_id", "负责人，默认是新增的人；修改时不起作用").create_only().additive(),
            flag("allow_duplicate", "手机号与其他客户相同也保存；同一个号码最多100个客户")
                .default(false)
                .additive(),
        ])
        .check(check_new)
        .acts([
            Act::creates("Create", Rule::Any(known_by.into())),
            Act::edits("Edit", Rule::Present(vec!["customers_id"])),
        ])
        .unique(Customer::PHONE)
        .for_involved([Involvement::Owner])
        .limited()
}

/// The customer that `old` becomes by `body`.
pub fn fields(body: &Params, old: Customer) -> HttpResult<Customer> {
    Ok(Customer {
        kind: body.int("type")?.clear_to(Customer::DEFAULT_KIND).apply(old.kind),
        nick_name: body.name("nickName")?.apply(old.nick_name),
        real_name: body.name("realName")?.apply(old.real_name),
        avatar: body.url("avatar")?.apply(old.avatar),
        phone_number: body.name("phoneNumber")?.apply(old.phone_number),
        job: body.text("job")?.apply(old.job),
        sex: body.choice("sex", &SEXES)?.apply(old.sex),
        organization: body.id("organization_id")?.apply(old.organization),
        status: body.choice("status", &STATUSES)?.ignore_clear().apply(old.status),
        ..old
    })
}

fn is_known(customer: &Customer) -> bool {
    [&customer.nick_name, &customer.real_name, &customer.phone_number].iter().any(|text| !text.is_empty())
}

/// Whoever has neither a name nor a number cannot be found again.
fn check_known(customer: &Customer) -> HttpResult<()> {
    if is_known(customer) {
        return Ok(());
    }
    Err(Failure::invalid("nickName", "昵称、姓名、手机号至少填写一个"))
}

/// That of a new customer, whom only the request makes known.
fn check_new(body: &Params, is_new: bool) -> HttpResult<()> {
    let name = |field| body.name(field).map(|name| name.apply(String::new()));
    let new = Customer {
        nick_name: name("nickName")?,
        real_name: name("realName")?,
        phone_number: name("phoneNumber")?,
        ..Customer::new(Time(0))
    };
    if is_new { check_known(&new) } else { Ok(()) }
}

/// Refuses a phone number that is too long once its characters are written out, such as ⑪ as 11.
fn check_length(number: &str) -> Result<(), String> {
    let refused = || "手机号不能超过64个字符（⑪这样的字符按11计算）".to_owned();
    if phone::is_too_long(number) { Err(refused()) } else { Ok(()) }
}
