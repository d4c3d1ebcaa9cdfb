//! Answers compared with what tests expect.

use sha2::{Digest as _, Sha256};

use super::{
    expand::Environment,
    file_mode::{octal, written},
    metadata,
    outcome::{Outcome, Problem},
    pattern::Pattern,
    questions::{DOCUMENTS, GROUPS, USERS, filled_from, path_of},
    seen::{CommandSeen, DaemonSeen, FileKind, FileSeen, FilesSeen, Seen},
    suite::{Check, CommandTest, ContentTest, DaemonTest, ExistenceTest, LicenceTest, Mode, Schema, Suite, Test},
};
use crate::image::Config;

/// What a licence's text must not name.
const UNWANTED: &[&str] = &["AGPL", "WTFPL"];
/// The package whose licence names one of these and is none.
const EXEMPT: &str = "libgnutls30";
/// Characters of a text that are told.
const TOLD: usize = 300;

/// Judges the tests of a file.
pub fn judge(suite: &Suite, config: &Config, seen: &Seen, mode: Mode) -> Vec<Outcome> {
    let from = filled_from(suite, config);
    let mut outcomes = Vec::new();
    for (number, test) in suite.tests.iter().enumerate() {
        if !test.invalid.is_empty() {
            // Schema 1.0.0 only logs such a test, and leaves it out.
            if suite.schema == Schema::Two || mode == Mode::Helpful {
                outcomes.push(invalid(number, test));
            }
            continue;
        }
        let mut outcome = Outcome {
            test: number,
            name: test.full_name(),
            line: test.line,
            ..Outcome::default()
        };
        match &test.check {
            Check::Command(check) => command(&mut outcome, test, check, seen.commands.get(&number), mode),
            Check::Daemon(check) => {
                outcome.problems = daemon(check, seen.daemons.get(&number));
                if let Some(seen) = seen.daemons.get(&number) {
                    outcome.stdout.clone_from(&seen.log);
                }
            }
            Check::Content(check) => {
                outcome.problems = content(check, &path_of(&check.path, suite, &from), &seen.files);
            }
            Check::Existence(check) => outcome.problems = existence(check, suite, &from, &seen.files, mode),
            Check::Licence(check) => outcome.problems = licence(check, &seen.files),
            Check::Metadata(check) => outcome.problems = metadata::problems(check, config, &seen.bases, mode),
        }
        outcomes.push(outcome);
    }
    outcomes
}

fn invalid(number: usize, test: &Test) -> Outcome {
    let problem = |why: &String| Problem::new(say!("a test that can be run"), why);
    Outcome {
        test: number,
        name: test.name.clone(),
        line: test.line,
        problems: test.invalid.iter().map(problem).collect(),
        ..Outcome::default()
    }
}

fn command(outcome: &mut Outcome, test: &Test, check: &CommandTest, seen: Option<&CommandSeen>, mode: Mode) {
    let words = check.words.join(" ");
    let Some(seen) = seen else {
        let expected = say!("`{}` to run", short(&words));
        outcome.problems = vec![Problem::new(expected, say!("it was not run"))];
        return;
    };
    outcome.seconds = seen.seconds;
    if let Some(why) = &seen.setup_not_run {
        // It is told by its bare name, as what cannot be run at all.
        outcome.name.clone_from(&test.name);
        outcome.problems = vec![Problem::new(say!("`setup` to run"), short(why))];
        return;
    }
    outcome.stdout.clone_from(&seen.stdout);
    outcome.stderr.clone_from(&seen.stderr);
    if let Some((step, code, printed)) = seen.setup_failed.as_ref().filter(|_| mode == Mode::Helpful) {
        outcome.problems.push(Problem::new(
            say!("`setup` to succeed"),
            say!("`{}` ended with exit code {code}: {}", short(step), short(printed); code),
        ));
    }
    if let Some(why) = &seen.not_run {
        outcome
            .problems
            .push(Problem::new(say!("`{}` to run", short(&words)), short(why)));
        return;
    }
    if let Some(within) = seen.timed_out {
        let seconds = within.as_secs_f64();
        outcome.problems.push(Problem::new(
            say!("an end within {seconds} s"; seconds),
            say!("it was still running, and was stopped"),
        ));
        return;
    }
    let (output, error) = (say!("the output"), say!("the error output"));
    let problems = &mut outcome.problems;
    problems.extend(
        check
            .expected_error
            .iter()
            .filter_map(|p| expected(p, error, &seen.stderr)),
    );
    problems.extend(
        check
            .excluded_error
            .iter()
            .filter_map(|p| excluded(p, error, &seen.stderr)),
    );
    problems.extend(
        check
            .expected_output
            .iter()
            .filter_map(|p| expected(p, output, &seen.stdout)),
    );
    problems.extend(
        check
            .excluded_output
            .iter()
            .filter_map(|p| excluded(p, output, &seen.stdout)),
    );
    if check.exit_code != seen.exit_code {
        let (wanted, code) = (check.exit_code, seen.exit_code);
        let mut found = say!("exit code {code}"; code);
        if !seen.stderr.trim().is_empty() {
            found = say!("{found}, and the error output `{}`", short(&seen.stderr); found);
        }
        problems.push(Problem::new(say!("exit code {wanted}"; wanted), found));
    }
    if seen.is_cut && !problems.is_empty() {
        problems.push(Problem::new(
            say!("at most 4 MB of output"),
            say!("more; what came later was not looked at"),
        ));
    }
}

