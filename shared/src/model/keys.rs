//! The names that stand in keys of the table: kinds of entity, and items that are neither entities nor made by the engine.
//! No other file of the CRM builds a key.
//!
//! Version 0.1 counted wrong passwords under `ATTEMPTS#18888888888`, which nobody reads any more: DynamoDB deletes them by
//! itself.
//!
//! | item | `p` | `s` |
//! |---|---|---|
//! | session of an employee | `USR#7` | `S#<SHA-256 of the token>` |
//! | password hash of an employee | `USR#7` | `PASSWORD` |
//! | idempotency record of an employee | `USR#7` | `I#<SHA-256 of the idempotency key>` |
//! | wrong passwords of a phone number and an address | `PAIR#203.0.113.7 18888888888` | `R` |
//! | wrong passwords of a phone number | `PHONE#18888888888` | `R` |
//! | wrong passwords from an address | `ADDRESS#203.0.113.7` | `R` |
//! | wrong passwords of an employee who changes theirs | `USR#7` | `ATTEMPTS` |
//! | which menus claim which areas | `AREAS` | `R` |
//! | customers are given to an employee under a limit | `USR#7` | `GIVEN` |
//! | card of an organization | `ORG#7` | `CARD` |
//! | erasure of a customer that is under way | `CUS#7` | `ERASURE` |
//! | job, see [`jobs`](crate::jobs) | `JOB#7` | `R` |
//! | handover of an employee's customers that is under way | `HANDOVER` | `<employee, 8 hex>` |
//! | rename of an organization that is under way | `RENAME` | `<organization, 8 hex>` |
//! | file | `FILE#<token>` | `R` |
//! | mark of a file that nobody has used yet | `UNUSED` | `<seconds since 1970, 16 hex> <token>` |

use super::FileToken;
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
pub(super) const PLAN: Kind = Kind::new("PLN");

/// The name under which the renames that are under way stand.
pub(super) const RENAMES: &str = "RENAME";

/// The name under which the handovers that are under way stand.
pub(super) const HANDOVERS: &str = "HANDOVER";

/// The name of files.
const FILE: &str = "FILE";

/// The name under which the marks of files stand that nobody has used yet.
const UNUSED_FILES: &str = "UNUSED";

/// The session of `employee` whose token has this SHA-256.
pub fn session(employee: u32, token_sha256: &str) -> Key {
    Key::beside(EMPLOYEE, employee, format!("S#{token_sha256}"))
}

/// As the keys of all sessions of an employee begin.
pub fn sessions(employee: u32) -> Key {
    Key::beside(EMPLOYEE, employee, "S#")
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

/// The wrong passwords of a phone number, however it is typed, that came from an address, which has no space in it.
pub fn pair_attempts(phone: &str, address: &str) -> Key {
    Key::named("PAIR", Some(&format!("{address} {}", dialled(phone))))
}

/// The wrong passwords of a phone number, however it is typed, whether or not anybody has it.
pub fn phone_attempts(phone: &str) -> Key {
    Key::named("PHONE", Some(&dialled(phone)))
}

fn dialled(number: &str) -> String {
    phone::canonical(number).unwrap_or_else(|| number.to_owned())
}

/// The wrong passwords from an address.
pub fn address_attempts(address: &str) -> Key {
    Key::named("ADDRESS", Some(address))
}

/// The wrong passwords of an employee who changes theirs.
pub fn change_attempts(employee: u32) -> Key {
    Key::beside(EMPLOYEE, employee, "ATTEMPTS")
}

/// What whoever gives an employee customers under a limit writes.
pub fn gift_mark(employee: u32) -> Key {
    Key::beside(EMPLOYEE, employee, "GIVEN")
}

/// The menus that claim areas.
pub fn areas() -> Key {
    Key::named("AREAS", None)
}

/// The card of an organization.
pub fn organization_card(organization: u32) -> Key {
    Key::beside(ORGANIZATION, organization, "CARD")
}

/// The erasure of a customer that is under way.
pub fn erasure(customer: u32) -> Key {
    Key::beside(CUSTOMER, customer, "ERASURE")
}

/// The handover of an employee's customers that is under way.
pub fn handover(employee: u32) -> Key {
    Key::numbered(HANDOVERS, employee)
}

/// The rename of an organization that is under way.
pub fn rename(organization: u32) -> Key {
    Key::numbered(RENAMES, organization)
}

/// A file.
pub fn file(token: &FileToken) -> Key {
    Key::named(FILE, Some(&token.to_string()))
}

/// The file under a key, if it is that of one.
pub(super) fn file_of(key: &Key) -> Option<FileToken> {
    FileToken::parse(&key.value_of(FILE)?)
}

/// The mark of a file, announced at this second since 1970 UTC, that nobody has used yet.
pub(super) fn unused_file(created: i64, token: &FileToken) -> Key {
    Key::among(UNUSED_FILES, format!("{created:016x} {token}"))
}

/// As the last of these marks up to this second.
pub(super) fn unused_files_until(second: i64) -> Key {
    Key::among(UNUSED_FILES, format!("{second:016x}~"))
}
