//! `/api/user/me`.

use serde_json::{Value, json};
use shared::model::Role;
use testing::{ADMIN_PHONE, PASSWORD, Stack};

const PATH: &str = "/api/user/me";
const PHONE: &str = "15331761337";

#[tokio::test]
async fn it_is_the_employee_as_in_the_list_of_grants_with_the_areas_that_they_may_enter() {
    let stack = Stack::start().await;
    stack.admin().await;
    let id = stack.employee(PHONE, Role::Staff).await;
    let client = stack.client(user::FUNCTION);
    let admin = client.signed_in(ADMIN_PHONE, PASSWORD).await;
    let staff = client.signed_in(PHONE, PASSWORD).await;
    let open = json!(["customers", "record", "feedback", "contract", "stats"]);
    let all = json!(["customers", "record", "feedback", "contract", "stats", "export", "import"]);
    let areas =
        async || (staff.get(PATH).await.ok()["areas"].clone(), admin.get(PATH).await.ok()["areas"].clone());
    assert_eq!(
        areas().await,
        (open, all.clone()),
        "what no menu claims is open, but for exports and imports"
    );

    for (name, area) in [("合同", Some("contract")), ("统计", Some("stats")), ("其他", None)] {
        admin.post("/api/user/menu", json!({ "name": name, "area": area })).await.ok();
    }
    assert_eq!(areas().await, (json!(["customers", "record", "feedback"]), all.clone()));
    admin.post("/api/user/usermenu", json!({ "user_id": id, "menu": [3, 1] })).await.ok();
    assert_eq!(areas().await, (json!(["customers", "record", "feedback", "contract"]), all.clone()));

    let me = staff.get(PATH).await;
    let mut row = admin.get(&format!("/api/user/usermenu?user_id={id}")).await.ok()[0].clone();
    row["areas"] = json!(["customers", "record", "feedback", "contract"]);
    assert_eq!(me.ok(), &row);
    let cost = me.cost();
    assert!(cost.rcu <= 6.0 && cost.depth == 1, "{cost:?}");

    admin.post("/api/user/menu", json!({ "menu_id": 1, "open_area": true })).await.ok();
    let me = staff.get(PATH).await;
    let names: Vec<&Value> = me.ok()["menu"].as_array().unwrap().iter().map(|menu| &menu["name"]).collect();
    assert_eq!(names, [&json!("其他")], "a menu that was deleted is nobody's");
    assert_eq!(
        me.ok()["areas"],
        json!(["customers", "record", "feedback", "contract"]),
        "and claims nothing"
    );
}
