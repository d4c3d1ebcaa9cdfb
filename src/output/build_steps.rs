//! The steps of a build with their seconds, while it runs and afterwards.

use jiff::Timestamp;

use crate::{output::Style, quantity};

/// The steps of one build, in the order in which they began.
#[derive(Debug, Clone, Default)]
pub struct BuildSteps {
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
struct Step {
    id: usize,
    name: String,
    /// Whether it is the builder's own work, which is not shown.
    internal: bool,
    state: State,
    /// The last line that it printed.
    log: String,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Runs { since: Timestamp },
    Ended { seconds: f64, cached: bool, failed: bool },
    Cancelled,
}

impl BuildSteps {
    /// Records that a step began.
    pub fn start(&mut self, id: usize, name: &str, internal: bool, now: Timestamp) {
        // The ids of a build that is tried again begin at the beginning.
        if self.steps.iter().any(|step| step.id == id) {
            self.steps.clear();
        }
        self.steps.push(Step {
            id,
            name: name.to_owned(),
            internal,
            state: State::Runs { since: now },
            log: String::new(),
        });
    }

    /// Records a line that a step printed.
    pub fn print(&mut self, id: usize, line: &str) {
        if let Some(step) = self.step(id).filter(|_| !line.trim().is_empty()) {
            line.clone_into(&mut step.log);
        }
    }

    /// Records that a step ended, after how many seconds.
    pub fn finish(&mut self, id: usize, seconds: f64, cached: bool, failed: bool) {
        if let Some(step) = self.step(id) {
            step.state = State::Ended {
                seconds,
                cached,
                failed,
            };
        }
    }

    fn step(&mut self, id: usize) -> Option<&mut Step> {
        self.steps.iter_mut().find(|step| step.id == id)
    }

    /// Records that the build is over: a step that still runs was cancelled.
    pub fn end(&mut self) {
        for step in &mut self.steps {
            if matches!(step.state, State::Runs { .. }) {
                step.state = State::Cancelled;
            }
        }
    }

    /// Whether no step has begun.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// A line for each step: its seconds so far, how long it took, or that it was cached. Below a step that runs is the
    /// last line that it printed.
    pub fn lines(&self, now: Timestamp, columns: usize, style: Style) -> Vec<String> {
        let mut lines = Vec::new();
        for step in self.steps.iter().filter(|step| !step.internal) {
            let took = match step.state {
                State::Runs { since } => quantity::whole_seconds(now.duration_since(since).as_secs_f64().max(0.0)),
                State::Ended { cached: true, .. } => say!("cached").to_owned(),
                State::Ended { seconds, .. } => quantity::seconds(seconds),
                State::Cancelled => say!("cancelled").to_owned(),
            };
            let took = format!("{took:>12}");
            let (took, mark) = match step.state {
                State::Runs { .. } => (style.care(took), ""),
                State::Ended { failed: true, .. } => (style.fail(took), say!("  FAILED")),
                State::Ended { cached: true, .. } | State::Cancelled => (style.dim(took), ""),
                State::Ended { .. } => (took, ""),
            };
            let name = quantity::shortened(&step.name, columns.saturating_sub(14 + mark.chars().count()));
            lines.push(format!("{took}  {name}{}", style.fail(mark)));
            if matches!(step.state, State::Runs { .. }) && !step.log.is_empty() {
                let log = quantity::shortened(&step.log, columns.saturating_sub(14));
                lines.push(format!("{:14}{}", "", style.dim(log)));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_step_counts_up_and_an_ended_one_says_how_long_it_took() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut steps = BuildSteps::default();
        steps.start(0, "FROM base", false, at(0));
        steps.finish(0, 0.0, true, false);
        steps.start(1, "RUN apt-get update", false, at(1));
        steps.print(1, "Reading\tpackage lists");
        let shown = |steps: &BuildSteps, second| steps.lines(at(second), 40, Style::plain());
        assert_eq!(
            shown(&steps, 5),
            [
                "      cached  FROM base",
                "         4 s  RUN apt-get update",
                "              Reading package lists"
            ]
        );
        assert_eq!(shown(&steps, 69)[1], "   1 min 8 s  RUN apt-get update");
        // A clock that was set back counts from nothing.
        assert_eq!(shown(&steps, 0)[1], "         0 s  RUN apt-get update");
        steps.finish(1, 4.25, false, true);
        assert_eq!(shown(&steps, 9)[1..], ["       4.2 s  RUN apt-get update  FAILED"]);
        steps.start(2, "RUN make", false, at(9));
        steps.end();
        assert_eq!(shown(&steps, 9)[2], "   cancelled  RUN make");
        // Tried again.
        steps.start(0, "FROM base", false, at(10));
        assert_eq!(shown(&steps, 10), ["         0 s  FROM base"]);
    }
}
