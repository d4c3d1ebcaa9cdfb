//! Files of tests: the keys of schema 1.0.0 and 2.0.0, each mistake told with its line.

use std::{collections::BTreeMap, time::Duration};

use super::{
    mistake::Mistake,
    suite::{
        Check, CommandTest, ContentTest, DaemonTest, ExistenceTest, LicenceTest, MetadataTest, Mode, RunOptions,
        Schema, Suite, Test, Variable,
    },
    yaml::{self, Node, Value},
};
use crate::dockerfile::nearest;

/// What a file is written in, which its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// YAML.
    Yaml,
    /// JSON, whose keys have no case, and which leaves out what YAML fills in.
    Json,
}

impl Dialect {
    /// The dialect of a file by its name; none where container-structure-test reads none such.
    pub fn of(name: &str) -> Option<Self> {
        if name.ends_with(".json") {
            Some(Self::Json)
        } else if name.ends_with(".yaml") || name.ends_with(".yml") {
            Some(Self::Yaml)
        } else {
            None
        }
    }
}

/// Reads a file of tests.
///
/// # Errors
/// All of its mistakes.
pub fn read(text: &str, dialect: Dialect, mode: Mode) -> Result<Suite, Vec<Mistake>> {
    read_with(text, dialect, mode, &BTreeMap::new())
}

/// Reads a file of tests as [`read`] does, with values for `{{NAME}}`, which count more than the file's own.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    text: &str,
    dialect: Dialect,
    mode: Mode,
    given: &BTreeMap<String, String>,
) -> Result<Suite, Vec<Mistake>> {
    let one = |mistake: Mistake| vec![mistake];
    let mut node = match dialect {
        Dialect::Yaml => yaml::parse(text).map_err(one)?,
        Dialect::Json => {
            serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| {
                let line = u32::try_from(error.line()).unwrap_or(1);
                one(Mistake::at(line, error.to_string()))
            })?;
            // A tab in JSON is a blank, and YAML does not take it for one everywhere.
            yaml::parse(&text.replace('\t', " ")).map_err(one)?
        }
    };
    let mut reader = Reader {
        mistakes: Vec::new(),
        remarks: Vec::new(),
        dialect,
        mode,
        schema: Schema::Two,
    };
    let mut variables = BTreeMap::new();
    if mode == Mode::Helpful {
        variables = reader.own_variables(&node);
        variables.extend(given.clone());
        reader.fill_in(&mut node, &variables);
    }
    let suite = reader.suite(&node);
    if reader.mistakes.is_empty() {
        Ok(Suite {
            remarks: reader.remarks,
            variables,
            ..suite
        })
    } else {
        reader.mistakes.sort_by_key(|mistake| mistake.line);
        reader.mistakes.dedup();
        Err(reader.mistakes)
    }
}

struct Reader {
    mistakes: Vec<Mistake>,
    remarks: Vec<Mistake>,
    dialect: Dialect,
    mode: Mode,
    schema: Schema,
}

/// The keys of a map that was opened, each to be asked for once.
struct Fields<'n> {
    node: &'n Node,
    dialect: Dialect,
}

impl<'n> Fields<'n> {
    fn get(&self, name: &str) -> Option<&'n Node> {
        match (self.dialect, &self.node.value) {
            (Dialect::Json, Value::Map(entries)) => entries
                .iter()
                .rev()
                .find(|(key, _)| key.name.eq_ignore_ascii_case(name))
                .map(|(_, node)| node),
            _ => self.node.get(name),
        }
    }
}

impl Reader {
    fn wrong(&mut self, line: u32, message: impl Into<String>) {
        self.mistakes.push(Mistake::at(line, message));
    }

