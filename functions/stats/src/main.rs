//! The Lambda function behind `/api/stats`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::http::run(stats::router).await
}
