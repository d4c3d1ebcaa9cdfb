//! What the final stage of a Dockerfile adds up to, as far as its text tells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::instruction::{Flag, Form, Instruction};

/// A value and the line that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Line, from 1.
    pub line: u32,
}

/// A variable of the image's environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value, without quotes, variables put in.
    pub value: String,
    /// Line, from 1.
    pub line: u32,
}

/// A build argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArgVar {
    /// Its name.
    pub name: String,
    /// Its default; that of the global one where a stage only names it again.
    pub default: Option<String>,
    /// Line, from 1.
    pub line: u32,
    /// Whether it is declared before the first FROM, where no RUN sees it.
    pub global: bool,
}

/// A COPY or an ADD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// Whether it is an ADD.
    pub is_add: bool,
    /// What is copied, variables put in; here-documents are among them as `<<EOF`.
    pub sources: Vec<String>,
    /// Where to, absolute and cleaned; ends in `/` where the destination is written so.
    pub destination: String,
    /// The stage or image that it comes from.
    pub from: Option<String>,
    /// All flags as written.
    pub flags: Vec<Flag>,
    /// Line, from 1.
    pub line: u32,
}

/// A HEALTHCHECK.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healthcheck {
    /// The command; none for `HEALTHCHECK NONE`.
    pub test: Option<Form>,
    /// `--interval` and the like as written.
    pub flags: Vec<Flag>,
}

/// What the final stage will have, including the stages it is based on, but without its base image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalImage<'a> {
    /// The image at the root, variables put in, with the line of its FROM.
    pub base: Located<String>,
    /// The variables in the name of the base image whose values are not known here: not set, or set by the builder.
    pub base_unresolved: Vec<String>,
    /// Indices of the stages from the root to the final one.
    pub stage_chain: Vec<usize>,
    /// Every ENV in order; see [`FinalImage::env_value`].
    pub env: Vec<EnvVar>,
    /// Build arguments in order, the global ones first.
    pub args: Vec<ArgVar>,
    /// USER.
    pub user: Option<Located<String>>,
    /// WORKDIR as an absolute path; `/` when there is none, though the base image may have one.
    pub workdir: String,
    /// The line of the last WORKDIR.
    pub workdir_line: Option<u32>,
    /// Ports such as `8000/tcp`, with their lines.
    pub exposed: Vec<(String, u32)>,
    /// ENTRYPOINT.
    pub entrypoint: Option<Located<Form>>,
    /// CMD. An ENTRYPOINT drops the CMD of an earlier stage, not one of its own stage.
    pub cmd: Option<Located<Form>>,
    /// Labels, the last value of each.
    pub labels: BTreeMap<String, Located<String>>,
    /// VOLUMEs.
    pub volumes: Vec<Located<String>>,
    /// STOPSIGNAL.
    pub stop_signal: Option<Located<String>>,
    /// HEALTHCHECK.
    pub healthcheck: Option<Located<Healthcheck>>,
    /// The words of the SHELL in use at the end; `/bin/sh -c` when there is none.
    pub shell: Vec<String>,
    /// Every RUN; those that ONBUILD of an earlier stage brings too.
    pub runs: Vec<&'a Instruction>,
    /// Every COPY and ADD.
    pub copies: Vec<Copied>,
    /// Every instruction of the chain in order, without FROM.
    pub instructions: Vec<&'a Instruction>,
    /// What could not be substituted, with the line.
    pub unresolved: Vec<Located<String>>,
}

impl FinalImage<'_> {
    /// The value that a variable has in the end; none where no ENV sets it.
    pub fn env_value(&self, name: &str) -> Option<&EnvVar> {
        self.env.iter().rev().find(|variable| variable.name == name)
    }
}
