//! Every search answers what a look at every customer would, whatever was written, by whom, and where they died.
//!
//! `SEARCH_CASES` sets how many companies are tried.

use fastrand::Rng;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::model::{Customer, Role};
use shared::search::is_blank;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use testing::encoded::encoded;
use testing::faults::{Fault, Hold, client};
use testing::{Client, Stack};

const PATH: &str = "/api/customers/customers";
const OWNER: &str = "/api/customers/owner";
const HANDOVER: &str = "/api/customers/handover";
const ORGANIZATIONS: &str = "/api/customers/organization";

/// What names are made of, and what a search takes that for. Every name below is one of these after the other, so that
/// what is expected is written here and not computed as the product does.
const TOKENS: [(&str, &str); 24] = [
    ("王", "王"),
    ("丽", "丽"),
    ("萍", "萍"),
    ("公司", "公司"),
    ("云南", "云南"),
    ("a", "a"),
    ("A", "a"),
    ("ａ", "a"),
    ("Ｂ", "b"),
    ("b", "b"),
    ("1", "1"),
    ("２", "2"),
    (" ", " "),
    ("\u{3000}", " "),
    ("ß", "ss"),
    ("S", "s"),
    ("e\u{301}", "é"),
    ("É", "é"),
    ("𠮷", "𠮷"),
    ("👩‍👧", "👩‍👧"),
    ("☃\u{20dd}", "☃\u{20dd}"),
    ("㍿", "株式会社"),
    ("'", "'"),
    ("#%", "#%"),
];

/// Names and numbers, and what they are taken for.
struct Words {
    random: Rng,
    folded: HashMap<String, String>,
}

impl Words {
    fn name(&mut self, tokens: std::ops::Range<usize>) -> String {
        let tokens_from = tokens.start;
        // The first ones are the commonest.
        let drawn = (0..self.random.usize(tokens)).map(|_| {
            let index = (self.random.f64().powi(2) * TOKENS.len() as f64) as usize;
            TOKENS[index]
        });
        let (shown, folded): (Vec<_>, Vec<_>) = drawn.collect::<Vec<_>>().into_iter().unzip();
        let (shown, folded) = (shown.concat(), folded.concat());
        // What is sent loses the white space at its ends; nobody is called nothing.
        let (shown, folded) = match (shown.trim(), folded.trim()) {
            ("", _) if tokens_from > 0 => ("王", "王"),
            trimmed => trimmed,
        };
        self.folded.insert(shown.to_owned(), folded.to_owned());
        shown.to_owned()
    }

    /// A name that looks like a number.
    fn digits(&mut self) -> String {
        let digits: String =
            (0..self.random.usize(3..6)).map(|_| char::from(b'0' + self.random.u8(0..3))).collect();
        self.folded.insert(digits.clone(), digits.clone());
        digits
    }

    /// A part of a name, or of any: as a user types it, which may be in other letters than it was entered, and as it is meant.
    fn part_of(&mut self, like: &Customer) -> Option<(String, String)> {
        let text = match self.random.u32(0..4) {
            0 => self.name(1..4),
            1 => like.nick_name.clone(),
            2 => like.real_name.clone(),
            _ => like.organization_name.clone(),
        };
        let folded: Vec<char> = self.folded(&text).chars().collect();
        if folded.is_empty() {
            return None;
        }
        let from = self.random.usize(..folded.len());
        let length = self.random.usize(1..=8);
        let part: String = folded[from..].iter().take(length).collect();
        let typed = match self.random.u32(0..3) {
            0 => part.to_uppercase().replace("SS", "ß"),
            1 => part.replace('1', "１").replace('b', "Ｂ").replace('é', "e\u{301}"),
            _ => part.clone(),
        };
        // White space at its ends is no part of it, and nothing is looked for by nothing.
        let part = part.trim().to_owned();
        (!is_blank(&part)).then_some((typed, part))
    }

    fn phone(&mut self) -> String {
        match self.random.u32(0..8) {
            0 => String::new(),
            1 => format!("0871-{}", self.random.u32(0..200)),
            _ => (0..11).map(|_| char::from(b'0' + self.random.u8(0..3))).collect(),
        }
    }

    /// One of three employees, or nobody.
    fn owner(&mut self) -> Option<u32> {
        Some(self.random.u32(0..4)).filter(|id| *id > 0)
    }

    fn folded(&self, shown: &str) -> &str {
        if shown.is_empty() { "" } else { &self.folded[shown] }
    }
}

