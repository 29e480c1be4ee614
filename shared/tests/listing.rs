//! Counted listings compared, step by step, with plain maps in memory.
//!
//! `PROPTEST_CASES` sets how many cases each test tries; seeds that failed are kept in `listing.seeds` and tried
//! first from then on.

use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use shared::Error;
use shared::store::{Author, Entity, Listing, Order, Point, Slice, Store, Total, Window, Write};
use std::collections::{BTreeMap, BTreeSet};
use testing::{Stack, Thing};

/// What happens to the table.
#[derive(Debug, Clone)]
enum Step {
    Create(Thing),
    /// Which thing, of those there are, and what it becomes.
    Edit(prop::sample::Index, Thing),
    Delete(prop::sample::Index),
    /// Writers side by side, perhaps of one thing.
    Together(Vec<Step>),
    Read(Read),
}

/// What is read.
#[derive(Debug, Clone)]
struct Read {
    listings: Listings,
    window: Window,
    ascending: bool,
    skip: u64,
    take: u32,
}

#[derive(Debug, Clone)]
enum Listings {
    All,
    Groups(Vec<u32>),
    Tag(u32),
}

impl Listings {
    fn of(&self) -> Vec<Listing> {
        match self {
            Self::All => vec![Thing::ALL],
            Self::Groups(groups) => groups.iter().map(|group| Thing::in_group(*group)).collect(),
            Self::Tag(tag) => vec![Thing::tagged(*tag)],
        }
    }

    fn has(&self, thing: &Thing) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => groups.contains(&thing.group),
            Self::Tag(tag) => thing.tags.contains(tag),
        }
    }
}

/// Scores that meet: on one second, within one slot, on either side of a border, at both ends.
fn score() -> impl Strategy<Value = u32> {
    let base = 1_627_783_168; // a multiple of 2^16
    prop_oneof![
        4 => Just(base + 77),
        4 => base..base + 600,
        4 => base - 200_000..base + 200_000,
        2 => (0u32..6, -1i64..=1).prop_map(move |(slot, off)| (i64::from(base + slot * 256) + off) as u32),
        2 => (0u32..3, -1i64..=1).prop_map(move |(slot, off)| (i64::from(base + slot * 65_536) + off) as u32),
        1 => Just(0),
        1 => Just(u32::MAX),
        1 => any::<u32>(),
    ]
}

fn thing() -> impl Strategy<Value = Thing> {
    let tags = prop::collection::btree_set(0u32..5, 0..3);
    (score(), 1u32..4, -1_000_000i64..1_000_000, tags).prop_map(|(at, group, amount, tags)| Thing {
        name: None,
        at,
        group,
        amount,
        tags: tags.into_iter().collect(),
    })
}

fn read() -> impl Strategy<Value = Read> {
    let groups = prop::sample::subsequence(vec![1u32, 2, 3, 4], 1..=4);
    let listings = prop_oneof![
        3 => Just(Listings::All),
        2 => groups.prop_map(Listings::Groups),
        1 => (0u32..5).prop_map(Listings::Tag),
    ];
    let window = prop_oneof![
        Just(Window::ALL),
        (score(), score()).prop_map(|(a, b)| Window { from: a.min(b), to: a.max(b) }),
    ];
    (listings, window, any::<bool>(), 0u64..40, 0u32..12).prop_map(
        |(listings, window, ascending, skip, take)| Read { listings, window, ascending, skip, take },
    )
}

fn change() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => thing().prop_map(Step::Create),
        3 => (any::<prop::sample::Index>(), thing()).prop_map(|(which, thing)| Step::Edit(which, thing)),
        1 => any::<prop::sample::Index>().prop_map(Step::Delete),
    ]
}

type Model = BTreeMap<u32, Thing>;

/// A step whose thing has been chosen.
#[derive(Clone)]
struct Change {
    id: Option<u32>,
    new: Option<Thing>,
}

