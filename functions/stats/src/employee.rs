//! `/api/stats/employee`: what employees did, the one who signed most first.

use futures_util::future::{try_join_all, try_join3};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, ids};
use shared::http::{Call, HttpResult, Reply};
use shared::model::{Contract, Customer, Employee, EmployeeName, Follow, Person};
use shared::store::{Order, Store, Total, Window};
use shared::time::Time;
use shared::{Error, Result, money};
use std::cmp::Reverse;
use std::collections::HashSet;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EmployeeCount", description = "一个员工做了什么")]
struct Row {
    /// 员工id
    user_id: u32,
    /// 员工
    user: Person,
    /// 跟进次数：员工是跟进人或者记录人
    follow_count: u64,
    /// 这段时间里录入、现在由员工负责的客户数
    customers_count: u64,
    /// 签约次数：员工是跟进人或者创建人，多人的合同每人都计
    sign_count: u64,
    /// 签约金额
    sign_amount: String,
}

/// What an employee did.
struct Figures {
    id: u32,
    name: EmployeeName,
    follows: u64,
    customers: u64,
    signed: Total,
}

/// What employees did in a window of time: those that are named, or all. Each figure is the total of the list with that
/// employee's filter. Whoever did nothing is left out.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let window = call.query.window(call.now, Time::a_week_before)?;
    let wanted = call.query.ids("user_ids")?.value().filter(|ids| !ids.is_empty());
    let wanted: Option<HashSet<u32>> = wanted.map(|ids| ids.into_iter().collect());
    let entries = call.store.all(&[Employee::NAMES], Window::ALL, Order::Ascending).await?;
    let mut reads = Vec::new();
    for entry in entries {
        let id = entry.point.id;
        if wanted.as_ref().is_none_or(|wanted| wanted.contains(&id)) {
            let name = entry.projection.as_deref().unwrap_or("{}");
            let name = serde_json::from_str(name).map_err(Error::unreadable::<EmployeeName>)?;
            reads.push(figures(&call.store, id, name, window));
        }
    }
    let mut found = try_join_all(reads).await?;
    found.retain(|it| it.follows > 0 || it.customers > 0 || it.signed != Total::default());
    found.sort_by_key(|it| (Reverse((it.signed.sum, it.signed.count, it.follows, it.customers)), it.id));
    let total = found.len() as u64;
    let row = |it: Figures| Row {
        user_id: it.id,
        user: Person::new(it.id, it.name),
        follow_count: it.follows,
        customers_count: it.customers,
        sign_count: it.signed.count,
        sign_amount: money::shown(it.signed.sum),
    };
    let rows: Vec<_> = page.slice().of(found).into_iter().map(row).collect();
    Ok(Reply::list(rows, total, page))
}

/// Those of one employee, in one round trip.
async fn figures(store: &Store, id: u32, name: EmployeeName, window: Window) -> Result<Figures> {
    let listings =
        [[Follow::of_employee(id)], [Customer::created_of(id)], [Contract::signed_of_employee(id)]];
    let [follows, customers, signed] = &listings;
    let (of_follows, of_customers, of_signed) = (store.branch(), store.branch(), store.branch());
    let (follows, customers, signed) = try_join3(
        of_follows.total(follows, window),
        of_customers.total(customers, window),
        of_signed.total(signed, window),
    )
    .await?;
    Ok(Figures { id, name, follows: follows.count, customers: customers.count, signed })
}

pub fn get_doc() -> Operation {
    Operation::rows::<Row>("统计员工的业绩")
        .about("按签约金额从高到低排列；什么也没有的员工不出现，total是员工的个数。每个数字都与带员工条件的列表的总数相同：跟进记录和合同（time=sign）的user_id，客户的owner_id。")
        .params([ids("user_ids", "员工id；不传则返回所有员工")])
        .week()
        .additive()
}
