//! ministack, which plays AWS on this machine: it takes the real template and runs the real zips, as processes, with the
//! credentials of their roles, whose policies it enforces.
//!
//! Its HTTP APIs ignore the OpenAPI document in which SAM writes the routes, so that [`Ministack::connect`] reads them from
//! there. It gives SAM's transform the defaults of all parameters, so that another value has to be another default.
//! [`NOT_COVERED`] is what else a rehearsal does not show.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use aws_config::SdkConfig;
use serde_json::{Value, json};
use testing::database;
use tokio::task::spawn_blocking;
use ureq::{Agent, http::Request};

use crate::{
    child::{self, Child},
    patience::until_it_works,
    progress::Step,
    sam::StandIn,
    table, tools,
};

/// What only AWS itself shows.
pub const NOT_COVERED: [&str; 11] = [
    "that API Gateway reads the routes and CORS as SAM writes them: they were taken from the same document by hand",
    "that parameters reach SAM: the update was of a copy of template.yaml with other defaults",
    "throttling, access logs, alarms and the dashboard: they are made, and nothing sets them off",
    "TLS to the bucket, whose policy refuses calls without: it was taken away",
    "the checksum in a form, at which ministack does not look",
    "the limits of memory and time, cold starts, X-Ray, TLS, and the schedule of functions, which were invoked",
    "the time of a restore: ministack copies the table as it is, so that it was asked before the damage",
    "requests under way while their function is updated: ministack cuts them off, Lambda lets them finish",
    "the budget, whose type ministack does not know",
    "a table under load: no conflicts, no throttling",
    "the other architecture: the functions run on this machine's own processor",
];

/// The file with all that it and the functions say.
pub const LOG: &str = "log";
const CONFIG: &str = "samconfig.toml";
/// Where everything is; ministack knows no tags in a region that AWS could not have.
const REGION: &str = "eu-west-1";
/// ministack's only account, unless it is asked for another.
const ACCOUNT: &str = "000000000000";

/// The bucket, as the template calls it.
pub const BUCKET: &str = "Bucket";

/// Everything that a resource of the template could be listed among, as service, method, path, target and body.
const LISTINGS: [(&str, &str, &str, &str, &str); 12] = [
    ("lambda", "GET", "/2015-03-31/functions", "", ""),
    ("apigateway", "GET", "/v2/apis", "", ""),
    ("dynamodb", "POST", "/", "DynamoDB_20120810.ListTables", "{}"),
    ("logs", "POST", "/", "Logs_20140328.DescribeLogGroups", "{}"),
    ("events", "POST", "/", "AWSEvents.ListRules", "{}"),
    ("scheduler", "GET", "/schedules", "", ""),
    ("iam", "POST", "/", "", "Action=ListRoles&Version=2010-05-08"),
    ("iam", "POST", "/", "", "Action=ListPolicies&Scope=Local&Version=2010-05-08"),
    ("s3", "GET", "/", "", ""),
    ("sns", "POST", "/", "", "Action=ListTopics&Version=2010-03-31"),
    ("monitoring", "POST", "/", "", "Action=DescribeAlarms&Version=2010-08-01"),
    ("monitoring", "POST", "/", "", "Action=ListDashboards&Version=2010-08-01"),
];

/// A running ministack, in memory. It ends when this is dropped, and with it all functions that it started.
pub struct Ministack {
    /// Its address.
    pub endpoint: String,
    /// Where it writes, [`LOG`] among the rest.
    pub folder: PathBuf,
    _process: Child,
}

impl Ministack {
    /// Starts one on a free port and waits until it answers. What it writes goes into the folder, which is emptied before.
    pub async fn start(folder: &Path) -> Result<Self> {
        let program = tools::ministack().await?;
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let log = folder.join(LOG);
        fs::write(folder.join(CONFIG), "version = 0.1\n")?;

        let step = Step::begin("starting ministack");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let endpoint = format!("http://127.0.0.1:{port}");
        let said = File::create(&log)?;
        let mut ministack = child::command(program);
        ministack.envs(environment(&endpoint)).env("GATEWAY_PORT", port.to_string());
        ministack.env("BIND_HOST", "127.0.0.1").env("MINISTACK_REGION", REGION);
        // It enforces the policies of the roles, and starts nothing that listens elsewhere.
        ministack.env("AUTH", "true").env("LAMBDA_EXECUTOR", "local").env("IOT_MTLS_ENABLED", "0");
        ministack.env("TMPDIR", folder).env("HOME", folder).current_dir(folder);
        ministack.stdout(said.try_clone()?).stderr(said);
        let mut process = Child::start(ministack)?;
        let health = format!("{endpoint}/_ministack/health");
        tokio::select! {
            code = process.wait() => bail!("ministack ended with code {}: see {}", code?, log.display()),
            ready = ready(&health) => ready?,
        }
        step.done();
        Ok(Self { endpoint, folder: folder.to_owned(), _process: process })
    }

