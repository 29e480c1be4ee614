//! What a page of another site can do with the cookie of whoever looks at it: nothing.

use axum::http::{Method, StatusCode};
use docs::{FUNCTIONS, reference};
use testing::{Company, function_of};

#[tokio::test]
async fn no_operation_writes_for_a_page_of_another_site() {
    let company = Company::start(record::FUNCTION).await;
    let token = company.stack.session(1).await;
    let before = company.stack.dump().await;
    let mut refused = 0;
    for operation in reference().operations {
        if operation.method == Method::GET || operation.path == "/api/user/login" {
            continue;
        }
        let function = function_of(&FUNCTIONS, operation.path);
        let client = company.stack.client(function).with("cookie", &format!("session={token}"));
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://else.example")] {
            let headers = [("host", "crm.example"), (name, value)];
            let answer = client.send(operation.method.clone(), operation.path, &headers, "").await;
            answer.refused(StatusCode::FORBIDDEN, "cross_site");
            refused += 1;
        }
    }
    assert!(refused >= 30, "{refused}");
    assert_eq!(company.stack.dump().await, before);
}
