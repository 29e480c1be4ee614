//! The Lambda function behind `/api/feedback`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::http::run(feedback::router).await
}
