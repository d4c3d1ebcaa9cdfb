//! One attempt at a task: found out, judged, kept.

use std::time::Instant;

use crate::{
    check::{
        advice,
        evidence::Evidence,
        failed_build::{self, Fault},
        judge,
    },
    course::Task,
    disk::Workspace,
    dockerfile,
    error::{Error, Kind},
    exit::ExitStatus,
    judging::{
        diagnosis,
        gather::{self, About, Event},
        lab::Lab,
    },
    output::{self, CheckReport, OpenedFiles},
    progress::{Attempt, Progress, Standing},
    terminal::BuildView,
};

/// Checks one task, keeps the result, and adds the next task's Dockerfile after a pass.
///
/// # Errors
/// When nothing could be judged.
pub fn check(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    statically: bool,
    quiet: bool,
) -> Result<(CheckReport, ExitStatus), Error> {
    let (report, status, failed) = check_with(lab, workspace, task, statically, lab.build_view(quiet))?;
    if let Some(error) = &failed {
        let style = output::Style::new(lab.settings.colour_err);
        // A closed stderr is no reason to stop.
        output::error(&mut lab.err(), error, style).ok();
    }
    Ok((report, status))
}

/// Judges one task, as [`check`] does, with a view of the caller's; an engine's failure is told beside the verdict.
///
/// # Errors
/// When nothing could be judged.
pub fn check_with(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    statically: bool,
    mut view: BuildView,
) -> Result<(CheckReport, ExitStatus, Option<Error>), Error> {
    let started = Instant::now();
    let before = lab.progress(workspace)?;
    let (evidence, failed) = evidence(lab, workspace, task, &before, statically, &mut view)?;
    let failed = failed.map(|error| diagnosis::explained(lab, error));
    drop(view);
    let verdicts = judge(&task.criteria, &evidence);
    let without_engine = match (&failed, statically) {
        (_, true) => Some("--static".to_owned()),
        (Some(error), _) => Some(error.to_string()),
        (None, false) => None,
    };
    let seconds = started.elapsed().as_secs_f64();
    let at = lab.now();
    let full = without_engine.is_none();
    // A build that the network or the engine's machine stopped is no attempt, whatever else was found.
    let counts = full && !is_hindered(&evidence);
    let image_size = evidence.image.known().map(|image| image.size);
    let dockerfile = evidence.dockerfile.as_ref().map(|source| source.text.clone());
    let was_done = lab
        .course
        .ids()
        .iter()
        .all(|id| before.standing(id) == Standing::Passed);
    // A verdict that was reached is told whatever cannot be written down.
    let mut unrecorded = Vec::new();
    if full {
        unrecorded.extend(workspace.keep_evidence(&evidence, &at).err());
    }
    let record = |progress: &mut Progress| {
        for sighting in evidence.sightings.iter().cloned() {
            progress.sight(&task.id, sighting);
        }
        if counts && verdicts.is_attempt() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive and small"
            )]
            let whole = seconds as u64;
            progress.record(
                &task.id,
                Attempt::new(at.clone(), whole, &verdicts, image_size, dockerfile.as_deref()),
            );
        }
    };
    let progress = match lab.change(workspace, record) {
        Ok(((), progress)) => progress,
        Err(error) => {
            unrecorded.push(error);
            let mut progress = before;
            record(&mut progress);
            progress
        }
    };
    let mut opened = OpenedFiles::default();
    if verdicts.passed() {
        match scaffold(lab, workspace, &progress) {
            Ok(laid) => opened = laid,
            Err(error) => unrecorded.push(error),
        }
    }
    let ids = lab.course.ids();
    let done = ids.iter().all(|id| progress.standing(id) == Standing::Passed);
    let status = match &failed {
        _ if verdicts.failed() => ExitStatus::NotPassed,
        None if statically || verdicts.passed() => ExitStatus::Done,
        _ => ExitStatus::Engine,
    };
    let report = CheckReport {
        task: task.id.clone(),
        title: task.title.clone(),
        image: task.image.clone(),
        verdicts,
        without_engine,
        coached: evidence.build.known().and_then(|_| gather::coached(workspace, task)),
        advice: advice(&task.teaches, &evidence),
        unrecorded,
        evidence,
        seconds,
        learned: task.learned.clone(),
        opened,
        next_task: progress.current(&ids).map(str::to_owned),
        farewell: (done && !was_done).then(|| lab.course.farewell.clone()),
    };
    Ok((report, status, failed))
}

