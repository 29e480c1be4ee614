//! What a request leaves in the log, as Lambda would have it.

use lambda_http::tracing::subscriber::filter::dynamic_filter_fn;
use lambda_http::tracing::subscriber::registry::LookupSpan;
use lambda_http::tracing::subscriber::{Layer, fmt};
use lambda_http::tracing::{Level, Subscriber};
use std::cell::RefCell;
use std::io::{Result, Write};

tokio::task_local! {
    static LOG: RefCell<Vec<u8>>;
}

/// What comes of `work`, and the lines that it logs meanwhile, each a JSON text. What it spawns is not heard.
pub async fn logged<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    let both = async {
        let answer = work.await;
        (answer, LOG.with(RefCell::take))
    };
    let (answer, log) = LOG.scope(RefCell::default(), both).await;
    let log = String::from_utf8(log).expect("text");
    (answer, log.lines().map(str::to_owned).collect())
}

/// Hears what is logged, at the level and in the format of a deployed stack.
pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    let is_heard =
        dynamic_filter_fn(|metadata, _| *metadata.level() <= Level::INFO && LOG.try_with(|_| ()).is_ok());
    fmt::layer().json().with_target(false).without_time().with_writer(|| Log).with_filter(is_heard)
}

/// Writes to the log of the task.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        LOG.with(|log| log.borrow_mut().write(bytes))
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
