//! Recounting a table: damage of every kind is found as exactly what it is, and mended.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::json;
use shared::store::verify::{EntityType, Report};
use shared::store::{Author, Entity, Listing, Point, Store, Window, Write};
use std::collections::HashMap;
use testing::database;
use testing::{Stack, Thing};

/// A table with two things, and a client that can do any damage to it.
struct Table {
    stack: Stack,
    client: Client,
}

type Item = HashMap<String, AttributeValue>;

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn document(value: impl Serialize) -> AttributeValue {
    serde_dynamo::to_attribute_value(value).unwrap()
}

fn key(p: &str, s: &str) -> Item {
    [("p".to_owned(), text(p)), ("s".to_owned(), text(s))].into()
}

fn thing(name: &str, at: u32, amount: i64) -> Thing {
    Thing { name: Some(name.to_owned()), at, group: 1, amount, tags: vec![1, 2] }
}

fn write() -> Write {
    Write::new(Author::SYSTEM)
}

async fn create(store: &Store, thing: &Thing) -> u32 {
    let id = store.next_id(Thing::KIND).await.unwrap();
    let mut write = write();
    write.create(id, thing).unwrap();
    store.commit(write).await.unwrap();
    id
}

async fn verify(store: &Store) -> Report {
    store.verify(&[EntityType::of::<Thing>()], |_, _| {}).await.unwrap()
}

impl Table {
    async fn start() -> Self {
        let stack = Stack::start().await;
        assert_eq!(create(&stack.app.store, &thing("a", 1000, 5)).await, 1);
        assert_eq!(create(&stack.app.store, &thing("b", 1001, 7)).await, 2);
        let client = database::client(&stack.endpoint);
        let table = Self { stack, client };
        assert_eq!(table.lines().await, [""; 0]);
        table
    }

    fn store(&self) -> &Store {
        &self.stack.app.store
    }

    async fn lines(&self) -> Vec<String> {
        verify(self.store()).await.differences.iter().map(ToString::to_string).collect()
    }

    async fn item(&self, p: &str, s: &str) -> Item {
        let answer = self.client.get_item().table_name(&self.stack.table).set_key(Some(key(p, s)));
        answer.consistent_read(true).send().await.unwrap().item.unwrap()
    }

    /// Sets an attribute of an item, which need not be there.
    async fn set(&self, p: &str, s: &str, name: &str, value: AttributeValue) {
        let update = self.client.update_item().table_name(&self.stack.table).set_key(Some(key(p, s)));
        let update = update.update_expression("SET #n = :v").expression_attribute_names("#n", name);
        update.expression_attribute_values(":v", value).send().await.unwrap();
    }

    async fn put(&self, item: Item) {
        self.client.put_item().table_name(&self.stack.table).set_item(Some(item)).send().await.unwrap();
    }

    async fn delete(&self, p: &str, s: &str) {
        let delete = self.client.delete_item().table_name(&self.stack.table).set_key(Some(key(p, s)));
        assert!(delete.return_values("ALL_OLD".into()).send().await.unwrap().attributes.is_some());
    }

    /// Expects that the damage is found as this line and nothing else, and that a repair leaves nothing of it.
    async fn is_mended(&self, line: &str) {
        let differences = verify(self.store()).await.differences;
        let lines: Vec<_> = differences.iter().map(ToString::to_string).collect();
        assert_eq!(lines, [line]);
        let repair = self.store().repair(differences.clone(), |_| {}).await.unwrap();
        assert_eq!((repair.mended, repair.left), (differences, Vec::new()));
        self.stack.verify_clean().await;
    }

    /// Expects that these are found and that a repair changes none of it.
    async fn is_left(&self, lines: &[&str]) {
        let differences = verify(self.store()).await.differences;
        assert_eq!(self.lines().await, lines);
        let before = self.stack.dump().await;
        let repair = self.store().repair(differences.clone(), |_| {}).await.unwrap();
        assert_eq!((repair.mended, repair.left), (Vec::new(), differences));
        assert_eq!(self.stack.dump().await, before);
    }
}

