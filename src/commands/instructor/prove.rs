//! `dockerlab instructor prove`: every right answer passes, every wrong one fails where it is wrong.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use crate::{
    check::{
        evidence::{EngineFacts, Evidence},
        judge,
    },
    course::{Course, Task, built_in},
    disk::{CourseSource, Kept, Scratch, proofs_from},
    error::{Error, Kind},
    exit::ExitStatus,
    judging::{Lab, side_by_side, throwaway},
    output::{self, Format, ProofReport},
    progress::Progress,
    proof::{Answer, Awaited, Judged, Static, read, statically, verify},
};

/// How long pulling an image may take, whose digest a proof names.
const PULL: Duration = Duration::from_mins(5);

/// Prove a course: its solutions and right answers pass, its wrong ones fail at the criterion they break
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Proofs are in TASK/right/WHAT.Dockerfile and TASK/wrong/CRITERION--WHAT.Dockerfile; see CONTRIBUTING.md.\n\nExamples:\n  dockerlab instructor prove\n  dockerlab instructor prove 3-2 --format json\n  \
                  dockerlab --course my-course instructor prove --static"
)]
pub(in crate::commands) struct Prove {
    /// Only these tasks
    tasks: Vec<String>,
    /// The folder with the proofs (default: `proofs` in the course's folder, or dockerlab's own for a built-in course)
    #[arg(long, value_name = "DIR")]
    proofs: Option<PathBuf>,
    /// Only answers whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Only what can be proved from the files, without an engine
    #[arg(long = "static")]
    statically: bool,
    /// How many answers to build at the same time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    jobs: u8,
    /// Keep the evidence in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "statically")]
    keep: Option<PathBuf>,
    /// Check the evidence kept in this folder, without building
    #[arg(long, value_name = "DIR", conflicts_with_all = ["statically", "keep"])]
    kept: Option<PathBuf>,
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Prove {
    /// Runs the command.
    pub(in crate::commands) fn run(&self, lab: &Lab) -> Result<ExitStatus, Error> {
        run(lab, self)
    }
}

fn run(lab: &Lab, args: &Prove) -> Result<ExitStatus, Error> {
    let started = Instant::now();
    for id in &args.tasks {
        if lab.course.task(id).is_none() {
            return Err(Error::usage(say!("unknown task `{id}`"; id))
                .help(say!("the tasks are {}", lab.course.ids().join(", "))));
        }
    }
    let wanted = |id: &str| args.tasks.is_empty() || args.tasks.iter().any(|task| task == id);
    let mut answers = beginnings(&lab.course);
    answers.extend(proofs(lab, args)?);
    if let Some(stray) = answers.iter().find(|answer| lab.course.task(&answer.task).is_none()) {
        return Err(Error::usage(say!(
            "there are proofs for task `{}`, which is not in the course",
            stray.task
        )));
    }
    answers.retain(|answer| wanted(&answer.task));
    if let Some(only) = &args.only {
        answers.retain(|answer| answer.name.contains(only.as_str()));
        if answers.is_empty() {
            return Err(Error::usage(
                say!("there is no answer whose name contains `{only}`"; only),
            ));
        }
    }
    let mut without_engine = args.statically.then(|| "--static".to_owned());
    if without_engine.is_none() && args.kept.is_none() {
        match lab.engine() {
            Ok(_) => {}
            Err(error) if error.kind() == Kind::Engine => without_engine = Some(error.to_string()),
            Err(error) => return Err(error),
        }
    }
    let proving = Proving {
        lab,
        args,
        statically: without_engine.is_some(),
        course: renamed(&lab.course),
        done: AtomicUsize::new(0),
        all: answers.len(),
    };
    let judged = proving.all(&answers)?;
    let tasks: Vec<&Task> = lab.course.tasks.iter().filter(|task| wanted(&task.id)).collect();
    let mut unproved = 0;
    let mut proved = Vec::new();
    for task in tasks {
        let of_task: Vec<Judged> = judged
            .iter()
            .filter(|one| one.answer.task == task.id)
            .cloned()
            .collect();
        if without_engine.is_some() && task.dockerfile.is_some() {
            let mut known = Vec::new();
            let mut faults = Vec::new();
            for one in of_task {
                match statically(task, &one) {
                    Static::Holds => known.push(one),
                    Static::Broken(what) => faults.push((one.answer.name.clone(), what)),
                    Static::NeedsImage => unproved += 1,
                }
            }
            proved.push(output::proved_statically(task, &known, faults));
        } else {
            proved.push(verify(task, &of_task));
        }
    }
    if args.only.is_some() || without_engine.is_some() {
        // Of a part of the answers nothing follows about the criteria.
        for task in &mut proved {
            task.faults.retain(|fault| !fault.of.starts_with("criterion "));
        }
    }
    let report = ProofReport {
        tasks: proved,
        unproved,
        without_engine,
        seconds: started.elapsed().as_secs_f64(),
    };
    let mut out = lab.out();
    match args.format {
        Format::Human => output::proved(&mut out, &report, lab.settings.columns, lab.style())?,
        Format::Json => output::proved_json(&mut out, &report)?,
    }
    Ok(if report.tasks.iter().any(|task| !task.faults.is_empty()) {
        ExitStatus::NotPassed
    } else if report.without_engine.is_some() && !args.statically {
        ExitStatus::Engine
    } else {
        ExitStatus::Done
    })
}

/// What every task must hold by itself: where a learner begins does not pass, the course's solution does.
fn beginnings(course: &Course) -> Vec<Answer> {
    let mut answers = Vec::new();
    for task in &course.tasks {
        let first = match (&task.from, &task.dockerfile) {
            (Some(from), _) => course.task(from).and_then(Task::solution).map(str::to_owned),
            (None, _) => task.starter.clone(),
        };
        let mut starter = Answer::new(&task.id, "starter", Awaited::NotYet, first);
        if task.dockerfile.is_none() {
            starter.sightings = Some(Vec::new());
        }
        answers.push(starter);
        if let Some(text) = task.solution() {
            answers.push(Answer::new(&task.id, "solution", Awaited::Pass, Some(text.to_owned())));
        }
    }
    answers
}

/// The answers in the folder of proofs.
fn proofs(lab: &Lab, args: &Prove) -> Result<Vec<Answer>, Error> {
    let folder = match &args.proofs {
        Some(folder) => folder.clone(),
        None => {
            // Those of a built-in course are in a checkout of dockerlab, which the command is given in.
            let beside = match &lab.source {
                CourseSource::Folder(folder) => folder.clone(),
                CourseSource::BuiltIn(id) => {
                    let proved_in = built_in::of(id).map_or("tests", |course| course.proved_in);
                    lab.settings.folder.join(proved_in)
                }
                CourseSource::Added(_) => lab.settings.folder.clone(),
            };
            let folder = beside.join("proofs");
            if !folder.is_dir() {
                lab.say(&say!(
                    "There are no proofs in `{}`, so only the solutions are proved. Use --proofs to name another folder.",
                    folder.display()
                ));
                return Ok(Vec::new());
            }
            folder
        }
    };
    read(proofs_from(&folder)?).map_err(|mistakes| {
        let mut error = Error::usage(say!("`{}` contains files that are not proofs", folder.display()));
        for mistake in mistakes.iter().take(20) {
            error = error.cause(mistake);
        }
        error
    })
}

/// The course with names of our own for its images, so that no learner's image changes hands.
fn renamed(course: &Course) -> Course {
    let mut course = course.clone();
    for task in &mut course.tasks {
        task.image = tag(&task.id, "solution");
    }
    course
}

fn tag(task: &str, name: &str) -> String {
    let safe = |text: &str| {
        let safe: String = text
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '-' {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        safe
    };
    let mut tag = format!("dockerlab-prove:{}-{}-{}", safe(task), safe(name), std::process::id());
    // A tag has at most 128 characters.
    if let Some(surplus) = tag.len().checked_sub("dockerlab-prove:".len() + 128) {
        let start = "dockerlab-prove:".len() + task.len() + 1;
        tag.replace_range(start..start + surplus, "");
    }
    tag
}

struct Proving<'a> {
    lab: &'a Lab,
    args: &'a Prove,
    statically: bool,
    course: Course,
    done: AtomicUsize,
    all: usize,
}

impl Proving<'_> {
    /// Judges all answers: first the solutions whose images others are compared with, then the rest side by side.
    fn all(&self, answers: &[Answer]) -> Result<Vec<Judged>, Error> {
        let mut found = BTreeMap::new();
        let (first, rest): (Vec<usize>, Vec<usize>) =
            (0..answers.len()).partition(|index| answers[*index].name == "solution");
        let made = self.images_to_compare_with(answers)?;
        let result = self
            .side_by_side(answers, &first, 1)
            .and_then(|judged| {
                found.extend(judged);
                self.side_by_side(answers, &rest, usize::from(self.args.jobs))
            })
            .map(|judged| found.extend(judged));
        if !self.statically && self.args.kept.is_none() {
            // Also what an interrupted answer left: the request to stop is answered by tidying up.
            self.lab.interrupt.answered();
            let engine = self.lab.engine()?;
            let own = answers.iter().map(|answer| tag(&answer.task, &answer.name));
            for name in own.chain(made) {
                engine.remove_image(&name)?;
            }
        }
        result?;
        Ok(found.into_values().collect())
    }

