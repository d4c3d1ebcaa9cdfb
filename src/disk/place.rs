//! Which folder on which machine a workspace is: what tells a workspace from its copies, as their state is the same.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{
    disk::{atomic_write::create, folder::make_folder, workspace::Workspace},
    regular_file,
};

/// A folder on a machine, in hashes. An empty one is not known, and equals no other.
///
/// - `boot` is the kernel's, until it is started again (Linux's boot id): all containers on a machine share it, and so
///   see each other's locks. No copy of a machine has it.
/// - `machine` outlives a restart. A copy of a virtual machine may have it too.
/// - `folder` is the device and inode of `.dockerlab`: the same through every mount of it, another one in a copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The kernel's present life.
    pub boot: String,
    /// The machine.
    pub machine: String,
    /// The folder.
    pub folder: String,
}

impl Workspace {
    /// Where this workspace is. `cache` is the person's folder for caches: a machine without an id of its own is given
    /// one there.
    pub fn place(&self, cache: Option<&Path>) -> Place {
        let boot = id_in("/proc/sys/kernel/random/boot_id");
        let machine = id_in("/etc/machine-id")
            .or_else(|| id_in("/var/lib/dbus/machine-id"))
            .or_else(|| given_id(cache?));
        Place {
            boot: hashed("boot", boot),
            machine: hashed("machine", machine),
            folder: hashed("folder", folder(&self.ours())),
        }
    }
}

/// Twelve random hexadecimal digits.
pub fn random_id() -> String {
    use std::hash::{BuildHasher, Hasher};
    // Its keys come from the system's randomness.
    let number = std::hash::RandomState::new().build_hasher().finish();
    format!("{number:016x}")[..12].to_owned()
}

fn id_in(path: &str) -> Option<String> {
    let bytes = regular_file::read(Path::new(path), 200).ok()?;
    let id = String::from_utf8_lossy(&bytes).trim().to_owned();
    // An image's machine id may be empty or `uninitialized`.
    id.chars().any(|c| c.is_ascii_digit()).then_some(id)
}

/// The id that this person's folder for caches has, made where there is none.
fn given_id(cache: &Path) -> Option<String> {
    let path = cache.join("dockerlab").join("machine");
    if let Some(id) = id_in(&path.to_string_lossy()) {
        return Some(id);
    }
    make_folder(path.parent()?).ok()?;
    let id = format!("{}0", random_id());
    match create(&path, id.as_bytes()) {
        Ok(()) => Some(id),
        Err(_) => id_in(&path.to_string_lossy()),
    }
}

/// Twelve digits of a hash that does not tell the id: machine ids are confidential.
fn hashed(what: &str, id: Option<String>) -> String {
    let Some(id) = id else { return String::new() };
    let hash = Sha256::digest(format!("dockerlab {what} {id}"));
    hex::encode(&hash[..6])
}

#[cfg(unix)]
fn folder(ours: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let about = ours.metadata().ok()?;
    Some(format!("{}:{}", about.dev(), about.ino()))
}

#[cfg(not(unix))]
fn folder(ours: &Path) -> Option<String> {
    Some(ours.canonicalize().ok()?.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_another_place_and_a_renamed_folder_is_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let one = Workspace::make(&dir.path().join("one")).unwrap();
        let two = Workspace::make(&dir.path().join("two")).unwrap();
        let cache = dir.path().join("cache");
        let place = one.place(Some(&cache));
        assert_eq!(place.folder.len(), 12, "{place:?}");
        assert_eq!(place.machine.len(), 12, "{place:?}");
        assert_ne!(place.folder, two.place(Some(&cache)).folder);
        assert_eq!(place.machine, two.place(Some(&cache)).machine);
        std::fs::rename(one.root(), dir.path().join("moved")).unwrap();
        let moved = Workspace::find(&dir.path().join("moved")).unwrap();
        assert_eq!(moved.place(Some(&cache)), place);
    }

    #[test]
    fn ids_are_random() {
        let ids: std::collections::BTreeSet<String> = (0..100).map(|_| random_id()).collect();
        assert_eq!(ids.len(), 100);
        assert!(ids.iter().all(|id| id.len() == 12));
    }
}
