//! Whose files these are: `sudo dockerlab` must leave nothing that the learner cannot read or change afterwards.

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
};

use crate::error::Error;

/// Gives a file that is about to take a path the owner and mode of what is there; a new one made by root belongs to
/// whom its folder belongs to.
#[cfg(unix)]
pub(super) fn take_over(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let old = path.symlink_metadata().ok().filter(Metadata::is_file);
    let own = file.metadata()?;
    if rustix::process::geteuid().is_root() {
        let of = match &old {
            Some(old) => old.clone(),
            None => path.parent().unwrap_or(Path::new(".")).metadata()?,
        };
        if (of.uid(), of.gid()) != (own.uid(), own.gid()) {
            fchown(file, Some(of.uid()), Some(of.gid()))?;
        }
    } else if let Some(old) = &old
        && old.gid() != own.gid()
    {
        // A group that the person is not in cannot be kept.
        fchown(file, None, Some(old.gid())).ok();
    }
    old.map_or(Ok(()), |old| set_mode(file, mode(&old)))
}

#[cfg(not(unix))]
pub(super) fn take_over(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// A folder or file that was just made by root belongs to whom the folder around it belongs to.
#[cfg(unix)]
pub(super) fn of_the_folder_around(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, lchown};
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let around = path.parent().unwrap_or(Path::new(".")).metadata()?;
    lchown(path, Some(around.uid()), Some(around.gid()))
}

#[cfg(not(unix))]
pub(super) fn of_the_folder_around(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether something belongs to the person who runs the program.
#[cfg(unix)]
pub(super) fn is_mine(about: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    about.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
pub(super) fn is_mine(_: &Metadata) -> bool {
    true
}

/// The bits of a file's mode.
#[cfg(unix)]
pub(super) fn mode(about: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    about.mode() & 0o7777
}

#[cfg(not(unix))]
pub(super) fn mode(_: &Metadata) -> u32 {
    0o644
}

/// Sets the bits of a file's mode.
#[cfg(unix)]
pub(super) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// An error of the system's about a path; where permission is missing, whose the path is, and how to change that.
pub(super) fn refused(error: Error, path: &Path, cause: io::Error) -> Error {
    let is_permission = cause.kind() == io::ErrorKind::PermissionDenied;
    let error = error.cause(cause);
    match in_the_way(path).filter(|_| is_permission) {
        None => error,
        Some(InTheWay { path, owner: None }) => {
            error.help(say!("run `chmod -R u+rwX {path}` to get read and write access; nothing was changed"; path))
        }
        Some(InTheWay {
            path,
            owner: Some(owner),
        }) => error.cause(say!("`{path}` belongs to {owner}"; path, owner)).help(say!(
            "run `sudo chown -R \"$(id -u):$(id -g)\" {path}` to own it again; nothing was changed"; path
        )),
    }
}

/// What keeps a person from a path.
struct InTheWay {
    path: String,
    /// Whose it is; none where it is their own.
    owner: Option<String>,
}

#[cfg(unix)]
fn in_the_way(path: &Path) -> Option<InTheWay> {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    // What cannot be looked at is in a folder that cannot be entered.
    let (found, about) = path
        .ancestors()
        .find_map(|candidate| Some((candidate, candidate.metadata().ok()?)))?;
    let owner = (about.uid() != me).then(|| name_of(about.uid()));
    Some(InTheWay {
        path: found.display().to_string(),
        owner,
    })
}

#[cfg(not(unix))]
fn in_the_way(_: &Path) -> Option<InTheWay> {
    None
}

/// A user's name, as far as this machine's own list tells.
#[cfg(unix)]
fn name_of(uid: u32) -> String {
    let list = crate::regular_file::read(Path::new("/etc/passwd"), 1024 * 1024).unwrap_or_default();
    crate::image::users(&String::from_utf8_lossy(&list))
        .into_iter()
        .find(|user| user.uid == uid)
        .map_or_else(|| say!("user {uid}"; uid), |user| user.name)
}