fn choose(step: &Step, model: &Model) -> Change {
    let pick = |index: &prop::sample::Index| {
        let ids: Vec<_> = model.keys().copied().collect();
        (!ids.is_empty()).then(|| ids[index.index(ids.len())])
    };
    match step {
        Step::Create(thing) => Change { id: None, new: Some(thing.clone()) },
        Step::Edit(which, thing) => Change { id: pick(which), new: Some(thing.clone()) },
        Step::Delete(which) => Change { id: pick(which), new: None },
        Step::Together(_) | Step::Read(_) => unreachable!("chosen by the caller"),
    }
}

/// Makes a change as a handler would: reads, writes, and starts again if somebody was faster. Answers the id.
async fn make(store: &Store, Change { id, new }: Change) -> Option<u32> {
    loop {
        let mut write = Write::new(Author::SYSTEM);
        let id = match (id, &new) {
            (None, Some(new)) => {
                let id = store.next_id(Thing::KIND).await.unwrap();
                write.create(id, new).unwrap();
                id
            }
            (None, None) => return None,
            (Some(id), new) => {
                let old = store.entity::<Thing>(id).await.unwrap()?;
                match new {
                    Some(new) => write.replace(&old, new).unwrap(),
                    None => write.remove(&old).unwrap(),
                }
                id
            }
        };
        match store.commit(write).await {
            Ok(()) => return Some(id),
            Err(Error::Stale) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

async fn apply(store: &Store, model: &mut Model, step: &Step) {
    match step {
        Step::Read(read) => compare(store, model, read).await,
        Step::Together(steps) => {
            let changes: Vec<_> = steps.iter().map(|step| choose(step, model)).collect();
            let ids = join_all(changes.into_iter().map(|change| make(store, change))).await;
            // Of those who changed one thing somebody was last; whoever it was, the listings must agree.
            for id in ids.into_iter().flatten() {
                match store.entity::<Thing>(id).await.unwrap() {
                    Some(thing) => drop(model.insert(id, thing.record.value)),
                    None => drop(model.remove(&id)),
                }
            }
        }
        change => {
            let change = choose(change, model);
            if let Some(id) = make(store, change.clone()).await {
                match change.new {
                    Some(new) => drop(model.insert(id, new)),
                    None => drop(model.remove(&id)),
                }
            }
        }
    }
}

/// Reads, and expects what the model says.
async fn compare(store: &Store, model: &Model, read: &Read) {
    let Read { listings, window, ascending, skip, take } = read;
    let weighted = !matches!(listings, Listings::Tag(_));
    let mut points: Vec<Point> = model
        .iter()
        .filter(|(_, thing)| listings.has(thing) && (window.from..=window.to).contains(&thing.at))
        .map(|(id, thing)| Point {
            score: thing.at,
            id: *id,
            weight: if weighted { thing.amount } else { 0 },
        })
        .collect();
    points.sort_by_key(|point| (point.score, point.id));
    if !ascending {
        points.reverse();
    }
    let order = if *ascending { Order::Ascending } else { Order::Descending };
    // It reads much more than the others do.
    if skip.is_multiple_of(8) {
        compare_intervals(store, model, read).await;
    }
    let names = listings.of();
    let total = store.total(&names, *window).await.unwrap();
    let sum = points.iter().map(|point| i128::from(point.weight)).sum();
    assert_eq!(total, Total { count: points.len() as u64, sum }, "{read:?}");
    if weighted {
        let first = store.first(&names, *window, order).await.unwrap().map(|entry| entry.point);
        assert_eq!(first, points.first().copied(), "{read:?}");
    }
    let page = store.page(&names, *window, order, Slice { skip: *skip, take: *take }).await.unwrap();
    let expected: Vec<_> = points.iter().copied().skip(*skip as usize).take(*take as usize).collect();
    assert_eq!((page.total, page.points()), (points.len() as u64, expected), "{read:?}");
    let is_within = |thing: &Thing| (window.from..=window.to).contains(&thing.at);
    let has = model.iter().filter(|(_, thing)| listings.has(thing) && is_within(thing));
    let mut all: Vec<_> = has.map(|(id, thing)| (thing.at, *id)).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let found = store.all_of_fewest(&[(vec![Thing::ALL], Window::ALL), (names, *window)]).await.unwrap();
    let found: Vec<_> = found.iter().map(|entry| (entry.point.score, entry.point.id)).collect();
    assert_eq!(found, all, "{read:?}");
}

/// Cuts a window where points are, and beside them, and expects the totals that the model has of the parts.
async fn compare_intervals(store: &Store, model: &Model, Read { listings, window, .. }: &Read) {
    let weighted = !matches!(listings, Listings::Tag(_));
    let of_one: Vec<_> = match listings {
        Listings::Groups(groups) => groups.iter().map(|group| Listings::Groups(vec![*group])).collect(),
        one => vec![one.clone()],
    };
    // Tag 3 is not counted.
    for one in of_one.into_iter().filter(|one| !matches!(one, Listings::Tag(3))) {
        let points: Vec<_> = model.iter().filter(|(_, thing)| one.has(thing)).collect();
        let beside = points.iter().flat_map(|(id, thing)| {
            let at = thing.at;
            [at, at.saturating_add(1), at.saturating_sub(**id), at & !0xffff, at.saturating_add(86_400)]
        });
        let within = |at: &u32| (window.from..=window.to).contains(at);
        let starts: BTreeSet<u32> = beside.filter(within).take(8).chain([window.from]).collect();
        let starts: Vec<u32> = starts.into_iter().collect();
        let listing = one.of().remove(0);
        let totals = store.totals(&listing, &starts, window.to).await.unwrap();
        let ends = starts.iter().skip(1).map(|start| start - 1).chain([window.to]);
        let expected = starts.iter().zip(ends).map(|(from, to)| {
            let inside = points.iter().filter(|(_, thing)| (*from..=to).contains(&thing.at));
            let sum =
                inside.clone().map(|(_, thing)| if weighted { i128::from(thing.amount) } else { 0 }).sum();
            Total { count: inside.count() as u64, sum }
        });
        assert_eq!(totals, expected.collect::<Vec<_>>(), "{listing:?} {starts:?} {}", window.to);
    }
}

fn run(case: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(case);
}

fn config(cases: u32) -> ProptestConfig {
    const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/listing.seeds");
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(SEEDS)) as _);
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 400, ..ProptestConfig::default() }
}

