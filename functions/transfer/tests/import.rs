//! Files become records, and every row is accounted for.

use crate::importing::{counts, csv, tally};
use crate::office::{EXPORT, Office, list};
use lambda_http::http::StatusCode;
use serde_json::{Value, json};
use shared::jobs::resume;
use std::collections::BTreeSet;
use std::time::Duration;
use testing::Stack;
use transfer::Transfers;

/// A file of customers with one of each trouble.
fn troubled() -> Vec<u8> {
    csv(&[
        "客户名单,,,,,,",
        "姓名,手机号,公司,职务,性别,负责人,备用",
        "王一,138 0013 8001,云南耳尖,经理,男,小耳尖,x",
        "李二,13800138002,新公司,,女,13577133928,",
        "张三,13800138003,新公司,经理,未知,,",
        ",,,,,,",
        "赵四,138-0013-8003,新公司,经理,,,",
        "钱五,1.39E+10,,,中,没有的人,",
        ",,只有单位,,,,",
        "孙六,,另一个公司,,,,",
        "孙六,,另一个公司,,,,",
    ])
}

#[tokio::test]
async fn a_file_is_checked_imported_reported_and_taken_back() {
    let office = Office::start().await;
    let dump = office.company.stack.dump().await;
    let (id, row) = office.checked("customers", &troubled(), json!({})).await;
    assert_eq!(row["state"], "ready", "{row}");
    assert_eq!((row["rows"].as_u64(), counts(&row)), (Some(8), [4, 2, 2, 2]), "{}", row["check"]);
    let check = &row["check"];
    assert_eq!((&check["head_row"], &check["sheet"]), (&json!(2), &json!(null)));
    let fields: Vec<_> = check["columns"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    let expected = json!(["realName", "phoneNumber", "organization_id", "job", "sex", "owner_id", null]);
    assert_eq!(json!(fields), expected);
    assert_eq!(
        check["rows"][0],
        json!({ "row": 3, "values": {
            "realName": "王一", "phoneNumber": "138 0013 8001", "organization_id": "云南耳尖",
            "job": "经理", "sex": "1", "owner_id": 2,
        } })
    );
    let problems: Vec<_> = check["problems"].as_array().unwrap().iter().map(problem).collect();
    assert_eq!(
        problems,
        [
            "7 null  与第5行重复",
            "8 \"B\" 手机号 手机号变成了科学计数法，已经不完整：请在表格里把这一列设为文本，重新填写",
            "8 \"E\" 性别 性别只能是未知、男、女",
            "8 \"F\" 负责人 没有手机号、工号或姓名是“没有的人”的员工",
            "9 null  昵称、姓名、手机号至少填写一个",
            "11 null  与第10行重复",
        ]
    );
    // Nothing but the job was written.
    let without_jobs = |dump: String| dump.lines().filter(|line| !line.contains("JOB")).count();
    assert!(without_jobs(office.company.stack.dump().await) <= without_jobs(dump) + 12);

    office.act("run", id, json!({})).await;
    let row = office.rest(id).await;
    assert_eq!((&row["state"], tally(&row)), (&json!("done"), [4, 0, 2, 2]), "{row}");
    let customers = office.at(list("customers").path);
    let path = list("customers").path;
    let new = customers.get(&format!("{path}?q=1380013800")).await;
    let names: BTreeSet<_> = new.ok().as_array().unwrap().iter().map(|row| text(&row["realName"])).collect();
    assert_eq!(names, BTreeSet::from(["王一", "李二", "张三"].map(str::to_owned)));
    let owned = customers.get(&format!("{path}?q=13800138002")).await.ok()[0].clone();
    assert_eq!((&owned["owner_id"], &owned["organization"]), (&json!(3), &json!("新公司")));
    let pool = customers.get(&format!("{path}?q=13800138003")).await.ok()[0].clone();
    assert_eq!((&pool["owner_id"], &pool["creator"]["user_id"]), (&json!(null), &json!(2)));

    let report = office.report(id).await;
    assert_eq!(report[0], ["姓名", "手机号", "公司", "职务", "性别", "负责人", "备用", "未导入的原因"]);
    assert_eq!(report.len(), 3);
    assert_eq!(report[2][7], "第9行：昵称、姓名、手机号至少填写一个");
    // The same file again makes nothing.
    let (again, row) = office.import("customers", &troubled(), json!({})).await;
    assert_eq!(tally(&row), [0, 0, 6, 2], "{row}");
    assert_ne!(again, id);
    office.company.stack.verify_records().await;

    // Somebody has edited one meanwhile: it stays, and so does its organization.
    let edited = json!({ "customers_id": owned["id"], "job": "总监" });
    let admin = office.at(path).with("session", &office.company.stack.session(1).await);
    admin.post(path, edited).await.ok();
    let row = office.undo(id).await;
    assert_eq!(
        (&row["state"], &row["message"]),
        (&json!("undone"), &json!("有2条没有收回，原因在报告里，其余的都收回了"))
    );
    let left = customers.get(&format!("{path}?q=1380013800")).await;
    assert_eq!(left.ids(), [owned["id"].as_u64().unwrap()]);
    let report = office.report(id).await;
    let reasons: Vec<_> = report.iter().skip(1).map(|row| format!("{} {}", row[1], row[2])).collect();
    assert_eq!(reasons, ["李二 导入以后有人修改过", "新公司 还有1个客户和0个合同属于这个单位"]);
    let organizations = office.at("/api/customers/organization");
    let live = organizations.get("/api/customers/organization?status=1&name=新公司").await;
    assert_eq!(live.page().0, 1);
    // The numbers are free again.
    let free = json!({ "realName": "新", "phoneNumber": "13800138003" });
    customers.post(path, free).await.ok();
    office.company.stack.verify_records().await;
}

fn problem(problem: &Value) -> String {
    format!(
        "{} {} {} {}",
        problem["row"],
        problem["column"],
        text(&problem["heading"]),
        text(&problem["msg"])
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_is_there_already_is_skipped_updated_or_refused() {
    let office = Office::start().await;
    let first = csv(&["姓名,手机号,职务", "王一,13800138001,经理", "李二,13800138002,经理"]);
    office.import("customers", &first, json!({})).await;
    let second = csv(&["手机号,职务,姓名", "13800138001,,王壹", "13800138002,总监,", "13800138003,,张三"]);
    let (id, row) = office.import("customers", &second, json!({ "on_duplicate": "refuse" })).await;
    assert_eq!(tally(&row), [1, 0, 0, 2], "{row}");
    // The report goes in once the company says otherwise.
    let report = office.report_file(id).await;
    let (_, row) = office.import("customers", &report, json!({ "on_duplicate": "update" })).await;
    assert_eq!(tally(&row), [0, 2, 0, 0], "{row}");
    let path = list("customers").path;
    let rows = office.at(path).get(&format!("{path}?q=1380013800")).await;
    let mut shown: Vec<_> =
        rows.ok().as_array().unwrap().iter().map(|it| (text(&it["realName"]), text(&it["job"]))).collect();
    shown.sort();
    let expected = [("张三", ""), ("李二", "总监"), ("王壹", "经理")];
    assert_eq!(shown, expected.map(|(name, job)| (name.to_owned(), job.to_owned())));
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn whoever_may_not_change_a_customer_does_not_by_a_file() {
    let office = Office::start().await;
    let path = list("customers").path;
    let body = json!({ "realName": "王一", "phoneNumber": "13800138001", "owner_id": 3 });
    let admin = office.at(path).with("session", &office.company.stack.session(1).await);
    admin.post(path, body).await.ok();
    let file = csv(&["姓名,手机号", "王壹,13800138001"]);
    let (id, row) = office.import("customers", &file, json!({ "on_duplicate": "update" })).await;
    assert_eq!(tally(&row), [0, 0, 0, 1]);
    assert_eq!(office.report(id).await[1][2], "第2行：只有负责人和管理员可以改动");
}

#[tokio::test]
async fn a_mapping_says_what_headings_do_not() {
    let office = Office::start().await;
    let file = csv(&["甲,乙,丙", "1,王一,13800138001", "2,李二,13800138002"]);
    let (id, row) = office.checked("customers", &file, json!({})).await;
    assert_eq!(
        (&row["state"], text(&row["message"])),
        (&json!("waiting"), "没有认出任何一列：请检查第一行的标题，或者指定每列对应的字段".to_owned())
    );
    let headings: Vec<_> = row["check"]["columns"].as_array().unwrap().iter().collect();
    let column = |column, heading| json!({ "column": column, "heading": heading, "field": null });
    assert_eq!(headings, [&column("A", "甲"), &column("B", "乙"), &column("C", "丙")]);
    office.act("check", id, json!({ "mapping": ",realName,phoneNumber" })).await;
    assert_eq!(counts(&office.rest(id).await), [2, 0, 0, 0]);
    for (mapping, message) in
        [("realName,realName", "realName对应了两列"), ("x", "没有x这个字段"), ("a,b,c,d", "文件只有3列")]
    {
        office.act("check", id, json!({ "mapping": mapping })).await;
        let row = office.rest(id).await;
        assert_eq!((&row["state"], text(&row["message"])), (&json!("waiting"), message.to_owned()));
    }
}

#[tokio::test]
async fn nobody_does_what_a_job_is_not_ready_for_or_not_theirs() {
    let office = Office::start().await;
    let client = &office.company.client;
    let announced =
        client.post("/api/transfer/import", json!({ "kind": "contract", "name": "a.csv", "size": 9 })).await;
    let id = announced.ok()["job_id"].clone();
    for act in ["check", "run", "undo"] {
        let path = format!("/api/transfer/{act}");
        client.post(&path, json!({ "job_id": id })).await.refused_field("job_id");
        client.post(&path, json!({})).await.refused_field("job_id");
        client.post(&path, json!({ "job_id": 99 })).await.refused(StatusCode::NOT_FOUND, "not_found");
        let other = office.other(3).await;
        other.post(&path, json!({ "job_id": id })).await.refused(StatusCode::NOT_FOUND, "not_found");
        let stranger = office.other(4).await;
        stranger.post(&path, json!({ "job_id": id })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    }
    client
        .get(&format!("/api/transfer/report?job_id={id}"))
        .await
        .refused(StatusCode::NOT_FOUND, "not_found");
    for (body, field) in [
        (json!({ "kind": "follow", "name": "a", "size": 1 }), "kind"),
        (json!({ "kind": "customers", "size": 1 }), "name"),
        (json!({ "kind": "customers", "name": "a", "size": 0 }), "size"),
        (json!({ "kind": "customers", "name": "a", "size": 52_428_801 }), "size"),
    ] {
        client.post("/api/transfer/import", body).await.refused_field(field);
    }
    let export = office.begin(json!({ "kind": "customers" })).await;
    client
        .post("/api/transfer/check", json!({ "job_id": export }))
        .await
        .refused(StatusCode::NOT_FOUND, "not_found");
    let (done, _) = office.import("customers", &troubled(), json!({})).await;
    for act in ["check", "run"] {
        client.post(&format!("/api/transfer/{act}"), json!({ "job_id": done })).await.refused_field("job_id");
    }
    client.post("/api/transfer/stop", json!({ "job_id": id })).await.ok();
    assert_eq!(office.rest(u32::try_from(id.as_u64().unwrap()).unwrap()).await["state"], "stopped");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_another_may_be_uploaded() {
    let office = Office::start().await;
    for (file, message) in [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on".to_vec(), "xls"),
        (b"\xef\xbb\xbf   \r\n".to_vec(), "空"),
        (csv(&["姓名,手机号"]), "只有标题"),
    ] {
        let (_, row) = office.checked("customers", &file, json!({})).await;
        assert_eq!(row["state"], "waiting", "{row}");
        assert!(text(&row["message"]).contains(message) && row["check"].is_null(), "{row}");
    }
}

#[tokio::test]
async fn a_check_writes_nothing_but_the_job() {
    let stack = Stack::embedded().await.with_storage().await;
    let office = Office::of(stack).await;
    let lines: Vec<_> = (0..5000).map(|n| format!("客户{n},139{n:08},单位{}", n % 40)).collect();
    let file = format!("姓名,手机号,单位\n{}", lines.join("\n"));
    let id = office.announce("customers", file.as_bytes()).await;
    let begin = office.company.client.post("/api/transfer/check", json!({ "job_id": id })).await;
    let mut wcu = begin.cost().wcu;
    let row = loop {
        let answer = office.company.client.get(&format!("/api/transfer/job?job_id={id}")).await;
        wcu += answer.cost().wcu;
        let row = answer.ok()[0].clone();
        if row["state"] != "checking" {
            break row;
        }
    };
    assert_eq!(counts(&row), [5000, 0, 0, 40]);
    println!("a check of 5,000 rows: {wcu} WCU");
    assert!(wcu <= 60.0, "{wcu} WCU");
}

#[tokio::test]
async fn where_nobody_asks_the_sweeper_goes_on() {
    let office = Office::start().await;
    let id = office.announce("customers", &troubled()).await;
    let transfers = Transfers::new(office.store(), &office.bucket);
    let sweep = async || resume(office.store(), &transfers, Duration::from_secs(30)).await.unwrap();
    sweep().await;
    office.act("check", id, json!({})).await;
    sweep().await;
    office.act("run", id, json!({})).await;
    sweep().await;
    let row = office.rest(id).await;
    assert_eq!((&row["state"], tally(&row)), (&json!("done"), [4, 0, 2, 2]));
    office.act("undo", id, json!({})).await;
    sweep().await;
    assert_eq!(office.rest(id).await["message"], "全部收回了");
    let calls = office.storage().calls();
    sweep().await;
    assert_eq!(office.storage().calls(), calls, "nothing is left to do");
}

#[tokio::test]
async fn whoever_is_forgotten_is_in_no_file_that_was_imported() {
    let office = Office::start().await;
    let file = csv(&["姓名,手机号", "赵丽萍,13800138001", "没有号码的赵丽萍,1.39E+10"]);
    let (done, _) = office.import("customers", &file, json!({})).await;
    let (ready, _) = office.checked("customers", &file, json!({})).await;
    let erase = "/api/history/erase";
    let admin = office.at(erase).with("session", &office.company.stack.session(1).await);
    let found = office.at(list("customers").path).get("/api/customers/customers?q=13800138001").await;
    for id in [2, found.ids()[0]] {
        while admin.post(erase, json!({ "customers_id": id })).await.ok()["left"] != 0 {}
    }
    assert_eq!(office.bucket.list("imports/").await.unwrap(), []);
    assert_eq!(office.rest(ready).await["state"], "stopped");
    assert!(!office.company.stack.dump().await.contains("赵丽萍"));
    assert_eq!(office.undo(done).await["state"], "undone");
    office.company.stack.verify_records().await;
}

#[tokio::test]
async fn what_is_exported_is_imported_into_an_empty_company_as_it_was() {
    for kind in ["organization", "customers", "contract"] {
        for format in ["csv", "xlsx"] {
            let from = Office::with(kind, 60, 11).await;
            let to = Office::start().await;
            // Customers and contracts need the organizations.
            for kind in BTreeSet::from(["organization", kind]).into_iter().rev() {
                let on_duplicate = if kind == "organization" { "skip" } else { "create" };
                let id = from.begin(json!({ "kind": kind, "format": format, "status": status(kind) })).await;
                let (_, row) =
                    to.import(kind, &from.file(id).await, json!({ "on_duplicate": on_duplicate })).await;
                assert_eq!(row["state"], "done", "{row}");
                assert_eq!(row["failed_rows"], 0, "{kind}: {:?}", to.report(1).await);
            }
            let rows = async |office: &Office| {
                let all =
                    [("status".to_owned(), json!(status(kind)))].into_iter().filter(|_| kind != "contract");
                let all: Vec<_> = all.collect();
                let rows = office.rows(list(kind), &all).await;
                let mut set: Vec<_> = rows.iter().map(|row| settable(kind, row).to_string()).collect();
                set.sort();
                set
            };
            let (was, is) = (rows(&from).await, rows(&to).await);
            let missing: Vec<_> = was.iter().filter(|row| !is.contains(row)).collect();
            assert!(missing.is_empty(), "{kind} {format}: {} of {}: {missing:#?}", missing.len(), was.len());
            to.company.stack.verify_records().await;
        }
    }
}

/// The filter of all statuses.
fn status(kind: &str) -> &'static str {
    match kind {
        "customers" => "1",
        "organization" => "1",
        _ => "",
    }
}

/// What a request can set of a row.
fn settable(kind: &str, row: &Value) -> Value {
    let fields: &[&str] = match kind {
        "customers" => &[
            "nickName",
            "realName",
            "phoneNumber",
            "job",
            "sex",
            "organization",
            "type",
            "status",
            "owner_id",
            "avatar",
        ],
        "organization" => &["groupName", "groupDetail", "type", "status"],
        _ => &[
            "name",
            "code",
            "organization",
            "amount",
            "sign_time",
            "remit_amount",
            "remit_time",
            "aging_start_time",
            "aging_end_time",
            "status",
            "note",
            "follower_id",
            "creator",
            "editor",
        ],
    };
    json!(fields.iter().map(|field| row[*field].clone()).collect::<Vec<_>>())
}

#[tokio::test]
async fn an_export_is_no_import() {
    let office = Office::start().await;
    office.company.client.post(EXPORT, json!({ "kind": "customers" })).await.ok();
    let template = office.company.client.get("/api/transfer/template?kind=contract").await;
    assert_eq!(template.status, 200);
    office.company.client.get("/api/transfer/template").await.refused_field("kind");
}
