//! template.yaml deploys in every partition of AWS: those of China and of the government of the United States too.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::fs;

/// What is written otherwise in another partition. The names are `${AWS::Partition}` and `${AWS::URLSuffix}`.
const OF_ONE_PARTITION: [&str; 7] =
    ["arn:aws", "aws-cn", "aws-us-gov", "amazonaws", "amazon.com", "aws.dev", "api.aws"];

/// The types that some regions do not know. CloudFormation refuses them there, whatever their condition says, so that they
/// have to be in a template of their own.
const OF_SOME_REGIONS: [&str; 3] = ["AWS::Budgets::", "AWS::CE::", "AWS::CUR::"];

fn lines(file: &str) -> Vec<(usize, String)> {
    let text = fs::read_to_string(testing::root().join(file)).unwrap();
    text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned())).collect()
}

#[test]
fn no_partition_and_no_dns_suffix_is_written_down() {
    for file in ["template.yaml", "budget.yaml"] {
        for (at, line) in lines(file) {
            let found = OF_ONE_PARTITION.iter().find(|words| line.contains(**words));
            assert!(
                found.is_none(),
                "{file}:{at} has {found:?}, which is another in another partition: {line}"
            );
        }
    }
}

#[test]
fn every_type_is_known_in_every_region() {
    let types = |line: &&(usize, String)| line.1.trim_start().starts_with("Type: AWS::");
    let lines = lines("template.yaml");
    assert!(lines.iter().filter(types).count() > 20);
    for (at, line) in lines.iter().filter(types) {
        let found = OF_SOME_REGIONS.iter().find(|start| line.contains(**start));
        assert!(found.is_none(), "template.yaml:{at} has {found:?}, which some regions do not know: {line}");
    }
}
