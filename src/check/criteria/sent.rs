//! `check.sent`: these files are in the build context.

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

/// Paths of files that must be sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Sent(Vec<String>);

impl Judge for Sent {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let Some(source) = &case.evidence.context.ignore else {
            return Outcome::Pass;
        };
        let (ignore, _) = Ignore::parse(&source.text);
        let missing: Vec<&String> = self.0.iter().filter(|path| ignore.excludes(path)).collect();
        Outcome::pass_if(missing.is_empty(), || {
            let line = missing
                .iter()
                .find_map(|path| ignore.deciding(path).map(|(line, _)| line));
            let name = &source.name;
            let path = missing.first().map_or("", |path| path.as_str());
            let pattern = line
                .and_then(|line| place_in(name, &source.text, line))
                .map_or(String::new(), |place| place.text.trim().to_owned());
            let is_wide = matches!(pattern.as_str(), "*" | "**" | "." | "*/" | "**/*");
            let failure = Failure::new(
                say!("{} in the build context", listed(&self.0, "and")),
                if missing.len() == 1 {
                    say!("{} is excluded", listed(&missing, "and"))
                } else {
                    say!("{} are excluded", listed(&missing, "and"))
                },
            )
            .at(line.and_then(|line| place_in(name, &source.text, line)));
            let line = line.unwrap_or_default();
            if is_wide {
                failure.cause(
                    "all-kept-out",
                    say!("Line {line} of {name} excludes everything. Below it, add a `!` line for each file the image needs, such as `!{path}`."; path, line, name),
                )
            } else {
                failure.cause(
                    "kept-out",
                    say!("Narrow or remove `{pattern}` on line {line} of {name}: it excludes `{path}`."; pattern, line, name, path),
                )
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("sent", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const WANTED: &str = r#"sent = ["app/main.py", "poetry.lock"]"#;

    #[test]
    fn without_an_ignore_file_everything_is_sent() {
        Sample::of("FROM x\n").passes(WANTED).is_settled(WANTED);
    }

    #[test]
    fn what_no_line_keeps_out_is_sent() {
        for text in ["", "tests\n*.md\n", "*\n!app\n!poetry.lock\n", "main.py\nApp\n"] {
            Sample::of("FROM x\n").ignore(text).passes(WANTED).is_settled(WANTED);
        }
    }

    #[test]
    fn the_line_that_keeps_a_file_out_is_shown() {
        let ignoring = |text: &str| Sample::of("FROM x\n").ignore(text);
        ignoring("tests\n**/*.py\n").fails_at(WANTED, "`app/main.py` is excluded", 2);
        ignoring("!app\n*\n").fails_at(WANTED, "`app/main.py` and `poetry.lock` are excluded", 2);
        ignoring("*\n!app/main.py\n").fails_at(WANTED, "`poetry.lock` is excluded", 1);
    }

    #[test]
    fn its_setting_is_a_list_of_paths() {
        refused(r#"sent = "app""#, "invalid type");
        refused("sent = [1]", "invalid type");
    }
}
