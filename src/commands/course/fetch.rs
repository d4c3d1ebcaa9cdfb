//! Getting a course from where it is: a folder, or a git repository.

use std::{path::Path, process::Command, time::Duration};

use crate::{
    course::CourseFile,
    disk::{Origin, Scratch, course_from},
    error::Error,
    program::{Ended, ask_and_hear},
    settings::Settings,
};

/// How long git may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// How much of what git says is read, in bytes.
const LIMIT: u64 = 64 * 1024;

/// What was typed: a folder, or `URL#REF:FOLDER` as `docker build` takes it.
///
/// # Errors
/// When it is neither.
pub(super) fn origin(typed: &str, settings: &Settings) -> Result<Origin, Error> {
    let folder = settings.folder.join(typed);
    if folder.is_dir() {
        return Ok(Origin::Folder(folder.canonicalize().unwrap_or(folder)));
    }
    let (url, rest) = typed.split_once('#').unwrap_or((typed, ""));
    let is_url = ["https://", "http://", "ssh://", "git://", "file://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    let is_scp = url
        .split_once(':')
        .is_some_and(|(host, path)| host.contains('@') && !host.contains('/') && !path.is_empty());
    if !(is_url || is_scp) || url.starts_with('-') || url.chars().any(char::is_control) {
        return Err(Error::usage(
            say!("`{typed}` is neither a folder nor the address of a git repository"; typed = without_password(typed)),
        )
        .help(say!(
            "write a folder, or an address: `https://HOST/PATH.git#BRANCH:FOLDER`"
        )));
    }
    let (reference, folder) = rest.split_once(':').unwrap_or((rest, ""));
    if reference.starts_with('-') {
        return Err(Error::usage(say!("`{reference}` is not a branch or a tag"; reference)));
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(Origin::Git {
        url: url.to_owned(),
        reference: some(reference),
        folder: some(folder.trim_matches('/')),
        commit: String::new(),
    })
}

/// The course's files, and where they come from as it is written down: with the commit, and without a password.
///
/// # Errors
/// When they cannot be fetched or read.
pub(super) fn fetch(origin: &Origin) -> Result<(Vec<CourseFile>, Origin), Error> {
    let (url, reference, folder) = match origin {
        Origin::Folder(folder) => return Ok((course_from(folder)?, origin.clone())),
        Origin::Git {
            url, reference, folder, ..
        } => (url, reference, folder),
    };
    let shown = without_password(url);
    let scratch = Scratch::new()?;
    let clone = scratch.workspace().root().join("clone");
    let mut command = git();
    command.args(["clone", "--quiet", "--depth", "1"]);
    if let Some(reference) = reference {
        command.args(["--branch", reference]);
    }
    command.arg("--").arg(url).arg(&clone);
    answered(command, &shown, url)?;
    let mut asked = git();
    asked.current_dir(&clone).args(["rev-parse", "HEAD"]);
    let commit = answered(asked, &shown, url)?;
    let inside = match folder {
        Some(folder) => below(&clone, folder)?,
        None => clone,
    };
    let stored = Origin::Git {
        url: shown,
        reference: reference.clone(),
        folder: folder.clone(),
        commit,
    };
    Ok((course_from(&inside)?, stored))
}

/// git, which asks nobody for a password and runs no other program for an address.
fn git() -> Command {
    let mut command = Command::new("git");
    command
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .args([
            "-c",
            "protocol.ext.allow=never",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "advice.detachedHead=false",
        ]);
    command
}

/// What git prints.
fn answered(command: Command, shown: &str, url: &str) -> Result<String, Error> {
    let failed = || Error::io(say!("cannot get the course from {shown}"; shown));
    match ask_and_hear(command, b"", LIMIT, PATIENCE) {
        (Ended::Answered(status, answer), _) if status.success() => {
            Ok(String::from_utf8_lossy(&answer).trim().to_owned())
        }
        (Ended::Answered(..), heard) => {
            let heard = String::from_utf8_lossy(&heard).replace(url, shown);
            let lines = heard.lines().filter(|line| !line.trim().is_empty()).take(5);
            Err(lines.fold(failed(), Error::cause))
        }
        (Ended::TooLate, _) => Err(failed().cause(say!("git took longer than {} minutes", PATIENCE.as_secs() / 60))),
        (Ended::Failed(error), _) => Err(failed()
            .cause(error)
            .help(say!("install git, or get the course as a folder"))),
    }
}

/// A folder in a repository: a path that leads out of it, by `..` or by a link, is refused.
fn below(clone: &Path, folder: &str) -> Result<std::path::PathBuf, Error> {
    let outside = || Error::usage(say!("the repository has no folder `{folder}`"; folder));
    let root = clone.canonicalize().map_err(|_| outside())?;
    let inside = clone.join(folder).canonicalize().map_err(|_| outside())?;
    if inside.starts_with(&root) && inside.is_dir() {
        Ok(inside)
    } else {
        Err(outside())
    }
}

/// An address without the name and password that it may hold.
fn without_password(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            match authority.rsplit_once('@') {
                Some((_, host)) => format!("{scheme}://{host}/{path}"),
                None => url.to_owned(),
            }
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_neither_kept_nor_shown() {
        for (url, shown) in [
            ("https://me:secret@host/x.git", "https://host/x.git"),
            ("https://token@host:8443/a/b", "https://host:8443/a/b"),
            ("https://host/a@b", "https://host/a@b"),
            ("git@host:a/b.git", "git@host:a/b.git"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
