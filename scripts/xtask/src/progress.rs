//! Progress on the terminal; plain lines where there is none, as in CI.

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

/// One step of a longer run.
pub struct Step {
    title: String,
    started: Instant,
    bar: ProgressBar,
}

impl Step {
    /// Begins a step of unknown length, shown as a spinner.
    pub fn begin(title: &str) -> Self {
        Self::with(title, "{spinner} {prefix} {elapsed} {wide_msg:.dim}")
    }

    /// Begins a step whose length will be set, shown as a bar.
    pub fn counted(title: &str) -> Self {
        Self::with(title, "{spinner} {prefix} {wide_bar:.dim} {pos}/{len}, {eta} left {msg:.dim}")
    }

    /// Begins a step that fetches about so many bytes, shown as a bar.
    pub fn fetching(title: &str, bytes: u64) -> Self {
        let step = Self::with(
            title,
            "{spinner} {prefix} {bar:20.dim} {bytes}/{total_bytes} {elapsed} {wide_msg:.dim}",
        );
        step.bar.set_length(bytes);
        step
    }

    fn with(title: &str, template: &str) -> Self {
        let bar = ProgressBar::new_spinner().with_finish(ProgressFinish::AndClear);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(title.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        if bar.is_hidden() {
            eprintln!("{title} ...");
        }
        Self { title: title.to_owned(), started: Instant::now(), bar }
    }

    /// The bar itself, for work that counts.
    pub fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// Shows what the step is at.
    pub fn show(&self, message: &str) {
        self.bar.set_message(Cow::Owned(message.to_owned()));
    }

    /// Ends the step and leaves one line with its duration.
    pub fn done(self) {
        self.bar.finish_and_clear();
        eprintln!("{} ({:.1} s)", self.title, self.started.elapsed().as_secs_f32());
    }

    /// Takes the step away from the terminal, for something to be said.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Ends the step and leaves what it had to say.
    pub fn fail(self, output: &str) {
        self.bar.finish_and_clear();
        eprint!("{output}");
    }
}
