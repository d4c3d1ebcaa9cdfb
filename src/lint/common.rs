//! What several rules ask.

use crate::{
    dockerfile::{Form, Keyword, nearest},
    lint::{
        called::{Arg, Called},
        config::LabelKind,
        file::{File, Step},
        finding::{Edit, Found},
        names::{base_name, unquoted},
    },
};

/// Where the argument with this index stands.
pub(super) fn place_of(step: &Step<'_>, index: usize) -> (u32, u32) {
    step.instruction
        .arguments_at()
        .nth(index)
        .map_or((step.line, step.instruction.start_column), |(_, offset)| {
            step.instruction.locate(offset)
        })
}

/// Where a flag stands.
pub(super) fn place_of_flag(step: &Step<'_>, name: &str) -> (u32, u32) {
    step.instruction
        .flags
        .iter()
        .rev()
        .find(|flag| flag.name == name)
        .map_or((step.line, step.instruction.start_column), |flag| {
            (flag.line, flag.column)
        })
}

/// Writes another keyword.
pub(super) fn rename(step: &Step<'_>, name: &str) -> Option<Edit> {
    let own = &step.instruction.name;
    let is_lower = own.chars().all(char::is_lowercase);
    Some(Edit {
        line: step.instruction.start_line,
        column: step.instruction.start_column,
        remove: u32::try_from(own.chars().count()).ok()?,
        insert: if is_lower { name.to_lowercase() } else { name.to_owned() },
    })
}

/// All but the first instruction of a kind in each stage.
pub(super) fn after_the_first<'f, 'a>(file: &'f File<'a>, keyword: Keyword) -> impl Iterator<Item = &'f Step<'a>> {
    let mut seen: Vec<Option<usize>> = Vec::new();
    file.all(keyword).filter(move |step| {
        let is_second = seen.last() == Some(&step.stage);
        seen.push(step.stage);
        is_second
    })
}

/// Reports packages without a version, at the first of them.
pub(super) fn report_loose(step: &Step<'_>, loose: &[&Arg], found: &mut Found<'_>) {
    if let Some(first) = loose.first() {
        let names: Vec<&str> = loose.iter().map(|arg| arg.text.as_str()).collect();
        found.within(step, first.at, &names.join(", "));
    }
}

/// Whether a command is `python -m pip install`.
pub(super) fn is_pip_module(command: &Called) -> bool {
    let texts: Vec<&str> = command.args.iter().map(|arg| arg.text.as_str()).collect();
    command.name().starts_with("python")
        && texts.windows(2).position(|two| two == ["-m", "pip"]).is_some_and(|at| {
            let rest = texts.get(at + 2..).unwrap_or_default();
            rest.first() == Some(&"install") || rest == ["--no-cache-dir", "install"]
        })
}

