//! `dockerlab config`: what is set for good.

use std::io::Write;

use crate::{
    disk::{Preferences, known_preferences},
    error::Error,
    exit::ExitStatus,
    judging::Lab,
    language::Language,
};

/// Show or change saved settings
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab config                      what is set\n  dockerlab config language fr          in this workspace\n  dockerlab config language fr --global for all of them"
)]
pub struct Args {
    /// The setting
    key: Option<String>,
    /// Its value
    value: Option<String>,
    /// Remove the setting
    #[arg(long, requires = "key", conflicts_with = "value")]
    unset: bool,
    /// For all workspaces, not only for this one
    #[arg(long)]
    global: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let known = known_preferences();
    let here = Preferences::of_workspace(&lab.settings.folder)?;
    let own = Preferences::of_person(lab.settings.config_dir.as_deref())?;
    let mut out = lab.out();
    let value_of = |key: &str| {
        let both = [&here, &own];
        both.into_iter()
            .flatten()
            .find_map(|set| Some((set.get(key)?.to_owned(), set.path().to_owned())))
    };
    let Some(key) = &args.key else {
        for (key, what) in known {
            match value_of(key) {
                Some((value, path)) => {
                    writeln!(out, "{key} = {value}   {}", lab.style().dim(path.display()))?;
                }
                None => writeln!(out, "{key}   {}", lab.style().dim(say!("(not set; {what})"; what)))?,
            }
        }
        return Ok(ExitStatus::Done);
    };
    if known.iter().all(|(known, _)| known != key) {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        return Err(
            Error::usage(say!("unknown setting `{key}`"; key)).help(say!("the settings are {}", names.join(", ")))
        );
    }
    if args.value.is_none() && !args.unset {
        if let Some((value, _)) = value_of(key) {
            writeln!(out, "{value}")?;
        }
        return Ok(ExitStatus::Done);
    }
    if let Some(value) = &args.value {
        check(key, value)?;
    }
    let file = if args.global { own } else { here };
    let Some(mut file) = file else {
        return Err(if args.global {
            Error::usage(say!("cannot find your settings folder")).help(say!("set HOME or XDG_CONFIG_HOME"))
        } else {
            Error::usage(say!("this is not a dockerlab workspace"))
                .help(say!("use --global to set it for all workspaces"))
        });
    };
    file.set(key, args.value.as_deref())?;
    match &args.value {
        Some(value) => writeln!(out, "{}", say!("{key} is now {value}."; key, value))?,
        None => writeln!(out, "{}", say!("{key} is no longer set."; key))?,
    }
    Ok(ExitStatus::Done)
}

/// Refuses a value that could never hold.
fn check(key: &str, value: &str) -> Result<(), Error> {
    if key == "language" && Language::of(value).is_none() {
        return Err(unknown_language(value));
    }
    Ok(())
}

/// The error for a language that is not spoken.
pub(crate) fn unknown_language(name: &str) -> Error {
    let codes: Vec<&str> = Language::all().map(Language::code).collect();
    Error::usage(say!("dockerlab has no language `{name}`"; name)).help(say!("the languages are {}", codes.join(", ")))
}
