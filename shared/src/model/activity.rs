//! What all records of something that happened with a customer have in common.

use super::{Changers, Involved, Involvement, ReferenceRole, References, RelatedIds};
use crate::search::first_chars;
use crate::store::{Author, Entity, Levels, Listing, Point, Title};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that happened with a customer: when, with whom, and who wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The customer.
    pub customer: u32,
    /// When it happened, or will.
    pub at: Time,
    /// The employees who took part.
    pub followers: Vec<u32>,
    /// The employee who wrote it down.
    pub operator: u32,
    /// When they did.
    pub created: Time,
    /// 1 at first, one more with every edit.
    pub edition: u32,
}

impl Activity {
    /// Everybody who had a part in it: those who took part and who wrote it down.
    pub fn employees(&self) -> BTreeSet<u32> {
        self.followers.iter().copied().chain([self.operator]).collect()
    }

    /// Whether an employee had a part in it.
    pub fn has_employee(&self, employee: u32) -> bool {
        self.operator == employee || self.followers.contains(&employee)
    }

    /// The same but for when it was written down: the least that filters and names need.
    pub fn brief(&self) -> Self {
        Self { created: Time(0), ..self.clone() }
    }

    /// The point of its record in listings by time.
    pub fn point(&self, id: u32) -> Point {
        Point::new(self.at.0, id)
    }

    /// The records of a kind that are a customer's, or were once, deleted ones included. It has what stays for ever, and
    /// is read when somebody is forgotten.
    pub fn once_of<T: Entity>(customer: u32) -> Listing {
        Listing::of("once", format_args!("{}/{customer}", T::KIND.tag()), Levels::Uncounted)
    }

    /// What people know its record by: the customer's name and the day.
    pub fn title(&self) -> Title {
        let time = self.at.to_string();
        Title { text: first_chars(&time, "2026-11-25".len()).to_owned(), of: Some(self.customer) }
    }

    /// Who wrote its record down, and when.
    pub fn creation(&self) -> Author {
        Author { by: self.operator, at: self.created }
    }

    /// What its record refers to, which is of `organization`.
    pub fn references(&self, organization: Option<u32>) -> References {
        let employees = vec![(ReferenceRole::Follower, self.followers.clone())];
        References { customer: Some(self.customer), organization, employees }
    }

    /// Who may change its record, if that is everybody who has to do with it.
    pub fn changers(&self) -> Changers {
        let employees =
            [(Involvement::Operator, vec![self.operator]), (Involvement::Follower, self.followers.clone())];
        Changers::Involved(Involved::new(employees).or_owner_of(self.customer))
    }

    /// It, edited to what it `was`.
    pub fn reverted(&self, was: Self) -> Self {
        let Self { operator, created, edition, .. } = *self;
        Self { operator, created, edition: edition.saturating_add(1), ..was }
    }

    /// Adds the customer and the employees.
    pub fn add_related(&self, related: &mut RelatedIds) {
        related.customers.insert(self.customer);
        related.employees.insert(self.operator);
        related.employees.extend(&self.followers);
    }
}
