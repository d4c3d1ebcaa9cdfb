//! BuildKit's news of a build, as steps.
//!
//! A vertex is heard of first with nothing but its name, then started, then completed; some are started and completed
//! more than once, and a cached one comes started and completed at once. They are told apart by their digest.

use std::collections::HashMap;

use crate::engine::{
    buildkit::proto::{StatusResponse, Timestamp, Vertex},
    port::BuildEvent,
    steps::{Ended, Steps},
};

/// What was made of the news so far.
#[derive(Default)]
pub(crate) struct Trace {
    pub(crate) steps: Steps,
    known: HashMap<String, Known>,
}

struct Known {
    id: usize,
    started: Option<Timestamp>,
}

impl Trace {
    /// Takes a piece of news.
    pub(crate) fn take(&mut self, news: &StatusResponse, events: &mut dyn FnMut(BuildEvent)) {
        for vertex in &news.vertexes {
            self.vertex(vertex, events);
        }
        for log in &news.logs {
            if let Some(known) = self.known.get(&log.vertex) {
                self.steps.print(known.id, &log.msg, events);
            }
        }
    }

    fn vertex(&mut self, vertex: &Vertex, events: &mut dyn FnMut(BuildEvent)) {
        // Before it starts there is nothing to tell: vertices are first heard of in no order, and some never start.
        if vertex.started.is_none() && vertex.completed.is_none() {
            return;
        }
        if !self.known.contains_key(&vertex.digest) {
            let name = Name::read(&vertex.name);
            let Some(id) = self.steps.add(&name.instruction, name.stage, name.number) else {
                return;
            };
            self.known.insert(vertex.digest.clone(), Known { id, started: None });
        }
        let Some(known) = self.known.get_mut(&vertex.digest) else {
            return;
        };
        if let Some(started) = vertex.started {
            known.started = Some(started);
            self.steps.start(known.id, events);
        }
        if let Some(completed) = vertex.completed {
            // When one step fails, those beside it are given up; that is no failure of theirs.
            let given_up = vertex.error.contains("context canceled");
            let end = Ended {
                seconds: known.started.map_or(0.0, |started| completed.since(&started)),
                cached: vertex.cached,
                failed: !vertex.error.is_empty() && !given_up,
            };
            self.steps.end(known.id, end, events);
        }
    }
}

/// A vertex's name taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    instruction: String,
    stage: Option<String>,
    /// Its place in its stage; none for the builder's own work.
    number: Option<u32>,
}

impl Name {
    /// "[2/5] RUN x", "[build 2/5] RUN x"; "[internal] load build context", "exporting to image" are the builder's
    /// own work.
    fn read(name: &str) -> Self {
        let own_work = || Self {
            instruction: name.strip_prefix("[internal] ").unwrap_or(name).to_owned(),
            stage: None,
            number: None,
        };
        let Some((label, rest)) = name.strip_prefix('[').and_then(|rest| rest.split_once("] ")) else {
            return own_work();
        };
        let (stage, count) = match label.rsplit_once(' ') {
            // A platform may stand before the stage: "[linux/amd64 build 2/5]".
            Some((stage, count)) => (stage.split_whitespace().next_back(), count),
            None => (None, label),
        };
        let number = count.split_once('/').and_then(|(number, all)| {
            all.parse::<u32>().ok()?;
            number.parse::<u32>().ok()
        });
        let Some(number) = number else {
            return own_work();
        };
        Self {
            instruction: without_digest(rest).to_owned(),
            stage: stage.map(str::to_owned),
            number: Some(number),
        }
    }
}

