//! What a failed call of the SDK means.

use crate::Error;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// What a call means that failed once the SDK has given up repeating it.
pub fn failure<E: ProvideErrorMetadata + std::fmt::Debug, R: std::fmt::Debug>(
    error: &SdkError<E, R>,
) -> Error {
    match error.as_service_error() {
        Some(service) if !is_busy(service.code()) => {
            Error::Internal(described(service.code(), service.message()))
        }
        Some(service) => Error::Busy(service.code().unwrap_or("unknown").to_owned()),
        None if matches!(error, SdkError::ConstructionFailure(_)) => Error::internal(error),
        None => Error::Busy(error.to_string()),
    }
}

/// What DynamoDB says is wrong, up to where it quotes what was sent, which may be anybody's name.
pub fn described(code: Option<&str>, message: Option<&str>) -> String {
    let message = message.and_then(|text| text.split(['\'', '"', '[', '{']).next());
    format!("{}: {}", code.unwrap_or("unknown"), message.unwrap_or("unknown").trim_end())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_not_told() {
        let said = "1 validation error detected: Value '{name=Zhang San}' at 'items' is not valid";
        let described = described(Some("ValidationException"), Some(said));
        assert_eq!(described, "ValidationException: 1 validation error detected: Value");
    }
}
