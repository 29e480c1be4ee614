//! An edit of a row that has changed is told what there is now, and whose it is.

use super::sent_back::{Form, Office, forms};
use axum::http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_conflict_says_what_is_there_now_and_who_changed_it_when() {
    let office = Office::open().await;
    for Form { path, list, mut changes } in forms() {
        let (key, value, _) = changes.remove(0);
        let value = if value == "all" { json!([1]) } else { value };
        let seen = office.row(list).await;
        let version = seen.get("version").cloned();
        let (mut first, mut second) = (seen.clone(), seen.clone());
        first.insert(key.to_owned(), value);
        office.company.stack.advance(60);
        let version = match version {
            Some(version) => version,
            // Rows of grants have none: it is that of the employee.
            None => office.row("/api/user/user?count=1&page=3").await["version"].clone(),
        };
        second.insert("version".to_owned(), version);
        office.post(path, Value::Object(first)).await.ok();
        let answer = office.post(path, Value::Object(second)).await;
        answer.refused(StatusCode::CONFLICT, "version_out_of_date");
        assert_eq!(answer.body["data"], Value::Object(office.row(list).await), "{path}");
        let admin =
            json!({ "user_id": 1, "nickName": "admin", "realName": "admin", "phoneNumber": "18888888888" });
        assert_eq!(answer.body["by"], admin, "{path}");
        let minutes = answer.body["time"].as_str().unwrap();
        assert!(
            minutes.starts_with("2021-08-01 12:") && minutes > "2021-08-01 12:00:30",
            "{path}: {minutes}"
        );
        assert_eq!((&answer.body["field"], answer.body.get("errors")), (&json!("version"), None), "{path}");
    }
}
