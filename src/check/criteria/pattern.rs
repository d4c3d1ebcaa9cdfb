//! Patterns in a `task.toml`, checked when it is read.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{check::probe::Probe, dockerfile::Glob};

/// A regular expression that a text is searched for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Text(#[schemars(with = "String")] regex_lite::Regex);

impl Text {
    /// Whether it is found in the text.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        regex_lite::Regex::new(&text)
            .map(Self)
            .map_err(|error| say!("`{text}` is not a valid regular expression: {error}"; text, error))
    }
}

/// A pattern for paths in an image, as in `.dockerignore`; `{workdir}` stands for the image's WORKDIR.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Paths(String);

impl Paths {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a person reads it: an absolute path, or a pattern that holds anywhere.
    pub fn shown(&self, workdir: &str) -> String {
        let path = Self::in_workdir(&self.0, workdir);
        if path.starts_with("**/") {
            path
        } else {
            format!("/{path}")
        }
    }

    /// What has to be found out about patterns.
    pub fn probes(patterns: &[Self]) -> Vec<Probe> {
        patterns.iter().map(|pattern| Probe::Paths(pattern.0.clone())).collect()
    }

    /// With the working directory put in, and without a leading slash.
    pub fn in_workdir(pattern: &str, workdir: &str) -> String {
        let path = pattern.replace("{workdir}", workdir.trim_end_matches('/'));
        path.trim_start_matches('/').to_owned()
    }
}

impl TryFrom<String> for Paths {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match Glob::new(&Self::in_workdir(&text, "/workdir")) {
            Ok(_) => Ok(Self(text)),
            Err(problem) => Err(say!("`{text}` is not a valid path pattern: {problem}"; text, problem)),
        }
    }
}
