//! `scripts/import` and `scripts/export` as somebody runs them.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use rustix::process::Signal;

use crate::{
    client::{ADMIN, Client},
    running::{Dev, Folder, signal},
};

/// Either of them, with the session of an admin.
fn command(dev: &Dev, name: &str) -> Command {
    let client = Client::of(dev).signed_in(ADMIN);
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg(name).arg(&dev.url).env("CRM_TOKEN", client.token.unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end: the exit code, and what it prints.
fn run(mut command: Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), format!("{printed}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn end_to_end_a_file_goes_in_comes_out_and_is_stopped() {
    let data = Folder::new("transfers");
    let dev = Dev::start("transfers", &["--data", data.path(), "--empty", "--no-watch"]);
    let folder = Path::new(data.path());
    let file = folder.join("客户.csv");
    fs::write(&file, "姓名,手机号,单位\n王一,13800138001,新单位\n李二,13800138002,新单位\n,1.38E+10,\n")
        .unwrap();

    let mut only_checked = command(&dev, "import");
    only_checked.args(["customers", "--check"]).arg(&file);
    let (code, said) = run(only_checked);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("手机号 → phoneNumber") && said.contains("B4: "), "{said}");
    assert!(said.contains("good 2, duplicate 0, bad 1, new organizations 1"), "{said}");

    let mut import = command(&dev, "import");
    import.args(["customers", "--yes"]).arg(&file);
    let (code, said) = run(import);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("created 2, updated 0, skipped 0, failed 1"), "{said}");
    let report = fs::read_to_string(folder.join("客户-report.csv")).unwrap();
    assert!(report.contains("1.38E+10") && !report.contains("王一"), "{report}");

    let exported = folder.join("out.csv");
    let mut export = command(&dev, "export");
    export.arg("customers").arg(&exported);
    let (code, said) = run(export);
    assert_eq!(code, Some(0), "{said}");
    let text = fs::read_to_string(&exported).unwrap();
    assert!(text.contains("王一") && text.contains("李二"), "{text}");

    // Ctrl-C stops the job, and what is saved by then stays.
    let many: Vec<_> = (0..20_000).map(|n| format!("客户{n},139{n:08}")).collect();
    fs::write(&file, format!("姓名,手机号\n{}", many.join("\n"))).unwrap();
    let mut import = command(&dev, "import");
    import.args(["customers", "--yes"]).arg(&file);
    let mut process = import.spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "importing ..."));
    signal(process.id(), Signal::INT);
    assert_eq!(process.wait().unwrap().code(), Some(130));
    assert!(lines.any(|line| line.ends_with("was stopped")));
    let jobs = Client::of(&dev).signed_in(ADMIN).get("/api/transfer/job");
    assert_eq!(jobs.ok()[0]["state"], "stopped");
    dev.stop();
}
