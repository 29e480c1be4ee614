//! `/api/customers/customers`: writing and listing; `search.rs` is about finding.

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::json;
use shared::model::{Area, Customer, Menu, Role, Status, claim_area};
use shared::store::{Author, Entity, Write};
use std::collections::BTreeSet;
use testing::encoded::encoded;
use testing::{Client, Stack};

const PATH: &str = "/api/customers/customers";
const ORGANIZATIONS: &str = "/api/customers/organization";

/// The keys of a row in the interface list's sample.
const SEED_KEYS: [&str; 11] = [
    "id",
    "type",
    "nickName",
    "realName",
    "avatar",
    "phoneNumber",
    "job",
    "sex",
    "createTime",
    "updateTime",
    "status",
];

async fn staff(stack: &Stack) -> Client {
    stack.signed_in(customers::FUNCTION, "15331761337", Role::Staff).await
}

async fn ids(client: &Client, query: &str) -> Vec<u64> {
    client.get(&format!("{PATH}?{query}")).await.ids()
}

#[tokio::test]
async fn a_new_customer_is_listed_with_the_interface_lists_keys_and_what_was_not_sent_by_default() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let created = staff.post(PATH, json!({ "nickName": "瑞雪", "phoneNumber": 13987022559u64 })).await;
    assert_eq!(created.body, json!({ "status": 0, "msg": "操作成功", "data": { "id": 1 } }));
    let list = staff.get(PATH).await;
    let row = &list.ok()[0];
    let keys: BTreeSet<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
    let more = ["organization_id", "organization", "creator", "owner_id", "owner", "version"];
    assert_eq!(keys, SEED_KEYS.into_iter().chain(more).collect());
    assert_eq!(
        row,
        &json!({
            "id": 1, "type": 2, "nickName": "瑞雪", "realName": "", "avatar": "", "phoneNumber": "13987022559",
            "job": "", "sex": 0, "createTime": "2021-08-01 12:00:00", "updateTime": "2021-08-01 12:00:00",
            "status": 1, "organization_id": null, "organization": "", "version": 1,
            "creator": { "user_id": 1, "nickName": "", "realName": "", "phoneNumber": "15331761337" },
            "owner_id": 1,
            "owner": { "user_id": 1, "nickName": "", "realName": "", "phoneNumber": "15331761337" },
        })
    );
    assert_eq!(list.page(), (1, 1, 20));
}

#[tokio::test]
async fn an_edit_keeps_what_is_absent_clears_what_is_null_or_empty_and_comes_first_in_the_list() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(ORGANIZATIONS, json!({ "groupName": "云南耳尖" })).await.ok();
    let full = json!({
        "type": 3, "nickName": "Miss'Z", "realName": "赵丽萍", "avatar": "https://a/b", "phoneNumber": "13577133928",
        "job": "主任", "sex": "2", "organization_id": 1,
    });
    staff.post(PATH, full).await.ok();
    staff.post(PATH, json!({ "nickName": "b" })).await.ok();
    assert_eq!(ids(&staff, "").await, [2, 1]);
    stack.advance(60);
    let edit = json!({ "customers_id": 1, "realName": "", "job": null, "type": null, "organization_id": "" });
    assert_eq!(staff.post(PATH, edit).await.body["data"]["version"], 2);
    let list = staff.get(PATH).await;
    assert_eq!(
        list.ok()[0],
        json!({
            "id": 1, "type": 2, "nickName": "Miss'Z", "realName": "", "avatar": "https://a/b",
            "phoneNumber": "13577133928", "job": "", "sex": 2, "createTime": "2021-08-01 12:00:00",
            "updateTime": "2021-08-01 12:01:00", "status": 1, "organization_id": null, "organization": "", "version": 2,
            "creator": { "user_id": 1, "nickName": "", "realName": "", "phoneNumber": "15331761337" },
            "owner_id": 1,
            "owner": { "user_id": 1, "nickName": "", "realName": "", "phoneNumber": "15331761337" },
        })
    );
    assert_eq!(ids(&staff, "").await, [1, 2]);
    assert_eq!(ids(&staff, "organization_id=1").await, [0; 0]);
    stack.verify_records().await;
}

