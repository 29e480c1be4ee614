//! Somebody who keeps asking while something else goes on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use anyhow::{Result, anyhow, ensure};
use serde_json::{Value, json};

use super::{Answer, Client};

/// How many answers there were, each with 200.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// All of them.
    pub all: u64,
    /// Those that came when the request was sent again: ministack had ended the process that was answering it, where Lambda
    /// lets it finish.
    pub again: u64,
}

/// A caller with a session, who asks until the end and wants no answer but 200.
pub struct Asking {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<Answered>>>,
}

impl Asking {
    /// Begins to read, and to edit this customer.
    pub fn begin(caller: Client, customer: u64) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let mut answered = Answered::default();
            while !seen.load(Ordering::Relaxed) {
                let name = format!("演练客户{}", answered.all);
                let edit = json!({ "customers_id": customer, "nickName": name });
                answered.ask(&caller, "GET", "/api/health", None)?;
                answered.ask(&caller, "GET", "/api/user/menu", None)?;
                answered.ask(&caller, "POST", "/api/customers/customers", Some(edit))?;
                answered.ask(&caller, "GET", "/api/customers/customers", None)?;
            }
            Ok(answered)
        });
        Self { over, thread: Some(thread) }
    }

    /// Ends it, and answers how many answers there were; fails with the first that was wrong.
    pub fn end(mut self) -> Result<Answered> {
        self.over.store(true, Ordering::Relaxed);
        let thread = self.thread.take();
        thread.map_or(Ok(Answered::default()), |thread| {
            thread.join().map_err(|_| anyhow!("who asks has ended"))?
        })
    }
}

impl Answered {
    fn ask(&mut self, caller: &Client, method: &str, path: &str, body: Option<Value>) -> Result<()> {
        // Whether what was cut off has written or not, sending it again does it once.
        let key = format!("asking-{}", self.all);
        let send = || caller.send_with(method, path, &[("idempotency-key", &key)], body.clone());
        let mut answer = send()?;
        if was_cut_off(&answer) {
            self.again += 1;
            answer = send()?;
        }
        ensure!(answer.status == 200, "{answer}");
        self.all += 1;
        Ok(())
    }
}

/// Whether ministack ended the process that was answering, which is its own answer and none of the functions'.
fn was_cut_off(answer: &Answer) -> bool {
    answer.status == 502 && answer.body.get("errorType") == Some(&json!("Runtime.ExitError"))
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
