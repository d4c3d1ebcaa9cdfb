//! `dockerlab lint`: what could be better in a Dockerfile.

mod fix;
mod settings;
mod shellcheck;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::builder::PossibleValuesParser;

use crate::{
    check::{evidence::Evidence, facts},
    course::{Course, load},
    disk::{self, DockerfileText, Workspace, dockerfiles_in, read_dockerfile, read_dockerfile_from_stdin},
    error::Error,
    exit::ExitStatus,
    language::Language,
    lint::{self, Config, Facts, rule},
    output::{self, LINT_FORMATS, LintFormat, LintedFile, Style, Taught, lint_format},
    settings::Settings,
    terminal,
};

/// Say what could be better in a Dockerfile: hadolint's rules, BuildKit's checks, and what the course teaches
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab lint                        every Dockerfile here\n  dockerlab lint Dockerfile-task-1\n  dockerlab lint --explain DL3009       why, with examples\n  dockerlab lint --fix Dockerfile       show what can be fixed, then ask\n  dockerlab lint -f sarif -o lint.sarif .\n  docker run … cat Dockerfile | dockerlab lint -\n\nA `.hadolint.yaml` counts here too, and so does `# hadolint ignore=DL3006` on the line above.\nIf `shellcheck` is installed, it checks the commands of RUN."
)]
pub struct Args {
    /// Dockerfiles, folders to look through, or `-` for standard input (default: the Dockerfiles of this folder)
    files: Vec<PathBuf>,
    /// Settings, as in hadolint (default: `.hadolint.yaml` here, or in your folder for settings)
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How findings are written
    #[arg(
        short,
        long = "format",
        value_name = "FORMAT",
        value_delimiter = ',',
        env = "HADOLINT_FORMAT",
        hide_env = true,
        value_parser = PossibleValuesParser::new(LINT_FORMATS.iter().map(|format| format.name))
    )]
    formats: Vec<String>,
    /// Write to a file; with several formats one for each, in their order
    #[arg(short, long = "output", value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// The name of the file in reports
    #[arg(long, value_name = "PATH")]
    file_path_in_report: Option<String>,
    /// Fail only for findings of this severity or graver: error, warning, info, style, none
    #[arg(
        short = 't',
        long,
        value_name = "SEVERITY",
        env = "HADOLINT_FAILURE_THRESHOLD",
        hide_env = true
    )]
    failure_threshold: Option<String>,
    /// Never fail for what is found
    #[arg(long, env = "HADOLINT_NOFAIL", hide_env = true)]
    no_fail: bool,
    #[command(flatten)]
    choice: settings::Choice,
    /// Look at these families of rules only: hadolint, buildkit, lab
    #[arg(long, value_name = "FAMILY", value_delimiter = ',')]
    rules: Vec<String>,
    /// Do not run `shellcheck`, even if it is installed
    #[arg(long)]
    no_shellcheck: bool,
    /// Show a rule's page
    #[arg(long, value_name = "CODE", conflicts_with = "files")]
    explain: Option<String>,
    /// List all rules
    #[arg(long, conflicts_with_all = ["files", "explain"])]
    list: bool,
    /// Show what can be fixed safely, and fix it once you say yes; the old file is kept
    #[arg(long)]
    fix: bool,
    /// With --fix: fix without asking
    #[arg(long, requires = "fix")]
    yes: bool,
}

/// Runs the command. It needs no course, unless to say what of it teaches a rule.
pub fn run(settings: &Settings, course: Option<&Path>, args: &Args) -> Result<ExitStatus, Error> {
    let style = Style::new(settings.colour_out);
    if args.list {
        output::rules_listed(&mut terminal::stdout(), style)?;
        return Ok(ExitStatus::Done);
    }
    if let Some(code) = &args.explain {
        return explain(settings, course, code, style);
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
        course,
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

/// A Dockerfile, and where it is.
struct Source {
    text: DockerfileText,
    path: Option<PathBuf>,
}

fn sources(settings: &Settings, args: &Args) -> Result<Vec<Source>, Error> {
    let mut paths: Vec<(PathBuf, String)> = Vec::new();
    let mut found = Vec::new();
    let named = |path: &Path| {
        let shown = path.strip_prefix(&settings.folder).unwrap_or(path);
        (path.to_path_buf(), shown.display().to_string())
    };
    if args.files.is_empty() {
        paths.extend(dockerfiles_in(&settings.folder, false)?.iter().map(|path| named(path)));
        if paths.is_empty() {
            return Err(Error::usage(say!("there is no Dockerfile in this folder"))
                .help(say!("name one: `dockerlab lint FILE`; `-` reads standard input")));
        }
    }
    for file in &args.files {
        let path = settings.folder.join(file);
        if file.as_os_str() == "-" {
            found.push(Source {
                text: read_dockerfile_from_stdin()?,
                path: None,
            });
        } else if path.is_dir() {
            let below = dockerfiles_in(&path, true)?;
            if below.is_empty() {
                return Err(Error::usage(say!("there is no Dockerfile in `{}`", file.display())));
            }
            paths.extend(below.iter().map(|path| named(path)));
        } else {
            paths.push((path, file.display().to_string()));
        }
    }
    for (path, name) in paths {
        found.push(Source {
            text: read_dockerfile(&path, &name)?,
            path: Some(path),
        });
    }
    Ok(found)
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
            Error::usage(say!("there is no format `{name}`"; name)).help(say!("the formats are {}", names.join(", ")))
        })
    });
    let formats: Vec<&LintFormat> = formats.collect::<Result<_, _>>()?;
    if args.outputs.len() > formats.len().max(1) {
        return Err(Error::usage(say!("there are more files to write than formats")));
    }
    Ok(formats)
}

fn write(
    settings: &Settings,
    course: Option<&Path>,
    args: &Args,
    formats: &[&LintFormat],
    files: &[LintedFile],
    install: Option<&str>,
    style: Style,
) -> Result<(), Error> {
    let mut out = terminal::stdout();
    if formats.is_empty() && args.outputs.is_empty() && settings.out_is_terminal {
        output::lint_annotated(&mut out, files, &taught(course)?, install, settings.columns, style)?;
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
fn taught(course: Option<&Path>) -> Result<Taught, Error> {
    let course = match course {
        None => Course::embedded(Language::current()),
        Some(folder) => load(&disk::course_from(folder)?, Language::current()),
    }
    .map_err(|mistakes| disk::mistaken(&mistakes))?;
    let mut taught = Taught::new();
    for task in &course.tasks {
        for code in &task.teaches {
            taught.entry(code.clone()).or_insert_with(|| task.id.clone());
        }
    }
    Ok(taught)
}

fn explain(settings: &Settings, course: Option<&Path>, code: &str, style: Style) -> Result<ExitStatus, Error> {
    let Some(rule) = rule(code) else {
        let mut error = Error::usage(say!("there is no rule `{code}`"; code));
        if code.to_ascii_uppercase().starts_with("SC") {
            error = error.help(say!("rules with `SC` are ShellCheck's: https://www.shellcheck.net/wiki/{code}"; code));
        } else {
            error = error.help(say!("`dockerlab lint --list` names them all"));
        }
        return Err(error);
    };
    let mut out = terminal::stdout();
    output::explained(&mut out, rule, &taught(course)?, settings.columns, style)?;
    Ok(ExitStatus::Done)
}