/// The exec form of a command in shell form, where both do the same: plain words, on one line.
pub(super) fn exec_form(step: &Step<'_>) -> Option<Edit> {
    let instruction = step.instruction;
    let Form::Shell(text) = &instruction.form else {
        return None;
    };
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _-./:=,@%+".contains(c));
    let words: Vec<&str> = text.split_whitespace().collect();
    // A word such as `exec`, or a variable set in front, is for a shell.
    let first = words.first()?;
    let is_program = !first.contains('=') && !["exec", "cd", "source", ".", "eval", "export", "set"].contains(first);
    if !is_plain || !is_program || instruction.start_line != instruction.end_line {
        return None;
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let (line, column) = instruction.locate(instruction.text.len() - text.len());
    Some(Edit {
        line,
        column,
        remove: u32::MAX,
        insert: format!("[{}]", quoted.join(", ")),
    })
}

/// The label that says what MAINTAINER said.
pub(super) fn author_label(step: &Step<'_>) -> Option<Edit> {
    let instruction = step.instruction;
    let name = unquoted(&instruction.text);
    let is_plain = !name.is_empty() && !name.contains(['"', '\\', '$', '`']);
    if !is_plain || instruction.start_line != instruction.end_line {
        return None;
    }
    Some(Edit {
        line: instruction.start_line,
        column: instruction.start_column,
        remove: u32::MAX,
        insert: format!("LABEL org.opencontainers.image.authors=\"{name}\""),
    })
}

/// Reports programs that wait for an answer when one of these words is given to them without one of these flags.
pub(super) fn unanswered(file: &File<'_>, programs: &[&str], words: &[&str], flags: &[&str], found: &mut Found<'_>) {
    for (step, command) in file.commands() {
        let Some(word) = command.arg(words).filter(|_| command.is_any(programs)) else {
            continue;
        };
        if !command.has_flag(flags) {
            found.within(step, command.program.at, "").mend(word.followed_by(" -y"));
        }
    }
}

/// Reports RUNs in which a program installs and nothing cleans after it.
pub(super) fn uncleaned(
    file: &File<'_>,
    programs: &[&str],
    words: &[&str],
    cleans: impl Fn(&Called) -> bool,
    is_kept_out: impl Fn(&Step<'_>) -> bool,
    found: &mut Found<'_>,
) {
    for step in file.runs() {
        let mut rest = step
            .commands
            .iter()
            .skip_while(|command| !(command.is_any(programs) && command.has(words)));
        let Some(install) = rest.next() else { continue };
        // What stands within the command itself, as in `$(…)`, comes before it in the list.
        let is_within = step
            .commands
            .iter()
            .any(|command| cleans(command) && command.program.at > install.program.at);
        if !is_within && !rest.any(&cleans) && !is_kept_out(step) {
            found.within(step, install.program.at, "");
        }
    }
}

/// Reports rpm packages without a version.
pub(super) fn unpinned_rpm(file: &File<'_>, programs: &[&str], found: &mut Found<'_>) {
    for (step, command) in file.commands() {
        if !command.is_any(programs) || !command.has(&["install"]) {
            continue;
        }
        // What dnf calls a group has no version.
        if command.has(&["group"]) && !command.is("yum") {
            continue;
        }
        let is_module = command.has(&["module"]);
        let has_version = |package: &str| {
            if is_module {
                package.contains(':')
            } else {
                package
                    .match_indices('-')
                    .any(|(at, _)| package[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
            }
        };
        let loose: Vec<&Arg> = command
            .plain()
            .filter(|arg| !matches!(arg.text.as_str(), "install" | "module"))
            .filter(|arg| !has_version(&arg.text))
            .collect();
        report_loose(step, &loose, found);
    }
}

/// Reports labels of a kind whose value is none of it.
pub(super) fn bad_labels(file: &File<'_>, kind: LabelKind, is_good: impl Fn(&str) -> bool, found: &mut Found<'_>) {
    for (label, wanted) in &file.config.label_schema {
        if *wanted != kind {
            continue;
        }
        for step in file.all(Keyword::Label) {
            let pairs = step
                .instruction
                .pairs
                .iter()
                .filter(|pair| unquoted(&pair.name) == label);
            for pair in pairs {
                let value = pair.value.as_deref().map(inner).unwrap_or_default();
                if !is_good(value) {
                    found.within(step, (pair.line, pair.column), label);
                }
            }
        }
    }
}

/// A value without its quotes; blanks in them count.
fn inner(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

/// The names of the variables in a text: `$NAME`, `${NAME}`, `${NAME:-x}`, unless the `$` is escaped.
pub(super) fn variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices('$') {
        if text[..at].ends_with('\\') {
            continue;
        }
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if !rest[..end].is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()) {
            names.push(&rest[..end]);
        }
    }
    names
}

/// The ARGs above the first FROM, with their defaults.
pub(super) fn global_args<'f>(file: &'f File<'_>) -> Vec<(&'f str, Option<&'f str>)> {
    file.all(Keyword::Arg)
        .filter(|step| step.stage.is_none())
        .flat_map(|step| &step.instruction.pairs)
        .map(|pair| (pair.name.as_str(), pair.value.as_deref().map(inner)))
        .collect()
}

/// The arguments that docker brings for FROM.
pub(super) const PLATFORM_ARGS: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// A variable's name, and the one that was probably meant.
pub(super) fn with_suggestion(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(meant) => say!("${name}; did you mean `{meant}`?"; name, meant),
        None => format!("${name}"),
    }
}

/// Whether a COPY or ADD brings what stands at an absolute path; with `below`, or something below it.
pub(super) fn brings(step: &Step<'_>, path: &str, below: bool) -> bool {
    if !matches!(step.keyword(), Keyword::Copy | Keyword::Add) || !path.starts_with('/') {
        return false;
    }
    let words: Vec<&str> = step.instruction.arguments().map(unquoted).collect();
    let Some((target, sources)) = words.split_last() else {
        return false;
    };
    let path = path.trim_end_matches('/');
    let folder = target.trim_end_matches('/');
    if path.is_empty() || folder.is_empty() {
        return false;
    }
    let is_inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    path == folder
        || sources
            .iter()
            .any(|source| target.ends_with('/') && path == format!("{folder}/{}", base_name(source)))
        || (below && is_inside(folder, path))
}

/// Reports what the image's layers hold below these folders, by the line that made the layer.
pub(super) fn left_behind(file: &File<'_>, folders: &[&str], found: &mut Found<'_>) {
    let left = file.facts.left.as_deref().unwrap_or_default();
    for step in &file.steps {
        let own = |line: u32| line >= step.line && line <= step.instruction.end_line;
        let mut paths: Vec<_> = left
            .iter()
            .filter(|one| own(one.line) && folders.iter().any(|folder| one.path.starts_with(folder)))
            .collect();
        paths.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
        let bytes: u64 = paths.iter().map(|one| one.bytes).sum();
        // A few kilobytes are no waste worth a word.
        if let Some(worst) = paths.first().filter(|_| bytes >= 100_000) {
            let what = say!("{}, such as {}", crate::words::size(bytes), worst.path);
            found.within(step, (step.line, step.instruction.start_column), &what);
        }
    }
}
