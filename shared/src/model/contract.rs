//! Contracts.

use super::{
    Changeable, Changers, Filter, Involved, Involvement, Person, Projected, ReferenceRole, References,
    RelatedIds, RelatedNames, TimeOrder, keys,
};
use crate::money::{Money, as_text as as_amount};
use crate::search::{bigrams, first_chars, fold, grams, is_gram};
use crate::store::{Author, Entity, Kind, Levels, Listing, Point, Title};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

/// Which time of contracts a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractTime {
    /// When they were entered.
    Created,
    /// When they were signed, if they were.
    Signed,
}

/// So many characters of a code are searched.
const SEARCHED_CODE: usize = 256;

/// So many characters of a code are in a brief projection. One that has as many may have more.
const BRIEF_CODE: usize = 64;

impl Contract {
    /// All of them, by when they were entered.
    pub const ALL: Listing = Listing::new("contracts", Levels::Blocks).projected();

    /// Those of an organization, by when they were entered.
    pub fn of_organization(organization: u32) -> Listing {
        Listing::of("contracts/organization", organization, Levels::Fine).brief()
    }

    /// Those that an employee entered or looks after, by when they were entered. A hundred may look after one.
    pub fn of_employee(employee: u32) -> Listing {
        // The name stands in every key of entries that are read by the thousand: it is as short as can be.
        Listing::of("ce", employee, Levels::Fine).brief().deferred()
    }

    /// Those with a status, by when they were entered.
    pub fn with_status(status: i64) -> Listing {
        Listing::of("cs", status, Levels::Fine).brief()
    }

    /// Those that have a gram, folded, in name or code, by when they were entered.
    pub fn with_gram(gram: &str) -> Listing {
        // The name stands in every key of the index: it is as short as can be.
        Listing::of("cng", gram, Levels::Hours).brief().deferred()
    }

    /// Those that were signed, by when; they weigh their amounts, in hundredths.
    pub const BY_SIGNING: Listing = Listing::new("contracts/signed", Levels::Fine).brief();

    /// Those that were signed and that an employee entered or looks after, by when they were signed; they weigh their amounts, in
    /// hundredths.
    pub fn signed_of_employee(employee: u32) -> Listing {
        Listing::of("cse", employee, Levels::Hours).brief().deferred()
    }

    /// Those that were signed, by when, in the groups of their organizations; they weigh their amounts, in hundredths. For
    /// statistics of all organizations.
    pub const SIGNED: Listing = Listing::new("signed", Levels::Groups);

    /// Those of an organization that were signed, by when; they weigh their amounts, in hundredths.
    pub fn signed_by(organization: u32) -> Listing {
        Listing::of("signed/organization", organization, Levels::Fine).brief()
    }

    /// Name and code as they are searched.
    fn searched(&self) -> [String; 2] {
        [fold(&self.name), fold(first_chars(&self.code, SEARCHED_CODE))]
    }
}

impl ContractTime {
    /// All contracts that have this time, by it.
    pub fn time_order(self) -> TimeOrder<Contract> {
        match self {
            Self::Created => TimeOrder::of(Contract::ALL),
            Self::Signed => TimeOrder { time: |_, it| it.signed, ..TimeOrder::of(Contract::BY_SIGNING) },
        }
    }

    /// The contracts of organizations.
    pub fn by_organizations(self, organizations: Vec<u32>) -> Filter<Contract> {
        let listing = match self {
            Self::Created => Contract::of_organization,
            Self::Signed => Contract::signed_by,
        };
        let listings = organizations.iter().copied().map(listing).collect();
        Filter::new(listings, move |it: &Contract| organizations.contains(&it.organization))
    }

    /// The contracts that an employee entered or looks after.
    pub fn by_employee(self, employee: u32) -> Filter<Contract> {
        let has = move |it: &Contract| it.creator == employee || it.followers.contains(&employee);
        let listing = match self {
            Self::Created => Contract::of_employee,
            Self::Signed => Contract::signed_of_employee,
        };
        Filter::new(vec![listing(employee)], has)
    }

    /// The contracts with a status.
    pub fn by_status(self, status: i64) -> Filter<Contract> {
        self.filter(Filter::new(vec![Contract::with_status(status)], move |it: &Contract| {
            it.status == status
        }))
    }

