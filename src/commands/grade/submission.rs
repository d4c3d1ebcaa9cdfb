//! One submission: read, copied to a workspace of its own, judged, and removed again.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    check::{evidence::Evidence, judge},
    commands::grade::{course_files::CourseFiles, keys},
    course::{Course, Task},
    disk::{AtWork, GradesFolder, HandedIn, Scratch, record_in, submission_at},
    engine::port::WORKSPACE_LABEL,
    error::{Error, Kind},
    grading::{Entry, Graded, GradedTask, State, Submission},
    interrupt::Interrupt,
    judging::{Lab, throwaway},
    program::git,
    progress::Progress,
    quantity,
    terminal::Stream,
};

/// How long an engine may need to end a build that was given up.
const A_MOMENT: Duration = Duration::from_secs(1);

/// What all submissions have in common.
pub(super) struct Judging<'a> {
    pub(super) lab: &'a Lab,
    /// The tasks that are graded.
    pub(super) tasks: Vec<String>,
    /// How long a submission may take.
    pub(super) limit: Duration,
    /// Whether results of an earlier run are left aside.
    pub(super) again: bool,
    pub(super) folder: &'a GradesFolder,
    pub(super) course_files: CourseFiles,
    /// What tells this run's images from all others.
    pub(super) run: String,
}

/// What was handed in.
struct Submitted {
    submission: Submission,
    /// What the learner's own dockerlab wrote down.
    record: HandedIn,
}

/// What one submission has for itself while it is checked.
struct Own<'a> {
    lab: &'a Lab,
    scratch: &'a Scratch,
    /// The progress of the throw-away workspace.
    progress: &'a Progress,
    record: &'a HandedIn,
}

