//! Safe retries: `Idempotency-Key`.
//!
//! The answer to a request with a key is written in the transaction of the request itself, under the key's hash
//! in the employee's partition. Whoever repeats the request finds it there; of two that race, one commits and
//! the other's commit fails on this item, reads it, and answers the same; so does the other if it is refused before it
//! commits, because what it is about is done.

use super::Reply;
use crate::store::{Expect, Found, Key, Write};
use crate::{Error, Result};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

/// Seconds for which an answer is kept.
const KEPT: i64 = 24 * 60 * 60;
/// The header.
pub(super) const NAME: &str = "Idempotency-Key";
/// The most characters of a key.
pub(super) const MAX_KEY: usize = 128;

#[derive(Serialize, Deserialize)]
struct Answer {
    /// SHA-256 of the request that was answered.
    request: String,
    reply: String,
    /// In seconds since 1970 UTC.
    until: i64,
}

/// Where the answer to a request is or will be remembered.
#[derive(Debug, Clone)]
pub struct Memory {
    key: Key,
    request: String,
    expect: Expect,
    until: i64,
}

/// The idempotency key in `headers`.
///
/// # Errors
/// [`Error::Invalid`] if it is empty, too long or not plain ASCII.
pub fn key_of(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get(NAME) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
    key.map(Some).ok_or_else(|| Error::invalid(NAME, format!("{NAME}必须是1到{MAX_KEY}个ASCII字符")))
}

impl Memory {
    /// Looks for the answer to `request` (a hash) under `key` among what was `found`: the answer, or the place to
    /// remember it.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyReused`] if the key was used for another request.
    pub fn look_up(
        key: Key,
        request: String,
        found: &mut Found,
        now: i64,
    ) -> Result<std::result::Result<Reply, Self>> {
        let expect = match found.take::<Answer>(&key)? {
            None => Expect::Absent,
            Some(old) if old.value.until <= now => Expect::Revision(old.revision),
            Some(old) if old.value.request == request => return Reply::from_text(&old.value.reply).map(Ok),
            Some(_) => return Err(Error::IdempotencyKeyReused),
        };
        Ok(Err(Self { key, request, expect, until: now + KEPT }))
    }

    /// Lets `write` remember `reply`.
    ///
    /// # Errors
    /// [`Error::Internal`] if the answer cannot be an item.
    pub fn remember(&self, reply: &Reply, write: &mut Write) -> Result<()> {
        let answer = Answer { request: self.request.clone(), reply: reply.text()?, until: self.until };
        write.put_until(&self.key, &answer, self.expect, Some(self.until))
    }
}
