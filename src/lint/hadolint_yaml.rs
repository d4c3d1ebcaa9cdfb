//! Reads `.hadolint.yaml`, and refuses codes, severities and kinds of label that do not exist.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::lint::{
    config::{Config, LabelKind, Problem},
    finding::UNREADABLE,
    registry::rule,
    severity::Severity,
};

/// The file's keys, as hadolint names them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[derive(Default)]
struct Keys {
    ignored: Vec<Spanned<String>>,
    #[serde(rename = "override")]
    overrides: BTreeMap<Severity, Vec<Spanned<String>>>,
    #[serde(rename = "trustedRegistries", alias = "trusted-registries")]
    trusted_registries: Vec<String>,
    failure_threshold: Option<Spanned<String>>,
    label_schema: BTreeMap<String, Spanned<String>>,
    strict_labels: bool,
    disable_ignore_pragma: bool,
    no_fail: bool,
    no_color: bool,
    format: Option<String>,
    formats: Vec<String>,
    #[serde(rename = "verbose")]
    _verbose: bool,
}

impl Config {
    /// Reads a `.hadolint.yaml`. Unlike hadolint, which passes over what it does not know, this refuses it.
    ///
    /// # Errors
    /// When it is no YAML, or has a key, severity or kind of label that is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        read(text)
    }

    /// Sets the severity of a rule; of several the gravest counts, as in hadolint.
    ///
    /// # Errors
    /// When no rule has this code.
    pub fn set_severity(&mut self, code: &str, severity: Severity) -> Result<(), String> {
        known(code)?;
        let set = self.overrides.entry(code.to_owned()).or_insert(severity);
        *set = severity.max(*set);
        Ok(())
    }

    /// Ignores a rule.
    ///
    /// # Errors
    /// When no rule has this code.
    pub fn ignore(&mut self, code: &str) -> Result<(), String> {
        known(code)?;
        self.ignored.insert(code.to_owned());
        Ok(())
    }

    /// Sets from which severity on findings make the program fail; `none` is what hadolint takes for `ignore` too.
    ///
    /// # Errors
    /// When no severity has this name.
    pub fn set_threshold(&mut self, name: &str) -> Result<(), String> {
        self.failure_threshold = Some(threshold(name)?);
        Ok(())
    }

    /// Asks for a label: `maintainer:text`.
    ///
    /// # Errors
    /// When it is not written so.
    pub fn require_label(&mut self, text: &str) -> Result<(), String> {
        let (name, kind) = text
            .rsplit_once(':')
            .ok_or_else(|| say!("`{text}` is not a label with its type, like `maintainer:text`"; text))?;
        self.label_schema.insert(name.to_owned(), label_kind(kind)?);
        Ok(())
    }
}

fn read(text: &str) -> Result<Config, Problem> {
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Config::default());
    }
    let keys: Keys = serde_saphyr::from_str(text).map_err(|error| Problem {
        line: error.location().map(|place| place.line()),
        message: first_line(&error.to_string()),
    })?;
    let at = |value: &Spanned<String>, message: String| Problem {
        line: Some(value.referenced.line()),
        message,
    };
    let mut config = Config {
        trusted_registries: keys.trusted_registries,
        strict_labels: keys.strict_labels,
        disable_ignore_pragma: keys.disable_ignore_pragma,
        no_fail: keys.no_fail,
        no_color: keys.no_color,
        formats: keys.format.into_iter().chain(keys.formats).collect(),
        ..Config::default()
    };
    for code in keys.ignored {
        config.ignore(&code.value).map_err(|message| at(&code, message))?;
    }
    for (severity, codes) in keys.overrides {
        for code in codes {
            config
                .set_severity(&code.value, severity)
                .map_err(|message| at(&code, message))?;
        }
    }
    if let Some(name) = keys.failure_threshold {
        config.failure_threshold = Some(threshold(&name.value).map_err(|message| at(&name, message))?);
    }
    for (label, kind) in keys.label_schema {
        let known = label_kind(&kind.value).map_err(|message| at(&kind, message))?;
        config.label_schema.insert(label, known);
    }
    Ok(config)
}

/// A threshold's name; `none` is what hadolint also takes for `ignore`.
fn threshold(name: &str) -> Result<Severity, String> {
    if name == "none" {
        return Ok(Severity::Off);
    }
    Severity::of(name).ok_or_else(|| {
        let names: Vec<&str> = Severity::ALL.iter().map(|severity| severity.name()).collect();
        say!("a threshold is one of {}, not `{name}`", names.join(", "); name)
    })
}

/// Whether a code is one; those of `ShellCheck` are not counted.
fn known(code: &str) -> Result<(), String> {
    let is_shellcheck = code
        .strip_prefix("SC")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    if is_shellcheck || code == UNREADABLE || rule(code).is_some() {
        return Ok(());
    }
    Err(say!("unknown rule `{code}`"; code))
}

fn label_kind(name: &str) -> Result<LabelKind, String> {
    LabelKind::of(name).ok_or_else(|| {
        let names: Vec<&str> = LabelKind::ALL.iter().map(|(name, _)| *name).collect();
        say!("a label is one of {}, not `{name}`", names.join(", "); name)
    })
}

/// What the reader says, without the picture of the place that follows.
fn first_line(message: &str) -> String {
    message
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hadolints_keys_are_read() {
        let config = read(
            "# ours\nignored: [DL3006, SC2046]\noverride:\n  error:\n    - DL3008\n  style: [DL3015]\n\
             trustedRegistries:\n- docker.io\nfailure-threshold: warning\nlabel-schema:\n  author: text\n\
             strict-labels: true\ndisable-ignore-pragma: true\nno-fail: true\nformat: json\n",
        )
        .unwrap();
        assert!(config.ignored.contains("DL3006") && config.ignored.contains("SC2046"));
        assert_eq!(config.overrides["DL3008"], Severity::Error);
        assert_eq!(config.overrides["DL3015"], Severity::Style);
        assert_eq!(config.trusted_registries, ["docker.io"]);
        assert_eq!(config.failure_threshold, Some(Severity::Warning));
        assert_eq!(config.label_schema.len(), 1);
        assert!(config.strict_labels && config.disable_ignore_pragma && config.no_fail);
        assert_eq!(config.formats, ["json"]);
        assert_eq!(read("# nothing\n").unwrap(), Config::default());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line, part) in [
            ("ignored: [DL3006]\nnonsense: 1\n", Some(2), "nonsense"),
            ("ignored:\n- DL3006\n- DL9999\n", Some(3), "DL9999"),
            ("failure-threshold: foo\n", Some(1), "foo"),
            ("override:\n  grave: [DL3006]\n", Some(2), "grave"),
            ("label-schema:\n  author: b\n", Some(2), "`b`"),
            ("ignored: [\n", None, ""),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.message.contains(part), "{text}: {problem:?}");
            assert!(line.is_none() || problem.line == line, "{text}: {problem:?}");
        }
    }
}
