//! `check.uid`: the container's process runs as this user.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::Judge;
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// A numeric user id.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Uid(u32);

impl Judge for Uid {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let running = case
            .evidence
            .run
            .known()
            .and_then(|run| run.server.as_ref()?.known()?.uid);
        if let Some(uid) = running {
            return Outcome::pass_if(uid == self.0, || self.failure(case, uid));
        }
        // The process was not there to be asked, or there is no engine: the configuration tells who it would be.
        let user = match case.evidence.image.known() {
            Some(image) => {
                let name = image.config.user.split(':').next().unwrap_or_default();
                name.parse()
                    .ok()
                    .or_else(|| image.users.get(name).map(|(uid, _)| *uid))
                    .or(if name.is_empty() { Some(0) } else { None })
            }
            None => match case.planned() {
                Err(outcome) => return outcome,
                Ok(planned) => match planned.user.as_ref() {
                    None => Some(0),
                    Some(user) => {
                        let name = user.value.split(':').next().unwrap_or_default();
                        match name.parse() {
                            Ok(uid) => Some(uid),
                            Err(_) if name == "root" => Some(0),
                            Err(_) => None,
                        }
                    }
                },
            },
        };
        match user {
            Some(uid) => Outcome::pass_if(uid == self.0, || self.failure(case, uid)),
            None => match case.image() {
                Err(outcome) => outcome,
                Ok(image) => {
                    let user = &image.config.user;
                    let line = case.planned.and_then(|planned| Some(planned.user.as_ref()?.line));
                    let failure = Failure::new(
                        self.expected(),
                        say!("the user `{user}`, which does not exist in the image"; user),
                    );
                    let at = line.unwrap_or_default();
                    Outcome::Fail(
                        failure
                            .at(case.at(line))
                            .why(say!("A user name in USER must exist in the image's /etc/passwd. Otherwise, no container starts."))
                            .cause("unknown-user", say!("Create `{user}` with `useradd` above line {at}, or correct the name there."; user, at)),
                    )
                }
            },
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

impl Uid {
    fn expected(&self) -> String {
        say!("a process that runs as uid {}", self.0)
    }

    fn failure(&self, case: &Case<'_>, uid: u32) -> Failure {
        let wanted = self.0;
        let found = say!("uid {uid}{}", if uid == 0 { say!(", which is root") } else { "" }; uid);
        let failure = Failure::new(self.expected(), found);
        let Some(user) = case.planned.and_then(|planned| planned.user.as_ref()) else {
            if let Some(line) = case.swallowed("USER", "") {
                return failure
                    .at(case.line(line))
                    .why(say!(
                        "A `\\` at the end of a line makes the next line part of the same instruction."
                    ))
                    .cause("swallowed", say!("Remove the `\\` at the end of line {line}."; line));
            }
            return failure.cause(
                "none",
                say!("Add `USER {wanted}` below the RUN that creates the user."; wanted),
            );
        };
        let (line, name) = (user.line, user.value.split(':').next().unwrap_or_default());
        let failure = failure.at(case.line(line));
        if uid == 0 && matches!(name, "root" | "0") {
            return failure.cause(
                "root-again",
                say!("Change line {line} to `USER {wanted}`; the last USER counts."; line, wanted),
            );
        }
        if name.parse() == Ok(uid) {
            return failure.cause(
                "another-number",
                say!("Change `{name}` on line {line} to `{wanted}`."; name, line, wanted),
            );
        }
        failure
            .why(say!("USER looks up the number in the image's /etc/passwd, where the RUN that creates the user wrote it."))
            .cause("another-uid", say!("Create `{name}` with `--uid {wanted}`, or write `USER {wanted}` on line {line}."; name, wanted, line))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{Observed, ServerEvidence},
        sample::{Sample, refused},
    };

    const RUNNER: &str = "uid = 10000";

    fn configured(user: &str) -> Sample {
        Sample::of("FROM x\nUSER runner\n").image(|image| {
            user.clone_into(&mut image.config.user);
            image
                .users
                .insert("runner".to_owned(), (10_000, "/home/runner".to_owned()));
            image.users.insert("root".to_owned(), (0, "/root".to_owned()));
        })
    }

    fn running(user: &str, uid: u32) -> Sample {
        configured(user).run(|run| {
            run.server = Some(Observed::Known(ServerEvidence {
                uid: Some(uid),
                ..ServerEvidence::default()
            }));
        })
    }

    #[test]
    fn the_process_cannot_hide_its_user() {
        running("", 10_000).passes(RUNNER).is_settled(RUNNER);
        running("runner", 0).fails_at(RUNNER, "uid 0, which is root", 2);
        running("10000", 1000).fails_at(RUNNER, "uid 1000", 2);
    }

    #[test]
    fn where_nothing_ran_the_configuration_tells() {
        for user in ["10000", "runner", "10000:10000", "runner:users"] {
            configured(user).passes(RUNNER).is_settled(RUNNER);
        }
        configured("").fails(RUNNER, "uid 0, which is root");
        configured("root").fails_at(RUNNER, "uid 0, which is root", 2);
        configured("nobody").fails(RUNNER, "the user `nobody`, which does not exist in the image");
    }

    #[test]
    fn without_an_engine_numbers_and_root_can_be_told() {
        for lines in [
            "USER 10000",
            "USER 10000:10000",
            "ARG ID=10000\nUSER $ID",
            "USER root\nRUN a\nUSER 10000",
        ] {
            Sample::of(&format!("FROM x\n{lines}\n"))
                .passes(RUNNER)
                .is_provisional(RUNNER);
        }
        Sample::of("FROM x\nUSER 10000\nUSER root\n").fails_at(RUNNER, "uid 0, which is root", 3);
        Sample::of("FROM x\n")
            .fails(RUNNER, "uid 0, which is root")
            .passes("uid = 0");
    }

    #[test]
    fn without_an_engine_a_name_cannot_be_checked() {
        let named = || Sample::of("FROM x\nRUN useradd -u 10000 runner\nUSER runner\n");
        named().cannot_check(RUNNER);
        named().failed("exit code: 1").skips(RUNNER);
        Sample::of("").skips(RUNNER);
    }

    #[test]
    fn its_setting_is_a_number() {
        refused(r#"uid = "runner""#, "invalid type");
        refused("uid = -1", "invalid value");
    }
}