/// Whether the build failed for a reason outside the answer.
fn is_hindered(evidence: &Evidence) -> bool {
    let failure = evidence.build.known().and_then(|build| build.failure.as_ref());
    let cause = failure
        .zip(evidence.dockerfile.as_ref())
        .and_then(|(failure, source)| failed_build::cause(failure, &dockerfile::parse(&source.text)));
    cause.is_some_and(|cause| cause.fault != Fault::Answer)
}

/// Finds out what a task's criteria ask; beside it, what went wrong with the engine on the way.
///
/// # Errors
/// When there is no Dockerfile that can be judged, or the person interrupts it.
pub fn evidence(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    progress: &Progress,
    statically: bool,
    view: &mut BuildView,
) -> Result<(Evidence, Option<Error>), Error> {
    let mut evidence = gather::from_files(workspace, task, progress)?;
    if statically {
        return Ok((evidence, None));
    }
    match ask(lab, workspace, task, &mut evidence, view) {
        Ok(()) => Ok((evidence, None)),
        Err(error) if error.kind() == Kind::Engine => Ok((evidence, Some(error))),
        Err(error) => Err(error),
    }
}

fn ask(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    evidence: &mut Evidence,
    view: &mut BuildView,
) -> Result<(), Error> {
    let engine = lab.engine()?;
    evidence.engine = Some(engine.facts()?);
    let (_running, labels) = lab.begin_run(workspace, &task.id)?;
    if evidence.dockerfile.is_some() && !view.is_quiet() {
        let found = diagnosis::before_the_first_build(lab, workspace)?;
        if !found.is_empty() {
            lab.say(say!("Before the first build, `dockerlab doctor` found:"));
            lab.say(&format!("{}\n", diagnosis::lines(lab, &found).join("\n")));
        }
    }
    let about = About {
        engine,
        builder: lab.builder(),
        workspace,
        task,
        course: &lab.course,
        labels: &labels,
        cache: lab.settings.cache_dir.as_deref(),
        at: &lab.now(),
    };
    gather::gather(&about, evidence, &mut shown_on(view))
}

/// Shows on a view what happens while something is found out.
pub fn shown_on(view: &mut BuildView) -> impl FnMut(Event) {
    let mut doing = None;
    move |event| match event {
        Event::Build(event) => view.event(event),
        Event::BuildEnded => view.end(),
        Event::Told(text) => view.note(&text),
        Event::Doing(text) => drop(doing.replace(view.doing(&text))),
        Event::Done => drop(doing.take()),
    }
}

/// Adds what is missing of the open tasks' files: the Dockerfile, a copy of an earlier task's once that is passed or the
/// course's starter, and what else the course adds. A task is open once the one before it is passed.
///
/// # Errors
/// When a file cannot be written.
pub fn scaffold(lab: &Lab, workspace: &Workspace, progress: &Progress) -> Result<OpenedFiles, Error> {
    let mut opened = OpenedFiles::default();
    let mut is_open = true;
    for task in &lab.course.tasks {
        if let (Some(name), Some(from)) = (&task.dockerfile, &task.from)
            && let Some(text) = progress.passed_dockerfile(from)
        {
            opened
                .copies
                .extend(workspace.lay([(name.as_str(), text.as_bytes())])?.added);
        }
        if is_open || progress.tasks.contains_key(&task.id) {
            let files = task.files();
            let laid = workspace.lay(files.iter().map(|file| (file.path.as_str(), &*file.bytes)))?;
            opened.added.extend(laid.added);
        }
        is_open = progress.standing(&task.id) == Standing::Passed;
    }
    Ok(opened)
}
