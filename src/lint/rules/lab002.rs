//! There is no USER, so the process runs as root.
//!
//! If the process runs as root, an attacker who breaks into it controls everything in the container. Create a user, and
//! put its number in USER.
//!
//! ```dockerfile bad
//! FROM python:3.12-slim
//! CMD ["python", "-m", "http.server"]
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12-slim
//! USER 10000
//! CMD ["python", "-m", "http.server"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB002", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let Some(last) = file.stages.len().checked_sub(1) else {
        return;
    };
    let starts = |stage: usize| {
        file.steps
            .iter()
            .any(|step| step.stage == Some(stage) && matches!(step.keyword(), Keyword::Cmd | Keyword::Entrypoint))
    };
    let names_user = |stage: usize| file.all(Keyword::User).any(|step| step.stage == Some(stage));
    // Without a command it may be a base for others, who choose the user.
    if file.in_lineage(last, starts)
        && !file.in_lineage(last, names_user)
        && let Some(from) = file.froms().nth(last)
    {
        report.at(from);
    }
}
