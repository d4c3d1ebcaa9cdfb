//! Plain files and folders are copied with COPY.
//!
//! ADD also downloads and unpacks, so a reader has to ask what it does here. COPY copies, and nothing else.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ADD app /app
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! COPY app /app
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ADD site.tar.gz /srv/
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3020", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Add) {
        let words: Vec<&str> = step.instruction.arguments().collect();
        let Some((_, sources)) = words.split_last() else {
            continue;
        };
        let is_plain = |source: &&&str| {
            let source = unquoted(source);
            !source.starts_with("http://") && !source.starts_with("https://") && !is_archive(source)
        };
        let plain: Vec<&&str> = sources.iter().filter(is_plain).collect();
        if plain.is_empty() || !step.instruction.heredocs.is_empty() {
            continue;
        }
        let is_sure =
            plain.len() == sources.len() && !sources.iter().any(|source| source.contains(['$', '*', '@', ':']));
        let finding = report.at(step);
        if is_sure
            && step
                .instruction
                .flags
                .iter()
                .all(|flag| matches!(flag.name.as_str(), "chown" | "chmod" | "link"))
        {
            finding.fix_with(renamed_keyword(step, "COPY"));
        }
    }
}
