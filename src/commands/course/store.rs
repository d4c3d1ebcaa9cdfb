//! `dockerlab course add|list|update|remove`: courses that are kept on this machine.

use std::io::Write;

use crate::{
    commands::course::{fetch, push::built_in_name},
    course::{Course, Task, built_in, load},
    disk::{CourseStore, Origin, Stored, mistaken},
    error::Error,
    exit::ExitStatus,
    judging::Edges,
    language::Language,
    output::{self, AddedCourse, Format},
    settings::Settings,
    terminal,
};

/// Add a course from a folder, a git repository or a registry
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A workspace goes on with the version that it was started with.\n\nExamples:\n  dockerlab course add ./my-course\n  dockerlab course add https://example.org/courses.git#v2:docker\n  dockerlab course add oci://registry.example/team/my-course:v1\n  dockerlab start my-folder --course my-course"
)]
pub(super) struct Add {
    /// The folder, the repository as URL#BRANCH:FOLDER, or `oci://HOST/NAME:TAG`
    from: String,
}

/// List the courses that are built in or were added
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab course list\n  dockerlab course list --format json")]
pub(super) struct List {
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Get newer versions of courses from where they were added
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It says for each task whether the update can change a verdict.\n\nExamples:\n  dockerlab course update\n  dockerlab course update my-course"
)]
pub(super) struct Update {
    /// The course (default: all of them)
    id: Option<String>,
}

/// Remove a course that was added; learners' files stay as they are
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab course remove my-course")]
pub(super) struct Remove {
    /// The course
    id: String,
}

pub(super) fn add(settings: &Settings, args: &Add) -> Result<ExitStatus, Error> {
    let store = CourseStore::of_person(settings.data_dir.as_deref())?;
    let (course, _) = take(settings, &store, &fetch::origin(&args.from, settings)?, None)?;
    let mut out = terminal::stdout();
    writeln!(
        out,
        "{}",
        say!(
            "Added the course {}, version {}: {}",
            course.id,
            course.version,
            course.title
        )
    )?;
    writeln!(out, "  {}", say!("dockerlab start DIR --course {}", course.id))?;
    Ok(ExitStatus::Done)
}

