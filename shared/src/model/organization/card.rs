//! The part of an organization that others depend on.

use super::Organization;
use crate::model::Status;
use serde::{Deserialize, Serialize};

/// The part of an organization that a write of something else must know, and find unchanged: a small item of its own. A
/// condition on an item costs what writing the item would, and the detail of an organization may be long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationCard {
    /// Its name.
    pub name: String,
    /// Whether it was deleted.
    pub status: Status,
}

impl From<&Organization> for OrganizationCard {
    fn from(organization: &Organization) -> Self {
        Self { name: organization.group_name.clone(), status: organization.status }
    }
}