/// The listing as what is left of a write says it, without its name.
fn like(listing: Listing) -> serde_json::Value {
    let mut like = json!(listing);
    like["name"] = json!("");
    like
}

fn any_thing() -> impl Strategy<Value = Thing> {
    let tags = prop_oneof![
        2 => prop::collection::btree_set(0u32..300, 0..5),
        1 => prop::collection::btree_set(0u32..300, 100..150),
    ];
    (any::<u32>(), 1u32..4, -1000i64..1000, tags).prop_map(|(at, group, amount, tags)| Thing {
        name: None,
        at,
        group,
        amount,
        tags: tags.into_iter().collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn a_table_is_clean_whatever_was_written_to_it(
        things in prop::collection::hash_set(0u32..1000, 1..12)
            .prop_flat_map(|names| (Just(names), prop::collection::vec((any_thing(), any_thing(), 0u8..3), 12))),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stack = Stack::start().await;
            let store = &stack.app.store;
            for (name, (old, new, then)) in things.0.into_iter().zip(things.1) {
                let name = |thing| Thing { name: Some(name.to_string()), ..thing };
                let id = create(store, &name(old)).await;
                let stored = store.entity::<Thing>(id).await.unwrap().unwrap();
                let mut write = write();
                match then {
                    0 => continue,
                    1 => write.replace(&stored, &name(new)).unwrap(),
                    _ => write.remove(&stored).unwrap(),
                }
                store.commit(write).await.unwrap();
            }
            stack.verify_clean().await;
        });
    }
}

#[tokio::test]
async fn a_missing_entry_is_found_and_mended() {
    let table = Table::start().await;
    table.delete("E#things", "000003e800000001").await;
    table.is_mended("E#things 000003e800000001: expected an entry of weight 5, found no entry").await;
}

#[tokio::test]
async fn a_surplus_entry_is_found_and_mended() {
    let table = Table::start().await;
    table.put(key("E#things/tag/9", "000003e800000001")).await;
    table.is_mended("E#things/tag/9 000003e800000001: expected no entry, found an entry").await;
}

#[tokio::test]
async fn an_entry_that_says_something_else_of_its_record_is_found_and_mended() {
    let table = Table::start().await;
    table.set("E#things/tag/1", "000003e800000001", "c", text("b")).await;
    let line = "E#things/tag/1 000003e800000001: expected an entry that says a, found an entry that says b";
    table.is_mended(line).await;
}

#[tokio::test]
async fn counters_of_a_slot_are_added_up_from_the_nodes_of_all_years() {
    let table = Table::start().await;
    table.set("N#things/tag/1", "m00.0", "000", number(3)).await;
    table.set("N#things/tag/1", "m30.2", "000", number(-1)).await;
    table.stack.verify_clean().await;
    assert_eq!(table.store().total(&[Thing::tagged(1)], Window::ALL).await.unwrap().count, 2);
    table.set("N#things/tag/1", "m30.2", "000", number(-2)).await;
    table.is_mended("N#things/tag/1 m00.0: expected 2 in counter 000, found 1 in all shards").await;
}

#[tokio::test]
async fn a_wrong_weight_is_found_and_mended() {
    let table = Table::start().await;
    table.set("E#things", "000003e800000001", "w", number(6)).await;
    let line = "E#things 000003e800000001: expected an entry of weight 5, found an entry of weight 6";
    table.is_mended(line).await;
}

#[tokio::test]
async fn a_counter_that_is_off_by_one_is_found_and_mended() {
    let table = Table::start().await;
    table.set("N#things/group/1", "c000.0", "0", number(3)).await;
    table.is_mended("N#things/group/1 c000.0: expected 2 in counter 0, found 3 in all shards").await;
}

#[tokio::test]
async fn a_sum_that_is_off_by_one_is_found_and_mended() {
    let table = Table::start().await;
    table.set("N#things/group/1", "c000.0", "w0", number(11)).await;
    table.is_mended("N#things/group/1 c000.0: expected 12 in counter w0, found 11 in all shards").await;
}

