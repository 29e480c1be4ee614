//! The organizations that customers are of.

use super::Status;
use crate::search::{Card, grams, is_bigram};
use crate::store::{Entity, Guard, Kind, Levels, Listing, Point, Stored, Unique};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// The frontends' number of a kind of organization.
    pub kind: i64,
    /// Unique among those that are not deleted.
    pub group_name: String,
    /// More about it; may be long.
    pub group_detail: String,
    /// Whether it was deleted.
    pub status: Status,
    /// When it was entered.
    pub created: Time,
    /// When it was last edited.
    pub updated: Time,
}

/// What whoever writes something about an organization must know of it and must find unchanged: a small item of its
/// own, because expecting something of an item costs what writing it would, and the detail may be long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationCard {
    /// Its name.
    pub name: String,
    /// Whether it was deleted.
    pub status: Status,
}

impl Organization {
    /// Those of a status, by id.
    pub fn with_status(status: Status) -> Listing {
        Listing::of("organizations", u8::from(status), Levels::Ids)
    }

    /// Those of a status that have a gram, folded, in name or detail, by id.
    pub fn with_gram(status: Status, gram: &str) -> Listing {
        let family = if status.is_enabled() { "og" } else { "og0" };
        let listing = Listing::of(family, gram, Levels::Ids).late();
        if is_bigram(gram) { listing.covered() } else { listing }
    }

    /// What a search must know.
    pub fn card(&self) -> Card {
        Card::new(0, &[&self.group_name, &self.group_detail])
    }
}

impl From<&Organization> for OrganizationCard {
    fn from(organization: &Organization) -> Self {
        Self { name: organization.group_name.clone(), status: organization.status }
    }
}

impl Entity for Organization {
    const KIND: Kind = Kind::Organization;

    fn points(&self, id: u32) -> Vec<(Listing, Point)> {
        let point = Point::new(id, id);
        let card = self.card();
        let grams = grams(&card.texts);
        let grams = grams.into_iter().map(|gram| (Self::with_gram(self.status, gram), point));
        std::iter::once((Self::with_status(self.status), point)).chain(grams).collect()
    }

    fn guards(&self) -> Vec<Guard<'_>> {
        let guard = Guard {
            unique: Unique::OrganizationName,
            value: &self.group_name,
            field: "groupName",
            message: "单位名称已存在",
        };
        self.status.is_enabled().then_some(guard).into_iter().collect()
    }

    fn covering(&self) -> Option<String> {
        self.card().covering()
    }
}

/// An organization in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "单位")]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRow {
    /// 单位id
    id: u32,
    /// 类型，由前端定义
    r#type: i64,
    /// 单位名称
    group_name: String,
    /// 单位详情
    group_detail: String,
    /// 状态，0已删除、1正常
    status: Status,
    /// 创建时间
    #[serde(serialize_with = "as_text")]
    create_time: Time,
    /// 修改时间
    #[serde(serialize_with = "as_text")]
    update_time: Time,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}

impl From<&Stored<Organization>> for OrganizationRow {
    fn from(stored: &Stored<Organization>) -> Self {
        let organization = stored.record.value.clone();
        Self {
            id: stored.id,
            r#type: organization.kind,
            group_name: organization.group_name,
            group_detail: organization.group_detail,
            status: organization.status,
            create_time: organization.created,
            update_time: organization.updated,
            version: stored.record.revision,
        }
    }
}
