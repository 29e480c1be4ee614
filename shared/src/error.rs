//! Everything that can go wrong, in the words of the domain.

use crate::model::{Involvement, MissingReference};
use crate::store::{Kind, Unique};

/// Why something was not done. It knows neither HTTP nor the names of parameters: [`http`](crate::http) gives it a status, a
/// code, a message for people and the field at fault. What it says itself is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too many wrong passwords: no more are heard for a time.
    #[error("sign-in locked for {seconds} s")]
    SignInLocked {
        /// Seconds until the next attempt is allowed.
        seconds: u32,
    },
    /// The record that an edit or a deletion names does not exist or was deleted.
    #[error("not found: {}", .0.tag())]
    NotFound(Kind),
    /// The employee may not change a record that is not theirs: admins may, and those who are involved in it.
    #[error("none of {0:?}")]
    NotInvolved(Vec<Involvement>),
    /// The record that is to be restored was not deleted, or has been restored since.
    #[error("not deleted: {}", .0.tag())]
    NotDeleted(Kind),
    /// Records that a write refers to do not exist or were deleted: at least one, each part once.
    #[error("{0:?} and {1:?} do not exist")]
    MissingReferences(MissingReference, Vec<MissingReference>),
    /// Another record has this unique value.
    #[error("{unique:?} is taken by {id}")]
    Taken {
        /// The constraint.
        unique: Unique,
        /// The id of the record that has the value.
        id: u32,
    },
    /// As many records as may share a value have it.
    #[error("{unique:?} is shared by too many, {id} among them")]
    SharedByTooMany {
        /// The constraint.
        unique: Unique,
        /// The id of the first record that has the value.
        id: u32,
    },
    /// Whoever a customer would belong to owns as many as they may.
    #[error("the owner has {limit} customers already")]
    TooManyOwned {
        /// The most that an employee may own.
        limit: u32,
    },
    /// What is to be hidden is used by records that are not.
    #[error("in use by {customers} customers and {contracts} contracts")]
    InUse {
        /// So many customers.
        customers: u64,
        /// So many contracts.
        contracts: u64,
    },
    /// An admin would be one no more by their own edit.
    #[error("an admin would lose their own rights")]
    OwnRights {
        /// Whether they would be disabled, and not lose the role.
        is_disabled: bool,
    },
    /// No other menu claims the area that a menu would give up: it would be open to everybody.
    #[error("no other menu claims the area")]
    LastOfArea,
    /// A record that was read has changed before the write: read again and decide again. [`http`](crate::http) does
    /// so by calling the handler once more; callers see it only as [`Error::Busy`].
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
    /// An [`Error::Internal`] with its cause.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// What is stored as a `T` is none. What serde says is left out: it quotes what is stored, and the log knows nobody's
    /// name.
    pub fn unreadable<T>(_: impl std::error::Error) -> Self {
        Self::Internal(format!("no {}", std::any::type_name::<T>()))
    }
}