#[tokio::test]
async fn a_customer_who_is_hidden_is_in_no_list_until_they_are_shown_again() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(ORGANIZATIONS, json!({ "groupName": "云南耳尖" })).await.ok();
    let body = json!({ "nickName": "瑞雪", "phoneNumber": "13987022559", "organization_id": 1 });
    staff.post(PATH, body).await.ok();
    let queries = [
        "",
        "name=%E7%91%9E",
        "name=%E8%80%B3%E5%B0%96",
        "organization_id=1",
        "phoneNumber=2559",
        "customers_id=1",
    ];
    for (status, expected) in [(0, vec![]), (1, vec![1])] {
        staff.post(PATH, json!({ "customers_id": 1, "status": status })).await.ok();
        for query in queries {
            assert_eq!(ids(&staff, query).await, expected, "{query}");
        }
        stack.verify_records().await;
    }
}

#[tokio::test]
async fn a_phone_number_that_a_live_customer_has_is_refused_with_who_has_it() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let customer = |name: &str| json!({ "nickName": name, "phoneNumber": "13987022559" });
    staff.post(PATH, customer("a")).await.ok();
    let taken = staff.post(PATH, customer("b")).await;
    taken.refused(StatusCode::CONFLICT, "duplicate");
    assert_eq!((&taken.body["data"], &taken.body["field"]), (&json!({ "id": 1 }), &json!("phoneNumber")));
    let wide = staff.post(PATH, json!({ "nickName": "c", "phoneNumber": "１３９８７０２２５５９" })).await;
    wide.refused(StatusCode::CONFLICT, "duplicate");

    // Whoever insists may have it too, and nobody gets it for that.
    let mut insists = customer("b");
    insists["allow_duplicate"] = json!(true);
    let second = staff.post(PATH, insists).await.ok()["id"].as_u64().unwrap();
    assert_eq!(ids(&staff, "phoneNumber=13987022559").await, [second, 1]);
    staff.post(PATH, json!({ "customers_id": 1, "status": 0 })).await.ok();
    let taken = staff.post(PATH, customer("c")).await;
    assert_eq!(taken.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], second);
    staff.post(PATH, json!({ "customers_id": second, "job": "an edit of something else" })).await.ok();
    staff.post(PATH, json!({ "customers_id": second, "phoneNumber": "130" })).await.ok();
    staff.post(PATH, customer("c")).await.ok();
    let again = staff.post(PATH, json!({ "customers_id": 1, "status": 1 })).await;
    again.refused(StatusCode::CONFLICT, "duplicate");
    let edit = staff.post(PATH, json!({ "customers_id": second, "phoneNumber": "13987022559" })).await;
    edit.refused(StatusCode::CONFLICT, "duplicate");
    // Without a number there is nothing to have.
    for _ in 0..2 {
        staff.post(PATH, json!({ "nickName": "d" })).await.ok();
    }
    stack.verify_records().await;
}

/// ⑪ stands for two digits, and a number is looked for by all digits that it stands for.
#[tokio::test]
async fn a_phone_number_is_as_long_as_what_its_characters_stand_for() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let before = stack.dump().await;
    for long in ["⑪".repeat(33), "ﷺ".repeat(4)] {
        staff.post(PATH, json!({ "nickName": "a", "phoneNumber": long })).await.refused_field("phoneNumber");
        staff.get(&format!("{PATH}?phoneNumber={}", encoded(&long))).await.refused_field("phoneNumber");
    }
    assert_eq!(stack.dump().await, before);
    // As many runs that begin with 1111 as 64 digits can have.
    let number = "11111111121111111311111114111111151111111611111117111111".repeat(2)[..64].to_owned();
    let halves = number.replace("11", "⑪");
    staff.post(PATH, json!({ "nickName": "a", "phoneNumber": halves })).await.ok();
    for body in [
        json!({ "customers_id": 1, "job": "经理" }),
        json!({ "customers_id": 1, "phoneNumber": number.replace('1', "2") }),
        json!({ "customers_id": 1, "phoneNumber": number }),
        json!({ "customers_id": 1, "status": 0 }),
        json!({ "customers_id": 1, "status": 1 }),
    ] {
        stack.advance(60);
        staff.post(PATH, body).await.ok();
    }
    assert_eq!(ids(&staff, "phoneNumber=1111").await, [1]);
    stack.verify_records().await;
}

