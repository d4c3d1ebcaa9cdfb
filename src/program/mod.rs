//! EDGE: other programs, asked with a bound on their time and on what they say.

pub mod git;

use std::{
    io::{Read, Write as _},
    process::{Command, ExitStatus, Stdio},
    thread::JoinHandle,
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
    command.stderr(Stdio::null());
    run(command, input, limit, patience).0
}

/// The same, with what it says on stderr, of which at most `limit` bytes are read.
pub fn ask_and_hear(mut command: Command, input: &[u8], limit: u64, patience: Duration) -> (Ended, Vec<u8>) {
    command.stderr(Stdio::piped());
    run(command, input, limit, patience)
}

fn run(mut command: Command, input: &[u8], limit: u64, patience: Duration) -> (Ended, Vec<u8>) {
    let mut child = match command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return (Ended::Failed(error), Vec::new()),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read it may not need it.
        stdin.write_all(input).ok();
    }
    let reading = read_apart(child.stdout.take(), limit);
    let hearing = read_apart(child.stderr.take(), limit);
    let end = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                let answer = reading.join().unwrap_or_default();
                return (Ended::Answered(status, answer), hearing.join().unwrap_or_default());
            }
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                child.kill().ok();
                child.wait().ok();
                return (Ended::TooLate, Vec::new());
            }
            Err(error) => return (Ended::Failed(error), Vec::new()),
        }
    }
}

/// Reads at most `limit` bytes, on a thread of its own: a program that nobody reads stops.
fn read_apart(from: Option<impl Read + Send + 'static>, limit: u64) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut read = Vec::new();
        if let Some(from) = from {
            from.take(limit).read_to_end(&mut read).ok();
        }
        read
    })
}
