//! The Lambda function behind `/api/record`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::http::run(record::router).await
}
