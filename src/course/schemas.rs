//! The JSON schemas of a course's TOML files, for editors.

use serde_json::Value;

use crate::course::{file::CourseFile, keys::schema_of, load::CourseTable, shared::Table, task_folder::TaskTable};

/// The schemas as files of a course: `.schema/course.json`, `.schema/task.json` and `.schema/criteria.json`.
pub fn schemas() -> Vec<CourseFile> {
    [
        ("course", schema_of::<CourseTable>()),
        ("task", schema_of::<TaskTable>()),
        ("criteria", schema_of::<Table>()),
    ]
    .into_iter()
    .map(|(name, schema)| CourseFile::new(format!(".schema/{name}.json"), text(&schema).into_bytes()))
    .collect()
}

fn text(schema: &Value) -> String {
    // Values of serde_json have no other form to fail in.
    format!("{schema:#}\n")
}
