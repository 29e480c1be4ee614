//! Checking a password, and reading a new one.

use shared::http::{Call, Failure, HttpResult, Params};
use shared::model::{Guess, PasswordFault, PasswordHash, judge_password, same_password};

/// Checks `password` against `hash`. It is also wrong for an employee who is not `eligible` and where there is no hash, but
/// the check takes as long. If it is wrong, that is written down and the answer is `refusal`.
///
/// # Errors
/// `refusal`, or as [`Guess::failed`].
pub async fn check_password(
    call: &Call,
    guess: Guess,
    password: &str,
    hash: Option<&PasswordHash>,
    eligible: bool,
    refusal: Failure,
) -> HttpResult<Guess> {
    let right = match hash {
        Some(hash) => hash.matches(password),
        None => PasswordHash::nobody().matches(password),
    };
    if right && eligible {
        return Ok(guess);
    }
    guess.failed(&call.store).await?;
    Err(refusal)
}

/// The password that somebody with this phone number is to have from now on, if one is sent.
///
/// # Errors
/// [`Failure::invalid`] naming `field` if it is not good enough.
pub fn new_password(body: &Params, field: &'static str, phone: &str) -> HttpResult<Option<String>> {
    let password = body.text(field)?.value();
    if let Some(password) = &password {
        judge_password(password, phone).map_err(|fault| Failure::weak_password(field, fault))?;
    }
    Ok(password)
}

/// Whether the password in `field` is another one than before.
///
/// # Errors
/// [`Failure::invalid`] naming `field` if not.
pub fn differs(field: &'static str, new: &str, old: &str) -> HttpResult<()> {
    if same_password(new, old) {
        return Err(Failure::weak_password(field, PasswordFault::Unchanged));
    }
    Ok(())
}

/// The answer to a wrong `old_password`.
pub fn wrong_old_password() -> Failure {
    Failure::invalid("old_password", "原密码错误")
}
