//! The logs of several kinds as one, compared with plain lists: kinds share seconds and ids.

use serde::{Deserialize, Serialize};
use shared::store::{
    Author, Entity, Entry, FEED_DELAY, FeedCursor, Kind, Listing, LogEntry, Order, Point, Slice, Title, Window,
    Write, log_of,
};
use shared::time::Time;
use testing::Stack;

const KINDS: [Kind; 3] = [Kind::new("NTB"), Kind::new("NTA"), Kind::new("NTC")];

/// A record of one of the kinds, of which nothing but the log is read.
#[derive(Serialize, Deserialize)]
struct Note<const KIND: usize>;

impl<const N: usize> Entity for Note<N> {
    const KIND: Kind = KINDS[N];

    fn points(&self, _: u32, _: u32) -> Vec<(Listing, Point)> {
        Vec::new()
    }

    fn title(&self) -> Title {
        Title::default()
    }
}

/// A change: time, id, and which kind.
type Change = (u32, u32, usize);

fn created((at, id, kind): Change) -> shared::Result<Write> {
    let mut write = Write::new(Author { by: 1, at: Time(at) });
    match kind {
        0 => write.create(id, &Note::<0>),
        1 => write.create(id, &Note::<1>),
        _ => write.create(id, &Note::<2>),
    }?;
    Ok(write)
}

fn change(entry: &Entry) -> Change {
    let tag = LogEntry::of(entry).unwrap().tag;
    let kind = KINDS.iter().position(|kind| kind.tag() == tag).unwrap();
    (entry.point.score, entry.point.id, kind)
}

/// Changes of three kinds with the same few ids, some of them within one second, others hours apart.
fn changes(random: &mut fastrand::Rng) -> Vec<Change> {
    let (ids, seconds, apart) = (random.u32(8..20), random.u32(1..4), random.choice([1, 20, 70_000]).unwrap());
    let all = (1..=ids).flat_map(|id| (0..KINDS.len()).map(move |kind| (id, kind)));
    let some: Vec<_> = all.filter(|_| random.f64() < 0.8).collect();
    some.into_iter().map(|(id, kind)| (1_000_000 + random.u32(0..seconds) * apart, id, kind)).collect()
}

#[tokio::test]
async fn pages_of_listings_that_share_points_are_those_of_a_plain_list_whatever_their_size_and_order() {
    for seed in 0..6 {
        let random = &mut fastrand::Rng::with_seed(seed);
        let mut changes = changes(random);
        let stack = Stack::start().await;
        stack.app.store.load(changes.iter().map(|change| created(*change)), |_| {}).await.unwrap();
        let logs = KINDS.map(log_of);
        for (few, sizes) in [(0, [7, 20]), (2, [3, 20]), (300, [1, 100])] {
            let store = stack.app.store.clone().skipping(few);
            for (order, window) in [
                (Order::Ascending, Window::ALL),
                (Order::Descending, Window::ALL),
                (Order::Descending, Window { from: 1_000_001, to: 1_000_001 + random.u32(0..140_000) }),
            ] {
                changes.sort_unstable();
                if order == Order::Descending {
                    changes.reverse();
                }
                let is_within = |change: &&Change| (window.from..=window.to).contains(&change.0);
                let expected: Vec<_> = changes.iter().filter(is_within).copied().collect();
                let total = expected.len() as u64;
                assert_eq!(store.total(&logs, window).await.unwrap().count, total);
                let all = store.all(&logs, window, order).await.unwrap();
                assert_eq!(all.iter().map(change).collect::<Vec<_>>(), expected, "{seed}");
                for take in sizes {
                    let mut found = Vec::new();
                    for skip in (0..total).step_by(take as usize) {
                        let page = store.page(&logs, window, order, Slice { skip, take }).await.unwrap();
                        assert_eq!(page.total, total);
                        found.extend(page.entries.iter().map(change));
                    }
                    assert_eq!(found, expected, "{seed}: {few} {order:?} {window:?} by {take}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_feed_has_every_change_once_by_time_id_and_kind_in_parts_of_any_size() {
    for seed in 0..8 {
        let mut changes = changes(&mut fastrand::Rng::with_seed(seed));
        let stack = Stack::start().await;
        stack.app.store.load(changes.iter().map(|change| created(*change)), |_| {}).await.unwrap();
        changes.sort_unstable_by_key(|(at, id, kind)| (*at, *id, KINDS[*kind].tag()));
        // Up to a minute ago, and no second later.
        for now in [Time(1_000_000 + FEED_DELAY), Time(1_000_019 + FEED_DELAY), Time(2_000_000)] {
            let expected: Vec<_> =
                changes.iter().filter(|change| change.0 <= now.0 - FEED_DELAY).copied().collect();
            for take in [1, 2, 3, 7, 100] {
                let (mut found, mut cursor) = (Vec::new(), FeedCursor::default());
                loop {
                    let part = stack.app.store.feed(&KINDS, cursor, now, take).await.unwrap();
                    found.extend(part.entries.iter().map(change));
                    assert_eq!(FeedCursor::parse(&part.next.to_string(), &KINDS), Some(part.next));
                    if part.entries.is_empty() {
                        assert_eq!(part.next, cursor);
                        break;
                    }
                    cursor = part.next;
                }
                assert_eq!(found, expected, "{seed}: by {take}");
            }
        }
    }
}

#[test]
fn a_text_that_no_feed_has_answered_is_no_cursor() {
    for text in ["", "1", "00", "x", "0000000000000001", "00000000000000fgNTA", "00000000000000FFNTA", "+00000000000000fNTA"]
    {
        assert_eq!(FeedCursor::parse(text, &KINDS), None, "{text}");
    }
    for text in ["00000000000000ffNTX", "00000000000000ffNTAA", "00000000000000ffnta", "记录记录记录"] {
        assert_eq!(FeedCursor::parse(text, &KINDS), None, "{text}");
    }
    assert_eq!(FeedCursor::parse("0", &KINDS), Some(FeedCursor::default()));
}