    /// The contracts with this in name or code.
    pub fn by_name(self, name: &str) -> Filter<Contract> {
        let name = fold(name);
        let is_gram = is_gram(&name);
        let grams = if is_gram { BTreeSet::from([name.as_str()]) } else { bigrams(&name) };
        let listings = grams.into_iter().map(Contract::with_gram).collect();
        let filter = Filter::among(listings, move |it: &Contract, is_whole| {
            let is_met = it.searched().iter().any(|text| text.contains(&name));
            let is_cut = !is_whole && it.code.chars().count() >= BRIEF_CODE;
            (is_met || !is_cut).then_some(is_met)
        });
        self.filter(if is_gram { filter.exact() } else { filter })
    }

    /// The filter, whose listings are ordered by when contracts were entered.
    fn filter(self, filter: Filter<Contract>) -> Filter<Contract> {
        filter.timed(self == Self::Created)
    }
}

impl Entity for Contract {
    const KIND: Kind = keys::CONTRACT;

    /// 1: lists by employee, status, part of name or code, and time of signing. 2: what was signed has its weight in the list of all,
    /// and stands in those of its employees.
    const INDEX_VERSION: u32 = 2;

    fn points(&self, id: u32, index_version: u32) -> Vec<(Listing, Point)> {
        let entered = Point::new(self.created.0, id);
        let weight = self.amount.map_or(0, |Money(hundredths)| hundredths);
        let signed = self.signed.map(|Time(score)| Point { score, id, weight });
        let mut points = vec![(Self::ALL, entered), (Self::of_organization(self.organization), entered)];
        if let Some(signed) = signed {
            points.push((Self::signed_by(self.organization), signed));
            points.push((Self::SIGNED.in_group(self.organization), signed));
        }
        let employees: BTreeSet<_> = self.followers.iter().copied().chain([self.creator]).collect();
        if let Some(signed) = signed {
            let counted = Point { weight: 0, ..signed };
            match index_version {
                0 => {}
                1 => points.push((Self::BY_SIGNING, counted)),
                _ => {
                    points.push((Self::BY_SIGNING, signed));
                    points.extend(
                        employees.iter().map(|employee| (Self::signed_of_employee(*employee), signed)),
                    );
                }
            }
        }
        if index_version >= 1 {
            let texts = self.searched();
            let listings = [Self::with_status(self.status)].into_iter();
            let listings = listings.chain(employees.into_iter().map(Self::of_employee));
            let listings = listings.chain(grams(&texts).into_iter().map(Self::with_gram));
            points.extend(listings.map(|listing| (listing, entered)));
        }
        points
    }

    fn title(&self) -> Title {
        Title::new(&self.name)
    }

    fn creation(&self) -> Option<Author> {
        Some(Author { by: self.creator, at: self.created })
    }

    fn projection(&self) -> Option<String> {
        self.to_projection()
    }

    fn brief_projection(&self) -> Option<String> {
        self.to_brief_projection()
    }
}

impl Changeable for Contract {
    fn changers(&self) -> Changers {
        Changers::Involved(Involved::new([
            (Involvement::Creator, vec![self.creator]),
            (Involvement::Follower, self.followers.clone()),
        ]))
    }
}

impl Projected for Contract {
    type Row = ContractRow;

    fn edition(&self) -> u32 {
        self.edition
    }

    fn brief(&self) -> Self {
        let (nothing, never) = (Some(Money(0)), Some(Time(0)));
        Self {
            code: first_chars(&self.code, BRIEF_CODE).to_owned(),
            amount: nothing,
            aging_start: never,
            aging_end: never,
            remit_amount: nothing,
            remitted: never,
            note: Some(String::new()),
            created: Time(0),
            updated: Time(0),
            ..self.clone()
        }
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

    fn references(&self) -> References {
        let employees = vec![
            (ReferenceRole::Follower, self.followers.clone()),
            (ReferenceRole::Creator, vec![self.creator]),
            (ReferenceRole::Editor, vec![self.editor]),
        ];
        References { customer: None, organization: Some(self.organization), employees }
    }

    fn reverted(&self, was: Self, editor: Author) -> Self {
        Self {
            creator: self.creator,
            editor: editor.by,
            created: self.created,
            updated: self.updated.max(editor.at),
            edition: self.edition.saturating_add(1),
            ..was
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
