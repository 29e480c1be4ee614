//! Passwords: which are good enough, and their hashes.

use crate::search::phone;
use crate::{Error, Result};
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use icu_normalizer::ComposingNormalizer;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The fewest characters a new password may have.
pub const MIN_PASSWORD_CHARS: usize = 8;
/// The most characters a new password may have.
pub const MAX_PASSWORD_CHARS: usize = 128;

/// Passwords that are guessed first, in small letters and in order; where they are from stands beside them.
const COMMON: &str = include_str!("common_passwords/list.txt");

/// 7 MiB and five passes, one of the settings that the OWASP Password Storage Cheat Sheet names as equal in
/// strength, and the one with the least memory: a function's whole peak stays below 20 MB.
const MEMORY_KIB: u32 = 7168;
const PASSES: u32 = 5;

/// A hash that no password has, made with the parameters above: what a sign-in with an unknown phone is checked
/// against, so that it takes as long as one with a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=7168,t=5,p=1$bm9ib2R5bm9ib2R5bm9ibw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a new password is not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// It has too few characters.
    #[error("the password is too short: at least {MIN_PASSWORD_CHARS} characters")]
    TooShort,
    /// It has too many characters.
    #[error("the password is too long: at most {MAX_PASSWORD_CHARS} characters")]
    TooLong,
    /// It is one of those that are guessed first.
    #[error("the password is one of the most common ones")]
    Common,
    /// It is the phone number with which it is used.
    #[error("the password is the phone number")]
    OwnPhone,
    /// It is the one that it should replace.
    #[error("the password is the old one")]
    Unchanged,
}

/// Whether somebody with this phone number may have `password` from now on.
///
/// # Errors
/// A [`PasswordFault`] if not.
pub fn judge_password(password: &str, phone: &str) -> std::result::Result<(), PasswordFault> {
    let password = nfc(password);
    let characters = password.chars().count();
    if characters < MIN_PASSWORD_CHARS {
        return Err(PasswordFault::TooShort);
    }
    if characters > MAX_PASSWORD_CHARS {
        return Err(PasswordFault::TooLong);
    }
    if is_common(&password.to_lowercase()) {
        return Err(PasswordFault::Common);
    }
    if is_phone(&password, phone) {
        return Err(PasswordFault::OwnPhone);
    }
    Ok(())
}

/// Whether two passwords are the same, however their characters were put together.
pub fn same_password(one: &str, other: &str) -> bool {
    nfc(one) == nfc(other)
}

/// Letters that are put together in one way (Unicode NFC): keyboards differ in that, and nobody sees it.
fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizer::new_nfc().normalize(text)
}

fn is_common(password: &str) -> bool {
    COMMON.lines().any(|common| common == password)
}

/// Whether a password is this phone number, in whichever way it is typed.
fn is_phone(password: &str, number: &str) -> bool {
    let digits = phone::canonical(password).filter(|_| !password.chars().any(char::is_alphabetic));
    digits.is_some() && digits == phone::canonical(number)
}

/// An Argon2id hash in PHC string format, in an item of its own so that no list and no history reads it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The hash of `password`, in NFC, with a new salt.
    ///
    /// # Errors
    /// [`Error::Internal`] if there is no randomness.
    pub fn new(password: &str) -> Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Error::internal)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash: phc::PasswordHash =
            argon2.hash_password(nfc(password).as_bytes()).map_err(Error::internal)?;
        Ok(Self(hash.to_string()))
    }

    /// What to check a password against where there is no employee or no password. Never matches.
    pub fn nobody() -> Self {
        Self(NOBODY.to_owned())
    }

    /// Whether `password` is the one, in a time that does not depend on the answer.
    ///
    /// Hashes that were made before passwords were normalized are of what was typed then.
    pub fn matches(&self, password: &str) -> bool {
        let Ok(hash) = phc::PasswordHash::new(&self.0) else { return false };
        let is_of = |text: &str| Argon2::default().verify_password(text.as_bytes(), &hash).is_ok();
        let composed = nfc(password);
        is_of(&composed) || (composed != password && is_of(password))
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

    const COMPOSED: &str = "caf\u{e9} au lait";
    const DECOMPOSED: &str = "cafe\u{301} au lait";

    #[test]
    fn letters_may_be_put_together_in_either_way() {
        for (typed_first, typed_later) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)] {
            assert!(PasswordHash::new(typed_first).unwrap().matches(typed_later));
        }
        assert!(same_password(COMPOSED, DECOMPOSED) && !same_password(COMPOSED, "cafe au lait"));
    }

    #[test]
    fn a_hash_of_what_was_typed_still_matches_it() {
        let hash = Argon2::default().hash_password(DECOMPOSED.as_bytes()).unwrap();
        let hash = PasswordHash(hash.to_string());
        assert!(hash.matches(DECOMPOSED));
        assert!(!hash.matches(COMPOSED) && !hash.matches("cafe au lait"));
    }

    #[test]
    fn a_new_password_has_8_to_128_characters() {
        let judge = |password: &str| judge_password(password, "18888888888");
        assert_eq!(judge("seven 7"), Err(PasswordFault::TooShort));
        assert_eq!(
            judge(&"e\u{301}".repeat(7)),
            Err(PasswordFault::TooShort),
            "seven letters for who reads them"
        );
        assert_eq!(judge(&"e\u{301}".repeat(8)), Ok(()));
        assert_eq!(judge(&"密码".repeat(4)), Ok(()));
        assert_eq!(judge(&"e\u{301}".repeat(128)), Ok(()));
        assert_eq!(judge(&"密".repeat(129)), Err(PasswordFault::TooLong));
    }

    #[test]
    fn a_new_password_is_none_that_is_guessed_first() {
        for common in
            ["12345678", "password1", "Password1", "QWERTYUIOP", "88888888", "woaini1314", "1qaz2wsx"]
        {
            assert_eq!(judge_password(common, "18888888888"), Err(PasswordFault::Common), "{common}");
        }
        for good in ["local-admin", "local-staff", "correct horse", "battery staple"] {
            assert_eq!(judge_password(good, "18888888888"), Ok(()), "{good}");
        }
    }

    #[test]
    fn the_list_of_common_passwords_is_as_it_is_looked_through() {
        let common: Vec<_> = COMMON.lines().collect();
        assert!(common.len() > 8_000 && common.is_sorted());
        for password in common {
            assert!(password.chars().count() >= MIN_PASSWORD_CHARS, "{password} is too short anyway");
            assert_eq!((password, password), (&*nfc(password), &*password.to_lowercase()));
        }
    }

    #[test]
    fn a_new_password_is_not_the_phone_number() {
        for (password, phone) in [
            ("18888888888", "18888888888"),
            ("188 8888-8888", "18888888888"),
            ("+8618888888888", "18888888888"),
            ("18888888888", "+86 188 8888 8888"),
            ("008618888888888", "8618888888888"),
        ] {
            assert_eq!(judge_password(password, phone), Err(PasswordFault::OwnPhone), "{password} {phone}");
        }
        assert_eq!(judge_password("18888888889", "18888888888"), Ok(()));
        assert_eq!(judge_password("--------- ", "无"), Ok(()));
    }

    #[test]
    fn nobody_is_checked_with_the_same_parameters_as_everybody() {
        let parameters = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parameters(NOBODY), parameters(&PasswordHash::new("local-admin").unwrap().0));
        assert!(phc::PasswordHash::new(NOBODY).is_ok(), "otherwise the check would return at once");
        assert!(!PasswordHash::nobody().matches(""));
    }
}
