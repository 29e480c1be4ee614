//! From a handler to a router to a Lambda function.

use super::access::Access;
use super::call::{Admission, Call};
use super::callers::Me;
use super::form::Form;
use super::in_path::InPath;
use super::reference::Operation;
use super::{App, Failure, Handler, HttpResult, Routes, body};
use crate::Error;
use crate::log::short;
use crate::store::{Meter, Store, jittered};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request, State};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use futures_util::future::try_join;
use lambda_http::{RequestExt, tracing};
use percent_encoding::percent_decode_str;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

/// For how long a request is tried again whose reads others keep changing.
const STALE_LIMIT: Duration = Duration::from_secs(8);
/// For how long a request may take: template.yaml lets Lambda end it after 29 s.
const LONGEST: Duration = Duration::from_secs(28);
/// What is left of Lambda's time to answer in.
const ANSWERING: Duration = Duration::from_secs(1);

/// The routes of one function.
pub struct Api {
    app: App,
    router: Router<App>,
}

/// What a request is known by in answers and logs, and what it costs.
#[derive(Clone)]
struct Tracking {
    request_id: String,
    meter: Meter,
    /// The employee whose session it is in, once that is known.
    signed_in: Arc<OnceLock<u32>>,
}

impl Api {
    /// No routes yet.
    pub fn new(app: App) -> Self {
        Self { app, router: Router::new() }
    }

    /// The router: paths and methods that it does not know are refused in the envelope, every answer is logged.
    pub fn into_router(self) -> Router {
        self.into_router_with(|_| Failure::no_such_path())
    }

    /// As [`Api::into_router`], with `unknown` to say what is wrong with a path that no route takes.
    pub fn into_router_with(self, unknown: fn(&str) -> Failure) -> Router {
        let no_path = move |State(app): State<App>,
                            Extension(tracking): Extension<Tracking>,
                            request: Request| async move {
            refuse(&app, &tracking, unknown(request.uri().path()))
        };
        let no_method = |State(app): State<App>, Extension(tracking): Extension<Tracking>| async move {
            // axum adds `Allow`.
            refuse(&app, &tracking, Failure::no_such_method(None))
        };
        self.router
            .fallback(no_path)
            .method_not_allowed_fallback(no_method)
            .layer(from_fn_with_state(self.app.clone(), track))
            .with_state(self.app)
    }
}

impl Routes for Api {
    fn on(
        self,
        methods: &'static [Method],
        path: &'static str,
        handler: impl Handler,
        operation: fn() -> Operation,
    ) -> Self {
        let form = Arc::new(Form::new(operation(), self.app.clock.offset()));
        let serve =
            move |State(app): State<App>, Extension(tracking): Extension<Tracking>, request: Request| {
                let (handler, form) = (handler.clone(), Arc::clone(&form));
                async move { respond(&app, &tracking, path, handler, &form, request).await }
            };
        let filters = methods.iter().filter_map(|method| MethodFilter::try_from(method.clone()).ok());
        match filters.reduce(MethodFilter::or) {
            Some(filter) => Self { router: self.router.route(path, on(filter, serve)), ..self },
            None => self,
        }
    }
}

/// Runs a function in Lambda: logs as Lambda is configured, and serves the router made from the environment.
///
/// # Errors
/// If the environment is incomplete, or the Lambda runtime cannot be reached.
pub async fn run(router: impl FnOnce(App) -> Router) -> std::result::Result<(), lambda_http::Error> {
    serve(App::from_env, router).await
}

/// The same for a function that uses the bucket.
///
/// # Errors
/// As [`run`].
pub async fn run_with_bucket(
    router: impl FnOnce(App) -> Router,
) -> std::result::Result<(), lambda_http::Error> {
    serve(|| App::from_env()?.with_bucket(), router).await
}

/// How often a function goes on after a lost connection, before that ends it.
const CONNECTIONS_LOST: u32 = 20;

async fn serve(
    app: impl FnOnce() -> std::result::Result<App, String>,
    router: impl FnOnce(App) -> Router,
) -> std::result::Result<(), lambda_http::Error> {
    tracing::init_default_subscriber();
    let router = router(app()?);
    // The runtime may close a connection just when it is used again, as `cargo lambda watch` does when a caller has gone away. Lambda
    // would start a function anew that ends for it; `cargo lambda watch` does not.
    let mut lost = 0;
    loop {
        match lambda_http::run(router.clone()).await {
            Err(cause) if lost < CONNECTIONS_LOST => {
                tracing::warn!(cause = short(&cause), "the connection to the runtime is lost");
            }
            ended => return ended,
        }
        lost += 1;
    }
}

/// Answers a request, or refuses it in the envelope.
async fn respond(
    app: &App,
    tracking: &Tracking,
    path: &str,
    handler: impl Handler,
    form: &Form,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let in_path = InPath::of(&mut parts).await;
    parts.extensions.insert(in_path);
    let answered = answer(app, tracking, path, handler, form, &parts, body).await;
    match answered.and_then(|reply| Ok(reply.into_response(&parts.headers)?)) {
        Ok(response) => response,
        Err(failure) => refuse(app, tracking, failure),
    }
}

