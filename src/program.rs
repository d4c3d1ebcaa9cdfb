//! EDGE: other programs, asked with a bound on their time and on what they say.

use std::{
    io::{Read as _, Write as _},
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// How a program that was asked ended.
#[derive(Debug)]
pub enum Ended {
    /// It ended, and wrote this to its standard output.
    Answered(ExitStatus, Vec<u8>),
    /// It took too long, and was stopped.
    TooLate,
    /// It cannot be started, or not be waited for.
    Failed(std::io::Error),
}

/// Runs a program with this on its standard input; at most `limit` bytes of its answer are read, and what it says on
/// stderr is not.
pub fn ask(mut command: Command, input: &[u8], limit: u64, patience: Duration) -> Ended {
    let spawned = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return Ended::Failed(error),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read it may not need it.
        stdin.write_all(input).ok();
    }
    let stdout = child.stdout.take();
    let reading = std::thread::spawn(move || {
        let mut answer = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(limit).read_to_end(&mut answer).ok();
        }
        answer
    });
    let end = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ended::Answered(status, reading.join().unwrap_or_default()),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                child.kill().ok();
                child.wait().ok();
                return Ended::TooLate;
            }
            Err(error) => return Ended::Failed(error),
        }
    }
}
