//! The least that a Lambda function with a table can be: what `scripts/bench cold` compares the functions with.
//! It is never deployed.

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::{Body, Error, Request, Response, run, service_fn};
use shared::store::client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = std::env::var("TABLE_NAME")?;
    let database = client()?;
    let answer = async |_: Request| {
        let key = AttributeValue::S("minimal".to_owned());
        let get = database.get_item().table_name(&table).key("p", key.clone()).key("s", key);
        let found = get.send().await?.item.is_some();
        Ok::<_, Error>(Response::new(Body::from(found.to_string())))
    };
    run(service_fn(answer)).await
}
