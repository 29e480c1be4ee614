//! Somebody who creates, edits, deletes and restores records of every kind at random, and keeps what was answered.

use crate::clock::HandClock;
use crate::past::{Answered, RecordId, state};
use crate::requests::{Faults, Requests};
use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::model::RecordKind::{
    self, Contract, Customers, Demand, Follow, Menu, Organization, Plan, Satisfy, User,
};
use shared::store::ChangeAction::{self, Create, Delete, Edit, Restore};
use std::collections::BTreeMap;
use std::sync::Arc;
use testing::{Answer, Company};

/// Kinds of which records can be deleted.
const DELETABLE: [RecordKind; 6] = [Menu, Follow, Demand, Satisfy, Contract, Plan];

pub struct Writer {
    number: u32,
    /// The employee who it is.
    pub by: u32,
    company: Arc<Company>,
    clock: Arc<HandClock>,
    requests: Requests,
    random: fastrand::Rng,
    /// What was answered of each record.
    past: BTreeMap<RecordId, Vec<Answered>>,
    /// Menus that somebody was granted: they are not deleted.
    granted: Vec<u32>,
    texts: u32,
    /// How many writes were refused.
    pub refused: u32,
}

impl Writer {
    pub fn new(
        number: u32,
        by: u32,
        company: Arc<Company>,
        clock: Arc<HandClock>,
        session: &str,
        faults: Faults,
        mut random: fastrand::Rng,
    ) -> Self {
        let requests =
            Requests::new(Arc::clone(&company), Arc::clone(&clock), session, faults, random.fork());
        let (past, granted) = (BTreeMap::new(), Vec::new());
        Self { number, by, company, clock, requests, random, past, granted, texts: 0, refused: 0 }
    }

    pub fn past(&self) -> &BTreeMap<RecordId, Vec<Answered>> {
        &self.past
    }

    pub fn sent_again(&self) -> u32 {
        self.requests.again
    }

    /// Writes so many times; some more are refused.
    pub async fn write(mut self, writes: u32) -> Self {
        for _ in 0..writes {
            let kind = self.random.choice(RecordKind::ALL).unwrap();
            let (live, gone) = (self.records(kind, false), self.records(kind, true));
            let chosen = self.random.choice(&live).copied();
            match (self.random.u32(0..10), chosen, self.random.choice(&gone).copied()) {
                (0, Some(id), _) if DELETABLE.contains(&kind) && !self.is_granted(kind, id) => {
                    self.delete(kind, id).await;
                }
                (1..3, _, Some(id)) => self.restore(kind, id).await,
                (3..8, Some(id), _) => self.edit(kind, id).await,
                _ => self.create(kind).await,
            }
            if self.random.u32(0..4) == 0 {
                self.be_refused(kind).await;
            }
        }
        self
    }

    /// Its records of a kind that are there, or those that are deleted.
    fn records(&self, kind: RecordKind, is_deleted: bool) -> Vec<u32> {
        let of_kind = self.past.iter().filter(|((of, _), _)| *of == kind);
        let last = of_kind.map(|((_, id), past)| (*id, past.last().unwrap().action == Delete));
        last.filter(|(_, deleted)| *deleted == is_deleted).map(|(id, _)| id).collect()
    }

    fn is_granted(&self, kind: RecordKind, id: u32) -> bool {
        kind == Menu && self.granted.contains(&id)
    }

    /// A text that nobody else writes, nor it again.
    fn text(&mut self) -> String {
        self.texts += 1;
        format!("第{}人第{}句", self.number, self.texts)
    }

    async fn create(&mut self, kind: RecordKind) {
        // One open plan for each of its own customers.
        let (customers, plans) = (self.records(Customers, false), self.past.keys());
        let planned = plans.filter(|(kind, _)| *kind == Plan).count();
        let customer = customers.get(planned).copied();
        let kind = if kind == Plan && customer.is_none() { Customers } else { kind };
        let text = self.text();
        let (path, mut body) = fields(kind, &text);
        match kind {
            User => body["phoneNumber"] = json!(format!("18{:04}{:05}", self.number, self.texts)),
            Customers => self.choose_organization(&mut body),
            Plan => body["customers_id"] = json!(customer),
            // Both records in one write.
            Follow if self.random.bool() => body["content"] = json!(text),
            _ => {}
        }
        let path = if matches!(kind, Follow | Demand) { "/api/record/upload" } else { path };
        let (from, answer) = self.post(path, &body).await;
        let new = answer.ok();
        let ids = [(kind, &new["id"]), (Follow, &new["follow_id"]), (Demand, &new["demand_id"])];
        for (kind, id) in ids {
            if let Some(id) = id.as_u64() {
                self.answered((kind, id.try_into().unwrap()), Create, from, &text).await;
            }
        }
    }

    async fn edit(&mut self, kind: RecordKind, id: u32) {
        let text = self.text();
        let granted = self.random.choice(&self.records(Menu, false)).copied();
        let (path, mut body) = match (kind, granted) {
            (User, Some(menu)) if self.random.bool() => {
                self.granted.push(menu);
                // Whatever was typed before stays.
                return self.grant(id, menu).await;
            }
            _ => fields(kind, &text),
        };
        body[id_field(kind)] = json!(id);
        if kind == Customers {
            self.choose_organization(&mut body);
        }
        let (from, answer) = self.post(path, &body).await;
        answer.ok();
        self.answered((kind, id), Edit, from, &text).await;
    }

