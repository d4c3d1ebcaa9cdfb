//! `dockerlab test`: structure tests, in the files of container-structure-test.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    disk,
    engine::port::{ImageFacts, TASK_LABEL, WORKSPACE_LABEL},
    error::{Error, Kind},
    exit::ExitStatus,
    image::{Config, Platform},
    judging::{
        Lab, Labels,
        named_image::{StoredImage, image_named},
        structure_run::{StructureRun, Tested},
    },
    output::{self, StructureFormat as Format, StructureReport, TestedFile},
    structure::{Dialect, Mistake, Mode, Shown, Suite, read_with, warnings, write as written},
    terminal,
};

/// How long a command may take that has no time of its own.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long a pull may take.
const PULL: Duration = Duration::from_mins(30);
/// How many files of tests are read, those that are included too.
const FILES: usize = 200;
/// What stands for a workspace in the labels of containers that are made outside of one.
const NO_WORKSPACE: &str = "structure-tests";
/// The first bytes of reports, by which one of ours may be replaced by the next.
const MARKS: &[&[u8]] = &[
    b"{\"Pass\":",
    b"<testsuites ",
    b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ",
];

/// Where the image is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Driver {
    /// On the engine: files in a container, commands in containers
    Docker,
    /// In the image's layers, without running anything
    Tar,
    /// On this machine itself
    Host,
}

/// What `test` does beside running tests.
#[derive(Debug, clap::Subcommand)]
enum Verb {
    Add(AddArgs),
}

/// Write tests that pass on an image as it is now
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab test add 3-2 > tests.yaml\n  dockerlab test add app:1 --path /app --path /app/main.py\n  dockerlab test add app:1 --run 'python3 --version'"
)]
struct AddArgs {
    /// A task, or an image of the engine (default: the task you are at)
    #[arg(value_name = "IMAGE")]
    subject: Option<String>,
    /// A path to test, like /app; can be given several times
    #[arg(long, value_name = "PATH")]
    path: Vec<String>,
    /// A command to test, split at blanks; can be given several times
    #[arg(long, value_name = "COMMAND")]
    run: Vec<String>,
}

