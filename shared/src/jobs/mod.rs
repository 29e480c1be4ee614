//! Jobs: work that takes longer than a request may, done in steps.
//!
//! A [`Job`] is an entity: what is to be done, how far it is, and a *lease*. A step takes the lease, on condition that the job is
//! as it was read, works for some seconds, and writes down how far it came and that the lease has ended, on the same condition.
//! So of all who want to go on with a job at once one does; whatever else it writes, such as files, counts from that moment on.
//! Whoever dies within a step leaves the job as it was before the step, and once the lease has ended somebody else does the step
//! again. So a step may be done more than once, and has to come to the same.
//!
//! Who does steps: whoever asks how far the job is ([`advance`]), and the sweeper where nobody asks ([`resume`]). Nothing runs, and
//! nothing costs, while there is no job.
//!
//! What the work is, this module does not know: that is a [`Work`], by which the application does all of its jobs.

mod job;
mod step;

pub use job::{Job, JobState, Tally};
pub use step::{Outcome, STEP, Step, Work, advance, changed, resume, stopped};
