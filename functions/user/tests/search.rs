//! `/api/user/user`: every search answers what a look at every employee would, also of those who were entered before names were
//! searched.

use fastrand::Rng;
use serde_json::json;
use shared::model::Role;
use std::collections::BTreeSet;
use testing::encoded::encoded;
use testing::{Client, Stack};

const PATH: &str = "/api/user/user";
/// What names are made of, and what a search takes that for.
const TOKENS: [(&str, &str); 10] = [
    ("张", "张"),
    ("建林", "建林"),
    ("李", "李"),
    ("a", "a"),
    ("Ａ", "a"),
    ("b", "b"),
    ("1", "1"),
    ("３", "3"),
    ("ß", "ss"),
    ("É", "é"),
];

/// A name, and what it is taken for.
fn name(random: &mut Rng) -> (String, String) {
    let drawn: Vec<_> = (0..random.usize(0..4)).map(|_| TOKENS[random.usize(..TOKENS.len())]).collect();
    (drawn.iter().map(|(shown, _)| *shown).collect(), drawn.iter().map(|(_, folded)| *folded).collect())
}

struct Company {
    stack: Stack,
    admin: Client,
    /// Of each employee by id, from 1 on, status and folded texts.
    known: Vec<(bool, [String; 3])>,
}

impl Company {
    async fn start() -> Self {
        let stack = Stack::start().await;
        let admin = stack.signed_in(user::FUNCTION, "18800000000", Role::Admin).await;
        let nobody = [String::new(), String::new(), "18800000000".to_owned()];
        Self { stack, admin, known: vec![(true, nobody)] }
    }

    /// Creates or edits somebody.
    async fn change(&mut self, random: &mut Rng) {
        let ((nick, nick_folded), (real, real_folded)) = (name(random), name(random));
        let mut body = json!({ "nickName": nick, "realName": real });
        if self.known.len() == 1 || random.u32(0..3) == 0 {
            let phone = format!("13{}-{:03}", random.u32(0..4), self.known.len());
            body["phoneNumber"] = json!(phone);
            self.admin.post(PATH, body).await.ok();
            self.known.push((true, [nick_folded, real_folded, phone]));
            return;
        }
        let place = random.usize(1..self.known.len());
        let enabled = random.u32(0..3) > 0;
        body["user_id"] = json!(place + 1);
        body["status"] = json!(u32::from(enabled));
        self.admin.post(PATH, body).await.ok();
        let phone = self.known[place].1[2].clone();
        self.known[place] = (enabled, [nick_folded, real_folded, phone]);
    }

    /// Compares every page of a query with a look at everybody.
    async fn compare(&self, random: &mut Rng) {
        let (_, texts) = &self.known[random.usize(..self.known.len())];
        let text: Vec<char> = texts[random.usize(0..3)].chars().collect();
        let part: String = match text.len() {
            0 => String::new(),
            length => text[random.usize(..length)..].iter().take(random.usize(1..6)).collect(),
        };
        let status = ["", "all", "1", "0"][random.usize(0..4)];
        let ids: BTreeSet<u64> = match random.u32(0..3) {
            0 => (0..random.usize(1..20)).map(|_| random.u64(1..40)).collect(),
            _ => BTreeSet::new(),
        };
        let is_found = |(place, (enabled, texts)): &(usize, &(bool, [String; 3]))| {
            texts.iter().any(|text| text.contains(part.as_str()))
                && (ids.is_empty() || ids.contains(&(*place as u64 + 1)))
                && match status {
                    "1" => *enabled,
                    "0" => !enabled,
                    _ => true,
                }
        };
        let expected: Vec<u64> =
            self.known.iter().enumerate().filter(is_found).map(|(place, _)| place as u64 + 1).collect();
        let (count, typed) = (random.u64(1..8), part.to_uppercase().replace("SS", "ß"));
        let mut found = Vec::new();
        for page in 1..=(expected.len() as u64).div_ceil(count) + 1 {
            let uri = format!(
                "{PATH}?page={page}&count={count}&status={status}&name={}&user_ids={}",
                encoded(&typed),
                if ids.is_empty() { String::new() } else { json!(ids).to_string() },
            );
            let answer = self.admin.get(&uri).await;
            assert_eq!(answer.page(), (expected.len() as u64, page, count), "{uri}");
            found.extend(answer.ids());
            let cost = answer.cost();
            let apart = cost.rcu - (answer.ids().len().max(ids.len()) as f64);
            assert!(apart <= 15.0 && cost.depth <= 5, "{uri}: {cost:?}");
        }
        assert_eq!(found, expected, "{part} {status} {ids:?}");
    }
}

#[tokio::test]
async fn every_query_and_page_is_that_of_a_look_at_everybody_after_every_edit() {
    let cases = if std::env::var("TEST_DATABASE").is_ok() { 1 } else { 4 };
    for seed in 0..cases {
        let mut random = Rng::with_seed(seed);
        let mut company = Company::start().await;
        for _ in 0..60 {
            company.change(&mut random).await;
            company.compare(&mut random).await;
        }
        for _ in 0..60 {
            company.compare(&mut random).await;
        }
        company.stack.verify_records().await;
    }
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let company = Company::start().await;
    let many = (1..=101).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    for (field, query) in [
        ("user_ids", "user_ids=x".to_owned()),
        ("user_ids", "user_ids=0".to_owned()),
        ("user_ids", format!("user_ids={many}")),
        ("name", format!("name={}", "1".repeat(65))),
        ("name", "name=%01".to_owned()),
        ("status", "name=1&status=2".to_owned()),
    ] {
        company.admin.get(&format!("{PATH}?{query}")).await.refused_field(field);
    }
    assert_eq!(company.admin.get(&format!("{PATH}?user_ids=[]")).await.ids(), [1], "an empty choice is none");
    assert_eq!(company.admin.get(&format!("{PATH}?user_ids=9,1,9")).await.ids(), [1]);
}
