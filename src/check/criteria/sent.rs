//! `check.sent`: these files are in the build context.

use serde::Deserialize;

use super::{
    Judge,
    spelling::{is_or_are, listed},
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
#[derive(Debug, Clone, Deserialize)]
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
            Failure::new(
                format!("{} in the build context", listed(&self.0, "and")),
                format!("{} {} kept out", listed(&missing, "and"), is_or_are(&missing)),
            )
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

    #[test]
    fn what_the_image_needs_must_not_be_kept_out() {
        let sent = r#"sent = ["app/main.py", "poetry.lock"]"#;
        Sample::of("FROM b\n").passes(sent);
        Sample::of("FROM b\n").ignoring("*\n!app\n!poetry.lock\n").passes(sent);
        Sample::of("FROM b\n")
            .ignoring("x\n*.lock\n")
            .fails_at(sent, "`poetry.lock` is kept out", 2);
        Sample::of("FROM b\n").ignoring("*\n").fails(sent, "are kept out");
        assert!(is_refused("sent = {}"));
    }
}
