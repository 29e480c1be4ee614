//! Plans: who is to call which customer, and when.

mod due;
mod entity;
mod follow_up;
mod hand_over;
mod row;

pub use due::Due;
pub use entity::Plan;
pub use follow_up::{NextPlan, OpenPlan};
pub use hand_over::{HandedOverPlans, hand_over_plans};
pub use row::PlanRow;
