//! What was answered is written, whatever is killed.

use std::{sync::mpsc, thread, time::Duration};

use serde_json::{Value, json};

use crate::{
    client::{ADMIN, Client},
    running::{Dev, Folder},
};

const MENU: &str = "/api/user/menu";
const WRITERS: usize = 3;
/// So many writes are answered before something is killed.
const ANSWERED: usize = 60;

/// All that clients know of what they wrote: the names of menus, with the ids that were answered.
#[derive(Default)]
struct Known {
    answered: Vec<(Value, String)>,
    unanswered: Vec<String>,
}

#[test]
fn end_to_end_no_answered_write_is_lost_when_a_part_is_killed() {
    let data = Folder::new("durability");
    // Instances that run at once make writes overlap.
    let arguments = ["--data", data.path(), "--empty", "--no-watch", "--concurrency", "2"];
    let mut known = Known::default();
    let mut token = None;
    for (round, part) in ["user", "dev", "cargo-lambda", "dev"].into_iter().enumerate() {
        let dev = Dev::start("durability", &arguments);
        let client = Client::of(&dev);
        // The session was answered too: it lasts from the first start to the last.
        let token = token.get_or_insert_with(|| client.signed_in(ADMIN).token.unwrap());
        let client = client.with(token);
        known.check(&client);
        known.write_until_killed(&client, round, || dev.kill(part));
        match part {
            // cargo-lambda does not notice that its function is gone.
            "user" => drop(dev.stop()),
            // A function in the middle of a write tries for some seconds to reach the database that is gone.
            _ => drop(dev.ended(Duration::from_secs(20))),
        }
    }
    let dev = Dev::start("durability", &arguments);
    known.check(&Client::of(&dev).with(&token.unwrap()));
    dev.stop();
}

impl Known {
    /// Every answered write is there; any other, wholly or not at all. Those are then sent again.
    fn check(&mut self, client: &Client) {
        let listed = listed(client);
        let lost: Vec<_> = self.answered.iter().filter(|menu| !listed.contains(menu)).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let others: Vec<_> = listed.iter().filter(|menu| !self.answered.contains(menu)).collect();
        assert!(others.iter().all(|(_, name)| self.unanswered.contains(name)), "{others:?}");

        // Half a write would be refused now, or be there twice after it.
        for name in self.unanswered.drain(..) {
            let answer = create(client, &name).unwrap();
            let menu = (answer.ok()["id"].clone(), name);
            let before = others.iter().find(|(_, name)| *name == menu.1);
            assert!(before.is_none_or(|before| **before == menu), "{before:?} is now {menu:?}");
            self.answered.push(menu);
        }
        let mut answered = self.answered.clone();
        answered.sort_by_key(|(id, _)| id.as_u64());
        assert_eq!(self::listed(client), answered);
    }

    /// Writes menus as fast as they are answered, and has something killed meanwhile.
    fn write_until_killed(&mut self, client: &Client, round: usize, kill: impl FnOnce()) {
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            let writer = |writer| {
                let sender = sender.clone();
                scope.spawn(move || {
                    for number in 0.. {
                        let name = format!("{round}-{writer}-{number}");
                        match create(client, &name) {
                            Ok(answer) if answer.status == 200 => {
                                sender.send((answer.ok()["id"].clone(), name)).unwrap();
                            }
                            _ => return name,
                        }
                    }
                    unreachable!()
                })
            };
            let writers: Vec<_> = (0..WRITERS).map(writer).collect();
            drop(sender);
            self.answered.extend(receiver.iter().take(ANSWERED));
            kill();
            self.answered.extend(receiver.iter());
            self.unanswered.extend(writers.into_iter().map(|writer| writer.join().unwrap()));
        });
    }
}

/// The same name is the same request: it may be sent again when it is not known whether it was heard.
fn create(client: &Client, name: &str) -> Result<crate::client::Answer, ureq::Error> {
    client.send("POST", MENU, &[("idempotency-key", name.as_bytes())], json!({ "name": name }).to_string())
}

fn listed(client: &Client) -> Vec<(Value, String)> {
    let rows = client.all(MENU);
    rows.iter().map(|row| (row["id"].clone(), row["name"].as_str().unwrap().to_owned())).collect()
}
