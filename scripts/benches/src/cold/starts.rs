//! What each function is started with.

use super::Function;
use crate::deployed::{request, scheduled};
use crate::operations::{FIRST_CALLS, writes};
use anyhow::{Context, Result};
use demo::{ADMIN_PASSWORD, ADMIN_PHONE};
use serde_json::{Value, json};

/// What a start with a list is called.
pub const LIST: &str = "list";
/// The first call of `file`, which reads nothing of the table that has no file behind it.
const ANNOUNCE: &str = "POST /api/file/file";

/// A function as it is started.
pub struct Start<'a> {
    pub function: &'a Function,
    pub what: &'static str,
    pub event: String,
    /// Another event, after all that is timed: what needs the most memory.
    pub heavy: Option<String>,
}

/// Every function, the least of them first: with what it reads least, and with a list if it has one.
pub fn starts<'a>(functions: &'a [Function], token: &str) -> Result<Vec<Start<'a>>> {
    let mut starts = Vec::new();
    for function in functions {
        let name = function.name.as_str();
        let mut start = |what, event| {
            let heavy = if what == LIST { heavy(name, token)? } else { None };
            starts.push(Start { function, what, event, heavy });
            Ok::<_, anyhow::Error>(())
        };
        match (name, FIRST_CALLS.iter().find(|(other, _)| *other == name)) {
            (_, Some((_, [least, list]))) => {
                start("", request(least.0, least.1, None, token)?)?;
                start(LIST, request(list.0, list.1, None, token)?)?;
            }
            ("sweeper", None) => start("", scheduled())?,
            ("file", None) => start("", request(ANNOUNCE, "", Some(&announcement()?), token)?)?,
            ("console", None) => start("", request("GET /", "", None, token)?)?,
            (_, None) => start("", request("GET /api/health", "", None, token)?)?,
        }
    }
    Ok(starts)
}

/// The file that the benches announce.
fn announcement() -> Result<Value> {
    let announced = writes(0).into_iter().find(|(operation, ..)| *operation == ANNOUNCE);
    Ok(announced.context("no file is announced")?.2)
}

/// The event for which a function needs the most memory: a hash of a password, a union of as many organizations as one may
/// ask for.
fn heavy(function: &str, token: &str) -> Result<Option<String>> {
    let union = || format!("organization_ids={:?}&count=100", (1..=100).collect::<Vec<_>>());
    let login = || json!({ "phoneNumber": ADMIN_PHONE, "password": ADMIN_PASSWORD });
    Ok(Some(match function {
        "contract" => request("GET /api/contract/contract", &union(), None, token)?,
        "stats" => request("GET /api/stats/sign", &union(), None, token)?,
        "user" => request("POST /api/user/login", "", Some(&login()), token)?,
        _ => return Ok(None),
    }))
}