#[tokio::test]
async fn of_racing_creations_with_one_phone_number_exactly_one_succeeds() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let race = (0..8)
        .map(|n| staff.post(PATH, json!({ "nickName": n, "realName": "王", "phoneNumber": "13987022559" })));
    let answers = join_all(race).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 7);
    assert_eq!(ids(&staff, "").await.len(), 1);
    stack.verify_records().await;
}

#[tokio::test]
async fn of_two_edits_that_saw_the_same_version_the_second_is_refused() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(PATH, json!({ "nickName": "a" })).await.ok();
    let edit = |job: &str| json!({ "customers_id": 1, "job": job, "version": 1 });
    let answers = join_all(["x", "y"].map(|job| staff.post(PATH, edit(job)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let outdated = answers.iter().find(|answer| answer.status != 200).unwrap();
    outdated.refused(StatusCode::CONFLICT, "version_out_of_date");
    assert_eq!(staff.get(PATH).await.ok()[0]["version"], 2);
}

#[tokio::test]
async fn edits_of_different_fields_at_once_are_all_kept() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(PATH, json!({ "nickName": "a" })).await.ok();
    let edits = [
        json!({ "job": "主任" }),
        json!({ "realName": "赵丽萍" }),
        json!({ "sex": 2 }),
        json!({ "phoneNumber": "13987022559" }),
        json!({ "nickName": "b" }),
    ];
    let edits = edits.map(|mut edit| {
        edit["customers_id"] = json!(1);
        staff.post(PATH, edit)
    });
    for answer in join_all(edits).await {
        answer.ok();
    }
    let list = staff.get(PATH).await;
    let row = &list.ok()[0];
    assert_eq!((&row["job"], &row["realName"], &row["sex"]), (&json!("主任"), &json!("赵丽萍"), &json!(2)));
    assert_eq!((&row["phoneNumber"], &row["nickName"]), (&json!("13987022559"), &json!("b")));
    assert_eq!(row["version"], 6);
    stack.verify_records().await;
}

#[tokio::test]
async fn twenty_repeats_of_one_creation_make_one_customer_and_twenty_equal_answers() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await.with("idempotency-key", "0f8b");
    let repeats = (0..20).map(|_| staff.post(PATH, json!({ "nickName": "a", "phoneNumber": "13987022559" })));
    let answers = join_all(repeats).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (200, &answers[0].body));
    }
    assert_eq!(ids(&staff, "").await.len(), 1);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_written() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(ORGANIZATIONS, json!({ "groupName": "gone" })).await.ok();
    staff.post(ORGANIZATIONS, json!({ "organization_id": 1, "status": 0 })).await.ok();
    staff.post(PATH, json!({ "nickName": "a" })).await.ok();
    let before = stack.dump().await;
    for (field, value) in [
        ("nickName", json!("名".repeat(65))),
        ("realName", json!(["a"])),
        ("avatar", json!("javascript:alert(1)")),
        ("phoneNumber", json!("1".repeat(65))),
        ("job", json!("长".repeat(4001))),
        ("sex", json!(3)),
        ("type", json!(4.5)),
        ("status", json!(2)),
        ("organization_id", json!(99)),
        ("organization_id", json!(1)),
        ("organization_id", json!(0)),
        ("allow_duplicate", json!("maybe")),
        ("customers_id", json!("x")),
    ] {
        let mut customer = json!({ "nickName": "b" });
        customer[field] = value;
        staff.post(PATH, customer.clone()).await.refused_field(field);
        if field != "customers_id" {
            customer["customers_id"] = json!(1);
            staff.post(PATH, customer).await.refused_field(field);
        }
    }
    staff.post(PATH, json!({})).await.refused_field("nickName");
    staff.post(PATH, json!({ "customers_id": 1, "nickName": "" })).await.refused_field("nickName");
    let version = json!({ "customers_id": 1, "version": "x" });
    staff.post(PATH, version).await.refused_field("version");
    let unknown = staff.post(PATH, json!({ "customers_id": 9, "job": "x" })).await;
    unknown.refused(StatusCode::NOT_FOUND, "not_found");
    assert_eq!(stack.dump().await, before);

    for query in [
        "page=0",
        "count=x",
        "customers_id=0",
        "organization_id=x",
        "phoneNumber=139",
        "phoneNumber=1",
        &format!("name={}", "a".repeat(65)),
    ] {
        staff.get(&format!("{PATH}?{query}")).await.refused_field(query.split('=').next().unwrap());
    }
}

