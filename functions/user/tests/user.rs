//! `/api/user/user`.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::model::Role;
use testing::{ADMIN_PHONE, Client, PASSWORD, Stack};

async fn admin(stack: &Stack) -> Client {
    stack.admin().await;
    stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await
}

/// The interface list's sample, without what the server says itself.
fn sample() -> Value {
    json!({
        "nickName": "李俊辉", "realName": "李俊辉",
        "headImageUrl": "http://data.eartip.cn/static/upload/avatar/avatar_1577705537821.jpg",
        "phoneNumber": "18288268391", "sex": 1, "birthday": "2020-09-02 00:00:00", "title": 1, "address": "云南嵩明",
        "school": "云南师范大学", "education": "本科", "rankId": 3, "rankType": 1,
        "entryTime": "2019-11-19 00:00:00", "officialTime": "2020-02-19 00:00:00", "resignTime": null, "status": 1
    })
}

#[tokio::test]
async fn what_is_created_is_listed_with_the_interface_lists_keys_and_types() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let created = admin.post("/api/user/user", sample()).await;
    assert_eq!(created.ok(), &json!({ "id": 2 }));
    let list = admin.get("/api/user/user").await;
    let row = &list.ok()[1];
    for (key, value) in sample().as_object().unwrap() {
        assert_eq!(&row[key], value, "{key}");
    }
    assert_eq!((&row["id"], &row["lastLoginTime"], &row["isLogin"]), (&json!(2), &json!(null), &json!(0)));
    assert_eq!((&row["role"], &row["version"], &row["number"]), (&json!("staff"), &json!(1), &json!("")));
    assert!(row.get("password").is_none());
    assert_eq!(list.page(), (2, 1, 20));
}

#[tokio::test]
async fn an_edit_keeps_what_is_absent_and_clears_what_is_null_or_empty() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/user", sample()).await.ok();
    let edit = json!({ "user_id": 2, "address": "", "rankId": null, "school": "云南大学", "title": "2" });
    assert_eq!(admin.post("/api/user/user", edit).await.body["data"]["version"], 2);
    let list = admin.get("/api/user/user").await;
    let row = &list.ok()[1];
    assert_eq!((&row["address"], &row["rankId"]), (&json!(""), &json!(null)));
    assert_eq!((&row["school"], &row["title"], &row["version"]), (&json!("云南大学"), &json!(2), &json!(2)));
    assert_eq!((&row["realName"], &row["entryTime"]), (&json!("李俊辉"), &json!("2019-11-19 00:00:00")));
    admin
        .post("/api/user/user", json!({ "user_id": 2, "phoneNumber": "" }))
        .await
        .refused_field("phoneNumber");
    let unknown = admin.post("/api/user/user", json!({ "user_id": 9, "sex": 1 })).await;
    unknown.refused(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn the_list_is_filtered_by_status_with_an_exact_total() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    for n in 0..4 {
        stack.employee(&format!("1300000000{n}"), Role::Staff).await;
    }
    admin.post("/api/user/user", json!({ "user_id": 3, "status": "0" })).await.ok();
    for (query, ids) in [
        ("", vec![1, 2, 3, 4, 5]),
        ("?status=all", vec![1, 2, 3, 4, 5]),
        ("?status=1", vec![1, 2, 4, 5]),
        ("?status=0", vec![3]),
    ] {
        let answer = admin.get(&format!("/api/user/user{query}")).await;
        let seen: Vec<_> =
            answer.ok().as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect();
        assert_eq!(answer.page().0, ids.len() as u64, "{query}");
        assert_eq!(seen, ids, "{query}");
    }
    admin.get("/api/user/user?status=2").await.refused_field("status");
    admin.post("/api/user/user", json!({ "user_id": 3, "status": 1 })).await.ok();
    assert_eq!(admin.get("/api/user/user?status=1").await.page().0, 5);
}

