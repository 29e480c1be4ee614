//! The names that stand in keys of the table: kinds of entity, and items that are neither entities nor made by the engine.
//! No other file of the CRM builds a key.
//!
//! | item | `p` | `s` |
//! |---|---|---|
//! | session of an employee | `USR#7` | `S#<SHA-256 of the token>` |
//! | password hash of an employee | `USR#7` | `PASSWORD` |
//! | idempotency record of an employee | `USR#7` | `I#<SHA-256 of the idempotency key>` |
//! | failed sign-ins of a phone number | `ATTEMPTS#18888888888` | `R` |
//! | which menus claim which areas | `AREAS` | `R` |
//! | card of an organization | `ORG#7` | `CARD` |
//! | rename of an organization that is under way | `RENAME` | `<organization, 8 hex>` |

use crate::search::phone;
use crate::store::{Key, Kind};
use sha2::{Digest, Sha256};

pub(super) const MENU: Kind = Kind::new("MNU");
pub(super) const EMPLOYEE: Kind = Kind::new("USR");
pub(super) const CUSTOMER: Kind = Kind::new("CUS");
pub(super) const ORGANIZATION: Kind = Kind::new("ORG");
pub(super) const FOLLOW: Kind = Kind::new("FLW");
pub(super) const DEMAND: Kind = Kind::new("DMD");
pub(super) const SATISFACTION: Kind = Kind::new("SAT");
pub(super) const CONTRACT: Kind = Kind::new("CON");

/// The name under which the renames that are under way stand.
pub(super) const RENAMES: &str = "RENAME";

/// The session of `employee` whose token has this SHA-256.
pub fn session(employee: u32, token_sha256: &str) -> Key {
    Key::beside(EMPLOYEE, employee, format!("S#{token_sha256}"))
}

/// The password hash of an employee.
pub fn password(employee: u32) -> Key {
    Key::beside(EMPLOYEE, employee, "PASSWORD")
}

/// The idempotency record of an employee's idempotency key.
pub fn idempotency(employee: u32, idempotency_key: &str) -> Key {
    let hash = hex::encode(Sha256::digest(idempotency_key));
    Key::beside(EMPLOYEE, employee, format!("I#{hash}"))
}

/// The failed sign-ins of a phone number, however it is typed, whether or not anybody has it.
pub fn attempts(number: &str) -> Key {
    let digits = phone::canonical(number);
    Key::named("ATTEMPTS", Some(digits.as_deref().unwrap_or(number)))
}

/// The menus that claim areas.
pub fn areas() -> Key {
    Key::named("AREAS", None)
}

/// The card of an organization.
pub fn organization_card(organization: u32) -> Key {
    Key::beside(ORGANIZATION, organization, "CARD")
}

/// The rename of an organization that is under way.
pub fn rename(organization: u32) -> Key {
    Key::numbered(RENAMES, organization)
}