    /// Builds the solutions of tasks that are not proved, whose images those that are need to be compared with.
    fn images_to_compare_with(&self, answers: &[Answer]) -> Result<Vec<String>, Error> {
        if self.statically || self.args.kept.is_some() {
            return Ok(Vec::new());
        }
        let mut made = Vec::new();
        for task in &self.course.tasks {
            let is_proved = answers
                .iter()
                .any(|answer| answer.task == task.id && answer.name == "solution");
            let is_needed = answers.iter().any(|answer| {
                self.course
                    .task(&answer.task)
                    .is_some_and(|other| other.probes().sizes.contains(&task.id))
            });
            if is_proved || !is_needed {
                continue;
            }
            if let Some(text) = task.solution() {
                let answer = Answer::new(&task.id, "solution", Awaited::Pass, Some(text.to_owned()));
                self.gather(&self.worker(), &answer)?;
                made.push(task.image.clone());
            }
        }
        Ok(made)
    }

    fn worker(&self) -> Lab {
        self.lab.another(self.lab.interrupt.clone(), self.course.clone())
    }

    fn side_by_side(&self, answers: &[Answer], which: &[usize], jobs: usize) -> Result<BTreeMap<usize, Judged>, Error> {
        let one = |lab: &Lab, index: usize| self.one(lab, &answers[index]);
        side_by_side(jobs, which, || self.worker(), one)
    }

