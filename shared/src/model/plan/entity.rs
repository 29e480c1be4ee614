//! The fields of a plan, and where it stands in listings.

use crate::model::personal::Personal;
use crate::model::{Activity, Changeable, Changers, Involved, Involvement, Projected, keys};
use crate::search::first_chars;
use crate::store::{Author, Entity, Kind, Levels, Listing, Point, Title, Unique, UniqueValue};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// That an employee is to call a customer. It is open until it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The customer.
    pub customer: u32,
    /// The employee who is to call.
    pub employee: u32,
    /// When they are to.
    pub at: Time,
    /// A remark.
    pub note: Option<String>,
    /// When it was done; none while it is open.
    pub done: Option<Time>,
    /// The employee who made it.
    pub operator: u32,
    /// When they did.
    pub created: Time,
    /// 1 at first, one more with every edit.
    pub edition: u32,
}

impl Plan {
    /// An employee has at most one open plan for a customer.
    pub const OPEN: Unique = Unique::new("plan");

    /// Those of everybody that are done, or those that are open, by time. A write counts them in one node each.
    pub const fn of_all(is_done: bool) -> Listing {
        Listing::new(if is_done { "plans/done" } else { "plans/open" }, Levels::Hours).projected()
    }

    /// Those of an employee that are done, or those that are open, by time. Nobody has more than some dozens in three days.
    pub fn of_employee(employee: u32, is_done: bool) -> Listing {
        let family = if is_done { "plans/done" } else { "plans/open" };
        Listing::of(family, employee, Levels::Moving).projected()
    }

    /// Those for a customer, by time.
    pub fn of_customer(customer: u32) -> Listing {
        Listing::of("plans/customer", customer, Levels::Moving).projected()
    }

    /// What no two open plans may have in common.
    pub fn open_value(employee: u32, customer: u32) -> UniqueValue {
        UniqueValue { unique: Self::OPEN, value: format!("{employee}/{customer}") }
    }

    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        self.done.is_some()
    }

    /// It, done at `now`. One that is done stays as it is.
    pub fn finished(&self, now: Time) -> Self {
        Self { done: self.done.or(Some(now)), edition: self.edition.saturating_add(1), ..self.clone() }
    }
}

impl Entity for Plan {
    const KIND: Kind = keys::PLAN;

    fn points(&self, id: u32, _: u32) -> Vec<(Listing, Point)> {
        let is_done = self.is_done();
        let listings = [
            Self::of_all(is_done),
            Self::of_employee(self.employee, is_done),
            Self::of_customer(self.customer),
        ];
        listings.map(|listing| (listing, Point::new(self.at.0, id))).into()
    }

    fn unique_values(&self) -> Vec<UniqueValue> {
        let is_open = !self.is_done();
        is_open.then(|| Self::open_value(self.employee, self.customer)).into_iter().collect()
    }

    fn title(&self) -> Title {
        let time = self.at.to_string();
        Title { text: first_chars(&time, "2026-11-25".len()).to_owned(), of: Some(self.customer) }
    }

    fn creation(&self) -> Option<Author> {
        Some(Author { by: self.operator, at: self.created })
    }

    fn lasting_points(&self, id: u32) -> Vec<(Listing, Point)> {
        vec![(Activity::once_of::<Self>(self.customer), Point::new(id, id))]
    }

    fn projection(&self) -> Option<String> {
        self.to_projection()
    }
}

impl Changeable for Plan {
    fn changers(&self) -> Changers {
        Changers::Involved(Involved::new([
            (Involvement::Assignee, vec![self.employee]),
            (Involvement::Operator, vec![self.operator]),
        ]))
    }
}

impl Personal for Plan {
    fn of_customer(customer: u32) -> Option<Listing> {
        Some(Plan::of_customer(customer))
    }

    fn forget(&mut self) {
        let Self { note, customer: _, employee: _, at: _, done: _, operator: _, created: _, edition: _ } =
            self;
        *note = None;
    }

    fn edition(&mut self) -> &mut u32 {
        &mut self.edition
    }
}
