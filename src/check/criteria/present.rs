//! `check.present`: these paths exist in the finished image.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Paths,
    brought::file_is_left_out,
    judge::{Judge, asks_for_something},
    spelling::{Manager, base_name, distribution, installs, listed},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{Command, Copied, Glob},
};

/// Path patterns, each of which must match something.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Present(Vec<Paths>);

impl Judge for Present {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return self.judge_plan(case).map_or(outcome, Outcome::Fail),
        };
        let mut missing = Vec::new();
        for pattern in &self.0 {
            let Some(found) = image.paths.get(pattern.as_str()) else {
                return Outcome::cannot_check(say!(
                    "this evidence is older than the criterion and does not include these paths"
                ));
            };
            if found.final_count == 0 {
                missing.push(pattern);
            }
        }
        let Some(first) = missing.first() else {
            return Outcome::Pass;
        };
        let shown = |patterns: &[&Paths]| {
            patterns
                .iter()
                .map(|pattern| pattern.shown(&image.config.working_dir))
                .collect::<Vec<_>>()
        };
        let all: Vec<&Paths> = self.0.iter().collect();
        let failure = Failure::new(
            say!("{} in the image", listed(&shown(&all), "and")),
            if missing.len() == 1 {
                say!("{} is not in the image", listed(&shown(&missing), "and"))
            } else {
                say!("{} are not in the image", listed(&shown(&missing), "and"))
            },
        );
        Outcome::Fail(match first.as_str().strip_prefix("{workdir}/") {
            Some(file) => not_copied(case, failure, file, &image.config.working_dir),
            None => not_installed(case, failure, first.as_str()),
        })
    }

    fn probes(&self) -> Vec<Probe> {
        self.0
            .iter()
            .map(|pattern| Probe::Paths(pattern.as_str().to_owned()))
            .collect()
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("present", &self.0)
    }
}

impl Present {
    /// Without an image it is certain that no file of the build context is there when nothing takes one.
    fn judge_plan(&self, case: &Case<'_>) -> Option<Failure> {
        let planned = case.planned.filter(|_| case.evidence.build.known().is_none())?;
        let file = self
            .0
            .iter()
            .find_map(|pattern| pattern.as_str().strip_prefix("{workdir}/"))?;
        let all: Vec<String> = self.0.iter().map(|pattern| pattern.shown(&planned.workdir)).collect();
        file_is_left_out(case, planned, file).then(|| {
            let found = if planned.copies.is_empty() {
                say!("the Dockerfile has no COPY").to_owned()
            } else {
                say!("no COPY copies `{file}`"; file)
            };
            let failure = Failure::new(say!("{} in the image", listed(&all, "and")), found);
            not_copied(case, failure, file, &planned.workdir)
        })
    }
}

/// Which COPY does not put a file of the build context into the working directory.
fn not_copied(case: &Case<'_>, failure: Failure, file: &str, workdir: &str) -> Failure {
    let copies = case
        .planned
        .map(|planned| planned.copies.as_slice())
        .unwrap_or_default();
    let own: Vec<&Copied> = copies.iter().filter(|copy| copy.from.is_none()).collect();
    let Some(last) = own.last() else {
        return failure.cause("no-copy", say!("Add `COPY . .` below WORKDIR."));
    };
    let Some((copy, source)) = own
        .iter()
        .rev()
        .find_map(|copy| Some((*copy, copy.sources.iter().find(|source| takes(source, file))?)))
    else {
        let line = last.line;
        return failure.why(say!("COPY copies only the files it names.")).cause(
            "not-named",
            say!("Line {line} does not copy `{file}`. Copy it too, or copy everything with `COPY . .`."; file, line),
        );
    };
    let line = copy.line;
    let failure = failure.at(case.line(line));
    let (source, destination) = (source.trim_end_matches('/'), copy.destination.trim_end_matches('/'));
    let bare = source.trim_start_matches("./");
    let is_folder = file.starts_with(&format!("{bare}/"));
    if destination == workdir.trim_end_matches('/') && is_folder {
        return failure
            .why(say!("COPY of a folder copies its contents, not the folder itself."))
            .cause(
                "flattened",
                say!("Add the folder to the destination on line {line}: `COPY {bare} ./{bare}`."; line, bare),
            );
    }
    let shown = if destination.is_empty() { "/" } else { destination };
    failure
        .why(say!("The destination of COPY is a path in the image. A relative path starts at WORKDIR."))
        .cause(
            "elsewhere",
            say!("Line {line} copies the project to `{shown}`. Change the destination to `.`, and keep `WORKDIR {workdir}` above it."; line, shown, workdir),
        )
}

