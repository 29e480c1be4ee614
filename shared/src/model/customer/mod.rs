//! Customers.

mod allowance;
mod entity;
mod handover;
mod ownership;
mod phone_query;
mod query;
mod row;
mod save;
mod walk;

use allowance::Allowance;
pub use allowance::OwnerLimit;
pub use entity::Customer;
pub use handover::{HandedOver, Handover, hand_over, resume_handovers};
pub use ownership::{Gift, GiftResult, GiftRow};
pub use phone_query::PhoneQuery;
pub use query::{CustomerPage, CustomerQuery};
pub use row::CustomerRow;
pub(super) use save::replace_forgotten;
pub use save::{SaveOptions, SavedCustomer, save_customer};
