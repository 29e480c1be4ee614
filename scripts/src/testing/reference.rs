//! Whether what is read of a request, and answered to it, is what the API reference says.

use axum::http::{HeaderMap, Method, header::CONTENT_TYPE};
use docs::{document, reference};
use jsonschema::{Registry, Validator};
use lambda_http::tracing::field::{Field, Visit};
use lambda_http::tracing::subscriber::layer::{Context, SubscriberExt};
use lambda_http::tracing::subscriber::util::SubscriberInitExt;
use lambda_http::tracing::subscriber::{Layer, filter::filter_fn, registry};
use lambda_http::tracing::{Event, Subscriber};
use serde_json::{Value, json};
use shared::http::TRACE;
use shared::http::reference::Described;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::sync::{LazyLock, Mutex};

/// A parameter that a handler has asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    field: String,
    kind: String,
    place: String,
}

/// An operation, and what its answers have to be, by their statuses.
struct Known {
    described: Described,
    answers: HashMap<u16, Validator>,
}

static KNOWN: LazyLock<HashMap<(Method, &str), Known>> = LazyLock::new(|| {
    reference().operations.into_iter().map(|it| ((it.method.clone(), it.path), Known::new(it))).collect()
});
static FAILURE: LazyLock<Validator> = LazyLock::new(|| validator("/components/schemas/Failure"));
/// What was read by the handlers of this process, by the ids of their operations.
static SEEN: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());
static LISTENING: LazyLock<()> = LazyLock::new(|| {
    registry().with(Listener.with_filter(filter_fn(|metadata| metadata.target() == TRACE))).init();
});

tokio::task_local! {
    static READS: RefCell<BTreeSet<Read>>;
}

/// What comes of a request, and which parameters are read meanwhile.
pub(super) async fn listen<T>(request: impl Future<Output = T>) -> (T, BTreeSet<Read>) {
    LazyLock::force(&LISTENING);
    let both = async {
        let answer = request.await;
        (answer, READS.with(RefCell::take))
    };
    READS.scope(RefCell::default(), both).await
}

/// Checks an answer, and what was read for it.
pub(super) fn check(
    method: &Method,
    path: &str,
    reads: BTreeSet<Read>,
    status: u16,
    headers: &HeaderMap,
    body: &Value,
) {
    let Some(known) = KNOWN.get(&(method.clone(), path)) else {
        assert!(!matches!(status, 404 | 405) || FAILURE.is_valid(body), "{method} {path}: {body}");
        return;
    };
    for read in reads {
        known.check_read(&read);
        SEEN.lock().expect("nobody has failed").insert((known.described.id(), read.field));
    }
    // Where failures are answered with 200.
    let is_plain = status == 200 && body["status"] == 1;
    if is_plain && known.answers.values().any(|answer| answer.is_valid(body)) {
        return;
    }
    let answer = known.answers.get(&status);
    let answer = answer.unwrap_or_else(|| panic!("{method} {path}: {status} is not documented: {body}"));
    let errors: Vec<_> =
        answer.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(
        errors.is_empty(),
        "{method} {path}: {status} is not as documented:\n{}\n{body:#}",
        errors.join("\n")
    );
    let media_type = headers[CONTENT_TYPE].to_str().expect("a media type");
    let content = known.response(status)["content"].as_object().expect("a content");
    assert!(content.contains_key(media_type), "{method} {path}: {media_type} is not documented");
}

/// The parameters that no handler of this process has read, as `operation parameter`.
pub fn unread() -> Vec<String> {
    let seen = SEEN.lock().expect("nobody has failed");
    let names = KNOWN.values().flat_map(|known| {
        let params = known.described.operation.params.iter();
        let names = params.flat_map(|param| [param.name].into_iter().chain(param.aliases.iter().copied()));
        names.map(|name| (known.described.id(), name.to_owned())).collect::<Vec<_>>()
    });
    let unread = names.filter(|name| !seen.contains(name));
    unread.map(|(operation, name)| format!("{operation} {name}")).collect()
}

impl Known {
    fn new(described: Described) -> Self {
        let pointer = pointer(&described);
        let responses = document().pointer(&format!("{pointer}/responses")).and_then(Value::as_object);
        let answers = responses.expect("responses").iter().map(|(status, response)| {
            let at = match response["$ref"].as_str() {
                Some(shared) => shared.trim_start_matches('#').to_owned(),
                None => format!("{pointer}/responses/{status}"),
            };
            let response = document().pointer(&at).expect("a response");
            let media_type = response["content"].as_object().and_then(|content| content.keys().next());
            let media_type = media_type.expect("a media type").replace('/', "~1");
            let schema = validator(&format!("{at}/content/{media_type}/schema"));
            (status.parse().expect("a status"), schema)
        });
        let answers = answers.collect();
        Self { described, answers }
    }

    fn response(&self, status: u16) -> &'static Value {
        let response = document().pointer(&format!("{}/responses/{status}", pointer(&self.described)));
        let response = response.expect("a response");
        match response["$ref"].as_str() {
            Some(shared) => document().pointer(shared.trim_start_matches('#')).expect("a response"),
            None => response,
        }
    }

    fn check_read(&self, read: &Read) {
        let Described { method, path, operation } = &self.described;
        let place = if self.described.has_body() { "Body" } else { "Query" };
        let is_said = operation.params.iter().any(|param| {
            let has_name = param.name == read.field || param.aliases.contains(&read.field.as_str());
            has_name && format!("{:?}", param.kind) == read.kind
        });
        let is_there = operation.in_either || read.place == place;
        assert!(is_said && is_there, "{method} {path}: the reference does not know of {read:?}");
    }
}

fn pointer(described: &Described) -> String {
    let path = described.path.replace('/', "~1");
    format!("/paths/{path}/{}", described.method.as_str().to_lowercase())
}

/// What a schema of the document admits.
fn validator(pointer: &str) -> Validator {
    const DOCUMENT: &str = "urn:openapi";
    static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
        let registry = Registry::new().add(DOCUMENT, document()).expect("a document");
        registry.prepare().expect("references within it")
    });
    let schema = json!({ "$ref": format!("{DOCUMENT}#{pointer}") });
    jsonschema::options().with_registry(&REGISTRY).build(&schema).expect("a schema")
}

/// Hears which parameters are read.
struct Listener;

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut read = Read::default();
        event.record(&mut read);
        let _ = READS.try_with(|reads| reads.borrow_mut().insert(read));
    }
}

impl Visit for Read {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "field" {
            value.clone_into(&mut self.field);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "kind" => self.kind = format!("{value:?}"),
            "place" => self.place = format!("{value:?}"),
            _ => {}
        }
    }
}
