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
            return Outcome::cannot_check(say!("no container was started"));
        };
        let server = match known(asked) {
            Ok(server) => server,
            Err(outcome) => return outcome,
        };
        let asked_for = if self.contains.is_empty() {
            say!("an answer").to_owned()
        } else {
            format!("`{}`", self.contains)
        };
        let expected =
            say!("{asked_for} from port {} at `{}` within {} s", self.port, self.path, self.within; asked_for);
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
            return Outcome::cannot_check(say!(
                "the server was asked for `{}` and not for `{}`",
                answer.path,
                self.path
            ));
        }
        if let Some(after) = server.ready_after_ms.filter(|after| *after > self.within * 1000) {
            let found = say!("the first answer after {} s", after / 1000);
            return Outcome::Fail(Failure::new(expected, found).at(line).showing(&server.log));
        }
        if !(200..400).contains(&answer.status) {
            let found = say!("status {}", answer.status);
            return Outcome::Fail(Failure::new(expected, found).at(line).showing(&server.log));
        }
        Outcome::pass_if(answer.body.contains(&self.contains), || {
            let start: String = answer.body.chars().take(80).collect();
            Failure::new(expected, say!("the answer `{}`", start.trim())).at(line)
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
            return say!("the container did not start: {error}"; error);
        }
        if let Some(code) = server.exit_code
            && !server.running
        {
            return say!("the container ended by itself with exit code {code} before it answered"; code);
        }
        let port = format!(":{}", self.port);
        let local = |address: &&String| address.starts_with("127.") || address.starts_with("[::1]");
        if let Some(address) = server
            .listening
            .iter()
            .filter(local)
            .find(|address| address.ends_with(&port))
        {
            return say!("it listens on {address}, which only the container itself reaches; listen on 0.0.0.0"; address);
        }
        if let Some(address) = server.listening.iter().find(|address| address.ends_with(&port)) {
            return say!("it listens on {address}, and gives no answer to HTTP from outside"; address);
        }
        if let Some(address) = server.listening.first() {
            return say!("nothing listens on port {}; the container listens on {address}", self.port; address);
        }
        say!(
            "no answer after {} s, though the container runs",
            server.waited_ms / 1000
        )
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_late_answer_and_one_for_another_path_are_no_answers() {
        use crate::check::{
            evidence::{HttpAnswer, Observed, ServerEvidence},
            sample::Sample,
        };
        let server = |path: &str, after: u64| ServerEvidence {
            running: true,
            ready_after_ms: Some(after),
            answer: Some(HttpAnswer {
                path: path.to_owned(),
                status: 200,
                body: "Hello".to_owned(),
            }),
            ..ServerEvidence::default()
        };
        let sample = |path: &str, after: u64| {
            let server = server(path, after);
            Sample::of("FROM b\n").run(|run| run.server = Some(Observed::Known(server)))
        };
        let quick = "serves = { port = 1, within = 5 }";
        sample("/", 4000).passes(quick);
        sample("/", 50_000).fails(quick, "after 50 s");
        sample("/docs", 4000).cannot_check(quick);
    }

    use crate::check::{
        evidence::{HttpAnswer, Observed, ServerEvidence},
        sample::{Sample, refused, strings},
        verdict::Outcome,
    };

    const HELLO: &str = r#"serves = { port = 8000, contains = "Hello World" }"#;

    fn with(change: impl FnOnce(&mut ServerEvidence)) -> Sample {
        let mut server = ServerEvidence {
            running: true,
            waited_ms: 30_000,
            ..ServerEvidence::default()
        };
        change(&mut server);
        Sample::of("FROM x\nENTRYPOINT [\"uvicorn\"]\nCMD [\"app.main:app\"]\n")
            .run(|run| run.server = Some(Observed::Known(server)))
    }

    fn answering(status: u16, body: &str) -> Sample {
        with(|server| {
            server.answer = Some(HttpAnswer {
                path: "/".to_owned(),
                status,
                body: body.to_owned(),
            });
        })
    }

    #[test]
    fn an_answer_with_the_text_passes() {
        answering(200, "{\"Hello World\"}").passes(HELLO).is_settled(HELLO);
        answering(399, "Hello World").passes(HELLO);
        answering(204, "").passes("serves = { port = 8000 }");
    }

    #[test]
    fn another_status_or_text_fails() {
        answering(404, "Hello World").fails_at(HELLO, "status 404", 3);
        answering(500, "").fails(HELLO, "status 500");
        answering(200, "hello world").fails_at(HELLO, "the answer `hello world`", 3);
    }

    #[test]
    fn silence_is_explained() {
        with(|server| server.start_error = Some("exec: \"uvicorn\": not found".to_owned())).fails_at(
            HELLO,
            "the container did not start: exec:",
            3,
        );
        with(|server| {
            server.running = false;
            server.exit_code = Some(1);
        })
        .fails(HELLO, "ended by itself with exit code 1");
        with(|server| server.listening = strings(&["127.0.0.1:8000"])).fails(HELLO, "listens on 127.0.0.1:8000, which");
        with(|server| server.listening = strings(&["[::1]:8000"])).fails(HELLO, "listen on 0.0.0.0");
        with(|server| server.listening = strings(&["0.0.0.0:80"])).fails(HELLO, "nothing listens on port 8000");
        with(|_| {}).fails(HELLO, "no answer after 30 s");
    }

    #[test]
    fn the_log_is_shown() {
        let sample = with(|server| server.log = strings(&["ModuleNotFoundError: app"]));
        let Outcome::Fail(failure) = sample.outcome(HELLO) else {
            panic!("nothing answered");
        };
        assert_eq!(failure.details, ["ModuleNotFoundError: app"]);
    }

    #[test]
    fn without_a_container_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(HELLO);
        Sample::of("FROM x\n").failed("exit code: 1").skips(HELLO);
        Sample::of("FROM x\n").run(|_| {}).cannot_check(HELLO);
        Sample::of("FROM x\n")
            .run(|run| run.server = Some(Observed::unknown("the port could not be published")))
            .cannot_check(HELLO);
    }

    #[test]
    fn its_settings_are_a_port_and_what_is_asked() {
        refused("serves = 8000", "invalid type");
        refused(r#"serves = { path = "/" }"#, "missing field `port`");
        refused("serves = { port = 8000, status = 200 }", "unknown field `status`");
        refused("serves = { port = 8000, within = \"1s\" }", "invalid type");
    }
}
