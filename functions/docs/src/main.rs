//! The Lambda function behind `/api/health`, and behind every path that no other function takes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::http::run(docs::router).await
}
