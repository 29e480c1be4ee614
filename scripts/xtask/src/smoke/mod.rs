//! Does what was deployed work? Asked from outside, through the gateway.

pub mod alike;
mod asking;
mod client;
mod story;

pub use asking::Asking;
pub use client::{Answer, Client};
pub use story::{every_operation, filled};

use anyhow::{Result, bail, ensure};
use serde_json::json;
use testing::template::{Route, Template};

use crate::admin::Admin;

/// The page of the console.
const CONSOLE: &str = "/";

/// The check of a company that is alive. With an admin, everything is read that can be; nothing is written but their
/// session, which their sign-out ends again, with all others that they have.
pub fn live(url: &str, template: &Template, admin: Option<&Admin>) -> Result<()> {
    let anybody = Client::new(url);
    strangers(&anybody, template)?;
    let Some(admin) = admin else { return Ok(()) };
    let signed_in = anybody.signed_in(admin)?;
    let reads = template.routes.iter().filter(|route| route.method == "GET" && is_envelope(route));
    let template = signed_in.send("GET", story::TEMPLATE, None)?;
    ensure!(template.status == 200, "{template}");
    // What has a name in its path is read by whoever knows one.
    for route in reads.filter(|route| !route.path.contains('{')) {
        let query = story::QUERIES.iter().find(|(path, _)| *path == route.path);
        let path = query.map_or(route.path.clone(), |(path, query)| format!("{path}?{query}"));
        match story::OF_ONE.contains(&route.path.as_str()) {
            true => found_or_not(&signed_in, &path)?,
            false => drop(signed_in.get(&path)?),
        }
    }
    signed_in.post("/api/user/logout", json!({ "phoneNumber": admin.phone }))?;
    signed_in.send("GET", "/api/user/menu", None)?.refused(401, "session_required")?;
    Ok(())
}

/// What is about one record, which a new company does not have.
fn found_or_not(signed_in: &Client, path: &str) -> Result<()> {
    let answer = signed_in.send_json(path)?;
    if answer.status != 200 {
        answer.refused(404, "not_found")?;
    }
    Ok(())
}

/// What everybody may know without a session.
fn strangers(anybody: &Client, template: &Template) -> Result<()> {
    anybody.get("/api/health")?.has("/data/version", env!("CARGO_PKG_VERSION"))?;
    anybody.send("GET", "/api/no/such/path", None)?.refused(404, "path_not_found")?;
    anybody.send("GET", "/no/such/path", None)?.refused(404, "path_not_found")?;
    let wrong = anybody.send("DELETE", "/api/user/menu", None)?.refused(405, "method_not_allowed")?;
    let allow = wrong.headers.get("allow").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let allow: Vec<_> = allow.split(',').map(str::trim).collect();
    let as_it_is = allow.contains(&"GET") && allow.contains(&"POST") && !allow.contains(&"DELETE");
    ensure!(as_it_is, "{wrong}, and the header Allow names {allow:?}");
    anybody.send("GET", "/api/user/menu", None)?.refused(401, "session_required")?;
    for Route { path, .. } in
        template.routes.iter().filter(|route| is_reference(route) || route.path == CONSOLE)
    {
        let answer = anybody.send("GET", path, None)?;
        ensure!(answer.status == 200, "GET {path} answered HTTP {}", answer.status);
    }
    Ok(())
}

/// Whether it answers in the envelope.
fn is_envelope(route: &Route) -> bool {
    route.is_of_api() && !is_reference(route) && !story::TEMPLATE.starts_with(&route.path)
}

/// Whether it is a part of the API reference, which answers no envelope.
fn is_reference(route: &Route) -> bool {
    route.path == "/api/openapi.json" || route.path.starts_with("/api/docs")
}

/// Fails if an operation of the route table was not among those that went well.
fn all_were_done(client: &Client, template: &Template) -> Result<()> {
    let done = client.done();
    let mut routes = template.routes.iter().filter(|route| is_envelope(route));
    let is_done =
        |route: &&Route| done.iter().any(|(method, path)| *method == route.method && route.is_at(path));
    match routes.find(|route| !is_done(route)) {
        None => Ok(()),
        Some(Route { method, path, .. }) => {
            bail!("{method} {path} is in template.yaml, and the story in smoke/story.rs does not use it")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_that_the_story_does_not_use_is_named() {
        let nobody = Client::new("http://127.0.0.1:1");
        let forgotten = all_were_done(&nobody, &Template::read().unwrap()).unwrap_err().to_string();
        assert!(forgotten.starts_with("GET /api/contract/contract is in template.yaml"), "{forgotten}");
    }

    #[test]
    fn an_api_that_is_not_there_is_told_with_the_operation() {
        let gone = live("http://127.0.0.1:1", &Template::read().unwrap(), None).unwrap_err();
        assert!(format!("{gone:#}").starts_with("GET /api/health: no answer: "), "{gone:#}");
    }
}
