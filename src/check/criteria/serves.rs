//! `check.serves`: a container of the image answers over HTTP.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, LONGEST_WAIT, is_a_port, is_a_wait};
use crate::check::{
    case::Case,
    evidence::ServerEvidence,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// What is asked, and what the answer holds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
        let server = match case.server() {
            Ok(server) => server,
            Err(outcome) => return outcome,
        };
        let Some(answer) = &server.answer else {
            return Outcome::Fail(self.silence(case, server).showing(&server.log));
        };
        if answer.path != self.path {
            return Outcome::cannot_check(say!("the request was for `{}`, not for `{}`", answer.path, self.path));
        }
        if let Some(after) = server.ready_after_ms.filter(|after| *after > self.within * 1000) {
            let found = say!("the first answer came after {} s", after / 1000);
            return Outcome::Fail(self.failure(found).showing(&server.log).cause(
                "late",
                say!("Find out in the log above what the app waits for before it answers."),
            ));
        }
        if !(200..400).contains(&answer.status) {
            let found = say!("the answer has status {}", answer.status);
            let failure = self.failure(found).showing(&server.log);
            return Outcome::Fail(if answer.status >= 500 {
                failure
                    .why(say!(
                        "The server runs and can be reached, but the app failed while answering."
                    ))
                    .cause(
                        "server-error",
                        say!("Find the error in the lines the app printed, and fix it."),
                    )
            } else {
                failure
                    .why(say!(
                        "The server runs and can be reached, but it has nothing at this path."
                    ))
                    .cause("another-path", say!("Make the app answer at `{}`.", self.path))
            });
        }
        Outcome::pass_if(answer.body.contains(&self.contains), || {
            let start: String = answer.body.chars().take(80).collect();
            self.failure(say!("the answer is `{}`", start.trim()))
                .why(say!("The server runs and can be reached, but its answer is different."))
                .cause(
                    "another-answer",
                    say!(
                        "Compare the app with the one that came with the workspace: its answer contains `{}`.",
                        self.contains
                    ),
                )
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Serve {
            port: self.port,
            path: self.path.clone(),
            within: self.within,
        }]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = is_a_port(self.port);
        mistakes.extend(is_a_wait("within", self.within, LONGEST_WAIT));
        if !self.path.starts_with('/') {
            mistakes.push(say!("`path`: `{}` does not start with `/`", self.path));
        }
        mistakes
    }
}

impl Serves {
    fn failure(&self, found: impl Into<String>) -> Failure {
        let asked_for = if self.contains.is_empty() {
            say!("an answer").to_owned()
        } else {
            format!("`{}`", self.contains)
        };
        Failure::new(
            say!("{asked_for} from port {} at `{}` within {} s", self.port, self.path, self.within; asked_for),
            found,
        )
    }

    /// Why nothing answered.
    fn silence(&self, case: &Case<'_>, server: &ServerEvidence) -> Failure {
        let planned = case.planned;
        let entrypoint = planned.and_then(|planned| Some(planned.entrypoint.as_ref()?.line));
        let cmd = planned.and_then(|planned| Some(planned.cmd.as_ref()?.line));
        let place = |line: Option<u32>| line.and_then(|line| case.line(line));
        if let Some(error) = &server.start_error {
            let at = entrypoint.or(cmd);
            let line = at.unwrap_or_default();
            return self
                .failure(say!("the container did not start: {error}"; error))
                .at(place(at))
                .why(say!(
                    "Docker runs the first word of ENTRYPOINT and CMD together as a program. It could not start it."
                ))
                .cause(
                    "did-not-start",
                    say!("Check that the program on line {line} is installed in the image and is on its PATH."; line),
                );
        }
        if let Some(code) = server.exit_code
            && !server.running
        {
            return ended(
                self.failure(say!("the container exited with code {code} before it answered"; code)),
                server,
                code,
            );
        }
        let port = format!(":{}", self.port);
        let on_port: Vec<&String> = server
            .listening
            .iter()
            .filter(|address| address.ends_with(&port))
            .collect();
        let at = place(cmd.or(entrypoint));
        let line = cmd.or(entrypoint).unwrap_or_default();
        if let Some(address) = on_port.iter().find(|address| is_loopback(address)) {
            return self
                .failure(say!("it listens on {address}, which cannot be reached from outside the container"; address))
                .at(at)
                .why(say!("Inside a container, 127.0.0.1 is the container itself. A server that listens only there cannot be reached from outside, even with `-p`."))
                .cause("only-itself", say!("Make the server listen on 0.0.0.0: its address is set on line {line}."; line));
        }
        if let Some(address) = on_port.first() {
            return self
                .failure(say!("it listens on {address}, and does not answer HTTP requests from outside"; address))
                .at(at)
                .cause(
                    "mute",
                    say!(
                        "Check that an HTTP server listens on port {}: `docker logs` shows what it prints.",
                        self.port
                    ),
                );
        }
        if let Some(address) = server.listening.first() {
            return self
                .failure(say!("nothing listens on port {}; the container listens on {address}", self.port; address))
                .at(at)
                .why(say!(
                    "`-p` forwards requests to port {} of the container. A server on another port does not get them.",
                    self.port
                ))
                .cause(
                    "another-port",
                    say!("Make the server listen on port {}: its port is set on line {line}.", self.port; line),
                );
        }
        self.failure(say!(
            "no answer after {} s, although the container is running",
            server.waited_ms / 1000
        ))
        .why(say!("The container runs, but no program in it listens on any port."))
        .cause(
            "nothing-listens",
            say!("Run `dockerlab run`, and find out from its output what the container does instead."),
        )
    }
}

