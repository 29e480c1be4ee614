//! Checking a password against what the table has for a phone number.

use shared::http::Call;
use shared::model::{Attempts, PasswordHash};
use shared::store::{Expect, Key, Record, Write};
use shared::{Error, Result};

/// The failed attempts at one phone, as read before the password is looked at.
pub struct Guarded {
    key: Key,
    attempts: Option<Record<Attempts>>,
    now: i64,
}

impl Guarded {
    /// Goes on if the phone is not locked.
    ///
    /// # Errors
    /// [`Error::SignInLocked`] if it is.
    pub fn new(key: Key, attempts: Option<Record<Attempts>>, now: i64) -> Result<Self> {
        if let Some(attempts) = &attempts {
            attempts.value.check(now)?;
        }
        Ok(Self { key, attempts, now })
    }

    /// Checks `password` against `hash`; it is also wrong where `eligible` is not so, or there is no hash, but that must
    /// take as long. Where it is wrong the failure is written down, and `refusal` comes back.
    ///
    /// # Errors
    /// `refusal`, or [`Error::Stale`] if somebody else failed at the same time.
    pub async fn check(
        &self,
        call: &Call,
        password: &str,
        hash: Option<&PasswordHash>,
        eligible: bool,
        refusal: Error,
    ) -> Result<()> {
        let right = match hash {
            Some(hash) => hash.matches(password),
            None => PasswordHash::nobody().matches(password),
        };
        if right && eligible {
            return Ok(());
        }
        let before = self.attempts.as_ref().map(|record| record.value.clone()).unwrap_or_default();
        let mut write = call.write();
        let time_to_live = self.now + 2 * Attempts::WINDOW;
        write.put_until(&self.key, &before.failed(self.now), self.expect(), Some(time_to_live))?;
        call.store.commit(write).await?;
        Err(refusal)
    }

    /// Lets `write` forget the failures, and happen only if no other failure was written down meanwhile.
    pub fn forgive(&self, write: &mut Write) {
        match self.expect() {
            Expect::Absent => write.check(&self.key, Expect::Absent),
            expect => write.delete(&self.key, expect),
        }
    }

    fn expect(&self) -> Expect {
        Expect::unchanged(self.attempts.as_ref())
    }
}
