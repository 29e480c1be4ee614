//! Records of each kind, created, edited, listed, counted and deleted.

use anyhow::Result;
use serde_json::{Value, json};

use super::paths::{CONTRACT, DAY, DEMAND, FOLLOW, NOON, PLAN, SATISFACTION};
use crate::smoke::Client;

/// What looks at the figures of an organization and an employee, who have so many follow-ups and demands.
pub type Figures = fn(&Client, u64, u64, u64) -> Result<()>;

/// Three uploads, of which one remains.
pub fn records(
    boss: &Client,
    customer: u64,
    (organization, name): (u64, &str),
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
    row.has("/customers_group/groupName", name)?;
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
pub fn plans(boss: &Client, customer: u64) -> Result<()> {
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

/// Three of them, of which one remains.
pub fn satisfaction(boss: &Client, customer: u64, employee: u64) -> Result<()> {
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

/// Three of an organization, of which one remains.
pub fn contracts(boss: &Client, organization: u64, employee: u64) -> Result<()> {
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
