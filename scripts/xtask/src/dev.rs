//! `scripts/dev`: the whole project on this machine, with one command.

use std::{convert::Infallible, fs::File, future::pending, path::PathBuf, str::FromStr};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use shared::{
    store::Store,
    time::{Clock, Time},
};
use testing::{
    database, root,
    storage::{self, BUCKET, Storage},
    template::Template,
};
use tokio::task::spawn_blocking;

use crate::{
    admin::Admin,
    child::Child,
    console::{Console, FILES, WATCHED_FILES},
    dynamodb_local::DynamoDbLocal,
    folder::Folder,
    functions::{self, Port},
    local_table::{Contents, LocalTable, TABLE},
    progress::Step,
    smoke::Client,
    tools,
};

/// The file with all that cargo-lambda and the functions say in a run that nobody watches.
pub const LOG: &str = "target/dev.log";
/// Where `--database-only` serves it. Cargo.toml tells the functions of a `cargo lambda watch` that is started by hand.
pub const DATABASE_PORT: u16 = 9001;
/// The same of the storage.
pub const STORAGE_PORT: u16 = 9002;

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct DevOptions {
    /// The port to serve at
    #[arg(long, value_name = "N", default_value_t = 9000)]
    port: u16,
    /// The folder that keeps the data [default: .data in the project]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Keep nothing: the data is gone when this ends
    #[arg(long, conflicts_with = "data")]
    memory: bool,
    /// The database: dynoxide (embedded), dynamodb-local (AWS's own), or the URL of a running one
    #[arg(long, value_name = "dynoxide|dynamodb-local|URL", default_value = "dynoxide")]
    database: Database,
    /// No demo data, only the local admin
    #[arg(long)]
    empty: bool,
    /// Serve only the database and the storage, with their data, where `cargo lambda watch` looks for them when it is started by hand
    #[arg(long, conflicts_with_all = ["port", "release", "no_watch", "concurrency"])]
    database_only: bool,
    #[command(flatten)]
    serving: functions::Serving,
    /// A file for the logs, which go to standard error otherwise
    #[arg(skip)]
    log: Option<PathBuf>,
}

impl DevOptions {
    /// Demo data that is gone afterwards, at a free port.
    pub fn temporary() -> Self {
        let serving = functions::Serving { release: false, no_watch: true, concurrency: 1 };
        let (data, database, log) = (None, Database::Dynoxide, Some(root().join(LOG)));
        Self { port: 0, data, memory: true, database, empty: false, database_only: false, serving, log }
    }

    /// The same, of the release build with so many instances of each function.
    pub fn released(concurrency: u16) -> Self {
        let serving = functions::Serving { release: true, no_watch: true, concurrency };
        Self { serving, ..Self::temporary() }
    }
}

/// The project, up and running. It ends with this value.
pub struct Dev {
    /// Where it is served.
    pub url: String,
    watch: Child,
    _console: Option<Child>,
    _database: Running,
}

#[derive(Clone, Debug)]
enum Database {
    Dynoxide,
    DynamoDbLocal,
    Url(String),
}

impl FromStr for Database {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "dynoxide" => Ok(Self::Dynoxide),
            "dynamodb-local" => Ok(Self::DynamoDbLocal),
            url if url.starts_with("http://") => Ok(Self::Url(url.to_owned())),
            _ => Err("neither dynoxide, nor dynamodb-local, nor a URL with http://"),
        }
    }
}

/// A database and a storage in use. They end with this value, and let go of their folder after that.
struct Running {
    endpoint: String,
    storage: String,
    process: Option<DynamoDbLocal>,
    /// The storage, where it keeps nothing.
    _passing: Option<Storage>,
    _folder: Option<Folder>,
}

impl Dev {
    /// The token of a new session of the local admin.
    pub async fn token(&self) -> Result<String> {
        let anybody = Client::new(&self.url);
        let admin = Admin { phone: demo::ADMIN_PHONE.to_owned(), password: demo::ADMIN_PASSWORD.to_owned() };
        let client = spawn_blocking(move || anybody.signed_in(&admin)).await??;
        client.token().map(str::to_owned).context("signed in without a token")
    }
}

