//! Whether what an engine mounts in a container is a part of the workspace.

use std::path::Path;

use crate::{
    check::{evidence::Sighting, is_below},
    disk::Workspace,
};

/// Under what products that run the engine in a machine of its own show this machine's files there.
const SHOWN_UNDER: &[&str] = &["", "/host_mnt", "/run/desktop/mnt/host", "/mnt"];

impl Workspace {
    /// Writes down which parts of the workspace a container has mounted.
    pub fn locate(&self, seen: &mut Sighting) {
        for mount in seen.setup.iter_mut().flat_map(|setup| &mut setup.mounts) {
            mount.in_workspace = self.below(&mount.source);
        }
    }

    /// The path below the workspace, "" for the workspace itself, of what an engine calls by this path; none where it is
    /// elsewhere.
    fn below(&self, source: &str) -> Option<String> {
        let given = [self.root().to_path_buf(), self.root().canonicalize().ok()?];
        let roots = given.iter().map(|root| in_engines_words(root));
        let real = Path::new(source).canonicalize().ok();
        let sources = [Some(source.to_owned()), real.map(|real| in_engines_words(&real))];
        let sources: Vec<String> = sources.into_iter().flatten().collect();
        roots.into_iter().find_map(|root| {
            SHOWN_UNDER.iter().find_map(|shown| {
                let root = format!("{shown}{root}");
                let source = sources.iter().find(|source| is_below(source, &root))?;
                Some(source[root.len()..].trim_matches('/').to_owned())
            })
        })
    }
}

/// A path as engines write it: with slashes, and on Windows with the drive's letter in front.
fn in_engines_words(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("//?/").unwrap_or(&text);
    match text.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => format!("/{}{rest}", drive.to_ascii_lowercase()),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_a_part_of_the_workspace_or_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(folder.path()).unwrap();
        let root = workspace.root().to_str().unwrap();
        for shown in SHOWN_UNDER {
            let below = |path: &str| workspace.below(&format!("{shown}{root}{path}"));
            assert_eq!(below("").as_deref(), Some(""));
            assert_eq!(below("/app").as_deref(), Some("app"));
            assert_eq!(below("/app/src/").as_deref(), Some("app/src"));
            assert_eq!(below("-other"), None);
        }
        assert_eq!(workspace.below("/elsewhere"), None);
        assert_eq!(workspace.below(""), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_workspace_leads_there() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(&folder.path().join("ws")).unwrap();
        std::fs::create_dir(workspace.root().join("app")).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(workspace.root(), &link).unwrap();
        let through = link.join("app");
        assert_eq!(workspace.below(through.to_str().unwrap()).as_deref(), Some("app"));
    }

    #[test]
    fn windows_paths_are_as_the_engine_writes_them() {
        assert_eq!(in_engines_words(Path::new("\\\\?\\C:\\Users\\a")), "/c/Users/a");
        assert_eq!(in_engines_words(Path::new("C:/ws")), "/c/ws");
    }
}
