//! The bucket against a real S3 (s3s), over HTTP.

use bytes::Bytes;
use shared::Error;
use shared::bucket::{Bucket, PostRules, Presented, PresignedPost};
use shared::time::Clock;
use testing::storage::{Storage, StorageFault};
use testing::upload::{fetch, upload};

async fn start() -> (Storage, Bucket) {
    let storage = Storage::start().await.unwrap();
    let bucket = storage.bucket();
    (storage, bucket)
}

fn rules(size: u64) -> PostRules<'static> {
    PostRules { key: "files/a", content_type: "image/png", size: size..=size, sha256: None, seconds: 600 }
}

#[tokio::test]
async fn objects_are_written_read_listed_and_deleted() {
    let (_storage, bucket) = start().await;
    assert_eq!(bucket.get("files/a").await.unwrap(), None);
    assert_eq!(bucket.get_start("files/a", 3).await.unwrap(), None);
    assert_eq!(bucket.size("files/a").await.unwrap(), None);
    bucket.put("files/a", "text/plain", Bytes::from_static(b"hello")).await.unwrap();
    bucket.put("files/b +&/中", "text/plain", Bytes::new()).await.unwrap();
    bucket.put("exports/c", "text/plain", Bytes::from_static(b"x")).await.unwrap();
    assert_eq!(bucket.get("files/a").await.unwrap().unwrap(), "hello");
    assert_eq!(bucket.get_start("files/a", 3).await.unwrap().unwrap(), "hel");
    assert_eq!(bucket.get_start("files/a", 30).await.unwrap().unwrap(), "hello");
    assert_eq!(bucket.get_start("files/b +&/中", 30).await.unwrap().unwrap(), "");
    assert_eq!(bucket.size("files/a").await.unwrap(), Some(5));
    let list = bucket.list("files/").await.unwrap();
    let list: Vec<_> = list.iter().map(|object| (object.key.as_str(), object.size)).collect();
    assert_eq!(list, [("files/a", 5), ("files/b +&/中", 0)]);
    bucket.delete("files/a").await.unwrap();
    bucket.delete("files/a").await.unwrap();
    assert_eq!(bucket.get("files/a").await.unwrap(), None);
}

#[tokio::test]
async fn more_objects_than_one_page_are_listed() {
    let (_storage, bucket) = start().await;
    for at in 0..1_003 {
        bucket.put(&format!("files/{at:04}"), "text/plain", Bytes::new()).await.unwrap();
    }
    let list = bucket.list("files/").await.unwrap();
    assert_eq!(list.len(), 1_003);
    assert!(list.is_sorted_by(|a, b| a.key < b.key), "ordered, each once");
}

/// A file of lines, as spreadsheets write them: each of its pieces may end in what looks like the end of the file.
#[tokio::test]
async fn a_long_file_of_line_breaks_is_kept() {
    let (_storage, bucket) = start().await;
    let file = "\r\n".repeat(2 << 20);
    let post = bucket.presigned_post(&rules(file.len() as u64)).unwrap();
    for _ in 0..4 {
        assert_eq!(upload(&post, file.as_bytes()).await, 204);
    }
    assert_eq!(bucket.size("files/a").await.unwrap(), Some(file.len() as u64));
}

#[tokio::test]
async fn parts_become_one_object_and_an_abandoned_one_leaves_nothing() {
    let (_storage, bucket) = start().await;
    let key = "exports/1/rows.csv";
    let upload = bucket.begin_parts(key, "text/csv").await.unwrap();
    let large = Bytes::from(vec![b'a'; 5 << 20]);
    let wrong =
        bucket.put_part(key, &upload, 1, Bytes::from_static(b"what was written first")).await.unwrap();
    let first = bucket.put_part(key, &upload, 1, large.clone()).await.unwrap();
    assert_ne!(first, wrong);
    let second = bucket.put_part(key, &upload, 2, Bytes::from_static(b"end")).await.unwrap();
    assert_eq!(bucket.size(key).await.unwrap(), None, "nothing of it before its end");
    bucket.finish_parts(key, &upload, &[first, second]).await.unwrap();
    let whole = bucket.get(key).await.unwrap().unwrap();
    assert_eq!(whole.len(), (5 << 20) + 3);
    assert!(whole.ends_with(b"aend"));

    let upload = bucket.begin_parts("exports/2", "text/csv").await.unwrap();
    bucket.put_part("exports/2", &upload, 1, large).await.unwrap();
    bucket.abandon_parts("exports/2", &upload).await.unwrap();
    assert_eq!(bucket.size("exports/2").await.unwrap(), None);
}

#[tokio::test]
async fn a_storage_that_fails_is_asked_three_times() {
    let (storage, bucket) = start().await;
    storage.script(|call| if call.before < 2 { StorageFault::Refused } else { StorageFault::None });
    bucket.put("files/a", "text/plain", Bytes::from_static(b"hello")).await.unwrap();
    assert_eq!(storage.calls(), 3);
    storage.script(|call| if call.before == 3 { StorageFault::LostAnswer } else { StorageFault::None });
    bucket.delete("files/a").await.unwrap();
    storage.script(|_| StorageFault::Refused);
    let refused = bucket.get("files/a").await.unwrap_err();
    assert_eq!(refused, Error::Busy("storage: GET: 503 SlowDown".to_owned()));
}

