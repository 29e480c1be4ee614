//! Builds the functions and serves them with `cargo lambda watch`, which plays both API Gateway and Lambda.

use std::{
    fs::File,
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs},
    path::Path,
};

use anyhow::{Context, Result, anyhow, bail};
use testing::template::{DEFAULT_PATH, Template};
use tokio::task::spawn_blocking;

use crate::{
    child::{self, Child},
    patience::{PATIENCE, until_it_works},
    progress::Step,
};

/// Holds the port until [`serve`] takes it over, so that it is not lost while something builds.
pub struct Port(TcpListener);

impl Port {
    /// Takes the port on all addresses, or on 127.0.0.1 where there is no IPv6.
    pub fn take(port: u16) -> Result<Self> {
        let everywhere = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let taken = match TcpListener::bind(everywhere) {
            Ok(listener)
                if TcpStream::connect((Ipv4Addr::LOCALHOST, listener.local_addr()?.port())).is_ok() =>
            {
                Ok(listener)
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => Err(error),
            _ => TcpListener::bind(here),
        };
        taken.map(Self).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow!("port {port} is taken: end what uses it, or give another --port"),
            _ => anyhow!("port {port} cannot be used: {error}"),
        })
    }

    /// Where people reach it. A machine without an /etc/hosts does not know what localhost is.
    pub fn url(&self) -> Result<String> {
        let port = self.0.local_addr()?.port();
        let host = if ("localhost", port).to_socket_addrs().is_ok() { "localhost" } else { "127.0.0.1" };
        Ok(format!("http://{host}:{port}"))
    }
}

/// How the functions are built and served.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Serving {
    /// Build with the release profile, as for a deployment
    #[arg(long)]
    pub release: bool,
    /// Do not rebuild when a source file changes
    #[arg(long)]
    pub no_watch: bool,
    /// Instances of each function that may run at once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub concurrency: u16,
}

/// Builds all functions, so that no first request has to wait for it.
pub async fn build(template: &Template, serving: Serving) -> Result<()> {
    let mut cargo = child::command("cargo");
    cargo.arg("build").args(serving.release.then_some("--release")).current_dir(testing::root());
    for function in template.routed() {
        cargo.args(["--bin", function]);
    }
    match Child::start(cargo)?.wait().await? {
        0 => Ok(()),
        _ => bail!("the functions do not build"),
    }
}

/// Starts serving the functions at the port.
pub fn serve(
    cargo_lambda: &Path,
    port: Port,
    environment: Vec<(String, String)>,
    serving: Serving,
    log: Option<File>,
) -> Result<Child> {
    let address = port.0.local_addr()?;
    let mut watch = child::command(cargo_lambda);
    watch.args(["lambda", "watch", "--invoke-port", &address.port().to_string()]);
    watch.args(["--invoke-address", &address.ip().to_string()]);
    watch.args(["--concurrency", &serving.concurrency.to_string()]);
    watch.args(serving.release.then_some("--release"));
    watch.args(serving.no_watch.then_some("--ignore-changes"));
    // Its own log and those of the functions: standard output is left to what this command says.
    match log {
        Some(log) => watch.stdout(log.try_clone()?).stderr(log),
        None => watch.stdout(io::stderr()),
    };
    watch.envs(environment).current_dir(testing::root());
    drop(port);
    Child::start(watch)
}

/// Waits until every function has answered a request.
pub async fn ready(url: &str, template: &Template) -> Result<()> {
    let step = Step::begin("starting the functions");
    for function in template.routed() {
        step.show(function);
        let url = format!("{url}{}", probe(function, template));
        // The page of the console is no envelope.
        let answered = if url.ends_with('/') { opened(&url).await } else { answered(&url).await };
        answered.with_context(|| format!("function {function}"))?;
    }
    step.done();
    Ok(())
}

/// A path that the function answers, whatever it refuses; read-only if there is one. `cargo
/// lambda watch` goes by the path alone, so where only a POST would do, GET still reaches the function, which then answers
/// 405.
fn probe<'a>(function: &str, template: &'a Template) -> &'a str {
    let mut routes = template.routes.iter().filter(|route| route.function == function);
    let find = |method: &str| routes.clone().find(|route| route.method == method);
    let route = find("ANY").or_else(|| find("GET")).or_else(|| routes.next());
    match route.map(|route| route.path.as_str()) {
        Some(DEFAULT_PATH) | None => "/api",
        Some(path) => path,
    }
}

/// Waits until the URL answers with the envelope.
pub async fn answered(url: &str) -> Result<()> {
    until_it_works(async || {
        let url = url.to_owned();
        spawn_blocking(move || envelope(&url)).await?.map(drop)
    })
    .await
}

/// Waits until the URL answers with a page.
async fn opened(url: &str) -> Result<()> {
    until_it_works(async || {
        let url = url.to_owned();
        spawn_blocking(move || ureq::get(&url).call().map(drop)).await?.map_err(Into::into)
    })
    .await
}

/// Gets a URL and checks that the answer is the envelope, of success or of failure.
pub fn envelope(url: &str) -> Result<serde_json::Value> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build()
        .into();
    let no_answer = || format!("no answer from {url}");
    let answer: serde_json::Value = agent.get(url).call().with_context(no_answer)?.body_mut().read_json()?;
    if answer.get("status").is_none() {
        bail!("{url} answered {answer}");
    }
    Ok(answer)
}
