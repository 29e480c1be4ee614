//! The entities: their fields, their places in listings, and how answers show them.

mod area;
mod employee;
mod menu;
mod password;
mod session;

pub use area::{Area, Areas};
pub use employee::{Employee, EmployeeRow, Profile, Role, Status};
pub use menu::{Menu, MenuRow};
pub use password::{MIN_PASSWORD_CHARS, PasswordHash};
pub use session::{Attempts, Session, Token};
