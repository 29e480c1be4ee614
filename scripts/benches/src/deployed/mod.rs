//! Functions as they are deployed: the program of a zip, started as Lambda starts it, with a Lambda Runtime API of this process.

mod environment;
mod event;
mod instance;
mod quota;
mod runtime_api;
mod zip;

pub use environment::{Environment, environment};
pub use event::{request, scheduled};
pub use instance::Instance;
pub use quota::Quota;
pub use zip::unpack;
