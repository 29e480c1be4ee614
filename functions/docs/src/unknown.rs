//! The gateway sends here what no route takes: a path that does not exist, or a method that its path does not have.

use shared::http::Failure;

// path, and its methods as in the header `Allow`
include!(concat!(env!("OUT_DIR"), "/routes.rs"));

/// 405 for a path of the route table, else 404.
pub fn refuse(path: &str) -> Failure {
    match ROUTES.iter().find(|(known, _)| *known == path) {
        Some((_, allow)) => Failure::no_such_method(Some(allow)),
        None => Failure::no_such_path(),
    }
}
