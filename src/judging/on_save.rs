//! Judging on save: what can be told at once is told at once, then the build starts; a newer save ends a build that is
//! under way, and is never lost.

use std::{
    sync::mpsc::{Receiver, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crate::{
    check::{Verdicts, advice, judge},
    course::Task,
    disk::{Fingerprint, Workspace},
    error::{Error, Kind},
    interrupt::{Hold, Interrupt},
    judging::{attempt, gather, lab::Lab},
    lint::Finding,
    output::CheckReport,
    terminal::{BuildView, Told},
};

/// How often the files are looked at; where looking takes long, a twentieth of the time at most is spent on it.
const LOOK: Duration = Duration::from_millis(40);

/// Something to show.
pub enum News {
    /// A save was judged from the files alone; and what the lint rules say of it.
    Static(Verdicts, Vec<Finding>),
    /// The files cannot be judged (a broken line, a missing file).
    Refused(Error),
    /// A build began.
    Began,
    /// What the build or the check is doing.
    Told(Told),
    /// The full verdict, and what went wrong with the engine on the way.
    Judged(Box<CheckReport>, Option<Error>),
}

/// A task that is judged whenever its files are saved.
pub struct OnSave<'a> {
    lab: &'a Lab,
    workspace: &'a Workspace,
    task: Task,
    by_hand: bool,
    seen: Option<Fingerprint>,
    looked: Option<Instant>,
    took: Duration,
    wanted: bool,
    at_work: Option<AtWork>,
    /// Its checks have an engine and an interrupt of their own.
    _hold: Hold,
}

/// A check that is under way.
struct AtWork {
    of: Option<Fingerprint>,
    interrupt: Interrupt,
    told: Receiver<Told>,
    thread: JoinHandle<Result<(CheckReport, Option<Error>), Error>>,
}

impl<'a> OnSave<'a> {
    /// Watches a task; with `by_hand` builds start only when they are asked for.
    pub fn new(lab: &'a Lab, workspace: &'a Workspace, task: &Task, by_hand: bool) -> Self {
        Self {
            lab,
            workspace,
            task: task.clone(),
            by_hand,
            seen: None,
            looked: None,
            took: Duration::ZERO,
            wanted: false,
            at_work: None,
            _hold: lab.interrupt.hold(),
        }
    }

    /// The task.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Asks for a full check of what is there now.
    pub fn check(&mut self) {
        self.stop();
        self.wanted = true;
    }

    /// Asks the check that is under way to end.
    pub fn stop(&mut self) {
        self.wanted = false;
        if let Some(work) = &self.at_work {
            work.interrupt.ask();
        }
    }

    /// Looks at the files and at the check that is under way.
    pub fn look(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        self.look_at_files(&mut news);
        self.look_at_work(&mut news);
        if self.wanted && self.at_work.is_none() {
            self.wanted = false;
            self.at_work = Some(self.begin());
            news.push(News::Began);
        }
        news
    }

    fn look_at_files(&mut self, news: &mut Vec<News>) {
        // A task about containers has no file to save.
        let Some(name) = self.task.dockerfile.clone() else {
            if self.seen.is_none() && self.looked.is_none() {
                self.looked = Some(Instant::now());
                self.judge_statically(news);
            }
            return;
        };
        let pause = LOOK.max(self.took * 20);
        if self.looked.is_some_and(|looked| looked.elapsed() < pause) {
            return;
        }
        let started = Instant::now();
        let others: Vec<&str> = self
            .lab
            .course
            .tasks
            .iter()
            .filter_map(|task| task.dockerfile.as_deref())
            .filter(|other| *other != name)
            .collect();
        let now = self.workspace.fingerprint(&name, &others);
        self.took = started.elapsed();
        self.looked = Some(Instant::now());
        if self.seen == Some(now) {
            return;
        }
        self.seen = Some(now);
        self.stop();
        let holds = self.judge_statically(news);
        self.wanted = holds && !self.by_hand;
    }

    /// Judges from the files alone; whether nothing fails so far.
    fn judge_statically(&self, news: &mut Vec<News>) -> bool {
        let judged = self
            .lab
            .progress(self.workspace)
            .and_then(|progress| gather::from_files(self.workspace, &self.task, &progress));
        match judged {
            Ok(evidence) => {
                let verdicts = judge(&self.task.criteria, &evidence);
                let holds = !verdicts.failed();
                news.push(News::Static(verdicts, advice(&self.task.teaches, &evidence)));
                holds
            }
            Err(error) => {
                news.push(News::Refused(error));
                false
            }
        }
    }

    fn look_at_work(&mut self, news: &mut Vec<News>) {
        let Some(work) = &self.at_work else {
            return;
        };
        news.extend(work.told.try_iter().map(News::Told));
        if !work.thread.is_finished() {
            return;
        }
        let Some(work) = self.at_work.take() else {
            return;
        };
        let is_stale = work.interrupt.is_asked() || work.of != self.seen;
        match work.thread.join() {
            Ok(Ok((report, failed))) if !is_stale => news.push(News::Judged(Box::new(report), failed)),
            Ok(Err(error)) if !is_stale && error.kind() != Kind::Interrupted => news.push(News::Refused(error)),
            Ok(_) => {}
            Err(panic) => std::panic::resume_unwind(panic),
        }
        // The files changed after the check had read them: what it said is not about them.
        if is_stale && work.of != self.seen && !self.by_hand && !work.interrupt.is_asked() {
            self.wanted = true;
        }
    }

    fn begin(&self) -> AtWork {
        let (tell, told) = channel();
        let interrupt = Interrupt::default();
        let lab = self.lab.another(interrupt.clone(), self.lab.course.clone());
        let (workspace, task) = (self.workspace.clone(), self.task.clone());
        let thread = std::thread::spawn(move || {
            let (report, _, failed) = attempt::check_with(&lab, &workspace, &task, false, BuildView::telling(tell))?;
            Ok((report, failed))
        });
        AtWork {
            of: self.seen,
            interrupt,
            told,
            thread,
        }
    }

    /// Ends the check that is under way and waits for it to tidy up.
    pub fn end(mut self) {
        self.stop();
        if let Some(work) = self.at_work.take() {
            // What it came to is of no interest any more; a panic in it is.
            if let Err(panic) = work.thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}