#[tokio::test]
async fn a_counter_of_a_node_that_should_not_exist_is_found_and_mended() {
    let table = Table::start().await;
    table.set("N#things/group/9", "c00a.3", "5", number(1)).await;
    table.is_mended("N#things/group/9 c00a.0: expected 0 in counter 5, found 1 in all shards").await;
}

#[tokio::test]
async fn a_node_that_is_missing_is_found_and_mended() {
    let table = Table::start().await;
    table.delete("N#things/tag/1", "m00.0").await;
    table.is_mended("N#things/tag/1 m00.0: expected 2 in counter 000, found 0 in all shards").await;
}

#[tokio::test]
async fn a_missing_guard_is_found_and_mended() {
    let table = Table::start().await;
    table.delete("UNIQUE#menu#a", "R").await;
    table.is_mended("UNIQUE#menu#a R: expected a guard for 1, found no guard").await;
}

#[tokio::test]
async fn a_guard_with_the_wrong_holder_is_found_and_mended() {
    let table = Table::start().await;
    table.set("UNIQUE#menu#a", "R", "d", document(json!({ "ids": [2] }))).await;
    table.is_mended("UNIQUE#menu#a R: expected a guard for 1, found a guard for 2").await;
}

#[tokio::test]
async fn a_surplus_guard_is_found_and_mended() {
    let table = Table::start().await;
    let mut item = table.item("UNIQUE#menu#a", "R").await;
    item.insert("p".to_owned(), text("UNIQUE#menu#z"));
    table.put(item).await;
    table.is_mended("UNIQUE#menu#z R: expected no guard, found a guard for 1").await;
}

#[tokio::test]
async fn all_of_a_large_damage_is_mended() {
    let table = Table::start().await;
    create(table.store(), &Thing { tags: (10..300).collect(), ..thing("c", 5000, 1) }).await;
    for tag in 10..300 {
        table.delete(&format!("E#things/tag/{tag}"), "0000138800000003").await;
        table.set(&format!("N#things/tag/{tag}"), "m00.0", "000", number(7)).await;
        table.set(&format!("N#things/tag/{tag}"), "m00.0", "001", number(8)).await;
    }
    let differences = verify(table.store()).await.differences;
    assert_eq!(differences.len(), 3 * 290);
    let told = std::cell::Cell::new(0);
    let repair = table.store().repair(differences, |mended| told.set(told.get() + mended)).await.unwrap();
    assert_eq!((repair.mended.len(), repair.left.len(), told.get()), (870, 0, 870));
    table.stack.verify_clean().await;
}

#[tokio::test]
async fn shards_of_a_node_are_added_up_and_a_counter_of_zero_is_none() {
    let table = Table::start().await;
    table.set("N#things/group/1", "c000.0", "0", number(-1)).await;
    table.set("N#things/group/1", "c000.7", "0", number(3)).await;
    table.set("N#things/group/1", "c000.7", "1", number(0)).await;
    table.set("N#things/group/8", "c000.0", "0", number(0)).await;
    table.stack.verify_clean().await;
}

#[tokio::test]
async fn a_value_that_two_entities_have_is_told_and_belongs_to_the_first() {
    let table = Table::start().await;
    let bare = |name| Thing { name, tags: Vec::new(), ..thing("", 1002, 1) };
    let id = create(table.store(), &bare(None)).await;
    table.set(&format!("MNU#{id}"), "R", "d", document(bare(Some("a".to_owned())))).await;
    let report = verify(table.store()).await;
    let collisions: Vec<_> = report.collisions.iter().map(ToString::to_string).collect();
    assert_eq!(collisions, ["MNU#1 and MNU#3 have the same value a, which is MNU#1's"]);
    let lines: Vec<_> = report.differences.iter().map(ToString::to_string).collect();
    let guard = "UNIQUE#menu#a R: expected a guard for 1 and 3, found a guard for 1";
    assert_eq!(lines.iter().filter(|line| !line.starts_with("E#log/")).collect::<Vec<_>>(), [guard]);
    let repair = table.store().repair(report.differences, |_| {}).await.unwrap();
    // The guard, and the name in the log.
    assert_eq!((repair.mended.len(), repair.left.len()), (2, 0));
    let report = verify(table.store()).await;
    assert_eq!((report.differences.len(), report.collisions.len()), (0, 1));

    // The first gives it up, and then it is the other's alone; nobody else can have it meanwhile.
    let store = table.store();
    let named = async |id: u32, name: Option<&str>| {
        let old = store.entity::<Thing>(id).await.unwrap().unwrap();
        let new = Thing { name: name.map(str::to_owned), ..old.record.value.clone() };
        let mut write = write();
        write.replace(&old, &new)?;
        store.commit(write).await
    };
    let taken = |id| Err(shared::Error::Taken { unique: Thing::NAME, id });
    assert_eq!(named(2, Some("a")).await, taken(1));
    assert_eq!(named(1, Some("c")).await, Ok(()));
    table.stack.verify_clean().await;
    assert_eq!(named(2, Some("a")).await, taken(3));
    assert_eq!(named(3, None).await, Ok(()));
    assert_eq!(named(2, Some("a")).await, Ok(()));
    table.stack.verify_clean().await;
}

