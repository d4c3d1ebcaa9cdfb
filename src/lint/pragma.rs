//! Comments that silence rules: hadolint's `# hadolint ignore=…`, and BuildKit's `# check=skip=…`.

use crate::{
    dockerfile::{Dockerfile, Keyword},
    lint::{config::Config, family::Family},
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
    skipped: Vec<Silenced>,
    /// BuildKit's experimental checks that are asked for.
    tried: Vec<String>,
}

/// Reads a file's comments.
pub(super) fn read(dockerfile: &Dockerfile, config: &Config) -> Pragmas {
    let mut pragmas = Pragmas {
        silenced: Vec::new(),
        skipped: Vec::new(),
        tried: Vec::new(),
    };
    if config.looks_at(Family::BuildKit) {
        for directive in dockerfile.directives.iter().filter(|one| one.name == "check") {
            let value = &directive.value;
            pragmas.skipped.extend(option(value, "skip").map(|codes| Silenced {
                line: 0,
                codes,
                scope: Scope::File,
            }));
            pragmas.tried.extend(option(value, "experimental").unwrap_or_default());
        }
    }
    for comment in &dockerfile.comments {
        if config.disable_ignore_pragma {
            break;
        }
        if let Some((scope, codes)) = ignore(&comment.text) {
            pragmas.silenced.push(Silenced {
                line: comment.line,
                codes,
                scope,
            });
        } else if config.looks_at(Family::BuildKit)
            && let Some(codes) = check(&comment.text).and_then(|value| option(value, "skip"))
        {
            pragmas.skipped.push(Silenced {
                line: comment.line,
                codes,
                scope: Scope::Next,
            });
        }
    }
    pragmas
}

/// `check=…`, blanks around the sign.
fn check(comment: &str) -> Option<&str> {
    let (name, value) = comment.split_once('=')?;
    name.trim().eq_ignore_ascii_case("check").then_some(value)
}

/// The codes of `skip=A,B` in `skip=A,B;error=true // why`.
fn option(value: &str, name: &str) -> Option<Vec<String>> {
    let value = value.split("//").next().unwrap_or_default();
    let (_, codes) = value
        .split(';')
        .filter_map(|part| part.split_once('='))
        .find(|(key, _)| key.trim() == name)?;
    Some(codes.split(',').map(|code| code.trim().to_owned()).collect())
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

impl Silenced {
    fn has(&self, code: &str) -> bool {
        self.codes.iter().any(|one| one == code)
    }

    /// Whether a finding on this line is meant.
    fn reaches(&self, line: u32, dockerfile: &Dockerfile) -> bool {
        match self.scope {
            Scope::File => true,
            Scope::Next => {
                // Some checks name another line than the instruction's first.
                let first = dockerfile.instruction_at(line).map_or(line, |one| one.start_line);
                first == self.line.saturating_add(1)
            }
            Scope::Stage => line > self.line && line < end(self.line, dockerfile),
        }
    }
}

impl Pragmas {
    /// Whether this code was asked not to be told on this line.
    pub(super) fn silence(&self, code: &str, line: u32, dockerfile: &Dockerfile) -> bool {
        // What says that comments silence is not silenced by them.
        if code == "DL1001" {
            return false;
        }
        let is_check = Family::of_code(code) == Family::BuildKit;
        self.silenced
            .iter()
            .any(|silenced| silenced.has(code) && silenced.reaches(line, dockerfile))
            || self.skipped.iter().any(|skipped| {
                is_check && (skipped.has(code) || skipped.has("all")) && skipped.reaches(line, dockerfile)
            })
    }

    /// Whether an experimental check is asked for.
    pub(super) fn tries(&self, code: &str) -> bool {
        code == "InvalidDefinitionDescription" && self.tried.iter().any(|tried| tried == code || tried == "all")
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