#[tokio::test]
async fn what_is_wrong_with_the_bucket_is_no_missing_object() {
    let storage = Storage::start().await.unwrap();
    let base = format!("{}/other/", storage.endpoint);
    let credentials = || aws_credential_types::Credentials::new("local", "local", None, None, "testing");
    let other = Bucket::new("other".to_owned(), base, "local".to_owned(), credentials(), Clock::utc());
    let error = other.list("files/").await.unwrap_err();
    assert!(matches!(&error, Error::Internal(cause) if cause.contains("NoSuchBucket")), "{error:?}");
    let past = Clock::from_source("+00:00", || Clock::utc().epoch() - 3600).unwrap();
    let error = storage.bucket_at(past).get("files/a").await.unwrap_err();
    assert!(matches!(&error, Error::Internal(cause) if cause.contains("403")), "{error:?}");
}

#[tokio::test]
async fn a_form_writes_what_it_says() {
    let (_storage, bucket) = start().await;
    let post = bucket.presigned_post(&rules(5)).unwrap();
    for _ in 0..2 {
        assert_eq!(upload(&post, b"hello").await, 204);
    }
    assert_eq!(bucket.get("files/a").await.unwrap().unwrap(), "hello");
}

#[tokio::test]
async fn the_storage_refuses_whatever_else_is_sent() {
    let (storage, bucket) = start().await;
    let post = bucket.presigned_post(&rules(5)).unwrap();
    let with = |name, value: &str| {
        let mut fields = post.fields.clone();
        fields.insert(name, value.to_owned());
        PresignedPost { fields, ..post.clone() }
    };
    assert_eq!(upload(&post, b"hello!").await, 400, "a byte too many");
    assert_eq!(upload(&post, b"hell").await, 400, "a byte too few");
    assert_eq!(upload(&with("Content-Type", "text/html"), b"hello").await, 400, "another type");
    assert_eq!(upload(&with("key", "files/b"), b"hello").await, 400, "another key");
    assert_eq!(upload(&with("x-amz-meta-a", "b"), b"hello").await, 403, "a field that was not signed");
    assert_eq!(upload(&with("x-amz-signature", &"0".repeat(64)), b"hello").await, 403, "another signature");
    let wide = bucket.presigned_post(&PostRules { size: 0..=1000, ..rules(5) }).unwrap();
    assert_eq!(upload(&with("policy", &wide.fields["policy"]), b"hello").await, 403, "another policy");
    let past = Clock::from_source("+00:00", || Clock::utc().epoch() - 660).unwrap();
    let expired = storage.bucket_at(past).presigned_post(&rules(5)).unwrap();
    let status = upload(&expired, b"hello").await;
    assert!((400..404).contains(&status), "a minute too late: {status}");
    assert_eq!(bucket.list("").await.unwrap(), []);
}

#[tokio::test]
async fn the_storage_refuses_bytes_with_another_checksum() {
    let (_storage, bucket) = start().await;
    // sha256("hello")
    let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let sha256: [u8; 32] = std::array::from_fn(|at| u8::from_str_radix(&sha256[at * 2..][..2], 16).unwrap());
    let post = bucket.presigned_post(&PostRules { sha256: Some(sha256), ..rules(5) }).unwrap();
    // The file that it refuses is there all the same: s3s-fs 0.14 compares when it has written.
    assert_eq!(upload(&post, b"hullo").await, 400);
    assert_eq!(upload(&post, b"hello").await, 204);
    assert_eq!(bucket.get("files/a").await.unwrap().unwrap(), "hello");
}

#[tokio::test]
async fn a_url_shows_an_object_as_it_says() {
    let (_storage, bucket) = start().await;
    bucket.put("files/a", "text/html", Bytes::from_static(b"<script>")).await.unwrap();
    let presented =
        Presented { name: "合同 \"1\".html", content_type: "application/octet-stream", inline: false };
    let url = bucket.presigned_get("files/a", 60, presented).unwrap();
    let answer = fetch(&url).await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"<script>".as_slice()));
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"__ _1_.html\"; filename*=UTF-8''%E5%90%88%E5%90%8C%20%221%22.html"
    );
    assert_eq!(fetch(&url.replace("files/a", "files/b")).await.status, 403, "another key");
    let shown = url.replace("octet-stream", "html");
    assert_eq!(fetch(&shown).await.status, 403, "another type");
    assert_eq!(fetch(url.split('?').next().unwrap()).await.status, 403, "without a signature");
    let past = Clock::from_source("+00:00", || Clock::utc().epoch() - 61).unwrap();
    let expired = _storage.bucket_at(past).presigned_get("files/a", 60, presented).unwrap();
    assert_eq!(fetch(&expired).await.status, 403, "a second too late");
}
