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
        let expected = "only the packages that are asked for and those they depend on";
        let without_flag = installs_with_recommends(case);
        let Some(image) = case.evidence.image.known() else {
            return match (case.planned(), without_flag) {
                (Err(outcome), _) => outcome,
                (Ok(_), None) => Outcome::Pass,
                (Ok(_), Some(line)) => Outcome::Fail(
                    Failure::new(expected, "an `apt-get install` without --no-install-recommends").at(case.line(line)),
                ),
            };
        };
        match &image.recommended {
            None => Outcome::cannot_check("the image's package database does not tell who asked for a package"),
            Some(extra) if extra.is_empty() => Outcome::Pass,
            Some(extra) => {
                let names: Vec<&String> = extra.iter().map(|(name, _)| name).take(4).collect();
                let more = extra.len().saturating_sub(names.len());
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                let by = extra
                    .first()
                    .and_then(|(name, by)| Some(format!("; `{name}` is recommended by `{}`", by.first()?)))
                    .unwrap_or_default();
                Outcome::Fail(
                    Failure::new(
                        expected,
                        format!("{}{more} came in as recommendations{by}", listed(&names, "and")),
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
    use crate::check::sample::{Sample, is_refused};

    const NONE: &str = "no-recommended = {}";

    #[test]
    fn the_packages_tell_and_the_words_only_without_them() {
        let sample = Sample::of("FROM b\nRUN apt-get install -y a\n");
        sample.fails_at(NONE, "without --no-install-recommends", 2);
        Sample::of("FROM b\nRUN apt-get install -y --no-install-recommends a\n").passes(NONE);
        sample
            .clone()
            .image(|image| image.recommended = Some(vec![]))
            .passes(NONE);
        let extra = vec![("manpages".to_owned(), vec!["a".to_owned()])];
        sample
            .clone()
            .image(|image| image.recommended = Some(extra))
            .fails_at(NONE, "`manpages`", 2);
        sample.image(|_| {}).cannot_be_checked(NONE);
        assert!(is_refused("no-recommended = true"));
    }
}
