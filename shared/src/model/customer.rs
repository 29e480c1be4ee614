//! Customers.

use super::Status;
use crate::search::{Card, fold, grams, is_bigram, phone};
use crate::store::{Entity, Key, Kind, Levels, Listing, Point, Stored, Unique};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A customer: a person, perhaps of an organization.
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
    /// The organization's name, which follows it: see [`rename`](super::rename).
    pub organization_name: String,
    /// Whether lists show them.
    pub status: Status,
    /// When they were entered.
    pub created: Time,
    /// When they were last edited.
    pub updated: Time,
    /// 1 at first, one more with every edit.
    pub edition: u32,
}

impl Customer {
    /// All of them, by the time of their last edit.
    pub const ALL: Listing = Listing::new("customers", Levels::Fine);
    /// Those with a phone number, in the phone index.
    pub const PHONES: &str = "cp";

    /// Those of an organization, by the time of their last edit.
    pub fn of(organization: u32) -> Listing {
        Listing::of("customers/of", organization, Levels::Moving).covered()
    }

    /// Those who have a gram, folded, in one of their names or their organization's, by the time of their last edit.
    pub fn with_gram(gram: &str) -> Listing {
        // The name stands in every key of the index: it is as short as can be.
        let listing = Listing::of("cg", gram, Levels::Moving).late();
        // Only those are looked through for longer names.
        if is_bigram(gram) { listing.covered() } else { listing }
    }

    /// What a search must know.
    pub fn card(&self) -> Card {
        let texts = [&self.nick_name, &self.real_name, &self.organization_name].map(String::as_str);
        Card::new(self.organization.unwrap_or(0), &texts)
    }
}

impl Entity for Customer {
    const KIND: Kind = Kind::Customer;

    fn points(&self, id: u32) -> Vec<(Listing, Point)> {
        if !self.status.is_enabled() {
            return Vec::new();
        }
        let point = Point::new(self.updated.0, id);
        let card = self.card();
        let mut points = vec![(Self::ALL, point)];
        points.extend(self.organization.map(|organization| (Self::of(organization), point)));
        points.extend(grams(&card.texts).into_iter().map(|gram| (Self::with_gram(gram), point)));
        points.extend(phone::points(Self::PHONES, &self.phone_number, id, i64::from(self.updated.0)));
        points
    }

    /// A phone number is the same in full width, as it is for a search.
    fn shares(&self) -> Vec<Key> {
        let holds = self.status.is_enabled() && !self.phone_number.is_empty();
        holds.then(|| Key::unique(Unique::CustomerPhone, &fold(&self.phone_number))).into_iter().collect()
    }

    fn covering(&self) -> Option<String> {
        self.card().covering()
    }
}

/// A customer in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "客户")]
#[serde(rename_all = "camelCase")]
pub struct CustomerRow {
    /// 客户id
    id: u32,
    /// 类型，由前端定义
    r#type: i64,
    /// 昵称
    nick_name: String,
    /// 姓名
    real_name: String,
    /// 头像
    avatar: String,
    /// 手机号
    phone_number: String,
    /// 职务
    job: String,
    /// 性别，0未知、1男、2女
    #[schemars(extend("enum" = [0, 1, 2]))]
    sex: u8,
    /// 创建时间
    #[serde(serialize_with = "as_text")]
    create_time: Time,
    /// 修改时间
    #[serde(serialize_with = "as_text")]
    update_time: Time,
    /// 状态，列表只包含1
    status: Status,
    /// 单位id
    #[serde(rename = "organization_id")]
    #[schemars(extend("x-additive" = true))]
    organization_id: Option<u32>,
    /// 单位名称，没有单位时是空字符串
    #[schemars(extend("x-additive" = true))]
    organization: String,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}

impl From<&Stored<Customer>> for CustomerRow {
    fn from(stored: &Stored<Customer>) -> Self {
        let customer = stored.record.value.clone();
        Self {
            id: stored.id,
            r#type: customer.kind,
            nick_name: customer.nick_name,
            real_name: customer.real_name,
            avatar: customer.avatar,
            phone_number: customer.phone_number,
            job: customer.job,
            sex: customer.sex,
            create_time: customer.created,
            update_time: customer.updated,
            status: customer.status,
            organization_id: customer.organization,
            organization: customer.organization_name,
            version: customer.edition,
        }
    }
}
