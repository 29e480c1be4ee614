//! Asking somebody at the terminal.

use std::{
    future,
    io::{self, BufRead, ErrorKind, IsTerminal, Write},
};

use anyhow::{Result, bail, ensure};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use shared::model::judge_password;
use tokio::task::spawn_blocking;

const NOTHING: &str = "nothing was typed";

/// Whether there is somebody to ask.
pub fn somebody() -> bool {
    io::stdin().is_terminal()
}

/// Asks for a line. Where there is no terminal it is the next of the standard input.
pub async fn line(question: &str) -> Result<String> {
    if somebody() {
        eprint!("{question}: ");
        io::stderr().flush()?;
    }
    // In a thread of its own, so that Ctrl-C is still heard.
    spawn_blocking(|| {
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line)? {
            0 => bail!(NOTHING),
            _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        }
    })
    .await?
}

/// Asks for a password that is there already.
pub async fn password(question: &str) -> Result<String> {
    if !somebody() {
        return line(question).await;
    }
    let _terminal = Terminal::as_it_is()?;
    let question = format!("{question}: ");
    match spawn_blocking(|| rpassword::prompt_password(question)).await? {
        // Ctrl-C is no signal while a password is typed. rpassword has made it one, which ends this.
        Err(error) if error.kind() == ErrorKind::Interrupted => future::pending().await,
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => bail!(NOTHING),
        typed => Ok(typed?),
    }
}

/// Asks for a password that somebody with this phone number is to have from now on: at a terminal twice.
pub async fn new_password(question: &str, phone: &str) -> Result<String> {
    let new = password(question).await?;
    judge_password(&new, phone)?;
    if somebody() {
        ensure!(password("The same again").await? == new, "the two passwords differ: nothing was written");
    }
    Ok(new)
}

/// The terminal as it is. It is so again when this is dropped: what reads a password gives it back only if it comes to its
/// end, not if a signal ends this process.
struct Terminal(Termios);

impl Terminal {
    fn as_it_is() -> Result<Self> {
        Ok(Self(tcgetattr(io::stdin())?))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
