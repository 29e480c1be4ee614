//! A company with records of all kinds, and an admin who uses all functions.

use serde_json::{Value, json};
use shared::http::Function;
use testing::{Answer, Client, Company};

/// All functions that write, and the statistics.
pub const FUNCTIONS: [Function; 7] = [
    history::FUNCTION,
    user::FUNCTION,
    customers::FUNCTION,
    record::FUNCTION,
    feedback::FUNCTION,
    contract::FUNCTION,
    stats::FUNCTION,
];

/// A kind of record that can be deleted.
pub struct Deletable {
    /// Its name in the history.
    pub kind: &'static str,
    /// The path of lists and edits.
    pub path: &'static str,
    /// The parameter that has the id.
    pub id: &'static str,
    /// The path of deletions.
    pub delete: &'static str,
    /// The path and the body that create one.
    create: (&'static str, &'static str),
    /// The field of the n-th edit.
    edited: &'static str,
}

/// All of them.
pub const DELETABLE: [Deletable; 5] = [
    Deletable {
        kind: "follow",
        path: "/api/record/follow",
        id: "follow_id",
        delete: "/api/record/delfollow",
        create: (
            "/api/record/upload",
            r#"{"customers_id":2,"organization_id":1,"follower_id":[2,3],"record_time":"2021-07-31","event":2,"gain":"x"}"#,
        ),
        edited: "gain",
    },
    Deletable {
        kind: "demand",
        path: "/api/record/demand",
        id: "demand_id",
        delete: "/api/record/deldemand",
        create: (
            "/api/record/upload",
            r#"{"customers_id":3,"organization_id":2,"follower_id":[3],"record_time":"2021-07-31 10:00:00","content":"x"}"#,
        ),
        edited: "content",
    },
    Deletable {
        kind: "satisfy",
        path: "/api/feedback/satisfy",
        id: "satisfy_id",
        delete: "/api/feedback/delsatisfy",
        create: (
            "/api/feedback/satisfy",
            r#"{"customers_id":2,"follower_id":[4],"record_time":"2021-07-31","value":4}"#,
        ),
        edited: "note",
    },
    Deletable {
        kind: "contract",
        path: "/api/contract/contract",
        id: "contract_id",
        delete: "/api/contract/delcontract",
        create: (
            "/api/contract/contract",
            r#"{"organization_id":1,"follower_id":[2],"name":"合同","code":"A1","amount":"12.5","sign_time":"2021-07-30"}"#,
        ),
        edited: "name",
    },
    Deletable {
        kind: "menu",
        path: "/api/user/menu",
        id: "menu_id",
        delete: "/api/user/menu",
        create: ("/api/user/menu", r#"{"name":"菜单","area":"contract"}"#),
        edited: "name",
    },
];

/// The company, and its admin.
pub struct Office {
    /// The company.
    pub company: Company,
    /// The token of the admin, who is employee 1.
    pub admin: String,
}

impl Office {
    pub async fn open() -> Self {
        let company = Company::start(history::FUNCTION).await;
        let admin = company.stack.session(1).await;
        Self { company, admin }
    }

    /// A client of the function of a path with the session of this token.
    pub fn client(&self, path: &str, token: &str) -> Client {
        self.company.stack.client_of(&FUNCTIONS, path, token)
    }

    /// What the admin gets.
    pub async fn get(&self, uri: &str) -> Answer {
        self.client(uri, &self.admin).get(uri).await
    }

    /// What the admin is answered.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.client(path, &self.admin).post(path, body).await
    }

    /// Creates one, and another one after it that stays.
    pub async fn create(&self, it: &Deletable) -> u64 {
        let (path, body) = it.create;
        let created = self.post(path, serde_json::from_str(body).unwrap()).await;
        let id = [it.id, "id"].into_iter().find_map(|key| created.ok()[key].as_u64()).unwrap();
        let mut other: Value = serde_json::from_str(body).unwrap();
        if it.kind == "menu" {
            other["name"] = json!("另一个");
        }
        self.post(path, other).await.ok();
        id
    }

    /// The n-th edit of one.
    pub async fn edit(&self, it: &Deletable, id: u64, n: u32) {
        self.post(it.path, json!({ it.id: id, it.edited: format!("第{n}次") })).await.ok();
    }

    pub async fn delete(&self, it: &Deletable, id: u64) {
        self.post(it.delete, json!({ it.id: id, "open_area": true })).await.ok();
    }

    /// The history of a record, a hundred changes of it.
    pub async fn history(&self, kind: &str, id: u64) -> Answer {
        self.get(&format!("/api/history/record?kind={kind}&id={id}&count=100")).await
    }

    pub async fn trash(&self, kind: &str) -> Answer {
        self.get(&format!("/api/history/trash?kind={kind}")).await
    }

    pub async fn restore(&self, kind: &str, id: u64) -> Answer {
        self.post("/api/history/restore", json!({ "kind": kind, "id": id })).await
    }

    /// The record's edit to what it was after a revision.
    pub async fn revert(&self, kind: &str, id: u64, revision: u64) -> Answer {
        self.post("/api/history/restore", json!({ "kind": kind, "id": id, "to_revision": revision })).await
    }
}
