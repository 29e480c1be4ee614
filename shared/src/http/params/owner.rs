//! Who owns customers, as a parameter says it.

use super::Params;
use crate::Patch;
use crate::http::HttpResult;
use crate::http::reference::ParamKind;
use crate::http::value::{id, string};

/// Whose customers a parameter means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerParam {
    /// `me`: the caller's.
    Me,
    /// `none`: nobody's, those in the pool.
    Nobody,
    /// An employee's.
    Employee(u32),
}

impl OwnerParam {
    /// The id of the owner, where `me` calls; nobody has none.
    pub fn id(self, me: u32) -> Option<u32> {
        match self {
            Self::Me => Some(me),
            Self::Nobody => None,
            Self::Employee(id) => Some(id),
        }
    }
}

impl Params {
    /// Who owns customers, by id or by word.
    ///
    /// # Errors
    /// [`Failure::invalid`](crate::http::Failure::invalid) if it is anything else.
    pub fn owner(&self, field: &'static str) -> HttpResult<Patch<OwnerParam>> {
        self.read(field, ParamKind::Owner, |value| match string(value).as_deref() {
            Some("me") => Ok(OwnerParam::Me),
            Some("none") => Ok(OwnerParam::Nobody),
            _ => id(value).map(OwnerParam::Employee).ok_or_else(|| "必须是有效的id、me或none".to_owned()),
        })
    }
}
