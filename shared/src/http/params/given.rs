//! What a parameter that was asked for is: absent, cleared, or a value.

use crate::{Error, Result};

/// A parameter that was asked for: absent, cleared (`null` or `""`), or a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Given<T> {
    pub(super) field: &'static str,
    pub(super) value: Presence<T>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Presence<T> {
    Absent,
    Cleared,
    Value(T),
}

impl<T> Given<T> {
    /// The value, if there is one.
    pub fn optional(self) -> Option<T> {
        match self.value {
            Presence::Value(value) => Some(value),
            Presence::Absent | Presence::Cleared => None,
        }
    }

    /// The value.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is none.
    pub fn required(self) -> Result<T> {
        self.required_or(None)
    }

    /// The value; where it is absent, the one that an edited record has.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is cleared, or absent where there is no record yet.
    pub fn required_or(self, old: Option<T>) -> Result<T> {
        let missing = || Error::invalid(self.field, format!("{}不能为空", self.field));
        match self.value {
            Presence::Value(value) => Ok(value),
            Presence::Absent => old.ok_or_else(missing),
            Presence::Cleared => Err(missing()),
        }
    }

    /// The value; where it is absent, what the record has; where it is cleared, the default.
    pub fn or_keep(self, old: T) -> T
    where
        T: Default,
    {
        self.or_keep_or(old, T::default())
    }

    /// The value, or what the record has: for a choice that nobody makes by clearing a field, such as that somebody may
    /// sign in again.
    pub fn or_stay(self, old: T) -> T {
        self.optional().unwrap_or(old)
    }

    /// As [`Given::or_keep`], with another default.
    pub fn or_keep_or(self, old: T, default: T) -> T {
        match self.value {
            Presence::Value(value) => value,
            Presence::Absent => old,
            Presence::Cleared => default,
        }
    }

    /// As [`Given::or_keep`], for a field that may be empty.
    pub fn or_keep_option(self, old: Option<T>) -> Option<T> {
        match self.value {
            Presence::Value(value) => Some(value),
            Presence::Absent => old,
            Presence::Cleared => None,
        }
    }
}
