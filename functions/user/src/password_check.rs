//! Checking a password, and counting the failures.

use shared::Result;
use shared::http::{Call, Failure, HttpResult};
use shared::model::{Attempts, PasswordHash};
use shared::store::{Expect, Key, Record, Write};

/// A password check for one phone number: its failed attempts, as they were read before the password is looked at.
pub struct PasswordCheck {
    key: Key,
    attempts: Option<Record<Attempts>>,
    now: i64,
}

impl PasswordCheck {
    /// A check, if the phone number is not locked.
    ///
    /// # Errors
    /// [`Error::SignInLocked`](shared::Error::SignInLocked) if it is.
    pub fn new(key: Key, attempts: Option<Record<Attempts>>, now: i64) -> Result<Self> {
        if let Some(attempts) = &attempts {
            attempts.value.check(now)?;
        }
        Ok(Self { key, attempts, now })
    }

    /// Checks `password` against `hash`. It is also wrong for an employee who is not `eligible` and where there is no hash,
    /// but the check takes as long. If it is wrong the failure is written down, and the answer is `refusal`.
    ///
    /// # Errors
    /// `refusal`, or [`Error::Stale`](shared::Error::Stale) if somebody else failed at the same time.
    pub async fn run(
        &self,
        call: &Call,
        password: &str,
        hash: Option<&PasswordHash>,
        eligible: bool,
        refusal: Failure,
    ) -> HttpResult<()> {
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

    /// Lets `write` delete the failures, on condition that no other failure was written down meanwhile.
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
