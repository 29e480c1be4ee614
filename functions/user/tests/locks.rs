//! How many wrong passwords are heard, and whom they lock out.

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::Error;
use shared::model::{Counted, Guess, Role};
use shared::store::{Author, Store, Write};
use testing::faults::{self, Fault, Hold};
use testing::{ADMIN_PHONE, Answer, Client, PASSWORD, Stack};

const PHONE: &str = "15331761337";
const OFFICE: &str = "198.51.100.1";
const ELSEWHERE: &str = "203.0.113.7";
const DAY: i64 = 24 * 60 * 60;

async fn login(client: &Client, phone: &str, password: &str) -> Answer {
    client.post("/api/user/login", json!({ "phoneNumber": phone, "password": password })).await
}

/// A wrong password, which is heard.
async fn fail(client: &Client, phone: &str) {
    login(client, phone, "wrong password").await.refused(StatusCode::UNAUTHORIZED, "login_failed");
}

#[track_caller]
fn locked(answer: &Answer) {
    answer.refused(StatusCode::TOO_MANY_REQUESTS, "login_locked");
    let seconds: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=900).contains(&seconds), "{seconds}");
}

/// The nth address of very many.
fn address(n: usize) -> String {
    format!("10.0.{}.{}", n / 250, n % 250 + 1)
}

#[tokio::test]
async fn guesses_from_elsewhere_keep_the_admin_out_in_none_of_a_hundred_times() {
    let stack = Stack::start().await;
    stack.admin().await;
    let client = stack.client(user::FUNCTION);
    let admin = client.at_address(OFFICE);
    let mut signed_in = 0;
    for n in 0..100 {
        let elsewhere = client.at_address(&address(n));
        for _ in 0..10 {
            let guess = login(&elsewhere, ADMIN_PHONE, "wrong password").await;
            assert!(matches!(guess.status, 401 | 429), "{}", guess.body);
        }
        locked(&login(&elsewhere, ADMIN_PHONE, PASSWORD).await);
        signed_in += u32::from(login(&admin, ADMIN_PHONE, PASSWORD).await.status == 200);
    }
    assert_eq!(signed_in, 100);
}