/// Why an expression is not found in a text, where it is not.
fn expected(pattern: &str, place: &str, text: &str) -> Option<Problem> {
    let told = say!("{place} matches `{pattern}`"; place, pattern);
    let found = match Pattern::new(pattern) {
        Ok(read) if read.is_in(text) => return None,
        Ok(_) => {
            let by_lines = Pattern::new(&format!("(?m){pattern}"));
            let mut found = if text.is_empty() {
                say!("{place} is empty"; place)
            } else {
                format!("`{}`", short(text))
            };
            if by_lines.is_ok_and(|by_lines| by_lines.is_in(text)) {
                found.push_str("; ");
                found.push_str(say!(
                    "`^` and `$` mean the whole text: `(?m)` in front makes them mean a line"
                ));
            }
            found
        }
        Err(why) => say!("the expression is invalid: {why}"; why),
    };
    Some(Problem::new(told, found))
}

/// Why an expression that must not be found is found. One that is invalid fails both ways, as in container-structure-test.
fn excluded(pattern: &str, place: &str, text: &str) -> Option<Problem> {
    let told = say!("{place} does not match `{pattern}`"; place, pattern);
    match Pattern::new(pattern) {
        Ok(read) if !read.is_in(text) => None,
        Ok(_) => Some(Problem::new(told, format!("`{}`", short(text)))),
        Err(why) => Some(Problem::new(told, say!("the expression is invalid: {why}"; why))),
    }
}

fn content(check: &ContentTest, path: &str, seen: &FilesSeen) -> Vec<Problem> {
    let bytes = match seen.read.get(path) {
        Some(Ok(bytes)) => bytes,
        other => return vec![Problem::new(say!("`{path}` can be read"; path), why(other))],
    };
    let text = String::from_utf8_lossy(bytes);
    let place = format!("`{path}`");
    let expected = check.expected.iter().filter_map(|p| expected(p, &place, &text));
    expected
        .chain(check.excluded.iter().filter_map(|p| excluded(p, &place, &text)))
        .collect()
}

fn daemon(check: &DaemonTest, seen: Option<&DaemonSeen>) -> Vec<Problem> {
    let (port, path) = (check.port, &check.path);
    let told = say!("an answer to `{path}` on port {port}"; path, port);
    let Some(seen) = seen else {
        return vec![Problem::new(told, say!("it was not run"))];
    };
    let Some((status, body)) = &seen.answer else {
        let mut found = match (&seen.start_error, seen.exit_code) {
            (Some(why), _) => say!("the container did not start: {}", short(why)),
            (None, Some(code)) => say!("the container ended with exit code {code}"; code),
            (None, None) => say!("none in time").to_owned(),
        };
        if !seen.log.trim().is_empty() {
            found = say!("{found}, and the last lines `{}`", short(last(&seen.log)); found);
        }
        return vec![Problem::new(told, found)];
    };
    let mut problems = Vec::new();
    let is_right = match check.status {
        Some(wanted) => i64::from(*status) == wanted,
        None => *status < 500,
    };
    if !is_right {
        let wanted = check
            .status
            .map_or_else(|| say!("below 500").to_owned(), |wanted| wanted.to_string());
        problems.push(Problem::new(
            say!("status {wanted}"; wanted),
            say!("status {status}"; status),
        ));
    }
    let (place, log) = (say!("the answer"), say!("the container's log"));
    problems.extend(check.expected_body.iter().filter_map(|p| expected(p, place, body)));
    problems.extend(check.excluded_body.iter().filter_map(|p| excluded(p, place, body)));
    problems.extend(check.expected_log.iter().filter_map(|p| expected(p, log, &seen.log)));
    problems.extend(check.excluded_log.iter().filter_map(|p| excluded(p, log, &seen.log)));
    problems
}

/// The last lines of a text.
fn last(text: &str) -> &str {
    let start = text.trim_end().rmatch_indices('\n').nth(4).map_or(0, |(at, _)| at + 1);
    &text[start..]
}

