//! The courses that were added on this machine: `dockerlab/courses` in the person's folder for data.
//!
//! A course is kept under the digest of its files, so that a workspace goes on with the one that it was started with:
//! an update adds the newer one beside it. `courses.json` says which one each name means today.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    course::{CourseFile, hex_of},
    disk::{
        atomic_write::write,
        course_folder::course_from,
        folder::make_folder,
        scaffold::lay,
        text_file::{TEXT_LIMIT, read_own},
    },
    dockerfile::ImageName,
    error::Error,
};

/// Where a course was added from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A git repository.
    Git {
        /// Its address, without a password.
        url: String,
        /// The branch or tag; none for the one that is checked out by default.
        reference: Option<String>,
        /// The folder in it; none for the repository itself.
        folder: Option<String>,
        /// The commit that it was.
        commit: String,
    },
    /// A registry.
    Registry {
        /// The name of the artifact.
        name: ImageName,
        /// The digest of its manifest, `sha256:…`.
        digest: String,
    },
}

impl Origin {
    /// What another machine gets the course from; none for a folder of this one.
    pub fn elsewhere(&self) -> Option<String> {
        match self {
            Self::Folder(_) => None,
            Self::Git { .. } | Self::Registry { .. } => Some(self.to_string()),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Registry { name, .. } => write!(f, "oci://{name}"),
            Self::Git {
                url, reference, folder, ..
            } => {
                write!(f, "{url}")?;
                match (reference, folder) {
                    (None, None) => Ok(()),
                    (reference, None) => write!(f, "#{}", reference.as_deref().unwrap_or_default()),
                    (reference, Some(folder)) => write!(f, "#{}:{folder}", reference.as_deref().unwrap_or_default()),
                }
            }
        }
    }
}

/// A course that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// The SHA-256 of its files, `sha256:…`.
    pub digest: String,
    /// Where it comes from.
    pub origin: Origin,
    /// When it was added or updated, RFC 3339.
    pub at: String,
}

/// The folder of courses that were added.
#[derive(Debug, Clone)]
pub struct CourseStore {
    folder: PathBuf,
}

impl CourseStore {
    /// The one in a person's folder for data.
    ///
    /// # Errors
    /// When the system names none.
    pub fn of_person(data: Option<&Path>) -> Result<Self, Error> {
        let data = data.ok_or_else(|| {
            Error::usage(say!("there is no folder to keep courses in"))
                .help(say!("set HOME, or XDG_DATA_HOME, to a folder that you can write to"))
        })?;
        Ok(Self {
            folder: data.join("dockerlab").join("courses"),
        })
    }

