//! `scripts/check-console`: the console in Chromium, against a `scripts/dev` that it starts.

use std::{ffi::OsString, path::PathBuf};

use anyhow::{Result, bail};

use crate::{
    child::Child,
    console::{Console, FILES},
    dev, lighthouse, tools,
};

/// What can be chosen.
#[derive(clap::Args, Debug)]
pub struct CheckConsoleOptions {
    /// A server that runs already, in place of one that is started for this
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Renew the pictures in functions/console/pictures, with a Chromium and a Chinese font that are fetched for it
    #[arg(long)]
    pictures: bool,
    /// Measure the first screens of a release build with Lighthouse, in place of the stories
    #[arg(long, conflicts_with_all = ["url", "pictures", "playwright"])]
    lighthouse: bool,
    /// Arguments of Playwright, such as the name of a file of stories; with HEAVY=1 in the environment also the one that takes
    /// some minutes
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    playwright: Vec<OsString>,
}

/// Fails if the types are wrong or a story is.
pub async fn run(options: CheckConsoleOptions) -> Result<()> {
    // What is missing is said before anything is built.
    let chromium =
        if options.pictures { tools::chromium_with_fonts().await? } else { tools::chromium().await? };
    if options.lighthouse {
        return lighthouse::run(&chromium).await;
    }
    let console = Console::prepare().await?;
    console.check_types().await?;
    let dev = match options.url {
        Some(_) => None,
        None => Some(dev::start(dev::DevOptions::temporary()).await?),
    };
    let url = options.url.or_else(|| dev.as_ref().map(|dev| dev.url.clone())).unwrap_or_default();
    let root = testing::root();
    let mut stories = console.command("playwright")?;
    stories.arg("test").args(options.pictures.then_some("screens")).args(options.playwright);
    stories.env("URL", url).env("CHROMIUM", chromium).env("FILES", root.join(FILES));
    let pictures: Option<PathBuf> = options.pictures.then(|| root.join("functions/console/pictures"));
    stories.envs(pictures.map(|folder| ("PICTURES", folder)));
    match Child::start(stories)?.wait().await? {
        0 => Ok(()),
        _ => {
            bail!("the console does not do what its stories tell; what the functions said is in {}", dev::LOG)
        }
    }
}
