//! What a person set for good: `settings.toml` in the workspace's `.dockerlab`, and one of their own beside it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    disk::atomic_write::write,
    disk::folder::make_folder,
    disk::text_file::{TEXT_LIMIT, read_text},
    error::Error,
};

/// The settings there are, and what each is for.
pub fn known() -> [(&'static str, &'static str); 2] {
    [
        ("language", say!("the language of dockerlab: en or fr")),
        (
            "push-to",
            say!(
                "where images are pushed: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY, a name on Docker Hub, or HOST/PATH"
            ),
        ),
    ]
}

/// One file of settings.
#[derive(Debug, Clone)]
pub struct Preferences {
    path: PathBuf,
    set: BTreeMap<String, String>,
}

impl Preferences {
    /// The settings of the workspace that `folder` is in; none outside one.
    ///
    /// # Errors
    /// When its file is damaged.
    pub fn of_workspace(folder: &Path) -> Result<Option<Self>, Error> {
        let Ok(workspace) = crate::disk::Workspace::find(folder) else {
            return Ok(None);
        };
        Self::read(workspace.ours().join("settings.toml")).map(Some)
    }

    /// A person's own settings below their folder for such files; none where that is not known.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn of_person(config: Option<&Path>) -> Result<Option<Self>, Error> {
        config
            .map(|folder| Self::read(folder.join("dockerlab").join("settings.toml")))
            .transpose()
    }

    fn read(path: PathBuf) -> Result<Self, Error> {
        let shown = path.display().to_string();
        let Some(text) = read_text(&path, &shown, TEXT_LIMIT)? else {
            return Ok(Self {
                path,
                set: BTreeMap::new(),
            });
        };
        let damaged = |line: Option<usize>, why: String| {
            let place = line.map_or(String::new(), |line| format!(":{line}"));
            Error::usage(say!("the settings in `{shown}{place}` cannot be read"; shown, place))
                .cause(why)
                .help(say!("fix the file, or delete it to continue without it"))
        };
        let set: BTreeMap<String, String> = toml::from_str(&text).map_err(|error| {
            let line = error.span().map(|span| {
                let before = text.get(..span.start).unwrap_or(&text);
                before.matches('\n').count() + 1
            });
            damaged(line, error.message().replace('\n', "; "))
        })?;
        if let Some(unknown) = set.keys().find(|key| known().iter().all(|(known, _)| known != key)) {
            let line = text
                .lines()
                .position(|line| line.trim_start().starts_with(unknown.as_str()))
                .map(|index| index + 1);
            return Err(damaged(line, say!("unknown setting `{unknown}`"; unknown)));
        }
        Ok(Self { path, set })
    }

    /// Where it is stored.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is set under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.set.get(key).map(String::as_str)
    }

    /// Sets a key, or takes it out, and writes the file whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set(&mut self, key: &str, value: Option<&str>) -> Result<(), Error> {
        match value {
            Some(value) => self.set.insert(key.to_owned(), value.to_owned()),
            None => self.set.remove(key),
        };
        let told = |error: std::io::Error| {
            Error::io(say!("cannot write the settings in `{}`", self.path.display())).cause(error)
        };
        if let Some(folder) = self.path.parent() {
            make_folder(folder).map_err(told)?;
        }
        let text = toml::to_string(&self.set).map_err(|error| told(std::io::Error::other(error)))?;
        write(&self.path, text.as_bytes()).map_err(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_kept_whole_and_mistakes_are_told_with_their_line() {
        let dir = tempfile::tempdir().unwrap();
        let mut own = Preferences::of_person(Some(dir.path())).unwrap().unwrap();
        assert_eq!(own.get("language"), None);
        own.set("language", Some("fr")).unwrap();
        let again = Preferences::of_person(Some(dir.path())).unwrap().unwrap();
        assert_eq!(again.get("language"), Some("fr"));
        own.set("language", None).unwrap();
        let again = Preferences::of_person(Some(dir.path())).unwrap().unwrap();
        assert_eq!(again.get("language"), None);
        for (text, line) in [("# mine\ncolour = \"red\"\n", 2), ("language = 3\n", 1), ("[x\n", 1)] {
            write(own.path(), text.as_bytes()).unwrap();
            let error = Preferences::of_person(Some(dir.path())).unwrap_err();
            assert!(
                error.message().contains(&format!("settings.toml:{line}`")),
                "{text}: {error}"
            );
        }
    }
}
