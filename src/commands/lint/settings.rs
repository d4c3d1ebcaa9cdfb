//! What is set for the rules: a file, the environment, the command line; as in hadolint, lists are joined.

use std::path::PathBuf;

use super::arguments::Args;
use crate::{
    disk::read_named,
    error::Error,
    lint::{Config, Family, Severity},
    settings::Settings,
};

/// Reads and joins all settings.
pub(super) fn read(settings: &Settings, args: &Args) -> Result<Config, Error> {
    let mut config = file(settings, args)?;
    let choice = &args.choice;
    for code in &choice.ignore {
        config.ignore(code).map_err(Error::usage)?;
    }
    for (codes, severity) in [
        (&choice.error, Severity::Error),
        (&choice.warning, Severity::Warning),
        (&choice.info, Severity::Info),
        (&choice.style, Severity::Style),
    ] {
        for code in codes {
            config.set_severity(code, severity).map_err(Error::usage)?;
        }
    }
    config
        .trusted_registries
        .extend(choice.trusted_registries.iter().cloned());
    for label in &choice.require_labels {
        config.require_label(label).map_err(Error::usage)?;
    }
    config.strict_labels |= choice.strict_labels;
    config.disable_ignore_pragma |= choice.disable_ignore_pragma;
    config.no_fail |= args.no_fail;
    if let Some(name) = &args.failure_threshold {
        config.set_threshold(name).map_err(Error::usage)?;
    }
    for name in &args.rules {
        let family = Family::of(name).ok_or_else(|| {
            let names: Vec<&str> = Family::ALL.iter().map(|(name, _)| *name).collect();
            Error::usage(say!("unknown family of rules `{name}`: the families are {}", names.join(", "); name))
        })?;
        config.families.push(family);
    }
    Ok(config)
}

/// The settings of a file: the one that is named, or the first that is where hadolint looks.
fn file(settings: &Settings, args: &Args) -> Result<Config, Error> {
    let told = |path: &PathBuf, text: &str| {
        Config::parse(text).map_err(|problem| {
            let place = match problem.line {
                Some(line) => format!("{}:{line}", path.display()),
                None => path.display().to_string(),
            };
            Error::usage(format!("{place}: {}", problem.message))
                .help(say!("the keys are hadolint's: ignored, override, trustedRegistries, failure-threshold, label-schema, strict-labels, disable-ignore-pragma, no-fail, format"))
        })
    };
    if let Some(file) = &args.config {
        let path = settings.folder.join(file);
        let text =
            read_named(&path)?.ok_or_else(|| Error::usage(say!("the file `{}` does not exist", file.display())))?;
        return told(file, &text);
    }
    let mut places: Vec<PathBuf> = [".hadolint.yaml", ".hadolint.yml"]
        .iter()
        .map(|name| settings.folder.join(name))
        .collect();
    places.extend(settings.config_dir.iter().map(|folder| folder.join("hadolint.yaml")));
    if let Some(home) = &settings.home {
        let below = [
            ".config/hadolint.yaml",
            ".hadolint/hadolint.yaml",
            "hadolint/config.yaml",
            ".hadolint.yaml",
        ];
        places.extend(below.iter().map(|name| home.join(name)));
    }
    for path in &places {
        if let Some(text) = read_named(path)? {
            return told(path, &text);
        }
    }
    Ok(Config::default())
}
