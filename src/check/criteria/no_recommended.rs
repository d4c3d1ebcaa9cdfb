//! `check.no-recommended`: no Debian package is there only since another one recommends it.

use serde::Deserialize;

use super::{
    Judge,
    spelling::{Manager, installs, listed},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{self, Command},
};

/// No settings: `check.no-recommended = {}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoRecommended {}

impl Judge for NoRecommended {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let expected = say!("only the packages that are asked for and those they depend on");
        let without_flag = installs_with_recommends(case);
        let Some(image) = case.evidence.image.known() else {
            return match (case.planned(), without_flag) {
                (Err(outcome), _) => outcome,
                (Ok(_), None) => Outcome::Pass,
                (Ok(_), Some(line)) => Outcome::Fail(
                    Failure::new(expected, say!("an `apt-get install` without --no-install-recommends"))
                        .at(case.line(line)),
                ),
            };
        };
        match &image.recommended {
            None => Outcome::cannot_check(say!(
                "the image's package database does not tell who asked for a package"
            )),
            Some(extra) if extra.is_empty() => Outcome::Pass,
            Some(extra) => {
                let names: Vec<&String> = extra.iter().map(|package| &package.name).take(4).collect();
                let more = extra.len().saturating_sub(names.len());
                let more = if more > 0 {
                    say!(" and {more} more"; more)
                } else {
                    String::new()
                };
                let by = extra
                    .first()
                    .and_then(|package| Some(say!("; `{}` is recommended by `{}`", package.name, package.by.first()?)))
                    .unwrap_or_default();
                Outcome::Fail(
                    Failure::new(
                        expected,
                        say!("{}{more} came in as recommendations{by}", listed(&names, "and"); more, by),
                    )
                    .at(without_flag.and_then(|line| case.line(line))),
                )
            }
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

/// The line of the first `apt-get install` that lets recommendations in.
fn installs_with_recommends(case: &Case<'_>) -> Option<u32> {
    case.planned?.runs.iter().find_map(|run| {
        let (commands, _) = dockerfile::commands(run);
        commands
            .iter()
            .find(|command| installs(command, Manager::Apt).is_some() && !declines(command))
            .map(|command| command.line)
    })
}

/// Whether a command declines recommendations, by flag or by `-o`.
fn declines(command: &Command) -> bool {
    command.words.iter().any(|word| {
        let text = word.text.to_lowercase();
        text == "--no-install-recommends"
            || (text.contains("apt::install-recommends") && (text.ends_with("=false") || text.ends_with("=0")))
    })
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::RecommendedPackage,
        sample::{Sample, refused, strings},
    };

    const CHECK: &str = "no-recommended = {}";
    const PLAIN: &str = "FROM x\nRUN apt-get install -y --no-install-recommends a\nRUN apt-get install -y b\n";

    #[test]
    fn without_an_engine_every_install_must_decline() {
        for runs in [
            "RUN apt-get install -y --no-install-recommends a",
            "RUN apt-get --no-install-recommends -y install a",
            "RUN apt-get update && apt-get -o APT::Install-Recommends=false install -y a",
            "RUN apt install -y -oApt::Install-Recommends=0 a",
            "RUN apt-get update && apt-get clean",
        ] {
            Sample::of(&format!("FROM x\n{runs}\n"))
                .passes(CHECK)
                .is_provisional(CHECK);
        }
        Sample::of(PLAIN).fails_at(CHECK, "an `apt-get install` without --no-install-recommends", 3);
        Sample::of("").skips(CHECK);
    }

    #[test]
    fn the_packages_of_the_image_have_the_last_word() {
        let with = |names: &[&str]| {
            let found = names
                .iter()
                .map(|name| RecommendedPackage {
                    name: (*name).to_owned(),
                    by: strings(&["git"]),
                    installed_by: None,
                })
                .collect();
            Sample::of(PLAIN).image(|image| image.recommended = Some(found))
        };
        with(&[]).passes(CHECK).is_settled(CHECK);
        with(&["less"]).fails_at(
            CHECK,
            "`less` came in as recommendations; `less` is recommended by `git`",
            3,
        );
        with(&["a", "b", "c", "d", "e", "f"]).fails(CHECK, "`a`, `b`, `c` and `d` and 2 more");
    }

    #[test]
    fn a_database_that_does_not_tell_is_not_held_against_it() {
        Sample::of(PLAIN)
            .image(|image| image.recommended = None)
            .cannot_check(CHECK);
    }

    #[test]
    fn it_has_no_settings() {
        refused("no-recommended = { except = [] }", "unknown field `except`");
        refused("no-recommended = true", "invalid type");
    }
}
