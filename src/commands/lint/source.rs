//! The Dockerfiles that are looked at.

use std::path::{Path, PathBuf};

use super::arguments::Args;
use crate::{
    disk::{DockerfileText, dockerfiles_in, read_dockerfile, read_dockerfile_from_stdin},
    error::Error,
    settings::Settings,
};

/// A Dockerfile, and where it is.
pub(super) struct Source {
    pub(super) text: DockerfileText,
    pub(super) path: Option<PathBuf>,
}

/// The Dockerfiles that are meant.
pub(super) fn sources(settings: &Settings, args: &Args) -> Result<Vec<Source>, Error> {
    let mut paths: Vec<(PathBuf, String)> = Vec::new();
    let mut found = Vec::new();
    let named = |path: &Path| {
        let shown = path.strip_prefix(&settings.folder).unwrap_or(path);
        (path.to_path_buf(), shown.display().to_string())
    };
    if args.files.is_empty() {
        paths.extend(dockerfiles_in(&settings.folder, false)?.iter().map(|path| named(path)));
        if paths.is_empty() {
            return Err(Error::usage(say!("there is no Dockerfile in this folder"))
                .help(say!("name a file: `dockerlab lint FILE`, or `-` for standard input")));
        }
    }
    for file in &args.files {
        let path = settings.folder.join(file);
        if file.as_os_str() == "-" {
            found.push(Source {
                text: read_dockerfile_from_stdin()?,
                path: None,
            });
        } else if path.is_dir() {
            let below = dockerfiles_in(&path, true)?;
            if below.is_empty() {
                return Err(Error::usage(say!("there is no Dockerfile in `{}`", file.display())));
            }
            paths.extend(below.iter().map(|path| named(path)));
        } else {
            paths.push((path, file.display().to_string()));
        }
    }
    for (path, name) in paths {
        found.push(Source {
            text: read_dockerfile(&path, &name)?,
            path: Some(path),
        });
    }
    Ok(found)
}
