//! Faults between the SDK and the database: a client whose calls meet what calls meet on AWS.

use crate::database;
use crate::intercept::{Intercept, answer, http_client, operation};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// None.
    Pass,
    /// Another transaction is at work on every item of this one: it is cancelled. A call that is no transaction passes.
    Conflict,
    /// The table is asked for more than it can.
    Throttle,
    /// The call does not arrive.
    LostRequest,
    /// The call is done, but its answer does not arrive.
    LostAnswer,
}

/// A call that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct SeenCall<'a> {
    /// Its operation, such as `TransactWriteItems`.
    pub operation: &'a str,
    /// How many calls there were before it.
    pub before: u64,
    /// How many transactions there were before it.
    pub transactions_before: u64,
    /// How many calls are under way, with this one.
    pub under_way: u64,
    /// The actions of a transaction.
    actions: &'a [Value],
    body: &'a [u8],
}

impl SeenCall<'_> {
    /// What a role has to allow for this call, such as `dynamodb:Query`.
    pub fn permissions(&self) -> Vec<String> {
        if self.operation != "TransactWriteItems" {
            return vec![format!("dynamodb:{}", self.operation)];
        }
        let kinds = self.actions.iter().filter_map(|action| action.as_object()?.keys().next());
        kinds.map(|kind| format!("dynamodb:{kind}Item")).collect()
    }

    /// Whether it has this text in it, such as the beginning of a key.
    pub fn mentions(&self, text: &str) -> bool {
        self.body.windows(text.len()).any(|part| part == text.as_bytes())
    }

    /// The items that a transaction has conditions on and does not write.
    pub fn checked(&self) -> Vec<String> {
        self.actions.iter().filter(|action| action.get("ConditionCheck").is_some()).map(item).collect()
    }
}

