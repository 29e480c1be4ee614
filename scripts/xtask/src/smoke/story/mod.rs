//! A company's first day, in which every operation is used and what it did is looked at.

mod files;
pub mod paths;
mod records;

use anyhow::{Result, ensure};
use serde_json::json;
use testing::{encoded::encoded, template::Template};

use files::{exports, files, imports};
use paths::{
    CONTRACT, CUSTOMER, DAY, DEMAND, EMPLOYEE, FOLLOW, GRANTS, MENU, ORGANIZATION, OVERVIEW, OWNER,
    SATISFACTION,
};
use records::{Figures, contracts, plans, records, satisfaction};

use super::{Client, all_were_done, live, strangers};
use crate::admin::Admin;

/// Plays the day in a company in which `admin` is an admin, for the `nth` time of nine at most. A customer, an organization,
/// an employee and one record of each kind is what remains of each.
pub fn every_operation(url: &str, template: &Template, admin: &Admin, nth: u8) -> Result<()> {
    let anybody = Client::new(url);
    strangers(&anybody, template)?;
    let customer = day(&anybody, admin, nth, figures)?;
    plans(&anybody.signed_in(admin)?, customer)?;
    pages(&anybody.signed_in(admin)?, customer, nth)?;
    filters(&anybody.signed_in(admin)?, customer)?;
    owners(&anybody.signed_in(admin)?, customer)?;
    history(&anybody.signed_in(admin)?)?;
    files(&anybody.signed_in(admin)?, customer)?;
    exports(&anybody.signed_in(admin)?, customer)?;
    imports(&anybody.signed_in(admin)?, nth)?;
    changes(&anybody.signed_in(&employee_now(nth))?, customer)?;
    all_were_done(&anybody, template)?;
    live(url, template, Some(admin))
}

/// The same day without a look at what is new in this version. Answers the customer.
pub fn filled(anybody: &Client, admin: &Admin, nth: u8) -> Result<u64> {
    day(anybody, admin, nth, |_, _, _, _| Ok(()))
}

fn day(anybody: &Client, admin: &Admin, nth: u8, figures: Figures) -> Result<u64> {
    let boss = anybody.signed_in(admin)?;
    let menu = menus(&boss, nth)?;
    let employee = employee(&boss, anybody, menu, nth)?;
    let organization = organization(&boss, nth)?;
    let customer = customer(&boss, organization, nth)?;
    records(&boss, customer, (organization, &renamed(nth)), employee, figures)?;
    satisfaction(&boss, customer, employee)?;
    contracts(&boss, organization, employee)?;
    Ok(customer)
}

/// Looks for what was left of the day by every filter, each combined with another.
fn filters(boss: &Client, customer: u64) -> Result<()> {
    let of_customer = format!("customers_id={customer}&{DAY}");
    let follow = boss.get(&format!("{FOLLOW}?{of_customer}"))?;
    let number = |key: &str| follow.number(&format!("/data/0/{key}"));
    let (organization, employee) = (number("organization_id")?, number("follower/0/user_id")?);
    let [of_organization, of_employee] =
        [format!("organization_id={organization}&{DAY}"), format!("user_id={employee}&{DAY}")];
    for path in [FOLLOW, DEMAND] {
        let kept = boss.get(&format!("{path}?{of_customer}"))?.number("/data/0/id")?;
        for query in
            [of_organization.clone(), of_employee.clone(), format!("customers_id={customer}&{of_employee}")]
        {
            boss.get(&format!("{path}?count=100&{query}"))?.row(kept)?;
        }
        boss.get(&format!("{path}?{of_customer}&user_id=4000000000"))?.has("/page_info/total", 0)?;
    }
    boss.get(&format!("{FOLLOW}?count=100&event=2&{of_employee}"))?.row(number("id")?)?;
    boss.get(&format!("{DEMAND}?customers_id=all&{DAY}"))?.number("/data/0/id")?;
    boss.get(&format!("{SATISFACTION}?customers_id=all&{DAY}"))?.number("/data/0/id")?;
    let of_organization = format!("{CONTRACT}?organization_ids={organization}");
    let kept = boss.get(&of_organization)?.number("/data/0/id")?;
    for query in [format!("user_id={employee}"), format!("name={}", encoded("演练合")), "status=0".to_owned()]
    {
        boss.get(&format!("{of_organization}&{query}"))?.row(kept)?;
    }
    boss.get(&format!("{of_organization}&time=sign&name=yl&{DAY}"))?.row(kept)?;
    Ok(())
}

