//! More points than a query answers at once: how many round trips it takes to go through them, and that none is lost that
//! moves meanwhile.

use super::faults::{create, faulty, replace, write};
use shared::store::{Listing, Meter, Order, Slice, Store, Window};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use testing::faults::Fault;
use testing::{Stack, Thing};
use tokio::runtime::Handle;

const DAY: u32 = 86_400;

/// A tag whose listing has slots of 3 days, as the indexes of names.
const TAG: u32 = 1;

/// Things whose entries are some 600 bytes each, the first at second 0.
fn things(count: u32, seconds_between: u32) -> Vec<(u32, Thing)> {
    (1..=count).map(|id| (id, Thing { at: (id - 1) * seconds_between, ..thing(id) })).collect()
}

fn thing(id: u32) -> Thing {
    Thing { name: Some(format!("{id:0600}")), at: 0, group: 1, amount: 0, tags: vec![TAG] }
}

async fn loaded(things: &[(u32, Thing)]) -> Stack {
    let stack = Stack::start().await;
    let writes = things.iter().map(|(id, thing)| {
        let mut write = write();
        write.create(*id, thing).map(|()| write)
    });
    stack.app.store.load(writes, |_| {}).await.unwrap();
    stack
}

fn listings() -> Vec<Listing> {
    vec![Thing::tagged(TAG)]
}

/// What `read` answers, and how many round trips it took.
async fn depth<T>(store: &Store, read: impl AsyncFn(&Store) -> T) -> (T, u32) {
    let meter = Meter::default();
    let answer = read(&store.metered(meter.clone())).await;
    (answer, meter.cost().depth)
}

#[tokio::test]
async fn megabytes_of_points_are_read_in_two_round_trips_and_in_three_where_all_stand_in_one_slot() {
    for (seconds_between, expected) in [(DAY / 8, 2), (1, 3)] {
        let stack = loaded(&things(8000, seconds_between)).await;
        let all = async |store: &Store| {
            store.all_of_fewest(&[(listings(), Window::ALL), (vec![Thing::ALL], Window::ALL)]).await.unwrap()
        };
        let (entries, depth) = depth(&stack.app.store.clone().skipping(100), all).await;
        let ids: Vec<_> = entries.iter().map(|entry| entry.point.id).collect();
        assert_eq!(ids, (1..=8000).rev().collect::<Vec<_>>());
        assert!(entries.iter().all(|entry| entry.projection.is_some()));
        assert_eq!(depth, expected, "{seconds_between} seconds between them");
    }
}

#[tokio::test]
async fn a_page_in_the_midst_of_a_slot_with_megabytes_of_points_takes_four_round_trips() {
    let stack = loaded(&things(12_000, 1)).await;
    for (order, skip, expected) in [
        (Order::Descending, 5000, (6981..=7000).rev().collect::<Vec<_>>()),
        (Order::Descending, 9000, (2981..=3000).rev().collect()),
        (Order::Ascending, 5990, (5991..=6010).collect()),
    ] {
        let page = async |store: &Store| {
            store.page(&listings(), Window::ALL, order, Slice { skip, take: 20 }).await.unwrap()
        };
        let (page, depth) = depth(&stack.app.store, page).await;
        assert_eq!((page.total, page.ids(), depth), (12_000, expected, 4));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_edited_while_ranges_are_read_side_by_side_is_found_once() {
    let things = things(300, DAY);
    let stack = loaded(&things).await;
    let (edited, created) =
        (Thing { at: 400 * DAY, ..things[0].1.clone() }, Thing { at: 399 * DAY, ..thing(301) });
    // Ranges of 64 things at most, and slots of three.
    const RANGES: u64 = 5;
    let calls = Arc::new(AtomicU64::new(0));
    let mut expected = 0;
    // The first time it is only counted how many calls it takes. The second time somebody is entered before the newest
    // range is read, which is asked for first, so that one more is found than was counted; and the oldest is edited
    // before the oldest range is read, when all the others are answered.
    for interferes in [false, true] {
        let counted = Arc::clone(&calls);
        let (writer, edited, created) = (stack.app.store.clone(), edited.clone(), created.clone());
        calls.store(0, Ordering::SeqCst);
        let store = faulty(&stack, move |seen| {
            // Deferred writes are looked for at the same time as counters, and may be asked for later.
            if !seen.mentions("\"E#") {
                return Fault::Pass;
            }
            let before = counted.fetch_add(1, Ordering::SeqCst);
            let after = expected - before.min(expected);
            if interferes && [1, RANGES].contains(&after) {
                tokio::task::block_in_place(|| {
                    std::thread::sleep(Duration::from_millis(300));
                    Handle::current().block_on(async {
                        match after {
                            RANGES => create(&writer, 301, &created).await.unwrap(),
                            _ => replace(&writer, 1, Some(&edited)).await.unwrap(),
                        }
                    });
                });
            }
            Fault::Pass
        });
        let found = store.skipping(8).all_of_fewest(&[(listings(), Window::ALL)]).await.unwrap();
        let mut ids: Vec<_> = found.iter().map(|entry| entry.point.id).filter(|id| *id <= 300).collect();
        ids.sort_unstable();
        assert_eq!(ids, (1..=300).collect::<Vec<_>>());
        match interferes {
            false => expected = calls.load(Ordering::SeqCst),
            true => assert_eq!(calls.load(Ordering::SeqCst), expected + 1, "the newest range once more"),
        }
    }
}