#[tokio::test]
async fn an_area_that_a_menu_claims_is_closed_to_those_without_it() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let admin = stack.signed_in(customers::FUNCTION, "18888888888", Role::Admin).await;
    staff.get(PATH).await.ok();
    let mut write = Write::new(Author::SYSTEM);
    let menu = Menu { name: "客户管理".to_owned(), area: Some(Area::Customers), ..Menu::default() };
    let id = stack.app.store.next_id(Menu::KIND).await.unwrap();
    write.create(id, &menu).unwrap();
    claim_area(&stack.app.store, &mut write, id, None, menu.area, false).await.unwrap();
    stack.app.store.commit(write).await.unwrap();
    for path in [PATH, ORGANIZATIONS] {
        staff.get(path).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let body = json!({ "nickName": "a", "groupName": "a" });
        staff.post(path, body.clone()).await.refused(StatusCode::FORBIDDEN, "forbidden");
        admin.get(path).await.ok();
        admin.post(path, body).await.ok();
        stack
            .client(customers::FUNCTION)
            .get(path)
            .await
            .refused(StatusCode::UNAUTHORIZED, "session_required");
    }
}

#[tokio::test]
async fn names_as_long_as_can_be_are_written_edited_and_found() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let name =
        |first: u32| -> String { (0..64).filter_map(|n| char::from_u32(0x4e00 + first + n)).collect() };
    staff.post(ORGANIZATIONS, json!({ "groupName": name(0) })).await.ok();
    let customer = json!({ "nickName": name(100), "realName": name(200), "organization_id": 1 });
    staff.post(PATH, customer).await.ok();
    stack.verify_records().await;
    stack.advance(60);
    let edit = json!({ "customers_id": 1, "nickName": name(300) });
    staff.post(PATH, edit).await.ok();
    stack.verify_records().await;
    let found = async |text: String| ids(&staff, &format!("name={}", encoded(&text))).await.len();
    assert_eq!(found(name(100)).await, 0);
    for part in [name(0), name(200), name(300), name(300).chars().skip(60).collect()] {
        assert_eq!(found(part).await, 1);
    }
}

#[tokio::test]
async fn odd_characters_come_back_as_they_were_sent_and_are_found() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let odd = "a\u{feff}b\u{202e}c\u{ad}𠮷👩‍👩‍👧é\"\\<#%>";
    let job = format!(" {odd}\u{0}\u{1}\t");
    staff.post(PATH, json!({ "nickName": odd, "job": job, "phoneNumber": odd })).await.ok();
    let list = staff.get(&format!("{PATH}?name={}", encoded("\u{ad}𠮷👩‍👩"))).await;
    for (key, sent) in [("nickName", odd), ("job", &job), ("phoneNumber", odd)] {
        assert_eq!(list.ok()[0][key], sent);
    }
    for part in ["\u{feff}b", "b\u{202e}", "#%", "\"\\<"] {
        assert_eq!(ids(&staff, &format!("name={}", encoded(part))).await, [1], "{part:?}");
    }
    assert_eq!(ids(&staff, &format!("phoneNumber={}", encoded(odd))).await, [1]);
}

