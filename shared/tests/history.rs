//! What happened to an entity: versions, changes, log and trash.

use super::faults::{create, dying, large, replace, write};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::store::verify::EntityType;
use shared::store::{
    Author, ChangeAction, Entity, History, LogEntry, Order, Store, Stored, Window, Write, log_of, trash_of,
};
use shared::time::Time;
use shared::{Error, Result};
use testing::{Stack, Thing, database};

fn thing(name: &str) -> Thing {
    Thing { name: Some(name.to_owned()), at: 1000, ..Thing::default() }
}

fn by(by: u32, at: u32) -> Write {
    Write::new(Author { by, at: Time(at) })
}

async fn read(store: &Store) -> Stored<Thing> {
    store.entity(1).await.unwrap().unwrap()
}

async fn edit(store: &Store, mut write: Write, name: &str) {
    write.replace(&read(store).await, &thing(name)).unwrap();
    store.commit(write).await.unwrap();
}

async fn delete(store: &Store, mut write: Write) {
    write.remove(&read(store).await).unwrap();
    store.commit(write).await.unwrap();
}

async fn restore(store: &Store, mut write: Write) -> Result<()> {
    let deleted = store.deleted::<Thing>(1).await?;
    write.restore(&deleted, &deleted.value)?;
    store.commit(write).await
}

async fn history(store: &Store) -> History<Thing> {
    store.history(1).await.unwrap().unwrap()
}

/// Revision, action, who, when, and the name after it, of every change: as the versions tell it.
async fn told(store: &Store) -> Vec<(u32, ChangeAction, u32, u32, String)> {
    let history = history(store).await;
    let change = |change: &shared::store::Change| {
        let name = history.value(change).unwrap().name.clone().unwrap();
        (change.revision, change.action, change.author.by, change.author.at.0, name)
    };
    history.changes.iter().map(change).collect()
}

/// The same of a listing, log or trash.
async fn listed(store: &Store, listing: shared::store::Listing) -> Vec<(u32, ChangeAction, u32, u32, String)> {
    let entries = store.all(&[listing], Window::ALL, Order::Ascending).await.unwrap();
    let entry = |entry: &shared::store::Entry| {
        let LogEntry { revision, action, by, title, .. } = LogEntry::of(entry).unwrap();
        (revision, action, by, entry.point.score, title.text)
    };
    entries.iter().map(entry).collect()
}

async fn log(store: &Store) -> Vec<(u32, ChangeAction, u32, u32, String)> {
    listed(store, log_of(Thing::KIND)).await
}

#[tokio::test]
async fn all_that_happened_is_told_in_its_order_however_fast_it_was() {
    use ChangeAction::{Create, Delete, Edit, Rename, Restore};
    let stack = Stack::start().await;
    let store = &stack.app.store;
    let mut new = by(2, 500);
    new.create(1, &thing("a")).unwrap();
    store.commit(new).await.unwrap();
    // Within the same second, and by a clock that is behind.
    edit(store, by(3, 500), "b").await;
    edit(store, by(4, 400), "c").await;
    // A sign-in changes nothing that is told.
    let old = read(store).await;
    let mut refresh = by(9, 600);
    refresh.refresh(&old, &old.record.value).unwrap();
    store.commit(refresh).await.unwrap();
    let mut rename = by(0, 700);
    rename.rename(&read(store).await, &thing("d")).unwrap();
    store.commit(rename).await.unwrap();
    delete(store, by(5, 800)).await;
    restore(store, by(6, 800)).await.unwrap();
    edit(store, by(7, 900), "e").await;
    let expected = [
        (1, Create, 2, 500, "a"),
        (2, Edit, 3, 501, "b"),
        (3, Edit, 4, 502, "c"),
        (5, Rename, 0, 700, "d"),
        (6, Delete, 5, 800, "d"),
        (7, Restore, 6, 801, "d"),
        (8, Edit, 7, 900, "e"),
    ]
    .map(|(revision, action, by, at, name)| (revision, action, by, at, name.to_owned()));
    assert_eq!(told(store).await, expected);
    assert_eq!(log(store).await, expected);
    assert_eq!(listed(store, trash_of(Thing::KIND)).await, []);
    stack.verify_clean().await;
    delete(store, by(8, 1000)).await;
    let trash = listed(store, trash_of(Thing::KIND)).await;
    assert_eq!(trash, [(9, Delete, 8, 1000, "e".to_owned())]);
    stack.verify_clean().await;
}