/// BuildKit puts the digest that it found behind a base image's tag; the learner did not write it.
fn without_digest(instruction: &str) -> &str {
    match instruction.split_once("@sha256:") {
        Some((before, digest))
            if before.starts_with("FROM ")
                && before.rsplit('/').next().is_some_and(|last| last.contains(':'))
                && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            before
        }
        _ => instruction,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::buildkit::proto::VertexLog;

    fn at(seconds: i64) -> Option<Timestamp> {
        (seconds > 0).then_some(Timestamp {
            seconds,
            nanos: 500_000_000,
        })
    }

    fn vertex(digest: &str, name: &str, started: i64, completed: i64) -> Vertex {
        Vertex {
            digest: digest.to_owned(),
            name: name.to_owned(),
            started: at(started),
            completed: at(completed),
            ..Vertex::default()
        }
    }

    #[test]
    fn names_are_taken_apart() {
        let cases = [
            ("[2/5] RUN x", "RUN x", None, Some(2)),
            ("[build 2/5] RUN [\"a\"] b", "RUN [\"a\"] b", Some("build"), Some(2)),
            ("[stage-1  1/12] COPY . .", "COPY . .", Some("stage-1"), Some(1)),
            ("[linux/amd64 build 1/2] FROM x", "FROM x", Some("build"), Some(1)),
            (
                "[1/2] FROM docker.io/library/a:1@sha256:00ff",
                "FROM docker.io/library/a:1",
                None,
                Some(1),
            ),
            ("[1/2] FROM a@sha256:00ff", "FROM a@sha256:00ff", None, Some(1)),
            ("[internal] load build context", "load build context", None, None),
            ("exporting to image", "exporting to image", None, None),
            ("[auth] library/x:pull", "[auth] library/x:pull", None, None),
        ];
        for (name, instruction, stage, number) in cases {
            let expected = Name {
                instruction: instruction.to_owned(),
                stage: stage.map(str::to_owned),
                number,
            };
            assert_eq!(Name::read(name), expected, "{name}");
        }
    }

    #[test]
    fn a_build_becomes_steps() {
        let mut told = Vec::new();
        let mut trace = Trace::default();
        let mut events = |event| told.push(event);
        let mut failing = vertex("c", "[3/3] RUN false", 5, 7);
        failing.error = "process \"/bin/sh -c false\" did not complete successfully: exit code: 1".to_owned();
        let mut cached = vertex("b", "[2/3] RUN true", 4, 4);
        cached.cached = true;
        let mut beside = vertex("d", "[other 1/2] RUN sleep", 5, 7);
        beside.error = "context canceled".to_owned();
        let pieces = [
            StatusResponse {
                vertexes: vec![vertex("a", "[1/3] FROM x", 0, 0), vertex("i", "[internal] load", 1, 2)],
                logs: vec![],
            },
            StatusResponse {
                vertexes: vec![
                    vertex("a", "[1/3] FROM x", 1, 0),
                    vertex("a", "[1/3] FROM x", 1, 3),
                    cached,
                ],
                logs: vec![],
            },
            StatusResponse {
                vertexes: vec![vertex("c", "[3/3] RUN false", 5, 0)],
                logs: vec![VertexLog {
                    vertex: "c".to_owned(),
                    msg: b"oh\nno".to_vec(),
                }],
            },
            StatusResponse {
                vertexes: vec![failing, beside],
                logs: vec![],
            },
        ];
        for piece in &pieces {
            trace.take(piece, &mut events);
        }
        let (steps, failure) = trace.steps.finish(Some("failed to solve: exit code: 1"));
        let shown: Vec<(&str, f64, bool, bool)> = steps
            .iter()
            .map(|step| (step.name.as_str(), step.seconds, step.cached, step.failed))
            .collect();
        assert_eq!(
            shown,
            [
                ("FROM x", 2.0, false, false),
                ("RUN true", 0.0, true, false),
                ("RUN false", 2.0, false, true),
                ("RUN sleep", 2.0, false, false),
            ]
        );
        let failure = failure.unwrap();
        assert_eq!(failure.step.as_deref(), Some("RUN false"));
        assert_eq!(failure.log, ["oh", "no"]);
    }
}