/// Whether a source of COPY takes a file along.
fn takes(source: &str, file: &str) -> bool {
    let source = source.trim_start_matches("./").trim_matches('/');
    let is_in = |part: &str| part == source || Glob::new(source).is_ok_and(|glob| glob.matches(part));
    matches!(source, "" | "." | "*")
        || file
            .match_indices('/')
            .map(|(end, _)| &file[..end])
            .chain([file])
            .any(is_in)
}

/// Which RUN does not put a program where it is looked for.
fn not_installed(case: &Case<'_>, failure: Failure, pattern: &str) -> Failure {
    let name = base_name(pattern);
    let is_it = |command: &Command| {
        installs(command, Manager::Pip).is_some_and(|words| words.iter().any(|word| distribution(word) == name))
    };
    let Some(command) = case.commands().find(is_it) else {
        return failure.plain("never-installed");
    };
    let line = command.line;
    if let Some(mount) = cache_mount_over(case, &[".local", "/usr/local"]) {
        return mounted(case, failure, mount);
    }
    let failure = failure.at(case.line(line));
    let user = case.planned.and_then(|planned| Some(planned.user.as_ref()?.line));
    match user {
        Some(user) if line < user && pattern.starts_with("home/") => failure.cause(
            "as-root",
            say!("Move the install of `{name}` from line {line} below USER on line {user}."; name, line, user),
        ),
        None if pattern.starts_with("home/") => failure.cause(
            "no-user",
            say!("Add USER above line {line}, so that `{name}` is installed as that user."; line, name),
        ),
        _ => failure
            .why(say!(
                "A file that a later command removes or replaces is not in the finished image."
            ))
            .cause(
                "gone",
                say!("Line {line} installs `{name}`: find the command that removes or moves it."; line, name),
            ),
    }
}

/// The line of a cache mount that covers one of these folders, so that what lands there is not in the image.
pub(super) fn cache_mount_over(case: &Case<'_>, folders: &[&str]) -> Option<u32> {
    let runs = case.planned.map(|planned| planned.runs.as_slice()).unwrap_or_default();
    runs.iter().flat_map(|run| &run.flags).find_map(|flag| {
        let value = flag.value.as_deref().filter(|_| flag.name == "mount")?;
        let mut parts = value.split(',');
        let is_cache = parts.clone().any(|part| matches!(part, "type=cache" | "type=tmpfs"));
        let target = parts.find_map(|part| {
            part.strip_prefix("target=")
                .or_else(|| part.strip_prefix("dst="))
                .or_else(|| part.strip_prefix("destination="))
        })?;
        let target = target.trim_end_matches('/');
        (is_cache && folders.iter().any(|folder| target.ends_with(folder))).then_some(flag.line)
    })
}

