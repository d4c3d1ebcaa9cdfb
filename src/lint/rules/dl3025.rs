//! Write the command as a JSON array.
//!
//! In shell form, a shell is the first process. It gets the signal when the container is stopped and does not pass it
//! on, so `docker stop` waits ten seconds. With `["program", "argument"]`, the program itself is the first process.
//!
//! ```dockerfile bad
//! FROM debian:12
//! CMD nginx -g
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! CMD ["nginx", "-g"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3025", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in &file.steps {
        let runs = matches!(
            step.keyword(),
            Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck
        );
        if step.on_build || !runs {
            continue;
        }
        if let Form::Shell(text) = &step.instruction.form
            && !text.trim().is_empty()
        {
            report.at(step).fix_with(exec_form(step));
        }
    }
}
