//! samconfig.toml, in which `sam deploy --guided` keeps what it was answered. It holds no secret: a team commits its own,
//! so that everybody deploys the same stack with the same parameters. This project has none, for the same reason.

use std::{fs, io::ErrorKind};

use anyhow::{Context, Result};
use serde::Deserialize;

const FILE: &str = "samconfig.toml";

/// What it says of deploying.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Samconfig {
    /// The stack.
    pub stack_name: Option<String>,
    /// Its region.
    pub region: Option<String>,
    parameter_overrides: Overrides,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Overrides {
    Text(String),
    List(Vec<String>),
}

impl Default for Overrides {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Samconfig {
    /// Reads it; nothing where there is none.
    pub fn read() -> Result<Option<Self>> {
        match fs::read_to_string(testing::root().join(FILE)) {
            Ok(text) => Self::parse(&text).context(FILE).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context(FILE),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut value: toml::Value = toml::from_str(text)?;
        for name in ["default", "deploy", "parameters"] {
            match value.get(name) {
                Some(inner) => value = inner.clone(),
                None => return Ok(Self::default()),
            }
        }
        Ok(value.try_into()?)
    }

    /// The value of a parameter, where it is named.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let start = format!("{name}=");
        let value = |text: &str| {
            let words = text.split_whitespace().map(|word| word.trim_matches('"'));
            words.filter_map(|word| word.strip_prefix(&start)).map(|value| value.replace('"', "")).next()
        };
        match &self.parameter_overrides {
            Overrides::Text(text) => value(text),
            Overrides::List(parts) => parts.iter().find_map(|part| value(part)),
        }
    }

    /// Whether the functions are to run on arm64.
    pub fn is_arm64(&self) -> bool {
        let says = |text: &String| text.replace('"', "").contains("Architecture=arm64");
        match &self.parameter_overrides {
            Overrides::Text(text) => says(text),
            Overrides::List(parts) => parts.iter().any(says),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_stack_region_and_architecture_as_sam_writes_them() {
        let text = r#"version = 0.1
[default.deploy.parameters]
stack_name = "crm"
resolve_s3 = true
region = "cn-north-1"
parameter_overrides = "UtcOffset=\"+08:00\" Architecture=\"arm64\""
image_repositories = []
[default.global.parameters]
region = "cn-north-1"
"#;
        let read = Samconfig::parse(text).unwrap();
        assert_eq!((read.stack_name.as_deref(), read.region.as_deref()), (Some("crm"), Some("cn-north-1")));
        assert!(read.is_arm64());
        let intel = Samconfig::parse(&text.replace("arm64", "x86_64")).unwrap();
        assert!(!intel.is_arm64());
    }

    #[test]
    fn one_that_says_nothing_of_deploying_is_empty() {
        assert_eq!(Samconfig::parse("version = 0.1").unwrap(), Samconfig::default());
    }
}
