//! `check.serves`: a container of the image answers over HTTP.

use serde::Deserialize;

use super::Judge;
use crate::check::{
    case::{Case, known},
    evidence::ServerEvidence,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// What is asked, and what the answer holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Serves {
    /// TCP port in the container.
    port: u16,
    /// Path to ask for.
    #[serde(default = "root")]
    path: String,
    /// A text in the body of the answer.
    #[serde(default)]
    contains: String,
    /// Seconds to wait for the answer.
    #[serde(default = "half_a_minute")]
    within: u64,
}

fn root() -> String {
    "/".to_owned()
}

fn half_a_minute() -> u64 {
    30
}

impl Judge for Serves {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let run = match case.run() {
            Ok(run) => run,
            Err(outcome) => return outcome,
        };
        let Some(asked) = &run.server else {
            return Outcome::cannot_check("no container was started");
        };
        let server = match known(asked) {
            Ok(server) => server,
            Err(outcome) => return outcome,
        };
        let asked_for = if self.contains.is_empty() {
            "an answer".to_owned()
        } else {
            format!("`{}`", self.contains)
        };
        let expected = format!(
            "{asked_for} from port {} at `{}` within {} s",
            self.port, self.path, self.within
        );
        let line = case
            .planned
            .and_then(|planned| planned.cmd.as_ref().or(planned.entrypoint.as_ref()))
            .and_then(|found| case.line(found.line));
        let Some(answer) = &server.answer else {
            return Outcome::Fail(
                Failure::new(expected, self.silence(server))
                    .at(line)
                    .showing(&server.log),
            );
        };
        if answer.path != self.path {
            return Outcome::cannot_check(format!(
                "the server was asked for `{}` and not for `{}`",
                answer.path, self.path
            ));
        }
        if let Some(after) = server.ready_after_ms.filter(|after| *after > self.within * 1000) {
            let found = format!("the first answer after {} s", after / 1000);
            return Outcome::Fail(Failure::new(expected, found).at(line).showing(&server.log));
        }
        if !(200..400).contains(&answer.status) {
            let found = format!("status {}", answer.status);
            return Outcome::Fail(Failure::new(expected, found).at(line).showing(&server.log));
        }
        Outcome::pass_if(answer.body.contains(&self.contains), || {
            let start: String = answer.body.chars().take(80).collect();
            Failure::new(expected, format!("the answer `{}`", start.trim())).at(line)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Serve {
            port: self.port,
            path: self.path.clone(),
            within: self.within,
        }]
    }
}

impl Serves {
    /// Why nothing answered.
    fn silence(&self, server: &ServerEvidence) -> String {
        if let Some(error) = &server.start_error {
            return format!("the container did not start: {error}");
        }
        if let Some(code) = server.exit_code
            && !server.running
        {
            return format!("the container ended by itself with exit code {code} before it answered");
        }
        let port = format!(":{}", self.port);
        let local = |address: &&String| address.starts_with("127.") || address.starts_with("[::1]");
        if let Some(address) = server
            .listening
            .iter()
            .filter(local)
            .find(|address| address.ends_with(&port))
        {
            return format!("it listens on {address}, which only the container itself reaches; listen on 0.0.0.0");
        }
        if let Some(address) = server.listening.iter().find(|address| address.ends_with(&port)) {
            return format!("it listens on {address}, and gives no answer to HTTP from outside");
        }
        if let Some(address) = server.listening.first() {
            return format!(
                "nothing listens on port {}; the container listens on {address}",
                self.port
            );
        }
        format!(
            "no answer after {} s, though the container runs",
            server.waited_ms / 1000
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{HttpAnswer, ServerEvidence},
        sample::{Sample, is_refused},
    };

    const HELLO: &str = r#"serves = { port = 8000, contains = "Hello" }"#;

    #[test]
    fn silence_is_told_by_its_cause() {
        let sample = Sample::of("FROM b\nCMD x\n");
        sample.cannot_be_checked(HELLO);
        let answer = |status: u16, body: &str| ServerEvidence {
            running: true,
            answer: Some(HttpAnswer {
                path: "/".to_owned(),
                status,
                body: body.to_owned(),
            }),
            ..ServerEvidence::default()
        };
        sample.clone().serving(answer(200, "Hello World")).passes(HELLO);
        sample.clone().serving(answer(200, "Bye")).fails_at(HELLO, "`Bye`", 2);
        sample.clone().serving(answer(500, "Hello")).fails(HELLO, "status 500");
        let silent = |listening: &[&str]| ServerEvidence {
            running: true,
            listening: listening.iter().map(|address| (*address).to_owned()).collect(),
            waited_ms: 30_000,
            ..ServerEvidence::default()
        };
        sample
            .clone()
            .serving(silent(&["127.0.0.1:8000"]))
            .fails(HELLO, "only the container itself reaches");
        sample
            .clone()
            .serving(silent(&["0.0.0.0:80"]))
            .fails(HELLO, "nothing listens on port 8000");
        sample.clone().serving(silent(&[])).fails(HELLO, "no answer after 30 s");
        let ended = ServerEvidence {
            exit_code: Some(3),
            ..ServerEvidence::default()
        };
        sample.clone().serving(ended).fails(HELLO, "exit code 3");
        let missing = ServerEvidence {
            start_error: Some("no such program".to_owned()),
            ..ServerEvidence::default()
        };
        sample.serving(missing).fails(HELLO, "did not start: no such program");
        assert!(is_refused(r#"serves = { port = "8000" }"#));
    }
}
