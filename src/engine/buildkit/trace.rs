//! BuildKit's progress, put together to steps.

use std::collections::BTreeMap;

use crate::{
    check::evidence::BuildStep,
    engine::{
        buildkit::messages::{StatusResponse, Vertex},
        clean,
        port::BuildEvent,
        text::{Lines, Tail},
    },
};

/// The most steps that are kept; a build has some dozens.
const STEP_LIMIT: usize = 5000;

/// Steps as they are heard of.
pub(super) struct Trace<'a> {
    steps: Vec<Step>,
    by_digest: BTreeMap<String, usize>,
    events: &'a mut dyn FnMut(BuildEvent),
}

struct Step {
    name: String,
    stage: Option<String>,
    internal: bool,
    started: bool,
    ended: bool,
    cached: bool,
    seconds: f64,
    error: String,
    lines: Lines,
    tail: Tail,
}

impl<'a> Trace<'a> {
    pub(super) fn new(events: &'a mut dyn FnMut(BuildEvent)) -> Self {
        Self {
            steps: Vec::new(),
            by_digest: BTreeMap::new(),
            events,
        }
    }

    /// Tells how much of the context was sent.
    pub(super) fn sent(&mut self, bytes: u64) {
        (self.events)(BuildEvent::Sent { bytes });
    }

    pub(super) fn add(&mut self, status: StatusResponse) {
        for vertex in status.vertexes {
            self.vertex(&vertex);
        }
        for log in status.logs {
            let Some(&id) = self.by_digest.get(&log.vertex) else { continue };
            let lines = self.steps[id].lines.add(&log.msg);
            self.log(id, lines);
        }
    }

    fn log(&mut self, id: usize, lines: Vec<String>) {
        for line in lines {
            self.steps[id].tail.add(line.clone());
            if !self.steps[id].internal {
                (self.events)(BuildEvent::StepLog { id, line });
            }
        }
    }

    fn vertex(&mut self, vertex: &Vertex) {
        let id = match self.by_digest.get(&vertex.digest) {
            Some(&id) => id,
            None if self.steps.len() >= STEP_LIMIT => return,
            None => {
                let (stage, name, internal) = named(&clean(vertex.name.as_bytes()).replace('\n', " "));
                self.steps.push(Step {
                    name,
                    stage,
                    internal,
                    started: false,
                    ended: false,
                    cached: false,
                    seconds: 0.0,
                    error: String::new(),
                    lines: Lines::default(),
                    tail: Tail::default(),
                });
                let id = self.steps.len() - 1;
                self.by_digest.insert(vertex.digest.clone(), id);
                id
            }
        };
        let step = &mut self.steps[id];
        step.cached |= vertex.cached;
        if !vertex.error.is_empty() {
            step.error.clone_from(&vertex.error);
        }
        if vertex.started.is_some() && !step.started {
            step.started = true;
            (self.events)(BuildEvent::StepStarted {
                id,
                name: step.name.clone(),
                internal: step.internal,
            });
        }
        // A step can begin and end more than once; the last time counts.
        if let (Some(started), Some(completed)) = (vertex.started, vertex.completed) {
            step.seconds = if step.cached { 0.0 } else { completed.seconds_since(started) };
            if !step.ended {
                step.ended = true;
                let (seconds, cached, failed) = (step.seconds, step.cached, !step.error.is_empty());
                let rest = step.lines.end();
                self.log(id, rest);
                (self.events)(BuildEvent::StepEnded {
                    id,
                    seconds,
                    cached,
                    failed,
                });
            }
        }
    }

    /// The instructions' steps, and the failed one with the last lines that it printed.
    pub(super) fn finish(self) -> (Vec<BuildStep>, Option<(String, Vec<String>)>) {
        let failed = self
            .steps
            .iter()
            .find(|step| !step.error.is_empty() && !step.internal && !step.error.contains("context canceled"))
            .map(|step| (step.name.clone(), step.tail.clone().into_vec()));
        let steps = self
            .steps
            .into_iter()
            .filter(|step| !step.internal)
            .map(|step| BuildStep {
                name: step.name,
                stage: step.stage,
                seconds: step.seconds,
                cached: step.cached,
                failed: !step.error.is_empty(),
            })
            .collect();
        (steps, failed)
    }
}

/// The stage and the instruction in "[build 2/5] RUN x", and whether it is the builder's own work.
fn named(name: &str) -> (Option<String>, String, bool) {
    let Some((head, rest)) = name.strip_prefix('[').and_then(|name| name.split_once("] ")) else {
        return (None, name.to_owned(), true);
    };
    let count = head.rsplit(' ').next().unwrap_or_default();
    let is_count = count
        .split_once('/')
        .is_some_and(|(number, of)| [number, of].iter().all(|text| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())));
    if !is_count {
        return (None, rest.to_owned(), true);
    }
    let stage = head[..head.len() - count.len()].trim();
    (Some(stage.to_owned()).filter(|stage| !stage.is_empty()), rest.to_owned(), false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::buildkit::messages::{Timestamp, VertexLog};

    #[test]
    fn names_tell_instructions_from_the_builders_own_work() {
        assert_eq!(named("[2/5] RUN x"), (None, "RUN x".to_owned(), false));
        assert_eq!(named("[build 2/5] RUN [x] y"), (Some("build".to_owned()), "RUN [x] y".to_owned(), false));
        assert!(named("[internal] load build context").2);
        assert!(named("exporting to image").2);
    }

    #[test]
    fn a_steps_life_is_told_once() {
        let mut heard = Vec::new();
        let mut hear = |event| heard.push(event);
        let mut trace = Trace::new(&mut hear);
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let vertex = |started, completed, error: &str| StatusResponse {
            vertexes: vec![Vertex {
                digest: "d".to_owned(),
                name: "[2/2] RUN x".to_owned(),
                cached: false,
                started,
                completed,
                error: error.to_owned(),
            }],
            logs: vec![VertexLog {
                vertex: "d".to_owned(),
                msg: b"\x1b[31mred".to_vec(),
            }],
        };
        trace.add(vertex(None, None, ""));
        trace.add(vertex(at(1), None, ""));
        trace.add(vertex(at(1), at(4), "exit code: 1"));
        let (steps, failed) = trace.finish();
        assert_eq!(steps.len(), 1);
        assert!((steps[0].seconds - 3.0).abs() < 1e-9 && steps[0].failed);
        assert_eq!(failed.unwrap().0, "RUN x");
        assert_eq!(heard.len(), 3, "{heard:?}");
    }
}
