//! `scripts/restore`: a copy of the table as it was, which the stack then serves; and back.

use anyhow::{Context, Result, ensure};
use aws_config::SdkConfig;
use clap::ArgGroup;
use jiff::Timestamp;

use crate::{
    copy::{self, Tables},
    samconfig::Samconfig,
    stacks::{Described, Stacks},
    table, verify,
};

/// The parameter of the stack that names the table it serves; empty for its own.
pub const PARAMETER: &str = "TableName";
/// What template.yaml calls the stack's own table.
const OWN: &str = "Table";

/// Which stack, and what it is to serve.
#[derive(clap::Args, Debug)]
#[command(group(ArgGroup::new("what").required(true).args(["at", "serve"])))]
pub struct RestoreOptions {
    /// The stack on AWS; credentials come from the environment, as for the AWS CLI
    #[arg(long, value_name = "NAME")]
    stack: String,
    /// Copy the table as it was at this time, such as 2026-11-25T10:00:00+08:00, and serve the copy
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Timestamp>,
    /// The table that is copied [default: the one that is served]
    #[arg(long, value_name = "TABLE", requires = "at")]
    from: Option<String>,
    /// Mend what differs in the copy, before it is served
    #[arg(long, requires = "at")]
    repair: bool,
    /// Serve a table that is there already: back to the one that was served before
    #[arg(long, value_name = "TABLE")]
    serve: Option<String>,
}

/// A stack, and the tables that it may serve.
pub struct Restore {
    stacks: Stacks,
    /// All tables there.
    pub tables: Tables,
    stack: String,
}

/// Does it, and says the way back.
pub async fn run(options: RestoreOptions) -> Result<()> {
    let config = Samconfig::read()?;
    let region = config.as_ref().and_then(|config| config.region.clone());
    let restore = Restore::new(&table::aws(region).await, &options.stack);
    if let Some(at) = options.at {
        restore.to(at, options.from, options.repair).await?;
    }
    if let Some(table) = options.serve {
        restore.serve(&table).await?;
    }
    let now = restore.stacks.settled(&options.stack).await?;
    let ours = config.filter(|config| config.stack_name.as_deref() == Some(&options.stack));
    if let Err(advice) = agrees(&options.stack, &now, ours.as_ref()) {
        eprintln!("before the next scripts/deploy: {advice}");
    }
    Ok(())
}

impl Restore {
    /// For a stack of this account and region.
    pub fn new(config: &SdkConfig, stack: &str) -> Self {
        Self { stacks: Stacks::new(config), tables: Tables::new(config), stack: stack.to_owned() }
    }

    /// Serves a copy of the table as it was. Safe to run again: it goes on where it was ended.
    pub async fn to(&self, at: Timestamp, from: Option<String>, repair: bool) -> Result<String> {
        let copy = self.begin(at, from).await?;
        self.tables.active(&copy).await?;
        let clean = verify::check(&self.tables.store(&copy), None, repair).await?;
        ensure!(clean, "{copy} differs from its records and is not served: the same with --repair mends it");
        self.serve(&copy).await?;
        Ok(copy)
    }

    /// Begins the copy, unless it is begun already. Answers its name.
    pub async fn begin(&self, at: Timestamp, from: Option<String>) -> Result<String> {
        ensure!(at <= Timestamp::now(), "{at} is not yet");
        let now = self.stacks.settled(&self.stack).await?;
        // Before anything is made that could not be served.
        let can = now.parameters.contains_key(PARAMETER);
        ensure!(can, "the stack {} has no parameter {PARAMETER} yet: run scripts/deploy first", self.stack);
        let source = match from {
            Some(table) => table,
            None => served(&now).with_context(|| format!("the stack {}", self.stack))?,
        };
        let copy = copy::name(&source, at);
        ensure!(copy != source, "{copy} is the table as it was at {at} already: name another --from");
        match self.tables.begin(&source, &copy, at).await? {
            true => eprintln!("{copy} will be {source} as it was at {at}"),
            false => eprintln!("{copy} was begun before, and is taken as it is"),
        }
        Ok(copy)
    }