fn why<T>(answer: Option<&Result<T, String>>) -> String {
    match answer {
        Some(Err(why)) => short(why),
        _ => say!("it was not looked at").to_owned(),
    }
}

fn existence(check: &ExistenceTest, suite: &Suite, from: &Environment, seen: &FilesSeen, mode: Mode) -> Vec<Problem> {
    let path = &path_of(&check.path, suite, from);
    let answer = seen.looked.get(path);
    let mut problems = Vec::new();
    let file = match answer {
        Some(Ok(file)) => file,
        // Nothing more can be said of a path that is not there.
        Some(Err(_)) if !check.should_exist || check.is_optional => return problems,
        other => return vec![Problem::new(say!("`{path}` exists"; path), why(other))],
    };
    if !check.should_exist {
        problems.push(Problem::new(
            say!("`{path}` does not exist"; path),
            say!("it exists: {}", described(file)),
        ));
    }
    let mode_found = written(file);
    if !check.permissions.is_empty() && check.permissions != mode_found {
        let numbers = octal(file);
        problems.push(Problem::new(
            say!("permissions `{}` of `{path}`", check.permissions; path),
            format!("`{mode_found}` ({numbers})"),
        ));
    }
    if !check.is_executable_by.is_empty() {
        let bits = match check.is_executable_by.as_str() {
            "any" => Some(0o111),
            "owner" => Some(0o100),
            "group" => Some(0o010),
            "other" => Some(0o001),
            _ => None,
        };
        let who = &check.is_executable_by;
        match bits {
            None => problems.push(Problem::new(
                say!("`isExecutableBy` is owner, group, other or any"),
                format!("`{who}`"),
            )),
            Some(bits) if file.mode & bits == 0 => problems.push(Problem::new(
                say!("`{path}` executable by {who}"; path, who),
                format!("`{mode_found}`"),
            )),
            Some(_) => {}
        }
    }
    for (what, wanted, found) in [
        ("uid", check.uid, file.owner.map(|(uid, _)| uid)),
        ("gid", check.gid, file.owner.map(|(_, gid)| gid)),
    ] {
        let Some(wanted) = wanted else { continue };
        let is_same = found.is_some_and(|found| i64::try_from(found) == Ok(wanted));
        if !is_same {
            let found = match found {
                Some(found) => format!("{what} {found}"),
                None if mode == Mode::Strict => {
                    say!("unknown: container-structure-test does not know it of an archive").to_owned()
                }
                None => say!("unknown").to_owned(),
            };
            problems.push(Problem::new(
                say!("{what} {wanted} of `{path}`"; what, wanted, path),
                found,
            ));
        }
    }
    problems.extend(ours(check, path, file, seen));
    problems
}

/// What our own keys ask of a file, and is not so.
fn ours(check: &ExistenceTest, path: &str, file: &FileSeen, seen: &FilesSeen) -> Vec<Problem> {
    let mut problems = Vec::new();
    let names = |place: &str| match seen.read.get(place) {
        Some(Ok(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    for (what, wanted, id, place) in [
        (say!("owner"), &check.owner, file.owner.map(|(uid, _)| uid), USERS),
        (say!("group"), &check.group, file.owner.map(|(_, gid)| gid), GROUPS),
    ] {
        if wanted.is_empty() {
            continue;
        }
        let text = names(place);
        // `name:x:NUMBER:…` in both.
        let found = text.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)?.parse().ok() == id).then_some(name)
        });
        if found != Some(wanted.as_str()) {
            let found = match (found, id) {
                (Some(found), _) => format!("`{found}`"),
                (None, Some(id)) => say!("{id}, which has no name in `{place}`"; id, place),
                (None, None) => say!("unknown").to_owned(),
            };
            problems.push(Problem::new(
                say!("{what} `{wanted}` of `{path}`"; what, wanted, path),
                found,
            ));
        }
    }
    if !check.link_target.is_empty() && file.link.as_ref() != Some(&check.link_target) {
        let found = match &file.link {
            Some(target) => format!("`{target}`"),
            None => described(file),
        };
        let target = &check.link_target;
        problems.push(Problem::new(
            say!("`{path}` is a link to `{target}`"; path, target),
            found,
        ));
    }
    let size = file.size;
    if let Some(least) = check.min_size.filter(|least| size < *least) {
        problems.push(Problem::new(
            say!("at least {least} bytes in `{path}`"; least, path),
            say!("{size} bytes"; size),
        ));
    }
    if let Some(most) = check.max_size.filter(|most| size > *most) {
        problems.push(Problem::new(
            say!("at most {most} bytes in `{path}`"; most, path),
            say!("{size} bytes"; size),
        ));
    }
    if !check.sha256.is_empty() {
        let told = say!("SHA-256 `{}` of `{path}`", check.sha256; path);
        match seen.read.get(path) {
            Some(Ok(bytes)) => {
                let found = hex::encode(Sha256::digest(bytes));
                if found != check.sha256 {
                    problems.push(Problem::new(told, format!("`{found}`")));
                }
            }
            other => problems.push(Problem::new(told, why(other))),
        }
    }
    problems
}

