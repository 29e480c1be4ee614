//! Whether what is read of a request, and answered to it, is what the API reference says.

use crate::logs;
use axum::http::{HeaderMap, Method, header::CONTENT_TYPE};
use jsonschema::{Registry, Validator};
use lambda_http::tracing::field::{Field, Visit};
use lambda_http::tracing::subscriber::layer::{Context, SubscriberExt};
use lambda_http::tracing::subscriber::util::SubscriberInitExt;
use lambda_http::tracing::subscriber::{Layer, filter::filter_fn, registry};
use lambda_http::tracing::{Event, Subscriber};
use serde_json::{Map, Value, json};
use shared::http::reference::{Described, Dialect, Reference};
use shared::http::{Function, TRACE};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex};

/// The name of the document, for references into it.
const DOCUMENT: &str = "urn:openapi";

/// A parameter that a handler has asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    field: String,
    kind: String,
    source: String,
}

/// What the handlers have read, by the ids of their operations. Clones share it.
#[derive(Clone, Default)]
pub struct SeenReads(Arc<Mutex<BTreeSet<(String, String)>>>);

/// What the reference says of one function.
pub struct Documented {
    operations: Vec<Known>,
    /// The envelope of every refusal.
    failure: Validator,
}

/// An operation, and what its answers have to be, by their statuses.
struct Known {
    described: Described,
    answers: HashMap<u16, Answer>,
}

/// What an answer has to be; without a body where neither is there.
struct Answer {
    schema: Option<Validator>,
    media_types: Vec<String>,
}

static LISTENING: LazyLock<()> = LazyLock::new(|| {
    let reads = Listener.with_filter(filter_fn(|metadata| metadata.target() == TRACE));
    registry().with(reads).with(logs::layer()).init();
});

tokio::task_local! {
    static READS: RefCell<BTreeSet<Read>>;
}

/// What comes of a request, and which parameters are read meanwhile.
pub async fn listen<T>(request: impl Future<Output = T>) -> (T, BTreeSet<Read>) {
    LazyLock::force(&LISTENING);
    let both = async {
        let answer = request.await;
        (answer, READS.with(RefCell::take))
    };
    READS.scope(RefCell::default(), both).await
}

impl SeenReads {
    /// The parameters of these functions that are not among it, as `operation parameter`.
    pub fn unread(&self, functions: &[Function]) -> Vec<String> {
        let seen = self.0.lock().expect("nobody has failed");
        let described = functions.iter().flat_map(|function| reference(*function).operations);
        let names = described.flat_map(|described| {
            let params = described.operation.params.iter();
            let names =
                params.flat_map(|param| [param.name].into_iter().chain(param.aliases.iter().copied()));
            names.map(|name| (described.id(), name.to_owned())).collect::<Vec<_>>()
        });
        let unread = names.filter(|name| !seen.contains(name));
        unread.map(|(operation, name)| format!("{operation} {name}")).collect()
    }
}

impl Documented {
    /// The function's own, which is made when it is first asked for.
    pub fn of(function: Function) -> Arc<Self> {
        static ALL: Mutex<BTreeMap<&str, Arc<Documented>>> = Mutex::new(BTreeMap::new());
        let mut all = ALL.lock().expect("every reference can be made");
        Arc::clone(all.entry(function.name).or_insert_with(|| Arc::new(Self::new(function))))
    }

    fn new(function: Function) -> Self {
        let reference = reference(function);
        let document = reference.document(Dialect::Lenient);
        let schemas = Registry::new().add(DOCUMENT, &document).expect("a document");
        let schemas = schemas.prepare().expect("references within it");
        let known = |described: Described| Known::new(described, &document, &schemas);
        let operations = reference.operations.into_iter().map(known).collect();
        Self { operations, failure: validator(&schemas, "/components/schemas/Failure") }
    }

    fn known(&self, method: &Method, path: &str) -> Option<&Known> {
        self.operations.iter().find(|known| known.described.method == method && known.described.is_at(path))
    }

