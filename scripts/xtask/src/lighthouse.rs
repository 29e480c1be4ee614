//! `scripts/check-console --lighthouse`: how fast the first screens are there, and who can use them, by Google's measure.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    child,
    dev::{self, DevOptions},
    tools::{self, Node},
};

/// So often is each screen loaded; the median counts.
const LOADS: usize = 5;
/// The least that a screen may have of 100.
const BAR: f64 = 95.0;
const MEASURES: [&str; 2] = ["performance", "accessibility"];
const SCREENS: [(&str, &str); 2] = [("今天", "/#/today"), ("客户", "/#/customers")];
const DEVICES: [(&str, &[&str]); 2] = [("phone", &[]), ("desk", &["--preset=desktop"])];

/// Loads the screens of somebody who is signed in from a release build of its own.
///
/// # Errors
/// Names the screens below the bar.
pub async fn run(chromium: &Path) -> Result<()> {
    let program = tools::lighthouse().await?.join("node_modules/.bin/lighthouse");
    let dev = dev::start(DevOptions::released(1)).await?;
    let headers = json!({ "Cookie": format!("session={}", dev.token().await?) }).to_string();
    let report = testing::root().join("target/lighthouse.json");
    let mut low = Vec::new();
    println!("{:<6} {:<6} {:>11} {:>13}  first content", "", "", MEASURES[0], MEASURES[1]);
    for (device, preset) in DEVICES {
        for (screen, path) in SCREENS {
            let mut loads = Vec::new();
            for load in 1..=LOADS {
                let mut command = Node::find().await?.command(&program)?;
                command.arg(format!("{}{path}", dev.url)).args(preset).args([
                    "--quiet",
                    "--output=json",
                    "--only-categories=performance,accessibility",
                    "--chrome-flags=--headless=new --no-sandbox --disable-quic --disable-background-networking",
                ]);
                command.arg("--extra-headers").arg(&headers).arg("--output-path").arg(&report);
                command.env("CHROME_PATH", chromium);
                child::run(&format!("{screen} on a {device}, {load} of {LOADS}"), command).await?;
                loads.push(serde_json::from_str::<Value>(&fs::read_to_string(&report)?)?);
            }
            let [performance, accessibility] =
                MEASURES.map(|name| median(&loads, &format!("/categories/{name}/score")));
            let [performance, accessibility] = [performance? * 100.0, accessibility? * 100.0];
            let content = median(&loads, "/audits/first-contentful-paint/numericValue")?;
            println!("{screen:<6} {device:<6} {performance:>11.0} {accessibility:>13.0}  {content:.0} ms");
            if performance < BAR || accessibility < BAR {
                low.push(format!("{screen} on a {device}"));
            }
        }
    }
    ensure!(low.is_empty(), "below {BAR}: {}; the last report is {}", low.join(", "), report.display());
    Ok(())
}

/// The middle one of a figure of all loads.
fn median(loads: &[Value], figure: &str) -> Result<f64> {
    let of = |load: &Value| load.pointer(figure).and_then(Value::as_f64);
    let mut figures: Vec<_> = loads.iter().filter_map(of).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(LOADS / 2).copied().with_context(|| format!("Lighthouse does not tell {figure}"))
}
