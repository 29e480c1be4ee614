//! The Lambda function behind `/api/contract`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::http::run(contract::router).await
}
