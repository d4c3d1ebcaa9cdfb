//! A file of tests written from what an image is now.

use std::fmt::Write as _;

use super::{
    file_mode,
    seen::{CommandSeen, FileSeen},
};
use crate::image::Config;

/// Lines of a command's output that become expectations.
const LINES: usize = 5;

/// What was looked at for the tests.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Paths, and what they are; none where they do not exist.
    pub files: Vec<(String, Option<FileSeen>)>,
    /// Commands and what came of them.
    pub commands: Vec<(Vec<String>, CommandSeen)>,
}

/// Writes tests that pass on an image as it is.
pub fn write(config: &Config, shown: &Shown) -> String {
    let mut text = "schemaVersion: 2.0.0\n".to_owned();
    if !shown.commands.is_empty() {
        text.push_str("commandTests:\n");
    }
    for (words, seen) in &shown.commands {
        let (program, arguments) = words
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        line(&mut text, &format!("- name: {}", quoted(&words.join(" "))));
        line(&mut text, &format!("  command: {}", quoted(program)));
        if !arguments.is_empty() {
            line(&mut text, &format!("  args: {}", list(arguments)));
        }
        if seen.exit_code != 0 {
            line(&mut text, &format!("  exitCode: {}", seen.exit_code));
        }
        for (key, output) in [("expectedOutput", &seen.stdout), ("expectedError", &seen.stderr)] {
            let expected: Vec<String> = output
                .lines()
                .map(str::trim_end)
                .filter(|line| !line.is_empty())
                .take(LINES)
                .map(escaped)
                .collect();
            if !expected.is_empty() {
                line(&mut text, &format!("  {key}: {}", list(&expected)));
            }
        }
    }
    if !shown.files.is_empty() {
        text.push_str("fileExistenceTests:\n");
    }
    for (path, file) in &shown.files {
        line(&mut text, &format!("- name: {}", quoted(path)));
        line(&mut text, &format!("  path: {}", quoted(path)));
        match file {
            None => text.push_str("  shouldExist: false\n"),
            Some(file) => {
                line(
                    &mut text,
                    &format!("  permissions: {}", quoted(&file_mode::written(file))),
                );
                if let Some((uid, gid)) = file.owner {
                    line(&mut text, &format!("  uid: {uid}\n  gid: {gid}"));
                }
            }
        }
    }
    metadata(&mut text, config);
    text
}

fn metadata(text: &mut String, config: &Config) {
    text.push_str("metadataTest:\n");
    let pairs = |text: &mut String, key: &str, pairs: &mut dyn Iterator<Item = (&String, &String)>| {
        let mut is_first = true;
        for (name, value) in pairs {
            if std::mem::take(&mut is_first) {
                line(text, &format!("  {key}:"));
            }
            line(
                text,
                &format!("  - key: {}\n    value: {}", quoted(name), quoted(value)),
            );
        }
    };
    pairs(
        text,
        "envVars",
        &mut config.env.iter().map(|(name, value)| (name, value)),
    );
    pairs(text, "labels", &mut config.labels.iter());
    line(text, &format!("  entrypoint: {}", list(&config.entrypoint)));
    line(text, &format!("  cmd: {}", list(&config.cmd)));
    if !config.exposed_ports.is_empty() {
        let number = |port: &String| port.split('/').next().unwrap_or_default().to_owned();
        let ports: Vec<String> = config.exposed_ports.iter().map(number).collect();
        line(text, &format!("  exposedPorts: {}", list(&ports)));
    }
    if !config.volumes.is_empty() {
        line(text, &format!("  volumes: {}", list(&config.volumes)));
    }
    if !config.written_working_dir.is_empty() {
        line(text, &format!("  workdir: {}", quoted(&config.written_working_dir)));
    }
    if !config.user.is_empty() {
        line(text, &format!("  user: {}", quoted(&config.user)));
    }
}

fn line(text: &mut String, line: &str) {
    // A text grows without failing.
    writeln!(text, "{line}").ok();
}

/// A text in the quotes of JSON, which are YAML's too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn list(words: &[String]) -> String {
    format!(
        "[{}]",
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
    )
}

/// A text as an expression that matches it and nothing else, at the beginning of a line.
fn escaped(text: &str) -> String {
    format!("(?m)^{}", regex::escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::{Dialect, Mode, Seen, judge, read};

    #[test]
    fn what_is_written_passes_on_the_image_that_it_was_written_from() {
        let config = Config {
            env: vec![("A".to_owned(), "x \"y\" $z".to_owned())],
            cmd: vec!["run".to_owned()],
            exposed_ports: vec!["80/tcp".to_owned()],
            written_working_dir: "/app".to_owned(),
            ..Config::default()
        };
        let command = CommandSeen {
            stdout: "Python 3.8.14 (x)\n  indented\n".to_owned(),
            exit_code: 3,
            ..CommandSeen::default()
        };
        let file = FileSeen {
            mode: 0o644,
            owner: Some((7, 8)),
            ..FileSeen::default()
        };
        let shown = Shown {
            files: vec![("/a".to_owned(), Some(file.clone())), ("/b".to_owned(), None)],
            commands: vec![(vec!["python3".to_owned(), "--version".to_owned()], command.clone())],
        };
        let text = write(&config, &shown);
        let suite = read(&text, Dialect::Yaml, Mode::Strict).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:?}"));
        let mut seen = Seen::default();
        seen.commands.insert(0, command);
        seen.files.looked.insert("/a".to_owned(), Ok(file));
        seen.files.looked.insert("/b".to_owned(), Err("missing".to_owned()));
        let outcomes = judge(&suite, &config, &seen, Mode::Strict);
        assert_eq!(outcomes.len(), 4);
        for outcome in outcomes {
            assert!(outcome.passed(), "{text}\n{outcome:?}");
        }
    }
}