/// Trend, leaderboard and events.
fn figures(boss: &Client, organization: u64, employee: u64, expected: u64) -> Result<()> {
    let trend = boss.get(&format!("/api/stats/trend?by=day&organization_id={organization}&{DAY}"))?;
    trend.has("/data/0/follow_count", expected)?.has("/data/0/demand_count", expected)?;
    let of_employee = boss.get(&format!("/api/stats/employee?user_ids={employee}&{DAY}"))?;
    of_employee.has("/data/0/user_id", employee)?.has("/data/0/follow_count", expected)?;
    boss.get(&format!("/api/stats/event?{DAY}"))?.has("/data/4/event", 5)?;
    Ok(())
}

/// Gives a customer back to the pool and claims them; hands all over to the pool, and claims the customer again.
fn owners(boss: &Client, customer: u64) -> Result<()> {
    let me = boss.get("/api/user/me")?.number("/data/user_id")?;
    let give = |to: &str| boss.post(OWNER, json!({ "customers_ids": customer, "owner_id": to }));
    give("none")?.has("/data/0/result", "done")?;
    boss.get(&format!("{CUSTOMER}?owner_id=none"))?.row(customer)?;
    give("me")?.has("/data/0/owner/user_id", me)?;
    boss.get(&format!("{CUSTOMER}?owner_id=me"))?.row(customer)?;
    let handed_over = boss.post("/api/customers/handover", json!({ "from_id": me, "to_id": "none" }))?;
    handed_over.has("/data/left", 0)?;
    boss.get(&format!("{CUSTOMER}?owner_id=me"))?.has("/page_info/total", 0)?;
    give("me")?.has("/data/0/result", "done")?;
    Ok(())
}

/// Brings a contract back that was deleted, deletes it again, and forgets somebody who is hidden.
fn history(boss: &Client) -> Result<()> {
    let id = boss.get("/api/history/trash?kind=contract")?.number("/data/0/id")?;
    let restore = json!({ "kind": "contract", "id": id });
    boss.post("/api/history/restore", restore.clone())?;
    boss.send("POST", "/api/history/restore", Some(restore))?.refused(409, "not_deleted")?;
    let changes = boss.get(&format!("/api/history/record?kind=contract&id={id}"))?;
    changes.has("/page_info/total", 3)?.has("/data/0/action", "restore")?;
    boss.post("/api/contract/delcontract", json!({ "contract_id": id }))?;
    boss.get("/api/history/log?kind=contract")?.has("/data/0/action", "delete")?;
    boss.get("/api/history/feed")?;
    let hidden = boss.post(CUSTOMER, json!({ "realName": "过客", "status": 0 }))?.number("/data/id")?;
    boss.post("/api/history/erase", json!({ "customers_id": hidden }))?.has("/data/left", 0)?;
    Ok(())
}

/// What the organization is called after it was renamed.
fn renamed(nth: u8) -> String {
    format!("改名单位{nth}")
}

/// Answers a menu that claims the contracts.
fn menus(boss: &Client, nth: u8) -> Result<u64> {
    let name = format!("部署演练{nth}改");
    let body = json!({ "name": format!("部署演练{nth}"), "content": "合同", "area": "contract" });
    let kept = boss.post(MENU, body)?.number("/data/id")?;
    let gone = boss.post(MENU, json!({ "name": "临时" }))?.number("/data/id")?;
    boss.post(MENU, json!({ "menu_id": kept, "name": name }))?;
    boss.post(MENU, json!({ "menu_id": gone }))?;
    let menus = boss.get(&format!("{MENU}?count=100"))?;
    menus.row(kept)?.has("/name", name)?.has("/content", "合同")?;
    ensure!(menus.row(gone).is_err(), "{menus}: the menu {gone} was deleted");
    Ok(kept)
}

/// With what the new employee signs in at the end of the day.
fn employee_now(nth: u8) -> Admin {
    Admin { phone: format!("1390000{nth}001"), password: "second password".to_owned() }
}

/// The new employee changes what they took part in, and not how a customer found them.
fn changes(staff: &Client, customer: u64) -> Result<()> {
    let first =
        |path: &str| staff.get(&format!("{path}?customers_id={customer}&{DAY}"))?.number("/data/0/id");
    staff.post(FOLLOW, json!({ "follow_id": first(FOLLOW)?, "note": "跟进人补充" }))?;
    let better = json!({ "satisfy_id": first(SATISFACTION)?, "value": -10 });
    staff.send("POST", SATISFACTION, Some(better))?.refused(403, "not_involved")?;
    Ok(())
}

