//! A picture, an export and an import: what goes past the functions, from and to the bucket.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::paths::{CUSTOMER, JOB, REPORT, TEMPLATE};
use crate::jobs::is_at_work;
use crate::smoke::{Answer, Client};

/// The smallest picture that there is.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

/// Uploads a picture as a browser does, gives it to a customer, and looks at it.
pub fn files(boss: &Client, customer: u64) -> Result<()> {
    let body = json!({ "name": "演练 头像.png", "size": PNG.len(), "content_type": "image/png" });
    let announced = boss.post("/api/file/file", body)?;
    let refused = |what: &str, announced: &Answer, change: Option<(&str, &str)>, file: &[u8]| {
        let status = boss.send_form(announced, change, file)?;
        ensure!((400..500).contains(&status), "{what}: the storage answered HTTP {status}");
        Ok(())
    };
    refused("a byte too many", &announced, None, &[PNG, b"!"].concat())?;
    refused("another type", &announced, Some(("Content-Type", "text/html")), PNG)?;
    refused("another key", &announced, Some(("key", "files/another")), PNG)?;
    let sent = boss.send_form(&announced, None, PNG)?;
    ensure!(sent == 204, "a picture: the storage answered HTTP {sent}");
    let url = announced.body.pointer("/data/url").and_then(Value::as_str).context("no address")?;
    boss.post(CUSTOMER, json!({ "customers_id": customer, "avatar": url }))?;
    let path = url.find("/api/file/").and_then(|at| url.get(at..)).context("an address of no file")?;
    let shown = boss.send("GET", path, None)?;
    ensure!(shown.status == 302, "{shown}");
    boss.signed_out().send("GET", path, None)?.refused(401, "session_required")?;
    let found = boss.get_json(path)?;
    let location = found.body.pointer("/data/url").and_then(Value::as_str).context("no location")?;
    let (kind, bytes) = boss.fetch(location)?;
    ensure!(kind == "image/png" && bytes == PNG, "the picture came back as {kind}, {} bytes", bytes.len());
    Ok(())
}

/// Exports a customer, and begins to do so once more, which nobody wants.
pub fn exports(boss: &Client, customer: u64) -> Result<()> {
    let body = json!({ "kind": "customers", "customers_id": customer });
    let begin = || boss.post("/api/transfer/export", body.clone())?.number("/data/job_id");
    let job = begin()?;
    let done = boss.get(&format!("{JOB}?job_id={job}"))?;
    done.has("/data/0/state", "done")?.has("/data/0/done_rows", 1)?;
    let url = done.body.pointer("/data/0/url").and_then(Value::as_str).context("no address")?;
    let (kind, bytes) = boss.fetch(url)?;
    let text = String::from_utf8(bytes)?;
    ensure!(kind.starts_with("text/csv") && text.contains("李四"), "the export came as {kind}: {text}");
    let unwanted = begin()?;
    boss.post("/api/transfer/stop", json!({ "job_id": unwanted }))?;
    boss.get(JOB)?.row(unwanted)?.has("/state", "stopped")?;
    boss.get("/api/history/log?kind=job")?.has("/data/0/id", unwanted)?.has("/data/0/action", "edit")?;
    Ok(())
}

/// Imports a file with one good row and one that says why it is not, and takes it back.
pub fn imports(boss: &Client, nth: u8) -> Result<()> {
    let file = format!("姓名,手机号,单位\n导入,1390000{nth}777,导入的单位{nth}\n,1.39E+10,\n");
    let template = boss.send("GET", TEMPLATE, None)?;
    ensure!(template.status == 200, "{template}");
    let body = json!({ "kind": "customers", "name": "客户.csv", "size": file.len() });
    let announced = boss.post("/api/transfer/import", body)?;
    let job = announced.number("/data/job_id")?;
    let sent = boss.send_form(&announced, None, file.as_bytes())?;
    ensure!(sent == 204, "a file to import: the storage answered HTTP {sent}");
    let act = |act: &str| -> Result<Answer> {
        boss.post(&format!("/api/transfer/{act}"), json!({ "job_id": job }))?;
        loop {
            let row = boss.get(&format!("{JOB}?job_id={job}"))?;
            if !row.body.pointer("/data/0").is_some_and(is_at_work) {
                return Ok(row);
            }
        }
    };
    act("check")?.has("/data/0/check/good", 1)?.has("/data/0/check/bad", 1)?;
    act("run")?.has("/data/0/state", "done")?.has("/data/0/created", 1)?.has("/data/0/failed_rows", 1)?;
    boss.get(&format!("{CUSTOMER}?phoneNumber=1390000{nth}777"))?.has("/page_info/total", 1)?;
    let report = boss.get_json(&format!("{REPORT}?job_id={job}"))?;
    let url = report.body.pointer("/data/url").and_then(Value::as_str).context("no address")?;
    let (_, bytes) = boss.fetch(url)?;
    ensure!(String::from_utf8(bytes)?.contains("1.39E+10"), "the row is not in the report");
    act("undo")?.has("/data/0/state", "undone")?;
    boss.get(&format!("{CUSTOMER}?phoneNumber=1390000{nth}777"))?.has("/page_info/total", 0)?;
    Ok(())
}
