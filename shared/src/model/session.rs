//! Sessions.

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
}
