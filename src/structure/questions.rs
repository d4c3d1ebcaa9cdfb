//! What has to be found out before the tests of a file can be judged.

use std::{collections::BTreeSet, time::Duration};

use super::{
    expand::{Environment, expand},
    suite::{Check, Mode, Schema, Suite, Test, Variable},
};
use crate::image::Config;

/// Where Debian's packages keep what they are and whose.
pub(super) const DOCUMENTS: &str = "/usr/share/doc";

/// Where names of users and groups are.
pub(super) const USERS: &str = "/etc/passwd";
pub(super) const GROUPS: &str = "/etc/group";

/// Paths to be found out about, each without the answers' knowledge of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileQuestions {
    /// Paths to look at.
    pub look: BTreeSet<String>,
    /// Files to read.
    pub read: BTreeSet<String>,
    /// Folders whose folders are listed, each with the file that is read in all of them.
    pub list: BTreeSet<(String, String)>,
}

impl FileQuestions {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.look.len() + self.read.len() + self.list.len()
    }
}

/// A command to be run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// The number of its test.
    pub test: usize,
    /// Commands that are run before it, in the same container.
    pub setup: Vec<Vec<String>>,
    /// The variables of these, `NAME=value`.
    pub setup_env: Vec<String>,
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Its variables, `NAME=value`.
    pub env: Vec<String>,
    /// How long it may take; none for the bound of all commands.
    pub within: Option<Duration>,
    /// How many times it may be tried again.
    pub retries: u32,
}

/// A container to be started and asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Daemon {
    /// The number of its test.
    pub test: usize,
    /// The port that it listens on.
    pub port: u16,
    /// The path that is asked for.
    pub path: String,
    /// How long it may take to answer; none for the usual time.
    pub within: Option<Duration>,
}

/// What has to be found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// About files.
    pub files: FileQuestions,
    /// About commands.
    pub trials: Vec<Trial>,
    /// About containers that serve.
    pub daemons: Vec<Daemon>,
    /// Images that may be the base.
    pub bases: BTreeSet<String>,
    /// The variables of every command's container, `NAME=value`.
    pub env: Vec<String>,
}

/// The variables of an image's configuration.
pub(super) fn environment(config: &Config) -> Environment {
    config.env.iter().cloned().collect()
}

/// The variables that references in a file are filled in from: the image's, and from schema 2.0.0 on the file's own.
pub(super) fn filled_from(suite: &Suite, config: &Config) -> Environment {
    let image = environment(config);
    let mut all = image.clone();
    if suite.schema == Schema::Two {
        all.extend(filled(&suite.env, &image));
    }
    all
}

fn filled(variables: &[Variable], from: &Environment) -> Vec<(String, String)> {
    variables
        .iter()
        .map(|set| (set.name.clone(), expand(&set.value, from)))
        .collect()
}

fn pairs(variables: &[(String, String)]) -> Vec<String> {
    variables
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

/// A test's path as it is looked for.
pub(super) fn path_of(path: &str, suite: &Suite, from: &Environment) -> String {
    match suite.schema {
        Schema::One => path.to_owned(),
        Schema::Two => expand(path, from),
    }
}

/// Says what the tests of a file need. `given` are the variables that `containerRunOptions` takes from a file and from
/// this machine.
pub fn questions(suite: &Suite, config: &Config, given: &[(String, String)], mode: Mode) -> Questions {
    let from = filled_from(suite, config);
    let mut asked = Questions::default();
    if suite.schema == Schema::Two {
        asked.env = pairs(&filled(&suite.env, &environment(config)));
    }
    for (number, test) in suite.tests.iter().enumerate() {
        if !test.invalid.is_empty() {
            continue;
        }
        match &test.check {
            Check::Command(_) => asked.trials.extend(trial(number, test, suite, &from, given, mode)),
            Check::Content(test) => {
                asked.files.read.insert(path_of(&test.path, suite, &from));
            }
            Check::Daemon(test) => asked.daemons.push(Daemon {
                test: number,
                port: test.port,
                path: test.path.clone(),
                within: test.within,
            }),
            Check::Existence(test) => {
                let path = path_of(&test.path, suite, &from);
                if !test.sha256.is_empty() {
                    asked.files.read.insert(path.clone());
                }
                if !test.owner.is_empty() {
                    asked.files.read.insert(USERS.to_owned());
                }
                if !test.group.is_empty() {
                    asked.files.read.insert(GROUPS.to_owned());
                }
                asked.files.look.insert(path);
            }
            Check::Licence(test) => {
                if test.is_debian {
                    asked.files.list.insert((DOCUMENTS.to_owned(), "copyright".to_owned()));
                }
                asked.files.read.extend(test.files.iter().cloned());
            }
            Check::Metadata(test) => {
                asked
                    .bases
                    .extend(Some(test.base_image.clone()).filter(|name| !name.is_empty()));
            }
        }
    }
    asked
}

fn trial(
    number: usize,
    test: &Test,
    suite: &Suite,
    from: &Environment,
    given: &[(String, String)],
    mode: Mode,
) -> Option<Trial> {
    let Check::Command(command) = &test.check else {
        return None;
    };
    // A setup leaves an image behind that has the test's variables, those of schema 1.0.0 with the file's.
    let before: Vec<Variable> = match suite.schema {
        Schema::One => suite.env.iter().chain(&command.env).cloned().collect(),
        Schema::Two => command.env.clone(),
    };
    let setup_env = if command.setup.is_empty() {
        Vec::new()
    } else {
        filled(&before, from)
    };
    let mut from = from.clone();
    from.extend(setup_env.iter().cloned());
    let own = command.env.iter().map(|set| (set.name.clone(), set.value.clone()));
    let mut env = setup_env.clone();
    let drops_own = suite.options.are_set() && mode == Mode::Strict;
    env.extend(given.iter().cloned());
    if !drops_own {
        env.extend(own);
    }
    Some(Trial {
        test: number,
        setup: command.setup.clone(),
        setup_env: pairs(&setup_env),
        words: command.words.iter().map(|word| expand(word, &from)).collect(),
        env: pairs(&env),
        within: command.timeout,
        retries: command.retries,
    })
}
