//! `/api/contract/contract` and `/api/contract/delcontract`: the contracts.

use shared::http::reference::{Operation, choice, id, ids, int, money, name, text, time};
use shared::http::{Call, Column, Created, Edited, HttpResult, List, ListParams, Params, Reply, Saver};
use shared::model::{
    Contract, ContractRow, ContractTime, Involvement, RecordKind, RecordList, RecordQuery, ReferenceRole,
    References,
};
use shared::store::Store;
use shared::time::Time;

/// Those who may change a contract, as the reference shows them.
const INVOLVED: [Involvement; 2] = [Involvement::Creator, Involvement::Follower];

/// What a list of contracts is ordered by, and what its window is about.
const TIMES: [(&str, ContractTime); 2] = [("create", ContractTime::Created), ("sign", ContractTime::Signed)];

/// Contracts, the last entered or signed first: one by its id, or those that were entered or signed in a window of time and
/// pass all filters.
pub async fn get(call: Call) -> HttpResult {
    call.record_list(ContractList).await
}

/// The list of contracts.
pub struct ContractList;

impl List for ContractList {
    type Query = RecordList<Contract>;

    const KIND: RecordKind = RecordKind::Contract;

    const COLUMNS: &'static [Column] = &[
        Column::number("合同id", "id"),
        Column::text("合同名字", "name"),
        Column::text("合同编号", "code"),
        Column::number("单位id", "organization_id"),
        Column::text("单位", "organization"),
        Column::number("合同金额", "amount"),
        Column::text("签约时间", "sign_time"),
        Column::number("打款金额", "remit_amount"),
        Column::text("打款时间", "remit_time"),
        Column::text("合同开始时间", "aging_start_time"),
        Column::text("合同结束时间", "aging_end_time"),
        Column::number("状态", "status"),
        Column::text("备注", "note"),
        Column::ids("跟进人id", "follower_id"),
        Column::people("跟进人", "follower"),
        Column::number("创建人id", "creator.user_id"),
        Column::person("创建人", "creator"),
        Column::number("编辑人id", "editor.user_id"),
        Column::person("编辑人", "editor"),
        Column::text("创建时间", "createTime"),
        Column::text("修改时间", "updateTime"),
        Column::number("版本", "version"),
    ];

    fn operation() -> Operation {
        get_doc()
    }

    async fn query(_: &Store, params: &ListParams<'_>) -> HttpResult<RecordList<Contract>> {
        if let Some(id) = params.id("contract_id")?.value() {
            return Ok(RecordList::One(id));
        }
        let window = params.window(Time::a_year_before)?;
        let time = params.choice("time", &TIMES)?.value().unwrap_or(ContractTime::Created);
        // Nobody looks for the contracts of no organization: an empty choice is none.
        let organizations = params.ids("organization_ids")?.value().filter(|ids| !ids.is_empty());
        let filters = [
            organizations.map(|ids| time.by_organizations(ids)),
            params.id("user_id")?.value().map(|employee| time.by_employee(employee)),
            params.int("status")?.value().map(|status| time.by_status(status)),
            params.name("name")?.value().map(|name| time.by_name(&name)),
        ];
        let filters = filters.into_iter().flatten().collect();
        Ok(RecordList::Found(RecordQuery { time_order: time.time_order(), window, filters }))
    }
}

pub fn get_doc() -> Operation {
    Operation::rows::<ContractRow>("查询合同记录")
        .about("按录入的时间从新到旧排列；start_time和end_time也是录入的时间，不是签约的时间；time=sign时都是签约的时间，没有签约时间的合同不出现。各个条件同时满足。")
        .params([
            id("contract_id", "合同id；传了就只查这一条，不看其他条件").additive(),
            ids("organization_ids", "客户的单位id；不传则返回所有单位的合同"),
            name("name", "合同名字或编号（前256个字符）的一部分，不分大小写和全角半角").additive(),
            int("status", "状态，由前端定义").additive(),
            id("user_id", "员工id：跟进人或创建人").additive(),
            choice("time", &TIMES, "排列和时间范围所依据的时间").means(&["录入", "签约"]).default("create").additive(),
        ])
        .year()
}

