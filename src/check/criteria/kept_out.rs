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
        let expected = format!("a .dockerignore that keeps out {}", listed(&self.0, "and"));
        let Some(source) = &context.ignore else {
            let found = match context.misnamed_ignore.first() {
                Some(name) => format!("the file is named `{name}`; Docker reads only `.dockerignore`, in lower case"),
                None => "there is no file `.dockerignore`".to_owned(),
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
            Failure::new(expected, format!("{} would be sent", listed(&sent, "and")))
                .at(line.and_then(|line| place_in(&source.name, &source.text, line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    const OUT: &str = r#"kept-out = ["Makefile", ".venv/bin/python"]"#;

    #[test]
    fn patterns_and_not_names_keep_out() {
        let with = |text: &str| Sample::of("FROM b\n").ignoring(text);
        for text in [
            "Makefile\n.venv\n",
            "*\n!app\n",
            "/Make*\n**/python\n",
            "# x\nmake\nMakefile\n.v?nv/\n",
        ] {
            with(text).passes(OUT);
        }
        with("makefile\n.venv\n").fails_at(OUT, "`Makefile` would be sent", 1);
        with("*\n!Makefile\n").fails_at(OUT, "`Makefile` would be sent", 2);
        with("Makefile\n").fails_at(OUT, "`.venv/bin/python` would be sent", 1);
        Sample::of("FROM b\n").fails(OUT, "no file `.dockerignore`");
        Sample::of("FROM b\n")
            .with(|evidence| evidence.context.misnamed_ignore.push(".Dockerignore".to_owned()))
            .fails(OUT, "in lower case");
        assert!(is_refused(r#"kept-out = "Makefile""#));
    }
}
