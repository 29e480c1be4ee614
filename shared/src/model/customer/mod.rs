//! Customers.

mod entity;
mod query;
mod row;
mod save;

pub use entity::Customer;
pub use query::{CustomerQuery, PhoneQuery};
pub use row::CustomerRow;
pub(super) use save::replace_forgotten;
pub use save::{SavedCustomer, save_customer};
