//! `/api/history/restore` of menus: their names, areas and grants.

use super::office::{DELETABLE, Office};
use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::json;
use shared::Error;
use shared::model::{Menu, Restorable, drop_grants};
use shared::store::{Author, Write};

#[tokio::test]
async fn a_menu_comes_back_with_its_area_and_without_its_grants() {
    let office = Office::open().await;
    let it = &DELETABLE[4];
    office.post("/api/user/menu", json!({ "name": "合同", "area": "contract" })).await.ok();
    office.post("/api/user/menu", json!({ "name": "客户" })).await.ok();
    office.post("/api/user/usermenu", json!({ "user_id": 2, "menu": [2, 1] })).await.ok();
    office.post("/api/user/usermenu", json!({ "user_id": 3, "menu": [1] })).await.ok();
    let staff = office.client("/api/contract/contract", &office.company.token);
    staff.get("/api/contract/contract").await.ok();
    office.delete(it, 1).await;
    staff.get("/api/contract/contract").await.ok();
    let versions = async || {
        let rows = office.get("/api/user/usermenu").await.ok().clone();
        rows.as_array().unwrap().iter().map(|row| row["version"].clone()).collect::<Vec<_>>()
    };
    let before = versions().await;
    let back = office.restore("menu", 1).await;
    assert_eq!(back.ok(), &json!({ "id": 1, "version": 3 }));
    // The area is closed again, also to those who had the menu.
    staff.get("/api/contract/contract").await.refused(StatusCode::FORBIDDEN, "forbidden");
    let grants = office.get("/api/user/usermenu").await.ok().clone();
    assert_eq!(
        (grants[1]["menu"][0]["name"].as_str(), grants[1]["menu"].as_array().unwrap().len()),
        (Some("客户"), 1)
    );
    assert_eq!(grants[2]["menu"], json!([]));
    // Nobody has edited the employees.
    assert_eq!(versions().await, before);
    office.post("/api/user/usermenu", json!({ "user_id": 2, "menu": [1] })).await.ok();
    staff.get("/api/contract/contract").await.ok();
    office.company.stack.verify_records().await;

    // Another has its name meanwhile.
    office.delete(it, 1).await;
    office.post("/api/user/menu", json!({ "name": " 合同 " })).await.ok();
    let before = office.company.stack.dump().await;
    let taken = office.restore("menu", 1).await;
    taken.refused(StatusCode::CONFLICT, "duplicate");
    assert_eq!((&taken.body["field"], &taken.body["data"]), (&json!("name"), &json!({ "id": 3 })));
    assert_eq!(office.company.stack.dump().await, before);
    office.post("/api/user/menu", json!({ "menu_id": 3, "name": "别的" })).await.ok();
    office.restore("menu", 1).await.ok();
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn whoever_restores_a_menu_too_late_reads_again_and_leaves_its_new_grants() {
    let office = Office::open().await;
    let it = &DELETABLE[4];
    office.create(it).await;
    office.delete(it, 1).await;
    let store = &office.company.stack.app.store;
    let too_late = store.deleted::<Menu>(1).await.unwrap();
    office.restore("menu", 1).await.ok();
    office.post("/api/user/usermenu", json!({ "user_id": 3, "menu": [1] })).await.ok();
    let before = office.company.stack.dump().await;
    let mut write = Write::new(Author::SYSTEM);
    let refused = Menu::restore(store, &mut write, &too_late).await;
    assert!(matches!(refused, Err(Error::Stale)), "{refused:?}");
    // The same between its look at the name and the grants.
    let refused = drop_grants(store, &too_late).await;
    assert!(matches!(refused, Err(Error::Stale)), "{refused:?}");
    assert_eq!(office.company.stack.dump().await, before);
}

#[tokio::test]
async fn grants_that_change_while_a_menu_comes_back_do_not_bring_it_along() {
    let office = Office::open().await;
    let it = &DELETABLE[4];
    office.create(it).await;
    for round in 0..6 {
        for user in 1..=4 {
            office.post("/api/user/usermenu", json!({ "user_id": user, "menu": [1] })).await.ok();
        }
        office.delete(it, 1).await;
        // A form that was loaded before the deletion sends the menu again.
        let forms = join_all(
            (1..=4).map(|user| office.post("/api/user/usermenu", json!({ "user_id": user, "menu": [1, 2] }))),
        );
        let (forms, restored) = futures_util::future::join(forms, office.restore("menu", 1)).await;
        restored.ok();
        let granted = office.get("/api/user/usermenu").await.ok().clone();
        for (form, row) in forms.iter().zip(granted.as_array().unwrap()) {
            let has = row["menu"].as_array().unwrap().iter().any(|menu| menu["id"] == 1);
            // One that came after the restore is a new grant, as any.
            assert!(!has || form.status == 200, "{round}: {row}");
        }
        office.company.stack.verify_records().await;
    }
}