/// From `fine` points in a slot on it is looked at more finely: with few, every level is gone down.
async fn compare_after(fine: u64, steps: Vec<Step>, reads: Vec<Read>) {
    let stack = Stack::start().await;
    let store = stack.app.store.clone().skipping(fine);
    let mut model = Model::new();
    for step in steps.into_iter().chain(reads.into_iter().map(Step::Read)) {
        apply(&store, &mut model, &step).await;
    }
    stack.verify_clean().await;
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn after_any_steps_every_page_total_sum_and_minimum_is_that_of_a_plain_map(
        fine in 0u64..4,
        steps in prop::collection::vec(prop_oneof![3 => change(), 2 => read().prop_map(Step::Read)], 1..24),
        reads in prop::collection::vec(read(), 4),
    ) {
        run(compare_after(fine, steps, reads));
    }

    #[test]
    fn and_so_it_is_after_writers_worked_side_by_side(
        fine in 0u64..4,
        steps in prop::collection::vec(prop::collection::vec(change(), 2..7).prop_map(Step::Together), 1..6),
        reads in prop::collection::vec(read(), 6),
    ) {
        run(compare_after(fine, steps, reads));
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn thousands_of_points_are_paged_as_a_plain_map_however_few_of_them_are_a_crowd(
        fine in prop_oneof![Just(2u64), Just(16), Just(256)],
        things in prop::collection::vec(thing(), 1200..2500),
        steps in prop::collection::vec(change(), 1..12),
        reads in prop::collection::vec((read(), 0u64..2500), 30),
    ) {
        run(async {
            let stack = Stack::start().await;
            let store = stack.app.store.clone().skipping(fine);
            let mut model: Model = (1_000_000..).zip(things).collect();
            let write = |(id, thing): (&u32, &Thing)| {
                let mut write = Write::new(Author::SYSTEM);
                write.create(*id, thing).map(|()| write)
            };
            store.load(model.iter().map(write), |_| {}).await.unwrap();
            for step in &steps {
                apply(&store, &mut model, step).await;
            }
            for (read, skip) in reads {
                compare(&store, &model, &Read { skip, ..read }).await;
            }
            stack.verify_clean().await;
        });
    }
}