/// Brings everything up and serves it until something breaks or this is dropped.
pub async fn run(options: DevOptions) -> Result<Infallible> {
    if options.database_only {
        return serve_database(options).await;
    }
    let mut dev = start(options).await?;
    println!("ready: {}", dev.url);
    bail!("cargo lambda watch ended with code {}", dev.watch.wait().await?)
}

/// Serves the database and the storage until this is dropped, where [`DATABASE_PORT`] and [`STORAGE_PORT`] say.
async fn serve_database(options: DevOptions) -> Result<Infallible> {
    ensure!(!matches!(options.database, Database::Url(_)), "--database-only starts one: give no URL");
    let template = Template::read()?;
    let mut database =
        start_database(&options.database, (DATABASE_PORT, STORAGE_PORT), folder(&options)?).await?;
    fill(&database.endpoint, TABLE, &template, options.empty).await?;
    let (table, files) = (&database.endpoint, &database.storage);
    println!(
        "ready: the table {TABLE} at {table} and the bucket {BUCKET} at {files}, for cargo lambda watch"
    );
    match &mut database.process {
        Some(process) => bail!("AWS DynamoDB Local ended with code {}", process.wait().await?),
        None => pending().await,
    }
}

/// The variables of a local function, by which it finds the database, the storage and the files of the console.
pub fn variables(database: &str, storage: &str) -> [(String, String); 8] {
    [
        ("AWS_ENDPOINT_URL_DYNAMODB", database),
        ("AWS_ENDPOINT_URL_S3", storage),
        ("AWS_REGION", database::REGION),
        ("AWS_ACCESS_KEY_ID", database::CREDENTIAL),
        ("AWS_SECRET_ACCESS_KEY", database::CREDENTIAL),
        ("BUCKET_NAME", BUCKET),
        ("SHOW_CAPACITY", "1"),
        ("CONSOLE_FILES", FILES),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
}

/// Brings everything up.
pub async fn start(options: DevOptions) -> Result<Dev> {
    let template = Template::read()?;
    let port = Port::take(options.port)?;
    let url = port.url()?;
    let folder = folder(&options)?;

    let cargo_lambda = tools::cargo_lambda().await?;
    functions::build(&template, options.serving).await?;
    let console = Console::prepare().await?;
    console.build().await?;
    let console = if options.serving.no_watch { None } else { Some(console.watch().await?) };

    let database = start_database(&options.database, (0, 0), folder).await?;
    fill(&database.endpoint, TABLE, &template, options.empty).await?;

    let mut environment = template.environment(TABLE);
    environment.extend(variables(&database.endpoint, &database.storage));
    if console.is_some() {
        environment.push(("CONSOLE_FILES".to_owned(), WATCHED_FILES.to_owned()));
    }
    environment.push(("DEMO_ACCOUNTS".to_owned(), demo_accounts(options.empty)));
    let create =
        |path: &PathBuf| File::create(path).with_context(|| format!("cannot write {}", path.display()));
    let log = options.log.as_ref().map(create).transpose()?;
    let mut watch = functions::serve(&cargo_lambda, port, environment, options.serving, log)?;
    let see = options.log.map(|path| format!(": see {}", path.display())).unwrap_or_default();
    tokio::select! {
        code = watch.wait() => bail!("cargo lambda watch ended with code {}{see}", code?),
        ready = functions::ready(&url, &template) => ready?,
    }
    Ok(Dev { url, watch, _console: console, _database: database })
}

/// Who may sign in to the console with one click.
fn demo_accounts(empty: bool) -> String {
    let accounts = demo::ACCOUNTS.iter().take(if empty { 1 } else { usize::MAX });
    let account = |(name, phone, password): &(&str, &str, &str)| json!({ "name": name, "phoneNumber": phone, "password": password });
    accounts.map(account).collect::<serde_json::Value>().to_string()
}

/// The folder that the chosen database keeps its data in, if it keeps any here.
fn folder(options: &DevOptions) -> Result<Option<Folder>> {
    match &options.database {
        Database::Url(_) if options.memory || options.data.is_some() => {
            bail!("--memory and --data are for databases that this command starts")
        }
        Database::Url(_) => Ok(None),
        _ if options.memory => Ok(None),
        _ => Folder::take(options.data.clone().unwrap_or_else(Folder::default_path)).map(Some),
    }
}

/// Starts them at these ports: that of the database and that of the storage.
async fn start_database(
    database: &Database,
    (port, storage_port): (u16, u16),
    folder: Option<Folder>,
) -> Result<Running> {
    let (storage, passing) = match &folder {
        Some(folder) => (storage::serve_at(storage_port, &folder.storage()).await?, None),
        None => {
            let passing = Storage::start_at(storage_port).await?;
            (passing.endpoint.clone(), Some(passing))
        }
    };
    let (endpoint, process) = match database {
        Database::Dynoxide => {
            (database::embedded_at(port, folder.as_ref().map(Folder::dynoxide).as_deref()).await?, None)
        }
        Database::DynamoDbLocal => {
            let data = folder.as_ref().map(Folder::dynamodb_local);
            let process = DynamoDbLocal::start(port, data.as_deref()).await?;
            (process.endpoint.clone(), Some(process))
        }
        Database::Url(url) => (url.clone(), None),
    };
    Ok(Running { endpoint, storage, process, _passing: passing, _folder: folder })
}

/// The moment on the wall clock of the functions.
fn now(template: &Template, table_name: &str) -> Result<Time> {
    let settings = template.environment(table_name);
    let offset = settings.iter().find(|(name, _)| name == "UTC_OFFSET").map(|(_, offset)| offset.as_str());
    let clock = Clock::machine(offset.unwrap_or_default()).context("UTC_OFFSET is not like +08:00")?;
    Ok(clock.wall(clock.epoch()))
}

/// Makes the table and loads it, unless that has been done.
async fn fill(endpoint: &str, table_name: &str, template: &Template, empty: bool) -> Result<()> {
    let client = database::client(endpoint);
    let table = LocalTable::new(&client, table_name, &template.table);
    match table.prepare().await.with_context(|| format!("the database at {endpoint}"))? {
        Contents::Loaded => {}
        Contents::Foreign => {
            eprintln!("the table {table_name} has data of its own: no demo data is loaded into it")
        }
        Contents::Loading => {
            let step = Step::counted(if empty { "making the local admin" } else { "loading demo data" });
            let store = Store::new(client.clone(), table_name);
            if empty {
                demo::load_admin(store, now(template, table_name)?).await?;
            } else {
                demo::load(store, demo::Size::default(), now(template, table_name)?, step.bar()).await?;
            }
            table.loaded().await?;
            step.done();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use super::*;

    #[test]
    fn a_cargo_lambda_watch_by_hand_finds_the_database_that_runs_alone() {
        let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
        let environment = &manifest["workspace"]["metadata"]["lambda"]["env"];
        let environment: BTreeMap<String, String> = environment.clone().try_into().unwrap();
        let at = |port: u16| format!("http://127.0.0.1:{port}");
        let mut expected: BTreeMap<_, _> = variables(&at(DATABASE_PORT), &at(STORAGE_PORT)).into();
        // Those that give way to those of a scripts/dev.
        for (first, second) in [
            ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"),
            ("AWS_ENDPOINT_URL_S3", "LOCAL_ENDPOINT_URL_S3"),
        ] {
            let endpoint = expected.remove(first).unwrap();
            expected.insert(second.to_owned(), endpoint);
        }
        expected.insert("TABLE_NAME".to_owned(), TABLE.to_owned());
        assert_eq!(environment, expected, "[workspace.metadata.lambda.env] in Cargo.toml");
    }
}
