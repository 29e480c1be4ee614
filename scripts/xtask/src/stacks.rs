//! Stacks, as CloudFormation has them.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use aws_config::SdkConfig;
use aws_sdk_cloudformation::{
    Client,
    error::ProvideErrorMetadata,
    types::{Capability, Parameter},
};
use tokio::time::sleep;

use crate::progress::Step;

/// Between two looks at a stack that is being updated.
const PAUSE: Duration = Duration::from_secs(2);

/// The stacks of an account in a region.
pub struct Stacks(Client);

/// A stack as it is now.
#[derive(Debug)]
pub struct Described {
    /// Such as `UPDATE_COMPLETE`.
    pub status: String,
    /// Why it is so, where there is a reason.
    pub reason: String,
    /// The values of its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
}

impl Stacks {
    /// Those of this account and region.
    pub fn new(config: &SdkConfig) -> Self {
        Self(Client::new(config))
    }

    /// The stack of that name, if there is one.
    pub async fn find(&self, stack: &str) -> Result<Option<Described>> {
        let answer = match self.0.describe_stacks().stack_name(stack).send().await {
            Ok(answer) => answer,
            Err(error) if error.message().is_some_and(|text| text.contains("does not exist")) => {
                return Ok(None);
            }
            Err(error) => return Err(error).with_context(|| format!("the stack {stack}")),
        };
        let Some(found) = answer.stacks.into_iter().flatten().next() else { return Ok(None) };
        let parameters = found.parameters.into_iter().flatten();
        let outputs = found.outputs.into_iter().flatten();
        Ok(Some(Described {
            status: found.stack_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
            reason: found.stack_status_reason.unwrap_or_default(),
            parameters: parameters
                .filter_map(|it| Some((it.parameter_key?, it.parameter_value.unwrap_or_default())))
                .collect(),
            outputs: outputs.filter_map(|it| Some((it.output_key?, it.output_value?))).collect(),
        }))
    }

    /// The stack of that name, which must be there and not be changing.
    pub async fn settled(&self, stack: &str) -> Result<Described> {
        let found = self.find(stack).await?.with_context(|| format!("there is no stack {stack}"))?;
        let settled = found.status.ends_with("_COMPLETE");
        ensure!(settled, "the stack {stack} is {}: wait until it is done", found.status);
        Ok(found)
    }

    /// The name in AWS of what the template calls so.
    pub async fn resource(&self, stack: &str, name: &str) -> Result<String> {
        let request = self.0.describe_stack_resource().stack_name(stack).logical_resource_id(name);
        let detail = request.send().await.with_context(|| format!("the {name} of the stack {stack}"))?;
        let detail = detail.stack_resource_detail.and_then(|detail| detail.physical_resource_id);
        detail.with_context(|| format!("the stack {stack} has no {name}"))
    }

    /// Gives one parameter another value, and waits until all of the stack has it. The code and the other parameters stay
    /// as they are deployed, whatever the sources say here.
    pub async fn set(&self, stack: &str, name: &str, value: &str) -> Result<Described> {
        let mut before = self.settled(stack).await?;
        let Some(there) = before.parameters.remove(name) else {
            bail!("the stack {stack} has no parameter {name} yet: run scripts/deploy first");
        };
        if there != value {
            let step = Step::begin(&format!("updating the stack {stack}"));
            let kept = before.parameters.into_keys();
            let kept = kept.map(|key| Parameter::builder().parameter_key(key).use_previous_value(true));
            let new = Parameter::builder().parameter_key(name).parameter_value(value);
            let update = self.0.update_stack().stack_name(stack).use_previous_template(true);
            // The template has roles, and what SAM makes of it.
            let update = update.capabilities(Capability::CapabilityIam);
            let update = update.capabilities(Capability::CapabilityAutoExpand);
            let parameters = kept.chain([new]).map(|parameter| parameter.build()).collect();
            update.set_parameters(Some(parameters)).send().await?;
            self.updated(stack, &step).await?;
            step.done();
        }
        self.settled(stack).await
    }

    async fn updated(&self, stack: &str, step: &Step) -> Result<()> {
        loop {
            let now = self.find(stack).await?.with_context(|| format!("the stack {stack} is gone"))?;
            step.show(&now.status);
            match now.status.as_str() {
                "UPDATE_COMPLETE" => return Ok(()),
                status if status.ends_with("_IN_PROGRESS") => sleep(PAUSE).await,
                status => bail!("the stack {stack} was not updated and is {status}: {}", now.reason),
            }
        }
    }
}
