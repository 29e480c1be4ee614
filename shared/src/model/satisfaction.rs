//! How satisfied customers are.

use super::personal::Personal;
use super::{
    Activity, Changeable, Changers, CustomerName, Filter, Involved, Involvement, Person, Projected,
    References, RelatedIds, RelatedNames, TimeOrder, keys,
};
use crate::store::{Author, Entity, Kind, Levels, Listing, Point, Title};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How satisfied a customer was, and with whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfaction {
    /// When the customer said it; the followers are the employees whom the customer praised or blamed.
    #[serde(rename = "occasion")]
    pub activity: Activity,
    /// From -10 to 10.
    pub value: i8,
    /// The URL of a file.
    pub attach: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

impl Satisfaction {
    /// All of them, by time: users date them to a day, so that thousands may fall on one second.
    pub const ALL: Listing = Listing::new("satisfaction", Levels::Blocks).projected();

    /// Those of a customer, by time.
    pub fn of_customer(customer: u32) -> Listing {
        Listing::of("satisfaction/customer", customer, Levels::Fine).projected()
    }

    /// All of them, by time.
    pub fn time_order() -> TimeOrder<Self> {
        TimeOrder::of(Self::ALL)
    }

    /// Those of a customer.
    pub fn by_customer(customer: u32) -> Filter<Self> {
        Filter::new(vec![Self::of_customer(customer)], move |it: &Self| it.activity.customer == customer)
    }
}

impl Entity for Satisfaction {
    const KIND: Kind = keys::SATISFACTION;

    /// 1: the list of everybody's.
    const INDEX_VERSION: u32 = 1;

    fn points(&self, id: u32, index_version: u32) -> Vec<(Listing, Point)> {
        let all = (index_version >= 1).then_some(Self::ALL);
        let listings = [Self::of_customer(self.activity.customer)].into_iter().chain(all);
        listings.map(|listing| (listing, self.activity.point(id))).collect()
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
}

impl Changeable for Satisfaction {
    /// Not the followers, whom it rates.
    fn changers(&self) -> Changers {
        Changers::Involved(Involved::new([(Involvement::Operator, vec![self.activity.operator])]))
    }
}

impl Personal for Satisfaction {
    fn of_customer(customer: u32) -> Option<Listing> {
        Some(Satisfaction::of_customer(customer))
    }

    fn forget(&mut self) {
        let Self { attach, note, activity: _, value: _ } = self;
        [attach, note].into_iter().for_each(|text| *text = None);
    }

    fn edition(&mut self) -> &mut u32 {
        &mut self.activity.edition
    }
}

impl Projected for Satisfaction {
    type Row = SatisfactionRow;

    fn edition(&self) -> u32 {
        self.activity.edition
    }

    fn brief(&self) -> Self {
        Self { attach: None, note: None, ..self.clone() }
    }

    fn add_related(&self, related: &mut RelatedIds) {
        self.activity.add_related(related);
    }

    fn row(self, id: u32, names: &RelatedNames) -> SatisfactionRow {
        let Self { activity, value, attach, note } = self;
        SatisfactionRow {
            id,
            value,
            attach,
            record_time: activity.at,
            note,
            operator_id: activity.operator,
            customers_id: activity.customer,
            operator: names.employee(activity.operator),
            customers: names.customer(activity.customer),
            follower: names.employees(&activity.followers),
            follower_id: activity.followers,
            create_time: activity.created,
            version: activity.edition,
        }
    }

    fn references(&self) -> References {
        self.activity.references(None)
    }

    fn reverted(&self, was: Self, _: Author) -> Self {
        Self { activity: self.activity.reverted(was.activity), ..was }
    }
}

/// Satisfaction in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "满意度记录")]
pub struct SatisfactionRow {
    /// 满意度记录id
    id: u32,
    /// 满意度
    #[schemars(range(min = -10, max = 10))]
    value: i8,
    /// 附件地址
    attach: Option<String>,
    /// 发生的时间
    #[serde(rename = "recordTime", serialize_with = "as_text")]
    record_time: Time,
    /// 备注
    note: Option<String>,
    /// 记录人的id
    operator_id: u32,
    /// 客户id
    customers_id: u32,
    /// 记录人
    operator: Person,
    /// 客户
    customers: CustomerName,
    /// 被点赞、批评的员工
    #[schemars(extend("x-additive" = true))]
    follower: Vec<Person>,
    /// 被点赞、批评的员工的id
    #[schemars(extend("x-additive" = true))]
    follower_id: Vec<u32>,
    /// 记录的时间
    #[serde(rename = "createTime", serialize_with = "as_text")]
    #[schemars(extend("x-additive" = true))]
    create_time: Time,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}
