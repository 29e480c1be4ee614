//! What every operation costs, by the number of records that there are: through the functions' own routers, on dynoxide,
//! which counts capacity as AWS does.

use super::Cost;
use crate::demo::{self, Size};
use crate::encoded::encoded_query;
use crate::progress::Step;
use crate::template::{DEFAULT_PATH, Template};
use crate::testing::{Answer, Client, Stack, router_of};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The most that any answer may cost compared with the fewest records, but for statistics of all organizations.
const MAX_RATIO: f64 = 2.0;
/// Round trips that any answer may need more than with the fewest records: a finer counter, where a page is deep.
const MORE_DEPTH: f64 = 1.0;
/// Rows on a page.
const COUNT: u64 = 20;
/// Customers of a company whose other records are counted.
const CUSTOMERS: u32 = 5000;
/// How often a write is done; what is told is the most.
const WRITES: usize = 5;
const ALL: &str = "start_time=1970-01-01&end_time=2105-12-31";
const YEAR: &str = "start_time=2020-08-01";

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// How many customers there are, or records of each other kind; the first is what the others are compared with
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    sizes: Vec<u32>,
    /// Only what depends on customers, or only what depends on the other records
    #[arg(long, value_enum)]
    only: Option<Area>,
    /// A file for the figures, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// What there are many of. A company with a million of everything would be 80 million items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Area {
    Customers,
    Records,
}

/// An operation as it is called.
struct Request {
    what: &'static str,
    operation: &'static str,
    query: String,
    /// Whether it may cost more where there is more.
    grows: bool,
}

/// What it cost.
struct Row {
    name: String,
    rows: u64,
    total: u64,
    cost: Cost,
    grows: bool,
}

