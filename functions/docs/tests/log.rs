//! What stands in the log: who asked for what, and nothing of what was sent.

use axum::body::Body;
use axum::http::{Method, Request};
use docs::{FUNCTIONS, reference};
use lambda_http::{Context, RequestExt};
use serde_json::{Value, json};
use testing::{ADMIN_PHONE, Answer, Client, Company, PASSWORD, Stack, encoded::encoded, logged};

/// The most bytes of a line.
const MOST: usize = 4096;

/// What must not be seen.
const SECRET: &str = "Zaubernuss-7741";

/// Lines as JSON, none of which is long.
#[track_caller]
fn read(lines: &[String]) -> Vec<Value> {
    for line in lines {
        assert!(line.len() <= MOST, "{} bytes: {line}", line.len());
    }
    lines.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

/// The one line of what came of a request.
#[track_caller]
fn answered(lines: &[String]) -> Value {
    let lines = read(lines);
    let fields: Vec<_> = lines.iter().map(|line| &line["fields"]).collect();
    let answered: Vec<_> = fields.iter().filter(|fields| fields["message"] == "answered").collect();
    assert_eq!(answered.len(), 1, "{lines:?}");
    (*answered[0]).clone()
}

/// Bodies with the secret in them, with their content types: none that anything could be done with, or should.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";
    let login = json!({ "phoneNumber": SECRET, "password": SECRET, "name": SECRET });
    let twice = |value: &Value| json!(value.to_string()).to_string();
    let long = SECRET.repeat(250_000 / SECRET.len());
    let deep = |n: usize| format!("{{\"name\":{}\"{SECRET}\"{}}}", "[".repeat(n), "]".repeat(n));
    let texts = [
        // JSON of another shape.
        (JSON, twice(&login)),
        (JSON, json!(twice(&login)).to_string()),
        (JSON, json!([login]).to_string()),
        (JSON, json!([SECRET]).to_string()),
        (JSON, json!(SECRET).to_string()),
        (JSON, format!("{login}{login}")),
        (JSON, format!("{login} {SECRET}")),
        (JSON, format!("\u{feff}{login}")),
        // No JSON.
        (JSON, SECRET.to_owned()),
        (JSON, format!("{{\"password\":\"{SECRET}")),
        (JSON, format!("{{\"password\":\"{SECRET}\"")),
        (JSON, format!("{{\"password\":\"{SECRET}\",}}")),
        (JSON, format!("{{\"password\":{SECRET}}}")),
        (JSON, format!("{{{SECRET}:1}}")),
        (JSON, format!("{{'password':'{SECRET}'}}")),
        (JSON, format!("{{\"{SECRET}\n\":1}}")),
        (JSON, format!("{{\"a\":\"{SECRET}\\x\"}}")),
        (JSON, format!("{{\"a\":\"{SECRET}\\ud800\"}}")),
        (JSON, format!("phoneNumber={SECRET}&password={SECRET}")),
        (JSON, format!("// {SECRET}\n{login}")),
        (JSON, long.clone()),
        (JSON, json!(long).to_string()),
        (JSON, format!("{{\"name\":\"{long}\n\"}}")),
        (JSON, json!({ long.clone(): 1 }).to_string() + "x"),
        (JSON, deep(10_000)),
        // JSON objects.
        (JSON, deep(100)),
        (JSON, json!({ "phoneNumber": [SECRET], "name": [SECRET], "user_id": SECRET }).to_string()),
        (JSON, json!({ SECRET: SECRET }).to_string()),
        (JSON, json!({ "phoneNumber": long, "name": long, "password": long }).to_string()),
        // Forms.
        (FORM, format!("phoneNumber[{SECRET}]=1&name[{SECRET}]=1&password={SECRET}")),
        (FORM, SECRET.to_owned()),
        (FORM, format!("name%5B={SECRET}&%00={SECRET}&=&{SECRET}=%FF")),
        (FORM, format!("name={long}&phoneNumber={long}")),
        (FORM, twice(&login)),
        (FORM, format!("{{\"password\":\"{SECRET}")),
        // Other types, and none.
        ("text/plain", login.to_string()),
        ("text/xml", format!("<a>{SECRET}</a>")),
        ("multipart/form-data; boundary=x", format!("--x\r\n\r\n{SECRET}\r\n--x--")),
        ("", twice(&login)),
        ("application/json; charset=gbk", twice(&login)),
        (SECRET, login.to_string()),
    ];
    let broken = |before: &[u8], after: &[u8]| [before, SECRET.as_bytes(), after].concat();
    let bytes = [
        (JSON, broken(b"{\"password\":\"", b"\xff\xfe\"}")),
        (JSON, broken(b"\x00\x01\x02\x1f\x8b", b"\x00")),
        (JSON, SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (FORM, broken(b"name=\xff", b"&phoneNumber=%ff%fe")),
        // More than a body may have.
        (JSON, SECRET.repeat(30_000).into_bytes()),
    ];
    texts.map(|(kind, text)| (kind, text.into_bytes())).into_iter().chain(bytes).collect()
}

/// Checks that an answer was expected, and that neither it nor the log shows the secret.
#[track_caller]
fn nothing_is_told(answer: &Answer, lines: &[String], shown: &str) {
    assert!(answer.status < 500, "{shown}: {}", answer.body);
    let told = format!("{:?} {}", answer.headers, answer.body);
    assert!(!told.contains(SECRET), "{shown}: {told}");
    answered(lines);
    for line in lines {
        // Neither as it is nor as part of it.
        assert!(!line.contains("Zaubernuss"), "{shown}: {line}");
    }
}

#[tokio::test]
async fn nothing_of_a_body_or_a_query_is_in_the_log_or_in_the_answer() {
    let company = Company::start(record::FUNCTION).await;
    let admin = company.stack.session(1).await;
    let bodies = bodies();
    assert!(bodies.len() >= 40, "{}", bodies.len());
    let mut operations = reference().operations;
    // Those that write come last, so that no list has anything of it.
    operations.sort_by_key(|of| of.method != Method::GET);
    let mut refused = 0;
    for of in &operations {
        let client = company.stack.client_of(&FUNCTIONS, of.path, &admin);
        for (at, (kind, body)) in bodies.iter().enumerate() {
            let shown = format!("{} {} body {at}", of.method, of.path);
            let headers = [("content-type", *kind)];
            let headers = if kind.is_empty() { &[][..] } else { &headers };
            let send = client.send(of.method.clone(), of.path, headers, body.clone());
            let (answer, lines) = logged(send).await;
            nothing_is_told(&answer, &lines, &shown);
            refused += u32::from(answer.status >= 400);
        }
        // In a query, as the value of each parameter, and as a name.
        let names = of.operation.params.iter().map(|param| param.name).chain(["x", SECRET]);
        for name in names {
            for value in
                [SECRET.to_owned(), format!("[{SECRET}"), SECRET.repeat(400), format!("\u{0}{SECRET}\n")]
            {
                let uri = format!("{}?{name}={}&{name}[{SECRET}]=1", of.path, encoded(&value));
                let (answer, lines) = logged(client.send(of.method.clone(), &uri, &[], "")).await;
                nothing_is_told(&answer, &lines, &format!("{} {name}", of.path));
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn the_alarm_on_deferred_writes_counts_what_the_store_logs() {
    let text = |file: &str| std::fs::read_to_string(testing::root().join(file)).unwrap();
    let template = text("template.yaml");
    let store =
        ["finish", "legacy", "reader"].map(|file| text(&format!("shared/src/store/deferred/{file}.rs")));
    let counted: Vec<_> = template.split("$.fields.message = \"").skip(1).collect();
    let counted: Vec<_> = counted.iter().filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(counted, ["a deferred write cannot be read", "a deferred write cannot be finished"]);
    for message in counted {
        assert!(store.iter().any(|file| file.contains(&format!("\"{message}\""))), "{message}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_described_and_not_quoted() {
    let stack = Stack::start().await;
    let body = json!(json!({ "phoneNumber": ADMIN_PHONE, "password": SECRET }).to_string()).to_string();
    let client = stack.client(user::FUNCTION);
    let (answer, lines) = logged(client.send(Method::POST, "/api/user/login", &[], body)).await;
    assert_eq!(answer.body["code"], "malformed_body");
    let refused = &read(&lines)[0]["fields"];
    let cause = refused["cause"].as_str().unwrap();
    assert!(cause.starts_with("malformed body: Data at line 1 column "), "{cause}");
    let (_, lines) = logged(client.send(Method::POST, "/api/user/login", &[], "{\n\"a\":x}")).await;
    assert_eq!(read(&lines)[0]["fields"]["cause"], "malformed body: Syntax at line 2 column 5");
}

#[tokio::test]
async fn the_log_names_the_employee_who_was_signed_in() {
    let company = Company::start(user::FUNCTION).await;
    let employee = async |client: &Client, method: Method, path: &str| {
        let (_, lines) = logged(client.send(method, path, &[], "")).await;
        answered(&lines)["employee"].clone()
    };
    let (me, nobody) = (&company.client, company.client.with("session", "x"));
    assert_eq!(employee(me, Method::GET, "/api/user/menu").await, Company::ME);
    // Also where they are refused, by their role or by what they send.
    assert_eq!(employee(me, Method::POST, "/api/user/menu").await, Company::ME);
    assert_eq!(employee(me, Method::POST, "/api/user/password").await, Company::ME);
    assert_eq!(employee(&nobody, Method::GET, "/api/user/menu").await, Value::Null);
    // A session that was never begun is nobody's, whomever it names.
    let forged = company.client.with("session", &format!("{:08x}{}", Company::ME, "0".repeat(56)));
    assert_eq!(employee(&forged, Method::GET, "/api/user/menu").await, Value::Null);
    assert_eq!(employee(me, Method::GET, "/api/user/none").await, Value::Null);
    let me = me.with("idempotency-key", "k");
    let logout = json!({ "phoneNumber": "15331761337" });
    let (answer, lines) = logged(me.post("/api/user/logout", logout)).await;
    answer.ok();
    assert_eq!(answered(&lines)["employee"], Company::ME);
}

#[tokio::test]
async fn no_line_is_long_or_broken_whatever_the_path_the_method_and_the_id_of_a_request() {
    let stack = Stack::start().await;
    let client = stack.client(docs::FUNCTION);
    for long in
        ["a".repeat(6000), "\"".repeat(6000), "\\".repeat(6000), "名".repeat(6000), "\u{1}\n".repeat(6000)]
    {
        let path = format!("/api/user/{}", if long.starts_with('a') { long.clone() } else { encoded(&long) });
        let method = Method::from_bytes(&[b'A'; 6000]).unwrap();
        let request = Request::builder().method(method).uri(&path).body(Body::empty()).unwrap();
        let mut context = Context::default();
        context.request_id = long.clone();
        // The gateway may have decoded the path.
        let request = request.with_lambda_context(context).with_raw_http_path(format!("/api/user/{long}"));
        let (answer, lines) = logged(client.request(request)).await;
        assert_eq!(answer.status, 404, "{}", answer.body);
        let line = answered(&lines);
        assert_eq!(line["request_id"], answer.body["request_id"]);
        assert!(line["path"].as_str().unwrap().starts_with("/api/user/"), "{line}");
    }
}

#[tokio::test]
async fn no_password_and_no_token_is_in_the_log_of_a_login() {
    let stack = Stack::start().await;
    stack.admin().await;
    let login = json!({ "phoneNumber": ADMIN_PHONE, "password": PASSWORD });
    let (answer, mut lines) = logged(stack.client(user::FUNCTION).post("/api/user/login", login)).await;
    let token = answer.ok()["session"].as_str().unwrap().to_owned();
    let client = stack.client(user::FUNCTION).with("cookie", &format!("session={token}"));
    lines.extend(logged(client.get(&format!("/api/user/menu?session={token}"))).await.1);
    assert_eq!(read(&lines).len(), 2);
    for line in &lines {
        for secret in [&token[8..], PASSWORD, ADMIN_PHONE] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}