#[tokio::test]
async fn a_phone_number_is_its_digits_for_duplicates_and_for_searches_and_is_shown_as_it_was_typed() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let typed = " +86 139-8702 2559\u{3000}";
    staff.post(PATH, json!({ "nickName": "a", "phoneNumber": typed })).await.ok();
    staff.post(PATH, json!({ "nickName": "b", "phoneNumber": "（０８７１）651.2345" })).await.ok();
    for same in [
        "13987022559",
        "139 8702 2559",
        "00861398702\u{200b}2559",
        "１３９８７０２２５５９",
        "(86)139-8702-2559",
    ] {
        let taken = staff.post(PATH, json!({ "nickName": "c", "phoneNumber": same })).await;
        taken.refused(StatusCode::CONFLICT, "duplicate");
        assert_eq!(taken.body["data"]["id"], 1, "{same}");
    }
    for (query, found) in [
        ("13987022559", [1].as_slice()),
        ("139-8702-2559", &[1]),
        ("+86 139 8702 2559", &[1]),
        ("87022", &[1]),
        ("8702 2", &[1]),
        ("0871651", &[2]),
        ("0871-6512345", &[2]),
        ("１２３４", &[2]),
        ("１２３５", &[]),
        ("139-8702-2558", &[]),
        ("无", &[]),
    ] {
        assert_eq!(ids(&staff, &format!("phoneNumber={}", encoded(query))).await, found, "{query}");
    }
    for short in ["139", "１３９", " 25 "] {
        staff.get(&format!("{PATH}?phoneNumber={}", encoded(short))).await.refused_field("phoneNumber");
    }
    let shown = staff.get(&format!("{PATH}?customers_id=1")).await;
    assert_eq!(shown.ok()[0]["phoneNumber"], "+86 139-8702 2559");
    // Spelled otherwise it is the same number, and given up it is anybody's.
    staff.post(PATH, json!({ "customers_id": 1, "phoneNumber": "139.8702.2559" })).await.ok();
    let taken = staff.post(PATH, json!({ "nickName": "c", "phoneNumber": "13987022559" })).await;
    taken.refused(StatusCode::CONFLICT, "duplicate");
    staff.post(PATH, json!({ "customers_id": 1, "phoneNumber": "无" })).await.ok();
    staff.post(PATH, json!({ "nickName": "c", "phoneNumber": "13987022559" })).await.ok();
    stack.verify_records().await;
}

#[tokio::test]
async fn a_phone_number_without_a_digit_is_kept_found_and_shared_by_nobody() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    for _ in 0..2 {
        staff.post(PATH, json!({ "nickName": "a", "phoneNumber": "无" })).await.ok();
    }
    assert_eq!(ids(&staff, &format!("phoneNumber={}", encoded("无"))).await, [2, 1]);
    let list = staff.get(PATH).await;
    assert_eq!(list.ok()[0]["phoneNumber"], "无");
    stack.verify_records().await;
}

#[tokio::test]
async fn a_hundred_customers_share_a_phone_number_and_no_more_whatever_is_sent() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let insist = |number: &str| json!({ "nickName": "a", "phoneNumber": number, "allow_duplicate": true });
    for _ in 0..100 {
        staff.post(PATH, insist("13987022559")).await.ok();
    }
    for number in ["13987022559", "139 8702 2559"] {
        let full = staff.post(PATH, insist(number)).await;
        full.refused(StatusCode::CONFLICT, "duplicate");
        assert_eq!((&full.body["field"], &full.body["data"]["id"]), (&json!("phoneNumber"), &json!(1)));
        assert!(full.body["msg"].as_str().unwrap().contains("100"), "{}", full.body);
    }
    // Those who have it can be edited, and make place.
    let edit = json!({ "customers_id": 7, "phoneNumber": "139-8702-2559", "allow_duplicate": true });
    staff.post(PATH, edit).await.ok();
    staff.post(PATH, json!({ "customers_id": 8, "phoneNumber": "" })).await.ok();
    staff.post(PATH, insist("13987022559")).await.ok();
    stack.verify_records().await;
}

