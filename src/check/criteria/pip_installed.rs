//! `check.pip-installed`: these Python distributions are in the image, in these versions.

use serde::Deserialize;

use super::{
    Judge,
    apt_installed::named,
    spelling::{Manager, distribution, listed},
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
                    faults.push(say!("`{name}` is {}", found.join(say!(" and ")); name));
                }
                Some(_) => {}
            }
        }
        if !missing.is_empty() {
            faults.push(if missing.len() == 1 {
                say!("{} is not installed", listed(&missing, "and"))
            } else {
                say!("{} are not installed", listed(&missing, "and"))
            });
        }
        Outcome::pass_if(faults.is_empty(), || {
            Failure::new(say!("{} installed", listed(&self.0, "and")), faults.join("; ")).at(line)
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
                    Ok(_) => Outcome::cannot_check(say!("the image was not looked at")),
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
                    Ok(_) => Outcome::cannot_check(say!("the image was not looked at")),
                };
            };
            if !same(pinned, version) {
                return Outcome::Fail(
                    Failure::new(
                        say!("`{name}` in version {version}"; name, version),
                        format!("`{text}`"),
                    )
                    .at(case.line(*line)),
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
    use crate::check::sample::{Sample, refused, strings};

    const PINNED: &str = r#"pip-installed = ["SQLAlchemy==1.4.36", "fastapi==0.78.0"]"#;

    fn with(found: &[(&str, &[&str])]) -> Sample {
        Sample::of("FROM x\nRUN pip install -r requirements.txt\n").image(|image| {
            image.python = found
                .iter()
                .map(|(name, versions)| ((*name).to_owned(), strings(versions)))
                .collect();
        })
    }

    #[test]
    fn the_image_tells_names_and_versions() {
        with(&[("sqlalchemy", &["1.4.36"]), ("fastapi", &["0.78.0"])])
            .passes(PINNED)
            .is_settled(PINNED);
        with(&[("sqlalchemy", &["1.3", "1.4.36"]), ("fastapi", &["0.78"])]).passes(PINNED);
        with(&[("python-dotenv", &["9"])]).passes(r#"pip-installed = ["Python_DotEnv"]"#);
    }

    #[test]
    fn what_is_missing_or_another_version_is_told() {
        with(&[("sqlalchemy", &["1.4.36"])]).fails_at(PINNED, "`fastapi` is not installed", 2);
        with(&[("sqlalchemy", &["1.4.3"]), ("fastapi", &["0.78.1"])]).fails_at(
            PINNED,
            "`SQLAlchemy` is 1.4.3; `fastapi` is 0.78.1",
            2,
        );
    }

    #[test]
    fn without_an_engine_a_right_pin_passes_provisionally() {
        for run in [
            "pip install fastapi==0.78.0 SQLAlchemy==1.4.36",
            "pip3 install --no-cache-dir 'sqlalchemy == 1.4.36' \"fastapi[all]==0.78\"",
            "python3.8 -m pip install sqlalchemy==1.4.36 \\\n    fastapi==0.78.0",
            "pip install sqlalchemy==1.4.36 && /usr/bin/pip3.8 install fastapi==0.78.0",
        ] {
            Sample::of(&format!("FROM x\nRUN {run}\n"))
                .passes(PINNED)
                .is_provisional(PINNED);
        }
    }

    #[test]
    fn without_an_engine_a_wrong_pin_fails_and_the_rest_cannot_be_checked() {
        Sample::of("FROM x\nRUN pip install \\\n  SQLAlchemy==1.4.35 fastapi==0.78.0\n").fails_at(
            PINNED,
            "`SQLAlchemy==1.4.35`",
            2,
        );
        Sample::of("FROM x\nRUN pip install -r requirements.txt\n").cannot_check(PINNED);
        Sample::of("FROM x\nRUN poetry install\n").cannot_check(PINNED);
        Sample::of("FROM x\nRUN poetry install\n")
            .failed("exit code: 1")
            .skips(PINNED);
        Sample::of("").skips(PINNED);
    }

    #[test]
    fn its_setting_is_a_list_of_names() {
        refused(r#"pip-installed = "fastapi""#, "invalid type");
        refused(r#"pip-installed = { fastapi = "0.78.0" }"#, "invalid type");
    }
}
