//! A company's first day, in which every operation is used and what it did is looked at.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use testing::{encoded::encoded, template::Template};

use super::{Answer, Client, all_were_done, live, strangers};
use crate::admin::Admin;
use crate::jobs::is_at_work;

/// Parameters of the GETs that need any. They name what need not exist.
pub const QUERIES: [(&str, &str); 8] = [
    (OVERVIEW, "customers_id=1"),
    ("/api/feedback/satisfy", "customers_id=1"),
    ("/api/history/record", "kind=user&id=1"),
    ("/api/history/trash", "kind=menu"),
    ("/api/stats/demand", "organization_ids=0"),
    ("/api/stats/follow", "organization_id=1"),
    ("/api/stats/trend", "by=day"),
    (REPORT, "job_id=1"),
];

/// What is about one record, and only there if that is.
pub const OF_ONE: [&str; 2] = [OVERVIEW, REPORT];

/// A workbook, in no envelope.
pub const TEMPLATE: &str = "/api/transfer/template?kind=customers";

const OVERVIEW: &str = "/api/customers/overview";
const REPORT: &str = "/api/transfer/report";

const MENU: &str = "/api/user/menu";
const GRANTS: &str = "/api/user/usermenu";
const EMPLOYEE: &str = "/api/user/user";
const CUSTOMER: &str = "/api/customers/customers";
const ORGANIZATION: &str = "/api/customers/organization";
const OWNER: &str = "/api/customers/owner";
const FOLLOW: &str = "/api/record/follow";
const DEMAND: &str = "/api/record/demand";
const PLAN: &str = "/api/record/plan";
const SATISFACTION: &str = "/api/feedback/satisfy";
const CONTRACT: &str = "/api/contract/contract";
const JOB: &str = "/api/transfer/job";

/// The smallest picture that there is.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

/// The day of everything here.
const NOON: &str = "2021-08-01 12:00:00";
const DAY: &str = "start_time=2021-08-01&end_time=2021-08-01";

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

/// What looks at the figures of an organization and an employee, who have so many follow-ups and demands.
type Figures = fn(&Client, u64, u64, u64) -> Result<()>;

