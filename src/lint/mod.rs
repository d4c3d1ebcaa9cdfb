//! Rules for Dockerfiles: what is wrong with one, or could be better, and at which line.
//!
//! hadolint's rules carry hadolint's codes and severities, BuildKit's checks their names, our own a number behind `LAB`.
//! Each rule is one file in `rules/`. Its doc comment is the page that `dockerlab lint --explain` shows, the examples on
//! that page are its tests, and `build.rs` makes the list of rules from the files. Values in, values out, as everywhere
//! in the core.

mod build_step;
mod config;
mod edit;
mod facts;
mod family;
mod finding;
mod fix;
mod hadolint_yaml;
mod image_content;
mod labels;
mod linted_dockerfile;
mod mounts;
mod names;
mod package_managers;
mod page;
mod pragma;
mod prelude;
mod registry;
mod reporter;
mod rewrite;
mod rule;
mod severity;
mod simple_command;
mod variables;

pub use build_step::BuildStep;
pub use config::{Config, LabelKind, Problem as ConfigProblem};
pub use edit::Edit;
pub use facts::{Facts, LeftBehind};
pub use family::Family;
pub use finding::{Finding, UNREADABLE};
pub use fix::fixed;
pub use linted_dockerfile::LintedDockerfile;
pub use page::{Example, Page};
pub use registry::{rule, rules};
pub use rule::Rule;
pub use severity::Severity;

use crate::dockerfile::{Dockerfile, parse};
use registry::twins;
use reporter::{Reported, Reporter};

/// Instructions that the rules look at; some compare each with all before it. No engine builds so many.
const MOST_INSTRUCTIONS: usize = 2000;

/// Reads a Dockerfile and says what the rules find, by line and code.
pub fn lint(source: &str, config: &Config, facts: &Facts) -> Vec<Finding> {
    lint_parsed(source, &parse(source), config, facts)
}

/// As [`lint`], for a Dockerfile that has been parsed. Of one that is longer than any engine would build, the beginning is
/// looked at, and said to be.
pub fn lint_parsed(source: &str, dockerfile: &Dockerfile, config: &Config, facts: &Facts) -> Vec<Finding> {
    let Some(beyond) = dockerfile.instructions.get(MOST_INSTRUCTIONS) else {
        return judged(source, dockerfile, config, facts);
    };
    let mut beginning = dockerfile.clone();
    beginning.instructions.truncate(MOST_INSTRUCTIONS);
    beginning.problems.retain(|problem| problem.line < beyond.start_line);
    let mut findings = judged(source, &beginning, config, facts);
    findings.push(Finding {
        code: UNREADABLE.to_owned(),
        severity: Severity::Error,
        message: say!("more than {MOST_INSTRUCTIONS} instructions; the rest is not checked"; MOST_INSTRUCTIONS),
        line: beyond.start_line,
        at: (beyond.start_line, beyond.start_column),
        edits: Vec::new(),
    });
    findings
}

fn judged(source: &str, dockerfile: &Dockerfile, config: &Config, facts: &Facts) -> Vec<Finding> {
    let file = LintedDockerfile::new(source, dockerfile, config, facts);
    let pragmas = pragma::read(dockerfile, config);
    let is_off = |rule: &Rule| {
        config.ignored.contains(rule.code) || config.severity_of(rule.code, rule.severity) == Severity::Off
    };
    let mut told: Vec<(&str, u32)> = Vec::new();
    let mut findings = Vec::new();
    for rule in rules() {
        if !config.looks_at(rule.family()) {
            continue;
        }
        let severity = if pragmas.tries(rule.code) {
            Severity::Warning
        } else {
            config.severity_of(rule.code, rule.severity)
        };
        let twins: Vec<&Rule> = twins(rule)
            .filter(|twin| config.looks_at(twin.family()) || rule.twins.contains(&twin.code))
            .collect();
        // What is silenced under one code is not said under its twin's.
        if severity == Severity::Off
            || config.ignored.contains(rule.code)
            || (!twins.is_empty() && twins.iter().all(|twin| is_off(twin)))
        {
            continue;
        }
        let mut reported = Vec::new();
        (rule.check)(
            &file,
            &mut Reporter::new(rule.code, rule.page().title(), severity, &mut reported),
        );
        for Reported { finding, twin_line } in reported {
            let is_silenced = pragmas.silence(rule.code, finding.line, dockerfile)
                || twins
                    .iter()
                    .any(|twin| pragmas.silence(twin.code, twin_line, dockerfile));
            // Where two families say the same, the first says it.
            let is_told = told
                .iter()
                .any(|(code, line)| rule.twins.contains(code) && *line == twin_line);
            if !is_silenced && !is_told {
                told.push((rule.code, finding.line));
                findings.push(finding);
            }
        }
    }
    // Some of what docker refuses has a rule of its own.
    let refused: Vec<u32> = findings
        .iter()
        .filter(|finding| ["DL3011", "DL3043", "DL3061"].contains(&finding.code.as_str()))
        .map(|finding| finding.line)
        .collect();
    findings.extend(unreadable(dockerfile).filter(|finding| {
        !refused.contains(&finding.line) && !pragmas.silence(&finding.code, finding.line, dockerfile)
    }));
    findings.sort_by(|a, b| (a.line, a.at, &a.code).cmp(&(b.line, b.at, &b.code)));
    findings.dedup_by(|a, b| a.code == b.code && a.line == b.line && a.message == b.message);
    findings
}

/// Whether a comment of the file silences a finding: for findings that come from elsewhere.
pub fn silenced(finding: &Finding, dockerfile: &Dockerfile, config: &Config) -> bool {
    pragma::read(dockerfile, config).silence(&finding.code, finding.line, dockerfile)
}

/// What docker refuses; reading goes on behind it.
fn unreadable(dockerfile: &Dockerfile) -> impl Iterator<Item = Finding> {
    dockerfile
        .problems
        .iter()
        .filter(|problem| problem.stops_build())
        .map(|problem| {
            let mut message = problem.message.clone();
            if let Some(meant) = &problem.suggestion {
                message = say!("{message}; did you mean `{meant}`?"; message, meant);
            }
            Finding {
                code: UNREADABLE.to_owned(),
                severity: Severity::Error,
                message,
                line: problem.line,
                at: (problem.line, problem.column),
                edits: Vec::new(),
            }
        })
}