#[tokio::test]
async fn ten_wrong_passwords_lock_their_pair_of_phone_and_address_and_no_other() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let (here, elsewhere) =
        (stack.client(user::FUNCTION).at_address(OFFICE), stack.client(user::FUNCTION).at_address(ELSEWHERE));
    for _ in 0..10 {
        fail(&elsewhere, PHONE).await;
    }
    locked(&login(&elsewhere, PHONE, PASSWORD).await);
    fail(&elsewhere, "13000000000").await;
    login(&here, PHONE, PASSWORD).await.ok();
    stack.advance(900);
    login(&elsewhere, PHONE, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_trusted_pair_too_has_ten_guesses() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let here = stack.client(user::FUNCTION).at_address(OFFICE);
    login(&here, PHONE, PASSWORD).await.ok();
    for _ in 0..10 {
        fail(&here, PHONE).await;
    }
    locked(&login(&here, PHONE, PASSWORD).await);
    stack.advance(900);
    login(&here, PHONE, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_whole_office_is_not_locked_out_by_one_of_it_who_signed_in_before() {
    let stack = Stack::start().await;
    for phone in [PHONE, "15331761338"] {
        stack.employee(phone, Role::Staff).await;
    }
    let office = stack.client(user::FUNCTION).at_address(OFFICE);
    login(&office, PHONE, PASSWORD).await.ok();
    for n in 0..100 {
        fail(&office, &format!("130000000{n:02}")).await;
    }
    locked(&login(&office, "15331761338", PASSWORD).await);
    locked(&login(&office, "13000000000", "wrong password").await);
    login(&office, PHONE, PASSWORD).await.ok();
    let elsewhere = stack.client(user::FUNCTION).at_address(ELSEWHERE);
    login(&elsewhere, "15331761338", PASSWORD).await.ok();
    stack.advance(900);
    login(&office, "15331761338", PASSWORD).await.ok();
}

#[tokio::test]
async fn the_wrong_passwords_of_a_trusted_pair_count_for_nobody_else() {
    let stack = Stack::start().await;
    let phones: Vec<_> = (0..11).map(|n| format!("153317613{n:02}")).collect();
    let office = stack.client(user::FUNCTION).at_address(OFFICE);
    for phone in &phones {
        stack.employee(phone, Role::Staff).await;
        login(&office, phone, PASSWORD).await.ok();
    }
    for phone in &phones {
        for _ in 0..10 {
            count_wrong(&stack, phone, OFFICE).await;
        }
        locked(&login(&office, phone, PASSWORD).await);
    }
    // That were 110 from one address.
    stack.employee(PHONE, Role::Staff).await;
    login(&office, PHONE, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_hundred_wrong_passwords_from_many_addresses_lock_a_phone_where_nobody_has_signed_in() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let here = client.at_address(OFFICE);
    login(&here, PHONE, PASSWORD).await.ok();
    for n in 0..100 {
        fail(&client.at_address(&address(n)), PHONE).await;
        // Nobody learns from a lock whose phone number it is.
        count_wrong(&stack, "13000000000", &address(n)).await;
    }
    for phone in [PHONE, "13000000000"] {
        locked(&login(&client.at_address(ELSEWHERE), phone, PASSWORD).await);
    }
    login(&here, PHONE, PASSWORD).await.ok();
    stack.advance(900);
    login(&client.at_address(ELSEWHERE), PHONE, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_sign_in_is_trusted_for_thirty_days() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let (old, new) = (client.at_address(OFFICE), client.at_address("198.51.100.2"));
    login(&old, PHONE, PASSWORD).await.ok();
    stack.advance(DAY);
    login(&new, PHONE, PASSWORD).await.ok();
    stack.advance(29 * DAY);
    for n in 0..100 {
        count_wrong(&stack, PHONE, &address(n)).await;
    }
    login(&new, PHONE, PASSWORD).await.ok();
    locked(&login(&old, PHONE, PASSWORD).await);
}

#[tokio::test]
async fn no_header_says_where_somebody_is() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    for (phone, name, value) in [
        ("13000000001", "x-forwarded-for", "198.51.100.9"),
        ("13000000002", "x-real-ip", "198.51.100.9"),
        ("13000000003", "forwarded", "for=198.51.100.9"),
    ] {
        let client = stack.client(user::FUNCTION).at_address(ELSEWHERE);
        for n in 0..10 {
            let value = format!("{value}{n}");
            fail(&client.with(name, &value), phone).await;
        }
        locked(&login(&client.with(name, value), phone, PASSWORD).await);
    }
    // Nor do headers put anybody into somebody else's place.
    let client = stack.client(user::FUNCTION).at_address(OFFICE).with("x-forwarded-for", ELSEWHERE);
    login(&client, PHONE, PASSWORD).await.ok();
}

#[tokio::test]
async fn an_ipv6_network_is_one_address() {
    let stack = Stack::start().await;
    let client = stack.client(user::FUNCTION);
    for n in 0..10 {
        fail(&client.at_address(&format!("2001:db8:1:2::{n}")), PHONE).await;
    }
    locked(&login(&client.at_address("2001:db8:1:2:ffff::1"), PHONE, PASSWORD).await);
    fail(&client.at_address("2001:db8:1:3::1"), PHONE).await;
}

/// A wrong password that is written down without the time that it takes to look at one.
async fn count_wrong(stack: &Stack, phone: &str, address: &str) {
    let counted = Counted::sign_in(phone, address);
    let mut found = stack.app.store.get_all(&counted.keys()).await.unwrap();
    let guess = Guess::new(counted, &mut found, stack.app.clock.epoch()).unwrap();
    guess.check().unwrap();
    guess.failed(&stack.app.store).await.unwrap();
}

/// A phone with every lock there is, for somebody at the office who never signed in there.
async fn locked_everywhere(stack: &Stack) -> u64 {
    let id = stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    for n in 0..100 {
        count_wrong(stack, &format!("130000000{n:02}"), OFFICE).await;
        count_wrong(stack, PHONE, &address(n / 10)).await;
    }
    for address in [OFFICE, ELSEWHERE, &address(0)] {
        locked(&login(&client.at_address(address), PHONE, PASSWORD).await);
    }
    id.into()
}

#[tokio::test]
async fn an_admin_unlocks_an_employee_wherever_they_are() {
    for edit in [json!({ "unlock": true }), json!({ "password": "battery staple" })] {
        let stack = Stack::start().await;
        let boss = stack.signed_in(user::FUNCTION, "18888888888", Role::Admin).await;
        let mut edit = edit;
        edit["user_id"] = json!(locked_everywhere(&stack).await);
        boss.post("/api/user/user", edit.clone()).await.ok();
        let password = edit["password"].as_str().unwrap_or(PASSWORD);
        let client = stack.client(user::FUNCTION);
        for address in [OFFICE, ELSEWHERE, &address(0)] {
            // There are ten guesses again, and no more: the office is locked for others, and this pair after them.
            for _ in 0..9 {
                count_wrong(&stack, PHONE, address).await;
            }
            login(&client.at_address(address), PHONE, password).await.ok();
        }
        locked(&login(&client.at_address(OFFICE), "13000000000", "wrong password").await);
        for _ in 0..10 {
            count_wrong(&stack, PHONE, "198.51.100.3").await;
        }
        locked(&login(&client.at_address("198.51.100.3"), PHONE, password).await);
    }
}

#[tokio::test]
async fn an_edit_without_unlock_leaves_the_lock() {
    let stack = Stack::start().await;
    let boss = stack.signed_in(user::FUNCTION, "18888888888", Role::Admin).await;
    let id = stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    for _ in 0..10 {
        fail(&client, PHONE).await;
    }
    for unlock in [json!(false), json!(null)] {
        let edit = json!({ "user_id": id, "nickName": "a", "unlock": unlock });
        boss.post("/api/user/user", edit).await.ok();
    }
    boss.post("/api/user/user", json!({ "user_id": id, "unlock": "perhaps" })).await.refused_field("unlock");
    locked(&login(&client, PHONE, PASSWORD).await);
}

#[tokio::test]
async fn a_lock_ends_no_session_and_keeps_nobody_from_changing_the_password() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let session = client.signed_in(PHONE, PASSWORD).await;
    for _ in 0..10 {
        fail(&client, PHONE).await;
    }
    locked(&login(&client, PHONE, PASSWORD).await);
    session.get("/api/user/menu").await.ok();
    let change = json!({ "old_password": PASSWORD, "new_password": "battery staple" });
    session.post("/api/user/password", change).await.ok();
    locked(&login(&client, PHONE, "battery staple").await);
    stack.advance(900);
    login(&client, PHONE, "battery staple").await.ok();
}

#[tokio::test]
async fn guessing_at_the_old_password_locks_only_the_change() {
    let stack = Stack::start().await;
    let boss = stack.signed_in(user::FUNCTION, "18888888888", Role::Admin).await;
    let id = stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let session = client.signed_in(PHONE, PASSWORD).await;
    let change = |old: &str| json!({ "old_password": old, "new_password": "battery staple" });
    for _ in 0..10 {
        session.post("/api/user/password", change("wrong password")).await.refused_field("old_password");
    }
    locked(&session.post("/api/user/password", change(PASSWORD)).await);
    login(&client, PHONE, PASSWORD).await.ok();
    boss.post("/api/user/user", json!({ "user_id": id, "unlock": true })).await.ok();
    session.post("/api/user/password", change(PASSWORD)).await.ok();
}

#[tokio::test]
async fn nobody_unlocks_their_own_guesses_at_their_old_password() {
    let stack = Stack::start().await;
    let id = stack.admin().await;
    let admin = stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await;
    let edit = |old: &str| json!({ "user_id": id, "password": "battery staple", "old_password": old, "unlock": true });
    for _ in 0..10 {
        admin.post("/api/user/user", edit("wrong password")).await.refused_field("old_password");
        admin.post("/api/user/user", json!({ "user_id": id, "unlock": true })).await.ok();
    }
    locked(&admin.post("/api/user/user", edit(PASSWORD)).await);
    stack.advance(900);
    admin.post("/api/user/user", edit(PASSWORD)).await.ok();
}

/// The statuses of guesses that are all sent at once.
async fn at_once(guesses: impl Iterator<Item = (Client, String, String)>) -> Vec<u16> {
    let guesses = guesses.map(async |(client, phone, password)| login(&client, &phone, &password).await);
    join_all(guesses).await.iter().map(|answer| answer.status).collect()
}

fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|it| **it == status).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_from_many_addresses_are_worth_no_more_than_a_hundred() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let guess = |n| (client.at_address(&address(n)), PHONE.to_owned(), format!("guess number {n}"));
    let statuses = at_once((0..115).map(guess)).await;
    assert_eq!((count(&statuses, 401), count(&statuses, 429)), (100, 15), "{statuses:?}");
}

