//! The events in `events/`, as API Gateway sends them, and the whole answer to each.

use crate::place::{PNG, Place};
use bytes::Bytes;
use shared::model::{File, FileToken};
use shared::store::{Author, Write};
use testing::events;

/// The token in the event.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const STORAGE: &str = "https://crm-files.s3.cn-north-1.amazonaws.com.cn/";

#[tokio::test]
async fn every_event_is_answered_with_the_keys_and_values_that_frontends_know() {
    for event in events("file") {
        let place = Place::open().await;
        let stack = place.stack();
        let token = FileToken::parse(TOKEN).unwrap();
        let file = File { name: "合同.png".to_owned(), size: PNG.len() as u64, ..File::default() };
        let mut write = Write::new(Author::SYSTEM);
        file.announce(&mut write, &token).unwrap();
        stack.app.store.commit(write).await.unwrap();
        let bucket = stack.app.bucket.as_ref().unwrap();
        bucket.put(&File::object(&token), "image/png", Bytes::from_static(PNG)).await.unwrap();

        let answer = stack.client(file::FUNCTION).event(&event, &place.company.token).await;
        answer.ok();
        // What is signed differs every time.
        if event == "file-name-get.json" {
            let url = format!("{STORAGE}files/{TOKEN}?X-Amz-Signature=5d1b1f62…");
            insta::assert_json_snapshot!(event, answer.body, { ".data.url" => url });
        } else {
            let url = format!("https://crm.example/api/file/{TOKEN}/%E5%90%88%E5%90%8C.png");
            insta::assert_json_snapshot!(event, answer.body, {
                ".data.url" => url,
                ".data.upload.url" => STORAGE,
                ".data.upload.fields.key" => format!("files/{TOKEN}"),
                ".data.upload.fields.policy" => "eyJjb25kaXRpb25zIjpb…",
                ".data.upload.fields[\"x-amz-credential\"]" => "ASIAEXAMPLE/20210801/cn-north-1/s3/aws4_request",
                ".data.upload.fields[\"x-amz-date\"]" => "20210801T040000Z",
                ".data.upload.fields[\"x-amz-signature\"]" => "5d1b1f62…",
            });
        }
    }
}