    /// Opens a map that may have these keys, and `ours` beside them where ours are understood.
    fn fields<'n>(&mut self, node: &'n Node, keys: &[&str], ours: &[&str]) -> Option<Fields<'n>> {
        if node.is_null() {
            return None;
        }
        let Value::Map(entries) = &node.value else {
            self.wrong(node.line, say!("a map of keys and values is expected here"));
            return None;
        };
        let mut known: Vec<&str> = keys.to_vec();
        if self.mode == Mode::Helpful {
            known.extend(ours);
        }
        for (place, (key, _)) in entries.iter().enumerate() {
            let name = key.name.as_str();
            let is_same = |other: &str| match self.dialect {
                Dialect::Yaml => other == name,
                Dialect::Json => other.eq_ignore_ascii_case(name),
            };
            if !known.iter().any(|known| is_same(known)) {
                let message = match nearest(name, &known) {
                    Some(meant) => say!("unknown key `{name}`; did you mean `{meant}`?"; name, meant),
                    None => say!("unknown key `{name}`; the keys here are {}", known.join(", "); name),
                };
                match self.dialect {
                    Dialect::Yaml => self.wrong(key.line, message),
                    Dialect::Json => self.remarks.push(Mistake::at(key.line, message)),
                }
            } else if self.dialect == Dialect::Yaml && entries[..place].iter().any(|(before, _)| before.name == name) {
                self.wrong(key.line, say!("the key `{name}` is set twice"; name));
            }
        }
        Some(Fields {
            node,
            dialect: self.dialect,
        })
    }

    fn text(&mut self, node: Option<&Node>) -> String {
        let Some(node) = node.filter(|node| !node.is_null()) else {
            return String::new();
        };
        match &node.value {
            Value::Scalar { is_plain: true, .. } if self.dialect == Dialect::Json => {
                self.wrong(node.line, say!("a text in quotes is expected here"));
                String::new()
            }
            Value::Scalar { text, .. } => text.clone(),
            Value::List(_) | Value::Map(_) => {
                self.wrong(node.line, say!("a text is expected here"));
                String::new()
            }
        }
    }

    fn list<T>(&mut self, node: Option<&Node>, mut each: impl FnMut(&mut Self, &Node) -> T) -> Vec<T> {
        let Some(node) = node.filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        match &node.value {
            Value::List(nodes) => nodes.iter().map(|node| each(self, node)).collect(),
            _ => {
                self.wrong(node.line, say!("a list is expected here"));
                Vec::new()
            }
        }
    }

    fn texts(&mut self, node: Option<&Node>) -> Vec<String> {
        self.list(node, |reader, node| reader.text(Some(node)))
    }

    fn flag(&mut self, node: Option<&Node>, default: bool) -> bool {
        let Some(node) = node else { return default };
        if node.is_null() {
            return false;
        }
        let told = match &node.value {
            Value::Scalar { text, is_plain: true } => match (text.as_str(), self.dialect) {
                ("true", _) => Some(true),
                ("false", _) => Some(false),
                ("y" | "Y" | "yes" | "Yes" | "YES" | "True" | "TRUE" | "on" | "On" | "ON", Dialect::Yaml) => Some(true),
                ("n" | "N" | "no" | "No" | "NO" | "False" | "FALSE" | "off" | "Off" | "OFF", Dialect::Yaml) => {
                    Some(false)
                }
                _ => None,
            },
            _ => None,
        };
        told.unwrap_or_else(|| {
            self.wrong(node.line, say!("`true` or `false` is expected here, without quotes"));
            default
        })
    }

    fn number(&mut self, node: Option<&Node>) -> Option<i64> {
        let node = node?;
        if node.is_null() {
            return Some(0);
        }
        let told = match &node.value {
            Value::Scalar { text, is_plain: true } => integer(text),
            _ => None,
        };
        if told.is_none() {
            self.wrong(node.line, say!("a whole number is expected here, without quotes"));
        }
        told
    }

    fn seconds(&mut self, node: Option<&Node>) -> Option<Duration> {
        let node = node?;
        let told = match &node.value {
            Value::Scalar { text, .. } => duration(text),
            _ => None,
        };
        if told.is_none() {
            self.wrong(node.line, say!("a time is expected here, like `30s` or `2m`"));
        }
        told
    }

    fn variables(&mut self, node: Option<&Node>, keys: &[&str]) -> Vec<Variable> {
        let found = self.list(node, |reader, node| {
            let fields = reader.fields(node, keys, &[])?;
            Some(Variable {
                name: reader.text(fields.get("key")),
                value: reader.text(fields.get("value")),
                is_regex: reader.flag(fields.get("isRegex"), false),
            })
        });
        // An item that is null is one without key and value.
        found.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// The values that a file gives `{{NAME}}`.
    fn own_variables(&mut self, node: &Node) -> BTreeMap<String, String> {
        let Some(node) = (Fields {
            node,
            dialect: self.dialect,
        })
        .get("variables") else {
            return BTreeMap::new();
        };
        let Value::Map(entries) = &node.value else {
            self.wrong(node.line, say!("a map of keys and values is expected here"));
            return BTreeMap::new();
        };
        entries
            .iter()
            .map(|(key, value)| (key.name.clone(), self.text(Some(value))))
            .collect()
    }

    /// Puts values in the place of `{{NAME}}` in every text.
    fn fill_in(&mut self, node: &mut Node, variables: &BTreeMap<String, String>) {
        match &mut node.value {
            Value::List(nodes) => nodes.iter_mut().for_each(|node| self.fill_in(node, variables)),
            Value::Map(entries) => entries.iter_mut().for_each(|(_, node)| self.fill_in(node, variables)),
            Value::Scalar { text, .. } if text.contains("{{") => {
                let mut out = String::new();
                let mut rest = text.as_str();
                while let Some((before, after)) = rest.split_once("{{") {
                    out.push_str(before);
                    let Some((name, end)) = after.split_once("}}").filter(|(name, _)| is_variable(name.trim())) else {
                        out.push_str("{{");
                        rest = after;
                        continue;
                    };
                    let name = name.trim();
                    match variables.get(name) {
                        Some(value) => out.push_str(value),
                        None => self.wrong(
                            node.line,
                            say!("`{name}` has no value: set it under `variables`, or with `--set {name}=VALUE`"; name),
                        ),
                    }
                    rest = end;
                }
                out.push_str(rest);
                *text = out;
            }
            Value::Scalar { .. } => {}
        }
    }

    fn suite(&mut self, node: &Node) -> Suite {
        let mut suite = Suite::default();
        let version = match &node.value {
            Value::Map(_) => {
                let fields = Fields {
                    node,
                    dialect: self.dialect,
                };
                self.text(fields.get("schemaVersion"))
            }
            _ => String::new(),
        };
        let is_two = match version.as_str() {
            "1.0.0" => false,
            "2.0.0" => true,
            "" => {
                self.wrong(1, say!("`schemaVersion` is missing: write `schemaVersion: 2.0.0`"));
                return suite;
            }
            other => {
                self.wrong(
                    node.get("schemaVersion").map_or(1, |node| node.line),
                    say!("unknown schema version `{other}`; it is 2.0.0 or 1.0.0"; other),
                );
                return suite;
            }
        };
        let shared = [
            "schemaVersion",
            "globalEnvVars",
            "commandTests",
            "fileExistenceTests",
            "fileContentTests",
            "licenseTests",
        ];
        let only_two = ["metadataTest", "containerRunOptions"];
        let keys: Vec<&str> = shared
            .into_iter()
            .chain(only_two.into_iter().filter(|_| is_two))
            .collect();
        let Some(fields) = self.fields(node, &keys, &["daemonTests", "include", "variables"]) else {
            return suite;
        };
        self.schema = if is_two { Schema::Two } else { Schema::One };
        suite.schema = self.schema;
        suite.env = self.variables(fields.get("globalEnvVars"), VARIABLE);
        let commands = self.list(fields.get("commandTests"), Self::command);
        let contents = self.list(fields.get("fileContentTests"), Self::content);
        let existences = self.list(fields.get("fileExistenceTests"), Self::existence);
        let licences = self.list(fields.get("licenseTests"), Self::licence);
        let mut daemons = Vec::new();
        if self.mode == Mode::Helpful {
            daemons = self.list(fields.get("daemonTests"), Self::daemon);
            suite.includes = self.texts(fields.get("include"));
        }
        suite.tests = [commands, daemons, contents, existences, licences].concat();
        if is_two {
            suite.options = self.options(fields.get("containerRunOptions"));
            if let Some(node) = fields.get("metadataTest") {
                suite.tests.extend(self.metadata(node));
            }
        }
        suite
    }

    fn command(&mut self, node: &Node) -> Test {
        let mut test = CommandTest::default();
        let keys = [
            "name",
            "setup",
            "teardown",
            "envVars",
            "exitCode",
            "command",
            "args",
            "expectedOutput",
            "excludedOutput",
            "expectedError",
            "excludedError",
        ];
        let mut name = String::new();
        let is_two = self.schema == Schema::Two;
        let keys: Vec<&str> = keys.into_iter().filter(|key| is_two || *key != "args").collect();
        if let Some(fields) = self.fields(node, &keys, &["timeout", "retries"]) {
            name = self.text(fields.get("name"));
            test.setup = self.list(fields.get("setup"), |reader, node| reader.texts(Some(node)));
            test.teardown = self.list(fields.get("teardown"), |reader, node| reader.texts(Some(node)));
            test.env = self.variables(fields.get("envVars"), VARIABLE);
            test.exit_code = self.number(fields.get("exitCode")).unwrap_or(0);
            test.words = if is_two {
                let program = self.text(fields.get("command"));
                let arguments = self.texts(fields.get("args"));
                let program = (!program.is_empty()).then_some(program);
                program.map_or_else(Vec::new, |program| [vec![program], arguments].concat())
            } else {
                self.texts(fields.get("command"))
            };
            test.expected_output = self.texts(fields.get("expectedOutput"));
            test.excluded_output = self.texts(fields.get("excludedOutput"));
            test.expected_error = self.texts(fields.get("expectedError"));
            test.excluded_error = self.texts(fields.get("excludedError"));
            if self.mode == Mode::Helpful {
                test.timeout = self.seconds(fields.get("timeout"));
                test.retries = self
                    .number(fields.get("retries"))
                    .map_or(0, |number| u32::try_from(number.clamp(0, 100)).unwrap_or(0));
            }
        }
        let mut invalid = without_name(&name);
        if test.words.is_empty() {
            invalid.push(say!("the test has no `command`").to_owned());
        }
        if test.setup.iter().chain(&test.teardown).any(Vec::is_empty) {
            invalid.push(say!("a step of `setup` or `teardown` is empty").to_owned());
        }
        if test.env.iter().any(|set| set.name.is_empty() || set.value.is_empty()) {
            invalid.push(say!("a variable in `envVars` has no key or no value").to_owned());
        }
        Test {
            name,
            line: node.line,
            check: Check::Command(test),
            invalid,
        }
    }

    fn daemon(&mut self, node: &Node) -> Test {
        let mut test = DaemonTest::default();
        let mut name = String::new();
        let keys = [
            "name",
            "port",
            "path",
            "timeout",
            "status",
            "expectedBody",
            "excludedBody",
            "expectedLog",
            "excludedLog",
        ];
        if let Some(fields) = self.fields(node, &keys, &[]) {
            name = self.text(fields.get("name"));
            test.port = self
                .number(fields.get("port"))
                .and_then(|port| u16::try_from(port).ok())
                .unwrap_or(0);
            test.path = self.text(fields.get("path"));
            test.within = self.seconds(fields.get("timeout"));
            test.status = self.number(fields.get("status"));
            test.expected_body = self.texts(fields.get("expectedBody"));
            test.excluded_body = self.texts(fields.get("excludedBody"));
            test.expected_log = self.texts(fields.get("expectedLog"));
            test.excluded_log = self.texts(fields.get("excludedLog"));
        }
        if test.path.is_empty() {
            "/".clone_into(&mut test.path);
        }
        let mut invalid = without_name(&name);
        if test.port == 0 {
            invalid.push(say!("the test has no `port`").to_owned());
        }
        Test {
            name,
            line: node.line,
            check: Check::Daemon(test),
            invalid,
        }
    }

    fn content(&mut self, node: &Node) -> Test {
        let mut test = ContentTest::default();
        let mut name = String::new();
        if let Some(fields) = self.fields(node, &["name", "path", "expectedContents", "excludedContents"], &[]) {
            name = self.text(fields.get("name"));
            test.path = self.text(fields.get("path"));
            test.expected = self.texts(fields.get("expectedContents"));
            test.excluded = self.texts(fields.get("excludedContents"));
        }
        let mut invalid = without_name(&name);
        invalid.extend(without_path(&test.path));
        Test {
            name,
            line: node.line,
            check: Check::Content(test),
            invalid,
        }
    }

    fn existence(&mut self, node: &Node) -> Test {
        // JSON leaves these to Go's zeros: a path must not exist, and belongs to root.
        let is_zeroed = self.dialect == Dialect::Json && self.mode == Mode::Strict;
        let mut test = ExistenceTest {
            should_exist: !is_zeroed,
            ..ExistenceTest::default()
        };
        let mut name = String::new();
        let is_two = self.schema == Schema::Two;
        let keys: &[&str] = if is_two {
            &[
                "name",
                "path",
                "shouldExist",
                "permissions",
                "uid",
                "gid",
                "isExecutableBy",
            ]
        } else {
            &["name", "path", "shouldExist", "permissions"]
        };
        if let Some(fields) = self.fields(node, keys, OUR_FILE_KEYS) {
            name = self.text(fields.get("name"));
            test.path = self.text(fields.get("path"));
            test.should_exist = self.flag(fields.get("shouldExist"), test.should_exist);
            test.permissions = self.text(fields.get("permissions"));
            let zero = (is_zeroed && is_two).then_some(0);
            // -1 is its own word for any.
            test.uid = self.number(fields.get("uid")).or(zero).filter(|id| *id != -1);
            test.gid = self.number(fields.get("gid")).or(zero).filter(|id| *id != -1);
            test.is_executable_by = self.text(fields.get("isExecutableBy"));
            if self.mode == Mode::Helpful {
                test.is_optional = self.flag(fields.get("optional"), false);
                test.owner = self.text(fields.get("owner"));
                test.group = self.text(fields.get("group"));
                test.link_target = self.text(fields.get("linkTarget"));
                test.sha256 = self.text(fields.get("sha256")).to_lowercase();
                let size = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
                test.min_size = size(self.number(fields.get("minSize")));
                test.max_size = size(self.number(fields.get("maxSize")));
            }
            if self.dialect == Dialect::Json && fields.get("shouldExist").is_none() && self.mode == Mode::Helpful {
                self.remarks.push(Mistake::at(
                    node.line,
                    say!(
                        "`shouldExist` is missing: it is true here, but container-structure-test takes it for false in JSON"
                    ),
                ));
            }
        }
        let mut invalid = without_name(&name);
        if is_two {
            invalid.extend(without_path(&test.path));
        }
        Test {
            name,
            line: node.line,
            check: Check::Existence(test),
            invalid,
        }
    }

    fn licence(&mut self, node: &Node) -> Test {
        let mut test = LicenceTest::default();
        if let Some(fields) = self.fields(node, &["debian", "files"], &[]) {
            test.is_debian = self.flag(fields.get("debian"), false);
            test.files = self.texts(fields.get("files"));
        }
        Test {
            name: String::new(),
            line: node.line,
            check: Check::Licence(test),
            invalid: Vec::new(),
        }
    }

    fn options(&mut self, node: Option<&Node>) -> RunOptions {
        let keys = [
            "user",
            "privileged",
            "allocateTty",
            "envFile",
            "envVars",
            "capabilities",
            "bindMounts",
        ];
        let Some(fields) = node.and_then(|node| self.fields(node, &keys, &["network"])) else {
            return RunOptions::default();
        };
        RunOptions {
            user: self.text(fields.get("user")),
            is_privileged: self.flag(fields.get("privileged"), false),
            has_terminal: self.flag(fields.get("allocateTty"), false),
            env_file: self.text(fields.get("envFile")),
            env: self.texts(fields.get("envVars")),
            capabilities: self.texts(fields.get("capabilities")),
            binds: self.texts(fields.get("bindMounts")),
            network: match self.mode {
                Mode::Helpful => self.text(fields.get("network")),
                Mode::Strict => String::new(),
            },
        }
    }

    /// The metadata's test; none where it asserts nothing, as container-structure-test leaves it out then.
    fn metadata(&mut self, node: &Node) -> Option<Test> {
        let keys = [
            "envVars",
            "unboundEnvVars",
            "labels",
            "entrypoint",
            "cmd",
            "exposedPorts",
            "unexposedPorts",
            "volumes",
            "unmountedVolumes",
            "workdir",
            "user",
        ];
        let ours = ["stopSignal", "onBuild", "shell", "healthcheck", "baseImage"];
        let fields = self.fields(node, &keys, &ours)?;
        let is_ours = self.mode == Mode::Helpful;
        let words = |reader: &mut Self, name: &str| {
            let node = fields.get(name).filter(|node| !node.is_null());
            node.map(|node| reader.texts(Some(node)))
        };
        let test = MetadataTest {
            entrypoint: words(self, "entrypoint"),
            cmd: words(self, "cmd"),
            env: self.variables(fields.get("envVars"), VARIABLE),
            unbound_env: self
                .variables(fields.get("unboundEnvVars"), VARIABLE)
                .into_iter()
                .map(|variable| variable.name)
                .collect(),
            labels: self.variables(fields.get("labels"), VARIABLE),
            exposed_ports: self.texts(fields.get("exposedPorts")),
            unexposed_ports: self.texts(fields.get("unexposedPorts")),
            volumes: self.texts(fields.get("volumes")),
            unmounted_volumes: self.texts(fields.get("unmountedVolumes")),
            working_dir: self.text(fields.get("workdir")),
            user: self.text(fields.get("user")),
            stop_signal: self.text(fields.get("stopSignal").filter(|_| is_ours)),
            on_build: words(self, "onBuild").filter(|_| is_ours),
            shell: words(self, "shell").filter(|_| is_ours),
            healthcheck: words(self, "healthcheck").filter(|_| is_ours),
            base_image: self.text(fields.get("baseImage").filter(|_| is_ours)),
        };
        if test == MetadataTest::default() {
            self.remarks.push(Mistake::at(
                node.line,
                say!("`metadataTest` checks nothing, and is left out"),
            ));
            return None;
        }
        let mut invalid = Vec::new();
        let mut refuse = |is: bool, what: &str| {
            if is {
                invalid.push(what.to_owned());
            }
        };
        let is_nameless = |all: &[Variable]| all.iter().any(|variable| variable.name.is_empty());
        let is_unbound_nameless = test.unbound_env.iter().any(String::is_empty);
        refuse(
            is_nameless(&test.env) || is_unbound_nameless,
            say!("a variable has no `key`"),
        );
        refuse(is_nameless(&test.labels), say!("a label has no `key`"));
        let mut ports = test.exposed_ports.iter().chain(&test.unexposed_ports);
        refuse(ports.any(String::is_empty), say!("a port is empty"));
        let mut volumes = test.volumes.iter().chain(&test.unmounted_volumes);
        refuse(volumes.any(String::is_empty), say!("a volume is empty"));
        Some(Test {
            name: "Metadata Test".to_owned(),
            line: node.line,
            check: Check::Metadata(Box::new(test)),
            invalid,
        })
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| matches!(c, '_' | '-' | '.') || c.is_ascii_alphanumeric())
}