    fn one(&self, lab: &Lab, answer: &Answer) -> Result<Judged, Error> {
        let started = Instant::now();
        let task = self.task(answer)?;
        let gathered = match &self.args.kept {
            None => self.gather_in_spite_of_the_network(lab, task, answer),
            Some(folder) => self.kept_evidence(folder, answer),
        };
        let judged = match gathered {
            Ok(evidence) => {
                if let Some(folder) = &self.args.keep {
                    Kept::at(folder).keep(&answer.task, &answer.name, &evidence)?;
                }
                Judged {
                    answer: answer.clone(),
                    verdicts: judge(&task.criteria, &evidence),
                    refused: None,
                }
            }
            // A Dockerfile that cannot be read is told as a wrong use.
            Err(error) if matches!(error.kind(), Kind::Usage | Kind::NotBegun) => Judged {
                answer: answer.clone(),
                verdicts: crate::check::Verdicts::default(),
                refused: Some(error.to_string()),
            },
            Err(error) => return Err(error),
        };
        let done = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        let is_right = verify(task, std::slice::from_ref(&judged))
            .faults
            .iter()
            .all(|fault| fault.of.starts_with("criterion "));
        if !self.statically && self.args.kept.is_none() {
            lab.say(&say!(
                "{} of {}  {}  task {} {}  ({} s)",
                format!("{done:>4}"),
                self.all,
                if is_right { "ok   " } else { say!("FAULT") },
                format!("{:<4}", answer.task),
                answer.name,
                started.elapsed().as_secs()
            ));
        }
        Ok(judged)
    }