    /// Lets the stack serve a table, with the settings of the one before, which stays as it is.
    pub async fn serve(&self, table: &str) -> Result<()> {
        self.tables.active(table).await?;
        let stack = &self.stack;
        let before = served(&self.stacks.settled(stack).await?)?;
        // Whoever has lost the one before needs this all the more.
        if before != table && self.tables.exists(&before).await? {
            let settings = self.tables.settings(&before).await?;
            self.tables.settle(table, settings).await.with_context(|| format!("the settings of {table}"))?;
        }
        let own = self.stacks.resource(stack, OWN).await?;
        let value = if own == table { "" } else { table };
        let now = served(&self.stacks.set(stack, PARAMETER, value).await?)?;
        ensure!(now == table, "the stack {stack} was updated, but serves {now}");
        println!("the stack {stack} serves {table}");
        if before != table {
            println!(
                "{before} stays as it is until you delete it; back: scripts/restore --stack {stack} --serve {before}"
            );
        }
        Ok(())
    }
}

/// Whether a deployment would leave the stack with the table that it serves; the advice where it would not.
pub fn agrees(stack: &str, now: &Described, config: Option<&Samconfig>) -> Result<()> {
    let Some(written) = config.and_then(|config| config.parameter(PARAMETER)) else { return Ok(()) };
    // A stack without the parameter gets it with this deployment.
    let there = now.parameters.get(PARAMETER).map_or("", String::as_str);
    ensure!(
        written == there,
        "samconfig.toml says {PARAMETER}=\"{written}\" and the stack {stack} has \"{there}\": write {PARAMETER}=\"{there}\" there"
    );
    Ok(())
}

fn served(stack: &Described) -> Result<String> {
    stack.outputs.get(table::OUTPUT).cloned().with_context(|| format!("no output {}", table::OUTPUT))
}

/// A time to the second, which says of which offset it is.
fn moment(text: &str) -> Result<Timestamp, String> {
    let at: Timestamp = text.parse().map_err(|_| {
        "not a time with its offset from UTC, such as 2026-11-25T10:00:00+08:00 or 2026-11-25T02:00:00Z"
            .to_owned()
    })?;
    Timestamp::from_second(at.as_second()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_says_its_offset() {
        assert_eq!(moment("2026-11-25T10:00:00+08:00").unwrap().to_string(), "2026-11-25T02:00:00Z");
        assert_eq!(moment("2026-11-25T02:00:00.9Z").unwrap().to_string(), "2026-11-25T02:00:00Z");
        assert!(moment("2026-11-25 10:00:00").unwrap_err().contains("+08:00"));
    }

    #[test]
    fn a_deployment_that_would_change_the_table_is_told() {
        let stack = |table: &str| Described {
            status: String::new(),
            reason: String::new(),
            parameters: [(PARAMETER.to_owned(), table.to_owned())].into(),
            outputs: [].into(),
        };
        let config = |overrides: &str| {
            let text = format!("[default.deploy.parameters]\nparameter_overrides = '{overrides}'");
            Samconfig::parse(&text).unwrap()
        };
        let empty = config("UtcOffset=\"+08:00\" TableName=\"\"");
        let advice = agrees("crm", &stack("crm-at-1"), Some(&empty)).unwrap_err().to_string();
        assert!(advice.ends_with("write TableName=\"crm-at-1\" there"), "{advice}");
        agrees("crm", &stack(""), Some(&empty)).unwrap();
        agrees("crm", &stack("crm-at-1"), Some(&config("TableName=\"crm-at-1\" Memory=\"256\""))).unwrap();
        // SAM leaves what is not named as it is.
        agrees("crm", &stack("crm-at-1"), Some(&config("Memory=\"256\""))).unwrap();
        agrees("crm", &stack("crm-at-1"), None).unwrap();
    }
}