/// What a path is, in a few words.
fn described(file: &FileSeen) -> String {
    let kind = match file.kind {
        FileKind::File => say!("a file"),
        FileKind::Directory => say!("a directory"),
        FileKind::Symlink => say!("a symbolic link"),
        FileKind::BlockDevice | FileKind::CharacterDevice | FileKind::Pipe | FileKind::Other => {
            say!("a device or a pipe")
        }
    };
    format!("{kind}, `{}`", written(file))
}

fn licence(check: &LicenceTest, seen: &FilesSeen) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut read = |path: &str| match seen.read.get(path) {
        Some(Ok(bytes)) => {
            let text = String::from_utf8_lossy(bytes).to_uppercase();
            if let Some(name) = UNWANTED.iter().find(|name| text.contains(*name)) {
                problems.push(Problem::new(
                    say!("no licence like AGPL or WTFPL in `{path}`"; path),
                    say!("it names {name}"; name),
                ));
            }
        }
        other => problems.push(Problem::new(say!("`{path}` can be read"; path), why(other))),
    };
    if check.is_debian
        && let Some(Ok(packages)) = seen.listed.get(DOCUMENTS)
    {
        for package in packages.iter().filter(|package| *package != EXEMPT) {
            read(&format!("{DOCUMENTS}/{package}/copyright"));
        }
    }
    check.files.iter().for_each(|path| read(path));
    if check.is_debian && !matches!(seen.listed.get(DOCUMENTS), Some(Ok(_))) {
        problems.push(Problem::new(
            say!("`{DOCUMENTS}` can be read"; DOCUMENTS),
            why(seen.listed.get(DOCUMENTS)),
        ));
    }
    problems
}

/// The beginning of a text on one line.
fn short(text: &str) -> String {
    let text = text.trim_end();
    let mut short: String = text.chars().take(TOLD).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace('\n', "⏎")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::{Dialect, read};

    fn judged(text: &str, config: &Config, seen: &Seen, mode: Mode) -> Vec<Outcome> {
        let suite = read(&format!("schemaVersion: 2.0.0\n{text}"), Dialect::Yaml, mode).unwrap();
        judge(&suite, config, seen, mode)
    }

    fn command_seen(stdout: &str, exit_code: i64) -> Seen {
        let seen = CommandSeen {
            stdout: stdout.to_owned(),
            exit_code,
            ..CommandSeen::default()
        };
        Seen {
            commands: [(0, seen)].into(),
            ..Seen::default()
        }
    }

    #[test]
    fn a_line_that_only_its_own_end_matches_is_told_with_the_way_out() {
        let text = "commandTests: [{name: a, command: x, expectedOutput: ['^two$']}]";
        let outcomes = judged(text, &Config::default(), &command_seen("one\ntwo\n", 0), Mode::Strict);
        assert!(outcomes[0].problems[0].found.contains("(?m)"), "{outcomes:?}");
    }

    #[test]
    fn a_setup_that_fails_counts_outside_strict_mode() {
        let text = "commandTests: [{name: a, command: x, setup: [['false']]}]";
        let mut seen = command_seen("", 0);
        if let Some(command) = seen.commands.get_mut(&0) {
            command.setup_failed = Some(("false".to_owned(), 1, String::new()));
        }
        let passed = |mode| judged(text, &Config::default(), &seen, mode)[0].passed();
        assert_eq!((passed(Mode::Strict), passed(Mode::Helpful)), (true, false));
    }

    #[test]
    fn an_invalid_expression_fails_both_ways() {
        let text = "commandTests: [{name: a, command: x, expectedOutput: ['('], excludedOutput: ['(']}]";
        let outcomes = judged(text, &Config::default(), &command_seen("x", 0), Mode::Strict);
        assert_eq!(outcomes[0].problems.len(), 2, "{outcomes:?}");
    }

    #[test]
    fn a_working_directory_that_is_not_set_is_the_root_outside_strict_mode() {
        let config = Config {
            working_dir: "/".to_owned(),
            ..Config::default()
        };
        let passed = |mode| judged("metadataTest: {workdir: /}", &config, &Seen::default(), mode)[0].passed();
        assert_eq!((passed(Mode::Strict), passed(Mode::Helpful)), (false, true));
    }
}
