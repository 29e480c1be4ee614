//! A job as it is stored.

use crate::store::{Author, Entity, Kind, Levels, Listing, Point, Title};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Work that is done in steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What is done, in the application's words.
    pub act: String,
    /// With records of which kind, in the application's words.
    pub of: String,
    /// What people know it by.
    pub title: String,
    /// All that the work has to know, in its own words; empty once it has ended.
    pub parameters: String,
    /// How far the work is, in its own words; empty at first, and once it has ended.
    pub cursor: String,
    /// What becomes of it.
    pub state: JobState,
    /// How many rows there were when it began.
    pub rows: u64,
    /// How many of them are done.
    pub done_rows: u64,
    /// The name of the file that it has made.
    pub file: Option<String>,
    /// Why it failed, if that can be said to people.
    pub message: Option<String>,
    /// The end of the lease of whoever does a step, in seconds since 1970 UTC; 0 if nobody does.
    pub until: i64,
    /// Who wants it done, by id.
    pub by: u32,
    /// Since when.
    pub created: Time,
}

/// What becomes of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum JobState {
    /// Nobody has done a step yet.
    Waiting,
    /// It is under way.
    Running,
    /// It is done.
    Done,
    /// Somebody has stopped it.
    Stopped,
    /// It cannot be done.
    Failed,
}

impl JobState {
    /// Whether there is nothing left to do.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Stopped | Self::Failed)
    }
}

impl Job {
    /// One that is yet to be done.
    pub fn new(act: &str, of: &str, by: u32, created: Time) -> Self {
        Self {
            act: act.to_owned(),
            of: of.to_owned(),
            title: String::new(),
            parameters: String::new(),
            cursor: String::new(),
            state: JobState::Waiting,
            rows: 0,
            done_rows: 0,
            file: None,
            message: None,
            until: 0,
            by,
            created,
        }
    }

    /// All of them, by id.
    pub const ALL: Listing = Listing::new("jobs", Levels::Ids);

    /// Those that are not at their end, by id: few.
    pub const OPEN: Listing = Listing::new("jobs/open", Levels::Uncounted);

    /// Those that somebody wants done, by id.
    pub fn wanted_by(person: u32) -> Listing {
        Listing::of("jobs/by", person, Levels::Ids)
    }

    /// The same at its end: what only the work had to know is forgotten.
    pub fn ended(self, state: JobState) -> Self {
        Self { state, parameters: String::new(), cursor: String::new(), until: 0, ..self }
    }
}

impl Entity for Job {
    const KIND: Kind = Kind::new("JOB");

    fn points(&self, id: u32, _: u32) -> Vec<(Listing, Point)> {
        let open = (!self.state.is_end()).then_some(Self::OPEN);
        let listings = [Self::ALL, Self::wanted_by(self.by)].into_iter().chain(open);
        listings.map(|listing| (listing, Point::new(id, id))).collect()
    }

    fn title(&self) -> Title {
        Title::new(&self.title)
    }

    fn creation(&self) -> Option<Author> {
        Some(Author { by: self.by, at: self.created })
    }
}
