//! The page that a learner stays on: read, edit, save, see, hint, next.

use std::{io::Write, time::Duration};

use crate::{
    check::{Verdicts, evidence::Evidence},
    commands::{
        diff, hint,
        instructor::reset_task,
        scrolled::{Moved, Scrolled},
        status,
    },
    course::{Task, steps},
    disk::Workspace,
    engine::port::BuildEvent,
    error::{Error, Kind},
    exit::ExitStatus,
    judging::{
        Lab, diagnosis,
        on_save::{News, OnSave},
    },
    output::{self, BuildSteps, CheckReport, Guided, Style},
    progress::{Progress, Standing},
    quantity,
    terminal::{Key, Page as Screen, Told},
};

/// How long one look at the keys takes.
const TICK: Duration = Duration::from_millis(20);

/// Stays on the page until the learner leaves.
pub(super) fn run(lab: &Lab, workspace: &Workspace, task: Option<&str>, by_hand: bool) -> Result<ExitStatus, Error> {
    let mut screen = lab.edges.terminal.page()?;
    let mut at = match task {
        Some(id) => Some(id.to_owned()),
        None => {
            let progress = lab.progress(workspace)?;
            let ids = lab.course.ids();
            progress.current(&ids).or(ids.last().copied()).map(str::to_owned)
        }
    };
    while let Some(id) = at {
        let progress = lab.progress(workspace)?;
        let task = lab.task(Some(&id), &progress)?.clone();
        at = match Page::new(lab, workspace, &task, by_hand)?.stay(screen.as_mut())? {
            Left::ForTask(id) => Some(id),
            Left::ForGood => None,
        };
    }
    drop(screen);
    Ok(ExitStatus::Done)
}

/// Says what is passed, and how to continue.
pub(super) fn left(lab: &Lab, workspace: &Workspace) -> Result<(), Error> {
    let progress = lab.progress(workspace)?;
    let passed = lab
        .course
        .ids()
        .iter()
        .filter(|id| progress.standing(id) == Standing::Passed)
        .count();
    writeln!(
        lab.out(),
        "{}",
        say!("{passed} of {} passed. Your work is saved. Continue with {}.", quantity::count(lab.course.tasks.len(), "task"), lab.style().code("dockerlab start"); passed)
    )?;
    Ok(())
}

enum Left {
    ForTask(String),
    ForGood,
}

struct Page<'a> {
    lab: &'a Lab,
    workspace: &'a Workspace,
    saves: OnSave<'a>,
    view: Guided,
    text: Option<Scrolled>,
    evidence: Option<Evidence>,
    style: Style,
}

/// A file of the workspace as it is found from the folder in which the command was given.
fn from_here(lab: &Lab, workspace: &Workspace, file: &str) -> String {
    let path = workspace.root().join(file);
    let shown = path.strip_prefix(&lab.settings.folder).unwrap_or(&path);
    shown.display().to_string()
}

impl<'a> Page<'a> {
    fn new(lab: &'a Lab, workspace: &'a Workspace, task: &Task, by_hand: bool) -> Result<Self, Error> {
        let progress = lab.progress(workspace)?;
        let ids = lab.course.ids();
        let view = Guided {
            task: (task.id.clone(), task.title.clone()),
            place: (
                ids.iter().position(|id| *id == task.id).map_or(1, |index| index + 1),
                ids.len(),
            ),
            passed: ids
                .iter()
                .filter(|id| progress.standing(id) == Standing::Passed)
                .count(),
            file: task.dockerfile.clone(),
            ..Guided::default()
        };
        let mut page = Self {
            lab,
            workspace,
            saves: OnSave::new(lab, workspace, task, by_hand),
            view,
            text: None,
            evidence: None,
            style: lab.style(),
        };
        page.show_step();
        if progress.standing(&task.id) == Standing::Open {
            page.show_lesson();
        }
        // Without an engine the page still judges what the files show, and says itself what is missing.
        let found = diagnosis::before_the_first_build(lab, workspace).unwrap_or_default();
        if !found.is_empty() {
            let mut lines = vec![say!("Before the first build, `dockerlab doctor` found:").to_owned()];
            lines.extend(diagnosis::lines(lab, &found));
            lines.push(String::new());
            match &mut page.text {
                Some(text) => {
                    lines.append(&mut text.lines);
                    text.lines = lines;
                }
                None => page.show("dockerlab doctor", lines),
            }
        }
        Ok(page)
    }

