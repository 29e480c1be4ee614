//! Safe retries: `Idempotency-Key`.
//!
//! The answer to a request with a key is written in the transaction of the request itself, under the key's hash
//! in the employee's partition. Whoever repeats the request finds it there. Of two requests that race, one commits; the
//! other's commit fails on this item, reads it, and answers the same. So does the other if it is refused before it commits,
//! because its work is done already.

use super::{Failure, HttpResult, Reply};
use crate::Result;
use crate::store::{Expect, Key, ReadItems, Write};
use axum::http::{HeaderMap, Method};
use serde::{Deserialize, Serialize};

/// Seconds for which an answer is kept.
const KEPT: i64 = 24 * 60 * 60;
/// The header.
pub(super) const NAME: &str = "Idempotency-Key";
/// The most characters of a key.
pub(super) const MAX_KEY: usize = 128;

/// Writes that are acts of their own however often they come: the key is ignored.
const EXEMPT: [&str; 2] = ["/api/user/login", "/api/user/logout"];

#[derive(Serialize, Deserialize)]
struct RememberedAnswer {
    /// SHA-256 of the request that was answered.
    request: String,
    reply: String,
    /// In seconds since 1970 UTC.
    until: i64,
}

/// The item that the answer to a request with an idempotency key will be remembered in.
#[derive(Debug, Clone)]
pub struct IdempotencyRecord {
    key: Key,
    request: String,
    expect: Expect,
    until: i64,
}

/// Whether requests of an operation may have a key.
pub(super) fn applies(method: &Method, path: &str) -> bool {
    !method.is_safe() && !EXEMPT.contains(&path)
}

/// The idempotency key in `headers`.
///
/// # Errors
/// [`Failure::invalid`] if it is empty, too long or not plain ASCII.
pub fn key_of(headers: &HeaderMap) -> HttpResult<Option<&str>> {
    let Some(value) = headers.get(NAME) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
    key.map(Some).ok_or_else(|| Failure::invalid(NAME, format!("{NAME}必须是1到{MAX_KEY}个ASCII字符")))
}

impl IdempotencyRecord {
    /// Looks for the answer to `request` (a hash) under `key` among the items that were `found`: the answer, or the record to
    /// remember it in.
    ///
    /// # Errors
    /// A failure if the key was used for another request.
    pub fn look_up(
        key: Key,
        request: String,
        found: &mut ReadItems,
        now: i64,
    ) -> HttpResult<std::result::Result<Reply, Self>> {
        let expect = match found.take::<RememberedAnswer>(&key)? {
            None => Expect::Absent,
            Some(old) if old.value.until <= now => Expect::Revision(old.revision),
            Some(old) if old.value.request == request => return Ok(Ok(Reply::from_text(&old.value.reply)?)),
            Some(_) => return Err(Failure::idempotency_key_reused()),
        };
        Ok(Err(Self { key, request, expect, until: now + KEPT }))
    }

    /// Lets `write` remember `reply`.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if the answer cannot be an item.
    pub fn remember(&self, reply: &Reply, write: &mut Write) -> Result<()> {
        let answer =
            RememberedAnswer { request: self.request.clone(), reply: reply.text()?, until: self.until };
        write.put_until(&self.key, &answer, self.expect, Some(self.until))
    }
}
