//! Which course a workspace is for: `.dockerlab/course.json`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    disk::{
        atomic_write::write,
        owner,
        text_file::{TEXT_LIMIT, read_own},
        workspace::Workspace,
    },
    error::Error,
};

const SHOWN: &str = ".dockerlab/course.json";

/// Where a course is read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CourseSource {
    /// The program itself, under this id.
    BuiltIn(String),
    /// A folder of this machine.
    Folder(PathBuf),
    /// The courses that were added, under this digest.
    Added(String),
}

impl CourseSource {
    /// The folder, where it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::BuiltIn(_) | Self::Added(_) => None,
        }
    }
}

/// The course of a workspace, as it was when the workspace was last opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseRecord {
    /// The course's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its files, `sha256:…`.
    pub digest: String,
    /// Where it comes from.
    pub source: CourseSource,
    /// For an added course, what another machine adds it from: a git repository or a registry. A folder's path says nothing
    /// there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

impl Workspace {
    /// The course that the workspace is for; none where it is older than this record.
    ///
    /// # Errors
    /// When the record is damaged.
    pub fn course(&self) -> Result<Option<CourseRecord>, Error> {
        let path = self.ours().join("course.json");
        let Some(text) = read_own(&path, TEXT_LIMIT).map_err(|unread| unread.told(&path, SHOWN))? else {
            return Ok(None);
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Error::usage(say!("`{SHOWN}` is damaged"; SHOWN))
                .cause(error)
                .help(say!(
                    "remove it, then open the workspace again: `dockerlab start --course COURSE`"
                ))
        })
    }

    /// Writes down which course the workspace is for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_course(&self, record: &CourseRecord) -> Result<(), Error> {
        let path = self.ours().join("course.json");
        let text = serde_json::to_string_pretty(record).map_err(std::io::Error::from);
        text.and_then(|text| write(&path, format!("{text}\n").as_bytes()))
            .map_err(|error| owner::refused(Error::io(say!("cannot write `{SHOWN}`"; SHOWN)), &path, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_is_read_and_damage_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(dir.path()).unwrap();
        assert_eq!(workspace.course().unwrap(), None);
        for source in [
            CourseSource::BuiltIn("basics".to_owned()),
            CourseSource::Folder(PathBuf::from("/courses/a b")),
            CourseSource::Added("sha256:1".to_owned()),
        ] {
            let record = CourseRecord {
                id: "basics".to_owned(),
                version: "1".to_owned(),
                digest: "sha256:0".to_owned(),
                source,
                origin: Some("oci://r.example/x:v1".to_owned()),
            };
            workspace.set_course(&record).unwrap();
            assert_eq!(workspace.course().unwrap(), Some(record));
        }
        write(&dir.path().join(SHOWN), b"{").unwrap();
        assert!(workspace.course().unwrap_err().to_string().contains(SHOWN));
    }
}
