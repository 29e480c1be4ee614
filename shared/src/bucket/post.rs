//! Forms with which a browser writes an object into the bucket itself. All that is allowed is signed: the storage refuses what is
//! larger or smaller, of another type, under another key, or too late.

use super::Bucket;
use crate::{Error, Result};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_types::base64;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

/// What may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRules<'a> {
    /// The key of the object.
    pub key: &'a str,
    /// Its type.
    pub content_type: &'a str,
    /// Its size in bytes.
    pub size: RangeInclusive<u64>,
    /// The SHA-256 of its bytes, if that is known.
    pub sha256: Option<[u8; 32]>,
    /// For how long, in seconds.
    pub seconds: u32,
}

/// A form: its fields, then the file as the field `file`, are sent as `multipart/form-data` to its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresignedPost {
    /// Where it is sent.
    pub url: String,
    /// Its fields.
    pub fields: BTreeMap<&'static str, String>,
}

impl Bucket {
    /// A form that writes one object; it may be sent again as long as it counts.
    ///
    /// # Errors
    /// [`Error::Internal`] if the clock shows no time that can be written.
    pub fn presigned_post(&self, rules: &PostRules<'_>) -> Result<PresignedPost> {
        let signer = &self.signer;
        let now = Timestamp::try_from(signer.now()).map_err(Error::internal)?;
        let until = now
            + SignedDuration::try_from(Duration::from_secs(rules.seconds.into())).map_err(Error::internal)?;
        let (day, moment) = (now.strftime("%Y%m%d").to_string(), now.strftime("%Y%m%dT%H%M%SZ").to_string());
        let key_id = signer.credentials.access_key_id();
        let mut fields = BTreeMap::from([
            ("key", rules.key.to_owned()),
            ("Content-Type", rules.content_type.to_owned()),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", format!("{key_id}/{day}/{}/s3/aws4_request", signer.region)),
            ("x-amz-date", moment),
        ]);
        if let Some(token) = signer.credentials.session_token() {
            fields.insert("x-amz-security-token", token.to_owned());
        }
        if let Some(sha256) = rules.sha256 {
            fields.insert("x-amz-checksum-algorithm", "SHA256".to_owned());
            fields.insert("x-amz-checksum-sha256", base64::encode(sha256));
        }
        let mut conditions: Vec<Value> =
            fields.iter().map(|(name, value)| json!(["eq", format!("${name}"), value])).collect();
        conditions.push(json!({ "bucket": signer.name }));
        conditions.push(json!(["content-length-range", rules.size.start(), rules.size.end()]));
        let expiration = until.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        let policy = json!({ "expiration": expiration, "conditions": conditions }).to_string();
        let policy = base64::encode(policy);
        let secret = signer.credentials.secret_access_key();
        let key = generate_signing_key(secret, signer.now(), &signer.region, "s3");
        fields.insert("x-amz-signature", calculate_signature(key, policy.as_bytes()));
        fields.insert("policy", policy);
        Ok(PresignedPost { url: signer.base.clone(), fields })
    }
}
