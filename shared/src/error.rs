//! Everything that can go wrong, in the words of the domain.

/// Why something was not done. `http` turns it into a status, a code and a message.
///
/// Messages inside are in Chinese and meant for the people in front of a screen. Causes are for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A parameter is missing, malformed or names something that is not there.
    #[error("invalid {field}: {message}")]
    Invalid {
        /// The parameter.
        field: &'static str,
        /// What is wrong with it, in Chinese.
        message: String,
    },
    /// No session, or one that has ended.
    #[error("no live session")]
    SignInRequired,
    /// Unknown phone, wrong password or disabled employee: the caller must not learn which.
    #[error("sign-in failed")]
    SignInFailed,
    /// Too many failed sign-ins for one phone.
    #[error("sign-in locked for {seconds} s")]
    SignInLocked {
        /// Seconds until the next attempt is allowed.
        seconds: u32,
    },
    /// The employee may not do this.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// The record does not exist or was deleted.
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// Another record already has this unique value.
    #[error("duplicate {field}, held by {id}")]
    Duplicate {
        /// The parameter with the value that is taken.
        field: &'static str,
        /// What is wrong, in Chinese.
        message: &'static str,
        /// The id of the record that has it.
        id: u32,
    },
    /// The caller's `version` is not the record's: someone else changed it since it was read.
    #[error("version out of date")]
    VersionOutOfDate,
    /// The same idempotency key came with another request.
    #[error("idempotency key reused")]
    IdempotencyKeyReused,
    /// What was read has changed before the write: read again and decide again. [`http`](crate::http) does
    /// so by calling the handler anew; callers see it only as [`Error::Busy`].
    #[error("stale read")]
    Stale,
    /// The database stays busy or unreachable; nothing is known to have been written.
    #[error("database busy: {0}")]
    Busy(String),
    /// A bug of ours, or an item in the table that we cannot read.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// An [`Error::Invalid`] for `field`.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }

    /// Whether it tells the caller that something is wrong with the request, as the table stands.
    pub(crate) fn is_refusal(&self) -> bool {
        !matches!(self, Self::Stale | Self::Busy(_) | Self::Internal(_))
    }

    /// An [`Error::Internal`] with its cause.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}