#[tokio::test]
async fn what_is_there_is_not_restored_and_what_never_was_is_not_found() {
    let stack = Stack::start().await;
    let store = &stack.app.store;
    assert_eq!(restore(store, by(1, 1)).await, Err(Error::NotFound(Thing::KIND)));
    assert_eq!(store.history::<Thing>(1).await.unwrap(), None);
    create(store, 1, &thing("a")).await.unwrap();
    let before = stack.dump().await;
    assert_eq!(restore(store, by(1, 1)).await, Err(Error::NotDeleted(Thing::KIND)));
    assert_eq!(stack.dump().await, before);
    // Of two who read the same deletion one restores it.
    delete(store, by(1, 2)).await;
    let deleted = store.deleted::<Thing>(1).await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..2 {
        let mut write = by(1, 3);
        write.restore(&deleted, &deleted.value).unwrap();
        answers.push(store.commit(write).await);
    }
    assert_eq!(answers, [Ok(()), Err(Error::Stale)]);
    // Its name was taken meanwhile.
    delete(store, by(1, 4)).await;
    create(store, 2, &thing("a")).await.unwrap();
    let before = stack.dump().await;
    assert_eq!(restore(store, by(1, 5)).await, Err(Error::Taken { unique: Thing::NAME, id: 2 }));
    assert_eq!(stack.dump().await, before);
    stack.verify_clean().await;
}

#[tokio::test]
async fn a_restore_waits_for_what_the_deletion_has_still_to_do() {
    let stack = Stack::start().await;
    create(&stack.app.store, 1, &large("a", 1000, 0)).await.unwrap();
    // The deletion is committed, and its writer dies before the rest of it.
    replace(&dying(&stack, 1), 1, None).await.unwrap();
    let later = stack.later();
    let first = restore(&later, by(1, 5)).await;
    assert!(matches!(first, Ok(()) | Err(Error::Stale)), "{first:?}");
    if first.is_err() {
        restore(&later, by(1, 5)).await.unwrap();
    }
    stack.later().finish_all().await.unwrap();
    stack.verify_clean().await;
    assert_eq!(read(&stack.app.store).await.record.value, large("a", 1000, 0));
}

/// Versions up to 0.2 wrote no log, no author beside the entity, no action beside a version, and let two changes have one
/// second.
#[tokio::test]
async fn the_log_of_what_older_versions_wrote_is_made_by_a_repair() {
    let stack = Stack::start().await;
    let put = async |s: &str, revision: u32, document: serde_json::Value| {
        let document: AttributeValue = serde_dynamo::to_attribute_value(document).unwrap();
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = database::client(&stack.endpoint).put_item().table_name(&stack.table);
        let put = put.item("p", text("MNU#1")).item("s", text(s)).item("d", document);
        put.item("v", AttributeValue::N(revision.to_string())).send().await.unwrap();
    };
    let value = |name: &str| json!({ "name": name, "at": 1000, "group": 0, "amount": 0, "tags": [] });
    put("H#00000001", 1, json!({ "by": { "somebody": 7, "at": 50 }, "value": value("a") })).await;
    put("H#00000002", 1, json!({ "by": 8, "at": 50, "value": value("b") })).await;
    put("R", 3, value("c")).await;
    let store = &stack.app.store;
    let repair = async || {
        let types = [EntityType::of::<Thing>()];
        let differences = store.verify(&types, |_, _| {}).await.unwrap().differences;
        assert_eq!(store.repair(differences, |_| {}).await.unwrap().left, []);
        stack.verify_clean().await;
    };
    repair().await;
    let named = |told: Vec<(u32, ChangeAction, u32, u32, String)>| {
        told.into_iter().map(|(revision, _, by, at, name)| (revision, by, at, name)).collect::<Vec<_>>()
    };
    let of = |names: [(u32, u32, u32, &str); 3]| names.map(|(r, by, at, name)| (r, by, at, name.to_owned()));
    // Nobody knows who created it, and when.
    let expected = of([(1, 0, 0, "a"), (2, 7, 50, "b"), (3, 8, 51, "c")]);
    assert_eq!(named(log(store).await), expected);
    assert_eq!(named(told(store).await), expected);
    // It is deleted and restored as any other; also what an older version deleted before the repair.
    delete(store, by(1, 60)).await;
    restore(store, by(2, 61)).await.unwrap();
    stack.verify_clean().await;
    delete(store, by(1, 62)).await;
    repair().await;
    assert_eq!(listed(store, trash_of(Thing::KIND)).await.len(), 1);
}

#[tokio::test]
async fn what_an_older_version_deleted_is_restored_before_the_repair_too() {
    let stack = Stack::start().await;
    let store = &stack.app.store;
    create(store, 1, &thing("a")).await.unwrap();
    delete(store, write()).await;
    // As if no trash had been written.
    let client = database::client(&stack.endpoint);
    let entry = stack.items().await.into_iter().find(|item| item["p"] == "E#trash/MNU").unwrap();
    let key = |name: &str| AttributeValue::S(entry[name].as_str().unwrap().to_owned());
    let delete = client.delete_item().table_name(&stack.table).key("p", key("p")).key("s", key("s"));
    delete.send().await.unwrap();
    for node in stack.items().await.into_iter().filter(|item| item["p"] == "N#trash/MNU") {
        let key = |name: &str| AttributeValue::S(node[name].as_str().unwrap().to_owned());
        let delete = client.delete_item().table_name(&stack.table).key("p", key("p")).key("s", key("s"));
        delete.send().await.unwrap();
    }
    restore(store, by(2, 61)).await.unwrap();
    stack.verify_clean().await;
}
