//! What follow-ups, changes of demand and satisfaction have in common.

use super::Mentioned;
use crate::store::Point;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// When something happened, with whom, and who noted it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// The customer.
    pub customer: u32,
    /// When it happened, or will.
    pub at: Time,
    /// The employees who were concerned.
    pub followers: Vec<u32>,
    /// The employee who noted it down.
    pub operator: u32,
    /// When they did.
    pub created: Time,
    /// 1 at first, one more with every edit.
    pub edition: u32,
}

impl Occasion {
    /// Where a record of it stands in listings by time.
    pub fn point(&self, id: u32) -> Point {
        Point::new(self.at.0, id)
    }

    /// Adds those who were there.
    pub fn mention(&self, mentioned: &mut Mentioned) {
        mentioned.customers.insert(self.customer);
        mentioned.employees.insert(self.operator);
        mentioned.employees.extend(&self.followers);
    }
}
