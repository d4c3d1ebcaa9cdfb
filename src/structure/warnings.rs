//! What is not wrong in a file of tests, and probably not meant: tests that pass for a reason that their author does not
//! know, and tests that cannot pass.

use super::{
    expand::{Environment, references},
    mistake::Mistake,
    pattern::Pattern,
    questions::filled_from,
    suite::{Check, CommandTest, ContentTest, ExistenceTest, MetadataTest, Schema, Suite},
};
use crate::image::Config;

/// Warns of a file's tests, in the order of their lines.
pub fn warnings(suite: &Suite, config: &Config) -> Vec<Mistake> {
    let mut found = suite.remarks.clone();
    let from = filled_from(suite, config);
    for test in &suite.tests {
        let mut warn = |message: String| found.push(Mistake::at(test.line, message));
        if suite.schema == Schema::One && !test.invalid.is_empty() {
            warn(say!("container-structure-test leaves this test out of the run").to_owned());
        }
        match &test.check {
            Check::Command(check) => command(check, suite, &from, &mut warn),
            Check::Daemon(check) => {
                patterns("expectedBody", &check.expected_body, &check.excluded_body, &mut warn);
                patterns("expectedLog", &check.expected_log, &check.excluded_log, &mut warn);
            }
            Check::Content(check) => content(check, suite, &from, &mut warn),
            Check::Existence(check) => existence(check, suite, &from, &mut warn),
            Check::Licence(check) => {
                if !check.is_debian && check.files.is_empty() {
                    warn(say!("this licence test reads no file").to_owned());
                }
            }
            Check::Metadata(check) => metadata(check, &mut warn),
        }
    }
    found.sort_by_key(|mistake| mistake.line);
    found.dedup();
    found
}

fn command(check: &CommandTest, suite: &Suite, from: &Environment, warn: &mut dyn FnMut(String)) {
    let mut from = from.clone();
    if !check.setup.is_empty() {
        from.extend(check.env.iter().map(|set| (set.name.clone(), set.value.clone())));
    }
    for word in &check.words {
        for reference in references(word) {
            let written = reference.written;
            if reference.name.is_empty() || from.contains_key(reference.name) {
                continue;
            }
            if check.env.iter().any(|own| own.name == reference.name) {
                warn(say!(
                    "`{written}` becomes nothing before the command runs: `envVars` of the test is not in the image. \
                     `printenv {}` shows it",
                    reference.name; written
                ));
            } else {
                warn(say!(
                    "`{written}` becomes nothing before the command runs: the image does not set it, and the shell never \
                     sees the name";
                    written
                ));
            }
        }
    }
    if suite.options.are_set() && !check.env.is_empty() {
        warn(say!("container-structure-test drops `envVars` of a test where `containerRunOptions` are set").to_owned());
    }
    let both = [
        ("expectedOutput", &check.expected_output, &check.excluded_output),
        ("expectedError", &check.expected_error, &check.excluded_error),
    ];
    for (key, expected, excluded) in both {
        patterns(key, expected, excluded, warn);
    }
}

/// Warns of expressions that match every text, that cannot hold together, or that are no expressions.
fn patterns(key: &str, expected: &[String], excluded: &[String], warn: &mut dyn FnMut(String)) {
    for pattern in expected {
        if Pattern::new(pattern).is_ok_and(|read| read.is_in("") && !has_anchors(pattern)) {
            warn(say!("`{pattern}` in `{key}` matches every text, so that it checks nothing"; pattern, key));
        }
        if excluded.contains(pattern) {
            warn(say!("`{pattern}` is both expected and excluded: the test cannot pass"; pattern));
        }
    }
    for pattern in expected.iter().chain(excluded) {
        if let Err(why) = Pattern::new(pattern) {
            warn(say!("`{pattern}` is not a regular expression of Go: {why}"; pattern, why));
        }
    }
}

/// Whether an expression may ask for an empty text.
fn has_anchors(pattern: &str) -> bool {
    pattern.contains(['^', '$']) || pattern.contains("\\A") || pattern.contains("\\z")
}

fn content(check: &ContentTest, suite: &Suite, from: &Environment, warn: &mut dyn FnMut(String)) {
    path(&check.path, suite, from, warn);
    if check.expected.is_empty() && check.excluded.is_empty() {
        warn(
            say!("this test has no `expectedContents` and no `excludedContents`: it checks that the file can be read")
                .to_owned(),
        );
    }
    patterns("expectedContents", &check.expected, &check.excluded, warn);
}

