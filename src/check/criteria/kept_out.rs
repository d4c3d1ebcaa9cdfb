//! `check.kept-out`: .dockerignore keeps these files out of the build context.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something},
    spelling::listed,
};
use crate::{
    check::{
        case::{Case, place_in},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Ignore,
};

/// Paths of files, there or not, that must not be sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct KeptOut(Vec<String>);

impl Judge for KeptOut {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let context = &case.evidence.context;
        let expected = say!("a .dockerignore that excludes {}", listed(&self.0, "and"));
        let Some(source) = &context.ignore else {
            return Outcome::Fail(match context.misnamed_ignore.first() {
                Some(name) => Failure::new(
                    expected,
                    say!("the file is named `{name}`; Docker reads only `.dockerignore`, in lower case"; name),
                )
                .cause("misnamed", say!("Rename the file: `mv {name} .dockerignore`."; name)),
                None => Failure::new(expected, say!("`.dockerignore` does not exist")).cause(
                    "no-file",
                    say!("Create a file `.dockerignore` next to the Dockerfile, with one pattern per line."),
                ),
            });
        };
        let place = |line: u32| place_in(&source.name, &source.text, line);
        let (ignore, problems) = Ignore::parse(&source.text);
        if let Some(problem) = problems.first() {
            let (line, name) = (problem.line, &source.name);
            return Outcome::Fail(Failure::new(expected, problem.message.clone()).at(place(line)).cause(
                "invalid",
                say!("Correct the pattern on line {line} of {name}."; line, name),
            ));
        }
        let sent: Vec<&String> = self.0.iter().filter(|path| !ignore.excludes(path)).collect();
        Outcome::pass_if(sent.is_empty(), || {
            let failure = Failure::new(expected, say!("{} would be sent to the engine", listed(&sent, "and")));
            let name = &source.name;
            // A line that lets the file in again.
            let let_in = sent.iter().find_map(|path| Some((ignore.deciding(path)?.0, *path)));
            if let Some((line, path)) = let_in {
                return failure
                    .at(place(line))
                    .why(say!("The last line that matches a file decides, and a line that starts with `!` includes files again."))
                    .cause("let-in-again", say!("Remove line {line} of {name}, which includes `{path}` again."; line, name, path));
            }
            // A line that differs in case alone, or is a comment.
            let lines = || (1..).zip(source.text.lines());
            let top = |path: &str| path.split('/').next().unwrap_or(path).to_owned();
            let bare = |text: &str| text.trim().trim_matches('/').to_owned();
            for path in &sent {
                let wanted = top(path);
                if let Some((line, text)) = lines().find(|(_, text)| bare(text).eq_ignore_ascii_case(&wanted)) {
                    let found = bare(text);
                    return failure
                        .at(place(line))
                        .why(say!("Patterns are case-sensitive, like file names on Linux."))
                        .cause(
                            "other-case",
                            say!("Change `{found}` on line {line} of {name} to `{wanted}`."; found, line, name, wanted),
                        );
                }
                let comment = lines().find(|(_, text)| {
                    text.trim_start()
                        .strip_prefix('#')
                        .is_some_and(|rest| bare(rest) == wanted)
                });
                if let Some((line, _)) = comment {
                    return failure
                        .at(place(line))
                        .why(say!("A line that starts with `#` is a comment."))
                        .cause("comment", say!("Remove the `#` on line {line} of {name}."; line, name));
                }
            }
            // No line is about the file: none is at fault.
            let patterns: Vec<String> = sent.iter().map(|path| top(path)).collect();
            let patterns = listed(&patterns, "and");
            failure.cause(
                "no-pattern",
                say!("Add one line per pattern to {name}: {patterns}."; name, patterns),
            )
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("kept-out", &self.0)
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
        Sample::of("FROM x\n").fails(WANTED, "`.dockerignore` does not exist");
    }

    #[test]
    fn a_pattern_that_docker_refuses_fails_at_its_line() {
        ignoring("Makefile\n.venv[\n").fails_at(WANTED, "Docker cannot read the pattern `.venv[`", 2);
    }

    #[test]
    fn its_setting_is_a_list_of_paths() {
        refused(r#"kept-out = "Makefile""#, "invalid type");
        refused(r#"kept-out = { paths = ["Makefile"] }"#, "invalid type");
    }
}
