//! Whoever does a step of an import may die anywhere in it, and others write at the same time.

use crate::importing::{counts, tally};
use crate::office::{Office, list};
use fastrand::Rng;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::jobs::Job;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::storage::StorageFault;

/// Rows of a file, of which every seventh names the customer of a row before it, and every eleventh cannot go in.
fn rows(count: u32) -> Vec<(String, String, String)> {
    let row = |n: u32| {
        let same = if n % 7 == 6 { n - 3 } else { n };
        let phone = if n % 11 == 10 { "1.3E+10".to_owned() } else { format!("138{same:08}") };
        (format!("客户{n}"), phone, format!("单位{}", n % 9))
    };
    (0..count).map(row).collect()
}

fn file(count: u32) -> Vec<u8> {
    let lines: Vec<_> =
        rows(count).iter().map(|(name, phone, group)| format!("{name},{phone},{group}")).collect();
    format!("姓名,手机号,单位\n{}\n", lines.join("\n")).into_bytes()
}

/// Works until a job rests, dying and losing answers on the way; how often it died.
async fn work_to_death(office: &Office, id: u32, random: &mut Rng) -> u32 {
    let stack = &office.company.stack;
    let (mut kills, mut usual) = (0, Duration::from_millis(20));
    for attempt in 0..2000_u64 {
        stack.advance(61);
        let losses = move |seen: SeenCall<'_>| match (seen.before + attempt) % 13 {
            0 => Fault::LostAnswer,
            _ => Fault::Pass,
        };
        office.storage().script(move |call| match (call.before + attempt) % 11 {
            0 if call.method != "GET" => StorageFault::LostAnswer,
            _ => StorageFault::None,
        });
        let store = stack.over(client(&stack.endpoint, Hold::default(), losses));
        let job = office.store().entity::<Job>(id).await.unwrap().unwrap();
        if !job.is_open() {
            office.storage().script(|_| StorageFault::None);
            return kills;
        }
        let (begun, life) = (Instant::now(), usual.mul_f64(2.0 * random.f64()));
        match tokio::time::timeout(life, office.step(&store, id, 5)).await {
            Ok(_) => usual = begun.elapsed(),
            // One that takes longer than all before it comes to its end, too.
            Err(_) => (kills, usual) = (kills + 1, usual.mul_f64(1.1)),
        }
    }
    panic!("it never ends");
}

#[tokio::test]
async fn killed_anywhere_each_row_goes_in_once_and_is_taken_back_once() {
    let office = Office::start().await;
    let mut random = Rng::with_seed(8);
    let id = office.announce("customers", &file(150)).await;
    office.act("check", id, json!({})).await;
    let mut kills = work_to_death(&office, id, &mut random).await;
    let row = office.rest(id).await;
    let [good, duplicate, bad, new] = counts(&row);
    assert_eq!((good + duplicate + bad, bad, new), (150, 13, 9), "{row}");
    office.act("run", id, json!({})).await;
    kills += work_to_death(&office, id, &mut random).await;
    let row = office.rest(id).await;
    assert_eq!(tally(&row), [good, 0, duplicate, bad], "{row}");
    let shown = office.rows(list("customers"), &[("name".to_owned(), json!("客户"))]).await;
    assert_eq!(shown.len() as u64, good);
    let phones: BTreeSet<_> = shown.iter().map(|row| row["phoneNumber"].to_string()).collect();
    assert_eq!(phones.len() as u64, good);
    assert_eq!(office.report(id).await.len() as u64, 1 + bad);
    office.company.stack.verify_records().await;

    office.act("undo", id, json!({})).await;
    kills += work_to_death(&office, id, &mut random).await;
    assert_eq!(office.rest(id).await["message"], "全部收回了");
    assert!(office.rows(list("customers"), &[("name".to_owned(), json!("客户"))]).await.is_empty());
    let organizations = office.at(list("organization").path);
    assert_eq!(organizations.get("/api/customers/organization?status=1&name=单位").await.page().0, 0);
    office.company.stack.verify_records().await;
    assert!(kills >= 30, "{kills} kills");
}

#[tokio::test]
async fn others_who_write_and_import_the_same_meanwhile_change_no_count() {
    let office = Office::start().await;
    let ids = [office.announce("customers", &file(90)).await, office.announce("customers", &file(90)).await];
    for id in ids {
        office.act("check", id, json!({})).await;
        office.rest(id).await;
    }
    for id in ids {
        office.act("run", id, json!({})).await;
    }
    let path = list("customers").path;
    let client = office.at(path);
    let others = join_all((0..60).map(|n| {
        let body = json!({ "realName": format!("客户{n}"), "phoneNumber": format!("138{n:08}"), "organization_id": 1 + n % 3 });
        client.post(path, body)
    }));
    let (first, second, others) = tokio::join!(office.rest(ids[0]), office.rest(ids[1]), others);
    let made = others.iter().filter(|answer| answer.status == 200).count() as u64;
    let [a, b] = [tally(&first), tally(&second)];
    assert_eq!([a.iter().sum::<u64>(), b.iter().sum::<u64>()], [90, 90]);
    let shown = office.rows(list("customers"), &[("name".to_owned(), json!("客户"))]).await;
    assert_eq!(a[0] + b[0] + made, shown.len() as u64);
    let phones: BTreeSet<_> = shown.iter().map(|row: &Value| row["phoneNumber"].to_string()).collect();
    assert_eq!(phones.len(), shown.len());
    office.company.stack.verify_records().await;
}
