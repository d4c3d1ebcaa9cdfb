//! Evidence on answers in workspaces that go away again: proofs of a course, and submissions of a class.

use std::{
    sync::mpsc::{RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use crate::{
    check::{evidence::Evidence, judge},
    course::Task,
    disk::Workspace,
    error::{Error, Kind},
    interrupt::Interrupt,
    judging::{attempt, lab::Lab},
    progress::Progress,
    terminal::BuildView,
};

/// How often an answer is tried that the network or the engine stood in the way of.
const TRIES: usize = 3;
/// How long is waited before it is tried again.
const PAUSE: Duration = Duration::from_secs(10);
/// How often is looked whether work has to end.
const LOOK: Duration = Duration::from_millis(20);

/// Collects the evidence that a task needs, without a word.
///
/// # Errors
/// As for [`attempt::evidence`], and when the engine fails.
pub fn evidence(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    progress: &Progress,
    statically: bool,
) -> Result<Evidence, Error> {
    match attempt::evidence(lab, workspace, task, progress, statically, &mut BuildView::silent())? {
        (_, Some(error)) => Err(error),
        (evidence, None) => Ok(evidence),
    }
}

/// Gathers evidence, and once more where the network or the engine stood in the way: it says nothing about the answer.
/// `again` is told before.
///
/// # Errors
/// Those of the last try.
pub fn in_spite_of_the_network(
    lab: &Lab,
    task: &Task,
    gather: impl Fn() -> Result<Evidence, Error>,
    again: impl Fn(),
) -> Result<Evidence, Error> {
    let mut tried = 0;
    loop {
        tried += 1;
        let gathered = gather();
        let hindered = match &gathered {
            Ok(evidence) => judge(&task.criteria, evidence).count("cannot-check") > 0,
            Err(error) => error.kind() == Kind::Engine,
        };
        if !hindered || tried == TRIES || lab.interrupt.is_asked() {
            return gathered;
        }
        again();
        // In steps, so that nobody who asks to stop has to wait.
        for _ in 0..PAUSE.as_secs() {
            if lab.interrupt.is_asked() {
                return gathered;
            }
            lab.edges.clock.sleep(Duration::from_secs(1));
        }
    }
}

/// Does work that `inner` ends: it is asked to when the time is over, or `outer` is. Also says whether the time was over.
pub fn within<T>(limit: Duration, outer: &Interrupt, inner: &Interrupt, work: impl FnOnce() -> T) -> (T, bool) {
    let end = Instant::now() + limit;
    std::thread::scope(|scope| {
        let (done, ended) = channel::<()>();
        let watch = scope.spawn(move || {
            while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                let is_late = Instant::now() >= end;
                if is_late || outer.is_asked() {
                    inner.ask();
                    return is_late && !outer.is_asked();
                }
            }
            false
        });
        let value = work();
        drop(done);
        (value, watch.join().unwrap_or(false))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_when_the_time_is_over_or_the_person_asks() {
        let wait = |inner: &Interrupt| {
            while !inner.is_asked() {
                std::thread::yield_now();
            }
        };
        let (outer, inner) = (Interrupt::default(), Interrupt::default());
        let ((), late) = within(Duration::from_millis(30), &outer, &inner, || wait(&inner));
        assert!(late && !outer.is_asked());
        inner.answered();
        let (seven, late) = within(Duration::from_mins(1), &outer, &inner, || 7);
        assert_eq!((seven, late, inner.is_asked()), (7, false, false));
        outer.ask();
        let ((), late) = within(Duration::from_mins(1), &outer, &inner, || wait(&inner));
        assert!(!late && inner.is_asked());
    }
}
