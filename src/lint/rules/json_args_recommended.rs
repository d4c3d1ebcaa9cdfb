//! Write the command as a JSON array.
//!
//! In shell form a shell is the first process and keeps signals to itself: `docker stop` waits for nothing. Where
//! SHELL is set, a shell is what was asked for.
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

pub(super) const RULE: Rule = Rule::new("JSONArgsRecommended", Severity::Warning, check).twin_of(&["DL3025"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.steps.iter().filter(|step| !step.on_build) {
        let runs = matches!(step.keyword(), Keyword::Cmd | Keyword::Entrypoint);
        let has_shell = |stage: usize| file.all(Keyword::Shell).any(|shell| shell.stage == Some(stage));
        if !runs || step.stage.is_some_and(|stage| file.in_lineage(stage, has_shell)) {
            continue;
        }
        if let Form::Shell(text) = &step.instruction.form
            && !text.trim().is_empty()
        {
            report.at(step).fix_with(exec_form(step));
        }
    }
}
