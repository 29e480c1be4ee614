//! Sessions and failed sign-ins.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A session token: 64 hex digits, of which the first 8 are the employee's id and the other 56 (224 bits) are
/// random. The table holds only its SHA-256.
pub struct Token {
    text: String,
    employee: u32,
}

impl Token {
    /// A new token for `employee`.
    ///
    /// # Errors
    /// [`Error::Internal`] if there is no randomness.
    pub fn generate(employee: u32) -> Result<Self> {
        let mut secret = [0; 28];
        getrandom::fill(&mut secret).map_err(Error::internal)?;
        Ok(Self { text: format!("{employee:08x}{}", hex::encode(secret)), employee })
    }

    /// Reads a token; `None` if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let employee = u32::from_str_radix(text.split_at_checked(8)?.0, 16).ok()?;
        plain.then(|| Self { text: text.to_owned(), employee })
    }

    /// Whose it claims to be.
    pub fn employee(&self) -> u32 {
        self.employee
    }

    /// What the caller keeps. For no log and no item.
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// What the table knows it by.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.text))
    }
}

/// A sign-in that may still be good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The employee's generation when it began.
    pub generation: u32,
    /// When it ends by itself, in seconds since 1970 UTC.
    pub until: i64,
}

/// The failed sign-ins of one phone number, whether or not anybody has it.
///
/// A sign-in commits only if this record is still as it was read before the password was looked at. So of a
/// thousand parallel guesses no more than ten are worth anything: the right one loses its race against the
/// failures that are written down meanwhile, looks again, and finds the phone locked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// When they failed, in seconds since 1970 UTC, oldest first.
    failed: Vec<i64>,
    /// Until when the phone is locked.
    locked_until: i64,
}

impl Attempts {
    /// So many failures within [`Self::WINDOW`] lock the phone.
    const LIMIT: usize = 10;
    /// Seconds in which failures count, and seconds that a lock lasts.
    pub const WINDOW: i64 = 15 * 60;

    /// Whether a sign-in may be tried at `now`.
    ///
    /// # Errors
    /// [`Error::SignInLocked`] if not.
    pub fn check(&self, now: i64) -> Result<()> {
        match u32::try_from(self.locked_until - now) {
            Ok(seconds @ 1..) => Err(Error::SignInLocked { seconds }),
            _ => Ok(()),
        }
    }

    /// Writes down a failure at `now`.
    #[must_use]
    pub fn failed(mut self, now: i64) -> Self {
        self.failed.retain(|failed| now - failed < Self::WINDOW);
        self.failed.push(now);
        if self.failed.len() >= Self::LIMIT {
            self.failed.clear();
            self.locked_until = now + Self::WINDOW;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_employee_and_is_never_the_same_twice() {
        let token = Token::generate(0xabc).unwrap();
        assert_eq!(token.secret().len(), 64);
        assert_eq!(Token::parse(token.secret()).unwrap().employee(), 0xabc);
        assert_ne!(token.secret(), Token::generate(0xabc).unwrap().secret());
        for bad in ["", "abc", &"g".repeat(64), &"A".repeat(64), &"0".repeat(65), &"é".repeat(32)] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn ten_failures_in_fifteen_minutes_lock_for_fifteen_minutes() {
        let failures =
            |times: &mut dyn Iterator<Item = i64>| times.fold(Attempts::default(), Attempts::failed);
        assert_eq!(failures(&mut (0..9)).check(9), Ok(()));
        let locked = failures(&mut (0..10));
        assert_eq!(locked.check(10), Err(Error::SignInLocked { seconds: 899 }));
        assert_eq!(locked.check(908), Err(Error::SignInLocked { seconds: 1 }));
        assert_eq!(locked.check(909), Ok(()));
        assert_eq!(locked.failed(909).check(909), Ok(()), "after the lock ten more are allowed");
    }

    #[test]
    fn slower_failures_never_lock() {
        let slow = (0..100).fold(Attempts::default(), |attempts, n| attempts.failed(n * 101));
        assert_eq!(slow.check(99 * 101), Ok(()));
    }
}
