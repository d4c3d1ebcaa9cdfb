//! The files of a submission. They come from folders and archives that nobody vouches for: each path is looked at before it
//! is taken, and there is a bound for everything.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Folders that are no part of a learner's answer, and are left out with all that is in them.
const LEFT_OUT: [&str; 7] = [
    ".dockerlab",
    ".git",
    ".venv",
    "__MACOSX",
    "__pycache__",
    "node_modules",
    "venv",
];

/// Bounds of a submission.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many files there may be.
    pub files: usize,
    /// How many entries are looked at, those that are left out among them.
    pub entries: usize,
    /// Bytes of all files.
    pub bytes: u64,
    /// Bytes of a path.
    pub path: usize,
    /// Folders that a path may lead through.
    pub depth: usize,
}

/// The bounds that hold for every submission.
pub const LIMITS: Limits = Limits {
    files: 5_000,
    entries: 100_000,
    bytes: 100_000_000,
    path: 400,
    depth: 30,
};

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmittedFile {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Its permissions, such as 0o644.
    pub mode: u32,
}

/// What a learner handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    files: BTreeMap<String, SubmittedFile>,
    entries: usize,
    bytes: u64,
}

impl Submission {
    /// The files by their paths, with `/`.
    pub fn files(&self) -> &BTreeMap<String, SubmittedFile> {
        &self.files
    }

