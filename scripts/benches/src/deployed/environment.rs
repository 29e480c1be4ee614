//! What functions find in their environment.

use testing::storage::{BUCKET, Storage};
use testing::template::Template;

/// Names and values.
pub type Environment = Vec<(String, String)>;

/// As Lambda has it by this template, but for where the table's database and the storage are. Without a storage no call of it goes
/// well.
pub fn environment(
    template: &Template,
    table: &str,
    database: &str,
    storage: Option<&Storage>,
) -> Environment {
    let settings = [
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", database),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_NAME", "crm"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "crm"),
        ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "crm"),
        ("AWS_REGION", "cn-north-1"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_SESSION_TOKEN", "local"),
        ("BUCKET_NAME", BUCKET),
    ];
    let endpoint = storage.map(|storage| ("AWS_ENDPOINT_URL_S3", storage.endpoint.as_str()));
    let settings =
        settings.into_iter().chain(endpoint).map(|(name, value)| (name.to_owned(), value.to_owned()));
    template.environment(table).into_iter().chain(settings).collect()
}
