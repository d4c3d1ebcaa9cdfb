//! `check.pip-installed`: these Python distributions are in the image, in these versions.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    apt_installed::named,
    brought::all_packages_are_named,
    judge::{Judge, asks_for_something},
    present::{cache_mount_over, mounted},
    spelling::{Manager, distribution, installs, is_poetry_install, listed},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Names, with `==version` where the version matters: `["fastapi==0.78.0", "uvloop"]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PipInstalled(Vec<String>);

impl Judge for PipInstalled {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let Some(image) = case.evidence.image.known() else {
            return self.judge_plan(case);
        };
        let mut faults = Vec::new();
        let mut missing = Vec::new();
        let mut first = None;
        for wanted in &self.0 {
            let (name, version) = split(wanted);
            match image.python.get(&distribution(name)) {
                None => {
                    first.get_or_insert(wanted);
                    missing.push(name);
                }
                Some(found) if version.is_some_and(|version| !found.iter().any(|found| same(found, version))) => {
                    first.get_or_insert(wanted);
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
            let failure = Failure::new(say!("{} installed", listed(&self.0, "and")), faults.join("; "));
            explained(case, failure, first.map_or("", String::as_str))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("pip-installed", &self.0)
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
        let is_certain = all_packages_are_named(case, planned);
        let mut waits = false;
        for wanted in &self.0 {
            let (name, version) = split(wanted);
            let failed = |found: String| {
                let failure = Failure::new(say!("{} installed", listed(&self.0, "and")), found);
                Outcome::Fail(explained(case, failure, wanted))
            };
            let Some((text, _)) = named.iter().find(|(text, _)| distribution(text) == distribution(name)) else {
                // Nothing but these brings packages, and a dependency would come in its newest version.
                let has_extras = named.iter().any(|(text, _)| text.contains('['));
                let is_extra = STANDARD.contains(&distribution(name).as_str()) && !has_extras;
                if is_certain && (version.is_some() || is_extra) {
                    return failed(say!("{} is not installed", listed(&[name], "and")));
                }
                waits = true;
                continue;
            };
            let Some(version) = version else { continue };
            match pin_of(text) {
                Pin::Exact(pinned) if same(pinned, version) => {}
                Pin::Exact(pinned) => return failed(say!("`{name}` is {pinned}"; name, pinned)),
                Pin::None if is_certain => {
                    return failed(say!("`{name}` is not pinned, so pip installs the newest version"; name));
                }
                Pin::None | Pin::Range => waits = true,
            }
        }
        if waits {
            return match case.image() {
                Err(outcome) => outcome,
                Ok(_) => Outcome::cannot_check(say!("the image was not looked at")),
            };
        }
        Outcome::Pass
    }
}

/// What the Dockerfile says of a package that is missing or has another version.
fn explained(case: &Case<'_>, failure: Failure, wanted: &str) -> Failure {
    let (name, version) = split(wanted);
    let named = case
        .planned
        .map(|planned| named(planned, Manager::Pip))
        .unwrap_or_default();
    let pinned = named
        .iter()
        .rev()
        .find(|(text, _)| distribution(text) == distribution(name));
    if let Some((text, line)) = pinned {
        let text = text.trim();
        let failure = failure.at(case.line(*line));
        let bare = text.split(['=', '<', '>', '!', '~', ';', ' ']).next().unwrap_or(name);
        let spelled = version.map_or(bare.to_owned(), |version| format!("{bare}=={version}"));
        return match pin_of(text) {
            Pin::Exact(pinned) if version.is_some_and(|version| same(pinned, version)) => failure
                .why(say!(
                    "A later command can remove or replace what an earlier one installed."
                ))
                .cause(
                    "undone",
                    say!("Line {line} installs `{text}`: find the later command that removes or replaces it."; line, text),
                ),
            Pin::Exact(_) => failure.cause(
                "another-pin",
                say!("Change `{text}` on line {line} to `{spelled}`."; text, line, spelled),
            ),
            Pin::Range => failure
                .why(say!("With a range, pip installs the newest version in it."))
                .cause(
                    "range",
                    say!("Pin one version on line {line}: `{spelled}` instead of `{text}`."; line, spelled, text),
                ),
            Pin::None => failure
                .why(say!("Without a version, pip installs the newest one that fits."))
                .cause(
                    "no-pin",
                    say!("Pin the version on line {line}: `{spelled}`."; line, spelled),
                ),
        };
    }
    if let Some(command) = case.commands().find(is_poetry_install) {
        if let Some(mount) = cache_mount_over(
            case,
            &[".cache", "pypoetry", "virtualenvs", ".venv", "/root", "site-packages"],
        ) {
            return mounted(case, failure, mount);
        }
        let line = command.line;
        return failure
            .at(case.line(line))
            .why(say!("`poetry install` installs exactly what poetry.lock lists."))
            .cause("lock", say!("Compare pyproject.toml and poetry.lock with those that came with the workspace; line {line} installs from them."; line));
    }
    let files = case.commands().find(|command| {
        installs(command, Manager::Pip).is_some()
            && command
                .arguments()
                .any(|word| word.starts_with("-r") || word.starts_with("--requirement"))
    });
    if let Some(line) = files.map(|command| command.line) {
        return failure.at(case.line(line)).cause(
            "requirements",
            say!("Add `{wanted}` to the requirements file that line {line} uses."; wanted, line),
        );
    }
    match named.last() {
        Some((_, line))
            if version.is_some()
                && distribution(name) != "poetry"
                && named.iter().any(|(text, _)| distribution(text) != "poetry") =>
        {
            failure.at(case.line(*line)).cause(
                "not-named",
                say!("Add `{wanted}` to what line {line} installs."; wanted, line),
            )
        }
        Some((text, line)) if version.is_none() => {
            let line = named
                .iter()
                .find(|(text, _)| distribution(text) == "uvicorn")
                .map_or(*line, |(_, line)| *line);
            let _ = text;
            failure.at(case.line(line)).cause(
                "extra",
                say!("Add the extra on line {line}, in brackets after the package's name."; line),
            )
        }
        _ => failure.plain("never-installed"),
    }
}

/// What only `uvicorn[standard]` brings, of the packages that are certain to be all.
const STANDARD: [&str; 6] = [
    "httptools",
    "uvloop",
    "websockets",
    "watchgod",
    "python-dotenv",
    "pyyaml",
];

/// How a requirement names its version.
enum Pin<'a> {
    Exact(&'a str),
    Range,
    None,
}

fn pin_of(text: &str) -> Pin<'_> {
    let exact = text
        .split_once("==")
        .map(|(_, version)| version.trim_start_matches('=').trim());
    match exact {
        Some(version) if !version.contains(['$', '*', ',', ';', ' ']) => Pin::Exact(version),
        Some(_) => Pin::Range,
        None if text.contains(['<', '>', '~', '!', '$', '@', '/']) => Pin::Range,
        None => Pin::None,
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
            "`SQLAlchemy` is 1.4.35",
            3,
        );
        Sample::of("FROM x\nRUN pip install -r requirements.txt\n").cannot_check(PINNED);
        Sample::of("FROM x\nRUN poetry install\n").cannot_check(PINNED);
        Sample::of("FROM x\nRUN poetry install\n")
            .failed("exit code: 1")
            .skips(PINNED);
        Sample::of("").skips(PINNED);
    }

    #[test]
    fn without_an_engine_what_is_certain_fails_at_once() {
        let of = |run: &str| Sample::of(&format!("FROM x\nRUN {run}\n"));
        for (run, cause) in [
            ("apt-get update && pip3 install fastapi SQLAlchemy==1.4.36", "no-pin"),
            ("pip install fastapi==0.78.0", "not-named"),
            (
                "pip install --no-cache-dir fastapi==0.79.0 SQLAlchemy==1.4.36",
                "another-pin",
            ),
        ] {
            of(run).fails_by(PINNED, cause);
        }
        of("pip install poetry").fails_by(PINNED, "never-installed");
        // What may bring a package, or its version, in another way waits for the build.
        for run in [
            "pip install fastapi SQLAlchemy==1.4.36 -c constraints.txt",
            "pip install fastapi==0.78.0 -r more.txt",
            "pip install 'fastapi<0.79' SQLAlchemy==1.4.36",
            "pip install fastapi==0.78.0 my-package",
            "./install.sh && pip install fastapi",
            "pip install fastapi==$VERSION SQLAlchemy==1.4.36",
            "PIP_CONSTRAINT=c.txt pip install fastapi SQLAlchemy",
            "pip install fastapi==0.78.0 .",
            "pip install --find-links=/x fastapi SQLAlchemy==1.4.36",
            "pip install --pre fastapi SQLAlchemy==1.4.36",
            "find / -name x -exec pip install {} + && pip install fastapi",
            "pip config set global.constraint /x && pip install fastapi",
            "poetry install && pip install fastapi",
        ] {
            of(run).cannot_check(PINNED);
        }
        // Nor does what only carries the project about.
        for more in [
            "ADD . .",
            "RUN --mount=type=bind,target=/from cp -r /from/. .",
            "COPY --from=sources /sources/app ./app",
            "RUN python3 -m venv /opt/venv && pip config set global.no-cache-dir true && curl --version",
        ] {
            let text = "FROM x AS sources\nCOPY . /sources\nFROM x\nRUN pip install --prefer-binary fastapi SQLAlchemy==1.4.36";
            Sample::of(&format!("{text}\n{more}\n")).fails_by(PINNED, "no-pin");
        }
        for more in [
            "ADD packages.tar /",
            "RUN --mount=type=bind,from=y,target=/from cp -r /from/. .",
            "COPY --from=sources /usr /usr",
            "COPY --from=made /sources /usr",
            "COPY --from=y /sources /usr",
        ] {
            let text = "FROM x AS sources\nCOPY . /sources\nFROM sources AS made\nRUN make\nFROM x\nRUN pip install fastapi SQLAlchemy==1.4.36";
            Sample::of(&format!("{text}\n{more}\n")).cannot_check(PINNED);
        }
        Sample::of("FROM x\nENV PIP_CONSTRAINT=c.txt\nRUN pip install fastapi SQLAlchemy\n").cannot_check(PINNED);
        Sample::of("FROM x\nCOPY --from=0 /lib /lib\nRUN pip install fastapi==0.78.0\n").cannot_check(PINNED);
        let extra = r#"pip-installed = ["httptools"]"#;
        of("pip install uvicorn==0.17.6").fails_by(extra, "extra");
        of("pip install 'uvicorn[standard]==0.17.6'").cannot_check(extra);
    }

    #[test]
    fn the_cause_is_looked_for_in_the_dockerfile() {
        for (run, cause, line) in [
            (
                "RUN pip install \\\n fastapi==0.77.0 \\\n SQLAlchemy==1.4.36",
                "another-pin",
                3,
            ),
            ("RUN pip install 'fastapi>=0.77' SQLAlchemy==1.4.36", "range", 2),
            ("RUN pip install fastapi", "no-pin", 2),
            ("RUN pip install -r requirements.txt", "requirements", 2),
            ("RUN poetry install", "lock", 2),
            (
                "RUN --mount=type=cache,target=/root/.cache poetry install",
                "cache-mount",
                2,
            ),
            ("RUN pip install SQLAlchemy==1.4.36", "not-named", 2),
        ] {
            let sample = Sample::of(&format!("FROM x\n{run}\n")).image(|image| {
                image.python.insert("sqlalchemy".to_owned(), strings(&["1.4.36"]));
            });
            sample
                .fails_by(PINNED, cause)
                .fails_at(PINNED, "`fastapi` is not installed", line);
        }
    }

    #[test]
    fn its_setting_is_a_list_of_names() {
        refused(r#"pip-installed = "fastapi""#, "invalid type");
        refused(r#"pip-installed = { fastapi = "0.78.0" }"#, "invalid type");
    }
}
