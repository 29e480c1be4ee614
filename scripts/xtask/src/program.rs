//! How a program of ours runs, and how it ends.

use std::process::ExitCode;

use anyhow::Result;
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

/// What a shell answers for a program that was ended by Ctrl-C.
const STOPPED: u8 = 130;

/// Runs the work of a whole process until it is done, or until somebody wants the process to end: then everything that the
/// work holds is dropped, and ends what it has started.
pub fn run(work: impl Future<Output = Result<ExitCode>>) -> ExitCode {
    let result = Runtime::new().map_err(Into::into).and_then(|runtime| {
        let result = runtime.block_on(async {
            tokio::select! {
                result = work => result,
                result = stop() => result.map(|()| ExitCode::from(STOPPED)),
            }
        });
        // A thread that still waits for a line at the terminal must not keep this from ending.
        runtime.shutdown_background();
        result
    });
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Waits until somebody wants this process to end.
async fn stop() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}
