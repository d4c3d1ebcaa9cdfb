//! `check.healthy`: a container of the image reports that it is healthy.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, LONGEST_WAIT, is_a_port, is_a_wait};
use crate::{
    check::{
        case::Case,
        evidence::HealthEvidence,
        probe::Probe,
        verdict::{Failure, Outcome, Place},
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
    /// Seconds from when its processes are frozen until it has to be unhealthy; without it, nothing is frozen.
    #[serde(default)]
    unhealthy_within: Option<u64>,
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
        let in_time = health.after_ms <= self.within.saturating_mul(1000);
        let is_healthy = health.status == "healthy" && in_time;
        if let (true, Some(within)) = (is_healthy, self.unhealthy_within) {
            return notices(health, within, line);
        }
        Outcome::pass_if(is_healthy, || {
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
            Probe::Health {
                within: self.within,
                frozen: self.unhealthy_within,
            },
        ]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = is_a_port(self.port);
        mistakes.extend(is_a_wait("within", self.within, LONGEST_WAIT));
        if let Some(within) = self.unhealthy_within {
            mistakes.extend(is_a_wait("unhealthy-within", within, LONGEST_WAIT));
        }
        mistakes
    }
}

/// Whether the check notices that the app does not answer any more.
fn notices(health: &HealthEvidence, within: u64, line: Option<Place>) -> Outcome {
    let Some(frozen) = &health.frozen else {
        return Outcome::cannot_check(say!("the container was not frozen"));
    };
    let in_time = frozen.after_ms <= within.saturating_mul(1000);
    Outcome::pass_if(frozen.status == "unhealthy" && in_time, || {
        let seconds = frozen.after_ms / 1000;
        let expected = say!("a container that is unhealthy within {within} s of the app freezing"; within);
        let failure = if frozen.status == "unhealthy" {
            let found = say!("it was unhealthy only after {seconds} s"; seconds);
            Failure::new(expected, found).cause(
                "notices-late",
                say!("Lower the check's `--interval`, `--timeout` and `--retries`: together they decide how long it takes.")
                    .to_owned(),
            )
        } else {
            let found = say!("it is still `{}` after {seconds} s", frozen.status; seconds);
            Failure::new(expected, found).cause(
                "notices-nothing",
                say!("Let the check wait for an HTTP answer of the app, and let `--interval`, `--timeout` and `--retries` add up to less than that.")
                    .to_owned(),
            )
        };
        failure.at(line)
    })
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
    use super::*;
    use crate::check::{
        evidence::{FrozenEvidence, HealthEvidence, Observed, ServerEvidence},
        sample::Sample,
    };

    fn with(status: &str, after_ms: u64, exit_code: Option<i64>) -> Sample {
        frozen(status, after_ms, exit_code, None)
    }

    fn frozen(status: &str, after_ms: u64, exit_code: Option<i64>, frozen: Option<(&str, u64)>) -> Sample {
        let health = HealthEvidence {
            status: status.to_owned(),
            after_ms,
            exit_code,
            output: vec!["curl: not found".to_owned()],
            frozen: frozen.map(|(status, after_ms)| FrozenEvidence {
                status: status.to_owned(),
                after_ms,
            }),
        };
        Sample::of("FROM b\nHEALTHCHECK CMD curl localhost\n").run(|run| {
            run.server = Some(Observed::Known(ServerEvidence {
                health: Some(health),
                ..ServerEvidence::default()
            }));
        })
    }

    #[test]
    fn an_app_that_is_frozen_has_to_be_noticed() {
        let check = "healthy = { port = 80, within = 20, unhealthy-within = 30 }";
        let healthy = |found| frozen("healthy", 9_000, Some(0), found);
        healthy(Some(("unhealthy", 30_000))).passes(check);
        healthy(Some(("unhealthy", 31_000))).fails_by(check, "notices-late");
        healthy(Some(("healthy", 30_000))).fails_by(check, "notices-nothing");
        healthy(Some(("healthy", 30_000))).fails_at(check, "still `healthy` after 30 s", 2);
        healthy(None).cannot_check(check);
        // One that never was healthy is told as such.
        frozen("unhealthy", 9_000, Some(1), None).fails_by(check, "failing");
        let mistakes = |within, unhealthy_within| {
            let healthy = Healthy {
                port: 80,
                within,
                unhealthy_within,
            };
            healthy.mistakes().len()
        };
        assert_eq!((mistakes(1, None), mistakes(600, Some(600))), (0, 0));
        assert_eq!((mistakes(0, Some(0)), mistakes(601, Some(u64::MAX))), (2, 2));
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
