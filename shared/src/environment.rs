//! The environment, in which functions find what is theirs.

use aws_credential_types::Credentials;
use std::env::var;

/// A variable that every function needs.
///
/// # Errors
/// Names it, and what sets it on a developer's machine: Lambda sets all of them.
pub fn needed(name: &str) -> Result<String, String> {
    var(name).map_err(|_| {
        format!(
            "{name} is not set: start scripts/dev, or scripts/dev --database-only and, in the project's folder, cargo lambda watch"
        )
    })
}

/// The credentials of the function's role.
///
/// # Errors
/// As [`needed`].
pub fn credentials() -> Result<Credentials, String> {
    let (id, secret) = (needed("AWS_ACCESS_KEY_ID")?, needed("AWS_SECRET_ACCESS_KEY")?);
    Ok(Credentials::new(id, secret, var("AWS_SESSION_TOKEN").ok(), None, "environment"))
}