    /// How clients of AWS's own get here.
    pub async fn config(&self) -> SdkConfig {
        table::stand_in(&self.endpoint, REGION).await
    }

    /// How SAM gets here.
    pub fn stand_in(&self) -> StandIn {
        StandIn { environment: environment(&self.endpoint), config: self.folder.join(CONFIG) }
    }

    /// Gives the API its routes and integrations, from the document that API Gateway would read. Answers its address.
    pub async fn connect(&self, stack: &str, resources: &BTreeMap<String, String>) -> Result<String> {
        let api = resources.get("Api").context("the stack has no Api")?;
        let document = self.openapi(stack).await?;
        let paths = document.get("paths").and_then(Value::as_object).context("no paths")?;
        // After an update those that were there are still there.
        let there = self.call("apigateway", "GET", &format!("/v2/apis/{api}/routes"), "", "").await?;
        let there: Value = serde_json::from_str(&there)?;
        let there = there.get("items").and_then(Value::as_array).into_iter().flatten();
        let there: BTreeSet<_> = there.filter_map(|route| route.get("routeKey")?.as_str()).collect();
        let mut integrations = BTreeMap::new();
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let default = operation.get("isDefaultRoute") == Some(&json!(true));
                let key = if default { path.clone() } else { format!("{} {path}", method.to_uppercase()) };
                if there.contains(key.as_str()) {
                    continue;
                }
                let uri =
                    operation.pointer("/x-amazon-apigateway-integration/uri/Fn::Sub").and_then(Value::as_str);
                let uri =
                    resolved(uri.with_context(|| format!("{method} {path} has no integration"))?, resources);
                if !integrations.contains_key(&uri) {
                    let body = json!({
                        "integrationType": "AWS_PROXY", "integrationUri": uri, "payloadFormatVersion": "2.0",
                    });
                    let made = self.json("POST", &format!("/v2/apis/{api}/integrations"), body).await?;
                    let id = made.get("integrationId").and_then(Value::as_str).context("no integrationId")?;
                    integrations.insert(uri.clone(), id.to_owned());
                }
                let target = format!("integrations/{}", integrations.get(&uri).map_or("", String::as_str));
                let body = json!({ "routeKey": key, "target": target });
                self.json("POST", &format!("/v2/apis/{api}/routes"), body).await?;
            }
        }
        self.allow_origins(stack, resources).await?;
        if let Some(bucket) = resources.get(BUCKET) {
            self.allow_plain_calls(bucket).await?;
        }
        Ok(format!("{}/_aws/execute-api/{api}", self.endpoint))
    }

    /// Takes the policy of the bucket away, which refuses calls without TLS: here nobody has any.
    async fn allow_plain_calls(&self, bucket: &str) -> Result<()> {
        let path = format!("/{bucket}?policy");
        let policy = self.call("s3", "GET", &path, "", "").await?;
        ensure!(
            policy.contains("aws:SecureTransport"),
            "the bucket {bucket} takes calls without TLS: {policy}"
        );
        self.call("s3", "DELETE", &path, "", "").await?;
        Ok(())
    }

    /// Gives the API its CORS settings, from the same document; an update of the stack takes them away.
    pub async fn allow_origins(&self, stack: &str, resources: &BTreeMap<String, String>) -> Result<()> {
        let api = resources.get("Api").context("the stack has no Api")?;
        let document = self.openapi(stack).await?;
        let mut cors = document.get("x-amazon-apigateway-cors").context("no CORS")?.clone();
        if let Some(origins) = cors.get_mut("allowOrigins").filter(|origins| origins.is_string()) {
            *origins = origins.as_str().into_iter().flat_map(|text| text.split(',')).collect();
        }
        self.json("PATCH", &format!("/v2/apis/{api}"), json!({ "corsConfiguration": cors })).await?;
        Ok(())
    }

    /// Invokes a function, which must not fail.
    pub async fn invoke(&self, function: &str) -> Result<()> {
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let answer = self.call("lambda", "POST", &path, "", "{}").await?;
        ensure!(!answer.contains("errorType"), "the function {function} failed: {answer}");
        Ok(())
    }

    /// Whether the table refuses to be deleted.
    pub async fn protects(&self, table: &str) -> bool {
        let body = json!({ "TableName": table }).to_string();
        let deleted = self.call("dynamodb", "POST", "/", "DynamoDB_20120810.DeleteTable", &body).await;
        deleted.is_err_and(|error| error.to_string().contains("protect"))
    }

    /// Those of the names that something has which is listed anywhere.
    pub async fn present<'a>(
        &self,
        names: impl IntoIterator<Item = &'a String>,
    ) -> Result<BTreeSet<&'a String>> {
        let mut listed = String::new();
        for (service, method, path, target, body) in LISTINGS {
            listed.push_str(&self.call(service, method, path, target, body).await?);
        }
        Ok(names.into_iter().filter(|name| listed.contains(name.as_str())).collect())
    }

    /// The OpenAPI document of the API, in the template as SAM has processed it.
    async fn openapi(&self, stack: &str) -> Result<Value> {
        let body = format!("Action=GetTemplate&StackName={stack}&TemplateStage=Processed&Version=2010-05-15");
        let xml = self.call("cloudformation", "POST", "/", "", &body).await?;
        let text = xml.split_once("<TemplateBody>").and_then(|(_, rest)| rest.split_once("</TemplateBody>"));
        let (text, _) = text.context("no template")?;
        let text =
            text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">");
        let template: Value = serde_json::from_str(&text.replace("&amp;", "&"))?;
        template.pointer("/Resources/Api/Properties/Body").cloned().context("the Api has no document")
    }

    async fn json(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        Ok(serde_json::from_str(&self.call("apigateway", method, path, "", &body.to_string()).await?)?)
    }

    /// A call as the account's root, whose signature nobody checks.
    async fn call(
        &self,
        service: &str,
        method: &str,
        path: &str,
        target: &str,
        body: &str,
    ) -> Result<String> {
        let credential = format!("{}/20260101/{}/{service}/aws4_request", database::CREDENTIAL, REGION);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        let kind = match body.starts_with('{') {
            true => "application/x-amz-json-1.1",
            false => "application/x-www-form-urlencoded",
        };
        let request = Request::builder().method(method).uri(format!("{}{path}", self.endpoint));
        let request = request.header("authorization", authorization).header("content-type", kind);
        let request = match target {
            "" => request,
            target => request.header("x-amz-target", target),
        };
        let (request, what) = (request.body(body.to_owned())?, format!("{service} {method} {path} {target}"));
        spawn_blocking(move || {
            let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
            let mut answer = agent.run(request).with_context(|| format!("{what}: no answer"))?;
            let text = answer.body_mut().read_to_string()?;
            ensure!(answer.status().is_success(), "{what}: {} {text}", answer.status());
            Ok(text)
        })
        .await?
    }
}

/// Variables that lead every AWS client here.
fn environment(endpoint: &str) -> Vec<(String, String)> {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", database::CREDENTIAL),
        ("AWS_SECRET_ACCESS_KEY", database::CREDENTIAL),
        ("SAM_CLI_TELEMETRY", "0"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The text with the names in AWS of what it refers to.
fn resolved(text: &str, resources: &BTreeMap<String, String>) -> String {
    let mut text = text.replace("${AWS::Partition}", "aws").replace("${AWS::Region}", REGION);
    for (logical, physical) in resources {
        let arn = format!("arn:aws:lambda:{}:{ACCOUNT}:function:{physical}", REGION);
        text = text.replace(&format!("${{{logical}.Arn}}"), &arn);
    }
    text
}

async fn ready(url: &str) -> Result<()> {
    until_it_works(async || {
        let url = url.to_owned();
        spawn_blocking(move || ureq::get(&url).call()).await?.context("ministack does not answer").map(drop)
    })
    .await
}
