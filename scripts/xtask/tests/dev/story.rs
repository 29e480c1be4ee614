//! What a newcomer does on the first day, up to starting it again on the second.

use std::fs;

use serde_json::{Value, json};

use crate::{
    client::{ADMIN, Client, STAFF},
    running::{Dev, Folder},
};

const NEW_PASSWORD: &str = "a longer secret";
const COLLEAGUE: [&str; 2] = ["13900000001", "colleague's own"];

/// The keys in the interface list's example of a login.
const LOGIN_KEYS: [&str; 19] = [
    "phoneNumber",
    "user_id",
    "realName",
    "number",
    "nickName",
    "headImageUrl",
    "sex",
    "birthday",
    "title",
    "address",
    "school",
    "education",
    "entryTime",
    "officialTime",
    "resignTime",
    "lastLoginTime",
    "status",
    "session",
    "sid",
];

#[test]
fn end_to_end_a_newcomer_finds_everything_again_and_no_secret_is_logged_or_stored() {
    let data = Folder::new("story");
    let arguments = ["--data", data.path(), "--no-watch"];

    let dev = Dev::start_logging("debug", "story", &arguments);
    let (admin, mut secrets) = first_day(&Client::of(&dev));
    let left = admin.everything();
    let said = dev.stop();
    assert!(said.contains("loading demo data"));
    assert_tells_no_secret(&said, &secrets);

    let dev = Dev::start("story", &arguments);
    let admin = Client::of(&dev).with(admin.token.as_ref().unwrap());
    assert_eq!(admin.everything(), left);
    secrets.extend(second_day(&admin, &left));
    let said = dev.stop();
    assert!(!said.contains("loading demo data"));
    assert_tells_no_secret(&said, &secrets);

    let stored = fs::read_dir(data.path()).unwrap().map(|file| file.unwrap().path());
    // Nobody has uploaded a file.
    let stored: Vec<_> = stored.filter(|path| path.is_file()).collect();
    let stored: Vec<u8> = stored.iter().flat_map(|file| fs::read(file).unwrap()).collect();
    let stored = |text: &str| stored.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(stored(COLLEAGUE[0]), "what is stored can be found");
    secrets.iter().for_each(|secret| assert!(!stored(secret), "{secret} is stored"));
}

/// Uses every route. Answers the admin, signed in, and all tokens and passwords that were used.
fn first_day(anybody: &Client) -> (Client, Vec<String>) {
    let answer = anybody.sign_in(ADMIN);
    assert_eq!(answer.body["msg"], "登陆成功");
    LOGIN_KEYS.iter().for_each(|key| assert!(answer.ok().get(key).is_some(), "{key}"));
    assert_eq!(answer.ok()["lastLoginTime"], Value::Null);
    let admin = anybody.with(answer.ok()["session"].as_str().unwrap());
    let elsewhere = anybody.signed_in(ADMIN);

    let menus = admin.all("/api/user/menu");
    assert_eq!(menus.len(), 5);
    let menu = |body: Value| admin.post("/api/user/menu", body);
    let kept = menu(json!({ "name": "线索", "content": "新的线索", "note": "试用" })).ok()["id"].clone();
    let gone = menu(json!({ "name": "临时" })).ok()["id"].clone();
    menu(json!({ "menu_id": kept, "name": "线索池" })).ok();
    admin.post("/api/user/usermenu", json!({ "user_id": 2, "menu": [1, kept, gone] })).ok();
    menu(json!({ "menu_id": gone })).ok();
    let listed = admin.all("/api/user/menu");
    assert_eq!(listed[..5], menus[..]);
    assert_eq!(listed.len(), 6);
    let texts = ["name", "content", "note"].map(|key| listed[5][key].as_str().unwrap());
    assert_eq!((&listed[5]["id"], texts), (&kept, ["线索池", "新的线索", "试用"]));
    let granted = admin.get("/api/user/usermenu?user_id=2");
    let granted = granted.ok()[0]["menu"].as_array().unwrap();
    assert_eq!(granted.iter().map(|menu| &menu["id"]).collect::<Vec<_>>(), [&json!(1), &kept]);

    assert_eq!(admin.all("/api/user/user").len(), 40);
    let [phone, password] = COLLEAGUE;
    admin.post("/api/user/user", json!({ "phoneNumber": phone, "password": password })).ok();
    let employees = admin.all("/api/user/user");
    assert_eq!((employees.len(), &employees[40]["phoneNumber"]), (41, &json!(phone)));

    let change = json!({ "old_password": ADMIN[1], "new_password": NEW_PASSWORD });
    admin.post("/api/user/password", change).ok();
    anybody.sign_in(ADMIN).refused(401, "login_failed");
    elsewhere.get("/api/user/menu").refused(401, "session_required");
    admin.get("/api/user/menu").ok();

    let staff = anybody.signed_in(STAFF);
    let answer = staff.post("/api/user/logout", json!({ "phoneNumber": STAFF[0] }));
    assert_eq!((answer.status, &answer.body["msg"]), (200, &json!("登出成功")));
    staff.get("/api/user/menu").refused(401, "session_required");

    let tokens = [&admin, &elsewhere, &staff].map(|client| client.token.clone().unwrap());
    let passwords = [ADMIN[1], NEW_PASSWORD, STAFF[1], COLLEAGUE[1]].map(str::to_owned);
    (admin, [tokens.to_vec(), passwords.to_vec()].concat())
}

/// Goes on where the first day ended, with the same session. Answers the tokens that came since.
fn second_day(admin: &Client, [menus, ..]: &[Vec<Value>; 3]) -> Vec<String> {
    admin.sign_in(ADMIN).refused(401, "login_failed");
    let again = admin.signed_in([ADMIN[0], NEW_PASSWORD]);
    let colleague = admin.signed_in(COLLEAGUE);
    let new = again.post("/api/user/menu", json!({ "name": "第二天" })).ok()["id"].as_u64();
    assert!(new > menus.last().unwrap()["id"].as_u64(), "an id was used again");
    admin.post("/api/user/logout", json!({ "phoneNumber": ADMIN[0] })).ok();
    again.get("/api/user/menu").refused(401, "session_required");
    colleague.get("/api/user/menu").ok();
    [again, colleague].map(|client| client.token.unwrap()).to_vec()
}

fn assert_tells_no_secret(said: &str, secrets: &[String]) {
    assert!(said.contains(r#"path="/api/user/login" status=200"#), "the functions log what they answer");
    secrets.iter().for_each(|secret| assert!(!said.contains(secret.as_str()), "{secret} is in the log"));
}