/// Calls the handler. If what the handler has read changes before it writes, calls it again with everything read again.
async fn answer(
    app: &App,
    tracking: &Tracking,
    path: &str,
    handler: impl Handler,
    form: &Form,
    parts: &Parts,
    body: Body,
) -> HttpResult {
    let access = Access::of(&parts.method, path);
    // A body of a GET has no meaning (RFC 9110, 9.3.1): whatever it is, it is no reason to refuse the request.
    let bytes = if parts.method == Method::GET { Bytes::new() } else { body::read(body).await? };
    let begun = Instant::now();
    let store = app.store.metered(tracking.meter.clone()).with_deadline(begun + time_limit(parts));
    for attempt in 0.. {
        let admit = |store| Call::admit(app, store, access, parts, &bytes, &tracking.signed_in);
        let early = if attempt == 0 { begin_early(app, &store, access, path, parts) } else { None };
        let (admission, early) = match early {
            None => (admit(store.clone()).await?, None),
            Some((call, known)) => {
                let reader = call.store.clone();
                let answered = async { Ok(read(&handler, form, *call, parts).await) };
                let (admission, answered) = try_join(admit(store.branch()), answered).await?;
                store.join();
                (admission, Some((answered, known)).filter(|_| !reader.has_refused()))
            }
        };
        let mut call = match admission {
            Admission::Replay(reply) => return Ok(reply),
            Admission::Call(call) => call,
        };
        if let Some((answered, known)) = early
            && call.is_of(&known)
            && answered.as_ref().err().is_none_or(|failure| !failure.is_stale())
        {
            return answered;
        }
        let has_key = call.has_key();
        let params = form.fill(&mut call, parts)?;
        match handler.call(*call).await.map_err(|failure| form.refuse(failure, &params)) {
            Err(failure) if failure.is_stale() && begun.elapsed() < STALE_LIMIT => {
                tokio::time::sleep(jittered(attempt, Duration::from_millis(10))).await
            }
            Err(failure) if has_key && !failure.is_ours() => {
                // Perhaps the same request was done since its answer was looked for: the record that it deletes is gone,
                // the record that it edits has another version.
                return match admit(store.clone()).await? {
                    Admission::Replay(reply) => Ok(reply),
                    Admission::Call(_) => Err(failure),
                };
            }
            other => return other,
        }
    }
    Err(Error::internal("attempts do not end").into())
}

/// The request as it may begin before its session is looked for, if it may.
fn begin_early(
    app: &App,
    store: &Store,
    access: Access,
    path: &str,
    parts: &Parts,
) -> Option<(Box<Call>, Arc<Me>)> {
    let may = access != Access::Open && Access::may_begin_early(&parts.method, path);
    if may { Call::early(app, store.branch(), access, parts) } else { None }
}

/// Calls the handler of a request that only reads.
async fn read(handler: &impl Handler, form: &Form, mut call: Call, parts: &Parts) -> HttpResult {
    let params = form.fill(&mut call, parts)?;
    handler.call(call).await.map_err(|failure| form.refuse(failure, &params))
}

/// For how long the request may take: as long as Lambda lets it, which is more or less than usual where somebody has set the
/// function's timeout by hand.
fn time_limit(parts: &Parts) -> Duration {
    let context = parts.extensions.get::<lambda_http::Context>();
    let left = context.and_then(|context| context.deadline().duration_since(SystemTime::now()).ok());
    left.map_or(LONGEST, |left| left.saturating_sub(ANSWERING).min(LONGEST))
}

fn refuse(app: &App, tracking: &Tracking, failure: Failure) -> Response {
    let (Tracking { request_id, .. }, cause) = (tracking, short(failure.cause()));
    if failure.is_ours() {
        tracing::error!(request_id, cause, "failed");
    } else {
        tracing::info!(request_id, cause, "refused");
    }
    failure.into_response(app, request_id)
}

/// Gives the request its id and its meter, and logs what came of it and who made it: never its query, headers or body,
/// where tokens and passwords are.
async fn track(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (request_id, meter, signed_in) = (request_id(&request), Meter::default(), Arc::default());
    let tracking = Tracking { request_id, meter, signed_in };
    request.extensions_mut().insert(tracking.clone());
    let (method, path) = (short(request.method()), short(requested_path(&request)));
    let mut response = if is_plain(&request) {
        next.run(request).await
    } else {
        refuse(&app, &tracking, Failure::no_such_path())
    };
    // No browser may take an answer for something else than it is called.
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let cost = tracking.meter.cost();
    tracing::info!(
        request_id = tracking.request_id,
        method,
        path,
        employee = tracking.signed_in.get(),
        status = response.status().as_u16(),
        ms = begun.elapsed().as_secs_f64() * 1e3,
        database_ms = tracking.meter.waited().as_secs_f64() * 1e3,
        rcu = cost.rcu,
        wcu = cost.wcu,
        calls = cost.calls,
        depth = cost.depth,
        "answered"
    );
    if app.show_capacity
        && let Ok(cost) = HeaderValue::try_from(cost.to_string())
    {
        response.headers_mut().insert("x-capacity", cost);
    }
    response
}

/// The path as the gateway was asked for it.
fn requested_path(request: &Request) -> &str {
    match request.raw_http_path() {
        "" => request.uri().path(),
        raw => raw,
    }
}

/// Whether the path is the one that was asked for. `lambda_http` resolves `.` and `..` in it: the gateway and the router would
/// each see another path.
fn is_plain(request: &Request) -> bool {
    percent_decode_str(requested_path(request)).eq(percent_decode_str(request.uri().path()))
}

/// Lambda's id of the request, under which its own log lines stand too; a random one elsewhere.
fn request_id(request: &Request) -> String {
    let context = request.extensions().get::<lambda_http::Context>();
    context.map(|context| short(&context.request_id)).unwrap_or_else(|| {
        let mut bytes = [0; 8];
        // Without randomness requests are harder to tell apart in the log; that is no reason to refuse them.
        let _ = getrandom::fill(&mut bytes);
        hex::encode(bytes)
    })
}
