//! Getting a course from where it is: a folder, a git repository, or a registry.

use std::path::{Path, PathBuf};

use crate::{
    commands::course::artifact::{self, SCHEME},
    course::CourseFile,
    disk::{Origin, Scratch, course_from},
    error::Error,
    program::git::{self, without_password},
    settings::Settings,
};

/// What was typed: a folder, `oci://HOST/NAME:TAG`, or `URL#REF:FOLDER` as `docker build` takes it.
///
/// # Errors
/// When it is none of them.
pub(super) fn origin(typed: &str, settings: &Settings) -> Result<Origin, Error> {
    let folder = settings.folder.join(typed);
    if folder.is_dir() {
        return Ok(Origin::Folder(folder.canonicalize().unwrap_or(folder)));
    }
    if typed.starts_with(SCHEME) {
        return Ok(Origin::Registry {
            name: artifact::name(typed)?,
            digest: String::new(),
        });
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
            say!("`{typed}` is neither a folder nor the address of a git repository or a registry"; typed = without_password(typed)),
        )
        .help(say!(
            "write a folder, or an address: `https://HOST/PATH.git#BRANCH:FOLDER` or `oci://HOST/NAME:TAG`"
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

/// The course's files, and where they come from as it is written down: with the commit or digest, and
/// without a password.
///
/// # Errors
/// When they cannot be fetched or read.
pub(super) fn fetch(origin: &Origin, settings: &Settings) -> Result<(Vec<CourseFile>, Origin), Error> {
    let (url, reference, folder) = match origin {
        Origin::Folder(folder) => return Ok((course_from(folder)?, origin.clone())),
        Origin::Registry { name, .. } => {
            let (files, digest) = artifact::get(name, settings)?;
            let name = name.clone();
            return Ok((files, Origin::Registry { name, digest }));
        }
        Origin::Git {
            url, reference, folder, ..
        } => (url, reference, folder),
    };
    let shown = without_password(url);
    let scratch = Scratch::new()?;
    let clone = scratch.workspace().root().join("clone");
    let commit = git::fetch(url, reference.as_deref(), &clone).map_err(|unfetched| {
        let error = Error::io(say!("cannot get the course from {shown}"; shown)).cause(unfetched.why);
        unfetched.heard.into_iter().fold(error, Error::cause)
    })?;
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

/// A folder in a repository: a path that leads out of it, by `..` or by a link, is refused.
fn below(clone: &Path, folder: &str) -> Result<PathBuf, Error> {
    let outside = || Error::usage(say!("the repository has no folder `{folder}`"; folder));
    let root = clone.canonicalize().map_err(|_| outside())?;
    let inside = clone.join(folder).canonicalize().map_err(|_| outside())?;
    if inside.starts_with(&root) && inside.is_dir() {
        Ok(inside)
    } else {
        Err(outside())
    }
}
