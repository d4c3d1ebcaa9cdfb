//! `check.builds`: the Dockerfile builds.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{judge::Judge, other_source};
use crate::{
    check::{
        case::{Case, known},
        evidence::BuildFailure,
        failed_build::{self, Cause, Failed, Fault, MOST_LINES},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{Dockerfile, Ignore},
};

/// No settings: `check.builds = {}`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
        let Some(failed_by) = &build.failure else {
            return Outcome::Pass;
        };
        let Some(parsed) = case.dockerfile else {
            return Outcome::skipped(say!("there is no Dockerfile"));
        };
        failed(case, parsed, failed_by)
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
            say!("instructions, starting with FROM"),
            say!("`{name}` has no instructions yet, only blank lines and comments"; name),
        ));
    }
    None
}

/// What a failed build comes to.
fn failed(case: &Case<'_>, parsed: &Dockerfile, failure: &BuildFailure) -> Outcome {
    let cause = failed_build::cause(failure, parsed);
    if let Some(cause) = cause.as_ref().filter(|cause| cause.fault != Fault::Answer) {
        return Outcome::cannot_check(outside(cause, failure));
    }
    let is_address = cause.as_ref().is_some_and(|cause| cause.name == "wrong-address");
    let at = Failed::new(failure, parsed).at;
    let (told, lines) = if !is_address && let Some((told, place)) = other_source::explained(case, failure) {
        (told.at(place), Vec::new())
    } else if !is_address && let Some(told) = not_sent(case, failure) {
        (told.at(case.at(at)), Vec::new())
    } else if let Some(cause) = cause {
        let told = Failure::new(say!("a build that succeeds"), cause.found).cause(cause.name, cause.next);
        (told.at(case.at(cause.line.or(at))), cause.lines)
    } else {
        let lines = failed_build::reported(&failure.log);
        (unrecognised(failure).at(case.at(at)), lines)
    };
    Outcome::Fail(Failure {
        details: lines.into_iter().take(MOST_LINES).collect(),
        whole_log: failure.whole_log.clone(),
        ..told
    })
}

/// Why a build that failed for a reason outside the Dockerfile was not judged.
fn outside(cause: &Cause, failure: &BuildFailure) -> String {
    let Cause { found, next, .. } = cause;
    match &failure.whole_log {
        Some(log) => say!("{found}. {next} The whole log: {log}"; found, next, log),
        None => format!("{found}. {next}"),
    }
}

/// The failure of a COPY or ADD of a file that is not in the build context, and what keeps it out.
fn not_sent(case: &Case<'_>, failed: &BuildFailure) -> Option<Failure> {
    // BuildKit: failed to calculate checksum of …: "/README.md": not found. The classic builder: COPY failed: file not
    // found in build context or excluded by .dockerignore: stat README.md: file does not exist.
    let message = &failed.message;
    let path = if let Some(path) = failed_build::not_found_by_buildkit(message) {
        path
    } else if message.contains("not found in build context") {
        let (_, rest) = message.rsplit_once("stat ")?;
        rest.split_once(": ").map_or(rest, |(path, _)| path)
    } else if let Some((_, rest)) = message.split_once("forbidden path outside the build context: ") {
        rest.split_once(' ').map_or(rest, |(path, _)| path)
    } else if message.contains("no source files were specified") {
        // A pattern that matches nothing, which the message does not name.
        let at = Failed::new(failed, case.dockerfile?).at?;
        let instruction = case.dockerfile?.instructions.iter().find(|one| one.contains_line(at))?;
        instruction.arguments().next()?
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
    let expected = say!("a build that succeeds");
    Some(match kept_out_by {
        Some((name, line)) => Failure::new(
            expected,
            say!("`{path}` is not in the build context: line {line} of {name} excludes it"; path, line, name),
        )
        .cause(
            "kept-out",
            say!("Copy another file, or remove line {line} of {name} if the image needs this one."; line, name),
        ),
        None => Failure::new(
            expected,
            say!("`{path}` is not in the build context: the file does not exist next to the Dockerfile"; path),
        )
        .cause(
            "missing-file",
            say!("Correct the path: it is relative to the folder of the Dockerfile."),
        ),
    })
}

/// The failure of a step whose log has no cause in it that is known.
fn unrecognised(failed: &BuildFailure) -> Failure {
    let expected = say!("a build that succeeds");
    let step = failed
        .step
        .as_deref()
        .map(|step| format!("`{}` ", shortened(step)))
        .unwrap_or_default();
    let found = match failed.exit_code {
        Some(code) => {
            say!("the step {step}ended with exit code {code}; dockerlab does not recognise the cause"; step, code)
        }
        None if step.is_empty() => failed.message.clone(),
        None => say!("the step {step}failed: {}", failed.message; step),
    };
    Failure::new(expected, found).plain("unrecognised")
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
        sample::{Sample, failure, refused},
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
        Sample::of("# to do\n\n").fails("builds = {}", "`Dockerfile` has no instructions yet");
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
    fn a_cause_that_is_not_known_is_said_to_be_none_and_shows_what_looks_like_an_error() {
        let mut printed: Vec<String> = (1..=80).map(|line| line.to_string()).collect();
        printed[3] = "my-tool: error: there is no moon".to_owned();
        let Outcome::Fail(failure) = failing(|failed| {
            failed.log = printed;
            failed.exit_code = Some(3);
            failed.whole_log = Some(".dockerlab/logs/1.log".to_owned());
        })
        .outcome("builds = {}") else {
            panic!("the build failed");
        };
        assert!(
            failure.found.contains("does not recognise the cause"),
            "{}",
            failure.found
        );
        assert_eq!(
            failure.details.first().map(String::as_str),
            Some("my-tool: error: there is no moon")
        );
        assert_eq!(failure.details.last().map(String::as_str), Some("80"));
        assert_eq!(failure.whole_log.as_deref(), Some(".dockerlab/logs/1.log"));
    }

    #[test]
    fn what_lies_outside_the_dockerfile_is_not_held_against_it() {
        for message in [
            "Temporary failure resolving 'archive.example'",
            "write /var/lib/docker/tmp/x: no space left on device",
            "toomanyrequests: You have reached your pull rate limit",
            "failed to do request: Head \"https://registry.example/v2/\": dial tcp: lookup registry.example: i/o timeout",
            "E: Release file for http://archive.example/dists/focal/InRelease is not valid yet (invalid for another 3h)",
        ] {
            Sample::of(PLAIN).failed(message).cannot_check("builds = {}");
        }
    }

    #[test]
    fn it_has_no_settings() {
        refused("builds = { tag = \"a\" }", "unknown field `tag`");
        refused("builds = true", "invalid type");
    }
}