#[tokio::test]
async fn names_lose_outer_white_space_and_what_nobody_sees_is_no_name() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    staff.post(PATH, json!({ "nickName": " 瑞雪\u{3000}", "realName": "\u{200b}" })).await.ok();
    let row = staff.get(PATH).await.ok()[0].clone();
    assert_eq!((&row["nickName"], &row["realName"]), (&json!("瑞雪"), &json!("")));
    staff.post(PATH, json!({ "nickName": "\u{200b} " })).await.refused_field("nickName");
    staff.post(PATH, json!({ "customers_id": 1, "nickName": "\u{feff}" })).await.refused_field("nickName");
    for (field, value) in [("nickName", "a\u{0}b"), ("realName", "a\tb"), ("phoneNumber", "139\n87022559")] {
        let mut customer = json!({ "nickName": "b" });
        customer[field] = json!(value);
        staff.post(PATH, customer).await.refused_field(field);
    }
    assert_eq!(ids(&staff, &format!("name={}", encoded(" 瑞雪 "))).await, [1]);
    assert_eq!(ids(&staff, "").await, [1]);
}

/// Version 0.1 compared phone numbers as they were typed.
#[tokio::test]
async fn a_table_of_version_0_1_goes_on_working_until_it_is_repaired_and_afterwards() {
    let stack = Stack::start().await;
    let staff = staff(&stack).await;
    let phones = async |number: &str| ids(&staff, &format!("phoneNumber={}", encoded(number))).await;
    for number in ["0871-6512345", "0871-6512345", "无", "0871 6512345", "+86 139 8702 2559"] {
        let customer = json!({ "nickName": "a", "phoneNumber": number, "allow_duplicate": true });
        staff.post(PATH, customer).await.ok();
    }
    for digits in ["08716512345", "13987022559"] {
        stack.drop_guard("customer", digits).await;
    }
    for (number, holders) in [
        ("0871-6512345", [1, 2].as_slice()),
        ("无", &[3]),
        ("0871 6512345", &[4]),
        ("+86 139 8702 2559", &[5]),
    ] {
        stack.put_guard("customer", number, holders).await;
    }
    for id in [1, 2, 4, 5] {
        stack.index_as_before::<Customer>(Customer::phones(Status::Enabled), id).await;
    }

    // What version 0.1 found and refused is found and refused.
    assert_eq!(phones("0871-6512345").await, [2, 1]);
    assert_eq!(phones("6512345").await, [4, 2, 1]);
    for (number, holder) in [("0871-6512345", 1), ("+86 139 8702 2559", 5)] {
        let taken = staff.post(PATH, json!({ "nickName": "c", "phoneNumber": number })).await;
        assert_eq!(taken.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], holder);
    }
    // An edit works, and leaves nothing of the old number behind.
    stack.advance(60);
    staff.post(PATH, json!({ "customers_id": 1, "job": "主任", "phoneNumber": "0871-6512345" })).await.ok();
    staff.post(PATH, json!({ "customers_id": 2, "phoneNumber": "130-0000-0000" })).await.ok();
    staff.post(PATH, json!({ "customers_id": 5, "phoneNumber": "139-8702-2559" })).await.ok();
    staff.post(PATH, json!({ "nickName": "d", "phoneNumber": "无" })).await.ok();
    assert_eq!(phones("6512345").await, [1, 4]);
    assert_eq!(phones("13987022559").await, [5]);
    let taken = staff.post(PATH, json!({ "nickName": "c", "phoneNumber": "13987022559" })).await;
    assert_eq!(taken.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], 5);

    let report = stack.repair_records().await;
    assert!(report.collisions.is_empty(), "customers may share a number");
    stack.verify_records().await;
    for spelling in ["0871-6512345", "08716512345", "(0871) 651-2345"] {
        assert_eq!(phones(spelling).await, [1, 4], "{spelling}");
        let taken = staff.post(PATH, json!({ "nickName": "c", "phoneNumber": spelling })).await;
        assert_eq!(taken.refused(StatusCode::CONFLICT, "duplicate").body["data"]["id"], 1);
    }
    staff.post(PATH, json!({ "customers_id": 1, "status": 0 })).await.ok();
    staff.post(PATH, json!({ "customers_id": 4, "phoneNumber": "" })).await.ok();
    staff.post(PATH, json!({ "nickName": "c", "phoneNumber": "0871-6512345" })).await.ok();
    stack.verify_records().await;
}