#[tokio::test]
async fn a_guard_that_is_somebody_elses_stays_when_its_value_is_given_up() {
    let table = Table::start().await;
    table.set("UNIQUE#menu#a", "R", "d", document(json!({ "ids": [2] }))).await;
    let store = table.store();
    let old = store.entity::<Thing>(1).await.unwrap().unwrap();
    let mut write = write();
    write.replace(&old, &Thing { name: Some("c".to_owned()), ..old.record.value.clone() }).unwrap();
    store.commit(write).await.unwrap();
    assert_eq!(table.lines().await, ["UNIQUE#menu#a R: expected no guard, found a guard for 2"]);
}

#[tokio::test]
async fn an_entity_that_cannot_be_read_is_told_first_and_keeps_everything_as_it_is() {
    let table = Table::start().await;
    table.set("MNU#1", "R", "d", text("not a thing")).await;
    let lines = table.lines().await;
    assert!(lines[0].starts_with("MNU#1 R: cannot be read: "), "{lines:?}");
    assert!(
        lines.contains(&"UNIQUE#menu#a R: expected no guard, found a guard for 1".to_owned()),
        "{lines:?}"
    );
    table.is_left(&lines.iter().map(String::as_str).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn what_is_left_of_a_large_write_is_no_difference_before_or_after() {
    let table = Table::start().await;
    // As if its writer had died right after the commit that moves the thing from the tags 1 and 2 to 2 and 3.
    table.set("MNU#1", "R", "d", document(Thing { tags: vec![2, 3], ..thing("a", 1000, 5) })).await;
    let run = |tag: u32, motion| {
        let like = like(Thing::tagged(tag));
        json!({ "like": like, "point": Point::new(1000, 1), "motion": motion, "names": [format!("things/tag/{tag}")] })
    };
    let mut rest = key("REDO", "MNU#1");
    rest.insert("v".to_owned(), number(1));
    let runs = [run(1, "Goes"), run(3, "Comes")];
    rest.insert("d".to_owned(), document(json!({ "covering": "a", "runs": runs })));
    table.put(rest).await;
    let report = verify(table.store()).await;
    assert_eq!((report.deferred, report.differences), (1, Vec::new()));

    table.store().finish_all().await.unwrap();
    let report = verify(table.store()).await;
    assert_eq!((report.deferred, report.differences), (0, Vec::new()));
}

#[tokio::test]
async fn a_write_that_cannot_be_finished_is_not_in_the_way_of_others() {
    let table = Table::start().await;
    for (id, name) in [(1, "x".repeat(3000)), (2, "things/tag/1".to_owned())] {
        let run = json!({ "like": like(Thing::tagged(1)), "point": Point::new(1000, id), "motion": "Comes", "names": [name] });
        let mut rest = key("REDO", &format!("MNU#{id}"));
        rest.insert("v".to_owned(), number(1));
        rest.insert("d".to_owned(), document(json!({ "covering": "a", "runs": [run] })));
        table.put(rest).await;
    }
    assert!(table.store().finish_all().await.is_err(), "no key has 3,000 bytes");
    assert_eq!(verify(table.store()).await.deferred, 1);
}

/// The items of a deferred write that has nothing done, to the thing 1, whose intent has these runs.
fn deferred(runs: &serde_json::Value) -> [Item; 2] {
    let item = |s, d| {
        let mut item = key("DEFERRED", s);
        item.insert("v".to_owned(), number(5));
        item.insert("d".to_owned(), document(d));
        item
    };
    let intent = json!({ "version": 2, "covering": "a", "runs": runs });
    [item("MNU#1", intent), item("MNU#1.at", json!({ "done": 0, "until": 0 }))]
}

#[tokio::test]
async fn a_deferred_write_that_cannot_be_read_is_told_and_deleted_with_its_cursor() {
    let too_many: Vec<_> = (0..200)
        .map(|id| json!({ "like": like(Thing::tagged(0)), "point": Point::new(1000, id), "motion": "Comes", "names": ["x"] }))
        .collect();
    let too_long = json!([{ "like": like(Thing::tagged(1)), "point": Point::new(1000, 1), "motion": "Comes",
        "names": ["x".repeat(3000)] }]);
    for (runs, why) in [
        (json!(7), "internal: no "),
        (json!(too_many), "the changes of one listing are more than a transaction"),
        (too_long, "a key is too long"),
    ] {
        let table = Table::start().await;
        let [intent, cursor] = deferred(&runs);
        table.put(intent.clone()).await;
        table.put(cursor).await;
        let line = "DEFERRED MNU#1: a deferred write that cannot be read: ";
        let lines = table.lines().await;
        assert!(lines.len() == 1 && lines[0].starts_with(line) && lines[0].contains(why), "{lines:?}");
        // It is in nobody's way.
        assert_eq!(table.store().total(&[Thing::tagged(1)], Window::ALL).await.unwrap().count, 2);
        assert!(table.store().finish_all().await.is_err());
        table.is_mended(&lines[0]).await;
        // One half of two is as bad.
        table.put(intent).await;
        table
            .is_mended(&format!("{line}internal: an intent without cursor, or a cursor without intent"))
            .await;
        assert_eq!(table.lines().await, [""; 0]);
    }
}

#[tokio::test]
async fn a_deferred_write_that_waits_for_a_damaged_node_is_told_and_done_once_the_node_is_gone() {
    let table = Table::start().await;
    table.set("MNU#1", "R", "d", document(Thing { tags: vec![1, 2, 5], ..thing("a", 1000, 5) })).await;
    let run = json!({ "like": like(Thing::tagged(1)), "point": Point::new(1000, 1), "motion": "Comes", "names": ["things/tag/5"] });
    for item in deferred(&json!([run])) {
        table.put(item).await;
    }
    table.set("N#things/tag/5", "m00.0", "000", text("damaged")).await;
    let lines = table.lines().await;
    let stuck = "DEFERRED MNU#1: a deferred write that cannot be finished as long as N#things/tag/5 m00.0 cannot be read";
    assert_eq!(lines[0], stuck);
    assert!(lines[1].starts_with("N#things/tag/5 m00.0: cannot be read: "), "{lines:?}");
    assert!(table.store().finish_all().await.is_err());
    table.is_left(&lines.iter().map(String::as_str).collect::<Vec<_>>()).await;

    table.delete("N#things/tag/5", "m00.0").await;
    table.store().finish_all().await.unwrap();
    table.stack.verify_clean().await;
}

#[tokio::test]
async fn a_damaged_entry_that_a_pending_write_will_overwrite_is_no_difference() {
    let table = Table::start().await;
    let point = Point { score: 1000, id: 1, weight: 5 };
    let stays = json!({ "like": like(Thing::ALL), "point": point, "motion": "Stays", "names": ["things"] });
    let mut rest = key("REDO", "MNU#1");
    rest.insert("v".to_owned(), number(1));
    rest.insert("d".to_owned(), document(json!({ "covering": null, "runs": [stays] })));
    table.put(rest).await;
    table.delete("E#things", "000003e800000001").await;
    assert_eq!(table.lines().await, [""; 0]);
    table.store().finish_all().await.unwrap();
    table.stack.verify_clean().await;
}