fn day(anybody: &Client, admin: &Admin, nth: u8, figures: Figures) -> Result<u64> {
    let boss = anybody.signed_in(admin)?;
    let menu = menus(&boss, nth)?;
    let employee = employee(&boss, anybody, menu, nth)?;
    let organization = organization(&boss, nth)?;
    let customer = customer(&boss, organization, nth)?;
    records(&boss, customer, (organization, nth), employee, figures)?;
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

/// Uploads a picture as a browser does, gives it to a customer, and looks at it.
fn files(boss: &Client, customer: u64) -> Result<()> {
    let body = json!({ "name": "演练 头像.png", "size": PNG.len(), "content_type": "image/png" });
    let announced = boss.post("/api/file/file", body)?;
    let refused = |what: &str, announced: &Answer, change: Option<(&str, &str)>, file: &[u8]| {
        let status = boss.send_form(announced, change, file)?;
        ensure!((400..500).contains(&status), "{what}: the storage answered HTTP {status}");
        Ok(())
    };
    refused("a byte too many", &announced, None, &[PNG, b"!"].concat())?;
    refused("another type", &announced, Some(("Content-Type", "text/html")), PNG)?;
    refused("another key", &announced, Some(("key", "files/another")), PNG)?;
    let sent = boss.send_form(&announced, None, PNG)?;
    ensure!(sent == 204, "a picture: the storage answered HTTP {sent}");
    let url = announced.body.pointer("/data/url").and_then(Value::as_str).context("no address")?;
    boss.post(CUSTOMER, json!({ "customers_id": customer, "avatar": url }))?;
    let path = url.find("/api/file/").and_then(|at| url.get(at..)).context("an address of no file")?;
    let shown = boss.send("GET", path, None)?;
    ensure!(shown.status == 302, "{shown}");
    boss.signed_out().send("GET", path, None)?.refused(401, "session_required")?;
    let found = boss.get_json(path)?;
    let location = found.body.pointer("/data/url").and_then(Value::as_str).context("no location")?;
    let (kind, bytes) = boss.fetch(location)?;
    ensure!(kind == "image/png" && bytes == PNG, "the picture came back as {kind}, {} bytes", bytes.len());
    Ok(())
}

/// Exports a customer, and begins to do so once more, which nobody wants.
fn exports(boss: &Client, customer: u64) -> Result<()> {
    let body = json!({ "kind": "customers", "customers_id": customer });
    let begin = || boss.post("/api/transfer/export", body.clone())?.number("/data/job_id");
    let job = begin()?;
    let done = boss.get(&format!("{JOB}?job_id={job}"))?;
    done.has("/data/0/state", "done")?.has("/data/0/done_rows", 1)?;
    let url = done.body.pointer("/data/0/url").and_then(Value::as_str).context("no address")?;
    let (kind, bytes) = boss.fetch(url)?;
    let text = String::from_utf8(bytes)?;
    ensure!(kind.starts_with("text/csv") && text.contains("李四"), "the export came as {kind}: {text}");
    let unwanted = begin()?;
    boss.post("/api/transfer/stop", json!({ "job_id": unwanted }))?;
    boss.get(JOB)?.row(unwanted)?.has("/state", "stopped")?;
    boss.get("/api/history/log?kind=job")?.has("/data/0/id", unwanted)?.has("/data/0/action", "edit")?;
    Ok(())
}

/// Imports a file with one good row and one that says why it is not, and takes it back.
fn imports(boss: &Client, nth: u8) -> Result<()> {
    let file = format!("姓名,手机号,单位\n导入,1390000{nth}777,导入的单位{nth}\n,1.39E+10,\n");
    let template = boss.send("GET", TEMPLATE, None)?;
    ensure!(template.status == 200, "{template}");
    let body = json!({ "kind": "customers", "name": "客户.csv", "size": file.len() });
    let announced = boss.post("/api/transfer/import", body)?;
    let job = announced.number("/data/job_id")?;
    let sent = boss.send_form(&announced, None, file.as_bytes())?;
    ensure!(sent == 204, "a file to import: the storage answered HTTP {sent}");
    let act = |act: &str| -> Result<Answer> {
        boss.post(&format!("/api/transfer/{act}"), json!({ "job_id": job }))?;
        loop {
            let row = boss.get(&format!("{JOB}?job_id={job}"))?;
            if !row.body.pointer("/data/0").is_some_and(is_at_work) {
                return Ok(row);
            }
        }
    };
    act("check")?.has("/data/0/check/good", 1)?.has("/data/0/check/bad", 1)?;
    act("run")?.has("/data/0/state", "done")?.has("/data/0/created", 1)?.has("/data/0/failed_rows", 1)?;
    boss.get(&format!("{CUSTOMER}?phoneNumber=1390000{nth}777"))?.has("/page_info/total", 1)?;
    let report = boss.get_json(&format!("{REPORT}?job_id={job}"))?;
    let url = report.body.pointer("/data/url").and_then(Value::as_str).context("no address")?;
    let (_, bytes) = boss.fetch(url)?;
    ensure!(String::from_utf8(bytes)?.contains("1.39E+10"), "the row is not in the report");
    act("undo")?.has("/data/0/state", "undone")?;
    boss.get(&format!("{CUSTOMER}?phoneNumber=1390000{nth}777"))?.has("/page_info/total", 0)?;
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

fn records(
    boss: &Client,
    customer: u64,
    (organization, nth): (u64, u8),
    employee: u64,
    figures: Figures,
) -> Result<()> {
    let upload = json!({
        "customers_id": customer, "follower_id": [employee], "record_time": NOON, "event": 2, "content": "需求变更",
    });
    let mut ids = Vec::new();
    for _ in 0..3 {
        let answer = boss.post("/api/record/upload", upload.clone())?;
        ids.push((answer.number("/data/follow_id")?, answer.number("/data/demand_id")?));
    }
    let [(follow, demand), (follow_2, demand_2), (kept, kept_demand)] = ids.as_slice() else { return Ok(()) };
    boss.post(FOLLOW, json!({ "follow_id": kept, "gain": "签约在即" }))?;
    let row = boss.get(&format!("{FOLLOW}?follow_id={kept}"))?.row(*kept)?;
    row.has("/gain", "签约在即")?.has("/event", 2)?.has("/follower/0/user_id", employee)?;
    row.has("/customers_group/groupName", renamed(nth))?;
    boss.post(DEMAND, json!({ "demand_id": kept_demand, "content": "需求又变" }))?;
    let row = boss.get(&format!("{DEMAND}?demand_id={kept_demand}"))?.row(*kept_demand)?;
    row.has("/content", "需求又变")?.has("/customers/realName", "李四")?;

    let counted = |expected: u64| -> Result<()> {
        for path in [FOLLOW, DEMAND] {
            let list = boss.get(&format!("{path}?customers_id={customer}&{DAY}"))?;
            list.has("/page_info/total", expected)?;
        }
        let follows = boss.get(&format!("/api/stats/follow?organization_id={organization}&{DAY}"))?;
        follows.has("/data/0/0/follow_count", expected)?.has("/data/0/0/min_sign_time", NOON)?;
        let demands = boss.get(&format!("/api/stats/demand?organization_ids={organization}&{DAY}"))?;
        demands.has("/data/0/0/demand_count", expected)?.has("/data/1/total", 1)?;
        figures(boss, organization, employee, expected)
    };
    counted(3)?;
    delete_by_post(boss, "/api/record/delfollow", "follow_id", *follow)?;
    delete_by_post(boss, "/api/record/deldemand", "demand_id", *demand)?;
    counted(2)?;
    delete_by_delete(boss, "/api/record/delfollow", "follow_id", *follow_2)?;
    delete_by_delete(boss, "/api/record/deldemand", "demand_id", *demand_2)?;
    counted(1)
}

/// Plans of the boss for a customer: one is done by a follow-up, which leaves the next one.
fn plans(boss: &Client, customer: u64) -> Result<()> {
    let body = json!({ "customers_id": customer, "time": NOON, "note": "再次拜访" });
    let plan = |body: &Value| boss.post(PLAN, body.clone())?.number("/data/id");
    let open = plan(&body)?;
    boss.send("POST", PLAN, Some(body.clone()))?.refused(409, "duplicate")?.has("/data/id", open)?;
    boss.post(PLAN, json!({ "plan_id": open, "time": "2021-07-30 09:30:00" }))?;
    boss.get(&format!("{PLAN}?due=overdue"))?.row(open)?.has("/note", "再次拜访")?;
    let follow = json!({
        "customers_id": customer, "follower_id": [1], "record_time": "2021-07-31", "event": 3,
        "next_time": "2105-01-01", "next_note": "续约",
    });
    let next = boss.post("/api/record/upload", follow)?.number("/data/plan_id")?;
    boss.get(&format!("{PLAN}?due=done&customers_id={customer}"))?.row(open)?.has("/done", true)?;
    boss.get(&format!("{PLAN}?customers_id={customer}"))?.row(next)?.has("/note", "续约")?;
    delete_by_post(boss, "/api/record/delplan", "plan_id", next)?;
    let other = plan(&body)?;
    delete_by_delete(boss, "/api/record/delplan", "plan_id", other)?;
    plan(&body)?;
    boss.get(&format!("{PLAN}?due=all&customers_id={customer}"))?.has("/page_info/total", 2)?;
    Ok(())
}

fn satisfaction(boss: &Client, customer: u64, employee: u64) -> Result<()> {
    let body = |value: i64| json!({ "customers_id": customer, "record_time": NOON, "follower_id": [employee], "value": value });
    let create = |value| boss.post(SATISFACTION, body(value))?.number("/data/id");
    let [first, second, kept] = [create(-3)?, create(4)?, create(5)?];
    let list = || boss.get(&format!("{SATISFACTION}?customers_id={customer}&{DAY}"));
    boss.post(SATISFACTION, json!({ "satisfy_id": kept, "value": 10 }))?;
    let all = list()?;
    all.has("/page_info/total", 3)?.row(kept)?.has("/value", 10)?;
    all.row(first)?.has("/value", -3)?;
    delete_by_post(boss, "/api/feedback/delsatisfy", "satisfy_id", first)?;
    delete_by_delete(boss, "/api/feedback/delsatisfy", "satisfy_id", second)?;
    list()?.has("/page_info/total", 1)?.row(kept)?;
    Ok(())
}

fn contracts(boss: &Client, organization: u64, employee: u64) -> Result<()> {
    let create = |amount: Value| {
        let body = json!({
            "organization_id": organization, "name": "演练合同", "amount": amount, "sign_time": NOON,
            "follower_id": [employee],
        });
        boss.post(CONTRACT, body)?.number("/data/id")
    };
    let [first, second, kept] = [create(json!(12))?, create(json!("0.10"))?, create(json!("0.20"))?];
    let signed = |count: u64, amount: &str| -> Result<()> {
        let signed = boss.get(&format!("/api/stats/sign?organization_ids={organization}&{DAY}"))?;
        signed.has("/data/0/sign_count", count)?.has("/data/0/sign_amount", amount)?;
        let list = boss.get(&format!("{CONTRACT}?organization_ids={organization}"))?;
        list.has("/page_info/total", count)?.row(kept)?;
        Ok(())
    };
    signed(3, "12.30")?;
    boss.post(CONTRACT, json!({ "contract_id": kept, "code": "YL-1", "amount": "7.5" }))?;
    let row = boss.get(&format!("{CONTRACT}?contract_id={kept}"))?.row(kept)?;
    row.has("/amount", "7.50")?.has("/code", "YL-1")?.has("/name", "演练合同")?;
    delete_by_post(boss, "/api/contract/delcontract", "contract_id", first)?;
    signed(2, "7.60")?;
    delete_by_delete(boss, "/api/contract/delcontract", "contract_id", second)?;
    signed(1, "7.50")
}

fn delete_by_post(boss: &Client, path: &str, field: &str, id: u64) -> Result<()> {
    boss.post(path, json!({ field: id }))?;
    boss.send("POST", path, Some(json!({ field: id })))?.refused(404, "not_found")?;
    Ok(())
}

fn delete_by_delete(boss: &Client, path: &str, field: &str, id: u64) -> Result<()> {
    let path = format!("{path}?{field}={id}");
    boss.delete(&path)?;
    boss.send("DELETE", &path, None)?.refused(404, "not_found")?;
    Ok(())
}
