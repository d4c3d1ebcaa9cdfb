//! `check.builds`: the Dockerfile builds.

use serde::Deserialize;

use super::{judge::Judge, other_source};
use crate::{
    check::{
        case::{Case, known},
        evidence::BuildFailure,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{Ignore, Instruction},
};

/// No settings: `check.builds = {}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Builds {}

impl Judge for Builds {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        if let Some(failure) = cannot_start(case) {
            return Outcome::Fail(failure);
        }
        let build = match known(&case.evidence.build) {
            Ok(build) => build,
            Err(outcome) => return outcome,
        };
        let Some(failed) = &build.failure else {
            return Outcome::Pass;
        };
        if let Some((failure, place)) = other_source::explained(case, failed) {
            return Outcome::Fail(failure.at(place).showing(&failed.log));
        }
        if let Some(cause) = unreachable(failed) {
            return Outcome::cannot_check(cause);
        }
        let line = failed.line.or_else(|| line_of_step(case, failed.step.as_deref()?));
        let failure = not_sent(case, failed).unwrap_or_else(|| explained(failed));
        Outcome::Fail(failure.at(line.and_then(|line| case.line(line))).showing(&failed.log))
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Build]
    }
}

/// What keeps a Dockerfile from being sent at all.
fn cannot_start(case: &Case<'_>) -> Option<Failure> {
    let parsed = case.dockerfile?;
    if parsed.instructions.is_empty() {
        let name = case
            .evidence
            .dockerfile
            .as_ref()
            .map_or("Dockerfile", |source| source.name.as_str());
        return Some(Failure::new(
            say!("instructions, the first of them FROM"),
            say!("no instruction in `{name}` yet, only blank lines and comments"; name),
        ));
    }
    None
}

/// The first line of the step that failed, by its words.
fn line_of_step(case: &Case<'_>, step: &str) -> Option<u32> {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let step = bare(step);
    if step.is_empty() {
        return None;
    }
    let written =
        |instruction: &&Instruction| bare(&format!("{}{}", instruction.name.to_uppercase(), instruction.text));
    let instructions = &case.dockerfile?.instructions;
    // The whole step; or a step that is told cut short; or the longest that begins it.
    let found = instructions
        .iter()
        .find(|instruction| written(instruction) == step)
        .or_else(|| {
            instructions
                .iter()
                .find(|instruction| written(instruction).starts_with(&step))
        })
        .or_else(|| {
            let begins = instructions
                .iter()
                .filter(|instruction| step.starts_with(&written(instruction)));
            begins.max_by_key(|instruction| written(instruction).len())
        })?;
    Some(found.start_line)
}

/// Causes that lie outside the Dockerfile: then nothing was judged.
fn unreachable(failed: &BuildFailure) -> Option<&'static str> {
    let outside: [(&[&str], &'static str); 5] = [
        (
            &[
                "Temporary failure resolving",
                "Temporary failure in name resolution",
                "Could not resolve host",
            ],
            say!("the build could not resolve names: the network or its DNS is down"),
        ),
        (
            // apt compares the date of an archive's index with the clock.
            &["is not valid yet"],
            say!(
                "the engine's clock is wrong: apt says that the archive is not valid yet; `dockerlab doctor` compares the clocks"
            ),
        ),
        (
            &["no space left on device"],
            say!("the engine's disk is full; `dockerlab doctor` tells how much is left"),
        ),
        (
            &[
                "toomanyrequests",
                "You have reached your pull rate limit",
                "You have reached your unauthenticated pull rate limit",
            ],
            say!("the registry's pull limit is reached; wait, or log in with `docker login`"),
        ),
        (
            &["dial tcp", "TLS handshake timeout", "i/o timeout"],
            say!("the registry of the base image could not be reached"),
        ),
    ];
    let all = || std::iter::once(&failed.message).chain(&failed.log);
    // What a program tells of a connection at its end stopped it; further up it may have been got over.
    let at_the_end = || failed.log.iter().rev().take(6);
    let lost = |line: &String| {
        [
            "Read timed out",
            "Connection timed out",
            "Network is unreachable",
            "Unable to connect to",
        ]
        .iter()
        .any(|sign| line.contains(sign))
    };
    outside
        .iter()
        .find(|(signs, _)| all().any(|line| signs.iter().any(|sign| line.contains(sign))))
        .map(|(_, cause)| *cause)
        .or_else(|| {
            at_the_end()
                .any(lost)
                .then_some(say!("the build lost its connection to where it fetches packages"))
        })
}

/// The failure of a COPY or ADD of a file that is not in the build context, and what keeps it out.
fn not_sent(case: &Case<'_>, failed: &BuildFailure) -> Option<Failure> {
    // BuildKit: failed to calculate checksum of …: "/README.md": not found. The classic builder: COPY failed: file not
    // found in build context or excluded by .dockerignore: stat README.md: file does not exist.
    let message = &failed.message;
    let path = if message.contains("failed to calculate checksum") || message.contains("failed to compute cache key") {
        message.rsplit_once("\": not found")?.0.rsplit_once('"')?.1
    } else if message.contains("not found in build context") {
        let (_, rest) = message.rsplit_once("stat ")?;
        rest.split_once(": ").map_or(rest, |(path, _)| path)
    } else {
        return None;
    };
    let path = path.trim_start_matches('/');
    let context = &case.evidence.context;
    let source = context.ignore.as_ref();
    let kept_out_by = source.and_then(|source| {
        let (ignore, _) = Ignore::parse(&source.text);
        ignore
            .deciding(path)
            .filter(|_| ignore.excludes(path))
            .map(|(line, _)| (source.name.as_str(), line))
    });
    let found = match kept_out_by {
        Some((name, line)) => {
            say!("`{path}` is not in the build context: line {line} of {name} keeps it out"; path, line, name)
        }
        None => say!("`{path}` is not in the build context: there is no such file beside the Dockerfile"; path),
    };
    Some(Failure::new(say!("a build that runs to its end"), found))
}