/// A query, as it is sent and as it is meant.
#[derive(Debug, Default)]
struct Query {
    name: Option<(String, String)>,
    organization: Option<u32>,
    phone: Option<String>,
    /// What a name or a phone number has.
    either: Option<(String, String)>,
    /// An employee, or nobody.
    owner: Option<Option<u32>>,
    /// Those who are hidden, those who are not, or both; those who are not where nothing is said.
    status: Option<&'static str>,
    count: u64,
}

impl Query {
    /// Something that some customer may have.
    fn draw(words: &mut Words, customers: &[(u32, Customer)]) -> Self {
        let mut query = Self { count: words.random.u64(1..=40), ..Self::default() };
        let (_, like) = &customers[words.random.usize(..customers.len())];
        let kinds = words.random.u32(1..16);
        if kinds & 3 != 0 {
            query.name = words.part_of(like);
        }
        query.either = match words.random.u32(0..6) {
            0 => words.part_of(like),
            1 => {
                let digits: String = like.phone_number.chars().filter(char::is_ascii_digit).collect();
                let from = words.random.usize(..=digits.len().min(6));
                let digits: String = digits[from..].chars().take(words.random.usize(2..12)).collect();
                let typed = if words.random.bool() { digits.replace('2', "２-") } else { digits.clone() };
                (!digits.is_empty()).then_some((typed.trim_end_matches('-').to_owned(), digits))
            }
            2 => {
                let digits = words.digits();
                Some((digits.clone(), digits))
            }
            _ => None,
        };
        if words.random.u32(0..5) < 2 {
            query.owner = Some(if words.random.bool() { like.owner } else { words.owner() });
        }
        query.status = [None, None, Some("0"), Some("1"), Some("all")][words.random.usize(..5)];
        if kinds & 4 != 0 {
            query.organization = like.organization.or(Some(words.random.u32(1..6)));
        }
        if kinds & 8 != 0 {
            let digits: String = like.phone_number.chars().filter(char::is_ascii_digit).collect();
            query.phone = match words.random.u32(0..3) {
                0 if !like.phone_number.is_empty() && like.phone_number.len() > 4 => {
                    Some(like.phone_number.clone())
                }
                _ if digits.len() > 6 => Some(digits[words.random.usize(..3)..][..4].to_owned()),
                _ => None,
            };
        }
        query
    }

    /// What a look at every customer finds.
    fn brute_force(&self, words: &Words, customers: &[(u32, Customer)]) -> Vec<u64> {
        let name = |customer: &Customer, part: &str| {
            [&customer.nick_name, &customer.real_name, &customer.organization_name]
                .into_iter()
                .any(|name| words.folded(name).contains(part))
        };
        let phone = |customer: &Customer, query: &str| {
            let digits = |number: &str| number.replace('-', "");
            let (number, query) = (digits(&customer.phone_number), digits(query));
            number == query || (query.len() >= 4 && number.contains(&query))
        };
        // What has letters in it is no number; a name has what was typed, with all that stands between digits.
        let is_number = |part: &str| part.len() >= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        let either = |customer: &Customer, (typed, part): &(String, String)| {
            let spelled = typed.replace('２', "2").replace('１', "1");
            let text = if is_number(part) { spelled } else { part.clone() };
            name(customer, &text) || is_number(part) && phone(customer, part)
        };
        let mut found: Vec<_> = customers
            .iter()
            .filter(|(_, customer)| {
                let is_shown = match self.status {
                    Some("all") => true,
                    Some("0") => !customer.status.is_enabled(),
                    _ => customer.status.is_enabled(),
                };
                is_shown
                    && self.owner.is_none_or(|owner| customer.owner == owner)
                    && self.name.as_ref().is_none_or(|(_, part)| name(customer, part))
                    && self.organization.is_none_or(|id| customer.organization == Some(id))
                    && self.phone.as_ref().is_none_or(|query| phone(customer, query))
                    && self.either.as_ref().is_none_or(|sent| either(customer, sent))
            })
            .map(|(id, customer)| (customer.updated, u64::from(*id)))
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().map(|(_, id)| id).collect()
    }

    fn uri(&self, page: u64) -> String {
        let mut uri = format!("{PATH}?page={page}&count={}", self.count);
        if let Some((typed, _)) = &self.name {
            uri += &format!("&name={}", encoded(typed));
        }
        if let Some(id) = self.organization {
            uri += &format!("&organization_id={id}");
        }
        if let Some(phone) = &self.phone {
            uri += &format!("&phoneNumber={phone}");
        }
        if let Some(owner) = self.owner {
            let owner = owner.map_or_else(|| "none".to_owned(), |id| id.to_string());
            uri += &format!(
                "&owner_id={}",
                if owner == "1" && self.count.is_multiple_of(2) { "me" } else { &owner }
            );
        }
        if let Some(status) = self.status {
            uri += &format!("&status={status}");
        }
        if let Some((typed, _)) = &self.either {
            uri += &format!("&q={}", encoded(typed));
        }
        uri
    }
}

