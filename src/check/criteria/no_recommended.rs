//! `check.no-recommended`: no Debian package is there only since another one recommends it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::Judge,
    spelling::{Manager, installs, listed},
};
use crate::{
    check::{
        case::Case,
        evidence::RecommendedPackage,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Command,
};

/// No settings: `check.no-recommended = {}`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoRecommended {}

impl Judge for NoRecommended {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let expected = say!("only the requested packages and their dependencies");
        let by_text = first_without(case);
        let next = |line: u32| say!("Add `--no-install-recommends` to the install on line {line}."; line);
        let Some(image) = case.evidence.image.known() else {
            return match (case.planned(), by_text) {
                (Err(outcome), _) => outcome,
                (Ok(_), None) => Outcome::Pass,
                // Packages that recommend nothing need no flag: only the image tells.
                (Ok(_), Some(_)) => case.image().err().unwrap_or(Outcome::Pass),
            };
        };
        let Some(recommended) = &image.recommended else {
            return Outcome::cannot_check(say!(
                "the image's package database does not record why a package was installed"
            ));
        };
        // apt's record says which command installed a package: one that declines recommendations took it as a
        // dependency, of a package that may have been removed since. Without a record, the words of the RUNs tell.
        let by_configuration = case
            .commands()
            .any(|command| command.words.iter().any(|word| is_declining_line(&word.text)));
        let came_as_dependency = |package: &&RecommendedPackage| match &package.installed_by {
            Some(command) => is_declining(command) || by_configuration,
            None => by_text.is_none() && removes(case),
        };
        let extra: Vec<&RecommendedPackage> = recommended
            .iter()
            .filter(|package| !came_as_dependency(package))
            .collect();
        let Some(first) = extra.first() else {
            return Outcome::Pass;
        };
        let names: Vec<&String> = extra.iter().map(|package| &package.name).take(4).collect();
        let more = extra.len().saturating_sub(names.len());
        let more = if more > 0 {
            say!(" and {more} more"; more)
        } else {
            String::new()
        };
        let by = first
            .by
            .first()
            .map(|by| say!("; `{}` is recommended by `{by}`", first.name; by))
            .unwrap_or_default();
        let failure = Failure::new(
            expected,
            say!("recommended packages were installed: {}{more}{by}", listed(&names, "and"); more, by),
        );
        let recorded = first.installed_by.as_deref().and_then(|command| line_of(case, command));
        Outcome::Fail(match recorded.or(by_text) {
            Some(line) => failure.at(case.line(line)).cause("no-flag", next(line)),
            None => failure.plain("unseen"),
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

/// The line of the first `apt-get install` that lets recommendations in.
fn first_without(case: &Case<'_>) -> Option<u32> {
    if case
        .commands()
        .any(|command| command.words.iter().any(|word| is_declining_line(&word.text)))
    {
        return None;
    }
    let mut commands = case.commands();
    let found = commands.find(|command| installs(command, Manager::Apt).is_some() && !declines(command));
    found.map(|command| command.line)
}

/// The line of the command that apt recorded.
fn line_of(case: &Case<'_>, recorded: &str) -> Option<u32> {
    let packages = |words: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        words
            .skip_while(|word| *word != "install")
            .skip(1)
            .filter(|word| !word.starts_with('-'))
            .map(str::to_owned)
            .collect()
    };
    let wanted = packages(&mut recorded.split_whitespace());
    let mut commands = case.commands();
    let found = commands.find(|command| {
        installs(command, Manager::Apt).is_some()
            && packages(&mut command.words.iter().map(|word| word.text.as_str())) == wanted
    });
    found.map(|command| command.line)
}

/// Whether a RUN removes packages again, so that what apt kept may have come with them.
fn removes(case: &Case<'_>) -> bool {
    let is_removal = |word: &str| matches!(word, "remove" | "purge" | "autoremove" | "autopurge" | "--auto-remove");
    case.commands().any(|command| {
        let is_apt = command
            .program()
            .is_some_and(|program| matches!(program, "apt" | "apt-get" | "aptitude"));
        is_apt && command.arguments().any(is_removal)
    })
}

/// Whether a command declines recommendations, by flag or by `-o`.
fn declines(command: &Command) -> bool {
    command.words.iter().any(|word| is_declining_word(&word.text))
}

/// Whether a command as apt records it does.
fn is_declining(recorded: &str) -> bool {
    recorded.split_whitespace().any(is_declining_word)
}

fn is_declining_word(word: &str) -> bool {
    let text = word.to_lowercase();
    text == "--no-install-recommends"
        || (text.contains("apt::install-recommends")
            && (text.ends_with("=false") || text.ends_with("=0") || text.ends_with("=no")))
}

/// Whether a text is a line of apt's configuration that declines them: `APT::Install-Recommends "false";`.
fn is_declining_line(text: &str) -> bool {
    let text = text.to_lowercase().replace(['"', '\'', '\\'], "");
    text.split_once("apt::install-recommends").is_some_and(|(_, rest)| {
        let value = rest.trim_start_matches(['=', ' ', '\t']);
        ["false", "0", "no"].iter().any(|off| value.starts_with(off))
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
        for runs in [
            "RUN echo 'APT::Install-Recommends \"false\";' > /etc/apt/apt.conf.d/99x && apt-get install -y a",
            "RUN echo \"APT::Install-Recommends 0;\" > /etc/apt/apt.conf.d/99x\nRUN apt-get install -y a",
        ] {
            Sample::of(&format!("FROM x\n{runs}\n")).passes(CHECK);
        }
        // A package may recommend nothing.
        Sample::of(PLAIN).cannot_check(CHECK);
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
            "recommended packages were installed: `less`; `less` is recommended by `git`",
            3,
        );
        with(&["a", "b", "c", "d", "e", "f"]).fails(CHECK, "`a`, `b`, `c` and `d` and 2 more");
    }

    #[test]
    fn apts_record_tells_dependencies_from_recommendations() {
        let with = |runs: &str, installed_by: Option<&str>| {
            let found = RecommendedPackage {
                name: "less".to_owned(),
                by: strings(&["git"]),
                installed_by: installed_by.map(str::to_owned),
            };
            Sample::of(&format!("FROM x\n{runs}\n")).image(|image| image.recommended = Some(vec![found]))
        };
        let both = "RUN apt-get install -y --no-install-recommends tool\nRUN apt-get install -y git";
        with(both, Some("apt-get install -y --no-install-recommends tool")).passes(CHECK);
        with(both, Some("apt-get install -y git")).fails_at(CHECK, "installed: `less`", 3);
        with(both, Some("apt install -o APT::Install-Recommends=false git")).passes(CHECK);
        // Without a record, a package that autoremove kept came with one that was removed.
        let removed =
            "RUN apt-get install -y --no-install-recommends tool && apt-get purge -y tool && apt-get autoremove -y";
        with(removed, None).passes(CHECK);
        with("RUN apt-get install -y tool && apt-get purge -y tool", None).fails_at(CHECK, "installed: `less`", 2);
        with("RUN apt-get install -y --no-install-recommends git", None).fails(CHECK, "installed: `less`");
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