    async fn grant(&mut self, user: u32, menu: u32) {
        let (from, answer) =
            self.post("/api/user/usermenu", &json!({ "user_id": user, "menu": [menu] })).await;
        answer.ok();
        self.answered((User, user), Edit, from, "").await;
    }

    async fn delete(&mut self, kind: RecordKind, id: u32) {
        let path = match kind {
            Menu => "/api/user/menu",
            Follow => "/api/record/delfollow",
            Demand => "/api/record/deldemand",
            Satisfy => "/api/feedback/delsatisfy",
            Plan => "/api/record/delplan",
            _ => "/api/contract/delcontract",
        };
        let (from, answer) = self.post(path, &json!({ id_field(kind): id })).await;
        answer.ok();
        self.answered((kind, id), Delete, from, "").await;
    }

    async fn restore(&mut self, kind: RecordKind, id: u32) {
        let (from, answer) = self.post("/api/history/restore", &json!({ "kind": kind, "id": id })).await;
        answer.ok();
        self.answered((kind, id), Restore, from, "").await;
    }

    /// One of its own organizations, which it renames, or none.
    fn choose_organization(&mut self, body: &mut Value) {
        body["organization_id"] = json!(self.random.choice(&self.records(Organization, false)));
    }

    /// Sends what must not be written.
    async fn be_refused(&mut self, kind: RecordKind) {
        let (path, mut body) = fields(kind, &self.text());
        let live = self.random.choice(&self.records(kind, false)).copied();
        let gone = self.random.choice(&self.records(kind, true)).copied();
        let (path, body, status) = match (self.random.u32(0..4), live, gone) {
            // What somebody else has changed meanwhile.
            (0, Some(id), _) => {
                (body[id_field(kind)], body["version"]) = (json!(id), json!(999_999));
                (path, body, StatusCode::CONFLICT)
            }
            (1, Some(id), _) => {
                ("/api/history/restore", json!({ "kind": kind, "id": id }), StatusCode::CONFLICT)
            }
            (2, _, Some(id)) => {
                body[id_field(kind)] = json!(id);
                (path, body, StatusCode::NOT_FOUND)
            }
            _ => {
                let body = json!({ "customers_id": 999_999, "value": 1, "record_time": "2021-07-01" });
                ("/api/feedback/satisfy", body, StatusCode::BAD_REQUEST)
            }
        };
        let (_, answer) = self.post(path, &body).await;
        assert_eq!(answer.status, status.as_u16(), "{path} {body}: {}", answer.body);
        self.refused += 1;
    }

    /// The answer, and when the request was sent first.
    async fn post(&mut self, path: &str, body: &Value) -> (u32, Answer) {
        let from = self.clock.now();
        let answer = self.requests.post(path, body).await;
        (from, answer)
    }

    /// Remembers what was answered. Nobody else writes the record but the rename of its organization.
    async fn answered(&mut self, record: RecordId, action: ChangeAction, from: u32, text: &str) {
        let now = state(&self.company.stack.app.store, record).await;
        let past = self.past.entry(record).or_default();
        assert_eq!(now.is_none(), action == Delete, "{record:?}");
        let state = now.unwrap_or_else(|| past.last().unwrap().state.clone());
        assert!(state.to_string().contains(text), "{text} is not in {state}");
        past.push(Answered { action, by: self.by, from, to: self.clock.now(), state });
    }
}

/// The path of writes of a kind, and fields that creations and edits have in common.
fn fields(kind: RecordKind, text: &str) -> (&'static str, Value) {
    let activity = |mut more: Value| {
        (more["customers_id"], more["record_time"]) = (json!(2), json!("2021-07-15 01:02:30"));
        more["follower_id"] = json!([1, 2]);
        more
    };
    match kind {
        User => ("/api/user/user", json!({ "nickName": text })),
        Menu => ("/api/user/menu", json!({ "name": text, "content": text })),
        Customers => ("/api/customers/customers", json!({ "nickName": text, "job": text })),
        Organization => ("/api/customers/organization", json!({ "groupName": text })),
        Follow => ("/api/record/follow", activity(json!({ "event": 2, "event_note": text }))),
        Demand => ("/api/record/demand", activity(json!({ "content": text }))),
        Satisfy => ("/api/feedback/satisfy", activity(json!({ "value": 4, "note": text }))),
        Contract => ("/api/contract/contract", json!({ "organization_id": 1, "name": text, "note": text })),
        Plan => ("/api/record/plan", json!({ "time": "2021-08-15 01:02:30", "note": text })),
    }
}

fn id_field(kind: RecordKind) -> &'static str {
    match kind {
        User => "user_id",
        Menu => "menu_id",
        Customers => "customers_id",
        Organization => "organization_id",
        Follow => "follow_id",
        Demand => "demand_id",
        Satisfy => "satisfy_id",
        Contract => "contract_id",
        Plan => "plan_id",
    }
}
