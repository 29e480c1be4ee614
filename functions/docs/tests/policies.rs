//! The roles of template.yaml: each function may do what it does, and nothing else.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use super::imports::import;
use docs::FUNCTIONS;
use serde_json::{Value, json};
use shared::http::Function;
use shared::model::{File, FileToken, Role};
use shared::store::{Author, Write};
use testing::{
    ADMIN_PHONE, Client, Company, PASSWORD, Stack, events,
    faults::{Fault, Hold, client},
    template::Template,
};

/// What has to be there so that every event goes well, in this order: what they edit, delete, restore, grant and sign in with.
fn before() -> [(&'static str, Value); 10] {
    let record = json!({ "customers_id": 2, "follower_id": 3, "record_time": "2021-07-23", "event": 2, "content": "需求" });
    let value = json!({ "customers_id": 2, "follower_id": 3, "record_time": "2021-07-23", "value": 4 });
    [
        ("/api/record/upload", record),
        ("/api/record/plan", json!({ "customers_id": 2, "time": "2021-08-02" })),
        ("/api/feedback/satisfy", value),
        ("/api/contract/contract", json!({ "organization_id": 1, "name": "合同" })),
        ("/api/contract/contract", json!({ "organization_id": 1, "name": "旧合同" })),
        ("/api/contract/delcontract", json!({ "contract_id": 2 })),
        ("/api/transfer/export", json!({ "kind": "contract" })),
        ("/api/user/menu", json!({ "name": "合同管理" })),
        ("/api/user/user", json!({ "user_id": 2, "password": PASSWORD })),
        ("/api/user/user", json!({ "user_id": 1, "password": PASSWORD })),
    ]
}

/// The file that an event asks for.
async fn put_file(stack: &Stack) {
    let token = FileToken::parse("0123456789abcdef0123456789abcdef").unwrap();
    let mut write = Write::new(Author::SYSTEM);
    File::default().announce(&mut write, &token).unwrap();
    stack.app.store.commit(write).await.unwrap();
    let bucket = stack.app.bucket.as_ref().unwrap();
    bucket.put(&File::object(&token), "image/png", b"png".as_slice().into()).await.unwrap();
}

/// What the events of a function ask of the table when an admin sends them.
async fn asked_by(function: Function) -> BTreeSet<String> {
    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    for event in events(function.name) {
        let stack = Company::start(function).await.stack.with_storage().await;
        put_file(&stack).await;
        // Nobody gives themselves a password who has none.
        let session = stack.session(stack.employee("17700000000", Role::Admin).await).await;
        for (path, body) in before() {
            stack.client_of(&FUNCTIONS, path, &session).post(path, body).await.ok();
        }
        // The second job of the company is as far as the event needs it.
        let acts: &[&str] = match event.as_str() {
            "transfer-run-post.json" => &["check"],
            "transfer-undo-post.json" | "transfer-report-get.json" => &["check", "run"],
            _ => &[],
        };
        import(&stack, &session, acts).await;
        let heard = Arc::clone(&asked);
        let recorder = client(&stack.endpoint, Hold::default(), move |seen| {
            heard.lock().unwrap().extend(seen.permissions());
            Fault::Pass
        });
        let app = stack.app_over(stack.over(recorder));
        let login = json!({ "phoneNumber": ADMIN_PHONE, "password": PASSWORD });
        let login = stack.client(user::FUNCTION).post("/api/user/login", login).await;
        let session = login.ok()["session"].as_str().unwrap();
        let answer = Client::of(function, app).event(&event, session).await;
        assert_eq!(answer.status, 200, "{event}: {}", answer.body);
    }
    let asked = asked.lock().unwrap();
    asked.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_may_do_what_it_does_and_those_that_only_read_may_not_write() {
    let template = Template::read().unwrap();
    let allowed = |name: &str| -> BTreeSet<String> {
        let function = template.functions.iter().find(|function| function.name == name).unwrap();
        function.actions.iter().filter(|action| action.starts_with("dynamodb:")).cloned().collect()
    };
    let mut all = BTreeSet::new();
    for function in FUNCTIONS {
        let name = function.name;
        let asked = asked_by(function).await;
        let may = allowed(name);
        let missing: Vec<_> = asked.difference(&may).collect();
        assert!(missing.is_empty(), "{name} does what its role does not allow: {missing:?}");
        all.extend(asked);
    }
    assert_eq!(all, allowed("record"), "what is allowed and what is done");
    assert_eq!(allowed("sweeper"), allowed("record"));
    assert_eq!(allowed("stats").iter().collect::<Vec<_>>(), ["dynamodb:BatchGetItem", "dynamodb:Query"]);
    assert!(allowed("docs").is_empty());
}

#[test]
fn a_function_may_do_with_the_bucket_what_it_is_for_and_the_others_nothing() {
    let template = Template::read().unwrap();
    for function in &template.functions {
        let actions: Vec<_> = function.actions.iter().filter(|action| action.starts_with("s3:")).collect();
        let expected: &[&str] = match function.name.as_str() {
            "file" => &["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
            "history" => &["s3:DeleteObject", "s3:ListBucket"],
            "sweeper" | "transfer" => &[
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListBucket",
                "s3:PutObject",
            ],
            _ => &[],
        };
        assert_eq!(actions, expected, "{}", function.name);
    }
}