/// Measures all sizes.
pub async fn run(Options { sizes, only, json }: Options) -> Result<()> {
    let (mut figures, mut failures, mut called) = (Vec::new(), Vec::new(), BTreeSet::new());
    for area in [Area::Customers, Area::Records] {
        if only.is_some_and(|only| only != area) {
            continue;
        }
        println!(
            "{:<62} {:>8} {:>8} {:>5} {:>6} {:>6} {:>5} {:>5} {:>6}",
            format!("{area:?}"),
            "of",
            "total",
            "rows",
            "RCU",
            "WCU",
            "calls",
            "depth",
            "ratio"
        );
        let mut base: Vec<Row> = Vec::new();
        for size in &sizes {
            let stack = loaded(area, *size).await?;
            let measured = Measured { stack, rows: Vec::new() }.all(area, &mut called).await?;
            for row in &measured {
                // Where there were fewer rows for so few records, a full page is what it is compared with.
                let like = base.iter().find(|other| other.name == row.name && other.rows >= row.rows);
                let like = like.or(base.iter().find(|other| other.name == row.name));
                let missing = like.map_or(0, |like| row.rows.saturating_sub(like.rows));
                let fewest = like.map_or(row.cost.rcu, |like| like.cost.rcu + 1.2 * missing as f64);
                let ratio = if fewest > 0.0 { row.cost.rcu / fewest } else { 1.0 };
                let Row { name, rows, total, cost, grows } = row;
                let Cost { rcu, wcu, calls, depth } = cost;
                println!(
                    "{name:<62} {size:>8} {total:>8} {rows:>5} {rcu:>6.1} {wcu:>6.1} {calls:>5} {depth:>5} {ratio:>6.2}"
                );
                // A page without rows asks for no names.
                let like = like.filter(|like| like.rows > 0 || *rows == 0);
                let deeper = like.is_some_and(|like| *depth > like.cost.depth + MORE_DEPTH);
                if !grows && (ratio > MAX_RATIO || deeper) {
                    failures.push(format!("  {name} of {size}: {cost:?}, {ratio:.2} times"));
                }
                figures.push(json!({
                    "operation": name, "size": size, "total": total, "rows": rows, "rcu": rcu, "wcu": wcu,
                    "calls": calls, "depth": depth, "ratio": ratio,
                }));
            }
            if base.is_empty() {
                base = measured;
            }
        }
    }
    if let Some(file) = json {
        std::fs::write(&file, format!("{:#}\n", Value::from(figures)))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if only.is_none() {
        let missing: Vec<_> =
            operations()?.into_iter().filter(|operation| !called.contains(operation)).collect();
        ensure!(missing.is_empty(), "not measured: {}", missing.join(", "));
    }
    ensure!(failures.is_empty(), "past the bars:\n{}", failures.join("\n"));
    println!("all within {MAX_RATIO} times the fewest, {MORE_DEPTH} round trip more");
    Ok(())
}

/// A company with so many customers, or with so many of each other record.
async fn loaded(area: Area, size: u32) -> Result<Stack> {
    let stack = Stack::start().await;
    let size = match area {
        Area::Customers => Size { customers: size, organizations: (size / 20).max(86), ..Size::default() },
        Area::Records => Size {
            customers: CUSTOMERS,
            organizations: CUSTOMERS / 20,
            follows: size,
            demands: size,
            satisfactions: size,
            contracts: size,
        },
    };
    let step = Step::counted(&format!("loading {size:?}"));
    let now = stack.app.clock.wall(stack.app.clock.epoch());
    demo::load(stack.app.store.clone(), size, now, step.bar()).await?;
    step.done();
    Ok(stack)
}

/// Every operation that uses the table, as `GET /api/user/menu`.
fn operations() -> Result<BTreeSet<String>> {
    let routes = Template::read()?.routes.into_iter();
    let routes = routes.filter(|route| route.function != "docs" && route.path != DEFAULT_PATH);
    Ok(routes.map(|route| format!("{} {}", route.method, route.path)).collect())
}

struct Measured {
    stack: Stack,
    rows: Vec<Row>,
}

impl Measured {
    async fn all(mut self, area: Area, called: &mut BTreeSet<String>) -> Result<Vec<Row>> {
        let session = self.stack.session(1).await;
        for Request { what, operation, query, grows } in reads(area) {
            called.insert(operation.to_owned());
            let path = operation.trim_start_matches("GET ");
            let client = self.client(path, &session);
            let get = |page: u64| {
                let (client, uri) =
                    (client.clone(), format!("{path}?count={COUNT}&page={page}&{}", encoded_query(&query)));
                async move { client.get(&uri).await }
            };
            let total = total(&get(1).await);
            let pages = total.div_ceil(COUNT).max(1);
            let mut at = vec![("first", 1), ("middle", pages.div_ceil(2)), ("last", pages)];
            at.dedup_by_key(|(_, page)| *page);
            for (name, page) in at {
                let answer = get(page).await;
                let data = answer.ok();
                // Two of the statistics have their rows one level down.
                let data = data.get(0).filter(|first| first.is_array()).unwrap_or(data);
                let rows = data.as_array().map_or(0, Vec::len) as u64;
                let expected = total.saturating_sub((page - 1) * COUNT).min(COUNT);
                ensure!(rows == expected, "{operation}, {what}, page {name}: {rows} rows, not {expected}");
                let name = format!("{operation} {what}, {name} page");
                self.rows.push(Row { name, rows, total, cost: Cost::of(&answer), grows });
            }
        }
        if area == Area::Records {
            self.writes(&session, called).await?;
        }
        Ok(self.rows)
    }

    /// Does every write some times, and keeps the dearest of each.
    async fn writes(&mut self, session: &str, called: &mut BTreeSet<String>) -> Result<()> {
        let mut dearest: BTreeMap<String, (usize, Cost)> = BTreeMap::new();
        let mut ids: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for n in 0..WRITES {
            for (order, (operation, what, body)) in writes(n).into_iter().enumerate() {
                // An edit is later than what it edits.
                self.stack.advance(60);
                called.insert(operation.to_owned());
                let (method, path) = operation.split_once(' ').context("a method and a path")?;
                let body = with_ids(body, &mut ids, path.contains("/del"))?;
                let client = self.client(path, session);
                let json = [("content-type", "application/json")];
                let method = method.parse().context("a method")?;
                let answer = client.send(method, path, &json, body.to_string()).await;
                let data = answer.ok();
                for (kind, id) in
                    [("follow", &data["follow_id"]), ("demand", &data["demand_id"]), (what, &data["id"])]
                {
                    ids.entry(kind).or_default().extend(id.as_u64());
                }
                let cost = Cost::of(&answer);
                let entry = dearest.entry(format!("{operation} {what}")).or_insert((order, cost));
                if cost.wcu > entry.1.wcu {
                    entry.1 = cost;
                }
            }
        }
        let mut dearest: Vec<_> = dearest.into_iter().collect();
        dearest.sort_by_key(|(_, (order, _))| *order);
        let row = |(name, (_, cost))| Row { name, rows: 0, total: 0, cost, grows: false };
        self.rows.extend(dearest.into_iter().map(row));
        Ok(())
    }

    fn client(&self, path: &str, session: &str) -> Client {
        self.stack.client(router_of(path)).with("session", session)
    }
}

/// The body with the last id of a kind that was answered for each `$kind` in it; what is deleted is not named again.
fn with_ids(mut body: Value, ids: &mut BTreeMap<&str, Vec<u64>>, deletes: bool) -> Result<Value> {
    for value in body.as_object_mut().into_iter().flat_map(|body| body.values_mut()) {
        let Some(kind) = value.as_str().and_then(|text| text.strip_prefix('$')) else { continue };
        let of_kind = ids.get_mut(kind).with_context(|| format!("no {kind}"))?;
        let id = if deletes { of_kind.pop() } else { of_kind.last().copied() };
        *value = id.with_context(|| format!("no {kind}"))?.into();
    }
    Ok(body)
}

/// The total of a list, wherever it stands.
fn total(answer: &Answer) -> u64 {
    let nested = answer.ok().get(1).and_then(|info| info.get("total"));
    answer.body.pointer("/page_info/total").or(nested).and_then(Value::as_u64).unwrap_or_default()
}

fn reads(area: Area) -> Vec<Request> {
    let flat =
        |operation, what, query: &str| Request { what, operation, query: query.to_owned(), grows: false };
    let grows = |operation, what, query: &str| Request { grows: true, ..flat(operation, what, query) };
    match area {
        Area::Customers => vec![
            flat("GET /api/user/menu", "all", ""),
            flat("GET /api/user/usermenu", "all", ""),
            flat("GET /api/user/user", "all", "status=all"),
            flat("GET /api/customers/customers", "all", ""),
            flat("GET /api/customers/customers", "王", "name=王"),
            flat("GET /api/customers/customers", "公司", "name=公司"),
            flat("GET /api/customers/customers", "a phone number", "phoneNumber=13987020227"),
            flat("GET /api/customers/customers", "of an organization", "organization_id=2"),
            grows("GET /api/customers/customers", "人民医院", "name=人民医院"),
            flat("GET /api/customers/organization", "all", ""),
            flat("GET /api/customers/organization", "公司", "name=公司"),
        ],
        Area::Records => vec![
            flat("GET /api/record/follow", "a week", ""),
            flat("GET /api/record/follow", "a year", YEAR),
            flat("GET /api/record/follow", "all time", ALL),
            flat("GET /api/record/follow", "of a customer", &format!("customers_id=7&{ALL}")),
            flat("GET /api/record/demand", "newest", ALL),
            flat("GET /api/record/demand", "of a customer", &format!("customers_id=7&{ALL}")),
            flat("GET /api/feedback/satisfy", "of a customer", "customers_id=7"),
            flat("GET /api/contract/contract", "a year", ""),
            flat("GET /api/contract/contract", "all time", ALL),
            flat("GET /api/contract/contract", "of an organization", &format!("organization_ids=2&{ALL}")),
            flat("GET /api/stats/sign", "of an organization", &format!("organization_ids=2&{ALL}")),
            grows("GET /api/stats/sign", "of all, a year", YEAR),
            flat("GET /api/stats/demand", "of an organization", &format!("organization_ids=2&{ALL}")),
            flat("GET /api/stats/follow", "of an organization", &format!("organization_id=2&{ALL}")),
        ],
    }
}

/// Every write, in an order in which what is edited and deleted was created before.
fn writes(n: usize) -> Vec<(&'static str, &'static str, Value)> {
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
            json!({ "old_password": demo::ADMIN_PASSWORD, "new_password": demo::ADMIN_PASSWORD }),
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
        ("POST /api/record/upload", "both", record.clone()),
        ("POST /api/record/upload", "both again", record),
        ("POST /api/record/follow", "edit", json!({ "follow_id": "$follow", "record_time": "2021-07-29" })),
        ("POST /api/record/demand", "edit", json!({ "demand_id": "$demand", "record_time": "2021-07-29" })),
        ("POST /api/record/delfollow", "delete", json!({ "follow_id": "$follow" })),
        ("POST /api/record/deldemand", "delete", json!({ "demand_id": "$demand" })),
        ("DELETE /api/record/delfollow", "delete", json!({ "follow_id": "$follow" })),
        ("DELETE /api/record/deldemand", "delete", json!({ "demand_id": "$demand" })),
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
    ]
}
