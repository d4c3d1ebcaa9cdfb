//! `dockerlab lint`: what could be better in a Dockerfile.

mod arguments;
mod fix;
mod settings;
mod shellcheck;
mod source;

pub use arguments::Args;

use std::{io::Write, path::Path};

use super::Invocation;
use crate::{
    check::{evidence::Evidence, facts},
    disk::{self, DockerfileText, Workspace},
    error::Error,
    exit::ExitStatus,
    judging::courses,
    lint::{self, Config, Facts, rule},
    output::{self, LINT_FORMATS, LintFormat, LintedFile, Style, Taught, lint_format},
    settings::Settings,
    terminal,
};
use source::{Source, sources};

/// Runs the command. It uses the course only to name the task that teaches a rule.
pub fn run(invocation: &Invocation, args: &Args) -> Result<ExitStatus, Error> {
    let (settings, named) = (&invocation.settings, invocation.course.as_deref());
    let style = Style::new(settings.colour_out);
    if args.list {
        output::rules_listed(&mut terminal::stdout(), style)?;
        return Ok(ExitStatus::Done);
    }
    if let Some(code) = &args.explain {
        return explain(settings, named, code, style);
    }
    let config = settings::read(settings, args)?;
    let formats = formats(&config, args)?;
    let mut sources = sources(settings, args)?;
    if args.fix {
        return fix::run(settings, &config, &sources, args.yes);
    }
    if let Some(name) = &args.file_path_in_report {
        for source in &mut sources {
            source.text.name.clone_from(name);
        }
    }
    let is_wanted = !args.no_shellcheck && config.families.is_empty();
    let asks = is_wanted && shellcheck::is_installed();
    let files = judged(sources, &config, asks)?;
    let unchecked = is_wanted && !asks && files.iter().any(|file| shellcheck::has_scripts(&file.source));
    write(
        settings,
        named,
        args,
        &formats,
        &files,
        unchecked.then(shellcheck::install),
        style,
    )?;
    let fails = files
        .iter()
        .flat_map(|file| &file.findings)
        .any(|finding| finding.severity >= config.threshold() || finding.code == lint::UNREADABLE);
    let is_report = !formats.is_empty() && formats.iter().all(|format| format.never_fails);
    Ok(if fails && !config.no_fail && !is_report {
        ExitStatus::NotPassed
    } else {
        ExitStatus::Done
    })
}

/// Judges the files, on all processors; `asks` is whether `shellcheck` is asked too.
fn judged(sources: Vec<Source>, config: &Config, asks: bool) -> Result<Vec<LintedFile>, Error> {
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(sources.len().div_ceil(8))
        .max(1);
    let share = sources.len().div_ceil(workers).max(1);
    let mut sources = sources.into_iter();
    let shares: Vec<Vec<Source>> =
        std::iter::from_fn(|| Some(sources.by_ref().take(share).collect::<Vec<_>>()).filter(|part| !part.is_empty()))
            .collect();
    let judge = |share: Vec<Source>| {
        share
            .into_iter()
            .map(|source| judged_one(source, config, asks))
            .collect::<Result<Vec<_>, _>>()
    };
    std::thread::scope(|scope| {
        let started: Vec<_> = shares.into_iter().map(|share| scope.spawn(|| judge(share))).collect();
        let mut files = Vec::new();
        for worker in started {
            match worker.join() {
                Ok(judged) => files.extend(judged?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(files)
    })
}

fn judged_one(source: Source, config: &Config, asks: bool) -> Result<LintedFile, Error> {
    let DockerfileText { name, text, ignore } = source.text;
    let known = source.path.as_deref().and_then(|path| evidence(path, &text));
    let facts = Facts {
        ignore,
        left: known.and_then(|evidence| facts(&evidence).left),
    };
    let mut findings = lint::lint(&text, config, &facts);
    if asks {
        shellcheck::add(&text, config, &mut findings)?;
    }
    Ok(LintedFile {
        name,
        source: text,
        findings,
    })
}

/// The evidence of the last check, where it was of this very text.
fn evidence(path: &Path, text: &str) -> Option<Evidence> {
    let folder = path.parent()?;
    // Only where checks keep evidence; a workspace that is damaged is told by the commands that need it.
    let workspace = Workspace::find(folder)
        .ok()
        .filter(|workspace| workspace.root() == folder)?;
    workspace.evidence_of(&path.file_name()?.to_string_lossy(), text)
}

fn formats(config: &Config, args: &Args) -> Result<Vec<&'static LintFormat>, Error> {
    let asked = if args.formats.is_empty() {
        &config.formats
    } else {
        &args.formats
    };
    let formats = asked.iter().flat_map(|text| text.split(',')).map(|name| {
        lint_format(name.trim()).ok_or_else(|| {
            let names: Vec<&str> = LINT_FORMATS.iter().map(|format| format.name).collect();
            Error::usage(say!("unknown format `{name}`"; name)).help(say!("the formats are {}", names.join(", ")))
        })
    });
    let formats: Vec<&LintFormat> = formats.collect::<Result<_, _>>()?;
    if args.outputs.len() > formats.len().max(1) {
        return Err(Error::usage(say!("there are more output files than formats")));
    }
    Ok(formats)
}

fn write(
    settings: &Settings,
    named: Option<&str>,
    args: &Args,
    formats: &[&LintFormat],
    files: &[LintedFile],
    install: Option<&str>,
    style: Style,
) -> Result<(), Error> {
    let mut out = terminal::stdout();
    if formats.is_empty() && args.outputs.is_empty() && settings.out_is_terminal {
        output::lint_annotated(
            &mut out,
            files,
            &taught(settings, named)?,
            install,
            settings.columns,
            style,
        )?;
        return Ok(out.flush()?);
    }
    let formats = if formats.is_empty() {
        &[&LINT_FORMATS[0]]
    } else {
        formats
    };
    for (index, format) in formats.iter().enumerate() {
        match args.outputs.get(index) {
            Some(file) => {
                let mut text = Vec::new();
                format.write(&mut text, files, Style::plain())?;
                disk::write_named(&settings.folder.join(file), &text, format.marks)?;
            }
            None if format.has_zero_bytes => format.write(&mut terminal::stdout_as_it_is(), files, style)?,
            None => format.write(&mut out, files, style)?,
        }
    }
    Ok(out.flush()?)
}

/// Which task of the course teaches which rule.
fn taught(settings: &Settings, named: Option<&str>) -> Result<Taught, Error> {
    let course = courses::open(&courses::meant(named, settings)?, settings)?;
    let mut taught = Taught::new();
    for task in &course.tasks {
        for code in &task.teaches {
            taught.entry(code.clone()).or_insert_with(|| task.id.clone());
        }
    }
    Ok(taught)
}

fn explain(settings: &Settings, named: Option<&str>, code: &str, style: Style) -> Result<ExitStatus, Error> {
    let Some(rule) = rule(code) else {
        let mut error = Error::usage(say!("unknown rule `{code}`"; code));
        if code.to_ascii_uppercase().starts_with("SC") {
            error = error.help(
                say!("rules that start with `SC` are ShellCheck's: https://www.shellcheck.net/wiki/{code}"; code),
            );
        } else {
            error = error.help(say!("`dockerlab lint --list` lists them all"));
        }
        return Err(error);
    };
    let mut out = terminal::stdout();
    output::explained(&mut out, rule, &taught(settings, named)?, settings.columns, style)?;
    Ok(ExitStatus::Done)
}
