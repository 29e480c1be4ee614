//! The company whose items are golden: a small one, driven through the API, in which every kind of item is written. The clock
//! stands still but for a second with each request; what is random is random.

use super::imports::{import, import_under_way};
use docs::FUNCTIONS;
use serde_json::{Value, json};
use shared::http::App;
use shared::jobs::{Job, JobState, Outcome, Step, Work, advance};
use shared::model::{Session, Token, keys};
use shared::store::{Author, Expect, Store, Stored, Write};
use shared::time::Time;
use std::num::NonZeroU32;
use std::time::Duration;
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::{Client, Stack};

/// A session of the admin.
pub const TOKEN: &str = "0000000100112233445566778899aabbccddeeff00112233445566778899aabb";
/// An employee who has signed in.
pub const STAFF: (&str, &str) = ("15331761337", "staff password");
/// Where from.
pub const OFFICE: &str = "203.0.113.7";
/// A request that was sent with an idempotency key, and its key.
pub const KEYED: (&str, &str, &str) = ("/api/user/menu", r#"{"name":"钥匙"}"#, "golden-1");

const FILE: &str = "/api/file/file";
const MENU: &str = "/api/user/menu";
const EMPLOYEE: &str = "/api/user/user";
const ORGANIZATION: &str = "/api/customers/organization";
const CUSTOMER: &str = "/api/customers/customers";
const UPLOAD: &str = "/api/record/upload";
const PLAN: &str = "/api/record/plan";
const SATISFACTION: &str = "/api/feedback/satisfy";
const CONTRACT: &str = "/api/contract/contract";

/// The company in a table of its own.
pub async fn company() -> Stack {
    let mut stack = Stack::start().await.with_storage().await;
    stack.app.store = by_clock(&stack, stack.app.store.clone());
    stack.admin().await;
    admin_session(&stack).await;
    for (path, body) in day() {
        send(&stack, &stack.app, path, body).await;
    }
    files(&stack).await;
    jobs(&stack).await;
    sign_ins(&stack).await;
    keyed(&stack).await;
    // Somebody with a limit gets one.
    send(&stack, &limited(&stack), CUSTOMER, json!({ "nickName": "限", "owner_id": 2 })).await;
    let spread = stack.app_over(spreading(&stack));
    for (path, body) in busy_hour() {
        send(&stack, &spread, path, body).await;
    }
    for (transactions, path, body) in deaths() {
        stack.advance(1);
        let app = stack.app_over(dying(&stack, transactions));
        admin(app, path).post(path, body).await;
    }
    stack
}

/// The company, if an employee may own no more than so many.
fn limited(stack: &Stack) -> App {
    App { owner_limit: NonZeroU32::new(50), ..stack.app.clone() }
}

/// A client of the admin.
pub fn admin(app: App, path: &str) -> Client {
    Client::of(testing::function_of(&FUNCTIONS, path), app).with("session", TOKEN)
}

async fn send(stack: &Stack, app: &App, path: &str, body: Value) {
    stack.advance(1);
    admin(app.clone(), path).post(path, body).await.ok();
}

/// Two files are announced, of which a customer gets one.
async fn files(stack: &Stack) {
    for name in ["合同.pdf", "头像.png"] {
        stack.advance(1);
        let body = json!({ "name": name, "size": 100_000, "content_type": "image/png" });
        let announced = admin(stack.app.clone(), FILE).post(FILE, body).await;
        if name == "头像.png" {
            let avatar = &announced.ok()["url"];
            send(stack, &stack.app, CUSTOMER, json!({ "customers_id": 2, "avatar": avatar })).await;
        }
    }
}

async fn admin_session(stack: &Stack) {
    let token = Token::parse(TOKEN).unwrap();
    let until = stack.app.clock.epoch() + 7 * 24 * 60 * 60;
    let mut write = Write::new(Author { by: 1, at: Time(0) });
    let key = keys::session(1, &token.sha256());
    write.put_until(&key, &Session { generation: 0, until }, Expect::Absent, Some(until)).unwrap();
    stack.app.store.commit(write).await.unwrap();
}

/// Two more exports, of which one is done, and one has failed; and imports, from one that was announced to one that was taken back.
async fn jobs(stack: &Stack) {
    for outcome in [Outcome::Made("客户 2021-08-01.csv".to_owned()), Outcome::Rests(JobState::Failed)] {
        let export = json!({ "kind": "customers" });
        let begun =
            admin(stack.app.clone(), "/api/transfer/export").post("/api/transfer/export", export).await;
        let id = u32::try_from(begun.ok()["job_id"].as_u64().unwrap()).unwrap();
        let job = stack.app.store.entity::<Job>(id).await.unwrap().unwrap();
        advance(&stack.app.store, &Ends(outcome), job, Duration::ZERO).await.unwrap();
    }
    for acts in [&[] as &[&str], &["check"], &["check", "run"], &["check", "run", "undo"]] {
        import(stack, TOKEN, acts).await;
    }
    import_under_way(stack, limited(stack), TOKEN).await;
}

/// Work that comes to this at once.
struct Ends(Outcome);

impl Work for Ends {
    async fn step(&self, _: &Stored<Job>, _: u32, _: Duration) -> shared::Result<Step> {
        let message = matches!(self.0, Outcome::Rests(_)).then(|| "太多".to_owned());
        Ok(Step { message, ..Step::new(String::new(), 4, self.0.clone()) })
    }

    async fn clean(&self, _: &Stored<Job>, _: JobState) -> shared::Result<()> {
        Ok(())
    }
}

/// What people do: records of every kind with all their fields and with none, edited and deleted.
fn day() -> Vec<(&'static str, Value)> {
    let url = "https://example.com/a.png";
    // What is searched of a detail ends in it.
    let long = format!("{}末尾", "医院".repeat(128));
    vec![
        (MENU, json!({ "name": "客户", "content": "客户管理", "note": "全员", "area": "customers" })),
        (MENU, json!({ "name": "线索" })),
        (MENU, json!({ "name": "临时" })),
        (MENU, json!({ "menu_id": 3 })),
        (MENU, json!({ "menu_id": 1, "name": "客户", "note": "所有人" })),
        (
            EMPLOYEE,
            json!({ "phoneNumber": STAFF.0, "realName": "李俊辉", "nickName": "小耳尖", "number": "7",
                "headImageUrl": url, "sex": 1, "birthday": "1990-02-03", "title": 2, "address": "昆明", "school": "云大",
                "education": "本科", "rankId": 3, "rankType": 4, "entryTime": "2015-01-01", "officialTime": "2015-04-01",
                "resignTime": "2031-01-01", "status": 1, "role": "staff", "password": STAFF.1 }),
        ),
        (EMPLOYEE, json!({ "phoneNumber": "13577133928" })),
        (
            EMPLOYEE,
            json!({ "phoneNumber": "15925130924", "nickName": "张建林", "password": "another password" }),
        ),
        (EMPLOYEE, json!({ "user_id": 3, "status": 0 })),
        ("/api/user/usermenu", json!({ "user_id": 2, "menu": [1, 2] })),
        ("/api/user/usermenu", json!({ "user_id": 4, "menu": [1] })),
        (ORGANIZATION, json!({ "type": 2, "groupName": "云南耳尖", "groupDetail": long })),
        (ORGANIZATION, json!({ "groupName": "GPS" })),
        (ORGANIZATION, json!({ "groupName": "已散" })),
        (ORGANIZATION, json!({ "groupName": "旧一" })),
        (ORGANIZATION, json!({ "groupName": "旧二" })),
        (ORGANIZATION, json!({ "organization_id": 3, "status": 0 })),
        (
            CUSTOMER,
            json!({ "type": 2, "nickName": "Miss'Z", "realName": "赵丽萍", "avatar": url,
                "phoneNumber": "13987020227", "job": "经理", "sex": 2, "organization_id": 1 }),
        ),
        (CUSTOMER, json!({ "nickName": "白云" })),
        (CUSTOMER, json!({ "phoneNumber": "13987020227", "allow_duplicate": true })),
        (CUSTOMER, json!({ "realName": "藏", "status": 0 })),
        (CUSTOMER, json!({ "nickName": "甲", "organization_id": 4 })),
        (CUSTOMER, json!({ "nickName": "乙", "organization_id": 5 })),
        (CUSTOMER, json!({ "nickName": "丙", "organization_id": 5 })),
        // As people write it.
        (CUSTOMER, json!({ "nickName": "Ｆｕｌｌ Width", "phoneNumber": "＋86 139-8702-0228" })),
        (CUSTOMER, json!({ "customers_id": 1, "job": "总经理" })),
        (
            UPLOAD,
            json!({ "customers_id": 1, "follower_id": [1, 2], "record_time": "2021-07-30 12:00:00", "event": 2,
                "gain": "收获", "event_attach": url, "event_note": "再次拜访", "content": "需求优化",
                "content_attach": url, "content_note": "尽快" }),
        ),
        (UPLOAD, json!({ "customers_id": 2, "follower_id": [1], "record_time": "2021-07-31", "event": 1 })),
        (
            UPLOAD,
            json!({ "customers_id": 2, "follower_id": [2], "record_time": "2021-07-31", "content": "无" }),
        ),
        (
            UPLOAD,
            json!({ "customers_id": 2, "follower_id": [2], "record_time": "2021-07-29", "event": 3, "content": "删" }),
        ),
        // More than an entry carries.
        (
            UPLOAD,
            json!({ "customers_id": 2, "follower_id": [2], "record_time": "2021-07-28", "content": "长".repeat(900) }),
        ),
        ("/api/record/follow", json!({ "follow_id": 1, "gain": "更多收获" })),
        ("/api/record/demand", json!({ "demand_id": 1, "content": "需求又变" })),
        ("/api/record/delfollow", json!({ "follow_id": 3 })),
        ("/api/record/deldemand", json!({ "demand_id": 3 })),
        (PLAN, json!({ "customers_id": 1, "time": "2021-08-02 09:30:00", "user_id": 2, "note": "报价" })),
        (PLAN, json!({ "customers_id": 1, "time": "2021-08-02" })),
        (PLAN, json!({ "customers_id": 2, "time": "2021-08-03 10:00:00", "note": "长".repeat(900) })),
        (PLAN, json!({ "customers_id": 3, "time": "2021-08-04" })),
        (PLAN, json!({ "plan_id": 1, "time": "2021-08-05 09:30:00" })),
        (PLAN, json!({ "plan_id": 3, "done": true })),
        ("/api/record/delplan", json!({ "plan_id": 4 })),
        // The second plan is done, and there is another.
        (
            UPLOAD,
            json!({ "customers_id": 1, "follower_id": [1], "record_time": "2021-07-31", "event": 3,
                "next_time": "2021-08-20 15:00:00", "next_note": "签约" }),
        ),
        (
            SATISFACTION,
            json!({ "customers_id": 1, "record_time": "2021-07-15", "follower_id": [1], "value": 4, "attach": url,
                "note": "满意" }),
        ),
        (SATISFACTION, json!({ "customers_id": 1, "record_time": "2021-07-16", "value": -3 })),
        (SATISFACTION, json!({ "customers_id": 2, "record_time": "2021-07-16", "value": 0 })),
        (SATISFACTION, json!({ "satisfy_id": 1, "value": 10 })),
        ("/api/feedback/delsatisfy", json!({ "satisfy_id": 3 })),
        (
            CONTRACT,
            json!({ "organization_id": 1, "name": "天下第一合同", "code": "YL-1", "amount": "12.50",
                "sign_time": "2021-07-30", "remit_amount": 3, "remit_time": "2021-07-31", "creator_id": 2,
                "follower_id": [1, 2], "editor_id": 2, "note": "加急", "status": 1, "aging_start_time": "2021-08-01",
                "aging_end_time": "2022-08-01" }),
        ),
        (CONTRACT, json!({ "organization_id": 2, "name": "草稿" })),
        (CONTRACT, json!({ "organization_id": 2, "name": "作废" })),
        (CONTRACT, json!({ "contract_id": 1, "note": "不急" })),
        ("/api/contract/delcontract", json!({ "contract_id": 3 })),
        (CUSTOMER, json!({ "nickName": "公海", "owner_id": "none", "organization_id": 2 })),
        ("/api/customers/owner", json!({ "customers_ids": [2, 3], "owner_id": 2 })),
        ("/api/transfer/export", json!({ "kind": "contract", "format": "xlsx", "status": 0 })),
        ("/api/transfer/export", json!({ "kind": "customers", "name": "公海" })),
        ("/api/transfer/stop", json!({ "job_id": 2 })),
        // Its customer is renamed, and the second walk waits.
        (ORGANIZATION, json!({ "organization_id": 4, "groupName": "新一" })),
    ]
}

/// Right and wrong passwords, and a lock that was lifted.
async fn sign_ins(stack: &Stack) {
    let office = stack.client(user::FUNCTION).at_address(OFFICE);
    let elsewhere = stack.client(user::FUNCTION).at_address("2001:db8::1");
    let guess = json!({ "phoneNumber": STAFF.0, "password": "wrong password" });
    elsewhere.post("/api/user/login", guess.clone()).await;
    send(stack, &stack.app, EMPLOYEE, json!({ "user_id": 2, "unlock": true })).await;
    elsewhere.post("/api/user/login", guess).await;
    office.post("/api/user/login", json!({ "phoneNumber": "10086", "password": "wrong password" })).await;
    let staff = office.signed_in(STAFF.0, STAFF.1).await;
    let change = json!({ "old_password": "wrong password", "new_password": "a third password" });
    staff.post("/api/user/password", change).await;
    // Their sessions have ended, and the item of one is still there.
    office.signed_in("15925130924", "another password").await;
    send(stack, &stack.app, "/api/user/logout", json!({ "phoneNumber": "15925130924" })).await;
    // The history of somebody who has signed in.
    send(stack, &stack.app, EMPLOYEE, json!({ "user_id": 2, "number": "8" })).await;
}

async fn keyed(stack: &Stack) {
    let (path, body, key) = KEYED;
    let client = admin(stack.app.clone(), path).with("idempotency-key", key);
    client.post(path, serde_json::from_str(body).unwrap()).await.ok();
}

/// What many write at once.
fn busy_hour() -> Vec<(&'static str, Value)> {
    let hours = (1..=4).flat_map(|n| {
        [
            (UPLOAD, json!({ "customers_id": 2, "follower_id": [1], "record_time": "2021-07-31", "event": 1, "content": "忙" })),
            (CUSTOMER, json!({ "nickName": format!("忙{n}") })),
            (ORGANIZATION, json!({ "groupName": format!("忙{n}") })),
            (CONTRACT, json!({ "organization_id": 2, "name": "忙", "amount": n, "sign_time": "2021-07-30" })),
        ]
    });
    hours.collect()
}

/// What writers do who die after so many transactions.
fn deaths() -> Vec<(u64, &'static str, Value)> {
    let names = |from: u32, count: u32| (from..from + count).filter_map(char::from_u32).collect::<String>();
    vec![
        (1, CUSTOMER, json!({ "nickName": names(0x4e00, 40) })),
        (2, CUSTOMER, json!({ "nickName": names(0x5000, 60), "realName": names(0x5100, 60) })),
        // Some listings are put down anew, and some are new.
        (1, CUSTOMER, json!({ "customers_id": 2, "realName": names(0x5200, 40) })),
        (1, ORGANIZATION, json!({ "groupName": "在建", "groupDetail": names(0x5300, 60) })),
        (1, ORGANIZATION, json!({ "organization_id": 5, "groupName": "新二" })),
        (1, "/api/history/erase", json!({ "customers_id": 7 })),
        (1, "/api/customers/handover", json!({ "from_id": 2, "to_id": 3 })),
        // Nobody dies of these.
        (100, MENU, json!({ "name": "复得" })),
        (100, MENU, json!({ "menu_id": 5 })),
        (100, "/api/history/restore", json!({ "kind": "menu", "id": 5 })),
    ]
}

/// The table for somebody who meets a conflict with every write: they write to any shard of counters.
fn spreading(stack: &Stack) -> Store {
    over(stack, |seen| if seen.transactions_before % 2 == 0 { Fault::Conflict } else { Fault::Pass })
}

/// The table for somebody who dies after so many transactions.
fn dying(stack: &Stack, transactions: u64) -> Store {
    let is_dead = move |seen: SeenCall<'_>| seen.transactions_before >= transactions;
    over(stack, move |seen| if is_dead(seen) { Fault::LostRequest } else { Fault::Pass })
        .busy_limit(Duration::from_millis(1))
}

fn over(stack: &Stack, script: impl Fn(SeenCall<'_>) -> Fault + Send + Sync + 'static) -> Store {
    by_clock(stack, stack.over(client(&stack.endpoint, Hold::default(), script)))
}

/// Leases and notes are of the time of the company.
fn by_clock(stack: &Stack, store: Store) -> Store {
    store.with_clock(stack.app.clock.clone())
}
