//! `/api/feedback/satisfy` and `/api/feedback/delsatisfy`: how satisfied customers are.

use shared::http::reference::{Operation, id, id_or_all, ids, int, text, time, url};
use shared::http::{Call, Column, Created, Edited, Failure, HttpResult, List, ListParams, Params, Reply};
use shared::model::{Involvement, RecordKind, RecordList, RecordQuery, Satisfaction, SatisfactionRow};
use shared::store::Store;
use shared::time::Time;
use std::ops::RangeInclusive;

/// From as bad to as good as can be.
const VALUES: RangeInclusive<i64> = -10..=10;
/// Who may change one, for the reference.
const INVOLVED: [Involvement; 1] = [Involvement::Operator];

/// How satisfied a customer was in a window of time, or all were, the newest first.
pub async fn get(call: Call) -> HttpResult {
    call.record_list(FeedbackList).await
}

/// The list of what customers said of the team.
pub struct FeedbackList;

impl List for FeedbackList {
    type Query = RecordList<Satisfaction>;

    const KIND: RecordKind = RecordKind::Satisfy;

    const COLUMNS: &'static [Column] = &[
        Column::number("满意度记录id", "id"),
        Column::text("反馈时间", "recordTime"),
        Column::number("客户id", "customers_id"),
        Column::text("客户昵称", "customers.nickName"),
        Column::text("客户姓名", "customers.realName"),
        Column::text("客户单位", "customers.organization"),
        Column::number("满意度", "value"),
        Column::text("备注", "note"),
        Column::text("附件", "attach"),
        Column::ids("被点赞、批评的员工id", "follower_id"),
        Column::people("被点赞、批评的员工", "follower"),
        Column::number("记录人id", "operator_id"),
        Column::person("记录人", "operator"),
        Column::text("记录时间", "createTime"),
        Column::number("版本", "version"),
    ];

    fn operation() -> Operation {
        get_doc()
    }

    async fn query(_: &Store, params: &ListParams<'_>) -> HttpResult<RecordList<Satisfaction>> {
        let customer = params.required("customers_id", Params::id_or_all)?;
        let window = params.window(Time::a_week_before)?;
        let filters = customer.map(Satisfaction::by_customer).into_iter().collect();
        Ok(RecordList::Found(RecordQuery { time_order: Satisfaction::time_order(), window, filters }))
    }
}

pub fn get_doc() -> Operation {
    Operation::rows::<SatisfactionRow>("查询满意度")
        .about("按反馈的时间从新到旧排列。")
        .params([id_or_all("customers_id", "客户id；all是所有客户").required()])
        .week()
}

/// Creates without `satisfy_id`, edits with it.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("录入成功");
    let old = match call.edits("satisfy_id")? {
        Some(id) => Some(call.edited::<Satisfaction>(id).await?),
        None => None,
    };
    let before = old.as_ref().map(|old| &old.record.value);
    let (activity, references) = call.activity(before.map(|old| &old.activity))?;
    let new = Satisfaction {
        activity,
        value: value(&call.body, before.map(|old| old.value))?,
        attach: call.body.url("attach")?.apply(before.and_then(|old| old.attach.clone())),
        note: call.body.text("note")?.apply(before.and_then(|old| old.note.clone())),
    };
    let mut write = call.write();
    let Some(old) = old else {
        let id = references.look_up_new::<Satisfaction>(&call.store).await?;
        write.create(id, &new)?;
        return call.commit(write, done.with(Created { id })).await;
    };
    references.look_up(&call.store, &[]).await?;
    write.replace(&old, &new)?;
    call.commit(write, done.with(Edited::of(&old))).await
}

pub fn post_doc() -> Operation {
    Operation::writes(
        "录入、修改满意度",
        "录入成功",
        id("satisfy_id", "满意度记录id；传了是修改，不传是录入").or(&["id"]).called("满意度记录"),
    )
    .row::<SatisfactionRow>()
    .params([
        id("customers_id", "客户id；录入时必填").kept(),
        time("record_time", "客户反馈的时间；录入时必填").kept().or(&["recordTime"]),
        ids("follower_id", "被点赞、批评的员工的id"),
        url("attach", "附件地址，比如聊天截图"),
        int("value", "满意度的值；录入时必填").kept().within(VALUES),
        text("note", "备注"),
    ])
    .for_involved(INVOLVED)
}

fn value(body: &Params, old: Option<i8>) -> HttpResult<i8> {
    // The declaration keeps it within the range, and the range within `i8`.
    let value = body.required_or("value", Params::int, old.map(i64::from))?;
    i8::try_from(value).map_err(|_| Failure::invalid("value", "满意度必须是-10到10的整数"))
}

/// Deletes one.
pub async fn delete(call: Call) -> HttpResult {
    call.delete::<Satisfaction>("satisfy_id").await
}

pub fn delete_doc() -> Operation {
    Operation::deletes("删除满意度记录", "satisfy_id", "满意度记录id").for_involved(INVOLVED)
}
