//! Which course is meant, and reading it from where it is.

use std::{collections::BTreeMap, path::Path};

use crate::{
    course::{Course, CourseFile, Mistake, built_in, load},
    disk::{self, CourseRecord, CourseSource, CourseStore, Workspace},
    error::Error,
    language::Language,
    settings::Settings,
};

/// The course that is meant: the one that `--course` names, the workspace's, or the built-in one.
///
/// # Errors
/// As for [`named`] and [`of_folder`].
pub fn meant(name: Option<&str>, settings: &Settings) -> Result<CourseSource, Error> {
    match name {
        Some(name) => named(name, settings),
        None => of_folder(&settings.folder, settings),
    }
}

/// The course that `--course` names: a folder, or a course by its id.
///
/// # Errors
/// When it is neither.
pub fn named(name: &str, settings: &Settings) -> Result<CourseSource, Error> {
    if built_in::ids().contains(&name) {
        return Ok(CourseSource::BuiltIn(name.to_owned()));
    }
    let added = match CourseStore::of_person(settings.data_dir.as_deref()) {
        Ok(store) => store.all()?,
        Err(_) => BTreeMap::new(),
    };
    if let Some(stored) = added.get(name) {
        return Ok(CourseSource::Added(stored.digest.clone()));
    }
    let folder = settings.folder.join(name);
    if folder.is_dir() {
        return Ok(CourseSource::Folder(folder.canonicalize().unwrap_or(folder)));
    }
    Err(Error::usage(say!("there is no course `{name}`"; name)).help(say!(
        "--course takes a folder with a course.toml, or the name of a course: {}",
        built_in::ids()
            .into_iter()
            .chain(added.keys().map(String::as_str))
            .collect::<Vec<_>>()
            .join(", ")
    )))
}

/// The course of the workspace that a folder is in, or without one the course that is built in.
///
/// # Errors
/// When what the workspace wrote down is damaged, or its course was not added on this machine.
pub fn of_folder(folder: &Path, settings: &Settings) -> Result<CourseSource, Error> {
    let record = match Workspace::find(folder) {
        Ok(workspace) => workspace.course()?,
        Err(_) => None,
    };
    let Some(record) = record else {
        return Ok(default());
    };
    match &record.source {
        CourseSource::Added(digest) => {
            let store = CourseStore::of_person(settings.data_dir.as_deref())?;
            if store.has(digest) {
                Ok(record.source)
            } else {
                Err(absent(&record, store.all()?.contains_key(&record.id)))
            }
        }
        CourseSource::BuiltIn(_) | CourseSource::Folder(_) => Ok(record.source),
    }
}

/// The error for a workspace whose course is not on this machine; `has_other` is whether another version of it is.
fn absent(record: &CourseRecord, has_other: bool) -> Error {
    let error = Error::usage(say!(
        "this workspace is for version {} of the course `{}`, which is not on this machine",
        record.version,
        record.id
    ));
    error.help(match &record.origin {
        _ if has_other => say!(
            "another version is: `dockerlab start --course {}` changes to it",
            record.id
        ),
        Some(origin) => say!(
            "add it: `dockerlab course add {origin}`, then `dockerlab start --course {}`",
            record.id;
            origin
        ),
        None => say!("add it where you had it from: `dockerlab course add`").to_owned(),
    })
}

/// The course that is meant where nothing names one.
fn default() -> CourseSource {
    CourseSource::BuiltIn(built_in::DEFAULT.to_owned())
}

/// The files of a course.
///
/// # Errors
/// When they cannot be read.
pub fn files(source: &CourseSource, settings: &Settings) -> Result<Vec<CourseFile>, Error> {
    match source {
        CourseSource::BuiltIn(id) => built_in::of(id).map(built_in::BuiltIn::files).ok_or_else(|| {
            Error::usage(say!("this dockerlab has no course `{id}`"; id))
                .help(say!("the workspace may be of a newer dockerlab; update the program"))
        }),
        CourseSource::Folder(folder) if folder.is_dir() => disk::course_from(folder),
        CourseSource::Folder(folder) => {
            Err(
                Error::usage(say!("the course in `{}` is not there anymore", folder.display())).help(say!(
                    "if it has moved, say where it is now: `dockerlab start --course DIR`"
                )),
            )
        }
        CourseSource::Added(digest) => CourseStore::of_person(settings.data_dir.as_deref())?.files(digest),
    }
}

