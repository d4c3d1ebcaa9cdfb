//! The command line: what may be typed, and which command it means.

mod localized;
mod wrong_use;

use std::{ffi::OsString, io::Write};

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::{
    commands::{self, Invocation},
    disk::Preferences,
    error::{Error, Kind},
    exit::ExitStatus,
    interrupt::Interrupt,
    language::Language,
    output,
    settings::{LanguageHints, Settings},
    terminal,
};

/// Learn Docker in your own terminal: write Dockerfiles, and see what passes, what fails and why
#[derive(Debug, Parser)]
#[command(
    name = "dockerlab",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done or passed; 1 checked, not passed; 2 invalid command, or a file that is invalid or cannot be read or written; 3 no engine, or the engine failed; 101 a bug in dockerlab; 130 interrupted.\n\nStart with `dockerlab start my-course`."
)]
struct Cli {
    /// No colours, no animation, no questions
    #[arg(long, global = true)]
    plain: bool,
    /// Address of the Docker engine (default: the one that `docker` uses)
    #[arg(short = 'H', long, global = true, value_name = "ADDRESS")]
    host: Option<String>,
    /// The course: its name, or its folder (default: the workspace's)
    #[arg(long, global = true, value_name = "COURSE")]
    course: Option<String>,
    /// Language, like `fr` (default: from the settings, or from the environment)
    #[arg(long, global = true, value_name = "LANGUAGE")]
    lang: Option<String>,
    #[command(subcommand)]
    command: Option<commands::Verb>,
}

/// The whole command line.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program on the process's arguments and terminal.
pub fn run() -> ExitStatus {
    let words: Vec<OsString> = std::env::args_os().collect();
    let as_json = wants_json(&words);
    let told = |done, style| told(done, style, as_json);
    if let Err(error) = speak(&words) {
        return told(Err(error), output::Style::plain());
    }
    let cli = match parse(words) {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    let interrupt = Interrupt::default();
    terminal::watch_for_interrupts(&interrupt);
    let settings = match Settings::read(cli.plain, cli.host) {
        Ok(settings) => settings,
        Err(error) => {
            let error = Error::io("cannot tell which folder this is").cause(error);
            return told(Err(error), output::Style::plain());
        }
    };
    let style = output::Style::new(settings.colour_err);
    let invocation = Invocation {
        settings,
        interrupt,
        course: cli.course,
        cli: Cli::command(),
    };
    let done = match cli.command {
        Some(verb) => verb.run(invocation),
        None => commands::overview(invocation, || {
            localized::localized(Cli::command()).render_long_help().to_string()
        }),
    };
    told(done, style)
}

/// Chooses the language, before anything is said: `--lang`, `DOCKERLAB_LANG`, the workspace's setting, the person's, the
/// locale.
///
/// # Errors
/// When a language is asked for that is not spoken, or a file of settings is damaged.
fn speak(words: &[OsString]) -> Result<(), Error> {
    let hints = LanguageHints::read();
    if let Some(spoken) = hints.locale.as_deref().and_then(Language::of) {
        spoken.speak();
    }
    let preferred = || -> Result<Option<String>, Error> {
        let here = Preferences::of_workspace(&hints.folder)?;
        let own = Preferences::of_person(hints.config_dir.as_deref())?;
        Ok([here, own]
            .iter()
            .flatten()
            .find_map(|set| set.get("language").map(str::to_owned)))
    };
    let asked = match flag(words).or_else(|| hints.asked.clone()) {
        Some(asked) => Some(asked),
        None => preferred()?,
    };
    match asked {
        None => {}
        Some(name) => Language::of(&name)
            .ok_or_else(|| commands::config::unknown_language(&name))?
            .speak(),
    }
    Ok(())
}

/// The value of `--lang`, which must be known before the rest of the command line can be answered.
fn flag(words: &[OsString]) -> Option<String> {
    let words: Vec<String> = words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .take_while(|word| word != "--")
        .collect();
    let at = words
        .iter()
        .rposition(|word| word == "--lang" || word.starts_with("--lang="))?;
    match words.get(at)?.split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None => words.get(at + 1).cloned(),
    }
}

/// Reads the command line; help, versions and mistakes are told here, and give the exit status.
fn parse(words: Vec<OsString>) -> Result<Cli, ExitStatus> {
    let as_json = wants_json(&words);
    let mut command = localized::localized(Cli::command());
    let read = command.try_get_matches_from_mut(words).and_then(|matches| {
        if let Some(("help", asked)) = matches.subcommand() {
            let path: Vec<&String> = asked.get_many("command").into_iter().flatten().collect();
            return Err(help_of(&mut command, &path));
        }
        Cli::from_arg_matches(&matches)
    });
    read.map_err(|told| {
        if let Some(error) = wrong_use::told(&told) {
            let style = output::Style::new(terminal::is_stderr_terminal());
            return self::told(Err(error), style, as_json);
        }
        // A closed pipe is no reason to complain.
        if told.use_stderr() {
            // It repeats what was typed.
            write!(terminal::stderr(), "{}", told.render()).ok();
            if as_json {
                let error = Error::usage(told.render().to_string().trim());
                output::error_json(&mut terminal::stdout(), &error).ok();
            }
            ExitStatus::Usage
        } else {
            told.print().ok();
            ExitStatus::Done
        }
    })
}

/// What `help COMMAND…` shows, as clap gives help: by way of an error that is none.
fn help_of(command: &mut clap::Command, path: &[&String]) -> clap::Error {
    let mut words = vec!["dockerlab".to_owned()];
    words.extend(path.iter().map(|word| (*word).clone()));
    words.push("--help".to_owned());
    match command.try_get_matches_from_mut(words) {
        Err(help) => help,
        Ok(_) => command.error(clap::error::ErrorKind::InvalidSubcommand, ""),
    }
}

/// Whether the answer is to be JSON, as far as the words tell: `--format json`. Also where the rest of the
/// command line cannot be read.
fn wants_json(words: &[OsString]) -> bool {
    let mut words = words.iter().take_while(|word| *word != "--").peekable();
    let mut wants = false;
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--format=json") => wants = true,
            Some("--format") => wants = words.peek().is_some_and(|value| *value == "json"),
            Some(other) if other.starts_with("--format=") => wants = false,
            _ => {}
        }
    }
    wants
}

/// The exit status, the error told: to a reader on stderr, and as JSON on stdout where the answer was to be that.
fn told(done: Result<ExitStatus, Error>, style: output::Style, as_json: bool) -> ExitStatus {
    match done {
        Ok(status) => status,
        Err(error) => {
            if error.kind() != Kind::BrokenPipe {
                output::error(&mut terminal::stderr(), &error, style).ok();
                if as_json {
                    output::error_json(&mut terminal::stdout(), &error).ok();
                }
            }
            error.status()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn json_is_wanted_where_it_is_asked_for() {
        let wants = |line: &str| super::wants_json(&line.split(' ').map(Into::into).collect::<Vec<_>>());
        for line in [
            "check --format json",
            "check --format=json all",
            "inspect x --format json",
            "x --format human --format json",
        ] {
            assert!(wants(line), "{line}");
        }
        for line in [
            "check",
            "check json",
            "check --format human",
            "check --format json --format=human",
            "shell -- --format json",
        ] {
            assert!(!wants(line), "{line}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