impl Judging<'_> {
    /// What a submission comes to; also whether anything was new, or all of it was known.
    ///
    /// # Errors
    /// When the person interrupts it, or the engine is gone.
    pub(super) fn graded(&self, number: usize, entry: &Entry) -> Result<(Graded, bool), Error> {
        if entry.path.is_empty() {
            let mut graded = Graded::new(&entry.id);
            graded.absent = true;
            return Ok((graded, false));
        }
        let (submission, commit) = match self.read(&entry.path) {
            Ok(read) => read,
            Err(why) => return Ok((Graded::refused(&entry.id, why), false)),
        };
        let mut graded = Graded::new(&entry.id);
        graded.digest = Some(submission.digest());
        graded.commit = commit;
        graded.put_back = self.course_files.changed(&submission);
        let record = if is_address(&entry.path) {
            HandedIn::Nothing
        } else {
            record_in(Path::new(&entry.path))
        };
        let submitted = Submitted { submission, record };
        let kept = self.folder.result(&entry.id).filter(|_| !self.again);
        let mut waiting = Vec::new();
        for task in &self.lab.course.tasks {
            let key = self.key(task, &graded, &submitted.record);
            match kept.as_ref().and_then(|kept| kept.still(&task.id, &key)) {
                // What other runs have found out about tasks that are not graded now stays.
                Some(known) => drop(graded.tasks.insert(task.id.clone(), known.clone())),
                None if self.tasks.contains(&task.id) => waiting.push(task),
                None => {}
            }
        }
        let has_work = !waiting.is_empty();
        if has_work {
            self.judge(number, &submitted, &waiting, &mut graded)?;
        }
        Ok((graded, has_work))
    }

    fn key(&self, task: &Task, graded: &Graded, record: &HandedIn) -> String {
        let mut files = graded.digest.clone().unwrap_or_default();
        if task.dockerfile.is_none() {
            // It is judged from the record.
            match record {
                HandedIn::Nothing => {}
                HandedIn::Edited => files.push_str(" edited"),
                HandedIn::Whole { seal, .. } => files.push_str(&format!(" {seal}")),
            }
        }
        keys::task(task, &self.lab.course, &files, &self.course_files.told())
    }

    /// Reads what was handed in, and the commit where it comes from git.
    fn read(&self, path: &str) -> Result<(Submission, Option<String>), String> {
        let tasks = &self.lab.course.tasks;
        let names: Vec<&str> = tasks.iter().filter_map(|task| task.dockerfile.as_deref()).collect();
        if !is_address(path) {
            return Ok((submission_at(Path::new(path), &names)?, None));
        }
        let scratch = Scratch::new().map_err(|error| error.to_string())?;
        let folder = scratch.workspace().root().join("repository");
        let commit = git::fetch(path, None, &folder).map_err(|unfetched| unfetched.why)?;
        Ok((submission_at(&folder, &names)?, Some(commit)))
    }

    /// Judges the tasks that wait, one after the other, in a workspace that goes away again.
    fn judge(&self, number: usize, submitted: &Submitted, waiting: &[&Task], graded: &mut Graded) -> Result<(), Error> {
        let scratch = Scratch::new()?;
        for (path, file) in submitted.submission.files() {
            // A path that the file system does not take, such as one with a name that is too long.
            if let Err(error) = scratch.put_with_mode(path, &file.bytes, file.mode) {
                graded.refused = Some(error.to_string());
                return Ok(());
            }
        }
        self.course_files.write_over(&scratch)?;
        let interrupt = Interrupt::default();
        let mut lab = self.lab.another(interrupt.clone(), self.renamed(number));
        // What is said of one submission would be lost among the others.
        lab.edges.err = Stream::new(std::io::sink());
        let progress = lab.identified(scratch.workspace())?;
        let at_work = AtWork {
            workspace: progress.workspace.clone(),
            images: lab.course.tasks.iter().map(|task| task.image.clone()).collect(),
        };
        self.folder.begin(&graded.id, &at_work)?;
        let of = Own {
            lab: &lab,
            scratch: &scratch,
            progress: &progress,
            record: &submitted.record,
        };
        let judged = self.tasks_of(&of, waiting, graded);
        // The request to stop is answered by tidying up.
        interrupt.answered();
        let mut tidied = tidy(&lab, &at_work);
        if self.lab.interrupt.is_asked() {
            // An engine may end a build that was given up a moment after it was told to.
            lab.edges.clock.sleep(A_MOMENT);
            tidied = tidied.and_then(|()| tidy(&lab, &at_work));
        }
        if tidied.is_ok() {
            self.folder.end(&graded.id);
        }
        judged.and(tidied)
    }

    fn tasks_of(&self, of: &Own<'_>, waiting: &[&Task], graded: &mut Graded) -> Result<(), Error> {
        let lab = of.lab;
        let end = Instant::now() + self.limit;
        let is_waiting = |task: &Task| waiting.iter().any(|one| one.id == task.id);
        // An image that one of them is compared with is built once more.
        let is_needed = |task: &Task| waiting.iter().any(|one| one.probes().sizes.contains(&task.id));
        let to_do: Vec<&Task> = lab
            .course
            .tasks
            .iter()
            .filter(|task| is_waiting(task) || is_needed(task))
            .collect();
        for (index, task) in to_do.iter().enumerate() {
            let left = u32::try_from(to_do.len() - index).unwrap_or(u32::MAX);
            // A task that hangs leaves the others their share; one that is fast leaves its own to them.
            let share = end.saturating_duration_since(Instant::now()) / left;
            let one = self.one(of, task, share)?;
            if is_needed(task) && one.image_size.is_none() {
                self.build_reference(of, task, share)?;
            }
            if is_waiting(task) {
                let key = self.key(self.lab.course.task(&task.id).unwrap_or(task), graded, of.record);
                graded.tasks.insert(task.id.clone(), GradedTask { key, ..one });
                // A run that is stopped in the next task does not lose this one.
                self.folder.keep(graded)?;
            }
        }
        Ok(())
    }

    /// Builds the course's own answer in the place of one that gave no image, so that the next task's can be compared.
    fn build_reference(&self, of: &Own<'_>, task: &Task, share: Duration) -> Result<(), Error> {
        let Own {
            lab, scratch, progress, ..
        } = *of;
        let (Some(name), Some(text)) = (&task.dockerfile, task.solution()) else {
            return Ok(());
        };
        scratch.put(name, text.as_bytes())?;
        let build = || throwaway::evidence(lab, scratch.workspace(), task, progress, false);
        // Where it cannot be built, what it is needed for says by itself that there is nothing to compare with.
        drop(self.in_time(lab, share, build)?);
        Ok(())
    }

    /// Does work that its share of the time ends, or the person; also whether the time was over.
    fn in_time<T>(&self, lab: &Lab, share: Duration, work: impl FnOnce() -> T) -> Result<(T, bool), Error> {
        let done = throwaway::within(share, &self.lab.interrupt, &lab.interrupt, work);
        if self.lab.interrupt.is_asked() {
            return Err(Error::interrupted());
        }
        lab.interrupt.answered();
        Ok(done)
    }

    fn one(&self, of: &Own<'_>, task: &Task, share: Duration) -> Result<GradedTask, Error> {
        let Own {
            lab, scratch, progress, ..
        } = *of;
        let mut one = GradedTask {
            key: String::new(),
            state: State::CannotCheck,
            reason: None,
            again: false,
            verdicts: crate::check::Verdicts::default(),
            dockerfile: None,
            image_size: None,
            engine: None,
            at: lab.now(),
            seconds: 0.0,
        };
        let Some(name) = &task.dockerfile else {
            from_record(&mut one, of, task)?;
            return Ok(one);
        };
        let started = Instant::now();
        let workspace = scratch.workspace();
        let gather = || throwaway::evidence(lab, workspace, task, progress, false);
        let gathered = || throwaway::in_spite_of_the_network(lab, task, gather, || {});
        let (found, is_late) = self.in_time(lab, share, gathered)?;
        one.seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        one.dockerfile = workspace.read(name).ok().flatten().map(|source| source.text);
        match found {
            Ok(evidence) if !is_late => judged(&mut one, task, &evidence),
            _ if is_late => {
                let time = quantity::whole_seconds(share.as_secs_f64());
                one.reason = Some(say!("it took longer than {time}, its share of the time limit"; time));
            }
            Err(error) if error.kind() == Kind::NotBegun || one.dockerfile.is_none() && is_missing(scratch, name) => {
                one.state = State::Missing;
                one.reason = Some(error.message().to_owned());
            }
            Err(error) if error.kind() == Kind::Usage => {
                one.state = State::Unreadable;
                one.reason = Some(error.to_string());
            }
            Err(error) => {
                // Where the engine is gone, so it is for all others.
                if error.kind() == Kind::Engine {
                    self.lab
                        .another(Interrupt::default(), Course::clone(&lab.course))
                        .engine()?;
                }
                one.reason = Some(error.to_string());
                one.again = true;
            }
            Ok(_) => {}
        }
        Ok(one)
    }

    /// The course with images of this submission alone.
    fn renamed(&self, number: usize) -> Course {
        let mut course = self.lab.course.clone();
        for task in &mut course.tasks {
            task.image = format!("dockerlab-grade:{}-{number}-{}", self.run, task.id.to_lowercase());
        }
        course
    }
}