/// Reads a course.
///
/// # Errors
/// When it cannot be read or has mistakes; those of a built-in one are faults of ours.
pub fn open(source: &CourseSource, settings: &Settings) -> Result<Course, Error> {
    let course = load(&files(source, settings)?, Language::current()).map_err(|mistakes| match source {
        CourseSource::BuiltIn(_) => ours(&mistakes),
        CourseSource::Folder(_) | CourseSource::Added(_) => disk::mistaken(&mistakes),
    })?;
    match source {
        CourseSource::Added(digest) if *digest != course.digest => Err(Error::usage(say!(
            "the files of the course `{}` were changed after it was added",
            course.id
        ))
        .help(say!(
            "remove it and add it again: `dockerlab course remove {}`",
            course.id
        ))),
        _ => Ok(course),
    }
}

/// What a workspace writes down of a course.
///
/// # Errors
/// When the list of added courses cannot be read.
pub fn record(source: &CourseSource, course: &Course, settings: &Settings) -> Result<CourseRecord, Error> {
    let origin = match source {
        CourseSource::Added(digest) => CourseStore::of_person(settings.data_dir.as_deref())?
            .all()?
            .values()
            .find(|stored| stored.digest == *digest)
            .and_then(|stored| stored.origin.elsewhere()),
        CourseSource::BuiltIn(_) | CourseSource::Folder(_) => None,
    };
    Ok(CourseRecord {
        id: course.id.clone(),
        version: course.version.clone(),
        digest: course.digest.clone(),
        source: source.clone(),
        origin,
    })
}

/// Refuses a course in a workspace that is for another one; what the workspace wrote down of its course.
///
/// # Errors
/// When the workspace is for another course, or what it wrote down is damaged.
pub fn accept(workspace: &Workspace, course: &Course) -> Result<Option<CourseRecord>, Error> {
    match workspace.course()? {
        Some(record) if record.id != course.id => Err(refused(&record.id, course)),
        record => Ok(record),
    }
}

/// The error for a course in a workspace that is for another one.
pub fn refused(id: &str, course: &Course) -> Error {
    Error::usage(say!(
        "this workspace is for the course `{}`, not for `{}`",
        id,
        course.id
    ))
    .help(say!(
        "start the other course in a folder of its own: `dockerlab start DIR --course {}`",
        course.id
    ))
}

/// Mistakes in the built-in course, which nobody who uses the program can correct.
fn ours(mistakes: &[Mistake]) -> Error {
    let error = Error::internal(say!("the built-in course has mistakes"));
    mistakes.iter().take(20).fold(error, Error::cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn settings() -> Settings {
        Settings::read(true, None).unwrap()
    }

    #[test]
    fn mistakes_in_the_built_in_course_are_a_fault_of_the_program() {
        let error = ours(&[Mistake {
            file: "course.toml".to_owned(),
            line: None,
            column: None,
            message: "no title".to_owned(),
        }]);
        assert_eq!(error.kind(), Kind::Internal);
        assert!(error.causes()[0].contains("course.toml"), "{error}");
        let error = open(&CourseSource::Folder("/nowhere/at/all".into()), &settings()).unwrap_err();
        assert_ne!(error.kind(), Kind::Internal);
    }

    #[test]
    fn a_workspace_says_which_course_is_meant_and_refuses_another() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(of_folder(dir.path(), &settings()).unwrap(), default());
        let workspace = Workspace::make(dir.path()).unwrap();
        let mut course = open(&default(), &settings()).unwrap();
        // One of before there were records.
        accept(&workspace, &course).unwrap();
        let source = CourseSource::Folder("/course".into());
        let mut record = record(&default(), &course, &settings()).unwrap();
        record.source = source.clone();
        workspace.set_course(&record).unwrap();
        assert_eq!(of_folder(&dir.path().join(".dockerlab"), &settings()).unwrap(), source);
        accept(&workspace, &course).unwrap();
        course.id = "other".to_owned();
        let refused = accept(&workspace, &course).unwrap_err();
        assert!(refused.to_string().contains("`other`"), "{refused}");
    }
}
