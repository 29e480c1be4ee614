//! What a browser does with a storage: it sends forms and fetches URLs.

use serde_json::Value;
use shared::bucket::PresignedPost;
use std::collections::HashMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a storage answers to a browser.
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    headers: HashMap<String, String>,
}

impl Fetched {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// Sends a form with a file, as browsers do, and answers the status.
pub async fn upload(post: &PresignedPost, file: &[u8]) -> u16 {
    let fields = post.fields.iter().map(|(name, value)| (*name, value.as_str()));
    post_form(&post.url, fields, file).await.status
}

/// The same with the form that an answer has under `upload`.
pub async fn upload_form(form: &Value, file: &[u8]) -> Fetched {
    let fields = form["fields"].as_object().expect("the fields of a form").iter();
    let fields = fields.map(|(name, value)| (name.as_str(), value.as_str().expect("a text")));
    post_form(form["url"].as_str().expect("where a form goes"), fields, file).await
}

async fn post_form<'a>(url: &str, fields: impl Iterator<Item = (&'a str, &'a str)>, file: &[u8]) -> Fetched {
    let (kind, body) = multipart(fields, file);
    send("POST", url, &[("content-type", &kind), ("origin", "https://crm.example")], &body).await
}

/// A form with a file as it is sent: its media type, and its bytes.
pub fn multipart<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>, file: &[u8]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "----between-fields";
    let mut body = Vec::new();
    for (name, value) in fields {
        let field =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(field.as_bytes());
    }
    let field = "Content-Disposition: form-data; name=\"file\"; filename=\"file\"";
    body.extend(format!("--{BOUNDARY}\r\n{field}\r\nContent-Type: application/octet-stream\r\n\r\n").bytes());
    body.extend(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// Fetches a URL.
pub async fn fetch(url: &str) -> Fetched {
    send("GET", url, &[("origin", "https://crm.example")], b"").await
}

async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Fetched {
    let rest = url.strip_prefix("http://").expect("a local URL");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).await.expect("a storage");
    let mut head = format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    // A storage that refuses early does not read all.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    parsed(&answer)
}

fn parsed(answer: &[u8]) -> Fetched {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("headers");
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|it| it.parse().ok());
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let body = &answer[end + 4..];
    let is_chunked = headers.get("transfer-encoding").is_some_and(|it| it == "chunked");
    let body = if is_chunked { joined(body) } else { body.to_vec() };
    Fetched { status: status.expect("a status"), body, headers }
}

/// A body that came in chunks.
fn joined(mut body: &[u8]) -> Vec<u8> {
    let mut joined = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").expect("a chunk");
        let size = String::from_utf8_lossy(&body[..end]);
        let size = usize::from_str_radix(&size, 16).expect("a size");
        if size == 0 {
            return joined;
        }
        joined.extend(&body[end + 2..][..size]);
        body = &body[end + 2 + size + 2..];
    }
}
