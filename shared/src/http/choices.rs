//! The words that parameters choose from, with what they stand for.

use crate::model::{Area, Status};

/// The sexes of employees and customers: unknown, male, female.
pub const SEXES: [(&str, u8); 3] = [("0", 0), ("1", 1), ("2", 2)];

/// The statuses of employees, customers and organizations.
pub const STATUSES: [(&str, Status); 2] = [("0", Status::Disabled), ("1", Status::Enabled)];

/// The areas that menus can claim. Each is also the first part of the paths in it: `/api/<area>/…`.
pub const AREAS: [(&str, Area); 5] = [
    ("customers", Area::Customers),
    ("record", Area::Record),
    ("feedback", Area::Feedback),
    ("contract", Area::Contract),
    ("stats", Area::Stats),
];
