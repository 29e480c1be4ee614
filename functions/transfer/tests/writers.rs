//! Exports while others write.

use crate::office::{Office, PART, create, expected, list, records};
use fastrand::Rng;
use serde_json::{Value, json};
use shared::jobs::{Job, JobState, advance};
use std::collections::HashMap;
use std::time::Duration;
use transfer::Exports;

/// Writers at once.
const WRITERS: u32 = 20;

#[tokio::test]
async fn with_twenty_writers_meanwhile_every_untouched_record_is_there_once() {
    for kind in ["follow", "customers", "contract"] {
        let office = Office::start().await;
        let mut random = Rng::with_seed(8);
        for _ in 0..120 {
            create(&office, kind, &mut random).await;
        }
        let list = list(kind);
        let before = office.rows(list, &[]).await;
        let id_of = |row: &Value| row["id"].as_u64().unwrap();
        // Every third is edited or deleted meanwhile.
        let touched: Vec<_> = before.iter().map(id_of).filter(|id| id % 3 == 0).collect();
        let id = office.begin(json!({ "kind": kind })).await;
        let writers = (0..WRITERS).map(|writer| {
            let (office, touched) = (&office, &touched);
            async move {
                let mut random = Rng::with_seed(writer.into());
                for _ in 0..8 {
                    let id = *random.choice(touched).unwrap();
                    let (path, body) = match kind {
                        "follow" if random.bool() => ("/api/record/delfollow", json!({ "follow_id": id })),
                        "follow" => (
                            "/api/record/follow",
                            json!({ "follow_id": id, "event_note": "x", "record_time": "2021-09-30" }),
                        ),
                        "customers" => (
                            "/api/customers/customers",
                            json!({ "customers_id": id, "job": format!("{writer}") }),
                        ),
                        _ if random.bool() => ("/api/contract/delcontract", json!({ "contract_id": id })),
                        _ => (
                            "/api/contract/contract",
                            json!({ "contract_id": id, "note": format!("{writer}") }),
                        ),
                    };
                    // Others may have deleted it, or be faster.
                    office
                        .at(path)
                        .with("session", &office.company.stack.session(1).await)
                        .post(path, body)
                        .await;
                    if random.u32(0..3) == 0 {
                        create(office, kind, &mut random).await;
                    }
                }
            }
        });
        let export = async {
            let store = office.store();
            let exports = Exports::new(store, &office.bucket).in_pieces(4, PART);
            let mut job = store.entity::<Job>(id).await.unwrap().unwrap();
            while !job.state.is_end() {
                job = advance(store, &exports, job, Duration::ZERO).await.unwrap();
            }
            job.state
        };
        let both = futures_util::future::join(futures_util::future::join_all(writers), export);
        let ((_, state), lines) = testing::logged(both).await;
        let causes: Vec<_> = lines.iter().filter(|line| line.contains("job")).collect();
        assert_eq!(state, JobState::Done, "{kind}: {causes:?}");
        let mut found: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for record in records(list.columns, &office.bytes(id).await) {
            found.entry(record[0].clone()).or_default().push(record);
        }
        assert!(found.values().all(|records| records.len() == 1), "a record is there twice");
        for row in before.iter().filter(|row| !touched.contains(&id_of(row))) {
            let records = &found[&id_of(row).to_string()];
            assert_eq!(records[0], expected(list.columns, row));
        }
        office.company.stack.verify_records().await;
    }
}
