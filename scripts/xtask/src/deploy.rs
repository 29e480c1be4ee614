//! `scripts/deploy`: from the sources to a stack on AWS that answers.

use anyhow::{Context, Result, ensure};
use testing::template::Template;
use tokio::task::spawn_blocking;

use crate::{
    admin::{self, Admin},
    ask, check_template, functions, package,
    progress::Step,
    restore,
    sam::{Sam, UNATTENDED},
    samconfig::Samconfig,
    smoke,
    stacks::Stacks,
    table,
};

/// The output of the stack that names its address.
const URL: &str = "Url";

/// How to deploy.
#[derive(clap::Args, Debug)]
pub struct DeployOptions {
    /// Ask for everything, and keep the answers in samconfig.toml: for the first time, and for other answers
    #[arg(long)]
    guided: bool,
    /// The stack [default: what samconfig.toml says]
    #[arg(long, value_name = "NAME")]
    stack: Option<String>,
    /// For arm64 (Graviton), and not for x86_64; later samconfig.toml says it
    #[arg(long, requires = "guided")]
    arm64: bool,
    /// The phone number of the first admin; later that of an admin, as whom the smoke test reads [default: it is asked
    /// for]
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// More for `sam deploy`
    #[arg(last = true)]
    sam: Vec<String>,
}

/// Does all of it, and prints the address.
pub async fn run(options: DeployOptions) -> Result<()> {
    let template = Template::read()?;
    let before = Samconfig::read()?;
    let arguments = arguments(&options, before.as_ref())?;
    let arm64 = is_arm64(&options, before.as_ref());
    keeps_the_table(&options, before.as_ref()).await?;
    check_template::valid().await?;
    package::zips(&template, arm64).await?;
    Sam::aws(None).await?.deploy(&arguments).await?;

    let after = Samconfig::read()?;
    // Somebody who was asked for the architecture may have answered another than the zips are for.
    let other = options.guided && after.as_ref().is_some_and(|config| config.is_arm64() != arm64);
    ensure!(!other, "the zips were for another Architecture than was answered: run scripts/deploy again");
    let stack = options.stack.or_else(|| after.as_ref().and_then(|config| config.stack_name.clone()));
    let stack = stack.context("which stack? samconfig.toml does not say: give --stack")?;
    let region = after.and_then(|config| config.region);
    let outputs = Sam::aws(region.clone()).await?.outputs(&stack).await?;
    let url = outputs.get(URL).with_context(|| format!("the stack {stack} has no output {URL}"))?.clone();
    let (store, table) = table::of_stack(&stack, &outputs, region).await?;
    let anybody = admin::is_anybody_there(&store).await.with_context(|| format!("the table {table}"))?;
    let admin = match anybody {
        false => Some(admin::create(&store, options.phone, admin::NAME).await?),
        true => known(options.phone).await?,
    };
    test(&url, template, admin).await?;
    println!("{url}");
    Ok(())
}

/// Fails if samconfig.toml is older than a scripts/restore, whose table the stack would no longer serve.
async fn keeps_the_table(options: &DeployOptions, config: Option<&Samconfig>) -> Result<()> {
    let stack = options.stack.as_ref().or_else(|| config.and_then(|config| config.stack_name.as_ref()));
    let (Some(stack), Some(config)) = (stack, config) else { return Ok(()) };
    // Who names parameters at the command line means them: then SAM reads none from the file.
    let named = options.sam.iter().any(|argument| argument.starts_with("--parameter-overrides"));
    if named || config.parameter(restore::PARAMETER).is_none() {
        return Ok(());
    }
    let found = Stacks::new(&table::aws(config.region.clone()).await).find(stack).await?;
    found.map_or(Ok(()), |found| restore::agrees(stack, &found, Some(config)))
}

/// Somebody who is an admin already, as whom the smoke test may read.
async fn known(phone: Option<String>) -> Result<Option<Admin>> {
    let phone = match phone {
        Some(phone) => phone,
        None if ask::somebody() => {
            ask::line(
                "Phone number of an admin, to test as them, which signs them out everywhere (Enter: no)",
            )
            .await?
        }
        None => String::new(),
    };
    let phone = phone.trim().to_owned();
    if phone.is_empty() {
        eprintln!("not tested: signing in and reading, for which no admin was named");
        return Ok(None);
    }
    let password = ask::password(&format!("Password of {phone}")).await?;
    Ok(Some(Admin { phone, password }))
}

async fn test(url: &str, template: Template, admin: Option<Admin>) -> Result<()> {
    let step = Step::begin("testing what answers");
    // A new stack may need some seconds until all of AWS knows it.
    functions::answered(&format!("{url}/api/health")).await?;
    let url = url.to_owned();
    spawn_blocking(move || smoke::live(&url, &template, admin.as_ref()))
        .await?
        .context("it is deployed, but")?;
    step.done();
    Ok(())
}

/// What `sam deploy` is given.
fn arguments(options: &DeployOptions, config: Option<&Samconfig>) -> Result<Vec<String>> {
    let mut arguments = Vec::new();
    if options.guided {
        arguments.push("--guided");
        arguments.extend(
            options.arm64.then_some(["--parameter-overrides", "Architecture=arm64"]).into_iter().flatten(),
        );
    } else if config.is_some() {
        arguments.push("--no-fail-on-empty-changeset");
    } else {
        ensure!(
            options.stack.is_some(),
            "there is no samconfig.toml: the first time, give --guided, or --stack where nobody answers questions"
        );
        arguments.extend(UNATTENDED);
    }
    if let Some(stack) = &options.stack {
        arguments.extend(["--stack-name", stack]);
    }
    Ok(arguments.into_iter().map(str::to_owned).chain(options.sam.iter().cloned()).collect())
}

/// What the zips are to be built for, which must be what the parameter Architecture says.
fn is_arm64(options: &DeployOptions, config: Option<&Samconfig>) -> bool {
    let given = options.sam.iter().any(|argument| argument.contains("Architecture=arm64"));
    options.arm64 || given || config.is_some_and(Samconfig::is_arm64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> DeployOptions {
        DeployOptions { guided: false, stack: None, arm64: false, phone: None, sam: Vec::new() }
    }

    #[test]
    fn the_first_time_somebody_must_answer_or_name_the_stack() {
        assert!(arguments(&options(), None).unwrap_err().to_string().contains("--guided"));
        let named = arguments(&DeployOptions { stack: Some("crm".to_owned()), ..options() }, None).unwrap();
        assert!(
            named.contains(&"--resolve-s3".to_owned())
                && named.ends_with(&["--stack-name".to_owned(), "crm".to_owned()])
        );
        assert_eq!(arguments(&DeployOptions { guided: true, ..options() }, None).unwrap(), ["--guided"]);
    }

    #[test]
    fn what_samconfig_says_is_left_to_sam() {
        let config = Samconfig::default();
        assert_eq!(arguments(&options(), Some(&config)).unwrap(), ["--no-fail-on-empty-changeset"]);
    }

    #[test]
    fn an_architecture_given_to_sam_is_what_the_zips_are_built_for() {
        let sam = vec!["--parameter-overrides".to_owned(), "Architecture=arm64".to_owned()];
        assert!(is_arm64(&DeployOptions { sam, ..options() }, None));
        assert!(!is_arm64(&options(), Some(&Samconfig::default())));
    }
}