#[tokio::test]
async fn is_login_tells_whether_a_session_lives() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    stack.employee("15331761337", Role::Staff).await;
    let is_login = async || admin.get("/api/user/user").await.ok()[1]["isLogin"].as_u64();
    assert_eq!(is_login().await, Some(0));
    let staff = stack.client(user::FUNCTION).signed_in("15331761337", PASSWORD).await;
    assert_eq!(is_login().await, Some(1));
    staff.post("/api/user/logout", json!({ "phoneNumber": "15331761337" })).await.ok();
    assert_eq!(is_login().await, Some(0));
    stack.client(user::FUNCTION).signed_in("15331761337", PASSWORD).await;
    stack.advance(3 * 24 * 60 * 60);
    let change = json!({ "user_id": 1, "nickName": "admin" });
    admin.post("/api/user/user", change).await.ok();
    assert_eq!(is_login().await, Some(1));
    stack.advance(4 * 24 * 60 * 60);
    let admin = stack.client(user::FUNCTION).signed_in(ADMIN_PHONE, PASSWORD).await;
    assert_eq!(admin.get("/api/user/user").await.ok()[1]["isLogin"], 0);
}

#[tokio::test]
async fn phone_numbers_are_unique_and_a_freed_one_can_be_used_again() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/user", json!({ "phoneNumber": "130" })).await.ok();
    let taken = admin.post("/api/user/user", json!({ "phoneNumber": 130 })).await;
    taken.refused(StatusCode::CONFLICT, "duplicate");
    assert_eq!((&taken.body["field"], &taken.body["data"]["id"]), (&json!("phoneNumber"), &json!(2)));
    admin.post("/api/user/user", json!({ "user_id": 2, "phoneNumber": "131" })).await.ok();
    admin.post("/api/user/user", json!({ "phoneNumber": "130" })).await.ok();
}

#[tokio::test]
async fn a_password_set_by_an_admin_opens_the_door_and_ends_the_sessions() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let client = stack.client(user::FUNCTION);
    admin
        .post("/api/user/user", json!({ "phoneNumber": "130", "password": "short" }))
        .await
        .refused_field("password");
    admin.post("/api/user/user", json!({ "phoneNumber": "130" })).await.ok();
    let login = json!({ "phoneNumber": "130", "password": "battery staple" });
    client.post("/api/user/login", login).await.refused(StatusCode::UNAUTHORIZED, "login_failed");
    admin.post("/api/user/user", json!({ "user_id": 2, "password": "battery staple" })).await.ok();
    let staff = client.signed_in("130", "battery staple").await;
    admin.post("/api/user/user", json!({ "user_id": 2, "password": "battery staple" })).await.ok();
    staff.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
}

#[tokio::test]
async fn an_admins_own_new_password_wants_the_old_one() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let own =
        |new: &str, old: serde_json::Value| json!({ "user_id": 1, "password": new, "old_password": old });
    let before = stack.dump().await;
    for missing in [json!(null), json!("")] {
        admin.post("/api/user/user", own("battery staple", missing)).await.refused_field("old_password");
    }
    admin.post("/api/user/user", own(PASSWORD, json!(PASSWORD))).await.refused_field("password");
    assert_eq!(stack.dump().await, before, "neither is a guess");
    admin.post("/api/user/user", own("battery staple", json!("wrong"))).await.refused_field("old_password");
    let client = stack.client(user::FUNCTION);
    client.signed_in(ADMIN_PHONE, PASSWORD).await;
    admin.post("/api/user/user", own("battery staple", json!(PASSWORD))).await.ok();
    admin.get("/api/user/user").await.ok();
    client.signed_in(ADMIN_PHONE, "battery staple").await;
}

#[tokio::test]
async fn a_weak_password_is_given_to_nobody() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let id = stack.employee("15331761337", Role::Staff).await;
    let before = stack.dump().await;
    for weak in ["seven 7", "Password1", "15331761337", "153-3176-1337", "+8615331761337", &"密".repeat(129)]
    {
        for body in [json!({ "user_id": id }), json!({ "phoneNumber": "15331761337" })] {
            let mut body = body;
            body["password"] = json!(weak);
            admin.post("/api/user/user", body).await.refused_field("password");
        }
    }
    let taken_on = json!({ "user_id": id, "phoneNumber": "15331761338", "password": "15331761338" });
    admin.post("/api/user/user", taken_on).await.refused_field("password");
    assert_eq!(stack.dump().await, before);
}

