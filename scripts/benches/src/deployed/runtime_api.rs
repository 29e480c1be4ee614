//! The Lambda Runtime API, over which one instance of a function gets its events and answers them.

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// An answer takes no longer; under a quota the first ones take seconds.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The side of Lambda. It ends with this value.
pub struct RuntimeApi {
    /// What the function finds in `AWS_LAMBDA_RUNTIME_API`.
    pub address: String,
    events: mpsc::UnboundedSender<String>,
    answers: mpsc::UnboundedReceiver<Answer>,
    server: JoinHandle<()>,
}

/// What a function made of an event.
pub struct Answer {
    /// When the function was handed the event.
    pub begun: Instant,
    /// When its answer was here.
    pub ended: Instant,
    body: Result<String, String>,
}

impl Answer {
    /// What was answered, as Lambda has it.
    fn response(&self) -> Result<Value> {
        match &self.body {
            Ok(body) => Ok(serde_json::from_str(body)?),
            Err(error) => bail!("failed: {error}"),
        }
    }

    /// The `data` of the envelope; null if there is none, or it was no envelope that was answered.
    pub fn data(&self) -> Result<Value> {
        let response = self.response()?;
        let body = response.get("body").and_then(Value::as_str).unwrap_or_default();
        let mut envelope: Value = serde_json::from_str(body).unwrap_or_default();
        Ok(envelope.get_mut("data").map(Value::take).unwrap_or_default())
    }
}

struct Function {
    events: Mutex<mpsc::UnboundedReceiver<String>>,
    begun: Mutex<Instant>,
    answers: mpsc::UnboundedSender<Answer>,
}

impl RuntimeApi {
    /// Serves one instance.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let ((events, for_function), (from_function, answers)) =
            (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let function = Function {
            events: Mutex::new(for_function),
            begun: Mutex::new(Instant::now()),
            answers: from_function,
        };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(error))
            .with_state(Arc::new(function));
        let server = tokio::spawn(async move {
            // It never ends by itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, events, answers, server })
    }

    /// Hands an event to the function and waits for its answer, which must be a success.
    pub async fn invoke(&mut self, event: &str) -> Result<Answer> {
        self.events.send(event.to_owned())?;
        let answer = timeout(PATIENCE, self.answers.recv()).await.context("no answer")?;
        let answer = answer.context("no answer")?;
        // A schedule's event has no HTTP status for an answer.
        let response = answer.response()?;
        if response.get("statusCode").is_some_and(|status| status != 200) {
            bail!("answered {response}");
        }
        Ok(answer)
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next(State(function): State<Arc<Function>>) -> impl IntoResponse {
    let event = function.events.lock().await.recv().await.ok_or(StatusCode::GONE)?;
    let deadline = SystemTime::now() + PATIENCE;
    let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string();
    let headers = [
        ("content-type", "application/json"),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", deadline.as_str()),
        ("lambda-runtime-invoked-function-arn", "arn:aws-cn:lambda:cn-north-1:123456789012:function:crm"),
        (
            "lambda-runtime-trace-id",
            "Root=1-6107c000-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0",
        ),
    ];
    let response = (headers, event).into_response();
    *function.begun.lock().await = Instant::now();
    Ok::<_, StatusCode>(response)
}

async fn response(State(function): State<Arc<Function>>, body: String) -> StatusCode {
    function.answered(Ok(body)).await
}

async fn error(State(function): State<Arc<Function>>, body: String) -> StatusCode {
    function.answered(Err(body)).await
}

impl Function {
    async fn answered(&self, body: Result<String, String>) -> StatusCode {
        let ended = Instant::now();
        let begun = *self.begun.lock().await;
        // Nobody listens any more when the instance is being ended.
        let _ = self.answers.send(Answer { begun, ended, body });
        StatusCode::ACCEPTED
    }
}