    fn stay(mut self, screen: &mut dyn Screen) -> Result<Left, Error> {
        let left = self.until_left(screen);
        // Whatever ended the page, a check that is under way tidies up.
        self.saves.end();
        left
    }

    fn until_left(&mut self, screen: &mut dyn Screen) -> Result<Left, Error> {
        loop {
            self.view.now = self.lab.edges.clock.now();
            for news in self.saves.look() {
                self.take(news)?;
            }
            let (columns, rows) = screen.size();
            let page = match &self.text {
                Some(text) => output::scrolled(
                    &text.title,
                    &text.shown(self.style),
                    text.top,
                    columns,
                    rows,
                    self.style,
                ),
                None => output::guided_page(&self.view, columns, rows, self.style),
            };
            screen.draw(&page)?;
            if self.lab.interrupt.is_asked() {
                return Err(Error::interrupted());
            }
            let Some(key) = screen.key(TICK)? else {
                continue;
            };
            match self.press(key, rows) {
                Ok(Some(left)) => return Ok(left),
                Ok(None) => {}
                // What cannot be shown is told where verdicts are.
                Err(error) => self.view.error = told(&error),
            }
        }
    }

    fn take(&mut self, news: News) -> Result<(), Error> {
        match news {
            News::Static(verdicts, advice) => {
                self.view.advice = advice;
                self.view.build = BuildSteps::default();
                self.view.error.clear();
                self.view.hint = None;
                self.view.success.clear();
                self.view.status = if verdicts.failed() {
                    say!("Saved. Fix what fails, then save again.").to_owned()
                } else if self.saves.task().dockerfile.is_none() {
                    say!("Press c when you have done the steps of the lesson.").to_owned()
                } else {
                    say!("Nothing fails so far. Press c to build and check the image.").to_owned()
                };
                self.view.verdicts = Some(verdicts);
                self.view.so_far = true;
                self.show_step();
            }
            News::Refused(error) => {
                self.view.build.end();
                self.view.not_begun = error.kind() == Kind::NotBegun;
                self.view.error = match &self.view.file {
                    Some(file) if self.view.not_begun => {
                        let file = from_here(self.lab, self.workspace, file);
                        vec![say!("write `{file}` in your editor and save it: it has no instructions yet"; file)]
                    }
                    _ => told(&error),
                };
                self.view.status.clear();
            }
            News::Began => {
                self.view.build = BuildSteps::default();
                say!("Building ...").clone_into(&mut self.view.status);
            }
            News::Told(Told::Build(event)) => self.built(event),
            News::Told(Told::Doing(what)) => self.view.status = say!("Checking: {what}"; what),
            News::Judged(report, failed) => self.judged(*report, failed.as_ref())?,
        }
        Ok(())
    }

    fn built(&mut self, event: BuildEvent) {
        let steps = &mut self.view.build;
        self.view.status = match event {
            BuildEvent::Sent { bytes } => say!("Building: the build context is sent, {} so far", quantity::size(bytes)),
            BuildEvent::StepStarted { id, name, internal } => {
                steps.start(id, &name, internal, self.view.now);
                say!("Building ...").to_owned()
            }
            BuildEvent::StepLog { id, line } => return steps.print(id, &line),
            BuildEvent::StepEnded {
                id,
                seconds,
                cached,
                failed,
            } => return steps.finish(id, seconds, cached, failed),
        };
    }

