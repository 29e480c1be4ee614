//! The fields of a customer, and their places in listings.

use crate::model::positional::to_text;
use crate::model::{Changeable, Changers, Involved, Involvement, Status, keys};
use crate::search::{MoreProjection, SearchProjection, Searchable, fold, gram_listing, grams, phone};
use crate::store::{Author, Entity, Entry, Kind, Levels, Listing, Point, Title, Unique, UniqueValue};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// The most bytes of a customer in an entry. With its keys an entry is then below a kilobyte.
const MAX_BYTES: usize = 700;

/// A customer: a person, perhaps of an organization. Entries carry it without the names of its fields: new ones come at the
/// end, with a default.
///
/// `edition` and not the item's revision is the `version` that callers see, because a rename of the organization
/// writes the item too and must not make somebody's edit look out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The frontends' number of a kind of customer.
    pub kind: i64,
    /// As they call themselves.
    pub nick_name: String,
    /// Family name and given name.
    pub real_name: String,
    /// A picture.
    pub avatar: String,
    /// Shared by several only where somebody insisted on it.
    pub phone_number: String,
    /// What they do.
    pub job: String,
    /// 0 unknown, 1 male, 2 female.
    pub sex: u8,
    /// The organization they are of.
    pub organization: Option<u32>,
    /// The organization's name, which follows it: see [`continue_rename`](crate::model::continue_rename).
    pub organization_name: String,
    /// Whether lists show them.
    pub status: Status,
    /// When they were entered.
    pub created: Time,
    /// When they were last edited.
    pub updated: Time,
    /// 1 at first, one more with every edit.
    pub edition: u32,
    /// The employee who entered them; nobody knows of those whom older versions entered.
    #[serde(default)]
    pub creator: Option<u32>,
    /// The employee who looks after them; nobody does of those in the pool. No edit changes it.
    #[serde(default)]
    pub owner: Option<u32>,
}

impl Customer {
    /// The kind of a customer of whom no other is known.
    pub const DEFAULT_KIND: i64 = 2;
    /// The phone number of a visible customer belongs to them; to several where somebody insisted on it.
    pub const PHONE: Unique = Unique::shared("customer");
    /// A customer of whom nothing is known yet.
    pub fn new(created: Time) -> Self {
        Self {
            kind: Self::DEFAULT_KIND,
            nick_name: String::new(),
            real_name: String::new(),
            avatar: String::new(),
            phone_number: String::new(),
            job: String::new(),
            sex: 0,
            organization: None,
            organization_name: String::new(),
            status: Status::Enabled,
            created,
            updated: created,
            edition: 1,
            creator: None,
            owner: None,
        }
    }

    /// All with a status, by the time of their last edit. Those who are hidden have listings of their own.
    pub fn all(status: Status) -> Listing {
        Listing::new(if status.is_enabled() { "customers" } else { "customers/0" }, Levels::Fine).brief()
    }

    /// The customer that an entry carries; `None` if it is of another listing, of an older version, or the customer is too long.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        serde_json::from_str(entry.projection.as_deref()?).ok()
    }

    /// Those of an organization, by the time of their last edit. Their entries carry the customers.
    pub fn of(status: Status, organization: u32) -> Listing {
        let family = if status.is_enabled() { "customers/of" } else { "customers/of0" };
        Listing::of(family, organization, Levels::Moving).brief()
    }

    /// Those of an owner, or of nobody, by the time of their last edit. Their entries carry the customers.
    pub fn owned_by(status: Status, owner: Option<u32>) -> Listing {
        let family = if status.is_enabled() { "customers/owner" } else { "customers/owner0" };
        Listing::of(family, owner.unwrap_or(0), Levels::Moving).brief()
    }

    /// The visible ones that an employee owns, by when they were entered.
    pub fn created_of(owner: u32) -> Listing {
        Listing::of("cco", owner, Levels::Hours)
    }

    /// Those who have a gram, folded, in one of their names or their organization's, by the time of their last edit.
    pub fn with_gram(status: Status, gram: &str) -> Listing {
        gram_listing(if status.is_enabled() { "cg" } else { "cg0" }, gram, Levels::Moving)
    }

    /// The index of their phone numbers.
    pub fn phones(status: Status) -> &'static str {
        if status.is_enabled() { "cp" } else { "cp0" }
    }
}

