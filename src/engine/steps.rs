//! The steps of a build as either builder tells them, and what failed.

use super::{
    port::BuildEvent,
    text::{Excerpt, LineBuffer, one_line},
};
use crate::check::evidence::{BuildFailure, BuildStep};

/// Steps that are kept: a build has a few dozen.
const MOST_STEPS: usize = 5_000;

/// One step while its build runs.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Step {
    name: String,
    stage: Option<String>,
    number: Option<u32>,
    started: bool,
    ended: bool,
    seconds: f64,
    cached: bool,
    failed: bool,
    lines: LineBuffer,
    log: Excerpt,
}

/// All steps of a build, by their number.
#[derive(Default)]
pub(super) struct Steps {
    steps: Vec<Step>,
}

impl Steps {
    /// Takes up a step that was heard of for the first time; none when there are too many. `number` is its place in
    /// its stage; without one it is the builder's own work.
    pub(super) fn add(&mut self, name: &str, stage: Option<String>, number: Option<u32>) -> Option<usize> {
        if self.steps.len() == MOST_STEPS {
            return None;
        }
        self.steps.push(Step {
            name: one_line(name),
            stage: stage.map(|stage| one_line(&stage)),
            number,
            started: false,
            ended: false,
            seconds: 0.0,
            cached: false,
            failed: false,
            lines: LineBuffer::default(),
            log: Excerpt::default(),
        });
        Some(self.steps.len() - 1)
    }

    /// A step began. Told once, however often the builder says so.
    pub(super) fn start(&mut self, id: usize, events: &mut dyn FnMut(BuildEvent)) {
        if let Some(step) = self.steps.get_mut(id).filter(|step| !step.started) {
            step.started = true;
            events(BuildEvent::StepStarted {
                id,
                name: step.name.clone(),
                internal: step.number.is_none(),
            });
        }
    }

    /// A step printed something.
    pub(super) fn print(&mut self, id: usize, piece: &[u8], events: &mut dyn FnMut(BuildEvent)) {
        if let Some(step) = self.steps.get_mut(id) {
            for line in step.lines.push(piece) {
                step.log.push(line.clone());
                events(BuildEvent::StepLog { id, line });
            }
        }
    }

    /// A step ended. It is told the first time; later news only corrects the record.
    pub(super) fn end(&mut self, id: usize, end: Ended, events: &mut dyn FnMut(BuildEvent)) {
        self.start(id, events);
        let Some(step) = self.steps.get_mut(id) else {
            return;
        };
        if let Some(line) = step.lines.finish() {
            step.log.push(line.clone());
            events(BuildEvent::StepLog { id, line });
        }
        step.cached = end.cached;
        step.seconds = if end.cached { 0.0 } else { end.seconds };
        step.failed |= end.failed;
        if !step.ended {
            step.ended = true;
            events(BuildEvent::StepEnded {
                id,
                seconds: step.seconds,
                cached: step.cached,
                failed: step.failed,
            });
        }
    }

    /// Returns the steps that are instructions, and the failure for the builder's message.
    pub(super) fn finish(mut self, message: Option<&str>) -> (Vec<BuildStep>, Option<BuildFailure>) {
        let failure = message.map(|message| self.failure(message));
        // BuildKit does independent steps side by side and takes cached ones up in no order: each stage's are put in
        // the Dockerfile's, the stages in the order in which they began.
        let mut stages: Vec<Option<String>> = Vec::new();
        for step in self.steps.iter().filter(|step| step.number.is_some()) {
            if !stages.contains(&step.stage) {
                stages.push(step.stage.clone());
            }
        }
        self.steps.retain(|step| step.number.is_some() && step.started);
        self.steps
            .sort_by_key(|step| (stages.iter().position(|stage| *stage == step.stage), step.number));
        let steps = self
            .steps
            .into_iter()
            .map(|step| BuildStep {
                name: step.name,
                stage: step.stage,
                seconds: step.seconds,
                cached: step.cached,
                failed: step.failed,
            })
            .collect();
        (steps, failure)
    }

    fn failure(&mut self, message: &str) -> BuildFailure {
        let message = without_random(&one_line(message));
        let failed = self.steps.iter_mut().find(|step| step.failed);
        let (step, log) = match failed {
            Some(step) => (
                step.number.map(|_| step.name.clone()),
                std::mem::take(&mut step.log).into_lines(),
            ),
            None => (None, Vec::new()),
        };
        BuildFailure {
            line: dockerfile_line(&message),
            exit_code: exit_code(&message),
            message,
            step,
            log,
            free: None,
            whole_log: None,
        }
    }
}