    /// The courses by their ids.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn all(&self) -> Result<BTreeMap<String, Stored>, Error> {
        let path = self.list();
        let shown = path.display().to_string();
        let Some(text) = read_own(&path, TEXT_LIMIT).map_err(|unread| unread.told(&path, &shown))? else {
            return Ok(BTreeMap::new());
        };
        serde_json::from_str(&text).map_err(|error| {
            Error::usage(say!("`{shown}` is damaged"; shown))
                .cause(error)
                .help(say!("remove it and add the courses again; workspaces keep theirs"))
        })
    }

    /// The files of the course with this digest.
    ///
    /// # Errors
    /// When it is not there, or cannot be read.
    pub fn files(&self, digest: &str) -> Result<Vec<CourseFile>, Error> {
        let folder = self.folder_of(digest)?;
        if !folder.is_dir() {
            return Err(
                Error::usage(say!("the course {digest} was removed from this machine"; digest))
                    .help(say!("add it again: `dockerlab course add`")),
            );
        }
        course_from(&folder)
    }

    /// Whether the course with this digest is there.
    pub fn has(&self, digest: &str) -> bool {
        self.folder_of(digest).is_ok_and(|folder| folder.is_dir())
    }

    /// Keeps a course, and makes it the one that its id means.
    ///
    /// # Errors
    /// When it cannot be written; the courses that are there stay.
    pub fn add(&self, id: &str, stored: Stored, files: &[CourseFile]) -> Result<(), Error> {
        let told = |error: std::io::Error| {
            Error::io(say!("cannot keep the course in `{}`", self.folder.display())).cause(error)
        };
        let folder = self.folder_of(&stored.digest)?;
        make_folder(&self.folder).map_err(told)?;
        if !folder.is_dir() {
            // Whole or not at all: written beside, then renamed.
            let beside = tempfile::Builder::new()
                .prefix(".adding-")
                .tempdir_in(&self.folder)
                .map_err(told)?;
            lay(
                beside.path(),
                files.iter().map(|file| (file.path.as_str(), &*file.bytes)),
            )?;
            std::fs::rename(beside.keep(), &folder).map_err(told)?;
        }
        let mut all = self.all()?;
        all.insert(id.to_owned(), stored);
        self.save(&all)
    }

    /// Forgets a course and removes its files; what it was.
    ///
    /// # Errors
    /// When there is none of this id, or it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<Stored, Error> {
        let mut all = self.all()?;
        let Some(stored) = all.remove(id) else {
            return Err(Error::usage(say!("no course `{id}` was added"; id)));
        };
        self.save(&all)?;
        if all.values().all(|other| other.digest != stored.digest) {
            let folder = self.folder_of(&stored.digest)?;
            std::fs::remove_dir_all(&folder)
                .map_err(|error| Error::io(say!("cannot remove `{}`", folder.display())).cause(error))?;
        }
        Ok(stored)
    }

    fn save(&self, all: &BTreeMap<String, Stored>) -> Result<(), Error> {
        let path = self.list();
        let text = serde_json::to_string_pretty(all).map_err(std::io::Error::from);
        text.and_then(|text| write(&path, format!("{text}\n").as_bytes()))
            .map_err(|error| Error::io(say!("cannot write `{}`", path.display())).cause(error))
    }

    fn list(&self) -> PathBuf {
        self.folder.join("courses.json")
    }

    /// The folder of a digest, which comes from files that others may have written.
    fn folder_of(&self, digest: &str) -> Result<PathBuf, Error> {
        hex_of(digest)
            .map(|hex| self.folder.join(hex))
            .ok_or_else(|| Error::usage(say!("`{digest}` is not the digest of a course"; digest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(version: &str, digit: char) -> Stored {
        Stored {
            version: version.to_owned(),
            title: "T".to_owned(),
            digest: format!("sha256:{}", digit.to_string().repeat(64)),
            origin: Origin::Folder("/x".into()),
            at: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn an_update_keeps_the_older_course_and_a_digest_cannot_lead_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let store = CourseStore::of_person(Some(dir.path())).unwrap();
        assert!(store.all().unwrap().is_empty());
        let file = |text: &str| vec![CourseFile::new("course.toml", text.as_bytes().to_vec())];
        store.add("a", stored("1", '1'), &file("one")).unwrap();
        store.add("a", stored("2", '2'), &file("two")).unwrap();
        assert_eq!(store.all().unwrap()["a"].version, "2");
        let text = |digit| {
            store.files(&stored("", digit).digest).unwrap()[0]
                .text()
                .unwrap()
                .to_owned()
        };
        assert_eq!((text('1'), text('2')), ("one".to_owned(), "two".to_owned()));
        store.remove("a").unwrap();
        assert!(store.files(&stored("", '2').digest).is_err());
        assert_eq!(text('1'), "one");
        assert!(store.remove("a").is_err());
        for digest in ["sha256:../../x", "../x", "sha256:", "sha256:ABC"] {
            assert!(
                store.files(digest).unwrap_err().to_string().contains("not the digest"),
                "{digest}"
            );
        }
    }

    #[test]
    fn an_origin_is_written_as_it_is_typed() {
        let git = |reference: Option<&str>, folder: Option<&str>| Origin::Git {
            url: "https://x/y.git".to_owned(),
            reference: reference.map(str::to_owned),
            folder: folder.map(str::to_owned),
            commit: String::new(),
        };
        assert_eq!(git(None, None).to_string(), "https://x/y.git");
        assert_eq!(git(Some("v1"), None).to_string(), "https://x/y.git#v1");
        assert_eq!(git(Some("v1"), Some("c")).to_string(), "https://x/y.git#v1:c");
        assert_eq!(git(None, Some("c")).to_string(), "https://x/y.git#:c");
    }
}