/// Run structure tests on an image: its files, commands and metadata
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  dockerlab test 3-2 -c tests.yaml         the image of a task\n  dockerlab test -i ubuntu:20.04 -c tests.yaml -c more.json\n  dockerlab test -i archive:image.tar -c tests.yaml\n  dockerlab test -i app:1 -c tests.yaml -o junit --test-report report.xml\n  dockerlab test -i app:1 -c tests.yaml --strict\n  dockerlab test add 3-2 > tests.yaml      tests of what the image is now\n\nThe files are those of container-structure-test; docs/test.md describes them.\nExit codes: 0 all tests pass; 1 one fails, or there is none; with --strict also 1 for a file that cannot be read."
)]
pub struct Args {
    #[command(subcommand)]
    add: Option<Verb>,
    /// A task, an image, `archive:FILE[:IMAGE]` or `oci:PATH[:IMAGE]` (default: the task you are at)
    #[arg(value_name = "IMAGE")]
    subject: Option<String>,
    /// The same, as container-structure-test names it
    #[arg(short, long, value_name = "IMAGE", conflicts_with_all = ["subject", "image_from_oci_layout"])]
    image: Option<String>,
    /// An OCI layout, like `-i oci:PATH`
    #[arg(long, value_name = "PATH", conflicts_with = "subject")]
    image_from_oci_layout: Option<String>,
    /// A file of tests, .yaml or .json; can be given several times
    #[arg(short, long = "config", value_name = "FILE", required = true)]
    configs: Vec<PathBuf>,
    /// Where the image is looked at (default: docker, and tar for archives)
    #[arg(short, long, value_enum, value_name = "DRIVER")]
    driver: Option<Driver>,
    /// A value for `{{NAME}}` in the files; can be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Give the verdicts of container-structure-test to the letter, and no warnings
    #[arg(long)]
    strict: bool,
    /// How the outcome is written
    #[arg(short, long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    output: Format,
    /// Write the outcome to this file instead, as JSON or JUnit
    #[arg(long, value_name = "FILE")]
    test_report: Option<PathBuf>,
    /// The name of the suite in JUnit's XML
    #[arg(long, value_name = "NAME", default_value = "container-structure-test.test")]
    junit_suite_name: String,
    /// The platform of an archive that has several, like `linux/arm64`
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<String>,
    /// Pull the image first
    #[arg(long)]
    pull: bool,
    /// The runtime that containers use, like `runsc`
    #[arg(long, value_name = "NAME")]
    runtime: Option<String>,
    /// Keep the containers of commands
    #[arg(long)]
    save: bool,
    /// With -d host: the image's configuration, as JSON from `docker inspect` or an archive
    #[arg(long, value_name = "FILE", conflicts_with_all = ["subject", "image", "image_from_oci_layout"])]
    metadata: Option<PathBuf>,
    /// With -d host: run the commands on this machine without asking
    #[arg(short, long)]
    force: bool,
    /// Write nothing; only the exit code tells
    #[arg(short, long)]
    quiet: bool,
    /// No colours
    #[arg(long)]
    no_color: bool,
    // What scripts for container-structure-test give, and what says nothing here.
    #[arg(short, long, hide = true)]
    verbosity: Option<String>,
    #[arg(long, hide = true)]
    default_image_tag: Option<String>,
    #[arg(long, hide = true)]
    ignore_ref_annotation: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    if let Some(Verb::Add(args)) = &args.add {
        return add(lab, args);
    }
    let began = Instant::now();
    let mode = if args.strict { Mode::Strict } else { Mode::Helpful };
    let variables = variables(args)?;
    let mut read = Vec::new();
    for file in &args.configs {
        files_of_tests(lab, file, mode, &variables, &mut read)?;
    }
    let named = named(args);
    let tested = tested(lab, args, named.as_deref(), &platform(args)?);
    let (name, tested) = match tested {
        Ok(tested) => tested,
        // Its exit code for every failure is 1.
        Err(error) if args.strict && error.kind() == Kind::Usage => {
            output::error(&mut lab.err(), &error, lab.style())?;
            return Ok(ExitStatus::NotPassed);
        }
        Err(error) => return Err(error),
    };
    let (_running, labels) = labels(lab, &tested)?;
    let platform = platform(args)?;
    let run = StructureRun {
        lab,
        tested: &tested,
        mode,
        platform: &platform,
        runtime: args.runtime.as_deref(),
        within: PATIENCE,
        keeps: args.save,
        labels: &labels,
    };
    let mut report = StructureReport {
        image: name,
        is_strict: args.strict,
        ..StructureReport::default()
    };
    for (name, read) in read {
        let mut file = TestedFile {
            name,
            ..TestedFile::default()
        };
        match read {
            Ok(suite) => {
                file.outcomes = run.judged(&suite)?;
                if !args.strict {
                    file.warnings = warnings(&suite, tested.config());
                }
            }
            Err(mistakes) => file.mistakes = mistakes,
        }
        report.files.push(file);
    }
    report.seconds = began.elapsed().as_secs_f64();
    write(lab, args, &report)?;
    let (passed, total) = report.counts();
    Ok(if total > 0 && passed == total {
        ExitStatus::Done
    } else {
        ExitStatus::NotPassed
    })
}

/// A file's name, and its tests or its mistakes.
type FileOfTests = (String, Result<Suite, Vec<Mistake>>);

/// The values that `--set` gives.
fn variables(args: &Args) -> Result<BTreeMap<String, String>, Error> {
    let pair = |text: &String| {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| Error::usage(say!("`--set` takes NAME=VALUE, not `{text}`"; text)))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    args.set.iter().map(pair).collect()
}

