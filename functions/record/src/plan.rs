//! `/api/record/plan` and `/api/record/delplan`: who is to call which customer, and when.

use shared::http::reference::{Operation, choice, flag, id, id_or_all, text, time};
use shared::http::{Call, Created, Edited, Failure, HttpResult, Params, Reply};
use shared::model::{Due, Involvement, Plan, PlanRow, ReferenceRole, References, Role};
use shared::time::Time;

/// Which plans a list shows.
const DUES: [(&str, Due); 5] = [
    ("open", Due::Open),
    ("overdue", Due::Overdue),
    ("today", Due::Today),
    ("done", Due::Done),
    ("all", Due::All),
];

/// Those who may change a plan, as the reference shows them.
const INVOLVED: [Involvement; 2] = [Involvement::Assignee, Involvement::Operator];

/// What is said to staff who ask for the plans of others, and for no customer.
const OTHERS: &str = "只有管理员可以查看其他员工的全部计划";

/// Plans: one by its id, or those of the caller, of an employee, of everybody, for a customer, in a window of time.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    if let Some(id) = call.query.id("plan_id")?.value() {
        return call.record::<Plan>(id, page).await;
    }
    let due = call.query.choice("due", &DUES)?.value().unwrap_or(Due::Open);
    let customer = call.query.id("customers_id")?.value();
    let me = &call.me()?.employee;
    let default = if customer.is_some() { None } else { Some(me.id) };
    let employee = call.query.id_or_all("user_id")?.value().unwrap_or(default);
    if customer.is_none() && employee != Some(me.id) && me.role != Role::Admin {
        return Err(Failure::forbidden(OTHERS));
    }
    let window = call.query.endless_window(call.now, |_| Time(0))?;
    call.records(due.query(employee, customer, window, call.now), page).await
}

pub fn get_doc() -> Operation {
    Operation::rows::<PlanRow>("查询计划")
        .about("未完成的按计划的时间从早到晚排列，已完成的和全部的从新到旧；时间相同的按id同样排列。start_time和end_time也是计划的时间；各个条件同时满足。")
        .params([
            id("plan_id", "计划id；传了就只查这一条，不看其他条件"),
            choice("due", &DUES, "查哪些计划；“今天”是今天0点到24点的，包括时间已过的")
                .means(&["未完成", "未完成，时间已过", "未完成，今天的", "已完成", "全部"])
                .default("open"),
            id_or_all(
                "user_id",
                "要去联系的员工的id；all是所有员工；默认是自己，有customers_id时默认是所有员工。没有customers_id时，只有管理员可以查别人的",
            ),
            id("customers_id", "客户id"),
        ])
        .any_time()
        .additive()
}

/// Creates without `plan_id`, edits with it; with `done` it finishes one, or opens it again.
pub async fn post(call: Call) -> HttpResult {
    let reply = Reply::done("操作成功");
    let old = match call.edits("plan_id")? {
        Some(id) => Some(call.edited::<Plan>(id).await?),
        None => None,
    };
    check(&call.body, old.is_none())?;
    let (new, references) = fields(&call, old.as_ref().map(|old| &old.record.value))?;
    let mut write = call.write();
    let Some(old) = old else {
        let id = references.look_up_new::<Plan>(&call.store).await?;
        write.create(id, &new)?;
        return call.commit(write, reply.with(Created { id })).await;
    };
    references.look_up(&call.store, &[]).await?;
    write.replace(&old, &new)?;
    call.commit(write, reply.with(Edited::of(&old))).await
}

pub fn post_doc() -> Operation {
    let edits = id("plan_id", "计划id；传了是修改，不传是新建").or(&["id"]);
    Operation::writes("新建、修改、完成计划", "操作成功", edits)
        .about("一位员工对一个客户最多有一个未完成的计划，再建一个会得到409，data里是已有的那一个的id。上报跟进记录时，记录人对这个客户的计划自动完成。")
        .row::<PlanRow>()
        .params([
            id("customers_id", "客户id；新建时必填").kept(),
            time("time", "计划的时间；新建时必填").kept().called("计划时间"),
            id("user_id", "要去联系的员工的id；默认是自己"),
            text("note", "备注"),
            flag("done", "true是完成这个计划，false是重新打开；完成的时间是第一次完成的时间").edit_only(),
        ])
        .check(check)
        .unique(Plan::OPEN)
        .for_involved(INVOLVED)
        .additive()
}

/// What is planned is not done yet.
fn check(body: &Params, is_new: bool) -> HttpResult<()> {
    match body.flag("done")?.value() {
        Some(true) if is_new => Err(Failure::invalid("done", "新建的计划不能是已完成的")),
        _ => Ok(()),
    }
}

/// The plan in the body, and the records that it refers to and `old` does not.
fn fields(call: &Call, old: Option<&Plan>) -> HttpResult<(Plan, References)> {
    let (body, me) = (&call.body, call.me()?.employee.id);
    let employee = body.id("user_id")?.ignore_clear();
    // Whoever signs in is there.
    let new_employee = References::new_id(employee, Some(old.map_or(me, |old| old.employee)));
    let references = References {
        customer: References::new_id(body.id("customers_id")?, old.map(|old| old.customer)),
        organization: None,
        employees: vec![(ReferenceRole::Assignee, new_employee.into_iter().collect())],
    };
    let done = match body.flag("done")?.value() {
        Some(true) => old.and_then(|old| old.done).or(Some(call.now)),
        Some(false) => None,
        None => old.and_then(|old| old.done),
    };
    let plan = Plan {
        customer: body.required_or("customers_id", Params::id, old.map(|old| old.customer))?,
        employee: employee.apply(old.map_or(me, |old| old.employee)),
        at: body.required_or("time", Params::time, old.map(|old| old.at))?,
        note: body.text("note")?.apply(old.and_then(|old| old.note.clone())),
        done,
        operator: old.map_or(me, |old| old.operator),
        created: old.map_or(call.now, |old| old.created),
        edition: old.map_or(1, |old| old.edition.saturating_add(1)),
    };
    Ok((plan, references))
}

/// Deletes a plan.
pub async fn delete(call: Call) -> HttpResult {
    call.delete::<Plan>("plan_id").await
}

pub fn delete_doc() -> Operation {
    Operation::deletes("删除计划", "plan_id", "计划id").for_involved(INVOLVED).additive()
}
