//! The result of answering a request.

use super::{Failure, Reply};

/// What may be refused or fail while a request is answered.
pub type HttpResult<T = Reply> = Result<T, Failure>;