    /// Gathers the evidence, and once more where the network or the engine stood in the way: nothing is proved by that.
    fn gather_in_spite_of_the_network(&self, lab: &Lab, task: &Task, answer: &Answer) -> Result<Evidence, Error> {
        if self.statically || answer.sightings.is_some() {
            return self.gather(lab, answer);
        }
        let again = || {
            lab.say(&say!(
                "     task {} {} again: the network or the engine failed",
                task.id,
                answer.name
            ));
        };
        throwaway::in_spite_of_the_network(lab, task, || self.gather(lab, answer), again)
    }

    fn task(&self, answer: &Answer) -> Result<&Task, Error> {
        self.course
            .task(&answer.task)
            .ok_or_else(|| Error::internal(say!("unknown task `{}`", answer.task)))
    }

    fn kept_evidence(&self, folder: &Path, answer: &Answer) -> Result<Evidence, Error> {
        Kept::at(folder).read(&answer.task, &answer.name)?.ok_or_else(|| {
            Error::usage(say!(
                "no evidence has been kept for {} of task {}",
                answer.name,
                answer.task
            ))
        })
    }

    /// Puts the answer into a workspace of its own and collects the evidence that its task needs.
    fn gather(&self, lab: &Lab, answer: &Answer) -> Result<Evidence, Error> {
        let mut task = self.task(answer)?.clone();
        task.image = tag(&answer.task, &answer.name);
        let scratch = Scratch::new()?;
        scratch.workspace().lay(
            self.course
                .files_until(&task)
                .iter()
                .map(|file| (file.path.as_str(), &*file.bytes)),
        )?;
        let ignore = self.course.tasks.iter().flat_map(|task| &task.solutions);
        if let Some((_, text)) = ignore.into_iter().find(|(name, _)| name.ends_with("dockerignore"))
            && !answer.has_ignore_file()
            && answer.name != "starter"
        {
            scratch.put(".dockerignore", text.as_bytes())?;
        }
        for (path, bytes) in &answer.files {
            scratch.put(path, bytes)?;
        }
        if let Some(name) = &task.dockerfile {
            let text = answer
                .dockerfile
                .as_deref()
                .or_else(|| task.solution())
                .unwrap_or_default();
            scratch.put(name, self.filled_in(lab, text)?.as_bytes())?;
        }
        // A name of its own: another answer's containers are not this one's to remove.
        let progress = Progress::new(format!("{}-{}", std::process::id(), tag(&answer.task, &answer.name)));
        let statically = self.statically || answer.sightings.is_some();
        let evidence = throwaway::evidence(lab, scratch.workspace(), &task, &progress, statically);
        if !statically && answer.name != "solution" {
            lab.engine()?.remove_image(&task.image)?;
        }
        let mut evidence = evidence?;
        if let Some(sightings) = &answer.sightings {
            evidence.sightings.clone_from(sightings);
            // They were seen on an engine, if only once.
            evidence.engine = Some(EngineFacts::default());
        }
        Ok(evidence)
    }

    /// Puts the digest of an image, as the engine pulled it, where a proof says `{{digest NAME}}`.
    fn filled_in(&self, lab: &Lab, text: &str) -> Result<String, Error> {
        const OPEN: &str = "{{digest ";
        let mut filled = text.to_owned();
        while let Some((before, rest)) = filled.split_once(OPEN)
            && let Some((name, after)) = rest.split_once("}}")
        {
            let digest = if self.statically {
                format!("sha256:{}", "0".repeat(64))
            } else {
                let engine = lab.engine()?;
                engine.pull(name, PULL)?;
                engine
                    .image(name)?
                    .and_then(|image| image.digests.first().cloned())
                    .ok_or_else(|| Error::engine(say!("the engine has no digest for `{name}`"; name)))?
            };
            filled = format!("{before}{digest}{after}");
        }
        Ok(filled)
    }
}
