//! What a failed call of the SDK means.

use crate::Error;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// What a call means that failed once the SDK has given up repeating it.
pub fn failure<E: ProvideErrorMetadata + std::fmt::Debug, R: std::fmt::Debug>(
    error: &SdkError<E, R>,
) -> Error {
    match error.as_service_error() {
        Some(service) if !is_busy(service.code()) => {
            let text = |part: Option<&str>| part.unwrap_or("unknown").to_owned();
            Error::Internal(format!("{}: {}", text(service.code()), text(service.message())))
        }
        Some(service) => Error::Busy(service.code().unwrap_or("unknown").to_owned()),
        None if matches!(error, SdkError::ConstructionFailure(_)) => Error::Internal(format!("{error:?}")),
        None => Error::Busy(error.to_string()),
    }
}

/// Whether an error code says "try again later" rather than "this is wrong".
pub fn is_busy(code: Option<&str>) -> bool {
    matches!(
        code,
        Some(
            "ProvisionedThroughputExceededException"
                | "ThrottlingException"
                | "ThrottlingError"
                | "ProvisionedThroughputExceeded"
                | "RequestLimitExceeded"
                | "TransactionConflict"
                | "TransactionConflictException"
                | "TransactionInProgressException"
                | "InternalServerError"
                | "ServiceUnavailable"
        )
    )
}
