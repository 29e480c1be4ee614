//! The Lambda function behind `/api/customers`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::http::run(customers::router).await
}
