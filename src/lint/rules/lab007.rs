//! The server cannot be reached from outside the container.
//!
//! Inside a container, 127.0.0.1 is the container itself. `-p` forwards requests to the container's other address, so
//! listen on 0.0.0.0.
//!
//! ```dockerfile bad
//! FROM python:3.12
//! CMD ["uvicorn", "app.main:app", "--host", "127.0.0.1"]
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12
//! CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB007", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for keyword in [Keyword::Cmd, Keyword::Entrypoint] {
        for step in file.all(keyword) {
            let mut words = step.instruction.arguments_at().peekable();
            while let Some((word, offset)) = words.next() {
                let value = match word.split_once('=') {
                    Some(("--host" | "--bind" | "--address", value)) => value,
                    None if matches!(word, "--host" | "-h" | "-b" | "--bind" | "--address" | "-H") => {
                        words.peek().map_or("", |(next, _)| *next)
                    }
                    _ => continue,
                };
                let host = value.split(':').next().unwrap_or_default();
                if matches!(host, "127.0.0.1" | "localhost") {
                    report.within(step, step.instruction.locate(offset), value);
                }
            }
        }
    }
}