/// Our own keys of a test of a path.
const OUR_FILE_KEYS: &[&str] = &[
    "optional",
    "owner",
    "group",
    "linkTarget",
    "sha256",
    "minSize",
    "maxSize",
];

/// The keys of a variable.
const VARIABLE: &[&str] = &["key", "value", "isRegex"];

fn without_name(name: &str) -> Vec<String> {
    if name.is_empty() {
        vec![say!("the test has no `name`").to_owned()]
    } else {
        Vec::new()
    }
}

fn without_path(path: &str) -> Option<String> {
    path.is_empty().then(|| say!("the test has no `path`").to_owned())
}

/// A number as YAML 1.1 writes it: `10`, `0x1f`, `0b1`, `017`, `1_000`, and a fraction without its part.
fn integer(text: &str) -> Option<i64> {
    let plain = text.replace('_', "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let number = if let Some(hex) = digits.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()
    } else if let Some(binary) = digits.strip_prefix("0b") {
        i64::from_str_radix(binary, 2).ok()
    } else if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        i64::from_str_radix(digits, 8).ok()
    } else {
        digits.parse().ok()
    };
    number.map(|number| sign * number)
}

/// A time as Go writes it: `500ms`, `30s`, `1m30s`, `2h`; a number alone counts seconds.
fn duration(text: &str) -> Option<Duration> {
    let longest = Duration::from_hours(24);
    let told = if let Ok(seconds) = text.parse::<u64>() {
        Duration::from_secs(seconds.min(longest.as_secs()))
    } else {
        let mut total = Duration::ZERO;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .filter(|at| *at > 0)?;
            let number: f64 = rest[..digits].parse().ok()?;
            let after = &rest[digits..];
            let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
            let unit = match &after[..end] {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
            total += Duration::try_from_secs_f64(number * unit).ok()?;
            rest = &after[end..];
        }
        total
    };
    (!told.is_zero() && told <= longest).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str, mode: Mode) -> Result<Suite, Vec<Mistake>> {
        read(text, Dialect::Yaml, mode)
    }

    #[test]
    fn mistakes_are_told_all_at_once_with_their_lines() {
        let told = yaml(
            "schemaVersion: 2.0.0\ncommandTest: []\ncommandTests:\n- name: a\n  comand: echo\n  exitCode: \"1\"\n- name: b\n  name: c\n",
            Mode::Strict,
        )
        .unwrap_err();
        let lines: Vec<u32> = told.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 5, 6, 8], "{told:?}");
        assert!(told[0].message.contains("commandTests"), "{told:?}");
        assert!(told[1].message.contains("`command`"), "{told:?}");
    }

    #[test]
    fn texts_numbers_and_flags_are_read_as_yaml_1_1_writes_them() {
        let suite = yaml(
            "schemaVersion: 2.0.0\ncommandTests: [{name: 12, command: echo, args: [1, 2.50, true, null, 0x10], exitCode: 0x10}]\n\
             fileExistenceTests: [{name: a, path: /x, shouldExist: off, uid: 017}]\n",
            Mode::Strict,
        )
        .unwrap();
        let Check::Command(command) = &suite.tests[0].check else {
            panic!("no command");
        };
        assert_eq!(command.words, ["echo", "1", "2.50", "true", "", "0x10"]);
        assert_eq!((suite.tests[0].name.as_str(), command.exit_code), ("12", 16));
        let Check::Existence(file) = &suite.tests[1].check else {
            panic!("no file");
        };
        assert_eq!((file.should_exist, file.uid), (false, Some(15)));
    }

    #[test]
    fn json_has_no_case_and_gos_zeros_in_strict_mode_only() {
        let text = r#"{"schemaVersion": "2.0.0", "FILEexistenceTests": [{"Name": "a", "path": "/x", "zzz": 1}]}"#;
        let of = |mode| read(text, Dialect::Json, mode).unwrap();
        let Check::Existence(strict) = &of(Mode::Strict).tests[0].check.clone() else {
            panic!("no file");
        };
        assert_eq!((strict.should_exist, strict.uid), (false, Some(0)));
        let helpful = of(Mode::Helpful);
        let Check::Existence(file) = &helpful.tests[0].check else {
            panic!("no file");
        };
        assert_eq!((file.should_exist, file.uid), (true, None));
        assert_eq!(helpful.remarks.len(), 2, "{:?}", helpful.remarks);
        let numbers = r#"{"schemaVersion": "2.0.0", "metadataTest": {"exposedPorts": [80]}}"#;
        assert!(read(numbers, Dialect::Json, Mode::Strict).is_err());
    }

    #[test]
    fn our_keys_are_unknown_in_strict_mode() {
        let text = "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: x, timeout: 1m30s, retries: 2}]\n";
        assert!(yaml(text, Mode::Strict).is_err());
        let suite = yaml(text, Mode::Helpful).unwrap();
        let Check::Command(command) = &suite.tests[0].check else {
            panic!("no command");
        };
        assert_eq!((command.timeout, command.retries), (Some(Duration::from_secs(90)), 2));
    }

    #[test]
    fn times_are_read_as_go_writes_them() {
        for (text, time) in [
            ("30s", Some(30_000)),
            ("1m30s", Some(90_000)),
            ("500ms", Some(500)),
            ("1.5s", Some(1_500)),
            ("5", Some(5_000)),
            ("0", None),
            ("s", None),
            ("3 s", None),
            ("99h", None),
        ] {
            assert_eq!(duration(text), time.map(Duration::from_millis), "{text}");
        }
    }
}
