//! The keys of every item in the table. No other file builds one.
//!
//! The table has a partition key `p` and a sort key `s`, both strings; template.yaml is where that is written.
//!
//! | item | `p` | `s` |
//! |---|---|---|
//! | entity | `USR#7` | `R` |
//! | what it was before an edit | `USR#7` | `H#<revision, 8 hex>` |
//! | session of an employee | `USR#7` | `S#<SHA-256 of the token>` |
//! | password hash of an employee | `USR#7` | `PASSWORD` |
//! | answer to an idempotency key | `USR#7` | `I#<SHA-256 of the key>` |
//! | id counter | `ID#USR` | `R` |
//! | uniqueness guard | `UNIQUE#phone#18888888888` | `R` |
//! | failed sign-ins of a phone | `ATTEMPTS#18888888888` | `R` |
//! | which menus claim an area | `AREAS` | `R` |
//! | what others must know of an organization | `ORG#7` | `CARD` |
//! | renames of organizations under way | `RENAME` | `<organization, 8 hex>` |
//! | entry of a listing | `E#<listing>` | `<score, 8 hex><id, 8 hex>` |
//! | node of a listing | `N#<listing>` | `<level><slots>.<shard>`, see [`listing`](super::listing) |
//! | what is still to be done of a large write | `REDO` | `USR#7` |

use super::listing::{Listing, Point};
use sha2::{Digest, Sha256};

/// The kinds of entity, each with its own run of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A menu.
    Menu,
    /// An employee.
    Employee,
    /// A customer.
    Customer,
    /// A customers' organization.
    Organization,
    /// A follow-up.
    Follow,
    /// A change of demand.
    Demand,
    /// How satisfied a customer is.
    Satisfaction,
    /// A contract.
    Contract,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Menu,
        Self::Employee,
        Self::Customer,
        Self::Organization,
        Self::Follow,
        Self::Demand,
        Self::Satisfaction,
        Self::Contract,
    ];

    fn tag(self) -> &'static str {
        match self {
            Self::Menu => "MNU",
            Self::Employee => "USR",
            Self::Customer => "CUS",
            Self::Organization => "ORG",
            Self::Follow => "FLW",
            Self::Demand => "DMD",
            Self::Satisfaction => "SAT",
            Self::Contract => "CON",
        }
    }
}

/// Values of which the table keeps who has them, so that at most one live record has each,
/// unless somebody insists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unique {
    /// The name of a menu.
    MenuName,
    /// The phone number of an employee, with which they sign in.
    EmployeePhone,
    /// The name of a live organization.
    OrganizationName,
    /// The phone number of a live customer; shared where somebody insists on it.
    CustomerPhone,
}

impl Unique {
    const fn tag(self) -> &'static str {
        match self {
            Self::MenuName => "menu",
            Self::EmployeePhone => "phone",
            Self::OrganizationName => "organization",
            Self::CustomerPhone => "customer",
        }
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub(super) p: String,
    pub(super) s: String,
}

/// What an item is, as its key tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// An entity.
    Entity(Kind, u32),
    /// An entry of a listing.
    Entry,
    /// A shard of a node of a listing.
    Node,
    /// A uniqueness guard.
    Guard,
    /// Anything that does not follow from the entities.
    Other,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.p, self.s)
    }
}

impl Key {
    fn new(p: String, s: impl Into<String>) -> Self {
        Self { p, s: s.into() }
    }

    /// The entity `id` of `kind`.
    pub fn entity(kind: Kind, id: u32) -> Self {
        Self::new(format!("{}#{id}", kind.tag()), "R")
    }

    /// The revision of an entity that a later one replaced.
    pub(super) fn history(kind: Kind, id: u32, revision: u32) -> Self {
        Self::new(format!("{}#{id}", kind.tag()), format!("H#{revision:08x}"))
    }

    /// The counter that hands out the ids of `kind`.
    pub(super) fn counter(kind: Kind) -> Self {
        Self::new(format!("ID#{}", kind.tag()), "R")
    }

    /// The guard that keeps `value` to one record.
    pub fn unique(unique: Unique, value: &str) -> Self {
        Self::new(format!("UNIQUE#{}#{}", unique.tag(), escape(value)), "R")
    }

    /// The session of `employee` whose token has this SHA-256.
    pub fn session(employee: u32, token_sha256: &str) -> Self {
        Self::new(format!("{}#{employee}", Kind::Employee.tag()), format!("S#{token_sha256}"))
    }

    /// The password hash of an employee.
    pub fn password(employee: u32) -> Self {
        Self::new(format!("{}#{employee}", Kind::Employee.tag()), "PASSWORD")
    }

    /// The remembered answer to an employee's idempotency key.
    pub fn answer(employee: u32, idempotency_key: &str) -> Self {
        let hash = hex::encode(Sha256::digest(idempotency_key));
        Self::new(format!("{}#{employee}", Kind::Employee.tag()), format!("I#{hash}"))
    }

