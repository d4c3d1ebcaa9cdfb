//! `check.pip-installed`: these Python distributions are in the image, in these versions.

use serde::Deserialize;

use super::{
    Judge,
    apt_installed::named,
    spelling::{Manager, distribution, is_or_are, listed},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Names, with `==version` where the version matters: `["fastapi==0.78.0", "uvloop"]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct PipInstalled(Vec<String>);

impl Judge for PipInstalled {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let line = case
            .planned
            .and_then(|planned| named(planned, Manager::Pip).last().map(|(_, line)| *line))
            .and_then(|line| case.line(line));
        let Some(image) = case.evidence.image.known() else {
            return self.judge_plan(case);
        };
        let mut faults = Vec::new();
        let mut missing = Vec::new();
        for wanted in &self.0 {
            let (name, version) = split(wanted);
            match image.python.get(&distribution(name)) {
                None => missing.push(name),
                Some(found) if version.is_some_and(|version| !found.iter().any(|found| same(found, version))) => {
                    faults.push(format!("`{name}` is {}", found.join(" and ")));
                }
                Some(_) => {}
            }
        }
        if !missing.is_empty() {
            faults.push(format!(
                "{} {} not installed",
                listed(&missing, "and"),
                is_or_are(&missing)
            ));
        }
        Outcome::pass_if(faults.is_empty(), || {
            Failure::new(format!("{} installed", listed(&self.0, "and")), faults.join("; ")).at(line)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

impl PipInstalled {
    /// Without an image only what `pip install` names can be seen; a requirements file or poetry may bring the rest.
    fn judge_plan(&self, case: &Case<'_>) -> Outcome {
        let planned = match case.planned() {
            Ok(planned) => planned,
            Err(outcome) => return outcome,
        };
        let named = named(planned, Manager::Pip);
        for wanted in &self.0 {
            let (name, version) = split(wanted);
            let Some((text, line)) = named.iter().find(|(text, _)| distribution(text) == distribution(name)) else {
                return match case.image() {
                    Err(outcome) => outcome,
                    Ok(_) => Outcome::cannot_check("the image was not looked at"),
                };
            };
            let Some(version) = version else { continue };
            let pinned = text
                .split_once("==")
                .map(|(_, version)| version.trim_start_matches('=').trim());
            // Only an exact version tells before there is an image.
            let Some(pinned) = pinned.filter(|pinned| !pinned.contains(['$', '*'])) else {
                return match case.image() {
                    Err(outcome) => outcome,
                    Ok(_) => Outcome::cannot_check("the image was not looked at"),
                };
            };
            if !same(pinned, version) {
                return Outcome::Fail(
                    Failure::new(format!("`{name}` in version {version}"), format!("`{text}`")).at(case.line(*line)),
                );
            }
        }
        Outcome::Pass
    }
}

fn split(wanted: &str) -> (&str, Option<&str>) {
    match wanted.split_once("==") {
        Some((name, version)) => (name, Some(version)),
        None => (wanted, None),
    }
}

/// Versions are the same without trailing `.0` parts.
fn same(found: &str, wanted: &str) -> bool {
    let bare = |version: &str| {
        let mut parts: Vec<String> = version.trim().split('.').map(str::to_owned).collect();
        while parts.len() > 1 && parts.last().is_some_and(|part| part == "0") {
            parts.pop();
        }
        parts
    };
    bare(found) == bare(wanted)
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    const PINS: &str = r#"pip-installed = ["SQLAlchemy==1.4.36", "uvicorn"]"#;

    #[test]
    fn what_is_installed_counts_however_it_came() {
        let with = |version: &str| {
            let version = version.to_owned();
            Sample::of("FROM b\nRUN pip install sqlalchemy\n").image(|image| {
                image.python.insert("sqlalchemy".to_owned(), vec![version]);
                image.python.insert("uvicorn".to_owned(), vec!["1".to_owned()]);
            })
        };
        with("1.4.36").passes(PINS);
        with("1.4.36.0").passes(PINS);
        with("2.0").fails_at(PINS, "`SQLAlchemy` is 2.0", 2);
        Sample::of("FROM b\n").image(|_| {}).fails(PINS, "are not installed");
        Sample::of("FROM b\nRUN pip install SQLAlchemy==1.3 uvicorn\n").fails_at(PINS, "SQLAlchemy==1.3", 2);
        Sample::of("FROM b\nRUN pip install -r x\n").cannot_be_checked(PINS);
        assert!(is_refused("pip-installed = 1"));
    }
}