impl Searchable for Customer {
    fn search_projection(&self) -> SearchProjection {
        let texts = [&self.nick_name, &self.real_name, &self.organization_name].map(String::as_str);
        let more = MoreProjection { owner: self.owner.unwrap_or(0), number: self.phone_number.clone() };
        let projection = SearchProjection::new(self.organization.unwrap_or(0), &texts);
        SearchProjection { more: Some(more), ..projection }
    }
}

impl Entity for Customer {
    const KIND: Kind = keys::CUSTOMER;

    /// 1: those of an owner, and those who are hidden. 2: those of an owner by when they were entered.
    const INDEX_VERSION: u32 = 2;

    fn points(&self, id: u32, index_version: u32) -> Vec<(Listing, Point)> {
        let status = self.status;
        if index_version < 1 && !status.is_enabled() {
            return Vec::new();
        }
        let point = Point::new(self.updated.0, id);
        let projection = self.search_projection();
        let mut points = vec![(Self::all(status), point)];
        points.extend((index_version >= 1).then(|| (Self::owned_by(status, self.owner), point)));
        let owner = self.owner.filter(|_| index_version >= 2 && status.is_enabled());
        points.extend(owner.map(|owner| (Self::created_of(owner), Point::new(self.created.0, id))));
        points.extend(self.organization.map(|organization| (Self::of(status, organization), point)));
        points
            .extend(grams(&projection.texts).into_iter().map(|gram| (Self::with_gram(status, gram), point)));
        let edited = i64::from(self.updated.0);
        points.extend(phone::points(Self::phones(status), &self.phone_number, id, edited));
        points
    }

    /// A hidden customer holds no phone number, and nobody one without a digit.
    fn unique_values(&self) -> Vec<UniqueValue> {
        let number = phone::canonical(&self.phone_number).filter(|_| self.status.is_enabled());
        number.map(|value| UniqueValue { unique: Self::PHONE, value }).into_iter().collect()
    }

    fn former_values(&self) -> Vec<UniqueValue> {
        let held = self.status.is_enabled() && !self.phone_number.is_empty();
        let value = || UniqueValue { unique: Self::PHONE, value: fold(&self.phone_number) };
        held.then(value).into_iter().collect()
    }

    fn former_points(&self, id: u32) -> Vec<(Listing, Point)> {
        if !self.status.is_enabled() {
            return Vec::new();
        }
        phone::former_points(Self::phones(self.status), &self.phone_number, id, i64::from(self.updated.0))
    }

    fn links(&self) -> Vec<&str> {
        vec![&self.avatar]
    }

    fn title(&self) -> Title {
        Title::first_of([&self.real_name, &self.nick_name, &self.phone_number])
    }

    fn creation(&self) -> Option<Author> {
        Some(Author { by: self.creator.unwrap_or(0), at: self.created })
    }

    /// What a search asks, without the owner, who changes without an edit: it stands in as many entries as a customer has grams.
    fn projection(&self) -> Option<String> {
        SearchProjection { more: None, ..self.search_projection() }.to_text()
    }

    /// The customer; of a long one what a search asks.
    fn brief_projection(&self) -> Option<String> {
        let whole = to_text(self).filter(|text| text.len() <= MAX_BYTES);
        whole.or_else(|| self.search_projection().to_text())
    }
}

impl Changeable for Customer {
    /// One of nobody is everybody's.
    fn changers(&self) -> Changers {
        let owned_by = |owner| Changers::Involved(Involved::new([(Involvement::Owner, vec![owner])]));
        self.owner.map_or(Changers::Anybody, owned_by)
    }
}
