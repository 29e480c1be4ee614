//! Every operation as the benches call it.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testing::template::Template;

/// How often a bench does every write.
pub const WRITES: usize = 5;
const ALL: &str = "start_time=1970-01-01&end_time=2105-12-31";
const YEAR: &str = "start_time=2020-08-01";

/// What an import does is in its file, which stands in the bucket; `scripts/bench import` measures it.
const IN_BUCKET: [&str; 5] = [
    "/api/transfer/check",
    "/api/transfer/report",
    "/api/transfer/run",
    "/api/transfer/template",
    "/api/transfer/undo",
];

/// What there are many of. A company with a million of everything would be 80 million items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Area {
    Customers,
    Records,
}

/// A read as it is called.
pub struct Read {
    pub what: &'static str,
    pub operation: &'static str,
    pub query: String,
    /// Whether it may cost more where there is more.
    pub grows: bool,
}

/// Every operation that uses the table, as `GET /api/user/menu`.
pub fn operations() -> Result<BTreeSet<String>> {
    let routes = Template::read()?.routes.into_iter();
    let routes = routes.filter(|route| route.function != "docs" && route.is_of_api());
    // What has a name in its path looks at the bucket, too, and at one item of the table.
    let routes =
        routes.filter(|route| !route.path.contains('{') && !IN_BUCKET.contains(&route.path.as_str()));
    Ok(routes.map(|route| format!("{} {}", route.method, route.path)).collect())
}