/// Judges a task about the learner's own containers from the record that was handed in.
fn from_record(one: &mut GradedTask, of: &Own<'_>, task: &Task) -> Result<(), Error> {
    let record = match of.record {
        HandedIn::Whole { progress, .. } => progress,
        HandedIn::Nothing => {
            let why = say!("no sealed record of the learner's containers was handed in: the folder `.dockerlab`");
            one.reason = Some(why.to_owned());
            return Ok(());
        }
        HandedIn::Edited => {
            let why = say!("the record of the learner's containers was edited by hand, so it is not used");
            one.reason = Some(why.to_owned());
            return Ok(());
        }
    };
    let mut evidence = throwaway::evidence(of.lab, of.scratch.workspace(), task, of.progress, true)?;
    let known = record.tasks.get(&task.id);
    evidence.sightings = known.map(|known| known.sightings.clone()).unwrap_or_default();
    judged(one, task, &evidence);
    Ok(())
}

/// Whether this is the address of a repository, and no path.
pub(super) fn is_address(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@")
}

fn is_missing(scratch: &Scratch, name: &str) -> bool {
    matches!(scratch.workspace().read(name), Ok(None))
}

fn judged(one: &mut GradedTask, task: &Task, evidence: &Evidence) {
    one.state = State::Judged;
    one.verdicts = judge(&task.criteria, evidence);
    // The network or the engine stood in the way, however often it was tried.
    one.again = one.verdicts.required_count("cannot-check") > 0;
    one.image_size = evidence.image.known().map(|image| image.size);
    let facts = evidence.engine.as_ref();
    one.engine = facts.map(|engine| format!("{} {}", engine.name, engine.version));
}

/// Removes what a submission has on the engine.
///
/// # Errors
/// When the engine fails.
pub(super) fn tidy(lab: &Lab, at_work: &AtWork) -> Result<(), Error> {
    let engine = lab.engine()?;
    for container in engine.labelled(WORKSPACE_LABEL, Some(&at_work.workspace))? {
        engine.remove_container(&container.id)?;
    }
    for image in &at_work.images {
        engine.remove_image(image)?;
    }
    Ok(())
}
