//! Repositories, fetched by the `git` program: it asks nobody, runs no hooks and no program that an address names.

use std::{path::Path, process::Command, time::Duration};

use super::{Ended, ask_and_hear};

/// How long fetching a repository may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How much of what git says is read, in bytes.
const LIMIT: u64 = 64 * 1024;
/// How many lines of what git says are told.
const LINES: usize = 5;

/// Why a repository was not fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfetched {
    /// The end of a sentence.
    pub why: String,
    /// What git said, without the password that the address may hold.
    pub heard: Vec<String>,
}

/// Fetches one commit of a repository into a folder that is not there yet: that of a branch or tag, or the newest.
/// Returns the commit's id.
///
/// # Errors
/// When git is missing, takes longer than two minutes, or fails.
pub fn fetch(address: &str, reference: Option<&str>, into: &Path) -> Result<String, Unfetched> {
    let mut clone = git();
    clone.args([
        "clone",
        "--quiet",
        "--depth=1",
        "--single-branch",
        "--no-tags",
        "--template=",
        "--no-recurse-submodules",
    ]);
    if let Some(reference) = reference {
        clone.args(["--branch", reference]);
    }
    clone.arg("--").arg(address).arg(into);
    answered(clone, address)?;
    let mut commit = git();
    commit.arg("-C").arg(into).args(["rev-parse", "HEAD"]);
    answered(commit, address)
}

/// An address without the name and password that it may hold.
pub fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => address.to_owned(),
    }
}

fn git() -> Command {
    let mut git = Command::new("git");
    git.args([
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.symlinks=true",
        "-c",
        "protocol.ext.allow=never",
        "-c",
        "advice.detachedHead=false",
    ])
    .env("GIT_TERMINAL_PROMPT", "0")
    .env("GIT_ASKPASS", "true")
    .env("GIT_LFS_SKIP_SMUDGE", "1")
    .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=20");
    git
}

fn answered(command: Command, address: &str) -> Result<String, Unfetched> {
    let (why, heard) = match ask_and_hear(command, b"", LIMIT, PATIENCE) {
        (Ended::Answered(status, answer), _) if status.success() => {
            return Ok(String::from_utf8_lossy(&answer).trim().to_owned());
        }
        (Ended::Answered(..), heard) => (say!("git cannot fetch the repository").to_owned(), heard),
        (Ended::TooLate, _) => (say!("git took longer than {} s", PATIENCE.as_secs()), Vec::new()),
        (Ended::Failed(error), _) => (say!("git cannot be started: {error}"; error), Vec::new()),
    };
    let heard = String::from_utf8_lossy(&heard).replace(address, &without_password(address));
    let lines = heard.lines().filter(|line| !line.trim().is_empty());
    Err(Unfetched {
        why,
        heard: lines.take(LINES).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        for (address, shown) in [
            ("https://me:secret@host/x.git", "https://host/x.git"),
            ("https://token@host:8443/a/b", "https://host:8443/a/b"),
            ("https://me:secret@host", "https://host"),
            ("https://host/a@b", "https://host/a@b"),
            ("git@host:a/b.git", "git@host:a/b.git"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }
}