    /// Checks what was read for an answer, and notes it.
    pub fn check_reads(&self, method: &Method, path: &str, reads: BTreeSet<Read>, seen: &SeenReads) {
        let Some(known) = self.known(method, path) else { return };
        for read in reads {
            known.check_read(&read);
            seen.0.lock().expect("nobody has failed").insert((known.described.id(), read.field));
        }
    }

    /// Checks an answer.
    pub fn check(&self, method: &Method, path: &str, status: u16, headers: &HeaderMap, body: &Value) {
        // Where failures are answered with 200.
        let is_plain = status == 200 && body["status"] == 1;
        let Some(known) = self.known(method, path) else {
            // The function has no such operation.
            let is_refused = matches!(status, 404 | 405) || is_plain;
            assert!(is_refused && self.failure.is_valid(body), "{method} {path}: {status} {body}");
            return;
        };
        let fits = |answer: &Answer| answer.schema.as_ref().is_some_and(|schema| schema.is_valid(body));
        if is_plain && known.answers.values().any(fits) {
            return;
        }
        let answer = known.answers.get(&status);
        let answer = answer.unwrap_or_else(|| panic!("{method} {path}: {status} is not documented: {body}"));
        let Some(schema) = &answer.schema else {
            assert_eq!(body, "", "{method} {path}: {status} is documented without a body");
            return;
        };
        let errors: Vec<_> =
            schema.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(
            errors.is_empty(),
            "{method} {path}: {status} is not as documented:\n{}\n{body:#}",
            errors.join("\n")
        );
        let media_type = headers[CONTENT_TYPE].to_str().expect("a media type");
        let is_said = answer.media_types.iter().any(|said| said == media_type);
        assert!(is_said, "{method} {path}: {media_type} is not documented");
    }
}

impl Known {
    fn new(described: Described, document: &Value, schemas: &Registry<'_>) -> Self {
        let path = described.path.replace('/', "~1");
        let pointer = format!("/paths/{path}/{}", described.method.as_str().to_lowercase());
        let responses = document.pointer(&format!("{pointer}/responses")).and_then(Value::as_object);
        let answers = responses.expect("responses").iter().map(|(status, response)| {
            let at = match response["$ref"].as_str() {
                Some(shared) => shared.trim_start_matches('#').to_owned(),
                None => format!("{pointer}/responses/{status}"),
            };
            let content = document.pointer(&format!("{at}/content")).and_then(Value::as_object);
            let media_types: Vec<_> = content.into_iter().flat_map(Map::keys).cloned().collect();
            let media_type = media_types.first().map(|media_type| media_type.replace('/', "~1"));
            let schema =
                media_type.map(|media_type| validator(schemas, &format!("{at}/content/{media_type}/schema")));
            (status.parse().expect("a status"), Answer { schema, media_types })
        });
        let answers = answers.collect();
        Self { described, answers }
    }

    fn check_read(&self, read: &Read) {
        let Described { method, path, operation } = &self.described;
        let source = if self.described.has_body() { "Body" } else { "Query" };
        let is_said = operation.params.iter().any(|param| {
            let has_name = param.name == read.field || param.aliases.contains(&read.field.as_str());
            has_name && format!("{:?}", param.kind) == read.kind
        });
        let is_there = operation.in_either || read.source == source;
        assert!(is_said && is_there, "{method} {path}: the reference does not know of {read:?}");
    }
}

/// What a function says of its routes.
fn reference(function: Function) -> Reference {
    (function.describe)(Reference::default())
}

/// What a schema of the document admits.
fn validator(schemas: &Registry<'_>, pointer: &str) -> Validator {
    // Braces, as in a path with a parameter, are none of a URL's characters.
    let pointer = pointer.replace('{', "%7B").replace('}', "%7D");
    let schema = json!({ "$ref": format!("{DOCUMENT}#{pointer}") });
    jsonschema::options().with_registry(schemas).build(&schema).expect("a schema")
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
            "source" => self.source = format!("{value:?}"),
            _ => {}
        }
    }
}
