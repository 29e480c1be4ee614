//! Requests to functions whose calls meet faults, sent again until they are answered.

use crate::clock::HandClock;
use axum::http::Method;
use docs::FUNCTIONS;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testing::faults::{Fault, Hold, client};
use testing::{Answer, Client, Company, function_of};

/// A write that is never answered within so long is lost.
const PATIENCE: Duration = Duration::from_secs(120);

/// What goes wrong.
#[derive(Clone, Copy)]
pub struct Faults {
    /// Of a hundred calls to the database, how many meet a fault.
    pub percent: u32,
    /// Whether instances of functions die in the middle of a request.
    pub instances_die: bool,
}

/// Somebody's frontend.
pub struct Requests {
    company: Arc<Company>,
    clock: Arc<HandClock>,
    session: String,
    faults: Faults,
    random: fastrand::Rng,
    sent: u32,
    /// How many requests were sent again because they were not answered.
    pub again: u32,
}

impl Requests {
    pub fn new(
        company: Arc<Company>,
        clock: Arc<HandClock>,
        session: &str,
        faults: Faults,
        random: fastrand::Rng,
    ) -> Self {
        Self { company, clock, session: session.to_owned(), faults, random, sent: 0, again: 0 }
    }

    /// Sends a write under an idempotency key until it is answered, well or not.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        let begun = Instant::now();
        self.sent += 1;
        let key = format!("write-{}", self.sent);
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        loop {
            assert!(begun.elapsed() < PATIENCE, "{path} was not answered: {body}");
            let instance = self.instance(path);
            let under_way = self.clock.begin();
            let request = instance.send(Method::POST, path, &headers, body.to_string());
            let life = Duration::from_secs_f64(self.random.f64().mul_add(0.06, 0.001));
            let answer = match self.faults.instances_die && self.random.f64() < 0.2 {
                true => tokio::time::timeout(life, request).await.ok(),
                false => Some(request.await),
            };
            drop(under_way);
            if let Some(answer) = answer.filter(|answer| answer.status != 503) {
                return answer;
            }
            self.again += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A fresh instance of the function that serves a path.
    fn instance(&mut self, path: &str) -> Client {
        let (random, percent) = (Mutex::new(self.random.fork()), self.faults.percent);
        let stack = &self.company.stack;
        let faulty = client(&stack.endpoint, Hold::default(), move |_| {
            let mut random = random.lock().unwrap();
            let faults = [Fault::Conflict, Fault::Throttle, Fault::LostRequest, Fault::LostAnswer];
            if random.u32(0..100) < percent { random.choice(faults).unwrap() } else { Fault::Pass }
        });
        let store = stack.over(faulty).with_clock(stack.app.clock.clone());
        let app = stack.app_over(store.busy_limit(Duration::from_millis(250)));
        Client::of(function_of(&FUNCTIONS, path), app).with("session", &self.session)
    }
}
