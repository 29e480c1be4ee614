//! Names and phone numbers that differ by their spelling alone. Version 0.1 told them apart.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::Client;
use crate::admin::Admin;

const PASSWORD: &str = "different spelling";
const PHONES: [&str; 2] = ["139 8702 2559", "13987022559"];
const NAMES: [&str; 2] = ["ABC", "abc"];

/// Makes employees, menus and organizations of each spelling. Answers the employees that the version takes, who can all sign
/// in; one that does not tell them apart takes the first alone.
pub fn write(boss: &Client) -> Result<Vec<Admin>> {
    let mut employees = Vec::new();
    for phone in PHONES {
        let body = json!({ "phoneNumber": phone, "password": PASSWORD, "nickName": "同号" });
        if taken(boss, "/api/user/user", body)? {
            employees.push(Admin { phone: phone.to_owned(), password: PASSWORD.to_owned() });
        }
    }
    for name in NAMES {
        taken(boss, "/api/user/menu", json!({ "name": name }))?;
        taken(boss, "/api/customers/organization", json!({ "groupName": name }))?;
    }
    Ok(employees)
}

/// Whether it was taken, and not refused because of another.
fn taken(boss: &Client, path: &str, body: Value) -> Result<bool> {
    let answer = boss.send("POST", path, Some(body))?;
    ensure!([200, 409].contains(&answer.status), "{answer}");
    Ok(answer.status == 200)
}
