//! Password hashes.

use crate::{Error, Result};
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

/// The fewest characters a new password may have.
pub const MIN_PASSWORD_CHARS: usize = 8;

/// 7 MiB and five passes, one of the settings that the OWASP Password Storage Cheat Sheet names as equal in
/// strength, and the one with the least memory: a function's whole peak stays below 20 MB.
const MEMORY_KIB: u32 = 7168;
const PASSES: u32 = 5;

/// A hash that no password has, made with the parameters above: what a sign-in with an unknown phone is checked
/// against, so that it takes as long as one with a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=7168,t=5,p=1$bm9ib2R5bm9ib2R5bm9ibw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// An Argon2id hash in PHC string format, in an item of its own so that no list and no history reads it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The hash of `password` with a new salt.
    ///
    /// # Errors
    /// [`Error::Internal`] if there is no randomness.
    pub fn new(password: &str) -> Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Error::internal)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash: phc::PasswordHash = argon2.hash_password(password.as_bytes()).map_err(Error::internal)?;
        Ok(Self(hash.to_string()))
    }

    /// What to check a password against where there is no employee or no password. Never matches.
    pub fn nobody() -> Self {
        Self(NOBODY.to_owned())
    }

    /// Whether `password` is the one, in a time that does not depend on the answer.
    pub fn matches(&self, password: &str) -> bool {
        phc::PasswordHash::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_password_only_and_is_salted() {
        let hash = PasswordHash::new("local-admin").unwrap();
        assert!(hash.matches("local-admin"));
        assert!(!hash.matches("local-admim") && !hash.matches(""));
        assert_ne!(hash.0, PasswordHash::new("local-admin").unwrap().0);
    }

    #[test]
    fn nobody_is_checked_with_the_same_parameters_as_everybody() {
        let parameters = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parameters(NOBODY), parameters(&PasswordHash::new("local-admin").unwrap().0));
        assert!(phc::PasswordHash::new(NOBODY).is_ok(), "otherwise the check would return at once");
        assert!(!PasswordHash::nobody().matches(""));
    }
}