    fn judged(&mut self, report: CheckReport, failed: Option<&Error>) -> Result<(), Error> {
        self.view.error = failed.map(told).unwrap_or_default();
        self.view.not_begun = false;
        self.view.build.end();
        self.view.so_far = report.without_engine.is_some();
        let took = quantity::seconds(report.seconds);
        self.view.status = if report.verdicts.failed() {
            say!("Checked in {took}. Fix what fails first, then save."; took)
        } else {
            say!("Checked in {took}."; took)
        };
        if report.verdicts.passed() {
            let progress = self.lab.progress(self.workspace)?;
            self.view.success = seen(&report, &progress);
            self.view.passed = self
                .lab
                .course
                .ids()
                .iter()
                .filter(|id| progress.standing(id) == Standing::Passed)
                .count();
        }
        self.view.advice = report.advice;
        self.view.verdicts = Some(report.verdicts);
        self.evidence = Some(report.evidence);
        self.show_step();
        Ok(())
    }

    /// The step of the first criterion that is not met; the first step if nothing was checked.
    fn show_step(&mut self) {
        let task = self.saves.task();
        let steps = steps(&task.lesson);
        let is_open = |id: &str| {
            self.view.verdicts.as_ref().is_none_or(|verdicts: &Verdicts| {
                verdicts
                    .required()
                    .any(|verdict| verdict.criterion == id && verdict.outcome.word() != "pass")
            })
        };
        let open = task
            .criteria
            .iter()
            .filter(|criterion| !criterion.remark && !criterion.optional && is_open(&criterion.id));
        let failing = self.view.verdicts.as_ref().and_then(Verdicts::first_failure);
        let failing = failing.and_then(|verdict| task.criterion(&verdict.criterion)?.step);
        let number = failing
            .or_else(|| open.filter_map(|criterion| criterion.step).min())
            .unwrap_or(1);
        self.view.step = steps
            .get(number - 1)
            .map(|text| (number, steps.len(), (*text).to_owned()));
    }

    fn press(&mut self, key: Key, rows: usize) -> Result<Option<Left>, Error> {
        if key == Key::Leave {
            return Ok(Some(Left::ForGood));
        }
        if let Some(text) = &mut self.text {
            if text.asks {
                let is_yes = matches!(key, Key::Char('y' | 'Y'));
                self.text = None;
                return if is_yes { self.reset() } else { Ok(None) };
            }
            return Ok(match text.press(key, rows) {
                Moved::Stays => None,
                Moved::Back => {
                    self.text = None;
                    None
                }
                Moved::Chose(id) => Some(Left::ForTask(id)),
            });
        }
        match key {
            Key::Char('q') | Key::Back if self.view.success.is_empty() || key == Key::Char('q') => {
                return Ok(Some(Left::ForGood));
            }
            Key::Enter if !self.view.success.is_empty() => {
                let progress = self.lab.progress(self.workspace)?;
                let ids = self.lab.course.ids();
                return Ok(Some(match progress.current(&ids) {
                    Some(id) => Left::ForTask(id.to_owned()),
                    None => Left::ForGood,
                }));
            }
            Key::Char('c') => {
                self.view.success.clear();
                self.saves.check();
            }
            Key::Char('h') => self.view.hint = Some(self.hint()?),
            Key::Char('l') => self.show_lesson(),
            Key::Char('i') => self.show_image(),
            Key::Char('t') => self.show_list()?,
            Key::Char('d') => {
                let lines = diff::lines(self.lab, self.workspace, self.saves.task(), None, self.style)?;
                self.show(say!("What you changed"), lines);
            }
            Key::Char('r') => {
                let question = say!(
                    "Reset task {}? Its Dockerfile and progress are moved to .dockerlab/backup.",
                    self.view.task.0
                );
                self.show(
                    "Reset",
                    vec![question, String::new(), say!("y: yes   any other key: no").to_owned()],
                );
                if let Some(text) = &mut self.text {
                    text.asks = true;
                }
            }
            _ => {}
        }
        Ok(None)
    }

    fn show(&mut self, title: &str, lines: Vec<String>) {
        self.text = Some(Scrolled::new(title, lines));
    }

    fn show_lesson(&mut self) {
        let task = self.saves.task();
        let text = output::markdown(&task.lesson, self.lab.settings.columns, self.style);
        let title = say!("Task {}  {}", task.id, task.title);
        self.show(&title, text.lines().map(str::to_owned).collect());
    }

