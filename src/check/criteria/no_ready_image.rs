//! `check.no-ready-image`: nothing comes from an image that somebody made before.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, asks_for_something};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{self, Dockerfile, FinalImage, ImageName, nearest},
};

/// Repositories that may be copied from: official images that hold none of the work.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NoReadyImage {
    allowed: Vec<String>,
}

impl Judge for NoReadyImage {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (Some(parsed), Ok(planned)) = (case.dockerfile, case.planned()) else {
            return Outcome::skipped(say!("the Dockerfile has no stage yet"));
        };
        let mut seen = BTreeSet::new();
        // An image that was built took from what there is, whatever its name looks like.
        let is_built = case.evidence.image.known().is_some();
        let is_misspelt = |source: &str| !is_built && is_nearly_a_stage(parsed, source);
        match self.fault(parsed, planned, &is_misspelt, &mut seen) {
            None => Outcome::Pass,
            Some(taken) => {
                let Taken {
                    found,
                    line,
                    cause,
                    next,
                } = taken;
                Outcome::Fail(
                    Failure::new(
                        say!("an image with only your own files and what this Dockerfile installs"),
                        found,
                    )
                    .at(case.line(line))
                    .cause(cause, next),
                )
            }
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("allowed", &self.allowed)
    }
}

impl NoReadyImage {
    /// What this stage, and those that it copies from, take over ready-made, and on which line.
    /// A source that is only a misspelt stage makes the build fail, and is told there.
    fn fault(
        &self,
        parsed: &Dockerfile,
        planned: &FinalImage<'_>,
        is_misspelt: &dyn Fn(&str) -> bool,
        seen: &mut BTreeSet<String>,
    ) -> Option<Taken> {
        for (source, whole, line) in taken(planned) {
            if is_misspelt(&source) {
                continue;
            }
            let stage = dockerfile::final_image(parsed, Some(&source)).filter(|_| is_stage(parsed, &source));
            match stage {
                None => {
                    if !self.is_allowed(&source) {
                        return Some(Taken {
                            found: say!("it copies files from the image `{source}`"; source),
                            line,
                            cause: "from-image",
                            next: say!("Do not copy files from `{source}` on line {line}: install with RUN instead."; source, line),
                        });
                    }
                    if whole {
                        return Some(Taken {
                            found: say!("it uses the finished image `{source}`"; source),
                            line,
                            cause: "whole-image",
                            next: say!("Use `{source}` in FROM instead of copying all of it on line {line}."; source, line),
                        });
                    }
                }
                Some(stage) => {
                    if !self.is_allowed(&stage.base.value) {
                        let base = &stage.base.value;
                        let line = stage.base.line;
                        return Some(Taken {
                            found: say!("it copies files from the stage `{source}`, which is based on the image `{base}`"; source, base),
                            line,
                            cause: "from-stage",
                            next: say!("Base the stage `{source}` on an official image on line {line}, and install with RUN."; source, line),
                        });
                    }
                    if whole && stage.runs.is_empty() && stage.base.value != planned.base.value {
                        let base = &stage.base.value;
                        return Some(Taken {
                            found: say!("it copies all of the stage `{source}`, which is the image `{base}`"; source, base),
                            line,
                            cause: "whole-stage",
                            next: say!("Write `FROM {base}` instead of copying all of it on line {line}."; base, line),
                        });
                    }
                    if seen.insert(source)
                        && let Some(fault) = self.fault(parsed, &stage, is_misspelt, seen)
                    {
                        return Some(fault);
                    }
                }
            }
        }
        None
    }

    fn is_allowed(&self, image: &str) -> bool {
        if image == "scratch" {
            return true;
        }
        let repository = |name: &str| {
            let repository = ImageName::parse(name).ok()?.repository;
            Some(repository.strip_prefix("library/").unwrap_or(&repository).to_owned())
        };
        let found = repository(image);
        found.is_some() && self.allowed.iter().any(|allowed| repository(allowed) == found)
    }
}

/// What is taken over ready-made, and what to do about it.
struct Taken {
    found: String,
    line: u32,
    cause: &'static str,
    next: String,
}

/// What a stage copies or mounts from another one or an image: its name, whether all of it, and the line.
fn taken(planned: &FinalImage<'_>) -> Vec<(String, bool, u32)> {
    let copies = planned.copies.iter().filter_map(|copy| {
        let whole = copy
            .sources
            .iter()
            .any(|source| source.trim_matches(['/', '.', '*']).is_empty());
        Some((copy.from.clone()?, whole, copy.line))
    });
    let mounts = planned.runs.iter().flat_map(|run| {
        run.flags.iter().filter(|flag| flag.name == "mount").filter_map(|flag| {
            let from = flag
                .value
                .as_deref()?
                .split(',')
                .find_map(|part| part.strip_prefix("from="))?;
            Some((from.to_owned(), false, run.start_line))
        })
    });
    copies.chain(mounts).collect()
}

/// Whether a name is that of a stage but for a slip of the keyboard.
fn is_nearly_a_stage(parsed: &Dockerfile, name: &str) -> bool {
    let stages = parsed.stages();
    let names: Vec<&str> = stages.iter().filter_map(|stage| stage.name.as_deref()).collect();
    !is_stage(parsed, name) && !name.contains(['/', ':', '@', '.']) && nearest(name, &names).is_some()
}

fn is_stage(parsed: &Dockerfile, name: &str) -> bool {
    let stages = parsed.stages();
    let named = |stage: &dockerfile::Stage| stage.name.as_deref() == Some(&name.to_lowercase());
    stages.iter().any(named) || name.parse::<usize>().is_ok_and(|index| index < stages.len())
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const OWN: &str = r#"no-ready-image = { allowed = ["python"] }"#;

    #[test]
    fn files_may_come_from_stages_that_do_the_work() {
        Sample::of("FROM python:3\nCOPY . .\n").passes(OWN);
        Sample::of("FROM python:3 AS a\nRUN make\nFROM python:3-slim\nCOPY --from=a /venv /venv\n").passes(OWN);
        Sample::of("FROM python:3 AS a\nRUN make\nFROM python:3-slim\nCOPY --from=0 / /\n").passes(OWN);
        Sample::of("FROM x\nRUN --mount=type=cache,target=/c make\n").passes(OWN);
    }

    #[test]
    fn a_finished_image_is_found_however_it_is_brought_in() {
        Sample::of("FROM python:3\nCOPY --from=me/ready /app /app\n").fails_at(OWN, "the image `me/ready`", 2);
        Sample::of("FROM python:3\nCOPY --from=python:3.9 / /\n").fails_at(OWN, "the finished image", 2);
        Sample::of("FROM me/ready AS a\nFROM python:3\nCOPY --from=a /app /app\n").fails_at(
            OWN,
            "based on the image `me/ready`",
            1,
        );
        Sample::of("FROM me/x AS a\nFROM python:3 AS b\nCOPY --from=a /x /x\nFROM python:3\nCOPY --from=b /x /x\n")
            .fails(OWN, "me/x");
        Sample::of("FROM python:3\nRUN --mount=type=bind,from=me/ready,target=/r cp -r /r/app /app\n")
            .fails_at(OWN, "me/ready", 2);
        let misspelt = "FROM python:3 AS build\nFROM python:3-slim\nCOPY --from=biuld /x /x\n";
        Sample::of(misspelt).passes(OWN);
        Sample::of(misspelt).image(|_| {}).fails_at(OWN, "the image `biuld`", 3);
        Sample::of(&misspelt.replace("biuld", "nginx")).fails_at(OWN, "the image `nginx`", 3);
        refused("no-ready-image = {}", "");
    }
}