    /// The failed sign-ins of a phone, whether or not anybody has it.
    pub fn attempts(phone: &str) -> Self {
        Self::new(format!("ATTEMPTS#{}", escape(phone)), "R")
    }

    /// The menus that claim an area.
    pub fn areas() -> Self {
        Self::new("AREAS".to_owned(), "R")
    }

    /// What others must know of an organization.
    pub fn organization_card(organization: u32) -> Self {
        Self::new(format!("{}#{organization}", Kind::Organization.tag()), "CARD")
    }

    /// The rename of an organization that is under way.
    pub fn rename(organization: u32) -> Self {
        Self::new(Self::RENAMES.to_owned(), format!("{organization:08x}"))
    }

    /// The organization that this rename is of; `None` if it is no rename.
    pub fn renamed(&self) -> Option<u32> {
        (self.p == Self::RENAMES).then(|| u32::from_str_radix(&self.s, 16).ok())?
    }

    /// The partition of all renames that are under way.
    pub(super) const RENAMES: &'static str = "RENAME";

    /// The entry of `point` in `listing`.
    pub(super) fn entry(listing: &Listing, point: Point) -> Self {
        Self::new(Self::entries(listing), format!("{:016x}", point.position()))
    }

    /// The partition of a listing's entries.
    pub(super) fn entries(listing: &Listing) -> String {
        format!("E#{}", listing.name())
    }

    /// A shard of a node: `node` is its sort key without the shard.
    pub(super) fn node(listing: &str, node: &str, shard: u32) -> Self {
        Self::new(format!("N#{listing}"), format!("{node}.{shard:x}"))
    }

    /// The partition of a listing's nodes.
    pub(super) fn nodes(listing: &Listing) -> String {
        format!("N#{}", listing.name())
    }

    /// What is still to be done of a write to an entity.
    pub(super) fn redo(kind: Kind, id: u32) -> Self {
        Self::new(Self::REDO.to_owned(), format!("{}#{id}", kind.tag()))
    }

    /// Whether this is the guard of a value that several records may have.
    pub(super) fn is_shared_guard(&self) -> bool {
        let tag = self.p.strip_prefix("UNIQUE#").and_then(|rest| rest.split('#').next());
        tag == Some(Unique::CustomerPhone.tag())
    }

    /// The shard 0 of the node of which this is any shard.
    pub(super) fn first_shard(self) -> Self {
        let node = self.s.split_once('.').map_or(self.s.as_str(), |(node, _)| node);
        Self { s: format!("{node}.0"), p: self.p }
    }

    /// What stands under this key.
    pub(super) fn item(&self) -> Item {
        match self.p.split_once('#') {
            Some(("E", _)) => Item::Entry,
            Some(("N", _)) => Item::Node,
            Some(("UNIQUE", _)) => Item::Guard,
            Some((tag, id)) if self.s == "R" => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.tag() == tag);
                kind.zip(id.parse().ok()).map_or(Item::Other, |(kind, id)| Item::Entity(kind, id))
            }
            _ => Item::Other,
        }
    }

    /// The partition of all that is still to be done.
    pub(super) const REDO: &'static str = "REDO";
}

/// User text as a part of a key: `#` delimits parts, so it is escaped, and so is the escape itself.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_values_never_share_a_guard(a in "[#%25aé]{0,8}", b in "[#%25aé]{0,8}") {
            let guard = |value| Key::unique(Unique::MenuName, value);
            prop_assert_eq!(guard(&a) == guard(&b), a == b);
            prop_assert_eq!(guard(&a).p.matches('#').count(), 2);
        }
    }

    #[test]
    fn a_key_tells_what_its_item_is() {
        let listing = Listing::of("menus/of", 7, super::super::Levels::Fine);
        for kind in Kind::ALL {
            assert_eq!(Key::entity(kind, 7).item(), Item::Entity(kind, 7));
            assert_eq!(Key::history(kind, 7, 1).item(), Item::Other);
            assert_eq!(Key::counter(kind).item(), Item::Other);
            assert_eq!(Key::redo(kind, 7).item(), Item::Other);
        }
        assert_eq!(Key::entry(&listing, Point::new(1, 2)).item(), Item::Entry);
        assert_eq!(Key::node("menus/of/7", "c000", 3).item(), Item::Node);
        assert_eq!(Key::node("menus/of/7", "c000", 3).first_shard(), Key::node("menus/of/7", "c000", 0));
        assert_eq!(Key::unique(Unique::MenuName, "USR#7").item(), Item::Guard);
        for other in [
            Key::attempts("1"),
            Key::areas(),
            Key::password(7),
            Key::answer(7, "k"),
            Key::organization_card(7),
            Key::rename(7),
        ] {
            assert_eq!(other.item(), Item::Other);
        }
    }
}
