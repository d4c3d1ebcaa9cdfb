//! `check.uid`: the container's process runs as this user.

use serde::Deserialize;

use super::Judge;
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// A numeric user id.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Uid(u32);

impl Judge for Uid {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let line = case.planned.and_then(|planned| case.line(planned.user.as_ref()?.line));
        let expected = format!("a process that runs as uid {}", self.0);
        let running = case
            .evidence
            .run
            .known()
            .and_then(|run| run.server.as_ref()?.known()?.uid);
        if let Some(uid) = running {
            return Outcome::pass_if(uid == self.0, || {
                Failure::new(
                    expected,
                    format!("uid {uid}{}", if uid == 0 { ", which is root" } else { "" }),
                )
                .at(line)
            });
        }
        // The process was not there to be asked, or there is no engine: the configuration tells who it would be.
        let user = match case.evidence.image.known() {
            Some(image) => {
                let name = image.user.split(':').next().unwrap_or_default();
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
            Some(uid) => Outcome::pass_if(uid == self.0, || {
                Failure::new(
                    expected,
                    format!("uid {uid}{}", if uid == 0 { ", which is root" } else { "" }),
                )
                .at(line)
            }),
            None => match case.image() {
                Err(outcome) => outcome,
                Ok(image) => Outcome::Fail(
                    Failure::new(
                        expected,
                        format!("the user `{}`, whom the image does not know", image.user),
                    )
                    .at(line),
                ),
            },
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::ServerEvidence,
        sample::{Sample, is_refused},
    };

    #[test]
    fn the_running_process_has_the_last_word() {
        let sample = Sample::of("FROM b\nUSER 10000\n");
        sample.passes("uid = 10000");
        sample
            .clone()
            .image(|image| image.user = "10000:5".to_owned())
            .passes("uid = 10000");
        let ran = |uid: u32| ServerEvidence {
            uid: Some(uid),
            ..ServerEvidence::default()
        };
        sample.clone().serving(ran(10000)).passes("uid = 10000");
        sample
            .clone()
            .serving(ran(0))
            .fails_at("uid = 10000", "uid 0, which is root", 2);
        Sample::of("FROM b\nUSER runner\n").cannot_be_checked("uid = 10000");
        let named = |uid: u32| {
            Sample::of("FROM b\nUSER runner\n").image(|image| {
                image.user = "runner".to_owned();
                image
                    .users
                    .insert("runner".to_owned(), (uid, "/home/runner".to_owned()));
            })
        };
        named(10000).passes("uid = 10000");
        named(10001).fails("uid = 10000", "uid 10001");
        Sample::of("FROM b\n").fails("uid = 10000", "root");
        assert!(is_refused(r#"uid = "runner""#));
    }
}
