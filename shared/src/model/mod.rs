//! The entities: their fields, their places in listings, and how answers show them.

mod area;
mod customer;
mod employee;
mod menu;
mod organization;
mod password;
pub mod rename;
mod session;
mod status;

pub use area::{Area, Areas};
pub use customer::{Customer, CustomerRow};
pub use employee::{Employee, EmployeeRow, Profile, Role};
pub use menu::{Menu, MenuRow};
pub use organization::{Organization, OrganizationCard, OrganizationRow};
pub use password::{MIN_PASSWORD_CHARS, PasswordHash};
pub use session::{Attempts, Session, Token};
pub use status::Status;

use crate::Result;
use crate::store::Kind;
use crate::store::verify::{Document, Index};

/// What follows from an entity of whichever kind, for [`Store::verify`](crate::store::Store::verify).
///
/// # Errors
/// [`Error::Internal`](crate::Error::Internal) if the document is no entity of that kind.
pub fn index(kind: Kind, document: Document) -> Result<Index> {
    match kind {
        Kind::Menu => document.index::<Menu>(),
        Kind::Employee => document.index::<Employee>(),
        Kind::Customer => document.index::<Customer>(),
        Kind::Organization => document.index::<Organization>(),
    }
}