    /// Looks at an entry's path: the path that a file is taken under; none when it is left out.
    ///
    /// # Errors
    /// Why the submission is refused, a sentence's end.
    pub fn admit(&mut self, path: &[u8]) -> Result<Option<String>, String> {
        self.entries += 1;
        if self.entries > LIMITS.entries {
            return Err(say!("it has more than {} entries", LIMITS.entries));
        }
        let Ok(path) = std::str::from_utf8(path) else {
            let path = String::from_utf8_lossy(path);
            return Err(say!("the file name `{path}` is not UTF-8"; path));
        };
        if path.len() > LIMITS.path {
            let start: String = path.chars().take(60).collect();
            return Err(say!("the path `{start}…` is too long"; start));
        }
        if path.starts_with('/') || path.contains(['\\', '\0']) || path.chars().any(char::is_control) {
            let path = path.escape_default();
            return Err(say!("the path `{path}` is not allowed"; path));
        }
        let mut parts = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => return Err(say!("the path `{path}` leads out of it"; path)),
                part if LEFT_OUT.contains(&part) => return Ok(None),
                part => parts.push(part),
            }
        }
        if parts.len() > LIMITS.depth {
            return Err(say!("the path `{path}` leads through too many folders"; path));
        }
        Ok((!parts.is_empty()).then(|| parts.join("/")))
    }

    /// How many bytes the next file may still have.
    pub fn room(&self) -> u64 {
        LIMITS.bytes.saturating_sub(self.bytes)
    }

    /// Why a submission is refused that is larger than may be.
    pub fn too_large() -> String {
        say!("it is larger than {} MB", LIMITS.bytes / 1_000_000)
    }

    /// Takes a file under a path that was admitted.
    ///
    /// # Errors
    /// Why the submission is refused, a sentence's end.
    pub fn take(&mut self, path: String, bytes: Vec<u8>, mode: u32) -> Result<(), String> {
        if bytes.len() as u64 > self.room() {
            return Err(Self::too_large());
        }
        if self.files.len() >= LIMITS.files {
            return Err(say!("it has more than {} files", LIMITS.files));
        }
        self.bytes += bytes.len() as u64;
        // We have to read it ourselves.
        let mode = (mode & 0o777) | 0o600;
        if self.files.contains_key(&path) {
            return Err(say!("it has two files `{path}`"; path));
        }
        self.files.insert(path, SubmittedFile { bytes, mode });
        Ok(())
    }

    /// A file's bytes as text.
    pub fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(&self.files.get(path)?.bytes).ok()
    }

    /// The digest of all files: paths, permissions and contents.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (path, file) in &self.files {
            hash.update(format!("{path}\0{:o}\0{}\0", file.mode, file.bytes.len()));
            hash.update(&file.bytes);
        }
        format!("sha256:{}", hex::encode(hash.finalize()))
    }

    /// The same from the folder that has one of the files with these names: archives often have one folder around all.
    ///
    /// # Errors
    /// When several folders have one, side by side.
    pub fn rooted(mut self, names: &[&str]) -> Result<Self, String> {
        let folder_of = |path: &str| {
            let (folder, name) = path
                .rsplit_once('/')
                .map_or(("", path), |(folder, name)| (folder, name));
            names.contains(&name).then(|| folder.to_owned())
        };
        let depth = |folder: &String| {
            if folder.is_empty() {
                0
            } else {
                folder.matches('/').count() + 1
            }
        };
        let folders: std::collections::BTreeSet<String> =
            self.files.keys().filter_map(|path| folder_of(path)).collect();
        let Some(least) = folders.iter().map(depth).min() else {
            return Ok(self);
        };
        let mut highest = folders.iter().filter(|folder| depth(folder) == least);
        let (Some(folder), other) = (highest.next(), highest.next()) else {
            return Ok(self);
        };
        if let Some(other) = other {
            return Err(
                say!("the folders `{folder}` and `{other}` both have Dockerfiles of the course"; folder, other),
            );
        }
        if !folder.is_empty() {
            let prefix = format!("{folder}/");
            self.files = std::mem::take(&mut self.files)
                .into_iter()
                .filter_map(|(path, file)| Some((path.strip_prefix(&prefix)?.to_owned(), file)))
                .collect();
        }
        // A file where another path has a folder cannot be written.
        let clash = self.files.keys().find(|path| {
            path.match_indices('/')
                .any(|(at, _)| self.files.contains_key(&path[..at]))
        });
        match clash {
            Some(path) => Err(say!("`{path}` is below a file"; path)),
            None => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str]) -> Submission {
        let mut submission = Submission::default();
        for path in paths {
            let admitted = submission.admit(path.as_bytes()).unwrap();
            if let Some(path) = admitted {
                submission.take(path, b"x".to_vec(), 0o644).unwrap();
            }
        }
        submission
    }

    fn paths(submission: &Submission) -> Vec<&str> {
        submission.files().keys().map(String::as_str).collect()
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for path in [
            "/etc/passwd",
            "a/../../b",
            "..",
            "a\\..\\b",
            "a\0b",
            "a\x1b[2J",
            "a//../b",
        ] {
            assert!(Submission::default().admit(path.as_bytes()).is_err(), "{path:?}");
        }
        assert!(Submission::default().admit(&[b'a', 0xff]).is_err());
        assert!(Submission::default().admit("a/".repeat(31).as_bytes()).is_err());
        assert!(Submission::default().admit("a".repeat(401).as_bytes()).is_err());
        assert_eq!(Submission::default().admit(b"./a//b").unwrap().as_deref(), Some("a/b"));
        assert_eq!(Submission::default().admit(b"./").unwrap(), None);
    }

    #[test]
    fn what_is_no_answer_is_left_out_and_counts_as_looked_at() {
        let submission = of(&[
            "a",
            ".git/config",
            "x/.dockerlab/state.json",
            "__MACOSX/a",
            ".dockerignore",
        ]);
        assert_eq!(paths(&submission), [".dockerignore", "a"]);
        let mut submission = Submission::default();
        let refused = (0..=LIMITS.entries).find_map(|_| submission.admit(b".git/x").err());
        assert!(refused.unwrap().contains("entries"));
    }

    #[test]
    fn sizes_and_counts_are_bounded() {
        let mut submission = Submission::default();
        submission.take("a".to_owned(), vec![0; 60_000_000], 0o644).unwrap();
        assert!(submission.take("b".to_owned(), vec![0; 60_000_000], 0o644).is_err());
        let mut submission = Submission::default();
        let refused = (0..=LIMITS.files).find_map(|n| submission.take(n.to_string(), Vec::new(), 0o644).err());
        assert!(refused.unwrap().contains("files"));
        let mut submission = of(&["a"]);
        assert!(submission.take("a".to_owned(), Vec::new(), 0o644).is_err());
    }

    #[test]
    fn a_folder_around_everything_is_taken_off() {
        let names = ["Dockerfile-task-1"];
        let rooted = of(&["work/Dockerfile-task-1", "work/app/main.py", "note"])
            .rooted(&names)
            .unwrap();
        assert_eq!(paths(&rooted), ["Dockerfile-task-1", "app/main.py"]);
        let rooted = of(&["Dockerfile-task-1", "old/Dockerfile-task-1"])
            .rooted(&names)
            .unwrap();
        assert_eq!(rooted.files().len(), 2);
        assert!(
            of(&["a/Dockerfile-task-1", "b/Dockerfile-task-1"])
                .rooted(&names)
                .is_err()
        );
        assert_eq!(of(&["a"]).rooted(&names).unwrap().files().len(), 1);
        assert!(of(&["Dockerfile-task-1", "a", "a/b"]).rooted(&names).is_err());
    }

    #[test]
    fn the_digest_tells_every_change() {
        let with = |path: &str, bytes: &[u8], mode| {
            let mut submission = Submission::default();
            submission.take(path.to_owned(), bytes.to_vec(), mode).unwrap();
            submission.digest()
        };
        let all = [
            with("a", b"1", 0o644),
            with("a", b"2", 0o644),
            with("b", b"1", 0o644),
            with("a", b"1", 0o755),
            Submission::default().digest(),
        ];
        let different: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert_eq!(all[0], with("a", b"1", 0o644));
    }
}
