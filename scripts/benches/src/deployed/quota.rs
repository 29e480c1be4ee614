//! The share of a processor that a small Lambda function has.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Microseconds in which the share is given, as in Lambda.
const PERIOD: u32 = 20_000;
/// Megabytes for which Lambda gives one processor.
const MEGABYTES_OF_A_PROCESSOR: u32 = 1769;

/// A control group of Linux with a quota. It ends with this value, after its processes have.
pub struct Quota {
    folder: PathBuf,
}

impl Quota {
    /// Makes a group whose processes have as much of a processor as a Lambda function of so many megabytes; for this
    /// the control groups of the machine must be ours to make.
    pub fn of(megabytes: u32) -> Result<Self> {
        let cgroups = Path::new("/sys/fs/cgroup");
        let quota = PERIOD * megabytes / MEGABYTES_OF_A_PROCESSOR;
        let controllers = fs::read_to_string(cgroups.join("cgroup.controllers")).unwrap_or_default();
        let (cgroups, settings) = if controllers.split_whitespace().any(|name| name == "cpu") {
            (cgroups.to_owned(), vec![("cpu.max", format!("{quota} {PERIOD}"))])
        } else {
            let quota = ("cpu.cfs_quota_us", quota.to_string());
            (cgroups.join("cpu"), vec![("cpu.cfs_period_us", PERIOD.to_string()), quota])
        };
        let folder = cgroups.join(format!("crm-bench-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let group = Self { folder };
        for (file, value) in settings {
            fs::write(group.folder.join(file), value).with_context(|| format!("cannot set {file}"))?;
        }
        Ok(group)
    }

    /// Takes in a process that writes its id here.
    pub fn processes(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // After Ctrl-C its last process is killed, but not gone yet. One that stays has no process and costs nothing.
        for _ in 0..40 {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}
