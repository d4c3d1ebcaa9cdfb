//! `check.workdir`: the image's working directory is one of these.

use serde::Deserialize;

use super::{Judge, spelling::listed};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Absolute paths that are right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Workdir {
    any_of: Vec<String>,
}

impl Judge for Workdir {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (found, line) = match case.evidence.image.known() {
            Some(image) => (
                image.workdir.clone(),
                case.planned.and_then(|planned| planned.workdir_line),
            ),
            None => match case.planned() {
                Ok(planned) => (planned.workdir.clone(), planned.workdir_line),
                Err(outcome) => return outcome,
            },
        };
        let bare = |path: &str| path.trim_end_matches('/').to_owned();
        let right = self.any_of.iter().any(|wanted| bare(wanted) == bare(&found));
        Outcome::pass_if(right, || {
            let found = if bare(&found).is_empty() {
                "it is `/`: there is no WORKDIR".to_owned()
            } else {
                format!("it is `{found}`")
            };
            Failure::new(
                format!("{} as the working directory", listed(&self.any_of, "or")),
                found,
            )
            .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn relative_folders_add_up() {
        let server = r#"workdir = { any-of = ["/server"] }"#;
        for text in [
            "WORKDIR /server",
            "WORKDIR server/",
            "WORKDIR /a\nWORKDIR ../server",
            "ARG D=server\nWORKDIR /$D",
        ] {
            Sample::of(&format!("FROM b\n{text}\n")).passes(server);
        }
        Sample::of("FROM b\nWORKDIR /server\nWORKDIR app\n").fails_at(server, "`/server/app`", 3);
        Sample::of("FROM b\n").fails(server, "no WORKDIR");
        Sample::of("FROM b\nWORKDIR /x\n")
            .image(|image| image.workdir = "/server".to_owned())
            .passes(server);
        assert!(is_refused(r#"workdir = "/server""#));
    }
}