/// The ids of what was created, by kind, the newest last.
#[derive(Default)]
pub struct Ids(BTreeMap<&'static str, Vec<u64>>);

impl Ids {
    /// The body with the newest id of a kind for each `$kind` in it; what `operation` deletes is not named again, but as
    /// `$deleted`.
    pub fn fill(&mut self, operation: &str, mut body: Value) -> Result<Value> {
        for value in body.as_object_mut().into_iter().flat_map(|body| body.values_mut()) {
            let Some(kind) = value.as_str().and_then(|text| text.strip_prefix('$')) else { continue };
            let of_kind = self.0.get_mut(kind).with_context(|| format!("no {kind}"))?;
            let deletes = operation.contains("/del");
            let id = if deletes { of_kind.pop() } else { of_kind.last().copied() };
            let id = id.with_context(|| format!("no {kind}"))?;
            *value = id.into();
            if deletes {
                self.0.insert("deleted", vec![id]);
            }
        }
        Ok(body)
    }

    /// Keeps what the `data` of an answer says was created.
    pub fn keep(&mut self, what: &'static str, data: &Value) {
        for (kind, id) in [
            ("follow", &data["follow_id"]),
            ("demand", &data["demand_id"]),
            ("plan", &data["plan_id"]),
            ("job", &data["job_id"]),
            (what, &data["id"]),
        ] {
            self.0.entry(kind).or_default().extend(id.as_u64());
        }
    }
}

/// Every list and statistic, narrow and wide, of what there are many of.
pub fn reads(area: Area) -> Vec<Read> {
    let flat = |operation, what, query: &str| Read { what, operation, query: query.to_owned(), grows: false };
    let grows = |operation, what, query: &str| Read { grows: true, ..flat(operation, what, query) };
    match area {
        Area::Customers => vec![
            flat("GET /api/user/menu", "all", ""),
            flat("GET /api/user/usermenu", "all", ""),
            flat("GET /api/user/user", "all", "status=all"),
            flat("GET /api/user/user", "张", "name=张"),
            flat("GET /api/user/user", "by ids", &format!("user_ids={:?}", (1..=40).collect::<Vec<_>>())),
            flat("GET /api/user/me", "the admin", ""),
            flat("GET /api/customers/customers", "all", ""),
            flat("GET /api/customers/customers", "王", "name=王"),
            flat("GET /api/customers/customers", "公司", "name=公司"),
            flat("GET /api/customers/customers", "a phone number", "phoneNumber=13987020227"),
            flat("GET /api/customers/customers", "of an organization", "organization_id=2"),
            flat("GET /api/customers/customers", "of an owner", "owner_id=7"),
            flat("GET /api/customers/customers", "the pool", "owner_id=none"),
            flat("GET /api/customers/customers", "hidden", "status=0"),
            grows("GET /api/customers/customers", "公司, of an organization", "name=公司&organization_id=2"),
            grows("GET /api/customers/customers", "公司, of an owner", "name=公司&owner_id=7"),
            grows("GET /api/customers/customers", "公司, in the pool", "name=公司&owner_id=none"),
            grows("GET /api/customers/customers", "four digits, of an owner", "phoneNumber=0227&owner_id=7"),
            grows("GET /api/customers/customers", "人民医院", "name=人民医院"),
            flat("GET /api/customers/customers", "公司 or its digits", "q=公司"),
            flat("GET /api/customers/customers", "a phone number or a name", "q=13987020227"),
            grows("GET /api/customers/customers", "four digits or a name", "q=0227"),
            flat("GET /api/customers/overview", "a customer", "customers_id=7"),
            flat("GET /api/history/log", "of customers, all time", "kind=customers&all=true"),
            flat("GET /api/history/log", "of customers, a week", "kind=customers"),
            flat("GET /api/customers/organization", "all", ""),
            flat("GET /api/customers/organization", "公司", "name=公司"),
            flat(
                "GET /api/customers/organization",
                "by ids",
                &format!("organization_ids={:?}", (1..=40).collect::<Vec<_>>()),
            ),
        ],
        Area::Records => vec![
            flat("GET /api/record/follow", "a week", ""),
            flat("GET /api/record/follow", "a year", YEAR),
            flat("GET /api/record/follow", "all time", ALL),
            flat("GET /api/record/follow", "of a customer", &format!("customers_id=7&{ALL}")),
            flat("GET /api/record/follow", "of an organization", &format!("organization_id=2&{ALL}")),
            flat("GET /api/record/follow", "of an employee", &format!("user_id=7&{ALL}")),
            flat("GET /api/record/follow", "of an employee, a year", &format!("user_id=7&{YEAR}")),
            flat("GET /api/record/follow", "of an event", &format!("event=2&{ALL}")),
            flat("GET /api/record/follow", "of an event, a year", &format!("event=2&{YEAR}")),
            grows(
                "GET /api/record/follow",
                "of an employee and an event",
                &format!("user_id=7&event=5&{ALL}"),
            ),
            grows("GET /api/record/follow", "of both, a week", "user_id=7&event=5"),
            grows(
                "GET /api/record/follow",
                "of an organization and an employee",
                &format!("organization_id=2&user_id=7&{ALL}"),
            ),
            flat("GET /api/record/demand", "newest", ALL),
            flat("GET /api/record/demand", "of everybody", &format!("customers_id=all&{ALL}")),
            flat("GET /api/record/demand", "of an organization", &format!("organization_id=2&{ALL}")),
            flat("GET /api/record/demand", "of an employee", &format!("user_id=7&{ALL}")),
            flat("GET /api/record/demand", "of a customer", &format!("customers_id=7&{ALL}")),
            flat("GET /api/record/plan", "overdue, of an employee", "user_id=7&due=overdue"),
            flat("GET /api/record/plan", "today, of an employee", "user_id=7&due=today"),
            flat("GET /api/record/plan", "open, of an employee", "user_id=7"),
            flat("GET /api/record/plan", "done, of an employee", "user_id=7&due=done"),
            flat(
                "GET /api/record/plan",
                "done, of an employee, a year",
                &format!("user_id=7&due=done&{YEAR}"),
            ),
            flat("GET /api/record/plan", "all, of an employee", "user_id=7&due=all"),
            flat("GET /api/record/plan", "overdue, of everybody", "user_id=all&due=overdue"),
            flat("GET /api/record/plan", "today, of everybody", "user_id=all&due=today"),
            flat("GET /api/record/plan", "open, of everybody", "user_id=all"),
            flat("GET /api/record/plan", "done, of everybody", "user_id=all&due=done"),
            flat("GET /api/record/plan", "all, of everybody", "user_id=all&due=all"),
            flat("GET /api/record/plan", "all, for a customer", "customers_id=7&due=all"),
            grows("GET /api/record/plan", "open, for a customer", "customers_id=7"),
            grows(
                "GET /api/record/plan",
                "done, of an employee for a customer",
                "customers_id=7&user_id=7&due=done",
            ),
            flat("GET /api/feedback/satisfy", "of a customer", "customers_id=7"),
            flat("GET /api/feedback/satisfy", "of everybody", &format!("customers_id=all&{ALL}")),
            flat("GET /api/contract/contract", "a year", ""),
            flat("GET /api/contract/contract", "all time", ALL),
            flat("GET /api/contract/contract", "of an organization", &format!("organization_ids=2&{ALL}")),
            flat("GET /api/contract/contract", "signed, all time", &format!("time=sign&{ALL}")),
            flat("GET /api/contract/contract", "signed, a year", "time=sign"),
            flat("GET /api/contract/contract", "of an employee", &format!("user_id=7&{ALL}")),
            flat("GET /api/contract/contract", "with a status", &format!("status=0&{ALL}")),
            flat("GET /api/contract/contract", "合", &format!("name=合&{ALL}")),
            flat("GET /api/contract/contract", "合同, all time", &format!("name=合同&{ALL}")),
            flat("GET /api/contract/contract", "合同, a year", "name=合同"),
            grows("GET /api/contract/contract", "推广合同", &format!("name=推广合同&{ALL}")),
            grows(
                "GET /api/contract/contract",
                "of an organization and an employee",
                &format!("organization_ids=2&user_id=7&{ALL}"),
            ),
            grows(
                "GET /api/contract/contract",
                "signed, of an employee",
                &format!("time=sign&user_id=7&{ALL}"),
            ),
            grows(
                "GET /api/contract/contract",
                "of 50 organizations",
                &format!("organization_ids={:?}&{ALL}", (1..=50).collect::<Vec<_>>()),
            ),
            flat("GET /api/customers/overview", "a customer", "customers_id=7"),
            grows("GET /api/stats/sign", "of all, a year, by amount", &format!("{YEAR}&order=sign_amount")),
            flat("GET /api/transfer/job", "all", ""),
            flat("GET /api/history/log", "of contracts, all time", "kind=contract&all=true"),
            flat("GET /api/history/log", "of contracts, a week", "kind=contract"),
            flat("GET /api/history/log", "of follow-ups, all time", "kind=follow&all=true"),
            flat("GET /api/history/log", "of all kinds, all time", "all=true"),
            flat("GET /api/history/log", "of all kinds, a week", ""),
            grows("GET /api/history/log", "of an employee, a week", "user_id=7"),
            flat("GET /api/history/feed", "from the beginning", ""),
            flat("GET /api/history/trash", "follow-ups", "kind=follow"),
            flat("GET /api/history/record", "of a contract", "kind=contract&id=7"),
            flat("GET /api/stats/sign", "of an organization", &format!("organization_ids=2&{ALL}")),
            grows("GET /api/stats/sign", "of all, a year", YEAR),
            flat("GET /api/stats/demand", "of an organization", &format!("organization_ids=2&{ALL}")),
            flat("GET /api/stats/follow", "of an organization", &format!("organization_id=2&{ALL}")),
            flat("GET /api/stats/trend", "12 months", "by=month&start_time=2020-08-01&end_time=2021-07-31"),
            flat("GET /api/stats/trend", "31 days", "by=day&start_time=2021-07-01&end_time=2021-07-31"),
            flat(
                "GET /api/stats/trend",
                "31 days of an organization",
                "by=day&start_time=2021-07-01&end_time=2021-07-31&organization_id=2",
            ),
            flat(
                "GET /api/stats/trend",
                "31 days of an employee",
                "by=day&start_time=2021-07-01&end_time=2021-07-31&user_id=7",
            ),
            flat("GET /api/stats/employee", "four employees, a year", &format!("user_ids=[4,5,6,7]&{YEAR}")),
            flat("GET /api/stats/event", "a year", YEAR),
        ],
    }
}

/// The first calls of an instance of each function that reads the table: the least that it reads, and a list.
pub const FIRST_CALLS: [(&str, [(&str, &str); 2]); 8] = [
    (
        "contract",
        [
            ("GET /api/contract/contract", "contract_id=7"),
            ("GET /api/contract/contract", "organization_ids=[1,2]&count=20"),
        ],
    ),
    (
        "customers",
        [("GET /api/customers/customers", "customers_id=7"), ("GET /api/customers/customers", "count=20")],
    ),
    (
        "feedback",
        [
            ("GET /api/feedback/satisfy", "customers_id=1&start_time=2021-07-30&end_time=2021-07-30"),
            (
                "GET /api/feedback/satisfy",
                "customers_id=1&start_time=2021-07-01&end_time=2021-08-01 12:00:00",
            ),
        ],
    ),
    (
        "history",
        [
            ("GET /api/history/record", "kind=contract&id=7"),
            ("GET /api/history/log", "kind=contract&all=true"),
        ],
    ),
    (
        "record",
        [
            ("GET /api/record/follow", "follow_id=7"),
            ("GET /api/record/demand", "start_time=2021-07-01&end_time=2021-08-01 12:00:00"),
        ],
    ),
    (
        "stats",
        [
            ("GET /api/stats/sign", "organization_ids=2&start_time=2021-07-30&end_time=2021-07-30"),
            ("GET /api/stats/sign", "organization_ids=[1,2]&start_time=2021-01-01"),
        ],
    ),
    ("transfer", [("GET /api/transfer/job", "count=1"), ("GET /api/transfer/job", "count=20")]),
    ("user", [("GET /api/user/menu", ""), ("GET /api/user/user", "count=20")]),
];

/// Every write, in an order in which what is edited and deleted was created before.
pub fn writes(n: usize) -> Vec<(&'static str, &'static str, Value)> {
    let phone = format!("1770000{n:04}");
    let record = json!({ "customers_id": 7, "follower_id": [1, 2], "record_time": "2021-07-30 12:00:00", "event": 2,
        "event_note": "再次拜访", "content": "需求优化" });
    let contract = json!({ "organization_id": 2, "name": "天下第一合同", "code": "code", "amount": 12,
        "sign_time": "2021-07-30", "follower_id": [1, 2] });
    vec![
        ("POST /api/user/menu", "menu", json!({ "name": format!("菜单{n}") })),
        (
            "POST /api/user/user",
            "employee",
            json!({ "phoneNumber": phone, "realName": "李俊辉", "password": "correct horse" }),
        ),
        ("POST /api/user/usermenu", "grant", json!({ "user_id": "$employee", "menu": "$menu" })),
        ("POST /api/user/login", "login", json!({ "phoneNumber": phone, "password": "correct horse" })),
        ("POST /api/user/logout", "logout", json!({ "phoneNumber": phone })),
        (
            "POST /api/user/password",
            "password",
            json!({ "old_password": demo::ADMIN_PASSWORD, "new_password": "another secret" }),
        ),
        (
            "POST /api/user/password",
            "password back",
            json!({ "old_password": "another secret", "new_password": demo::ADMIN_PASSWORD }),
        ),
        (
            "POST /api/customers/organization",
            "organization",
            json!({ "groupName": format!("大理市宣传{n}"), "groupDetail": "大理市宣传部" }),
        ),
        (
            "POST /api/customers/customers",
            "customer",
            json!({ "nickName": "Miss'Z", "realName": "赵丽萍", "phoneNumber": phone, "organization_id": 2 }),
        ),
        (
            "POST /api/customers/customers",
            "edit",
            json!({ "customers_id": "$customer", "job": format!("经理{n}") }),
        ),
        (
            "POST /api/customers/owner",
            "give back",
            json!({ "customers_ids": "$customer", "owner_id": "none" }),
        ),
        ("POST /api/customers/owner", "claim", json!({ "customers_ids": "$customer", "owner_id": "me" })),
        ("POST /api/customers/handover", "nobody", json!({ "from_id": "$employee", "to_id": "none" })),
        ("POST /api/record/upload", "both", record.clone()),
        ("POST /api/record/upload", "both again", record),
        ("POST /api/record/follow", "edit", json!({ "follow_id": "$follow", "record_time": "2021-07-29" })),
        ("POST /api/record/demand", "edit", json!({ "demand_id": "$demand", "record_time": "2021-07-29" })),
        ("POST /api/record/delfollow", "delete", json!({ "follow_id": "$follow" })),
        ("POST /api/record/deldemand", "delete", json!({ "demand_id": "$demand" })),
        ("DELETE /api/record/delfollow", "delete", json!({ "follow_id": "$follow" })),
        ("DELETE /api/record/deldemand", "delete", json!({ "demand_id": "$demand" })),
        (
            "POST /api/record/plan",
            "plan",
            json!({ "customers_id": "$customer", "time": "2021-08-05 09:30:00", "note": "再次拜访" }),
        ),
        (
            "POST /api/record/plan",
            "edit a plan",
            json!({ "plan_id": "$plan", "time": "2021-08-06 14:00:00" }),
        ),
        ("POST /api/record/plan", "finish a plan", json!({ "plan_id": "$plan", "done": true })),
        (
            "POST /api/record/plan",
            "plan",
            json!({ "customers_id": "$customer", "time": "2021-08-07 09:30:00" }),
        ),
        (
            "POST /api/record/upload",
            "a follow-up that finishes a plan, and the next plan",
            json!({ "customers_id": "$customer", "follower_id": [1, 2], "record_time": "2021-07-30 12:00:00",
                "event": 2, "next_time": "2021-08-09 09:30:00" }),
        ),
        ("POST /api/record/delplan", "delete", json!({ "plan_id": "$plan" })),
        ("DELETE /api/record/delplan", "delete", json!({ "plan_id": "$plan" })),
        (
            "POST /api/feedback/satisfy",
            "satisfaction",
            json!({ "customers_id": 7, "record_time": "2021-07-15", "follower_id": 1, "value": 4 }),
        ),
        (
            "POST /api/feedback/satisfy",
            "satisfaction",
            json!({ "customers_id": 7, "record_time": "2021-07-16", "follower_id": 1, "value": 4 }),
        ),
        ("POST /api/feedback/delsatisfy", "delete", json!({ "satisfy_id": "$satisfaction" })),
        ("DELETE /api/feedback/delsatisfy", "delete", json!({ "satisfy_id": "$satisfaction" })),
        ("POST /api/contract/contract", "contract", contract.clone()),
        ("POST /api/contract/contract", "contract", contract),
        (
            "POST /api/contract/contract",
            "edit",
            json!({ "contract_id": "$contract", "sign_time": "2021-07-29" }),
        ),
        ("POST /api/contract/delcontract", "delete", json!({ "contract_id": "$contract" })),
        ("DELETE /api/contract/delcontract", "delete", json!({ "contract_id": "$contract" })),
        (
            "POST /api/file/file",
            "announce",
            json!({ "name": "合同.png", "size": 100_000, "content_type": "image/png" }),
        ),
        ("POST /api/transfer/export", "export", json!({ "kind": "contract" })),
        ("POST /api/transfer/stop", "stop", json!({ "job_id": "$job" })),
        (
            "POST /api/transfer/import",
            "import",
            json!({ "kind": "customers", "name": "客户.csv", "size": 1000 }),
        ),
        ("POST /api/history/restore", "a contract", json!({ "kind": "contract", "id": "$deleted" })),
        ("POST /api/history/erase", "a customer", json!({ "customers_id": "$customer" })),
    ]
}