/// Reads a file of tests, and those that it includes before it.
fn files_of_tests(
    lab: &Lab,
    file: &Path,
    mode: Mode,
    variables: &BTreeMap<String, String>,
    found: &mut Vec<FileOfTests>,
) -> Result<(), Error> {
    let name = file.display().to_string();
    if found.len() >= FILES || found.iter().any(|(known, _)| *known == name) {
        return Ok(());
    }
    let read = file_of_tests(lab, file, mode, variables)?;
    let place = found.len();
    let (includes, inherited) = match &read {
        (_, Ok(suite)) => (suite.includes.clone(), suite.variables.clone()),
        (_, Err(_)) => (Vec::new(), BTreeMap::new()),
    };
    found.push(read);
    for include in includes {
        let path = file
            .parent()
            .map_or_else(|| PathBuf::from(&include), |folder| folder.join(&include));
        files_of_tests(lab, &path, mode, &inherited, found)?;
    }
    // What is included comes first.
    found[place..].rotate_left(1);
    Ok(())
}

/// Reads a file of tests. Outside strict mode its mistakes are an error, before anything is run.
fn file_of_tests(
    lab: &Lab,
    file: &Path,
    mode: Mode,
    variables: &BTreeMap<String, String>,
) -> Result<FileOfTests, Error> {
    let name = file.display().to_string();
    let whole_file = |message: &str| {
        Err(vec![Mistake {
            line: 1,
            message: message.to_owned(),
        }])
    };
    let suite = match (Dialect::of(&name), disk::read_named(&lab.settings.folder.join(file))) {
        (None, _) => whole_file(say!("its name has to end in .yaml, .yml or .json")),
        (_, Ok(None)) => whole_file(say!("it does not exist")),
        (_, Err(error)) if mode == Mode::Strict => whole_file(&error.to_string()),
        (_, Err(error)) => return Err(error),
        (Some(dialect), Ok(Some(text))) => read_with(&text, dialect, mode, variables),
    };
    if let (Mode::Helpful, Err(mistakes)) = (mode, &suite) {
        let error = Error::usage(say!("`{name}` is not a file of tests"; name));
        let told = mistakes
            .iter()
            .take(20)
            .map(|mistake| format!("{name}:{}: {}", mistake.line, mistake.message));
        return Err(told
            .fold(error, Error::cause)
            .help(say!("docs/test.md describes every key")));
    }
    Ok((name, suite))
}

/// The image as the flags name it.
fn named(args: &Args) -> Option<String> {
    let layout = args.image_from_oci_layout.as_ref().map(|path| format!("oci:{path}"));
    args.subject.clone().or_else(|| args.image.clone()).or(layout)
}

fn platform(args: &Args) -> Result<Platform, Error> {
    args.platform.as_ref().map_or_else(
        || Ok(Platform::default()),
        |text| {
            Platform::parse(text).ok_or_else(|| {
                Error::usage(say!("`{text}` is not a platform"; text))
                    .help(say!("write it as `linux/amd64` or `linux/arm/v7`"))
            })
        },
    )
}

/// What is tested, and what it is called.
fn tested(lab: &Lab, args: &Args, named: Option<&str>, platform: &Platform) -> Result<(String, Tested), Error> {
    if args.driver == Some(Driver::Host) {
        return on_host(lab, args);
    }
    if let Some(name) = named {
        let by_path = (args.driver == Some(Driver::Tar) && lab.settings.folder.join(name).is_file())
            .then(|| StoredImage::at(lab, name));
        if let Some(stored) = StoredImage::named(lab, name).or(by_path) {
            if args.driver == Some(Driver::Docker) {
                return Err(Error::usage(say!("an archive runs no commands")).help(say!(
                    "load it with `docker load -i FILE`, and test the image by its name"
                )));
            }
            return Ok((name.to_owned(), Tested::stored(stored, platform)?));
        }
    }
    if args.pull
        && let Some(name) = named.filter(|name| lab.course.task(name).is_none())
        && !lab.engine()?.pull(name, PULL)?
    {
        return Err(Error::usage(say!("`{name}` cannot be pulled"; name)));
    }
    let (name, facts) = on_engine(lab, named)?;
    let by_layers = args.driver == Some(Driver::Tar);
    Ok((name, Tested::OnEngine { facts, by_layers }))
}

