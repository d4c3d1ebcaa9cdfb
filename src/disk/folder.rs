//! Folders: the one of ours in a workspace, and how folders are made.

use std::{fs::OpenOptions, io, path::Path};

use crate::disk::owner;

/// The folder in a workspace that is ours.
pub(super) const OURS: &str = ".dockerlab";

/// Makes a folder, and those above it that are missing; made by root they belong to whom the folder around them
/// belongs to.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.and_then(|()| owner::of_the_folder_around(path)),
    }
}

/// Makes a rename in the file's folder durable where the system can; one that cannot still has the file whole.
pub(super) fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = OpenOptions::new().read(true).open(folder)
    {
        folder.sync_all().ok();
    }
}

/// A name of this stem and ending that is not taken yet in the folder.
pub(super) fn free_name(folder: &Path, stem: &str, ending: &str) -> String {
    let first = format!("{stem}{ending}");
    std::iter::once(first.clone())
        .chain((2..u32::MAX).map(|number| format!("{stem}.{number}{ending}")))
        .find(|name| folder.join(name).symlink_metadata().is_err())
        .unwrap_or(first)
}
