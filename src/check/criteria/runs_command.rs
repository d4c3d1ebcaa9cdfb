//! `check.runs-command`: some RUN of the Dockerfile runs a command with these words.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something},
    spelling::{base_name, is_python},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome, Place},
    },
    dockerfile,
};

/// The programs that are right (`pip3` and `python -m pip` count as `pip`), and the words that one call must have.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RunsCommand {
    programs: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
}

impl Judge for RunsCommand {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        if let Err(outcome) = case.planned() {
            return outcome;
        }
        let nearest = match self.look(case) {
            Nearest::Whole(_) => return Outcome::Pass,
            Nearest::Program(line, found) => Some((line, found)),
            Nearest::Nothing => None,
        };
        let wanted = self.wanted();
        let (line, found) = match nearest {
            Some((line, found)) => (Some(line), format!("`{found}`")),
            None => (None, say!("no RUN does this").to_owned()),
        };
        Outcome::Fail(
            Failure::new(say!("a RUN with `{wanted}`"; wanted), found).at(line.and_then(|line| case.line(line))),
        )
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("programs", &self.programs)
    }

    fn met_at(&self, case: &Case<'_>) -> Option<Place> {
        match self.look(case) {
            Nearest::Whole(line) => case.line(line),
            Nearest::Program(..) | Nearest::Nothing => None,
        }
    }
}

/// How near the RUNs come to the wanted command.
pub(super) enum Nearest {
    /// The whole command, on this line.
    Whole(u32),
    /// The program without the words: its line and the command.
    Program(u32, String),
    /// Neither.
    Nothing,
}

impl RunsCommand {
    /// The command as a person would type it.
    pub(super) fn wanted(&self) -> String {
        std::iter::once(self.programs.first().map_or("", String::as_str))
            .chain(self.words.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn look(&self, case: &Case<'_>) -> Nearest {
        let runs = case.planned.map(|planned| planned.runs.as_slice()).unwrap_or_default();
        self.in_runs(runs)
    }

    /// How near these RUNs come to the wanted command.
    pub(super) fn in_runs(&self, runs: &[&dockerfile::Instruction]) -> Nearest {
        let mut nearest = Nearest::Nothing;
        for run in runs {
            let (commands, _) = dockerfile::commands(run);
            for command in &commands {
                let mut words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
                let wants_python = self.programs.iter().any(|program| is_python(program));
                if words.len() > 2 && !wants_python && is_python(words[0]) && words[1] == "-m" {
                    words.drain(..2);
                }
                let Some((program, rest)) = words.split_first() else {
                    continue;
                };
                let name = base_name(program);
                let is_wanted = |wanted: &String| {
                    name == wanted
                        || (wanted == "pip" && name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') == "pip")
                };
                if !self.programs.iter().any(is_wanted) {
                    continue;
                }
                if self.words.iter().all(|wanted| rest.iter().any(|word| word == wanted)) {
                    return Nearest::Whole(command.line);
                }
                nearest = Nearest::Program(command.line, words.join(" "));
            }
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const INSTALL: &str = r#"runs-command = { programs = ["apt-get", "apt"], words = ["install"] }"#;
    const PIP: &str = r#"runs-command = { programs = ["pip"], words = ["install", "-U"] }"#;

    fn running(run: &str) -> Sample {
        Sample::of(&format!("FROM x\nRUN {run}\n"))
    }

    #[test]
    fn commands_are_found_however_they_are_joined() {
        for run in [
            "apt-get install -y a",
            "apt update; /usr/bin/apt -y install a",
            "--mount=type=cache,target=/c true && \\\n    apt-get install a",
            "if true; then apt-get install a; fi",
            "sh -c 'apt-get install a'",
            "[\"/bin/bash\", \"-ec\", \"apt-get install a\"]",
            "<<EOF\napt-get update\napt-get install a\nEOF",
            "A=1 sudo -E env B=2 apt-get install a",
        ] {
            running(run).passes(INSTALL).is_settled(INSTALL);
        }
    }

    #[test]
    fn pip_has_several_names() {
        for run in [
            "pip install -U a",
            "pip3 -q install a -U",
            "pip3.8 install -U a",
            "python3 -m pip install -U a",
        ] {
            running(run).passes(PIP);
        }
        running("pipx install -U a").fails(PIP, "no RUN does this");
    }

    #[test]
    fn the_nearest_command_is_told() {
        running("true \\\n && apt-get update \\\n && echo install").fails_at(INSTALL, "`apt-get update`", 3);
        running("echo apt-get install").fails(INSTALL, "no RUN does this");
        running("pip install a && echo -U").fails_at(PIP, "`pip install a`", 2);
    }

    #[test]
    fn only_the_stages_of_the_image_count() {
        Sample::of("FROM x AS y\nRUN apt-get install a\nFROM x\n").fails(INSTALL, "no RUN does this");
        Sample::of("FROM x AS y\nRUN apt-get install a\nFROM y\n").passes(INSTALL);
        Sample::of("FROM x\nCMD apt-get install a\n").fails(INSTALL, "no RUN does this");
        Sample::of("").skips(INSTALL);
    }

    #[test]
    fn its_settings_are_programs_and_words() {
        refused(r#"runs-command = { program = "apt" }"#, "unknown field `program`");
        refused(r#"runs-command = { programs = "apt" }"#, "invalid type");
        refused(r#"runs-command = { words = ["a"] }"#, "missing field `programs`");
    }
}
