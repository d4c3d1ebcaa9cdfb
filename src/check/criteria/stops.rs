//! `check.stops`: a container of the image ends by itself when it is asked to.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, is_a_port, is_a_wait};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Keyword,
};

/// The exit code of a process that was killed with SIGKILL: 128 and the signal's number.
const KILLED: i64 = 137;
/// The longest that a criterion may wait for a container to end, in seconds.
const LONGEST_STOP: u64 = 120;

/// How long it may take to end.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stops {
    /// TCP port in the container that its app listens on: it is asked to stop once it answers there.
    port: u16,
    /// Seconds from the signal until it has to have ended.
    #[serde(default = "ten_seconds")]
    within: u64,
    /// The exit code that it has to end with; any but that of a killed process where there is none.
    #[serde(default)]
    exit_code: Option<i64>,
}

fn ten_seconds() -> u64 {
    10
}

impl Judge for Stops {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let server = match case.server() {
            Ok(server) => server,
            Err(outcome) => return outcome,
        };
        let Some(stopped) = &server.stopped else {
            return Outcome::skipped(say!("the container did not keep running"));
        };
        let line = case
            .last_line_of(Keyword::Entrypoint)
            .or_else(|| case.last_line_of(Keyword::Cmd));
        let within = self.within;
        let expected = say!("it ends within {within} s of `docker stop`"; within);
        let seconds = stopped.after_ms / 1000;
        if stopped.exit_code == KILLED || stopped.after_ms > within * 1000 {
            let first = server.process.as_ref().map(|words| words.join(" "));
            let failure = Failure::new(
                expected,
                say!("it did not react, and was killed after {seconds} s"; seconds),
            )
            .at(line)
            .showing(&server.log);
            return Outcome::Fail(match first.filter(|first| is_shell(first)) {
                Some(first) => failure
                    .why(say!("Docker sends the signal to the container's first process, `{first}`. A shell does not pass it on."; first))
                    .cause("shell", say!("Use the exec form, or `exec` in front of the program, so that it is the first process.").to_owned()),
                None => failure
                    .why(say!("The first process of a container gets no default reaction to a signal: a program that does not handle it goes on."))
                    .cause("ignored", say!("Handle SIGTERM in the app, or name the signal that it handles with STOPSIGNAL.").to_owned()),
            });
        }
        match self.exit_code {
            Some(wanted) if stopped.exit_code != wanted => {
                let code = stopped.exit_code;
                Outcome::Fail(
                    Failure::new(
                        say!("it ends with exit code {wanted} after `docker stop`"; wanted),
                        say!("it ended with exit code {code}"; code),
                    )
                    .at(line)
                    .showing(&server.log)
                    .plain("exit-code"),
                )
            }
            _ => Outcome::Pass,
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![
            Probe::Serve {
                port: self.port,
                path: "/".to_owned(),
                within: 60,
            },
            Probe::Stop { within: self.within },
        ]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = is_a_port(self.port);
        mistakes.extend(is_a_wait("within", self.within, LONGEST_STOP));
        mistakes
    }
}

/// Whether a command line is a shell's.
fn is_shell(command: &str) -> bool {
    let program = command.split(' ').next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    matches!(name, "sh" | "bash" | "dash" | "ash" | "busybox")
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{Observed, ServerEvidence, StopEvidence},
        sample::Sample,
    };

    fn with(exit_code: i64, after_ms: u64, first: &[&str]) -> Sample {
        Sample::of("FROM b\nCMD python app.py\n").run(|run| {
            run.server = Some(Observed::Known(ServerEvidence {
                stopped: Some(StopEvidence { exit_code, after_ms }),
                process: Some(first.iter().map(|word| (*word).to_owned()).collect()),
                ..ServerEvidence::default()
            }));
        })
    }

    #[test]
    fn a_container_that_has_to_be_killed_fails_by_what_its_first_process_is() {
        let check = "stops = { port = 80, within = 5 }";
        for code in [0, 143, 1] {
            with(code, 4_000, &["python", "app.py"]).passes(check);
        }
        with(137, 5_200, &["/bin/sh", "-c", "python app.py"]).fails_by(check, "shell");
        with(137, 5_200, &["python", "app.py"]).fails_by(check, "ignored");
        with(137, 5_200, &["python", "app.py"]).fails_at(check, "killed after 5 s", 2);
        with(0, 6_000, &["python"]).fails(check, "after 6 s");
        with(143, 100, &["python"]).fails("stops = { port = 80, exit-code = 0 }", "exit code 143");
        with(0, 100, &["python"]).passes("stops = { port = 80, exit-code = 0 }");
        Sample::of("FROM b\n")
            .run(|run| run.server = Some(Observed::Known(ServerEvidence::default())))
            .skips(check);
        Sample::of("FROM b\n").cannot_check(check);
    }
}
