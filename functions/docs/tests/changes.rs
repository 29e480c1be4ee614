//! Who may change what: every change that the API can make, by everybody, whatever the company has chosen.

use super::changes_table::{
    CALLERS, CUSTOMER, Caller, Change, KINDS, Kind, NEW, STRANGERS, Target, Who, changes, phone,
};
use super::imports::import;
use axum::http::{Method, StatusCode};
use docs::{FUNCTIONS, document, reference};
use serde_json::{Value, json};
use shared::http::reference::Dialect;
use shared::jobs::Job;
use shared::model::{ChangesBy, Customer, RecordKind, Role};
use shared::store::{Author, Entity, Write};
use std::cell::Cell;
use std::collections::BTreeSet;
use testing::{Answer, Client, Company, Stack};

/// A company with one of each [`Caller`].
struct Office {
    stack: Stack,
    sessions: Vec<String>,
    cases: Cell<u32>,
}

impl Office {
    async fn open(changes_by: ChangesBy) -> Self {
        let mut stack = Stack::start().await;
        stack.app.changes_by = changes_by;
        let stack = Company::of(stack, record::FUNCTION).await.stack.with_storage().await;
        assert_eq!(stack.employee("13700000005", Role::Staff).await, Caller::Stranger.id());
        let mut sessions = Vec::new();
        for caller in CALLERS {
            sessions.push(stack.session(caller.id()).await);
        }
        let office = Self { stack, sessions, cases: Cell::new(0) };
        office.own(CUSTOMER, Some(Caller::Owner)).await;
        office.own(STRANGERS, Some(Caller::Stranger)).await;
        office
    }

    /// A number that no other case has.
    fn case(&self) -> u32 {
        self.cases.replace(self.cases.get() + 1)
    }

    fn client(&self, caller: Caller, path: &str) -> Client {
        self.stack.client_of(&FUNCTIONS, path, &self.sessions[caller as usize])
    }

    async fn post(&self, caller: Caller, path: &str, body: Value) -> Answer {
        self.client(caller, path).post(path, body).await
    }

    /// Gives a customer an owner, or none.
    async fn own(&self, customer: u32, owner: Option<Caller>) {
        let store = &self.stack.app.store;
        let old = store.entity::<Customer>(customer).await.unwrap().unwrap();
        let mut write = Write::new(Author::SYSTEM);
        let new = Customer { owner: owner.map(Caller::id), ..old.record.value.clone() };
        write.replace(&old, &new).unwrap();
        store.commit(write).await.unwrap();
    }

    /// A new record, which was edited once: its id.
    async fn create(&self, kind: &Kind) -> u64 {
        let author = if matches!(kind.who, Who::Admins) { Caller::Admin } else { Caller::Author };
        let created = self.send(author, kind.create, (kind.new)(self.case())).await;
        let created = [kind.id, "id"].into_iter().find_map(|key| created.ok()[key].as_u64()).unwrap();
        if kind.name == "customers" {
            self.own(created as u32, kind.owner).await;
        }
        created
    }

    /// Creates what a change is made of.
    async fn prepare(&self, target: Target) -> u64 {
        match target {
            Target::Nothing | Target::OwnJob => 0,
            Target::Living(kind) => self.create(kind).await,
            Target::Import(acts) => import(&self.stack, &self.sessions[Caller::Admin as usize], acts).await,
            Target::Deleted(kind) => {
                let id = self.create(kind).await;
                self.send(Caller::Admin, kind.deletes[0], json!({ kind.id: id })).await.ok();
                id
            }
        }
    }

    async fn send(&self, caller: Caller, act: &str, mut body: Value) -> Answer {
        if body["customers_id"] == NEW {
            let name = json!({ "nickName": "新客户" });
            let new = self.post(Caller::Admin, "/api/customers/customers", name).await;
            body["customers_id"] = new.ok()["id"].clone();
        }
        send(&self.client(caller, path_of(act)), act, body).await
    }
}

fn path_of(act: &str) -> &str {
    act.split(' ').nth(1).unwrap()
}

async fn send(client: &Client, act: &str, body: Value) -> Answer {
    let json = [("content-type", "application/json")];
    client
        .send(
            Method::from_bytes(act.split(' ').next().unwrap().as_bytes()).unwrap(),
            path_of(act),
            &json,
            body.to_string(),
        )
        .await
}