fn existence(check: &ExistenceTest, suite: &Suite, from: &Environment, warn: &mut dyn FnMut(String)) {
    path(&check.path, suite, from, warn);
    let asks_more = !check.permissions.is_empty()
        || check.uid.is_some()
        || check.gid.is_some()
        || !check.is_executable_by.is_empty();
    if !check.should_exist && asks_more {
        warn(say!("the path must not exist, so that its permissions and its owner are never checked").to_owned());
    }
}

fn path(path: &str, suite: &Suite, from: &Environment, warn: &mut dyn FnMut(String)) {
    if suite.schema == Schema::One {
        return;
    }
    for reference in references(path) {
        if !from.contains_key(reference.name) {
            let written = reference.written;
            warn(say!("`{written}` in `path` becomes nothing: the image does not set it"; written));
        }
    }
}

fn metadata(check: &MetadataTest, warn: &mut dyn FnMut(String)) {
    for variable in &check.env {
        if check.unbound_env.contains(&variable.name) {
            let name = &variable.name;
            warn(say!("`{name}` has to be set and not to be set: the test cannot pass"; name));
        }
    }
    for (ports, other) in [
        (&check.exposed_ports, &check.unexposed_ports),
        (&check.volumes, &check.unmounted_volumes),
    ] {
        for both in ports.iter().filter(|item| other.contains(item)) {
            warn(say!("`{both}` has to be there and not to be there: the test cannot pass"; both));
        }
    }
    let expressions = check
        .env
        .iter()
        .chain(&check.labels)
        .filter(|variable| variable.is_regex);
    for variable in expressions {
        patterns("value", std::slice::from_ref(&variable.value), &[], warn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::{Dialect, Mode, read};

    fn warned(text: &str) -> Vec<String> {
        let text = format!("schemaVersion: 2.0.0\n{text}");
        let suite = read(&text, Dialect::Yaml, Mode::Helpful).unwrap();
        let config = Config {
            env: vec![("SET".to_owned(), "x".to_owned())],
            ..Config::default()
        };
        warnings(&suite, &config)
            .into_iter()
            .map(|warning| format!("{} {}", warning.line, warning.message))
            .collect()
    }

    #[test]
    fn traps_are_told() {
        for (text, told) in [
            (
                "commandTests:\n- {name: a, command: sh, args: [-c, 'echo $1']}",
                "3 `$1` becomes nothing",
            ),
            (
                "commandTests:\n- {name: a, command: sh, args: ['$OWN'], envVars: [{key: OWN, value: x}]}",
                "printenv OWN",
            ),
            (
                "commandTests: [{name: a, command: x, expectedOutput: ['.*']}]",
                "matches every text",
            ),
            (
                "commandTests: [{name: a, command: x, expectedOutput: [a], excludedOutput: [a]}]",
                "both expected and excluded",
            ),
            (
                "commandTests: [{name: a, command: x, excludedError: ['(']}]",
                "not a regular expression",
            ),
            ("fileContentTests: [{name: a, path: /x}]", "no `expectedContents`"),
            (
                "fileExistenceTests: [{name: a, path: /x, shouldExist: false, uid: 0}]",
                "never checked",
            ),
            ("fileExistenceTests: [{name: a, path: /x/$NO}]", "`$NO` in `path`"),
            (
                "metadataTest: {exposedPorts: ['80'], unexposedPorts: ['80']}",
                "`80` has to be there",
            ),
            ("metadataTest: {}", "checks nothing"),
            (
                "containerRunOptions: {user: a}\ncommandTests: [{name: a, command: x, envVars: [{key: A, value: b}]}]",
                "drops `envVars`",
            ),
        ] {
            let warned = warned(text);
            assert!(warned.len() == 1 && warned[0].contains(told), "{text}: {warned:?}");
        }
    }

    #[test]
    fn what_is_meant_is_not_told() {
        for text in [
            "commandTests: [{name: a, command: sh, args: [-c, 'echo $SET a$'], expectedOutput: ['^$']}]",
            "fileExistenceTests: [{name: a, path: /x/$SET, uid: 0}]",
            "metadataTest: {workdir: /x}",
        ] {
            assert_eq!(warned(text), Vec::<String>::new(), "{text}");
        }
    }
}