/// A company of which nobody but this test knows what should be in it.
struct Company {
    stack: Stack,
    staff: Client,
    token: String,
    words: Words,
    seed: u64,
}

impl Company {
    async fn found(seed: u64) -> Self {
        let stack = Stack::start().await;
        let employee = stack.employee("15331761337", Role::Admin).await;
        let token = stack.session(employee).await;
        let staff = stack.client(customers::FUNCTION).with("session", &token);
        for phone in ["15925130924", "18088175340"] {
            stack.employee(phone, Role::Staff).await;
        }
        let words = Words { random: Rng::with_seed(seed), folded: HashMap::new() };
        Self { stack, staff, token, words, seed }
    }

    /// Something that an admin may do: to create, edit, move, hide or show a customer, to give some to another owner, or to
    /// create, rename or delete an organization.
    fn request(&mut self) -> (&'static str, Value) {
        let words = &mut self.words;
        let customer = words.random.u32(1..=40);
        let organization = words.random.u32(1..=5);
        match words.random.u32(0..24) {
            0..=6 => {
                let body = json!({
                    "nickName": words.name(1..5), "realName": words.name(0..4), "phoneNumber": words.phone(),
                    "organization_id": if words.random.bool() { Some(organization) } else { None },
                    "allow_duplicate": true, "owner_id": words.owner().map_or(json!("none"), Value::from),
                });
                (PATH, body)
            }
            7..=9 => (PATH, json!({ "customers_id": customer, "job": "主任" })),
            10..=11 => (PATH, json!({ "customers_id": customer, "realName": words.name(1..4) })),
            12 => (PATH, json!({ "customers_id": customer, "realName": words.digits() })),
            13 => (PATH, json!({ "customers_id": customer, "organization_id": organization })),
            14 => (PATH, json!({ "customers_id": customer, "organization_id": null })),
            15 => (
                PATH,
                json!({ "customers_id": customer, "phoneNumber": words.phone(), "allow_duplicate": true }),
            ),
            16 => (
                PATH,
                json!({ "customers_id": customer, "status": words.random.u32(0..2), "allow_duplicate": true }),
            ),
            17 => (ORGANIZATIONS, json!({ "groupName": words.name(1..6) })),
            20..=22 => {
                let owner = words.owner().map_or(json!("none"), Value::from);
                (OWNER, json!({ "customers_ids": [customer, customer + 7], "owner_id": owner }))
            }
            23 => (HANDOVER, json!({ "from_id": words.random.u32(1..4), "to_id": "none" })),
            _ => (ORGANIZATIONS, json!({ "organization_id": organization, "groupName": words.name(1..6) })),
        }
    }

    /// What there is, read one by one: no listing has a part in it.
    async fn customers(&self) -> Vec<(u32, Customer)> {
        let ids: Vec<u32> = (1..=400).collect();
        let customers = self.stack.app.store.entities::<Customer>(&ids).await.unwrap();
        customers.into_iter().map(|customer| (customer.id, customer.record.value)).collect()
    }

    /// Asks so many queries, each for all of its pages and one beyond.
    async fn compare(&mut self, queries: u32) {
        // Whoever searches for a name first goes on with renames whose writers died.
        self.staff.get(&format!("{PATH}?name=a")).await.ok();
        let customers = self.customers().await;
        for _ in 0..queries {
            let query = Query::draw(&mut self.words, &customers);
            let expected = query.brute_force(&self.words, &customers);
            let pages = (expected.len() as u64).div_ceil(query.count);
            let mut found = Vec::new();
            for page in 1..=pages + 1 {
                let answer = self.staff.get(&query.uri(page)).await;
                assert_eq!(
                    answer.page(),
                    (expected.len() as u64, page, query.count),
                    "{}: {query:?}",
                    self.seed
                );
                found.extend(answer.ids());
            }
            assert_eq!(found, expected, "{}: {query:?}", self.seed);
        }
    }

    /// A client whose calls meet faults as `script` says.
    fn over(&self, script: impl Fn(u64) -> Fault + Send + Sync + 'static) -> Client {
        let faulty = client(&self.stack.endpoint, Hold::default(), move |seen| script(seen.before));
        let store = self.stack.over(faulty).busy_limit(Duration::from_millis(1));
        let app = self.stack.app_over(store);
        Client::of(customers::FUNCTION, app).with("session", &self.token)
    }
}

