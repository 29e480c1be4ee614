//! Whoever does a step may die anywhere in it.

use crate::office::{Office, PART, create_long};
use fastrand::Rng;
use serde_json::json;
use shared::jobs::{Job, advance};
use std::time::{Duration, Instant};
use testing::faults::{Fault, Hold, SeenCall, client};
use testing::storage::StorageFault;
use transfer::Exports;

#[tokio::test]
async fn killed_anywhere_and_with_answers_lost_the_file_is_the_same_byte_by_byte() {
    let office = Office::start().await;
    let mut random = Rng::with_seed(6);
    create_long(&office, 480, &mut random).await;
    for (format, part) in [("csv", PART), ("xlsx", 100_000)] {
        let whole = office.begin(json!({ "kind": "follow", "format": format })).await;
        let whole = office.file(whole).await;
        let id = office.begin(json!({ "kind": "follow", "format": format })).await;
        let stack = &office.company.stack;
        let (mut kills, mut usual) = (0, Duration::from_millis(20));
        for attempt in 0..400_u64 {
            // Every lease has ended, and some answers of table and bucket are lost.
            stack.advance(61);
            let losses = move |seen: SeenCall<'_>| match (seen.before + attempt) % 7 {
                0 => Fault::LostAnswer,
                _ => Fault::Pass,
            };
            let store = stack.over(client(&stack.endpoint, Hold::default(), losses));
            office.storage().script(move |call| match (call.before + attempt) % 11 {
                0 if call.method != "GET" => StorageFault::LostAnswer,
                _ => StorageFault::None,
            });
            let exports = Exports::new(&store, &office.bucket).in_pieces(20, part);
            let job = store.entity::<Job>(id).await.unwrap().unwrap();
            if job.state.is_end() {
                break;
            }
            let step = advance(&store, &exports, job, Duration::ZERO);
            // As often as not it lives for a whole step.
            let (begun, life) = (Instant::now(), usual.mul_f64(2.0 * random.f64()));
            match tokio::time::timeout(life, step).await {
                Ok(_) => usual = begun.elapsed(),
                Err(_) => kills += 1,
            }
        }
        office.storage().script(|_| StorageFault::None);
        stack.advance(61);
        assert!(kills >= 10, "{kills} kills");
        assert!(office.file(id).await == whole, "another file");
        stack.verify_records().await;
    }
}
