//! The Lambda function behind `/api/transfer`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::http::run_with_bucket(transfer::router).await
}