#[tokio::test]
async fn disabling_ends_the_sessions_and_enabling_does_not_revive_them() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let id = stack.employee("15331761337", Role::Staff).await;
    let staff = stack.client(user::FUNCTION).signed_in("15331761337", PASSWORD).await;
    for status in [0, 1] {
        admin.post("/api/user/user", json!({ "user_id": id, "status": status })).await.ok();
        staff.get("/api/user/menu").await.refused(StatusCode::UNAUTHORIZED, "session_required");
    }
}

#[tokio::test]
async fn an_admin_cannot_lock_themselves_out() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    admin.post("/api/user/user", json!({ "user_id": 1, "status": 0 })).await.refused_field("status");
    admin.post("/api/user/user", json!({ "user_id": 1, "role": "staff" })).await.refused_field("role");
    let own = json!({ "user_id": 1, "password": "battery staple", "old_password": PASSWORD });
    admin.post("/api/user/user", own).await.ok();
    admin.get("/api/user/user").await.ok();
}

#[tokio::test]
async fn a_sign_in_does_not_make_an_edit_look_out_of_date_and_an_edit_does() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let id = stack.employee("15331761337", Role::Staff).await;
    stack.client(user::FUNCTION).signed_in("15331761337", PASSWORD).await;
    let edit = json!({ "user_id": id, "nickName": "a", "version": 1 });
    admin.post("/api/user/user", edit.clone()).await.ok();
    admin.post("/api/user/user", edit).await.refused(StatusCode::CONFLICT, "version_out_of_date");
    admin.post("/api/user/usermenu", json!({ "user_id": id, "menu": [], "version": 2 })).await.ok();
    let list = admin.get("/api/user/user").await;
    assert_eq!(
        (&list.ok()[1]["version"], &list.ok()[1]["lastLoginTime"]),
        (&json!(3), &json!("2021-08-01 12:00:00"))
    );
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_written() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let before = stack.dump().await;
    for (field, value) in [
        ("phoneNumber", json!(null)),
        ("phoneNumber", json!("1".repeat(65))),
        ("realName", json!(["a"])),
        ("nickName", json!("名".repeat(65))),
        ("headImageUrl", json!("javascript:alert(1)")),
        ("sex", json!(3)),
        ("birthday", json!("2021-02-30")),
        ("entryTime", json!("1899-12-31")),
        ("officialTime", json!("2106-01-01")),
        ("nickName", json!("a\tb")),
        ("realName", json!("\u{0}")),
        ("number", json!("1\r\n2")),
        ("phoneNumber", json!("139\u{7f}")),
        ("phoneNumber", json!("\u{3000}\u{200b}")),
        ("resignTime", json!(20210101)),
        ("title", json!(4.5)),
        ("rankId", json!("x")),
        ("address", json!("长".repeat(4001))),
        ("status", json!("all")),
        ("role", json!("root")),
        ("password", json!("1234567")),
        ("user_id", json!(-1)),
    ] {
        let mut employee = sample();
        employee[field] = value;
        admin.post("/api/user/user", employee).await.refused_field(field);
    }
    assert_eq!(stack.dump().await, before);
}

#[tokio::test]
async fn odd_characters_come_back_as_they_were_sent() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let odd = "a\u{feff}b\u{202e}c𠮷👩‍👩‍👧é\"\\<script>";
    let address = format!(" {odd}\u{0}\u{1} ");
    let employee = json!({ "phoneNumber": odd, "address": address, "nickName": format!(" {odd}\u{3000}") });
    admin.post("/api/user/user", employee).await.ok();
    let list = admin.get("/api/user/user").await;
    for (key, sent) in [("phoneNumber", odd), ("address", &address), ("nickName", odd)] {
        assert_eq!(list.ok()[1][key], sent);
    }
}