#[test]
fn the_table_has_every_change_of_the_reference() {
    let documented: BTreeSet<_> = reference()
        .operations
        .into_iter()
        .filter(|described| described.method != Method::GET)
        .flat_map(|described| {
            let act = move |name| format!("{} {} {name}", described.method, described.path);
            described.operation.acts.iter().map(|it| act(it.name)).collect::<Vec<_>>()
        })
        .collect();
    let table: BTreeSet<_> = changes().iter().map(|change| change.act.to_owned()).collect();
    assert_eq!(table, documented);
    // Each kind can be reverted, and restored or else told that it is not deleted.
    let kinds: BTreeSet<_> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(kinds, RecordKind::NAMED.iter().map(|(name, _)| *name).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_involved_records_are_changed_by_admins_and_those_who_are_involved_in_them() {
    everybody_changes_everything(ChangesBy::Involved).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_anyone_records_are_changed_by_everybody_and_what_is_for_admins_by_admins() {
    everybody_changes_everything(ChangesBy::Anyone).await;
}

async fn everybody_changes_everything(changes_by: ChangesBy) {
    let office = Office::open(changes_by).await;
    let (mut done, mut refused) = (0, 0);
    for change in changes() {
        if matches!(change.who, Who::Oneself) {
            change_ones_own(&office, &change).await;
            continue;
        }
        for caller in CALLERS {
            let id = office.prepare(change.target).await;
            let body = (change.body)(id, office.case());
            let before = office.stack.dump().await;
            let answer = office.send(caller, change.act, body).await;
            match refusal(&change, caller, changes_by) {
                None => done += 1,
                Some(_) => refused += 1,
            }
            match (refusal(&change, caller, changes_by), change.refused) {
                (None, None) => assert_eq!(answer.status, 200, "{} {caller:?}: {}", change.act, answer.body),
                (None, Some(code)) => assert_eq!(answer.refused(StatusCode::CONFLICT, code).status, 409),
                (Some((code, message)), _) => {
                    assert_eq!(answer.status, 403, "{} {caller:?}: {}", change.act, answer.body);
                    answer.refused(StatusCode::FORBIDDEN, code);
                    assert_eq!(answer.body["msg"], message, "{}", change.act);
                    assert_eq!(answer.body.get("data"), None, "nothing of the record");
                }
            }
            if answer.status != 200 {
                assert_eq!(office.stack.dump().await, before, "{} {caller:?}", change.act);
            }
        }
    }
    assert!(done > 80 && refused > 20, "{done} {refused}");
    office.stack.verify_records().await;
}

/// The code and the message of a refusal, if a caller may not make a change.
fn refusal(change: &Change, caller: Caller, changes_by: ChangesBy) -> Option<(&'static str, &'static str)> {
    match change.who {
        _ if caller == Caller::Admin => None,
        Who::Admins => Some(("forbidden", "没有权限")),
        Who::Involved(callers, message) => {
            let may = changes_by == ChangesBy::Anyone || callers.contains(&caller);
            (!may).then_some(("not_involved", message))
        }
        Who::Everybody | Who::Oneself => None,
    }
}

async fn change_ones_own(office: &Office, change: &Change) {
    for role in [Role::Admin, Role::Staff] {
        let n = office.case();
        let id = office.stack.employee(&phone(n), role).await;
        let session = office.stack.session(id).await;
        let client = office.stack.client_of(&FUNCTIONS, path_of(change.act), &session);
        let target = match change.target {
            Target::OwnJob => job_of(office, id).await,
            _ => 0,
        };
        send(&client, change.act, (change.body)(target, n)).await.ok();
    }
}

/// A job that somebody wants done: its id.
async fn job_of(office: &Office, by: u32) -> u64 {
    let store = &office.stack.app.store;
    let id = store.next_id(Job::KIND).await.unwrap();
    let mut write = Write::new(Author { by, at: store.now() });
    write.create(id, &Job::new("export", "follow", by, store.now())).unwrap();
    store.commit(write).await.unwrap();
    id.into()
}

#[test]
fn the_reference_tells_who_may() {
    for kind in KINDS.iter() {
        let Who::Involved(_, message) = kind.who else { continue };
        for act in [kind.edit].iter().chain(kind.deletes) {
            let mut parts = act.split(' ');
            let (method, path) = (parts.next().unwrap().to_lowercase(), parts.next().unwrap());
            let document = document(Dialect::Lenient);
            let response = &document["paths"][path][method]["responses"]["403"];
            let shared = response["$ref"].as_str().map(|pointer| document.pointer(&pointer[1..]).unwrap());
            let examples = &shared.unwrap_or(response)["content"]["application/json"]["examples"];
            assert_eq!(examples["not_involved"]["value"]["msg"], message, "{act}");
        }
    }
}

#[tokio::test]
async fn the_record_as_it_is_stored_decides() {
    let office = Office::open(ChangesBy::Involved).await;
    let [follow, contract] = [&KINDS[0], &KINDS[3]];
    let id = office.create(follow).await;
    let edit = async |caller, fields: Value| {
        let mut body = fields;
        body["follow_id"] = json!(id);
        office.send(caller, follow.edit, body).await
    };
    let refused = |answer: Answer| {
        answer.refused(StatusCode::FORBIDDEN, "not_involved");
    };

    // Nobody adds themselves, or takes a record to a customer of theirs.
    refused(edit(Caller::Stranger, json!({ "follower_id": [Caller::Stranger.id()] })).await);
    refused(edit(Caller::Stranger, json!({ "customers_id": STRANGERS })).await);
    // Whose the customer is may, and may give the record away; from then on its new customer's owner may.
    edit(Caller::Owner, json!({ "customers_id": STRANGERS })).await.ok();
    refused(edit(Caller::Owner, json!({ "customers_id": CUSTOMER })).await);
    edit(Caller::Stranger, json!({ "gain": "x" })).await.ok();
    // Who owns the customer now, and not who did.
    office.own(STRANGERS, Some(Caller::Owner)).await;
    refused(edit(Caller::Stranger, json!({ "gain": "y" })).await);
    edit(Caller::Owner, json!({ "gain": "y" })).await.ok();
    office.own(STRANGERS, None).await;
    refused(edit(Caller::Owner, json!({ "gain": "z" })).await);

    // A follower who was taken off may not take the record back to when they were one; who was put on may.
    let followers = json!({ "follower_id": [Caller::Stranger.id()] });
    edit(Caller::Follower, followers).await.ok();
    let revert = json!({ "kind": "follow", "id": id, "to_revision": 1 });
    let restore = json!({ "kind": "follow", "id": id });
    let history = "/api/history/restore";
    refused(office.post(Caller::Follower, history, revert.clone()).await);
    office.send(Caller::Author, follow.deletes[0], json!({ "follow_id": id })).await.ok();
    refused(office.post(Caller::Follower, history, restore.clone()).await);
    office.post(Caller::Stranger, history, restore.clone()).await.ok();
    office.post(Caller::Stranger, history, revert.clone()).await.ok();
    refused(office.post(Caller::Stranger, history, revert).await);

    // The creator is taken once.
    let mut new = (contract.new)(0);
    new["creator_id"] = json!(Caller::Owner.id());
    let id = office.send(Caller::Author, contract.create, new).await.ok()["id"].clone();
    let claim =
        json!({ "contract_id": id, "creator_id": Caller::Author.id(), "editor_id": Caller::Author.id() });
    refused(office.send(Caller::Author, contract.edit, claim.clone()).await);
    office.send(Caller::Owner, contract.edit, claim).await.ok();
    let uri = format!("/api/contract/contract?contract_id={id}");
    let row = office.client(Caller::Author, &uri).get(&uri).await.ok()[0].clone();
    assert_eq!(row["creator"]["user_id"], Caller::Owner.id());
    assert_eq!(row["editor"]["user_id"], Caller::Author.id(), "the editor is who the form says");
    let uri = format!("/api/history/record?kind=contract&id={id}");
    let change = office.client(Caller::Author, &uri).get(&uri).await.ok()[0].clone();
    assert_eq!(change["by"]["user_id"], Caller::Owner.id(), "history has who was signed in");
}

#[tokio::test]
async fn who_may_change_a_customer_may_give_them_away_and_everybody_may_claim_one_of_nobody() {
    const OWNER: &str = "/api/customers/owner";
    for changes_by in [ChangesBy::Involved, ChangesBy::Anyone] {
        let office = Office::open(changes_by).await;
        for caller in CALLERS {
            let (from, to) = (Caller::Owner.id(), Caller::Admin.id());
            let give = json!({ "customers_ids": CUSTOMER, "from_id": from, "owner_id": to });
            office.own(CUSTOMER, Some(Caller::Owner)).await;
            let given = office.post(caller, OWNER, give).await;
            let is_involved = [Caller::Admin, Caller::Owner].contains(&caller);
            let may = is_involved || changes_by == ChangesBy::Anyone;
            let (result, owner) = if may { ("done", to) } else { ("not_involved", from) };
            let row = &given.ok()[0];
            assert_eq!(
                (&row["result"], &row["owner"]["user_id"]),
                (&json!(result), &json!(owner)),
                "{caller:?}"
            );

            office.own(CUSTOMER, None).await;
            let claimed =
                office.post(caller, OWNER, json!({ "customers_ids": CUSTOMER, "owner_id": "me" })).await;
            let row = &claimed.ok()[0];
            assert_eq!((&row["result"], &row["owner"]["user_id"]), (&json!("done"), &json!(caller.id())));
        }
    }
}

#[tokio::test]
async fn an_upload_finishes_the_plan_of_whoever_uploads_and_of_nobody_else() {
    let office = Office::open(ChangesBy::Involved).await;
    let mut plans = Vec::new();
    for caller in CALLERS {
        let plan = json!({ "customers_id": CUSTOMER, "time": "2021-08-02" });
        plans.push(office.post(caller, "/api/record/plan", plan).await.ok()["id"].as_u64().unwrap());
    }
    let upload = json!({ "customers_id": CUSTOMER, "follower_id": [1, 2, 3, 4], "record_time": "2021-08-01", "event": 3,
        "next_time": "2021-08-03" });
    let next = office.post(Caller::Stranger, "/api/record/upload", upload).await.ok()["plan_id"].clone();
    plans[Caller::Stranger as usize] = next.as_u64().unwrap();
    let uri = format!("/api/record/plan?customers_id={CUSTOMER}");
    let open = office.client(Caller::Admin, &uri).get(&uri).await;
    assert_eq!(open.ids(), plans, "the first of them is the first to be called");
}

#[tokio::test]
async fn who_is_not_involved_learns_nothing_of_a_conflict_and_everybody_what_does_not_exist() {
    let office = Office::open(ChangesBy::Involved).await;
    for kind in KINDS.iter().filter(|kind| matches!(kind.who, Who::Involved(..))) {
        let id = office.create(kind).await;
        let mut body = (kind.edited)(0);
        body["version"] = json!(77);
        body[kind.id] = json!(id);
        let stranger = office.send(Caller::Stranger, kind.edit, body.clone()).await;
        stranger.refused(StatusCode::FORBIDDEN, "not_involved");
        assert_eq!((stranger.body.get("data"), stranger.body.get("by")), (None, None));
        let admin = office.send(Caller::Admin, kind.edit, body.clone()).await;
        admin.refused(StatusCode::CONFLICT, "version_out_of_date");
        assert!(admin.body["data"].is_object());
        body[kind.id] = json!(4_000_000);
        let unknown = office.send(Caller::Stranger, kind.edit, body).await;
        unknown.refused(StatusCode::NOT_FOUND, "not_found");
    }
}

#[tokio::test]
async fn only_who_is_asked_as_the_owner_of_the_customer_costs_a_read_more() {
    let office = Office::open(ChangesBy::Involved).await;
    let anyone = Office::open(ChangesBy::Anyone).await;
    for kind in &KINDS[..4] {
        let edit = async |office: &Office, caller| {
            let id = office.create(kind).await;
            let mut body = (kind.edited)(1);
            body[kind.id] = json!(id);
            office.send(caller, kind.edit, body).await
        };
        let Who::Involved(callers, _) = kind.who else { unreachable!() };
        for caller in [Caller::Admin].iter().chain(callers) {
            // Where everybody may, nobody is asked: that is what an edit has always cost.
            let free = edit(&anyone, *caller).await.cost();
            let mut cost = edit(&office, *caller).await.cost();
            if *caller == Caller::Owner {
                cost.rcu -= 1.0;
                cost.calls -= 1;
                cost.depth -= 1;
            }
            assert_eq!(cost, free, "{} {caller:?}", kind.name);
            assert_eq!(free.depth, 3, "session, record, transaction");
        }
        let refused = edit(&office, Caller::Stranger).await.cost();
        let customer = u32::from(callers.contains(&Caller::Owner));
        assert_eq!((refused.wcu, refused.depth), (0.0, 2 + customer), "{}", kind.name);
    }
}
