//! Submissions in git repositories, fetched by the `git` program.

use std::{path::Path, process::Command, time::Duration};

use crate::program::{Ended, ask};

/// How long fetching a repository may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How much of git's answers is read.
const ANSWER: u64 = 10_000;

/// Whether this is the address of a repository, and no path.
pub(super) fn is_address(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@")
}

/// Fetches the newest commit of a repository into a folder that is not there yet; returns the commit.
///
/// # Errors
/// Why it cannot be had, a sentence's end.
pub(super) fn fetch(address: &str, into: &Path) -> Result<String, String> {
    let mut clone = git();
    clone
        .args([
            "clone",
            "--quiet",
            "--depth=1",
            "--single-branch",
            "--no-tags",
            "--template=",
        ])
        .args(["--no-recurse-submodules", "--"])
        .arg(address)
        .arg(into);
    run(clone)?;
    let mut commit = git();
    commit.arg("-C").arg(into).args(["rev-parse", "HEAD"]);
    run(commit)
}

/// The program, which asks nobody, runs no hooks, and takes only what transfers files.
fn git() -> Command {
    let mut git = Command::new("git");
    git.args([
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.symlinks=true",
        "-c",
        "protocol.ext.allow=never",
    ])
    .env("GIT_TERMINAL_PROMPT", "0")
    .env("GIT_ASKPASS", "true")
    .env("GIT_LFS_SKIP_SMUDGE", "1")
    .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=20");
    git
}

fn run(command: Command) -> Result<String, String> {
    match ask(command, b"", ANSWER, PATIENCE) {
        Ended::Answered(status, answer) if status.success() => Ok(String::from_utf8_lossy(&answer).trim().to_owned()),
        Ended::Answered(..) => Err(say!("git cannot fetch the repository").to_owned()),
        Ended::TooLate => Err(say!("git took longer than {} s", PATIENCE.as_secs())),
        Ended::Failed(error) => Err(say!("git cannot be started: {error}"; error)),
    }
}
