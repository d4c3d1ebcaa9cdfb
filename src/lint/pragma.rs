//! Comments that silence rules: hadolint's `# hadolint ignore=…`, and BuildKit's `# check=skip=…`.

use std::collections::BTreeSet;

use crate::{
    dockerfile::{Dockerfile, Keyword},
    lint::{config::Config, family::Family, finding::Finding},
};

/// What a comment silences.
struct Silenced {
    /// Its line, from 1.
    line: u32,
    codes: Vec<String>,
    scope: Scope,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The instruction on the next line.
    Next,
    /// The stage, from there on.
    Stage,
    /// The whole file.
    File,
}

/// The comments of a file that silence rules.
pub(super) struct Pragmas {
    silenced: Vec<Silenced>,
    /// BuildKit's checks that are skipped.
    skipped: BTreeSet<String>,
    skips_all: bool,
}

/// Reads a file's comments.
pub(super) fn read(dockerfile: &Dockerfile, config: &Config) -> Pragmas {
    let mut pragmas = Pragmas {
        silenced: Vec::new(),
        skipped: BTreeSet::new(),
        skips_all: false,
    };
    if !config.disable_ignore_pragma {
        pragmas.silenced = dockerfile
            .comments
            .iter()
            .filter_map(|comment| {
                let (scope, codes) = ignore(&comment.text)?;
                Some(Silenced {
                    line: comment.line,
                    codes,
                    scope,
                })
            })
            .collect();
    }
    let checks = dockerfile
        .directives
        .iter()
        .filter(|directive| directive.name == "check");
    for part in checks.flat_map(|directive| directive.value.split(';')) {
        if let Some(("skip", codes)) = part.split_once('=').map(|(key, value)| (key.trim(), value)) {
            for code in codes.split(',').map(str::trim) {
                pragmas.skips_all |= code.eq_ignore_ascii_case("all");
                pragmas.skipped.insert(code.to_owned());
            }
        }
    }
    pragmas
}

/// The lines of comments that silence an instruction.
pub(super) fn lines(dockerfile: &Dockerfile) -> impl Iterator<Item = u32> {
    dockerfile
        .comments
        .iter()
        .filter(|comment| ignore(&comment.text).is_some_and(|(scope, _)| scope == Scope::Next))
        .map(|comment| comment.line)
}

/// `hadolint ignore=A,B # why`.
fn ignore(comment: &str) -> Option<(Scope, Vec<String>)> {
    let rest = comment.strip_prefix("hadolint")?;
    let (words, list) = rest.split_once('=')?;
    let scope = match words.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["ignore"] => Scope::Next,
        ["stage", "ignore"] => Scope::Stage,
        ["global", "ignore"] => Scope::File,
        _ => return None,
    };
    if !words.starts_with(char::is_whitespace) {
        return None;
    }
    let list = list.split('#').next().unwrap_or_default().trim();
    let codes: Vec<String> = list.split(',').map(|code| code.trim().to_owned()).collect();
    let are_codes = codes
        .iter()
        .all(|code| !code.is_empty() && code.chars().all(|c| c.is_ascii_alphanumeric()));
    are_codes.then_some((scope, codes))
}

impl Pragmas {
    /// Whether a finding was asked not to be told.
    pub(super) fn silence(&self, finding: &Finding, dockerfile: &Dockerfile) -> bool {
        // What says that comments silence is not silenced by them.
        if finding.code == "DL1001" {
            return false;
        }
        let is_buildkit = Family::of_code(&finding.code) == Family::BuildKit;
        if is_buildkit && (self.skips_all || self.skipped.contains(&finding.code)) {
            return true;
        }
        self.silenced.iter().any(|silenced| {
            silenced.codes.contains(&finding.code)
                && match silenced.scope {
                    Scope::File => true,
                    Scope::Next => finding.line == silenced.line.saturating_add(1),
                    Scope::Stage => finding.line > silenced.line && finding.line < end(silenced.line, dockerfile),
                }
        })
    }
}

/// The line of the FROM that ends the stage of a comment; a FROM right below the comment opens it.
fn end(line: u32, dockerfile: &Dockerfile) -> u32 {
    dockerfile
        .instructions
        .iter()
        .filter(|instruction| instruction.keyword == Keyword::From)
        .map(|from| from.start_line)
        .find(|from| *from > line.saturating_add(1))
        .unwrap_or(u32::MAX)
}