/// Takes out the two random names in BuildKit's "failed to calculate checksum of ref `a::b`: …": the same fault is
/// told in the same words.
fn without_random(message: &str) -> String {
    const SIGN: &str = " of ref ";
    match message.split_once(SIGN) {
        Some((before, rest)) if before.ends_with("checksum") => {
            let end = rest.find(": ").unwrap_or(rest.len());
            format!("{before}{}", &rest[end..])
        }
        _ => message.to_owned(),
    }
}

/// How a step ended.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    /// Seconds it took.
    pub(super) seconds: f64,
    /// Whether an earlier result was taken.
    pub(super) cached: bool,
    /// Whether it failed.
    pub(super) failed: bool,
}

/// Returns the exit code in a builder's message. BuildKit: "… did not complete successfully: exit code: 42" (and
/// "executor failed running […]: exit code: 42" up to 20.10); classic: "… returned a non-zero code: 42"; Buildah:
/// "while running runtime: exit status 42".
fn exit_code(message: &str) -> Option<i64> {
    ["exit code: ", "non-zero code: ", "exit status "]
        .iter()
        .find_map(|sign| message.rsplit_once(sign).and_then(|(_, rest)| leading_number(rest)))
}

/// Returns the line of the Dockerfile in a builder's message: "dockerfile parse error on line 2: …", "dockerfile
/// parse error line 2: …" (up to 20.10), "Dockerfile:2".
fn dockerfile_line(message: &str) -> Option<u32> {
    [
        "parse error on line ",
        "parse error line ",
        "Error on line ",
        "error on line ",
    ]
    .iter()
    .find_map(|sign| message.split_once(sign).and_then(|(_, rest)| leading_number(rest)))
    .and_then(|line| u32::try_from(line).ok())
}

fn leading_number(text: &str) -> Option<i64> {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_taken_apart() {
        let cases = [
            (
                r#"process "/bin/sh -c exit 42" did not complete successfully: exit code: 42"#,
                Some(42),
                None,
            ),
            (
                "executor failed running [/bin/sh -c false]: exit code: 1",
                Some(1),
                None,
            ),
            (
                "The command '/bin/sh -c false' returned a non-zero code: 1",
                Some(1),
                None,
            ),
            (
                r#"building at STEP "RUN x": while running runtime: exit status 42"#,
                Some(42),
                None,
            ),
            (
                "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)",
                None,
                Some(2),
            ),
            (
                "dockerfile parse error line 12: unknown instruction: RUNN",
                None,
                Some(12),
            ),
            ("COPY failed: file not found in build context", None, None),
        ];
        for (message, code, line) in cases {
            assert_eq!(
                (exit_code(message), dockerfile_line(message)),
                (code, line),
                "{message}"
            );
        }
    }

    #[test]
    fn random_names_are_taken_out() {
        let told = "failed to compute cache key: failed to calculate checksum of ref 36155d7f-5cf7::uwqbi: \"/nope\": not found";
        let kept = "failed to compute cache key: failed to calculate checksum: \"/nope\": not found";
        assert_eq!(without_random(told), kept);
        assert_eq!(without_random("a of ref b: c"), "a of ref b: c");
    }

    #[test]
    fn a_step_is_told_once_and_its_record_mended() {
        let mut told = Vec::new();
        let mut steps = Steps::default();
        let mut events = |event| told.push(event);
        let id = steps.add("RUN x", Some("build".to_owned()), Some(1)).unwrap();
        steps.start(id, &mut events);
        steps.start(id, &mut events);
        steps.print(id, b"one\ntw", &mut events);
        for failed in [false, true] {
            let end = Ended {
                seconds: 1.5,
                cached: false,
                failed,
            };
            steps.end(id, end, &mut events);
        }
        assert_eq!(told.len(), 4, "{told:?}");
        let (steps, failure) = steps.finish(Some("exit code: 3"));
        assert_eq!((steps.len(), steps[0].failed), (1, true));
        let failure = failure.unwrap();
        assert_eq!(
            (failure.exit_code, failure.log),
            (Some(3), vec!["one".to_owned(), "tw".to_owned()])
        );
    }
}