/// What is installed into a cache mount is not in the image.
pub(super) fn mounted(case: &Case<'_>, failure: Failure, line: u32) -> Failure {
    failure
        .at(case.line(line))
        .why(say!(
            "Files written to a cache mount stay in the builder's cache and are not part of the image."
        ))
        .cause(
            "cache-mount",
            say!("Use a cache mount only for downloads: the one on line {line} covers the folder the packages are installed in."; line),
        )
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, found, refused};

    const MAIN: &str = r#"present = ["{workdir}/app/main.py", "**/bin/poetry"]"#;

    fn with(main: &[&str], poetry: &[&str]) -> Sample {
        Sample::of("FROM x\nCOPY a /\nCOPY b /\nRUN c\n").image(|image| {
            "/server".clone_into(&mut image.config.working_dir);
            image.paths.insert("{workdir}/app/main.py".to_owned(), found(main, 10));
            image.paths.insert("**/bin/poetry".to_owned(), found(poetry, 20));
        })
    }

    #[test]
    fn each_pattern_must_match_something() {
        with(&["server/app/main.py"], &["usr/bin/poetry", "root/bin/poetry"])
            .passes(MAIN)
            .is_settled(MAIN);
    }

    #[test]
    fn what_is_missing_is_named() {
        with(&[], &["usr/bin/poetry"]).fails(MAIN, "`/server/app/main.py` is not in the image");
        with(&[], &[]).fails(MAIN, "`/server/app/main.py` and `**/bin/poetry` are not in the image");
    }

    #[test]
    fn the_copy_that_is_at_fault_is_named() {
        let project = r#"present = ["{workdir}/app/main.py"]"#;
        let of = |lines: &str| {
            Sample::of(&format!("FROM x\nWORKDIR /server\n{lines}\n")).image(|image| {
                image.config.working_dir = "/server".to_owned();
                image.paths.insert("{workdir}/app/main.py".to_owned(), found(&[], 0));
            })
        };
        for (lines, cause, line) in [
            ("COPY . /elsewhere/", "elsewhere", 3),
            ("COPY . project/", "elsewhere", 3),
            ("COPY app .", "flattened", 3),
            ("COPY app ./\nCOPY pyproject.toml poetry.lock ./", "flattened", 3),
        ] {
            of(lines)
                .fails_by(project, cause)
                .fails_at(project, "is not in the image", line);
        }
        of("COPY pyproject.toml ./").fails_by(project, "not-named");
        of("RUN true").fails_by(project, "no-copy");
        // Without an engine nothing is certain but this.
        let text = "FROM x\nWORKDIR /server\nRUN apt-get update && pip install x\n";
        Sample::of(text).fails_by(project, "no-copy");
        // Files of another name do not bring it, and neither does a cache.
        let other = |text: &str| Sample::of(text).sent(&["app/main.py", "requirements.txt", "begin"]);
        for more in [
            "COPY requirements.txt /tmp/\n",
            "COPY ./begin /usr/bin/begin\nRUN python3 -m venv /opt/venv && printf x > /x\n",
            "RUN --mount=type=cache,target=/root/.cache/pip pip install x\n",
            "RUN <<EOF\napt-get update\nEOF\n",
        ] {
            other(&format!("{text}{more}")).fails(project, "COPY");
        }
        for more in [
            "COPY begin app/main.py\n",
            "COPY app ./app\n",
            "ADD begin .\n",
            "COPY unknown .\n",
            "COPY begin .\nRUN cp -r x .\n",
            "COPY --from=x /app /app\n",
            "RUN <<EOF\n#!/usr/bin/python3\nEOF\n",
        ] {
            other(&format!("{text}{more}")).cannot_check(project);
        }
        for more in [
            "COPY . /x\n",
            "RUN git clone x\n",
            "RUN --mount=target=/x cp -r /x .\n",
            "RUN echo > app/main.py\n",
        ] {
            Sample::of(&format!("{text}{more}")).cannot_check(project);
        }
    }

    #[test]
    fn the_install_that_is_at_fault_is_named() {
        let poetry = r#"present = ["home/runner/**/bin/poetry"]"#;
        let of = |lines: &str| {
            Sample::of(&format!("FROM x\n{lines}\n")).image(|image| {
                drop(
                    image
                        .paths
                        .insert("home/runner/**/bin/poetry".to_owned(), found(&[], 0)),
                );
            })
        };
        of("RUN pip install poetry\nUSER 10000")
            .fails_by(poetry, "as-root")
            .fails_at(poetry, "is not in the image", 2);
        of("RUN pip install poetry").fails_by(poetry, "no-user");
        of("USER 1\nRUN --mount=type=cache,target=/home/runner/.local pip install poetry")
            .fails_by(poetry, "cache-mount");
        of("USER 1\nRUN pip install poetry").fails_by(poetry, "gone");
        of("USER 1").fails_by(poetry, "never-installed");
    }

    #[test]
    fn without_an_image_it_cannot_be_checked() {
        Sample::of("FROM x\nCOPY . .\n").cannot_check(MAIN);
        Sample::of("FROM x\n").failed("exit code: 1").skips(MAIN);
        Sample::of("FROM x\n").image(|_| {}).cannot_check(MAIN);
    }

    #[test]
    fn its_setting_is_a_list_of_patterns() {
        refused(r#"present = "app""#, "invalid type");
        refused(r#"present = ["["]"#, "`[` is not a valid path pattern");
    }
}