/// Creates without `contract_id`, edits with it.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("操作成功");
    let old = match call.edits("contract_id")? {
        Some(id) => Some(call.edited::<Contract>(id).await?),
        None => None,
    };
    let (new, references) = fields(&call.saver()?, &call.body, old.as_ref().map(|old| &old.record.value))?;
    let mut write = call.write();
    let Some(old) = old else {
        let id = references.look_up_new::<Contract>(&call.store).await?;
        write.create(id, &new)?;
        return call.commit(write, done.with(Created { id })).await;
    };
    references.look_up(&call.store, &[]).await?;
    write.replace(&old, &new)?;
    call.commit(write, done.with(Edited::of(&old))).await
}

pub fn post_doc() -> Operation {
    let edits = id("contract_id", "合同id；传了是修改，不传是新建").or(&["id"]);
    Operation::writes("新建、修改合同", "操作成功", edits)
        .row::<ContractRow>()
        .params([
            id("organization_id", "单位id；新建时必填").kept(),
            name("name", "合同名字；新建时必填").kept().called("合同名字"),
            text("code", "合同编号"),
            money("amount", "合同金额"),
            time("sign_time", "签约日期"),
            money("remit_amount", "打款金额"),
            time("remit_time", "打款时间"),
            id("creator_id", "创建人的id；默认是自己，新建以后不再改变").create_only(),
            ids("follower_id", "跟进人的id"),
            id("editor_id", "编辑人的id；默认是自己"),
            text("note", "备注"),
            int("status", "状态，由前端定义，不影响合同的统计").default(0).additive(),
            time("aging_start_time", "合同开始时间").additive(),
            time("aging_end_time", "合同结束时间").additive(),
        ])
        .for_involved(INVOLVED)
}

/// The contract in the body, and the records that it refers to and `old` does not. The creator never changes; whoever edits is
/// the editor, unless the body names another.
pub fn fields(
    saver: &Saver<'_>,
    body: &Params,
    old: Option<&Contract>,
) -> HttpResult<(Contract, References)> {
    let me = saver.by;
    let (followers, creator, editor) =
        (body.ids("follower_id")?, body.id("creator_id")?.value(), body.id("editor_id")?);
    let new_followers = References::new_ids(followers.clone(), old.map(|old| &old.followers));
    let new_creator = creator.filter(|_| old.is_none());
    let new_editor = References::new_id(editor, old.map(|old| old.editor));
    let references = References {
        customer: None,
        organization: References::new_id(body.id("organization_id")?, old.map(|old| old.organization)),
        employees: vec![
            (ReferenceRole::Follower, new_followers),
            (ReferenceRole::Creator, new_creator.into_iter().collect()),
            (ReferenceRole::Editor, new_editor.into_iter().collect()),
        ],
    };
    let contract = Contract {
        organization: body.required_or("organization_id", Params::id, old.map(|old| old.organization))?,
        name: body.required_or("name", Params::name, old.map(|old| old.name.clone()))?,
        code: body.text("code")?.apply(old.map(|old| old.code.clone()).unwrap_or_default()),
        amount: body.money("amount")?.apply(old.and_then(|old| old.amount)),
        signed: body.time("sign_time")?.apply(old.and_then(|old| old.signed)),
        followers: followers.apply(old.map(|old| old.followers.clone()).unwrap_or_default()),
        status: body.int("status")?.apply(old.map_or(0, |old| old.status)),
        aging_start: body.time("aging_start_time")?.apply(old.and_then(|old| old.aging_start)),
        aging_end: body.time("aging_end_time")?.apply(old.and_then(|old| old.aging_end)),
        remit_amount: body.money("remit_amount")?.apply(old.and_then(|old| old.remit_amount)),
        remitted: body.time("remit_time")?.apply(old.and_then(|old| old.remitted)),
        note: body.text("note")?.apply(old.and_then(|old| old.note.clone())),
        creator: old.map_or(creator.unwrap_or(me), |old| old.creator),
        editor: editor.value().unwrap_or(me),
        created: old.map_or(saver.now, |old| old.created),
        // The clocks of two machines may differ, but no edit makes a contract older.
        updated: old.map_or(saver.now, |old| old.updated.max(saver.now)),
        edition: old.map_or(1, |old| old.edition.saturating_add(1)),
    };
    Ok((contract, references))
}

/// Deletes a contract.
pub async fn delete(call: Call) -> HttpResult {
    call.delete::<Contract>("contract_id").await
}

pub fn delete_doc() -> Operation {
    Operation::deletes("删除合同", "contract_id", "合同id").for_involved(INVOLVED)
}