#[tokio::test]
async fn birthdays_and_other_dates_begin_in_1900() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let mut employee = sample();
    for (key, sent) in [
        ("birthday", "1958-02-28"),
        ("entryTime", "1900-01-01"),
        ("officialTime", "1969-12-31 00:00:00"),
        ("resignTime", "2105-12-31"),
    ] {
        employee[key] = json!(sent);
    }
    admin.post("/api/user/user", employee).await.ok();
    let dates = async || {
        let row = admin.get("/api/user/user").await.ok()[1].clone();
        ["birthday", "entryTime", "officialTime", "resignTime"].map(|key| row[key].clone())
    };
    let shown = ["1958-02-28 00:00:00", "1900-01-01 00:00:00", "1969-12-31 00:00:00", "2105-12-31 00:00:00"]
        .map(Value::from);
    assert_eq!(dates().await, shown);
    // A form that sends back what it was shown changes nothing; what is cleared is gone.
    let [birthday, ..] = shown.clone();
    admin.post("/api/user/user", json!({ "user_id": 2, "birthday": birthday })).await.ok();
    assert_eq!(dates().await, shown);
    admin.post("/api/user/user", json!({ "user_id": 2, "birthday": "" })).await.ok();
    assert_eq!(dates().await[0], Value::Null);
}

#[tokio::test]
async fn a_phone_number_is_its_digits_and_one_without_is_shared_by_nobody() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let create = async |number: &str| {
        admin.post("/api/user/user", json!({ "phoneNumber": number, "password": "battery staple" })).await
    };
    assert_eq!(create(" +86 139-8702 2559 ").await.ok()["id"], 2);
    for same in ["13987022559", "１３９　８７０２　２５５９", "(0086) 139.8702.2559", "8613987022559"]
    {
        let taken = create(same).await;
        taken.refused(StatusCode::CONFLICT, "duplicate");
        assert_eq!(taken.body["data"]["id"], 2, "{same}");
    }
    for _ in 0..2 {
        create("无").await.ok();
    }
    let list = admin.get("/api/user/user").await;
    assert_eq!(
        (&list.ok()[1]["phoneNumber"], &list.ok()[3]["phoneNumber"]),
        (&json!("+86 139-8702 2559"), &json!("无"))
    );
    let none = json!({ "phoneNumber": "无", "password": "battery staple" });
    let refused = stack.client(user::FUNCTION).post("/api/user/login", none).await;
    refused.refused(StatusCode::UNAUTHORIZED, "login_failed");
    // Given up, it is anybody's, however it is spelled.
    admin.post("/api/user/user", json!({ "user_id": 2, "phoneNumber": "无" })).await.ok();
    let heir = create("139 8702 2559").await.ok()["id"].clone();
    admin.post("/api/user/user", json!({ "user_id": heir, "phoneNumber": "13987022559" })).await.ok();
    create("13987022559").await.refused(StatusCode::CONFLICT, "duplicate");
    stack.verify_records().await;
}

#[tokio::test]
async fn a_cleared_status_or_role_stays_what_it_is() {
    let stack = Stack::start().await;
    let admin = admin(&stack).await;
    let id = stack.employee("15331761337", Role::Admin).await;
    for body in [
        json!({ "user_id": id, "status": "0" }),
        json!({ "user_id": id, "status": "", "role": null, "nickName": "a" }),
        json!({ "user_id": id, "status": null, "role": "" }),
    ] {
        admin.post("/api/user/user", body).await.ok();
        let row = admin.get("/api/user/user?status=0").await.ok()[0].clone();
        assert_eq!((&row["id"], &row["status"]), (&json!(id), &json!(0)));
    }
    admin.post("/api/user/user", json!({ "user_id": id, "status": 1 })).await.ok();
    let own = stack.client(user::FUNCTION).with("session", &stack.session(id).await);
    own.post("/api/user/menu", json!({ "name": "a" }))
        .await
        .refused(StatusCode::UNAUTHORIZED, "session_required");
}

#[tokio::test]
async fn two_admins_who_lower_each_other_at_once_leave_one() {
    for body in [json!({ "role": "staff" }), json!({ "status": 0 })] {
        for _ in 0..10 {
            let stack = Stack::start().await;
            let a = stack.employee("177", Role::Admin).await;
            let b = stack.employee("178", Role::Admin).await;
            let lower = async |me: u32, other: u32| {
                let client = stack.client(user::FUNCTION).with("session", &stack.session(me).await);
                let mut body = body.clone();
                body["user_id"] = json!(other);
                client.post("/api/user/user", body).await.status
            };
            let (first, second) = tokio::join!(lower(a, b), lower(b, a));
            assert_eq!(
                [first, second].iter().filter(|status| **status == 200).count(),
                1,
                "{first} {second}"
            );
        }
    }
}