/// This machine, once it was asked whether its owner means it.
fn on_host(lab: &Lab, args: &Args) -> Result<(String, Tested), Error> {
    let Some(file) = &args.metadata else {
        return Err(Error::usage(say!("the host driver needs `--metadata FILE`")));
    };
    if !args.force {
        return Err(Error::usage(say!(
            "the host driver runs the commands on this machine, where they can do damage"
        ))
        .help(say!("give `--force` if you mean it")));
    }
    let name = file.display();
    let text = disk::read_named(&lab.settings.folder.join(file))?
        .ok_or_else(|| Error::usage(say!("`{}` does not exist", file.display())))?;
    // `docker inspect` prints a list.
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let config = Config::parse(text.as_bytes())
        .ok_or_else(|| Error::usage(say!("`{name}` is not the configuration of an image"; name)))?;
    let config = Box::new(config);
    Ok((say!("this machine").to_owned(), Tested::Host { config }))
}

/// An image of the engine: a task's, or the one of a name.
fn on_engine(lab: &Lab, named: Option<&str>) -> Result<(String, Box<ImageFacts>), Error> {
    if let Some(name) = named.filter(|name| lab.course.task(name).is_none()) {
        return Ok((name.to_owned(), Box::new(image_named(lab, name)?)));
    }
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(named, &progress)?;
    let facts = lab.needed(&workspace, task)?;
    Ok((task.image.clone(), Box::new(facts)))
}

/// Writes tests that pass on an image as it is.
fn add(lab: &Lab, args: &AddArgs) -> Result<ExitStatus, Error> {
    let (_, facts) = on_engine(lab, args.subject.as_deref())?;
    let config = facts.config.clone();
    let tested = Tested::OnEngine {
        facts,
        by_layers: false,
    };
    let (_running, labels) = labels(lab, &tested)?;
    let commands: Vec<Vec<String>> = args
        .run
        .iter()
        .map(|command| command.split_whitespace().map(str::to_owned).collect())
        .collect();
    let platform = Platform::default();
    let run = StructureRun {
        lab,
        tested: &tested,
        mode: Mode::Helpful,
        platform: &platform,
        runtime: None,
        within: PATIENCE,
        keeps: false,
        labels: &labels,
    };
    let shown: Shown = run.shown(&args.path, &commands)?;
    for (words, seen) in &shown.commands {
        if let Some(why) = &seen.not_run {
            return Err(Error::usage(say!("`{}` cannot be run in the image", words.join(" "))).cause(why));
        }
    }
    write!(lab.out(), "{}", written(&config, &shown))?;
    Ok(ExitStatus::Done)
}

/// The labels of the containers: those of the workspace that this is, so that `clean` finds what is left of them.
fn labels(lab: &Lab, tested: &Tested) -> Result<(Option<disk::Running>, Labels), Error> {
    if !matches!(tested, Tested::OnEngine { .. }) {
        return Ok((None, Labels::new()));
    }
    match lab.workspace() {
        Ok(workspace) => lab.begin_run(&workspace, "test"),
        Err(_) => Ok((
            None,
            vec![
                (WORKSPACE_LABEL.to_owned(), NO_WORKSPACE.to_owned()),
                (TASK_LABEL.to_owned(), "test".to_owned()),
            ],
        )),
    }
}

fn write(lab: &Lab, args: &Args, report: &StructureReport) -> Result<(), Error> {
    let suite = &args.junit_suite_name;
    if let Some(file) = &args.test_report {
        let mut bytes = Vec::new();
        match args.output {
            Format::Junit => output::structure_junit(&mut bytes, report, suite)?,
            Format::Text | Format::Json => output::structure_json(&mut bytes, report)?,
        }
        return disk::write_named(&lab.settings.folder.join(file), &bytes, MARKS);
    }
    if args.quiet {
        return Ok(());
    }
    let mut out = terminal::stdout();
    let style = if args.no_color {
        output::Style::plain()
    } else {
        lab.style()
    };
    match args.output {
        Format::Text => output::structure_text(&mut out, report, lab.settings.columns, style)?,
        Format::Json => output::structure_json(&mut out, report)?,
        Format::Junit => output::structure_junit(&mut out, report, suite)?,
    }
    Ok(())
}
