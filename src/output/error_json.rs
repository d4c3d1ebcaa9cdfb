//! An error for programs; `docs/error-json.md` describes it.

use std::io::{Result, Write};

use crate::error::{Error, Kind};

/// Writes an error as one JSON object.
pub fn error_json(out: &mut dyn Write, error: &Error) -> Result<()> {
    let kind = match error.kind() {
        Kind::Usage => "usage",
        Kind::Io => "io",
        Kind::Internal => "internal",
        Kind::NotBegun => "not-begun",
        Kind::Engine => "engine",
        Kind::Interrupted => "interrupted",
        Kind::BrokenPipe => "broken-pipe",
    };
    let document = serde_json::json!({
        "schema": "dockerlab/error/1",
        "error": {
            "kind": kind,
            "message": error.message(),
            "causes": error.causes(),
            "help": error.help_text(),
        },
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_object() {
        let error = Error::engine("the engine is gone").cause("no socket").help("start it");
        let mut out = Vec::new();
        error_json(&mut out, &error).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(read["schema"], "dockerlab/error/1");
        let told = serde_json::json!({
            "kind": "engine", "message": "the engine is gone", "causes": ["no socket"], "help": "start it",
        });
        assert_eq!(read["error"], told);
    }
}