    fn show_image(&mut self) {
        let lines = match self.evidence.as_ref().and_then(|evidence| evidence.image.known()) {
            Some(image) => output::layers(image, self.lab.settings.columns),
            None => vec![say!("No image has been built on this page yet. Press c to build it.").to_owned()],
        };
        self.show(say!("Layers of your image"), lines);
    }

    fn show_list(&mut self) -> Result<(), Error> {
        let progress = self.lab.progress(self.workspace)?;
        let lines = status::lines(self.lab, &progress);
        let ids: Vec<String> = self.lab.course.ids().iter().map(|id| (*id).to_owned()).collect();
        let chosen = ids.iter().position(|id| *id == self.view.task.0).unwrap_or(0);
        let shown = lines
            .iter()
            .map(|line| {
                let size = line.image_size.map(quantity::size).unwrap_or_default();
                say!(
                    "{} {} {} {} tried {} hints {}",
                    format!("{:<4}", line.task),
                    format!("{:<31}", line.title),
                    format!("{:<7}", output::standing(line.standing)),
                    format!("{:>3}", line.attempts),
                    format!("{:>2}", line.hints),
                    format!("{size:>8}")
                )
            })
            .collect();
        self.show(say!("Tasks: press Enter to open one"), shown);
        if let Some(text) = &mut self.text {
            text.choices = ids;
            text.chosen = chosen;
        }
        Ok(())
    }

    fn hint(&self) -> Result<String, Error> {
        let task = self.saves.task();
        let first = self.view.verdicts.as_ref().and_then(Verdicts::first_failure);
        match first.and_then(|verdict| task.criterion(&verdict.criterion)) {
            Some(criterion) => hint::next(self.lab, self.workspace, task, criterion),
            None => Ok(say!("Nothing fails, so there is no hint to give.").to_owned()),
        }
    }

    fn reset(&mut self) -> Result<Option<Left>, Error> {
        let id = self.saves.task().id.clone();
        self.saves.stop();
        reset_task(self.lab, self.workspace, &id)?;
        Ok(Some(Left::ForTask(id)))
    }
}

/// An error as lines: what, why, the way out.
fn told(error: &Error) -> Vec<String> {
    let mut lines = vec![error.message().to_owned()];
    lines.extend(error.causes().iter().cloned());
    lines.extend(error.help_text().map(|help| say!("help: {help}"; help)));
    lines
}

/// What the learner has just seen, with the figures of their own image.
fn seen(report: &CheckReport, progress: &Progress) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(image) = report.evidence.image.known() {
        let own = image.layers.len()
            - image
                .base
                .as_ref()
                .and_then(|base| base.layers)
                .unwrap_or(0)
                .min(image.layers.len());
        let built = report.evidence.build.known();
        let cached = built.map_or(0, |build| build.steps.iter().filter(|step| step.cached).count());
        let steps = built.map_or(0, |build| build.steps.len());
        told.push(say!("Your image: {}, {} added to the base image; {cached} of {} came from the cache.", quantity::size(image.size), quantity::count(own, "layer"), quantity::count(steps, "step"); cached));
        let before = progress
            .tasks
            .iter()
            .filter(|(id, _)| **id != report.task)
            .filter_map(|(id, task)| {
                let passed = task.attempts.iter().rev().find(|attempt| attempt.passed)?;
                Some((id, passed.image_size?))
            });
        let sizes: Vec<String> = before
            .map(|(id, size)| say!("task {id}: {}", quantity::size(size); id))
            .collect();
        if !sizes.is_empty() {
            told.push(say!("For comparison: {}.", sizes.join(", ")));
        }
    }
    told.push(report.learned.clone());
    if !report.opened.copies.is_empty() {
        told.push(say!(
            "{} is ready: a copy of this one.",
            report.opened.copies.join(", ")
        ));
    }
    if let Some(added) = report.opened.told() {
        told.push(say!("Added for the next task: {added}."; added));
    }
    told.extend(report.farewell.clone());
    told
}