/// A client of the database at `endpoint` for whose calls `script` says what becomes of them; then its transactions
/// meet those that hold items in `hold`.
pub fn client(
    endpoint: &str,
    hold: Hold,
    script: impl Fn(SeenCall<'_>) -> Fault + Send + Sync + 'static,
) -> Client {
    let faults = Faults {
        script: Box::new(script),
        hold,
        calls: AtomicU64::new(0),
        transactions: AtomicU64::new(0),
        under_way: AtomicU64::new(0),
        unanswered: Mutex::default(),
    };
    let config = database::config(endpoint).http_client(http_client(faults)).build();
    // As many attempts as in production, but without its pauses: a test is not to wait.
    let retries = config.retry_config().cloned().expect("retries are configured");
    let retries =
        retries.with_initial_backoff(Duration::from_millis(1)).with_max_backoff(Duration::from_millis(5));
    // The SDK repeats less after many failures, and by default all clients of a process count together.
    let alone = RetryPartition::custom("alone").build();
    Client::from_conf(config.to_builder().retry_config(retries).retry_partition(alone).build())
}

/// Items that transactions are at work on: no local database has any, for it does one transaction after the other.
/// Clones share the items, as processes share a table.
#[derive(Debug, Clone, Default)]
pub struct Hold {
    time: Option<Duration>,
    items: Arc<Mutex<HashSet<String>>>,
}

/// The items of one transaction; they are free again when this is dropped.
struct Held {
    items: Vec<String>,
    of: Hold,
}

impl Hold {
    /// Every transaction holds its items for so long; the default is not at all.
    pub fn new(time: Duration) -> Self {
        Self { time: Some(time), items: Arc::default() }
    }

    /// Holds the items of a transaction, or answers which of its actions meets another's.
    fn take(&self, actions: &[Value]) -> Result<Held, usize> {
        let items: Vec<_> = actions.iter().map(item).collect();
        let mut held = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(action) = items.iter().position(|item| held.contains(item)) {
            return Err(action);
        }
        held.extend(items.iter().cloned());
        Ok(Held { items, of: self.clone() })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.of.items.lock().unwrap_or_else(PoisonError::into_inner);
        for item in &self.items {
            held.remove(item);
        }
    }
}

/// The item that an action is about: a check is as much in the way as a write.
fn item(action: &Value) -> String {
    let action = action.as_object().and_then(|action| action.values().next()).expect("an action");
    let key = action.get("Key").or_else(|| action.get("Item")).expect("a key or an item");
    format!("{} {} {}", action["TableName"], key["p"], key["s"])
}

struct Faults {
    script: Box<dyn Fn(SeenCall<'_>) -> Fault + Send + Sync>,
    hold: Hold,
    calls: AtomicU64,
    transactions: AtomicU64,
    under_way: AtomicU64,
    /// Tokens of transactions that were sent and not answered. DynamoDB knows them again and answers what did not
    /// get through: whatever is in the way now, such a call is not cancelled.
    unanswered: Mutex<HashSet<String>>,
}

impl Intercept for Faults {
    async fn call(
        &self,
        database: &SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let operation = operation(&request);
        let transaction = (operation == "TransactWriteItems").then(|| Transaction::of(&request));
        let under_way = UnderWay::begin(&self.under_way);
        let seen = SeenCall {
            operation,
            before: self.calls.fetch_add(1, Ordering::SeqCst),
            transactions_before: self
                .transactions
                .fetch_add(u64::from(transaction.is_some()), Ordering::SeqCst),
            under_way: under_way.calls,
            actions: transaction.as_ref().map_or(&[], |transaction| &transaction.actions),
            body: request.body().bytes().unwrap_or_default(),
        };
        let fault = (self.script)(seen);
        // Those that were sent before and not answered meet nobody.
        let transaction = transaction.filter(|transaction| !self.unanswered().contains(&transaction.token));
        let mut held = None;
        match (fault, &transaction) {
            (Fault::Throttle, _) => return Ok(throttled()),
            (Fault::LostRequest, _) => return Err(lost()),
            (Fault::Conflict, Some(transaction)) => return Ok(transaction.conflict(|_| true)),
            (Fault::Pass | Fault::LostAnswer, Some(transaction)) if self.hold.time.is_some() => {
                match self.hold.take(&transaction.actions) {
                    Ok(items) => held = Some(items),
                    Err(action) => return Ok(transaction.conflict(|n| n == action)),
                }
            }
            _ => {}
        }
        if let (Fault::LostAnswer, Some(transaction)) = (fault, transaction) {
            self.unanswered().insert(transaction.token);
        }
        let answer = database.call(request);
        let answer = match (&held, self.hold.time) {
            (Some(_), Some(time)) => tokio::join!(answer, tokio::time::sleep(time)).0,
            _ => answer.await,
        };
        match fault {
            Fault::LostAnswer => Err(lost()),
            _ => answer,
        }
    }
}

impl Faults {
    fn unanswered(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is under way until this is dropped, however that comes.
struct UnderWay<'a> {
    counter: &'a AtomicU64,
    /// How many there were when it began, itself among them.
    calls: u64,
}

impl<'a> UnderWay<'a> {
    fn begin(counter: &'a AtomicU64) -> Self {
        Self { counter, calls: counter.fetch_add(1, Ordering::SeqCst) + 1 }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.counter.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A transaction, by the body of its request.
struct Transaction {
    token: String,
    actions: Vec<Value>,
}

impl Transaction {
    fn of(request: &HttpRequest) -> Self {
        let body: Value =
            request.body().bytes().and_then(|body| serde_json::from_slice(body).ok()).expect("JSON");
        Self {
            token: body["ClientRequestToken"].as_str().expect("a token").to_owned(),
            actions: body["TransactItems"].as_array().expect("actions").clone(),
        }
    }

    /// What DynamoDB answers when the items of these actions are another transaction's.
    fn conflict(&self, is_met: impl Fn(usize) -> bool) -> HttpResponse {
        let reasons: Vec<_> = (0..self.actions.len())
            .map(|n| match is_met(n) {
                true => {
                    json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" })
                }
                false => json!({ "Code": "None" }),
            })
            .collect();
        let codes: Vec<_> = reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
        let message = format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        );
        answer(
            400,
            &json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message": message,
                "CancellationReasons": reasons,
            }),
        )
    }
}

fn throttled() -> HttpResponse {
    answer(
        400,
        &json!({
            "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "message": "The level of configured provisioned throughput for the table was exceeded.",
        }),
    )
}

fn lost() -> ConnectorError {
    ConnectorError::timeout("injected".into())
}
