//! Somebody who keeps asking while something else goes on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use anyhow::{Result, anyhow};
use serde_json::json;

use super::Client;

/// A caller with a session, who asks until the end and wants no answer but 200.
pub struct Asking {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<u64>>>,
}

impl Asking {
    /// Begins to read, and to edit this customer.
    pub fn begin(caller: Client, customer: u64) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let mut answers = 0;
            while !seen.load(Ordering::Relaxed) {
                caller.get("/api/health")?;
                caller.get("/api/user/menu")?;
                let edit = json!({ "customers_id": customer, "nickName": format!("演练客户{answers}") });
                caller.post("/api/customers/customers", edit)?;
                caller.get("/api/customers/customers")?;
                answers += 4;
            }
            Ok(answers)
        });
        Self { over, thread: Some(thread) }
    }

    /// Ends it, and answers how many answers there were; fails with the first that was wrong.
    pub fn end(mut self) -> Result<u64> {
        self.over.store(true, Ordering::Relaxed);
        let thread = self.thread.take();
        thread.map_or(Ok(0), |thread| thread.join().map_err(|_| anyhow!("who asks has ended"))?)
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
