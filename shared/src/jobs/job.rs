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
    /// All that the work has to know, in its own words; empty once it has ended, for it may name people.
    pub parameters: String,
    /// How far the work is, in its own words, which name nobody; may be empty while it is [running](JobState::Running).
    pub cursor: String,
    /// What becomes of it.
    pub state: JobState,
    /// How many rows there were when it began.
    pub rows: u64,
    /// How many of them are done.
    pub done_rows: u64,
    /// What has become of those.
    #[serde(default)]
    pub tally: Tally,
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

/// What has become of the rows that are done, where that is not the same for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// So many are new records.
    pub created: u64,
    /// So many were there already, and are as the row says now.
    pub updated: u64,
    /// So many were there already, and stay as they were.
    pub skipped: u64,
    /// So many were refused.
    pub failed: u64,
}

/// What becomes of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum JobState {
    /// Nobody has said yet that it is to begin. Those without a cursor were begun by an earlier version, which let the first
    /// step say so.
    Waiting,
    /// It is being looked at whether it can be done.
    Checking,
    /// It can be done, and nobody has said yet that it is to be.
    Ready,
    /// It is under way.
    Running,
    /// It is done.
    Done,
    /// Somebody has stopped it.
    Stopped,
    /// It cannot be done.
    Failed,
    /// What it has done is being taken back.
    Undoing,
    /// What it has done was taken back.
    Undone,
}

impl JobState {
    /// Whether it has come to an end. Some ends are followed by taking back what was done.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Stopped | Self::Failed | Self::Undone)
    }
}

impl Job {
    /// One that is under way.
    pub fn new(act: &str, of: &str, by: u32, created: Time) -> Self {
        Self {
            act: act.to_owned(),
            of: of.to_owned(),
            title: String::new(),
            parameters: String::new(),
            cursor: String::new(),
            state: JobState::Running,
            rows: 0,
            done_rows: 0,
            tally: Tally::default(),
            file: None,
            message: None,
            until: 0,
            by,
            created,
        }
    }

    /// Whether there is something to do, for whoever does steps.
    pub fn is_open(&self) -> bool {
        match self.state {
            JobState::Checking | JobState::Running | JobState::Undoing => true,
            JobState::Waiting => self.cursor.is_empty(),
            JobState::Ready | JobState::Done | JobState::Stopped | JobState::Failed | JobState::Undone => {
                false
            }
        }
    }

    /// All of them, by id.
    pub const ALL: Listing = Listing::new("jobs", Levels::Ids);

    /// Those with something to do, by id: few.
    pub const OPEN: Listing = Listing::new("jobs/open", Levels::Uncounted);

    /// Those that somebody wants done, by id.
    pub fn wanted_by(person: u32) -> Listing {
        Listing::of("jobs/by", person, Levels::Ids)
    }

    /// The same at its end: nothing that may name people is kept but what it is known by.
    pub fn ended(self, state: JobState) -> Self {
        Self { state, parameters: String::new(), until: 0, ..self }
    }
}

impl Entity for Job {
    const KIND: Kind = Kind::new("JOB");

    fn points(&self, id: u32, _: u32) -> Vec<(Listing, Point)> {
        let open = self.is_open().then_some(Self::OPEN);
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
