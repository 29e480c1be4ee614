//! A company with a storage, and somebody who uploads.

use axum::http::HeaderMap;
use serde_json::json;
use shared::model::{File, FileToken, keys};
use testing::upload::{Fetched, fetch, upload_form};
use testing::{Answer, Client, Company, Stack};

pub const PATH: &str = "/api/file/file";
/// The smallest picture that there is.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

pub struct Place {
    pub company: Company,
    pub client: Client,
}

impl Place {
    pub async fn open() -> Self {
        Self::on(Stack::start().await).await
    }

    /// In the embedded database in any case, which counts what a write costs.
    pub async fn embedded() -> Self {
        Self::on(Stack::embedded().await).await
    }

    async fn on(stack: Stack) -> Self {
        let stack = stack.with_storage().await;
        let company = Company::of(stack, file::FUNCTION).await;
        let client = company.client.with("host", "crm.example").with("x-forwarded-proto", "https");
        Self { company, client }
    }

    pub fn stack(&self) -> &Stack {
        &self.company.stack
    }

    /// Announces a file and uploads it; answers its address.
    pub async fn upload(&self, name: &str, content_type: &str, bytes: &[u8]) -> String {
        let announced = self.announce(name, content_type, bytes.len()).await;
        assert_eq!(send(&announced, bytes).await.status, 204);
        announced.ok()["url"].as_str().unwrap().to_owned()
    }

    pub async fn announce(&self, name: &str, content_type: &str, size: usize) -> Answer {
        let body = json!({ "name": name, "content_type": content_type, "size": size });
        let answer = self.client.post(PATH, body).await;
        answer.ok();
        answer
    }

    /// A client of another function, called on the same host.
    pub fn client_of(&self, function: shared::http::Function) -> Client {
        let client = self.stack().client(function).with("session", &self.company.token);
        client.with("host", "crm.example").with("x-forwarded-proto", "https")
    }

    /// The file of this address, if it is in the table.
    pub async fn file(&self, url: &str) -> Option<File> {
        let file = self.stack().app.store.get::<File>(&keys::file(&token(url))).await.unwrap();
        file.map(|file| file.value)
    }

    /// Whether the object of this address is in the bucket.
    pub async fn is_stored(&self, url: &str) -> bool {
        let bucket = self.stack().app.bucket.as_ref().unwrap();
        bucket.size(&File::object(&token(url))).await.unwrap().is_some()
    }

    /// What the function answers to a browser that wants to show the file.
    pub async fn show(&self, url: &str) -> Answer {
        self.client.get(path(url)).await
    }

    /// What the browser gets in the end.
    pub async fn shown(&self, url: &str) -> Fetched {
        let answer = self.show(url).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        fetch(&location(&answer.headers)).await
    }
}

pub fn location(headers: &HeaderMap) -> String {
    headers["location"].to_str().unwrap().to_owned()
}

/// The path of an address.
pub fn path(url: &str) -> &str {
    let path = url.find("/api/").unwrap();
    &url[path..]
}

pub fn token(url: &str) -> FileToken {
    FileToken::parse(path(url).split('/').nth(3).unwrap()).unwrap()
}

/// Sends the form of an answer with these bytes.
pub async fn send(announced: &Answer, bytes: &[u8]) -> Fetched {
    send_changed(announced, &[], bytes).await
}

/// The same with some fields changed.
pub async fn send_changed(announced: &Answer, changes: &[(&str, &str)], bytes: &[u8]) -> Fetched {
    let mut form = announced.ok()["upload"].clone();
    for (name, value) in changes {
        form["fields"][*name] = json!(value);
    }
    upload_form(&form, bytes).await
}
