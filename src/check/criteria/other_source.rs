//! A build that failed at what it takes from another stage or image: COPY --from, RUN --mount=from, FROM.

use crate::{
    check::{
        case::Case,
        evidence::BuildFailure,
        failed_build::not_found_by_buildkit,
        verdict::{Failure, Place},
    },
    dockerfile::{Dockerfile, Instruction, Keyword, nearest},
};

/// What a build failed at, where it is a file of another stage, or a stage that is not there; with its line.
pub(super) fn explained(case: &Case<'_>, failed: &BuildFailure) -> Option<(Failure, Option<Place>)> {
    let parsed = case.dockerfile?;
    unknown_stage(case, parsed, failed).or_else(|| missing_file(case, parsed, failed))
}

/// The stage or image that an instruction takes files from.
fn source(instruction: &Instruction) -> Option<&str> {
    match instruction.keyword {
        Keyword::Copy | Keyword::Add => instruction.flag("from"),
        Keyword::Run => instruction
            .flags
            .iter()
            .filter(|flag| flag.name == "mount")
            .find_map(|flag| {
                flag.value
                    .as_deref()?
                    .split(',')
                    .find_map(|part| part.strip_prefix("from="))
            }),
        Keyword::From => instruction.arguments().next(),
        _ => None,
    }
}

/// A name that is no stage of the Dockerfile, and that the builder took for an image and could not pull.
fn unknown_stage(case: &Case<'_>, parsed: &Dockerfile, failed: &BuildFailure) -> Option<(Failure, Option<Place>)> {
    let message = &failed.message;
    let is_pull = [
        "pull access denied",
        "failed to resolve source metadata",
        "invalid from flag value",
        "repository does not exist",
    ]
    .iter()
    .any(|sign| message.contains(sign));
    if !is_pull {
        return None;
    }
    let stages = parsed.stages();
    let names: Vec<&str> = stages.iter().filter_map(|stage| stage.name.as_deref()).collect();
    let (instruction, name) = parsed.instructions.iter().find_map(|instruction| {
        let name = source(instruction)?;
        let is_stage = names.contains(&name.to_lowercase().as_str()) || name.parse::<usize>().is_ok();
        let is_told = message.contains(&format!("/{name}:"))
            || message.contains(&format!(" {name}:"))
            || message.contains(&format!("/{name} "));
        (!is_stage && is_told && !name.contains(['/', ':'])).then_some((instruction, name))
    })?;
    let line = instruction.start_line;
    let failure = Failure::new(
        say!("a build that succeeds"),
        say!("`{name}` is not a stage of this Dockerfile, and no image with this name can be pulled"; name),
    );
    let failure = match nearest(name, &names) {
        Some(stage) => failure.cause(
            "unknown-stage",
            say!("Change `{name}` on line {line} to `{stage}`, the stage's name."; name, line, stage),
        ),
        None => failure.cause(
            "unknown-image",
            say!("Correct the name `{name}` on line {line}: a stage is named with `FROM IMAGE AS NAME`."; name, line),
        ),
    };
    Some((
        failure.why(say!(
            "If no `FROM … AS` above defines the name, Docker treats it as an image and pulls it from a registry."
        )),
        case.line(line),
    ))
}

/// A file that is not in the stage it is copied from.
fn missing_file(case: &Case<'_>, parsed: &Dockerfile, failed: &BuildFailure) -> Option<(Failure, Option<Place>)> {
    let message = &failed.message;
    let path = if let Some(path) = not_found_by_buildkit(message) {
        path
    } else if let Some((before, _)) = message.rsplit_once(": file does not exist") {
        before.rsplit_once("stat ").map_or(before, |(_, path)| path)
    } else if message.contains("no such file or directory") {
        let (before, _) = message.rsplit_once(": no such file or directory")?;
        before.rsplit_once(' ').map_or(before, |(_, path)| path)
    } else {
        return None;
    };
    let bare = path.trim_matches('/');
    let instruction = parsed.instructions.iter().find(|instruction| {
        let is_here = failed.line.is_none_or(|line| instruction.contains_line(line));
        let words: Vec<&str> = instruction.arguments().collect();
        let names_it = words.iter().any(|word| {
            let word = word.trim_start_matches("./").trim_matches('/');
            !word.is_empty() && (word == bare || bare.ends_with(&format!("/{word}")))
        });
        matches!(instruction.keyword, Keyword::Copy | Keyword::Add)
            && source(instruction).is_some()
            && is_here
            && names_it
    })?;
    let (from, line) = (source(instruction)?, instruction.start_line);
    let path = format!("/{bare}");
    Some((
        Failure::new(
            say!("a build that succeeds"),
            say!("line {line} copies `{path}` from `{from}`, which does not contain it"; path, from, line),
        )
        .why(say!(
            "`COPY --from` copies files from another stage or image, not from the build context."
        ))
        .cause(
            "not-in-stage",
            say!("Correct the path on line {line}, or create `{path}` in `{from}`."; line, path, from),
        ),
        case.line(line),
    ))
}

#[cfg(test)]
mod tests {
    use crate::check::{
        sample::{Sample, failure},
        verdict::Outcome,
    };

    const STAGES: &str =
        "FROM python:3.8 AS build\nRUN make\n\nFROM python:3.8-slim\nCOPY app app\nCOPY --from=build /wheels /wheels\n";

    fn told(text: &str, message: &str) -> (String, Option<u32>, &'static str) {
        let sample = Sample::of(text).built(|build| build.failure = Some(failure(message)));
        let Outcome::Fail(failure) = sample.outcome("builds = {}") else {
            panic!("the build failed");
        };
        (failure.found, failure.place.map(|place| place.line), failure.cause)
    }

    #[test]
    fn a_file_missing_in_another_stage_is_not_missing_in_the_build_context() {
        for message in [
            "failed to calculate checksum of ref x::y: \"/wheels\": not found",
            "failed to compute cache key: failed to calculate checksum of ref x: \"/wheels\": not found",
            "COPY failed: stat wheels: file does not exist: lstat /var/lib/docker/overlay2/x/merged/wheels: no such file or directory",
        ] {
            let (found, line, cause) = told(STAGES, message);
            assert!(found.contains("`build`") && !found.contains("build context"), "{found}");
            assert_eq!((line, cause), (Some(6), "not-in-stage"));
        }
        // The same message of a COPY from the build context.
        let (found, ..) = told(STAGES, "failed to calculate checksum of ref x::y: \"/app\": not found");
        assert!(found.contains("not in the build context"), "{found}");
    }

    #[test]
    fn a_misspelt_stage_is_told_with_its_line() {
        let text = STAGES.replace("--from=build", "--from=biuld");
        for message in [
            "biuld: failed to resolve source metadata for docker.io/library/biuld:latest: pull access denied, repository does not exist",
            "invalid from flag value biuld: pull access denied for biuld, repository does not exist",
        ] {
            let (found, line, cause) = told(&text, message);
            assert!(found.contains("`biuld` is not a stage"), "{found}");
            assert_eq!((line, cause), (Some(6), "unknown-stage"));
        }
        let from = "FROM python:3.8 AS base\nFROM bass\n";
        let (_, line, cause) = told(
            from,
            "bass: failed to resolve source metadata for docker.io/library/bass:latest: pull access denied",
        );
        assert_eq!((line, cause), (Some(2), "unknown-stage"));
    }
}
