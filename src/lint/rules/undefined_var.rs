//! A variable is used that nothing defines.
//!
//! It is empty there. An ARG above the first FROM counts for FROM only; repeat `ARG NAME` below FROM to use it in the
//! stage. The text does not show which variables a base image sets. So dockerlab reports a variable that is an ARG above
//! FROM, a variable whose name is close to another one, and, if the base is `scratch`, every unknown variable.
//! `docker build --check` knows the base image and reports all of them.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ARG VERSION=1
//! ENV RELEASE=$VERSOIN
//! ```
//!
//! ```dockerfile bad
//! ARG VERSION=1
//! FROM debian:12
//! ENV RELEASE=$VERSION
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ARG VERSION=1
//! ENV RELEASE=$VERSION
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("UndefinedVar", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let global: Vec<&str> = file
        .all(Keyword::Arg)
        .filter(|step| step.stage.is_none())
        .flat_map(|step| &step.instruction.pairs)
        .map(|pair| pair.name.as_str())
        .collect();
    for stage in 0..file.stages.len() {
        let set = |name: &str| (name.to_owned(), "x".to_owned());
        let mut values: Values = ["PATH", "BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"]
            .map(set)
            .into();
        let mut base = "";
        file.in_lineage(stage, |ancestor| {
            base = file.stages.get(ancestor).map_or("", |stage| stage.base.as_str());
            if ancestor != stage {
                values.extend(defined(file, ancestor).map(set));
            }
            false
        });
        for step in file
            .steps
            .iter()
            .filter(|step| step.stage == Some(stage) && !step.on_build)
        {
            for (name, place) in unset(file, step, &values) {
                let is_near = nearest(&name, &values.keys().map(String::as_str).collect::<Vec<_>>()).is_some();
                let is_global = global.contains(&name.as_str()) && !is_named_after(&name, base);
                if is_near || is_global || base == "scratch" {
                    let what = if global.contains(&name.as_str()) {
                        say!("${name}, an ARG above FROM; repeat `ARG {name}` below FROM"; name)
                    } else {
                        with_suggestion(&name, values.keys().map(String::as_str))
                    };
                    report.within(step, place, &what);
                }
            }
            if matches!(step.keyword(), Keyword::Arg | Keyword::Env) {
                values.extend(step.instruction.pairs.iter().map(|pair| set(&pair.name)));
            }
        }
    }
}

/// Whether an image probably sets a variable itself, as `python` sets `PYTHON_VERSION`.
fn is_named_after(variable: &str, base: &str) -> bool {
    let name = base.rsplit('/').next().unwrap_or_default();
    let name = name.split([':', '@']).next().unwrap_or_default();
    let first = variable.split('_').next().unwrap_or_default();
    !name.is_empty() && first.eq_ignore_ascii_case(name)
}

fn defined<'f>(file: &'f LintedDockerfile<'_>, stage: usize) -> impl Iterator<Item = &'f str> {
    file.steps
        .iter()
        .filter(move |step| step.stage == Some(stage) && !step.on_build)
        .filter(|step| matches!(step.keyword(), Keyword::Arg | Keyword::Env))
        .flat_map(|step| &step.instruction.pairs)
        .map(|pair| pair.name.as_str())
}

/// Where a text of an instruction is, in which docker expands variables.
struct Text<'t> {
    text: std::borrow::Cow<'t, str>,
    place: (u32, u32),
    rules: SubstitutionRules,
    /// The ARG that is set behind it.
    sets: Option<&'t str>,
}

/// The variables of an instruction that docker looks up and does not find, each once, with their places.
fn unset(file: &LintedDockerfile<'_>, step: &BuildStep<'_>, values: &Values) -> Vec<(String, (u32, u32))> {
    let mut own = std::borrow::Cow::Borrowed(values);
    let mut found: Vec<(String, (u32, u32))> = Vec::new();
    for text in texts(step) {
        if text.text.contains('$') {
            let expanded = expanded(file, &text.text, &own, text.rules);
            for name in expanded.map(|one| one.unset).unwrap_or_default() {
                if !found.iter().any(|(known, _)| *known == name) {
                    found.push((name, text.place));
                }
            }
        }
        if let Some(name) = text.sets {
            own.to_mut().insert(name.to_owned(), "x".to_owned());
        }
    }
    found
}

/// The texts of an instruction in which docker expands variables, in order.
fn texts<'s>(step: &'s BuildStep<'_>) -> Vec<Text<'s>> {
    let instruction = step.instruction;
    let text = |text: &'s str, place| Text {
        text: text.into(),
        place,
        rules: SubstitutionRules::default(),
        sets: None,
    };
    let mut texts: Vec<Text<'s>> = Vec::new();
    match step.keyword() {
        Keyword::Env | Keyword::Label | Keyword::Arg => {
            for pair in &instruction.pairs {
                let place = (pair.line, pair.column);
                texts.push(text(&pair.name, place));
                let value = text(pair.value.as_deref().unwrap_or_default(), place);
                // An ARG may use those before it in its own line, an ENV may not.
                let sets = (step.keyword() == Keyword::Arg).then_some(pair.name.as_str());
                texts.push(Text { sets, ..value });
            }
        }
        Keyword::Copy | Keyword::Add | Keyword::Workdir | Keyword::User | Keyword::Volume | Keyword::Stopsignal => {
            let words = instruction.arguments_at();
            texts.extend(words.map(|(word, offset)| text(word, instruction.locate(offset))));
        }
        _ => {}
    }
    let expanded_flags: &[&str] = match step.keyword() {
        Keyword::Copy | Keyword::Add => &["chown", "chmod"],
        Keyword::Run => &["mount"],
        _ => &[],
    };
    for flag in &instruction.flags {
        if expanded_flags.contains(&flag.name.as_str()) {
            texts.push(text(
                flag.value.as_deref().unwrap_or_default(),
                (flag.line, flag.column),
            ));
        }
    }
    // What COPY and ADD write themselves is expanded, in quotes too, unless the word that ends it is quoted.
    if matches!(step.keyword(), Keyword::Copy | Keyword::Add) {
        for heredoc in instruction.heredocs.iter().filter(|heredoc| heredoc.expand) {
            texts.push(Text {
                text: heredoc.body.replace(['"', '\''], " ").into(),
                place: (heredoc.first_line, 1),
                rules: SubstitutionRules {
                    raw_escapes: true,
                    ..SubstitutionRules::default()
                },
                sets: None,
            });
        }
    }
    texts
}