/// What comes of a sign-in whose password was looked at while `meanwhile` happened: the guess from the address of a pair that
/// was read before.
async fn overtaken(
    stack: &Stack,
    phone: &str,
    address: &str,
    meanwhile: impl AsyncFnOnce(),
) -> Result<(), Error> {
    let store: &Store = &stack.app.store;
    let now = stack.app.clock.epoch();
    let counted = Counted::sign_in(phone, address);
    let mut found = store.get_all(&counted.keys()).await?;
    let guess = Guess::new(counted, &mut found, now)?;
    guess.check()?;
    meanwhile().await;
    let mut write = Write::new(Author::SYSTEM);
    guess.sign_in(&mut write)?;
    store.commit(write).await
}

#[tokio::test]
async fn a_right_guess_is_worth_nothing_once_a_wrong_one_has_overtaken_it() {
    let stack = Stack::start().await;
    let client = stack.client(user::FUNCTION);
    let (here, elsewhere) = (client.at_address(OFFICE), client.at_address(ELSEWHERE));
    let same_pair = overtaken(&stack, PHONE, OFFICE, async || fail(&here, PHONE).await).await;
    let same_phone = overtaken(&stack, PHONE, OFFICE, async || fail(&elsewhere, PHONE).await).await;
    let same_address = overtaken(&stack, PHONE, OFFICE, async || fail(&here, "130").await).await;
    assert_eq!([same_pair, same_phone, same_address], [const { Err(Error::Stale) }; 3]);
    let others = overtaken(&stack, PHONE, OFFICE, async || fail(&elsewhere, "130").await).await;
    assert_eq!(others, Ok(()));
    // From now on the pair is trusted: only its own failures are about it.
    let shared = overtaken(&stack, PHONE, OFFICE, async || {
        fail(&elsewhere, PHONE).await;
        fail(&here, "130").await;
    });
    assert_eq!(shared.await, Ok(()));
    let same_pair = overtaken(&stack, PHONE, OFFICE, async || fail(&here, PHONE).await).await;
    assert_eq!(same_pair, Err(Error::Stale));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_signs_in_at_once_is_let_in_also_on_its_first_day() {
    let stack = Stack::start().await;
    let phones: Vec<_> = (0..20).map(|n| format!("153317613{n:02}")).collect();
    for phone in &phones {
        stack.employee(phone, Role::Staff).await;
    }
    // Transactions hold their items as long as on AWS, where those on one item meet.
    let hold = Hold::new(std::time::Duration::from_millis(25));
    let over = faults::client(&stack.endpoint, hold, |_| Fault::Pass);
    let app = stack.app_over(stack.over(over));
    let office = Client::of(user::FUNCTION, app).at_address(OFFICE);
    fail(&office, "13000000000").await;
    for _ in 0..2 {
        let all = phones.iter().map(|phone| (office.clone(), phone.clone(), PASSWORD.to_owned()));
        let statuses = at_once(all).await;
        assert_eq!(count(&statuses, 200), phones.len(), "{statuses:?}");
    }
}

#[tokio::test]
async fn a_sign_in_takes_three_round_trips_trusted_or_not() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION).at_address(OFFICE);
    let cost = async |password: &str| login(&client, PHONE, password).await.cost();
    let (first, trusted, wrong) = (cost(PASSWORD).await, cost(PASSWORD).await, cost("wrong password").await);
    let elsewhere = login(&client.at_address(ELSEWHERE), PHONE, "wrong password").await.cost();
    assert_eq!([first.depth, trusted.depth, wrong.depth, elsewhere.depth], [3; 4]);
}

#[tokio::test]
async fn what_version_0_1_counted_is_in_nobodys_way() {
    let stack = Stack::start().await;
    stack.employee(PHONE, Role::Staff).await;
    let mut write = Write::new(Author::SYSTEM);
    let old: Value = json!({ "failed": [], "locked_until": i64::MAX });
    let key = shared::store::Key::named("ATTEMPTS", Some(PHONE));
    write.put(&key, &old, shared::store::Expect::Absent).unwrap();
    stack.app.store.commit(write).await.unwrap();
    login(&stack.client(user::FUNCTION), PHONE, PASSWORD).await.ok();
}
