//! `check.present`: these paths exist in the finished image.

use serde::Deserialize;

use super::{Judge, Paths, spelling::listed};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Path patterns, each of which must match something.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Present(Vec<Paths>);

impl Judge for Present {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        let mut missing = Vec::new();
        for pattern in &self.0 {
            let Some(found) = image.paths.get(pattern.as_str()) else {
                return Outcome::cannot_check(say!(
                    "this evidence was gathered before the criterion asked for these paths"
                ));
            };
            if found.final_count == 0 {
                missing.push(pattern.shown(&image.config.working_dir));
            }
        }
        Outcome::pass_if(missing.is_empty(), || {
            let all: Vec<String> = self
                .0
                .iter()
                .map(|pattern| pattern.shown(&image.config.working_dir))
                .collect();
            // Where the project lies, a COPY decides; anything else may have come from anywhere.
            let copied = self.0.iter().any(|pattern| pattern.as_str().contains("{workdir}"));
            let line = case
                .planned
                .filter(|_| copied)
                .and_then(|planned| planned.copies.last())
                .map(|copy| copy.line);
            Failure::new(
                say!("{} in the image", listed(&all, "and")),
                if missing.len() == 1 {
                    say!("{} is not there", listed(&missing, "and"))
                } else {
                    say!("{} are not there", listed(&missing, "and"))
                },
            )
            .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        self.0
            .iter()
            .map(|pattern| Probe::Paths(pattern.as_str().to_owned()))
            .collect()
    }
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
    fn what_is_missing_is_named_with_the_last_copy() {
        with(&[], &["usr/bin/poetry"]).fails_at(MAIN, "`/server/app/main.py` is not there", 3);
        with(&[], &[]).fails_at(MAIN, "`/server/app/main.py` and `**/bin/poetry` are not there", 3);
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
        refused(r#"present = ["["]"#, "`[` is no path pattern");
    }
}
