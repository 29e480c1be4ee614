//! How satisfied customers are.

use super::{Carried, CustomerName, Mentioned, Names, Occasion, Person};
use crate::store::{Entity, Kind, Levels, Listing, Point};
use crate::time::{Time, as_text};
use serde::{Deserialize, Serialize};

/// How satisfied a customer was, and with whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfaction {
    /// When the customer said so; the followers are those who are praised or blamed.
    pub occasion: Occasion,
    /// From -10 to 10.
    pub value: i8,
    /// The URL of a file.
    pub attach: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

impl Satisfaction {
    /// Those of a customer, by time.
    pub fn of_customer(customer: u32) -> Listing {
        Listing::of("satisfaction/customer", customer, Levels::Fine).covered()
    }
}

impl Entity for Satisfaction {
    const KIND: Kind = Kind::Satisfaction;

    fn points(&self, id: u32) -> Vec<(Listing, Point)> {
        vec![(Self::of_customer(self.occasion.customer), self.occasion.point(id))]
    }

    fn covering(&self) -> Option<String> {
        self.carry()
    }
}

impl Carried for Satisfaction {
    type Row = SatisfactionRow;

    fn edition(&self) -> u32 {
        self.occasion.edition
    }

    fn without_texts(&self) -> Self {
        Self { attach: None, note: None, ..self.clone() }
    }

    fn mention(&self, mentioned: &mut Mentioned) {
        self.occasion.mention(mentioned);
    }

    fn row(self, id: u32, names: &Names) -> SatisfactionRow {
        let Self { occasion, value, attach, note } = self;
        SatisfactionRow {
            id,
            value,
            attach,
            record_time: occasion.at,
            note,
            operator_id: occasion.operator,
            customers_id: occasion.customer,
            operator: names.employee(occasion.operator),
            customers: names.customer(occasion.customer),
            follower: names.employees(&occasion.followers),
            version: occasion.edition,
        }
    }
}

/// Satisfaction in an answer.
#[derive(Debug, Clone, Serialize)]
pub struct SatisfactionRow {
    id: u32,
    value: i8,
    attach: Option<String>,
    #[serde(rename = "recordTime", serialize_with = "as_text")]
    record_time: Time,
    note: Option<String>,
    operator_id: u32,
    customers_id: u32,
    operator: Person,
    customers: CustomerName,
    follower: Vec<Person>,
    version: u32,
}