fn cases(default: u64) -> u64 {
    // The second database is asked whether it agrees; it is too slow for more.
    let default = if std::env::var("TEST_DATABASE").is_ok() { 1 } else { default };
    std::env::var("SEARCH_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default)
}

#[tokio::test]
async fn every_query_and_page_is_that_of_a_look_at_every_customer() {
    for seed in 0..cases(6) {
        let mut company = Company::found(seed).await;
        for _ in 0..120 {
            let (path, body) = company.request();
            company.staff.post(path, body).await;
            company.stack.advance(company.words.random.i64(0..200_000));
        }
        company.compare(300).await;
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn and_so_it_is_after_many_wrote_at_once_while_what_was_found_meanwhile_was_right_of_itself() {
    for seed in 100..100 + cases(5) {
        let mut company = Company::found(seed).await;
        for _ in 0..12 {
            let requests: Vec<_> = (0..8).map(|_| company.request()).collect();
            let customers = company.customers().await;
            let writes = requests.into_iter().map(|(path, body)| company.staff.post(path, body));
            let queries: Vec<_> = match customers.is_empty() {
                true => Vec::new(),
                false => (0..6).map(|_| Query::draw(&mut company.words, &customers)).collect(),
            };
            let reads = queries.iter().map(async |query| (query, company.staff.get(&query.uri(1)).await));
            let (answers, found) = futures_util::future::join(join_all(writes), join_all(reads)).await;
            for answer in answers {
                assert!(answer.status < 500, "{seed}: {}", answer.body);
            }
            for (query, answer) in found {
                let rows = answer.ok().as_array().unwrap();
                let ids: BTreeSet<_> = answer.ids().into_iter().collect();
                assert_eq!(ids.len(), rows.len(), "{seed}: {query:?} found somebody twice");
                let has = |row: &Value, part: &str| {
                    let names = ["nickName", "realName", "organization"];
                    names.iter().any(|name| company.words.folded(row[name].as_str().unwrap()).contains(part))
                };
                for row in rows {
                    assert!(
                        query.name.as_ref().is_none_or(|(_, part)| has(row, part)),
                        "{seed}: {query:?} {row}"
                    );
                }
            }
            company.stack.advance(company.words.random.i64(0..100_000));
        }
        company.compare(100).await;
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn and_so_it_is_after_writers_died_anywhere_before_anybody_has_swept_up() {
    for seed in 200..200 + cases(5) {
        let mut company = Company::found(seed).await;
        for _ in 0..60 {
            let (path, body) = company.request();
            let dies_after = company.words.random.u64(2..10);
            let dies = company.words.random.bool();
            let writer = company.over(move |before| match dies && before >= dies_after {
                true => Fault::LostRequest,
                false => Fault::Pass,
            });
            writer.post(path, body).await;
            company.stack.advance(company.words.random.i64(0..200_000));
        }
        if company.customers().await.is_empty() {
            continue;
        }
        company.compare(100).await;
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn one_search_field_finds_names_and_numbers_and_each_customer_once() {
    let company = Company::found(7).await;
    for (nick_name, phone) in [
        ("1398大酒店", "13987022559"),
        ("公司2024", "13900002024"),
        ("王丽萍", "0871-6512345"),
        ("1398", "15512341234"),
        ("139-8702", ""),
    ] {
        let body = json!({ "nickName": nick_name, "phoneNumber": phone, "allow_duplicate": true });
        company.staff.post(PATH, body).await.ok();
        company.stack.advance(1);
    }
    for (q, ids) in [
        ("1398", vec![4, 1]),
        ("１３９８", vec![4, 1]),
        // As it is typed it is a part of a name, and its digits are a part of a number.
        ("139-8702", vec![5, 1]),
        ("+86 139 8702 2559", vec![1]),
        ("2024", vec![2]),
        // A name with digits in it is no number.
        ("公司2024", vec![2]),
        ("139", vec![5, 4, 1]),
        ("1234", vec![4, 3]),
        ("丽", vec![3]),
        ("12341234", vec![4]),
    ] {
        let answer = company.staff.get(&format!("{PATH}?q={}", encoded(q))).await;
        assert_eq!((answer.ids(), answer.page().0), (ids, answer.ids().len() as u64), "{q}");
        let cost = answer.cost();
        let apart = cost.rcu - answer.ids().len() as f64;
        assert!(apart <= 15.0 && cost.depth <= 5, "{q}: {cost:?}");
    }
    company.staff.get(&format!("{PATH}?q={}", "1".repeat(65))).await.refused_field("q");
}
