//! The entities: their fields, their places in listings, and how answers show them.

mod area;
mod carried;
mod contract;
mod customer;
mod demand;
mod employee;
mod follow;
mod menu;
mod names;
mod occasion;
mod organization;
mod password;
mod references;
pub mod rename;
mod satisfaction;
mod session;
mod status;

pub use area::{Area, Areas};
pub use carried::{Carried, Gathered, carried};
pub use contract::{Contract, ContractRow};
pub use customer::{Customer, CustomerRow};
pub use demand::{Demand, DemandRow};
pub use employee::{Employee, EmployeeCard, EmployeeRow, Profile, Role};
pub use follow::{Follow, FollowRow};
pub use menu::{Menu, MenuRow};
pub use names::{CustomerName, Group, Mentioned, Names, Person};
pub use occasion::Occasion;
pub use organization::{Organization, OrganizationCard, OrganizationRow};
pub use password::{MIN_PASSWORD_CHARS, PasswordHash};
pub use references::References;
pub use satisfaction::{Satisfaction, SatisfactionRow};
pub use session::{Attempts, Session, Token};
pub use status::Status;

use crate::Result;
use crate::store::Kind;
use crate::store::verify::{Document, Index};

/// The sexes of employees and customers, with their names in parameters: unknown, male, female.
pub const SEXES: [(&str, u8); 3] = [("0", 0), ("1", 1), ("2", 2)];

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
        Kind::Follow => document.index::<Follow>(),
        Kind::Demand => document.index::<Demand>(),
        Kind::Satisfaction => document.index::<Satisfaction>(),
        Kind::Contract => document.index::<Contract>(),
    }
}