/// Whether an address is reached from inside the container only.
pub(super) fn is_loopback(address: &str) -> bool {
    address == "localhost" || address == "::1" || address.starts_with("127.") || address.starts_with("[::1]")
}

/// Why a container ended, as its last lines tell.
fn ended(failure: Failure, server: &ServerEvidence, code: i64) -> Failure {
    let last = |sign: &str| {
        server
            .log
            .iter()
            .rev()
            .find_map(|line| line.split_once(sign).map(|(_, rest)| rest.trim()))
    };
    let quoted = |text: &str| -> String { text.trim_matches(['\'', '"', '.']).to_owned() };
    if let Some(module) = last("No module named ") {
        let module = quoted(module);
        let failure = failure.why(say!(
            "Python looks for modules in the working directory and in the installed packages."
        ));
        return failure.cause(
            "no-module",
            say!("Make `{module}` importable: install its package, or copy its folder into the working directory."; module),
        );
    }
    if let Some(rest) = last("Could not import module ") {
        let module = quoted(rest);
        return failure
            .why(say!("uvicorn imports the module from the working directory."))
            .cause(
                "no-module",
                say!("Copy the folder of `{module}` into the working directory, with its name."; module),
            );
    }
    if last("Permission denied").is_some()
        || last("PermissionError").is_some()
        || last("unable to open database file").is_some()
    {
        return failure
            .why(say!(
                "The process runs as the user set by USER, with only that user's permissions."
            ))
            .cause(
                "not-allowed",
                say!("Find the file in the last lines, and give the user the access it needs there."),
            );
    }
    if code == 137 {
        return failure
            .why(say!(
                "Exit code 137 means that the container was killed: it used more memory than allowed, or it was stopped."
            ))
            .cause("killed", say!("Find out which part of the app needs so much memory."));
    }
    if code == 0 {
        return failure
            .why(say!(
                "A container runs as long as its first process. This process finished."
            ))
            .cause("finished", say!("Start a server that keeps running in the foreground."));
    }
    if let Some(error) = server.log.iter().rev().find(|line| is_error(line)) {
        let error: String = error.trim().chars().take(120).collect();
        return failure.cause("crashed", say!("Fix the error in the last lines: `{error}`"; error));
    }
    failure.cause(
        "crashed-silently",
        say!("Start the container with `dockerlab run`, and read what it prints."),
    )
}

/// Whether a line names an exception or an error: `ValueError: …`, `Error: …`.
fn is_error(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        let name = name.trim();
        (name.ends_with("Error") || name.ends_with("Exception")) && !name.contains(' ')
    })
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
        answering(404, "Hello World").fails(HELLO, "the answer has status 404");
        answering(500, "").fails(HELLO, "the answer has status 500");
        answering(200, "hello world").fails(HELLO, "the answer is `hello world`");
    }

    #[test]
    fn silence_is_explained() {
        with(|server| server.start_error = Some("exec: \"uvicorn\": not found".to_owned())).fails_at(
            HELLO,
            "the container did not start: exec:",
            2,
        );
        with(|server| {
            server.running = false;
            server.exit_code = Some(1);
        })
        .fails(HELLO, "exited with code 1");
        with(|server| server.listening = strings(&["127.0.0.1:8000"])).fails(HELLO, "listens on 127.0.0.1:8000, which");
        with(|server| server.listening = strings(&["[::1]:8000"])).fails(HELLO, "listens on [::1]:8000, which");
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
