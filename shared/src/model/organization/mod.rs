//! The organizations that customers belong to.

mod card;
mod entity;
mod rename;
mod row;
mod save;

pub use card::OrganizationCard;
pub use entity::Organization;
pub use rename::{Rename, continue_rename, follow_rename, resume_renames};
pub use row::OrganizationRow;
pub use save::{SavedOrganization, check_not_in_use, save_organization};