/// Answers an employee, who saw the contracts once they were granted the menu, and has another password than at first.
fn employee(boss: &Client, anybody: &Client, menu: u64, nth: u8) -> Result<u64> {
    let first = Admin { phone: format!("1390000{nth}001"), password: "first password".to_owned() };
    let second = employee_now(nth);
    let body = json!({ "phoneNumber": first.phone, "password": first.password, "nickName": "新同事" });
    let id = boss.post(EMPLOYEE, body)?.number("/data/id")?;
    boss.post(EMPLOYEE, json!({ "user_id": id, "realName": "张三" }))?;
    let row = boss.get(&format!("{EMPLOYEE}?count=100"))?.row(id)?;
    row.has("/nickName", "新同事")?.has("/realName", "张三")?.has("/role", "staff")?;

    let staff = anybody.signed_in(&first)?;
    staff.send("GET", CONTRACT, None)?.refused(403, "forbidden")?;
    boss.post(GRANTS, json!({ "user_id": id, "menu": [menu] }))?;
    boss.get(&format!("{GRANTS}?user_id={id}"))?.has("/data/0/menu/0/id", menu)?;
    staff.get(CONTRACT)?;

    let elsewhere = anybody.signed_in(&first)?;
    let change = json!({ "old_password": first.password, "new_password": second.password });
    staff.post("/api/user/password", change)?;
    elsewhere.send("GET", MENU, None)?.refused(401, "session_required")?;
    let credentials = json!({ "phoneNumber": first.phone, "password": first.password });
    anybody.send("POST", "/api/user/login", Some(credentials))?.refused(401, "login_failed")?;
    anybody.signed_in(&second)?.get(MENU)?;
    staff.post("/api/user/logout", json!({ "phoneNumber": first.phone }))?;
    staff.send("GET", MENU, None)?.refused(401, "session_required")?;
    Ok(id)
}

/// What a frontend shows first, and of a customer; it ends the session.
fn pages(boss: &Client, customer: u64, nth: u8) -> Result<()> {
    boss.get("/api/user/me")?.has("/data/role", "admin")?.has("/data/areas/0", "customers")?;
    let page = boss.get(&format!("{OVERVIEW}?customers_id={customer}"))?;
    page.has("/data/customer/id", customer)?.has("/data/organization/groupName", renamed(nth))?;
    for part in ["demand", "satisfy", "contract"] {
        page.has(&format!("/data/{part}/total"), 1)?;
    }
    for part in ["follow", "plan"] {
        page.has(&format!("/data/{part}/total"), 2)?;
    }
    page.has("/data/contract/data/0/organization", renamed(nth))?;
    boss.get(&format!("{EMPLOYEE}?name={}", encoded("新同")))?.has("/data/0/nickName", "新同事")?;
    boss.get(&format!("{CUSTOMER}?q={nth}002"))?.row(customer)?;
    boss.post("/api/user/logout", json!({ "only_this": true }))?;
    boss.send("GET", MENU, None)?.refused(401, "session_required")?;
    Ok(())
}

fn organization(boss: &Client, nth: u8) -> Result<u64> {
    let name = format!("演练单位{nth}");
    let body = json!({ "groupName": name, "groupDetail": "云南" });
    let id = boss.post(ORGANIZATION, body)?.number("/data/id")?;
    let row = boss.get(&format!("{ORGANIZATION}?organization_id={id}"))?.row(id)?;
    row.has("/groupName", name)?.has("/groupDetail", "云南")?;
    Ok(id)
}

/// Answers a customer, who is found by the name that their organization got after they came to it.
fn customer(boss: &Client, organization: u64, nth: u8) -> Result<u64> {
    let phone = format!("1390000{nth}002");
    let body = json!({ "nickName": "演练客户", "phoneNumber": phone, "organization_id": organization });
    let id = boss.post(CUSTOMER, body.clone())?.number("/data/id")?;
    boss.send("POST", CUSTOMER, Some(body))?.refused(409, "duplicate")?.has("/data/id", id)?;
    boss.post(CUSTOMER, json!({ "customers_id": id, "realName": "李四" }))?;
    boss.post(ORGANIZATION, json!({ "organization_id": organization, "groupName": renamed(nth) }))?;
    let found = boss.get(&format!("{CUSTOMER}?name={}", encoded("改名")))?;
    found
        .row(id)?
        .has("/nickName", "演练客户")?
        .has("/realName", "李四")?
        .has("/organization", renamed(nth))?;
    boss.get(&format!("{CUSTOMER}?phoneNumber={nth}002"))?.row(id)?;
    Ok(id)
}
