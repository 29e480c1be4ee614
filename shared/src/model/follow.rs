//! Follow-ups: visits, calls and whatever else is done for a customer.

use super::personal::Personal;
use super::{
    Activity, Changeable, Changers, CustomerName, Filter, Person, Projected, RecordOrganization, References,
    RelatedIds, RelatedNames, TimeOrder, keys,
};
use crate::store::{Author, Entity, Kind, Levels, Listing, Point, Title};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A follow-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// When and with whom.
    #[serde(rename = "occasion")]
    pub activity: Activity,
    /// For which organization.
    pub organization: Option<u32>,
    /// 1 first contact, 2 visit, 3 call, 4 signing, 5 service.
    pub event: u8,
    /// What came of it.
    pub gain: Option<String>,
    /// The URL of a file.
    pub attach: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

impl Follow {
    /// All of them, by time: users date them to a day, so that thousands may fall on one second.
    pub const ALL: Listing = Listing::new("follows", Levels::Blocks).projected();

    /// Those of a customer, by time.
    pub fn of_customer(customer: u32) -> Listing {
        Listing::of("follows/customer", customer, Levels::Fine).projected()
    }

    /// Those of an organization, or of none, by time.
    pub fn of_organization(organization: Option<u32>) -> Listing {
        Listing::of("follows/organization", organization.unwrap_or(0), Levels::Fine).brief()
    }

    /// Those in which an employee had a part, by time. A record may name a hundred.
    pub fn of_employee(employee: u32) -> Listing {
        // The name stands in every key of entries that are read by the thousand: it is as short as can be.
        Listing::of("fe", employee, Levels::Fine).brief().deferred()
    }

    /// Those of an event, by time.
    pub fn of_event(event: u8) -> Listing {
        Listing::of("fv", event, Levels::Fine).brief()
    }

    /// All of them, by time.
    pub fn time_order() -> TimeOrder<Self> {
        TimeOrder::of(Self::ALL)
    }

    /// Those of a customer.
    pub fn by_customer(customer: u32) -> Filter<Self> {
        Filter::new(vec![Self::of_customer(customer)], move |it: &Self| it.activity.customer == customer)
    }

    /// Those of an organization.
    pub fn by_organization(organization: u32) -> Filter<Self> {
        let listing = Self::of_organization(Some(organization));
        Filter::new(vec![listing], move |it: &Self| it.organization == Some(organization))
    }

    /// Those in which an employee had a part.
    pub fn by_employee(employee: u32) -> Filter<Self> {
        Filter::new(vec![Self::of_employee(employee)], move |it: &Self| it.activity.has_employee(employee))
    }

    /// Those of an event.
    pub fn by_event(event: u8) -> Filter<Self> {
        Filter::new(vec![Self::of_event(event)], move |it: &Self| it.event == event)
    }
}

impl Entity for Follow {
    const KIND: Kind = keys::FOLLOW;

    /// 1: lists by employee and by event.
    const INDEX_VERSION: u32 = 1;

    fn points(&self, id: u32, index_version: u32) -> Vec<(Listing, Point)> {
        let mut listings = vec![
            Self::ALL,
            Self::of_customer(self.activity.customer),
            Self::of_organization(self.organization),
        ];
        if index_version >= 1 {
            listings.push(Self::of_event(self.event));
            listings.extend(self.activity.employees().into_iter().map(Self::of_employee));
        }
        listings.into_iter().map(|listing| (listing, self.activity.point(id))).collect()
    }

    fn links(&self) -> Vec<&str> {
        self.attach.as_deref().into_iter().collect()
    }

    fn title(&self) -> Title {
        self.activity.title()
    }

    fn creation(&self) -> Option<Author> {
        Some(self.activity.creation())
    }

    fn lasting_points(&self, id: u32) -> Vec<(Listing, Point)> {
        vec![(Activity::once_of::<Self>(self.activity.customer), Point::new(id, id))]
    }

    fn projection(&self) -> Option<String> {
        self.to_projection()
    }

    fn brief_projection(&self) -> Option<String> {
        self.to_brief_projection()
    }
}

impl Changeable for Follow {
    fn changers(&self) -> Changers {
        self.activity.changers()
    }
}

impl Personal for Follow {
    fn of_customer(customer: u32) -> Option<Listing> {
        Some(Follow::of_customer(customer))
    }

    fn forget(&mut self) {
        let Self { gain, attach, note, activity: _, organization: _, event: _ } = self;
        [gain, attach, note].into_iter().for_each(|text| *text = None);
    }

    fn edition(&mut self) -> &mut u32 {
        &mut self.activity.edition
    }
}

impl Projected for Follow {
    type Row = FollowRow;

    fn edition(&self) -> u32 {
        self.activity.edition
    }

    fn brief(&self) -> Self {
        let nothing = Some(String::new());
        Self {
            activity: self.activity.brief(),
            gain: nothing.clone(),
            attach: nothing.clone(),
            note: nothing,
            ..self.clone()
        }
    }

    fn add_related(&self, related: &mut RelatedIds) {
        self.activity.add_related(related);
        related.organizations.extend(self.organization);
    }

    fn row(self, id: u32, names: &RelatedNames) -> FollowRow {
        let Self { activity, organization, event, gain, attach, note } = self;
        FollowRow {
            id,
            customers_id: activity.customer,
            organization_id: organization,
            event,
            follower: names.employees(&activity.followers),
            follower_id: activity.followers,
            attach,
            record_time: activity.at,
            operator_id: activity.operator,
            gain,
            create_time: activity.created,
            note,
            operator: names.employee(activity.operator),
            customers: names.customer(activity.customer),
            customers_group: names.organization(organization),
            version: activity.edition,
        }
    }

    fn references(&self) -> References {
        self.activity.references(self.organization)
    }

    fn reverted(&self, was: Self, _: Author) -> Self {
        Self { activity: self.activity.reverted(was.activity), ..was }
    }
}

/// A follow-up in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "跟进记录")]
pub struct FollowRow {
    /// 跟进记录id
    id: u32,
    /// 客户id
    customers_id: u32,
    /// 单位id
    #[schemars(extend("x-additive" = true))]
    organization_id: Option<u32>,
    /// 事件：1接入、2走访拜访、3电话拜访、4签约、5售后
    #[schemars(extend("enum" = [1, 2, 3, 4, 5]))]
    event: u8,
    /// 跟进人
    follower: Vec<Person>,
    /// 跟进人的id
    #[schemars(extend("x-additive" = true))]
    follower_id: Vec<u32>,
    /// 附件地址
    attach: Option<String>,
    /// 发生的时间
    #[serde(rename = "recordTime", serialize_with = "as_text")]
    record_time: Time,
    /// 记录人的id
    operator_id: u32,
    /// 收获
    gain: Option<String>,
    /// 记录的时间
    #[serde(rename = "createTime", serialize_with = "as_text")]
    create_time: Time,
    /// 备注
    note: Option<String>,
    /// 记录人
    operator: Person,
    /// 客户
    customers: CustomerName,
    /// 这条记录的单位
    customers_group: Option<RecordOrganization>,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}
