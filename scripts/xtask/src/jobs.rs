//! What the API answers of jobs: a row of `/api/transfer/job`.

use serde_json::Value;

/// Whether somebody has to go on with a job.
pub fn is_at_work(row: &Value) -> bool {
    matches!(state(row), "checking" | "running" | "undoing")
}

/// The state of a job.
pub fn state(row: &Value) -> &str {
    row.get("state").and_then(Value::as_str).unwrap_or_default()
}
