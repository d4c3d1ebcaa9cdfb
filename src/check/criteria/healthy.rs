//! `check.healthy`: a container of the image reports that it is healthy.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, is_a_port};
use crate::{
    check::{
        case::Case,
        evidence::HealthEvidence,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Keyword,
};

/// How long it may take.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Healthy {
    /// TCP port in the container that its app listens on.
    port: u16,
    /// Seconds from the start until it has to be healthy.
    #[serde(default = "a_minute")]
    within: u64,
}

fn a_minute() -> u64 {
    60
}

impl Judge for Healthy {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let server = match case.server() {
            Ok(server) => server,
            Err(outcome) => return outcome,
        };
        let line = case.last_line_of(Keyword::Healthcheck);
        let Some(health) = &server.health else {
            return Outcome::skipped(say!("the container did not keep running"));
        };
        let in_time = health.after_ms <= self.within * 1000;
        Outcome::pass_if(health.status == "healthy" && in_time, || {
            Failure::new(
                say!("a container that is healthy within {} s", self.within),
                self.found(health),
            )
            .at(line)
            .showing(&health.output)
            .cause(
                match health.status.as_str() {
                    "none" => "no-healthcheck",
                    "healthy" => "late",
                    _ => "failing",
                },
                self.next(health),
            )
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![
            Probe::Serve {
                port: self.port,
                path: "/".to_owned(),
                within: self.within,
            },
            Probe::Health { within: self.within },
        ]
    }

    fn mistakes(&self) -> Vec<String> {
        is_a_port(self.port)
    }
}

impl Healthy {
    fn found(&self, health: &HealthEvidence) -> String {
        let seconds = health.after_ms / 1000;
        match (health.status.as_str(), health.exit_code) {
            ("none", _) => say!("the image has no health check").to_owned(),
            ("healthy", _) => say!("it was healthy only after {seconds} s"; seconds),
            (_, Some(code)) => {
                say!("it is `{}` after {seconds} s: the check ended with exit code {code}", health.status; seconds, code)
            }
            (_, None) => say!("it is `{}` after {seconds} s: no check has ended", health.status; seconds),
        }
    }

    fn next(&self, health: &HealthEvidence) -> String {
        match (health.status.as_str(), health.exit_code) {
            ("none", _) => say!("Add a HEALTHCHECK whose command fails when the app does not answer.").to_owned(),
            (_, Some(127 | 126)) => {
                say!("The image does not have the program that the check runs: use one that it has.").to_owned()
            }
            (_, Some(_)) => {
                say!("Run the check's command in the container with `docker exec`, and fix what it says.").to_owned()
            }
            ("healthy", _) | (_, None) => {
                say!("Shorten the check's `--interval`: the first check runs only after it.").to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{HealthEvidence, Observed, ServerEvidence},
        sample::Sample,
    };

    fn with(status: &str, after_ms: u64, exit_code: Option<i64>) -> Sample {
        let health = HealthEvidence {
            status: status.to_owned(),
            after_ms,
            exit_code,
            output: vec!["curl: not found".to_owned()],
        };
        Sample::of("FROM b\nHEALTHCHECK CMD curl localhost\n").run(|run| {
            run.server = Some(Observed::Known(ServerEvidence {
                health: Some(health),
                ..ServerEvidence::default()
            }));
        })
    }

    #[test]
    fn what_the_engine_says_decides() {
        let check = "healthy = { port = 80, within = 20 }";
        with("healthy", 20_000, Some(0)).passes(check);
        with("healthy", 21_000, Some(0)).fails_by(check, "late");
        with("unhealthy", 9_000, Some(127)).fails_by(check, "failing");
        with("unhealthy", 9_000, Some(127)).fails_at(check, "exit code 127", 2);
        with("starting", 20_000, None).fails(check, "no check has ended");
        with("none", 0, None).fails_by(check, "no-healthcheck");
        Sample::of("FROM b\n")
            .run(|run| run.server = Some(Observed::Known(ServerEvidence::default())))
            .skips(check);
        Sample::of("FROM b\n").cannot_check(check);
    }
}