/// The failure, with its cause named where the world, and not the learner, has changed.
fn explained(failed: &BuildFailure) -> Failure {
    let expected = say!("a build that runs to its end");
    let says = |sign: &str| {
        std::iter::once(&failed.message)
            .chain(&failed.log)
            .any(|line| line.contains(sign))
    };
    if says("~deadsnakes") || (says("deadsnakes") && (says("Release file") || says("404"))) {
        return Failure::new(
            expected,
            say!(
                "the deadsnakes archive no longer serves Ubuntu 20.04 (it dropped it in autumn 2025); \
             leave `add-apt-repository` out: Ubuntu's own archive carries python3.8 3.8.10"
            ),
        );
    }
    let debian_11 = says("bullseye");
    if debian_11 && (says("404") || says("expired") || says("does not have a Release file")) {
        return Failure::new(
            expected,
            say!(
                "apt could not install here: this base image is Debian 11, whose support ended in August 2026, and its \
                 archive may have moved or refuse; leave out apt, because the image already has Python and pip"
            ),
        );
    }
    let step = failed
        .step
        .as_deref()
        .map(|step| format!("`{}` ", shortened(step)))
        .unwrap_or_default();
    let found = match failed.exit_code {
        Some(code) => say!("the step {step}ended with exit code {code}"; step, code),
        None if step.is_empty() => failed.message.clone(),
        None => say!("the step {step}failed: {}", failed.message; step),
    };
    Failure::new(expected, found)
}

fn shortened(step: &str) -> String {
    if step.chars().count() <= 60 {
        return step.to_owned();
    }
    let start: String = step.chars().take(57).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::BuildFailure,
        sample::{Sample, failure, refused, strings},
        verdict::Outcome,
    };

    const PLAIN: &str = "FROM ubuntu:20.04\n\n# tools\nRUN apt-get update \\\n  && apt-get install -y pyton3\n";

    fn failing(change: impl FnOnce(&mut BuildFailure)) -> Sample {
        let mut failed = failure("process did not complete successfully: exit code: 100");
        change(&mut failed);
        Sample::of(PLAIN).built(|build| build.failure = Some(failed))
    }

    #[test]
    fn a_build_that_ran_to_its_end_passes() {
        Sample::of(PLAIN)
            .built(|_| {})
            .passes("builds = {}")
            .is_settled("builds = {}");
    }

    #[test]
    fn without_an_engine_only_an_empty_dockerfile_is_judged() {
        Sample::of(PLAIN).cannot_check("builds = {}");
        Sample::of("# to do\n\n").fails("builds = {}", "no instruction in `Dockerfile` yet");
    }

    #[test]
    fn a_failed_step_is_told_with_its_exit_code_and_its_line() {
        let step = "RUN apt-get update   && apt-get install -y pyton3";
        failing(|failed| {
            failed.step = Some(step.to_owned());
            failed.exit_code = Some(100);
        })
        .fails_at("builds = {}", "ended with exit code 100", 4);
        failing(|failed| failed.line = Some(1)).fails_at("builds = {}", "did not complete successfully", 1);
    }

    #[test]
    fn the_last_lines_that_the_step_printed_are_shown() {
        let printed: Vec<String> = (1..=20).map(|line| line.to_string()).collect();
        let Outcome::Fail(failure) = failing(|failed| failed.log = printed).outcome("builds = {}") else {
            panic!("the build failed");
        };
        assert_eq!(failure.details.len(), 15);
        assert_eq!(failure.details.last().map(String::as_str), Some("20"));
    }

    #[test]
    fn what_lies_outside_the_dockerfile_is_not_held_against_it() {
        for message in [
            "Temporary failure resolving 'archive.ubuntu.com'",
            "write /var/lib/docker/tmp/x: no space left on device",
            "toomanyrequests: You have reached your pull rate limit",
            "dial tcp: lookup registry-1.docker.io: i/o timeout",
            "E: Release file for http://archive.example/dists/bullseye/InRelease is not valid yet (invalid for another 3h)",
        ] {
            Sample::of(PLAIN).failed(message).cannot_check("builds = {}");
            failing(|failed| failed.log = strings(&["Err:1", message])).cannot_check("builds = {}");
        }
    }

    #[test]
    fn archives_that_have_gone_are_named() {
        for (log, words) in [
            (
                "404  Not Found: http://ppa.launchpad.net/deadsnakes/ppa/ubuntu focal",
                "deadsnakes archive no longer",
            ),
            (
                "E: The repository 'http://archive.example bullseye Release' does not have a Release file.",
                "Debian 11",
            ),
        ] {
            failing(|failed| failed.log = strings(&[log])).fails("builds = {}", words);
        }
    }

    #[test]
    fn it_has_no_settings() {
        refused("builds = { tag = \"a\" }", "unknown field `tag`");
        refused("builds = true", "invalid type");
    }
}
