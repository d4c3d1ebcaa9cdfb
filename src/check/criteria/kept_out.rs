//! `check.kept-out`: .dockerignore keeps these files out of the build context.

use serde::Deserialize;

use super::{Judge, spelling::listed};
use crate::{
    check::{
        case::{Case, place_in},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Ignore,
};

/// Paths of files, there or not, that must not be sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct KeptOut(Vec<String>);

impl Judge for KeptOut {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let context = &case.evidence.context;
        let expected = say!("a .dockerignore that keeps out {}", listed(&self.0, "and"));
        let Some(source) = &context.ignore else {
            let found = match context.misnamed_ignore.first() {
                Some(name) => {
                    say!("the file is named `{name}`; Docker reads only `.dockerignore`, in lower case"; name)
                }
                None => say!("there is no file `.dockerignore`").to_owned(),
            };
            return Outcome::Fail(Failure::new(expected, found));
        };
        let (ignore, problems) = Ignore::parse(&source.text);
        if let Some(problem) = problems.first() {
            return Outcome::Fail(Failure::new(expected, problem.message.clone()).at(place_in(
                &source.name,
                &source.text,
                problem.line,
            )));
        }
        let sent: Vec<&String> = self.0.iter().filter(|path| !ignore.excludes(path)).collect();
        Outcome::pass_if(sent.is_empty(), || {
            // A line that lets the file in again is the one to look at; so is one that differs in case alone.
            let line = sent.iter().find_map(|path| {
                let deciding = ignore.deciding(path).map(|(line, _)| line);
                deciding.or_else(|| {
                    let path = path.to_lowercase();
                    let top = path.split('/').next().unwrap_or(&path).to_owned();
                    let same = |text: &str| text.trim().trim_matches('/').to_lowercase() == top;
                    let position = source.text.lines().position(same)?;
                    u32::try_from(position + 1).ok()
                })
            });
            // Where no line is about the file, the end is where one could go.
            let last = || {
                let position = source
                    .text
                    .lines()
                    .enumerate()
                    .filter(|(_, text)| !text.trim().is_empty())
                    .last();
                position.and_then(|(index, _)| u32::try_from(index + 1).ok())
            };
            let line = line.or_else(last);
            Failure::new(expected, say!("{} would be sent", listed(&sent, "and")))
                .at(line.and_then(|line| place_in(&source.name, &source.text, line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const WANTED: &str = r#"kept-out = ["Makefile", ".venv/bin/python"]"#;

    fn ignoring(text: &str) -> Sample {
        Sample::of("FROM x\n").ignore(text)
    }

    #[test]
    fn any_pattern_that_keeps_the_paths_out_will_do() {
        for text in [
            "Makefile\n.venv\n",
            "/Makefile\n.venv/\n",
            "Make*\n**/bin\n",
            "*\n!app\n",
            "**\n",
            "# mine\n\nMakefile\r\n.venv/**\r\n",
        ] {
            ignoring(text).passes(WANTED).is_settled(WANTED);
        }
    }

    #[test]
    fn a_path_that_would_be_sent_is_named() {
        ignoring("Makefile\n").fails(WANTED, "`.venv/bin/python` would be sent");
        ignoring("").fails(WANTED, "`Makefile` and `.venv/bin/python` would be sent");
        ignoring("*/Makefile\n.venv\n").fails(WANTED, "`Makefile` would be sent");
    }

    #[test]
    fn the_line_that_lets_a_file_in_again_is_shown() {
        ignoring("*\n!Makefile\n").fails_at(WANTED, "`Makefile` would be sent", 2);
        ignoring("!.venv\n.venv\nMakefile\n").passes(WANTED);
    }

    #[test]
    fn upper_and_lower_case_differ() {
        ignoring(".venv\nmakefile\n").fails_at(WANTED, "`Makefile` would be sent", 2);
        Sample::of("FROM x\n")
            .misnamed_ignore(".Dockerignore")
            .fails(WANTED, "the file is named `.Dockerignore`");
        Sample::of("FROM x\n").fails(WANTED, "there is no file `.dockerignore`");
    }

    #[test]
    fn a_pattern_that_docker_refuses_fails_at_its_line() {
        ignoring("Makefile\n.venv[\n").fails_at(WANTED, "docker cannot read the pattern `.venv[`", 2);
    }

    #[test]
    fn its_setting_is_a_list_of_paths() {
        refused(r#"kept-out = "Makefile""#, "invalid type");
        refused(r#"kept-out = { paths = ["Makefile"] }"#, "invalid type");
    }
}
