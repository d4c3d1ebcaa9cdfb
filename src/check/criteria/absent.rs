//! `check.absent`: the finished image has nothing at these paths.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Paths,
    judge::{Judge, asks_for_something},
    spelling::{Manager, base_name, distribution, installs, listed},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Command,
    quantity::size,
};

/// Path patterns, none of which may match.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Absent(Vec<Paths>);

impl Judge for Absent {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        for pattern in &self.0 {
            let Some(found) = image.paths.get(pattern.as_str()) else {
                return Outcome::cannot_check(say!(
                    "this evidence is older than the criterion and does not include these paths"
                ));
            };
            if found.final_count > 0 {
                let examples: Vec<String> = found
                    .in_final
                    .iter()
                    .take(3)
                    .map(|path| format!("/{}", path.path))
                    .collect();
                let more = found.final_count.saturating_sub(examples.len() as u64);
                let more = if more > 0 {
                    say!(" and {more} more"; more)
                } else {
                    String::new()
                };
                let name = base_name(pattern.as_str());
                let is_named = |command: &Command| {
                    [Manager::Apt, Manager::Pip].into_iter().any(|manager| {
                        installs(command, manager)
                            .is_some_and(|words| words.iter().any(|word| distribution(word) == name))
                    })
                };
                let named = case.commands().find(is_named).map(|command| command.line);
                let made = found
                    .in_layers
                    .first()
                    .and_then(|layer| case.line_of_layer(layer.layer));
                let line = case.at(named).or(made);
                let at = line.as_ref().map_or(0, |place| place.line);
                let failure = Failure::new(
                    say!("no file at `{}`", pattern.shown(&image.config.working_dir)),
                    format!("{}{more} ({})", listed(&examples, "and"), size(found.final_bytes)),
                )
                .at(line);
                return Outcome::Fail(match (named, at) {
                    (Some(_), at) => failure.cause(
                        "installed",
                        say!("Remove `{name}` from what line {at} installs."; name, at),
                    ),
                    (None, 0) => failure.plain("inherited"),
                    (None, at) => failure.cause(
                        "put-there",
                        say!("Line {at} adds it: remove that part of the instruction."; at),
                    ),
                });
            }
        }
        Outcome::Pass
    }

    fn probes(&self) -> Vec<Probe> {
        Paths::probes(&self.0)
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("absent", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::PathEvidence,
        sample::{Sample, found, in_layer, refused},
    };

    const SUDO: &str = r#"absent = ["**/bin/sudo"]"#;

    fn with(matches: PathEvidence) -> Sample {
        let history = ["ADD file:0 in /", "RUN /bin/sh -c apt-get install -y sudo # buildkit"];
        Sample::of("FROM x\nWORKDIR /\nRUN apt-get install -y sudo\n").layers(&history, |image| {
            image.paths.insert("**/bin/sudo".to_owned(), matches);
        })
    }

    #[test]
    fn nothing_there_passes() {
        with(PathEvidence::default()).passes(SUDO).is_settled(SUDO);
    }

    #[test]
    fn what_a_later_layer_removed_is_not_there() {
        with(PathEvidence {
            in_layers: vec![in_layer(1, 1, 100, "usr/bin/sudo")],
            ..PathEvidence::default()
        })
        .passes(SUDO);
    }

    #[test]
    fn what_is_there_is_named_with_its_size_and_the_line_that_brought_it() {
        with(PathEvidence {
            in_layers: vec![in_layer(1, 1, 166_056, "usr/bin/sudo")],
            ..found(&["usr/bin/sudo"], 166_056)
        })
        .fails_at(SUDO, "`/usr/bin/sudo` (166 kB)", 3);
        with(found(&["a/bin/sudo", "b/bin/sudo", "c/bin/sudo", "d/bin/sudo"], 4)).fails(SUDO, "and 1 more (4 B)");
    }

    #[test]
    fn without_an_image_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(SUDO);
        Sample::of("FROM x\n").failed("exit code: 1").skips(SUDO);
        Sample::of("FROM x\n").image(|_| {}).cannot_check(SUDO);
    }

    #[test]
    fn its_setting_is_a_list_of_patterns() {
        refused(r#"absent = "a""#, "invalid type");
        refused(r#"absent = ["a["]"#, "is not a valid path pattern");
    }
}
