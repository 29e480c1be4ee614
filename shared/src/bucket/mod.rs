//! Files: one S3 bucket. Only this module knows S3; it knows neither what the files are for nor who asks for them.
//!
//! - Small objects are read and written whole ([`Bucket::put`], [`Bucket::get`]), large ones are written in [parts](Bucket::begin_parts).
//! - What goes past us, between a browser and the bucket, is signed here: [`Bucket::presigned_get`],
//!   [`Bucket::presigned_post`].
//!
//! Keys are made by us: a prefix that says what the object is for, such as `files/`, and short ASCII text after it. Every role
//! may touch the objects of its own prefixes alone.
//!
//! The SDK's client of S3 is not used: it makes zips a third larger, and cannot sign a POST. Its signing is
//! (`aws-sigv4`), and its HTTP client, which every function has for the table anyway.

mod calls;
mod objects;
mod parts;
mod post;
mod present;
mod signing;
mod xml;

pub use calls::Bucket;
pub use objects::StoredObject;
pub use parts::PartTag;
pub use post::{PostRules, PresignedPost};
pub use present::Presented;
pub(crate) use signing::UNRESERVED;
