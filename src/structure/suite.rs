//! The tests of a file, as data.

use std::{collections::BTreeMap, time::Duration};

/// How closely container-structure-test is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Its verdicts to the letter.
    Strict,
    /// Its verdicts without its traps, its keys and ours.
    Helpful,
}

/// The version of a file's schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Schema {
    /// 1.0.0
    One,
    /// 2.0.0
    #[default]
    Two,
}

/// A name and its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Whether the value is a regular expression.
    pub is_regex: bool,
}

/// How the containers of commands are made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// The user, instead of the image's.
    pub user: String,
    /// Whether they have all rights.
    pub is_privileged: bool,
    /// Whether they get a terminal.
    pub has_terminal: bool,
    /// A file with variables.
    pub env_file: String,
    /// Variables that are taken from this machine, by name.
    pub env: Vec<String>,
    /// Capabilities that are added.
    pub capabilities: Vec<String>,
    /// Folders of the engine's machine, `HOST:CONTAINER`.
    pub binds: Vec<String>,
    /// The network, such as `none`; empty for the engine's own.
    pub network: String,
}

impl RunOptions {
    /// Whether there are any.
    pub fn are_set(&self) -> bool {
        *self != Self::default()
    }
}

/// A command, and what it has to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandTest {
    /// Commands that are run before it, in the same container.
    pub setup: Vec<Vec<String>>,
    /// Commands that are run after it, on this machine only.
    pub teardown: Vec<Vec<String>>,
    /// Its variables.
    pub env: Vec<Variable>,
    /// The program and its arguments.
    pub words: Vec<String>,
    /// The exit code.
    pub exit_code: i64,
    /// What its standard output has to match.
    pub expected_output: Vec<String>,
    /// What it must not match.
    pub excluded_output: Vec<String>,
    /// What its standard error has to match.
    pub expected_error: Vec<String>,
    /// What it must not match.
    pub excluded_error: Vec<String>,
    /// How long it may take; none for the bound of all commands.
    pub timeout: Option<Duration>,
    /// How many times it is tried again before it fails.
    pub retries: u32,
}

/// A path, and what it has to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExistenceTest {
    /// The path.
    pub path: String,
    /// Whether it has to exist.
    pub should_exist: bool,
    /// Its mode as Go writes it; empty for any.
    pub permissions: String,
    /// Its owner.
    pub uid: Option<i64>,
    /// Its group.
    pub gid: Option<i64>,
    /// Who may execute it: `owner`, `group`, `other`, `any`; empty for nobody in particular.
    pub is_executable_by: String,
    /// Whether it may be missing.
    pub is_optional: bool,
    /// The name of its owner; empty for any.
    pub owner: String,
    /// The name of its group; empty for any.
    pub group: String,
    /// Where the symbolic link leads; empty for anywhere.
    pub link_target: String,
    /// The fewest bytes that it may have.
    pub min_size: Option<u64>,
    /// The most bytes that it may have.
    pub max_size: Option<u64>,
    /// The SHA-256 of its content, in hexadecimal; empty for any.
    pub sha256: String,
}

/// A container that is started as it is, and has to answer over HTTP.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaemonTest {
    /// The port that it listens on.
    pub port: u16,
    /// The path that is asked for.
    pub path: String,
    /// How long it may take to answer.
    pub within: Option<Duration>,
    /// The status of the answer; none for any below 500.
    pub status: Option<i64>,
    /// What the answer's body has to match.
    pub expected_body: Vec<String>,
    /// What it must not match.
    pub excluded_body: Vec<String>,
    /// What the container's last lines have to match.
    pub expected_log: Vec<String>,
    /// What they must not match.
    pub excluded_log: Vec<String>,
}

/// A file, and what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentTest {
    /// The path.
    pub path: String,
    /// What it has to match.
    pub expected: Vec<String>,
    /// What it must not match.
    pub excluded: Vec<String>,
}

/// What the image's configuration has to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetadataTest {
    /// Variables that are set.
    pub env: Vec<Variable>,
    /// Variables that are not.
    pub unbound_env: Vec<String>,
    /// Labels.
    pub labels: Vec<Variable>,
    /// ENTRYPOINT; none for any.
    pub entrypoint: Option<Vec<String>>,
    /// CMD; none for any.
    pub cmd: Option<Vec<String>>,
    /// Ports that are exposed.
    pub exposed_ports: Vec<String>,
    /// Ports that are not.
    pub unexposed_ports: Vec<String>,
    /// Volumes.
    pub volumes: Vec<String>,
    /// Paths that are no volumes.
    pub unmounted_volumes: Vec<String>,
    /// WORKDIR; empty for any.
    pub working_dir: String,
    /// USER; empty for any.
    pub user: String,
    /// STOPSIGNAL; empty for any.
    pub stop_signal: String,
    /// ONBUILD's instructions; none for any.
    pub on_build: Option<Vec<String>>,
    /// SHELL; none for any.
    pub shell: Option<Vec<String>>,
    /// HEALTHCHECK's words; none for any.
    pub healthcheck: Option<Vec<String>>,
    /// The image whose layers come first; empty for any.
    pub base_image: String,
}

/// Files whose text must not name a licence that many firms do not allow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LicenceTest {
    /// Whether every Debian package's `copyright` is read.
    pub is_debian: bool,
    /// Other files.
    pub files: Vec<String>,
}

/// What a test checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// A command.
    Command(CommandTest),
    /// A container that serves.
    Daemon(DaemonTest),
    /// A file's content.
    Content(ContentTest),
    /// A path.
    Existence(ExistenceTest),
    /// Licences.
    Licence(LicenceTest),
    /// The image's configuration.
    Metadata(Box<MetadataTest>),
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its line in the file.
    pub line: u32,
    /// What it checks.
    pub check: Check,
    /// Why it cannot be run, by container-structure-test's own rules.
    pub invalid: Vec<String>,
}

impl Test {
    /// Its name as container-structure-test tells it once it was run.
    pub fn full_name(&self) -> String {
        let name = &self.name;
        match self.check {
            Check::Command(_) => format!("Command Test: {name}"),
            Check::Daemon(_) => format!("Daemon Test: {name}"),
            Check::Content(_) => format!("File Content Test: {name}"),
            Check::Existence(_) => format!("File Existence Test: {name}"),
            Check::Licence(_) => "License Test".to_owned(),
            Check::Metadata(_) => "Metadata Test".to_owned(),
        }
    }
}

/// The tests of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suite {
    /// The schema's version.
    pub schema: Schema,
    /// Variables of all commands.
    pub env: Vec<Variable>,
    /// How containers of commands are made.
    pub options: RunOptions,
    /// The tests, in the order in which container-structure-test runs them.
    pub tests: Vec<Test>,
    /// Other files whose tests are run too, relative to this one.
    pub includes: Vec<String>,
    /// The values of `{{NAME}}`, for the files that are included too.
    pub variables: BTreeMap<String, String>,
    /// What is not wrong, and is probably not meant.
    pub remarks: Vec<super::Mistake>,
}
