//! The courses that are built into the program.

use include_dir::{Dir, include_dir};

use crate::{
    course::{embedded_folder, file::CourseFile, load::load, mistake::Mistake, task::Course},
    language::Language,
};

/// A course that is built into the program.
#[derive(Debug)]
pub struct BuiltIn {
    /// Its id, as its course.toml says.
    pub id: &'static str,
    /// The folder of the repository that its `proofs` are in, with the evidence on them and what learners read on them.
    pub proved_in: &'static str,
    folder: Dir<'static>,
}

/// All of them, in the order in which they are listed.
pub static ALL: [BuiltIn; 2] = [
    BuiltIn {
        id: DEFAULT,
        proved_in: "tests",
        folder: include_dir!("$CARGO_MANIFEST_DIR/lessons"),
    },
    BuiltIn {
        id: "beyond",
        proved_in: "tests/beyond",
        folder: include_dir!("$CARGO_MANIFEST_DIR/courses/beyond"),
    },
];

/// The course that is meant where nothing names one.
pub const DEFAULT: &str = "basics";

impl BuiltIn {
    /// Its files.
    pub fn files(&'static self) -> Vec<CourseFile> {
        course_files(&self.folder)
    }

    /// The course, in a language.
    ///
    /// # Errors
    /// The mistakes in it; a test makes sure that there are none.
    pub fn course(&'static self, language: Language) -> Result<Course, Vec<Mistake>> {
        load(&self.files(), language)
    }
}

impl Course {
    /// The course that is meant where nothing names one, in a language.
    ///
    /// # Errors
    /// The mistakes in it; a test makes sure that there are none.
    pub fn embedded(language: Language) -> Result<Self, Vec<Mistake>> {
        ALL[0].course(language)
    }

    /// A course in a folder that is built into the tests.
    ///
    /// # Errors
    /// The mistakes in it.
    #[cfg(test)]
    pub(crate) fn in_folder(folder: &'static Dir<'static>, language: Language) -> Result<Self, Vec<Mistake>> {
        load(&course_files(folder), language)
    }
}

fn course_files(folder: &'static Dir<'static>) -> Vec<CourseFile> {
    embedded_folder::files(folder)
        .into_iter()
        .map(|(path, bytes)| CourseFile::new(path, bytes))
        .collect()
}

/// The ids of the courses that are built into the program.
pub fn ids() -> Vec<&'static str> {
    ALL.iter().map(|course| course.id).collect()
}

/// The course that is built into the program under this id.
pub fn of(id: &str) -> Option<&'static BuiltIn> {
    ALL.iter().find(|course| course.id == id)
}
