//! The courses that are built into the program.

use include_dir::{Dir, include_dir};

use crate::{
    course::{embedded_folder, file::CourseFile, load::load, mistake::Mistake, task::Course},
    language::Language,
};

static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

impl Course {
    /// The course that is meant where nothing names one, in a language.
    ///
    /// # Errors
    /// The mistakes in it; a test makes sure that there are none.
    pub fn embedded(language: Language) -> Result<Self, Vec<Mistake>> {
        Self::in_folder(&LESSONS, language)
    }

    /// A course in a folder that is built into the program.
    ///
    /// # Errors
    /// The mistakes in it.
    pub(crate) fn in_folder(folder: &'static Dir<'static>, language: Language) -> Result<Self, Vec<Mistake>> {
        load(&course_files(folder), language)
    }
}

/// The course that is meant where nothing names one.
pub const DEFAULT: &str = "basics";

/// The ids of the courses that are built into the program.
pub fn ids() -> Vec<&'static str> {
    vec![DEFAULT]
}

/// The files of the course that is built into the program under this id.
pub fn files(id: &str) -> Option<Vec<CourseFile>> {
    (id == DEFAULT).then(|| course_files(&LESSONS))
}

fn course_files(folder: &'static Dir<'static>) -> Vec<CourseFile> {
    embedded_folder::files(folder)
        .into_iter()
        .map(|(path, bytes)| CourseFile::new(path, bytes))
        .collect()
}
