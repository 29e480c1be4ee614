//! Contracts.

use super::{Person, Projected, RelatedIds, RelatedNames, keys};
use crate::money::{Money, as_text as as_amount};
use crate::store::{Entity, Kind, Levels, Listing, Point};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A contract with an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// With which organization.
    pub organization: u32,
    /// What it is called; several may have one name.
    pub name: String,
    /// Its number; several may have one.
    pub code: String,
    /// What it is worth.
    pub amount: Option<Money>,
    /// When it was signed.
    pub signed: Option<Time>,
    /// The employees who look after it.
    pub followers: Vec<u32>,
    /// The frontends' number of a state; whatever it is, the contract is there.
    pub status: i64,
    /// From when it holds.
    pub aging_start: Option<Time>,
    /// Until when it holds.
    pub aging_end: Option<Time>,
    /// What was paid.
    pub remit_amount: Option<Money>,
    /// When it was paid.
    pub remitted: Option<Time>,
    /// A remark.
    pub note: Option<String>,
    /// The employee who entered it.
    pub creator: u32,
    /// The employee who edited it last.
    pub editor: u32,
    /// When it was entered.
    pub created: Time,
    /// When it was last edited.
    pub updated: Time,
    /// 1 at first, one more with every edit.
    pub edition: u32,
}

impl Contract {
    /// All of them, by when they were entered.
    pub const ALL: Listing = Listing::new("contracts", Levels::Blocks).projected();

    /// Those of an organization, by when they were entered.
    pub fn of_organization(organization: u32) -> Listing {
        Listing::of("contracts/organization", organization, Levels::Fine).projected()
    }

    /// Those that were signed, by when, in the groups of their organizations; they weigh their amounts, in hundredths. For
    /// statistics of all organizations.
    pub const SIGNED: Listing = Listing::new("signed", Levels::Groups);

    /// Those of an organization that were signed, by when; they weigh their amounts, in hundredths. For statistics.
    pub fn signed_by(organization: u32) -> Listing {
        Listing::of("signed/organization", organization, Levels::Fine)
    }
}

impl Entity for Contract {
    const KIND: Kind = keys::CONTRACT;

    fn points(&self, id: u32) -> Vec<(Listing, Point)> {
        let entered = Point::new(self.created.0, id);
        let weight = self.amount.map_or(0, |Money(hundredths)| hundredths);
        let signed = self.signed.map(|Time(score)| Point { score, id, weight });
        let mut points = vec![(Self::ALL, entered), (Self::of_organization(self.organization), entered)];
        if let Some(signed) = signed {
            points.push((Self::signed_by(self.organization), signed));
            points.push((Self::SIGNED.in_group(self.organization), signed));
        }
        points
    }

    fn projection(&self) -> Option<String> {
        self.to_projection()
    }
}

impl Projected for Contract {
    type Row = ContractRow;

    fn edition(&self) -> u32 {
        self.edition
    }

    fn without_texts(&self) -> Self {
        Self { code: String::new(), note: None, ..self.clone() }
    }

    fn add_related(&self, related: &mut RelatedIds) {
        related.employees.extend(self.followers.iter().chain([&self.creator, &self.editor]));
        related.organization_names.insert(self.organization);
    }

    fn row(self, id: u32, names: &RelatedNames) -> ContractRow {
        ContractRow {
            id,
            organization_id: self.organization,
            organization: names.organization_name(Some(self.organization)),
            name: self.name,
            code: self.code,
            amount: self.amount,
            sign_time: self.signed,
            follower: names.employees(&self.followers),
            follower_id: self.followers,
            status: self.status,
            aging_start_time: self.aging_start,
            aging_end_time: self.aging_end,
            remit_amount: self.remit_amount,
            remit_time: self.remitted,
            create_time: self.created,
            update_time: self.updated,
            note: self.note,
            editor: names.employee(self.editor),
            creator: names.employee(self.creator),
            version: self.edition,
        }
    }
}

/// A contract in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "合同")]
pub struct ContractRow {
    /// 合同id
    id: u32,
    /// 单位id
    organization_id: u32,
    /// 单位名称
    #[schemars(extend("x-additive" = true))]
    organization: String,
    /// 合同名字
    name: String,
    /// 合同编号
    code: String,
    /// 合同金额
    #[serde(serialize_with = "as_amount")]
    amount: Option<Money>,
    /// 签约日期
    #[serde(serialize_with = "as_text")]
    sign_time: Option<Time>,
    /// 跟进人
    follower: Vec<Person>,
    /// 跟进人的id
    #[schemars(extend("x-additive" = true))]
    follower_id: Vec<u32>,
    /// 状态，由前端定义
    status: i64,
    /// 合同开始时间
    #[serde(serialize_with = "as_text")]
    aging_start_time: Option<Time>,
    /// 合同结束时间
    #[serde(serialize_with = "as_text")]
    aging_end_time: Option<Time>,
    /// 打款金额
    #[serde(serialize_with = "as_amount")]
    remit_amount: Option<Money>,
    /// 打款时间
    #[serde(serialize_with = "as_text")]
    remit_time: Option<Time>,
    /// 录入时间
    #[serde(rename = "createTime", serialize_with = "as_text")]
    create_time: Time,
    /// 修改时间
    #[serde(rename = "updateTime", serialize_with = "as_text")]
    update_time: Time,
    /// 备注
    note: Option<String>,
    /// 编辑人
    editor: Person,
    /// 创建人
    creator: Person,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}