pub(super) fn list(settings: &Settings, args: &List) -> Result<ExitStatus, Error> {
    let store = CourseStore::of_person(settings.data_dir.as_deref())?;
    let mut out = terminal::stdout();
    let added: Vec<AddedCourse> = store
        .all()?
        .into_iter()
        .map(|(id, stored)| AddedCourse {
            id,
            version: stored.version,
            title: stored.title,
            digest: stored.digest,
            origin: stored.origin.to_string(),
            at: stored.at,
        })
        .collect();
    let built_in = built_in::ALL
        .iter()
        .map(|course| course.course(Language::current()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|mistakes| mistaken(&mistakes))?;
    match args.format {
        Format::Json => output::courses_json(&mut out, &built_in, &added)?,
        Format::Human => output::courses(&mut out, &built_in, &added, settings.columns)?,
    }
    Ok(ExitStatus::Done)
}

pub(super) fn update(settings: &Settings, args: &Update) -> Result<ExitStatus, Error> {
    let store = CourseStore::of_person(settings.data_dir.as_deref())?;
    let all = store.all()?;
    let wanted: Vec<(&String, &Stored)> = match &args.id {
        Some(id) => vec![
            all.get_key_value(id)
                .ok_or_else(|| Error::usage(say!("no course `{id}` was added"; id)))?,
        ],
        None => all.iter().collect(),
    };
    let mut out = terminal::stdout();
    if wanted.is_empty() {
        writeln!(out, "{}", say!("No course was added yet."))?;
    }
    for (id, before) in wanted {
        let old = load(&store.files(&before.digest)?, Language::current()).map_err(|mistakes| mistaken(&mistakes))?;
        let (new, stored) = take(settings, &store, &before.origin, Some(id))?;
        if stored.digest == before.digest {
            writeln!(out, "{}", say!("{id} is up to date: version {}", stored.version; id))?;
            continue;
        }
        writeln!(
            out,
            "{}",
            say!("{id} is now version {}; it was version {}.", stored.version, before.version; id)
        )?;
        for line in difference(&old, &new) {
            writeln!(out, "  {}", output::wrapped(&line, settings.columns, "    "))?;
        }
        writeln!(
            out,
            "{}",
            output::wrapped(
                &say!("A workspace changes to it with `dockerlab start --course {id}`. `dockerlab instructor regrade` then checks kept evidence again."; id),
                settings.columns,
                ""
            )
        )?;
    }
    Ok(ExitStatus::Done)
}

pub(super) fn remove(settings: &Settings, args: &Remove) -> Result<ExitStatus, Error> {
    let store = CourseStore::of_person(settings.data_dir.as_deref())?;
    let removed = store.remove(&args.id)?;
    writeln!(
        terminal::stdout(),
        "{}",
        say!(
            "Removed the course {}, version {}, of {}.",
            args.id,
            removed.version,
            removed.origin
        )
    )?;
    Ok(ExitStatus::Done)
}

/// Fetches a course, reads it and keeps it; where an id is given, it has to have that one.
fn take(
    settings: &Settings,
    store: &CourseStore,
    origin: &Origin,
    id: Option<&String>,
) -> Result<(Course, Stored), Error> {
    let (files, origin) = fetch::fetch(origin, settings)?;
    let course = load(&files, Language::current()).map_err(|mistakes| mistaken(&mistakes))?;
    if built_in::ids().contains(&course.id.as_str()) {
        return Err(built_in_name(&course.id));
    }
    if id.is_some_and(|id| *id != course.id) {
        return Err(
            Error::usage(say!("what is there now calls itself `{}`: another course", course.id))
                .help(say!("add it as a course of its own: `dockerlab course add {origin}`"; origin)),
        );
    }
    let stored = Stored {
        version: course.version.clone(),
        title: course.title.clone(),
        digest: course.digest.clone(),
        origin,
        at: Edges::of_process().clock.text(),
    };
    store.add(&course.id, stored.clone(), &files)?;
    Ok((course, stored))
}

/// What an update means for the verdicts of each task.
fn difference(old: &Course, new: &Course) -> Vec<String> {
    let mut told = Vec::new();
    for task in &new.tasks {
        match old.task(&task.id) {
            None => told.push(say!("task {}: new", task.id)),
            Some(before) => {
                let changed = changed_verdicts(before, task);
                if changed.is_empty() {
                    told.push(say!("task {}: the same checks", task.id));
                } else {
                    told.push(say!("task {}: can change a verdict ({})", task.id, changed.join(", ")));
                }
            }
        }
    }
    for task in old.tasks.iter().filter(|task| new.task(&task.id).is_none()) {
        told.push(say!("task {}: removed", task.id));
    }
    if old.workspace != new.workspace {
        told.push(
            say!("the workspace: files changed; only those that a learner does not have yet are added").to_owned(),
        );
    }
    told
}

/// The keys of a task and the ids of criteria that can give another verdict than before.
fn changed_verdicts(old: &Task, new: &Task) -> Vec<String> {
    let mut changed = Vec::new();
    for (key, is_same) in [
        ("dockerfile", old.dockerfile == new.dockerfile),
        ("image", old.image == new.image),
        ("port", old.port == new.port),
        ("image-of", old.image_of == new.image_of),
    ] {
        if !is_same {
            changed.push(format!("`{key}`"));
        }
    }
    for criterion in &new.criteria {
        let is_same = old
            .criterion(&criterion.id)
            .is_some_and(|before| before.judges_as(criterion));
        if !is_same {
            changed.push(criterion.id.clone());
        }
    }
    for criterion in old
        .criteria
        .iter()
        .filter(|criterion| new.criterion(&criterion.id).is_none())
    {
        changed.push(criterion.id.clone());
    }
    changed
}
