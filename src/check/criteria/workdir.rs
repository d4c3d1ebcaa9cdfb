//! `check.workdir`: the image's working directory is one of these.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something},
    spelling::listed,
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Absolute paths that are right.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Workdir {
    any_of: Vec<String>,
}

impl Judge for Workdir {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (found, line) = match case.evidence.image.known() {
            Some(image) => (
                image.config.working_dir.clone(),
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
            let wanted = self.any_of.first().map_or("", String::as_str);
            let expected = say!("{} as the working directory", listed(&self.any_of, "or"));
            match line {
                Some(line) => Failure::new(expected, say!("it is `{found}`"; found))
                    .at(case.line(line))
                    .cause(
                        "another",
                        say!("Change line {line} so that the working directory is `{wanted}`."; line, wanted),
                    ),
                None => {
                    if let Some(line) = case.swallowed("WORKDIR", "") {
                        return Failure::new(expected, say!("this line is part of the instruction above it"))
                            .at(case.line(line))
                            .why(say!(
                                "A `\\` at the end of a line makes the next line part of the same instruction."
                            ))
                            .cause("swallowed", say!("Remove the `\\` at the end of line {line}."; line));
                    }
                    Failure::new(
                        expected,
                        say!(
                            "it is `{}`: there is no WORKDIR",
                            if found.is_empty() { "/" } else { &found }
                        ),
                    )
                    .cause("none", say!("Add `WORKDIR {wanted}` above COPY."; wanted))
                }
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("any-of", &self.any_of)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const SERVER: &str = r#"workdir = { any-of = ["/server", "/srv/app/"] }"#;

    #[test]
    fn the_last_one_counts_however_it_was_reached() {
        for lines in [
            "WORKDIR /server",
            "WORKDIR server/",
            "workdir \"/server\"",
            "WORKDIR /srv\nWORKDIR app",
            "ARG ROOT=/srv\nWORKDIR ${ROOT}/app",
            "WORKDIR /a/../server/.",
        ] {
            Sample::of(&format!("FROM x\n{lines}\n"))
                .passes(SERVER)
                .is_provisional(SERVER);
        }
        Sample::of("FROM x AS y\nWORKDIR /server\nFROM y\n").passes(SERVER);
    }

    #[test]
    fn another_one_fails_at_its_line() {
        Sample::of("FROM x\nWORKDIR /server\nWORKDIR app\n").fails_at(SERVER, "it is `/server/app`", 3);
        Sample::of("FROM x\nRUN mkdir /server && cd /server\n").fails(SERVER, "there is no WORKDIR");
        Sample::of("FROM x\n").passes(r#"workdir = { any-of = ["/"] }"#);
    }

    #[test]
    fn the_image_has_the_last_word() {
        let at = |folder: &str| Sample::of("FROM x\n").image(|image| folder.clone_into(&mut image.config.working_dir));
        at("/server").passes(SERVER).is_settled(SERVER);
        at("/usr/src").fails(SERVER, "it is `/usr/src`");
        Sample::of("FROM x\nWORKDIR /server\n")
            .image(|_| {})
            .fails_at(SERVER, "it is `/`", 2);
    }

    #[test]
    fn its_settings_are_folders() {
        refused(r#"workdir = "/server""#, "invalid type");
        refused(r#"workdir = { any_of = ["/server"] }"#, "unknown field `any_of`");
        Sample::of("").skips(SERVER);
    }
}
