//! `dockerlab grade`: the submissions of a class, judged side by side, each in a workspace of its own.

mod course_files;
mod entries;
mod files;
mod keys;
mod running;
mod submission;

use std::{io::Write, path::PathBuf, time::Duration};

use crate::{
    disk::{GradesFolder, random_id},
    error::{Error, Kind},
    exit::ExitStatus,
    grading::timestamp,
    judging::{Lab, side_by_side},
    output::{self, Format},
};
use course_files::CourseFiles;
use files::{Classroom50, Extra, Files};
use running::Running;
use submission::Judging;

/// Grade a class: check each submission in its own workspace, and write the grades
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A roster is a CSV file with the columns id, name, email, path, submitted and due; only id is needed. A path is a folder, an archive or a git address. docs/grade.md describes all files.\n\nExit codes: 0 each learner has a grade; 1 somebody has to look at some; 130 interrupted, and the next run continues.\n\nExamples:\n  dockerlab grade submissions\n  dockerlab grade class.csv --tasks 1,2,3-1 --out grades-week-2\n  dockerlab grade submissions --jobs 4 --limit 10m --out-of 20"
)]
pub struct Args {
    /// A folder with a folder or archive for each learner, or a roster
    submissions: PathBuf,
    /// Grade these tasks, like 1,2,3-1 (default: each task that has a Dockerfile)
    #[arg(long, value_delimiter = ',', value_name = "TASKS")]
    tasks: Vec<String>,
    /// How many submissions to check at the same time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    jobs: u8,
    /// Write the grades to this folder
    #[arg(long, value_name = "DIR", default_value = "grades")]
    out: PathBuf,
    /// How long one submission may take, like 90s or 10m
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = duration)]
    limit: Duration,
    /// The best grade
    #[arg(long, value_name = "POINTS", default_value_t = 100)]
    out_of: u16,
    /// When submissions were due, if the roster has no other time
    #[arg(long, value_name = "TIME", value_parser = time)]
    due: Option<jiff::Timestamp>,
    /// Treat the argument as the submission of one learner
    #[arg(long)]
    single: bool,
    /// Also write these files, one for each learner except junit
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FORMATS")]
    write: Vec<Extra>,
    /// Fill this grading worksheet that was downloaded from Moodle
    #[arg(long, value_name = "FILE")]
    moodle: Option<PathBuf>,
    #[command(flatten)]
    classroom50: Classroom50,
    /// Check everything again, even what has not changed
    #[arg(long)]
    again: bool,
    /// Format of the result on the terminal
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

fn duration(text: &str) -> Result<Duration, String> {
    let read = text.parse::<jiff::SignedDuration>().ok();
    read.and_then(|duration| Duration::try_from(duration).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| say!("expected a time like 90s or 10m").to_owned())
}

fn time(text: &str) -> Result<jiff::Timestamp, String> {
    timestamp(text).ok_or_else(|| say!("expected a time like 2026-11-28T17:00:00Z").to_owned())
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let ids = lab.course.ids();
    if let Some(id) = args.tasks.iter().find(|id| !ids.contains(&id.as_str())) {
        return Err(Error::usage(say!("unknown task `{id}`"; id)).help(say!("the tasks are {}", ids.join(", "))));
    }
    let out = lab.settings.folder.join(&args.out);
    let entries = entries::entries(lab, &lab.settings.folder.join(&args.submissions), &out, args.single)?;
    if entries.is_empty() {
        return Err(
            Error::usage(say!("there are no submissions in `{}`", args.submissions.display())).help(say!(
                "a submission is a folder or an archive; --single grades the folder itself"
            )),
        );
    }
    let folder = GradesFolder::open(&out)?;
    let engine = lab.engine()?.facts()?;
    remove_what_is_left(lab, &folder)?;
    // Without a word of the instructor, nobody's grade waits for a task that cannot be checked.
    let is_graded = |id: &&str| {
        let is_built = lab.course.task(id).is_some_and(|task| task.dockerfile.is_some());
        args.tasks.iter().any(|task| task == id) || args.tasks.is_empty() && is_built
    };
    let judging = Judging {
        lab,
        tasks: ids.into_iter().filter(is_graded).map(str::to_owned).collect(),
        limit: args.limit,
        again: args.again,
        folder: &folder,
        course_files: CourseFiles::of(&lab.course),
        run: random_id(),
    };
    let engine = format!("{} {}", engine.name, engine.version);
    let running = Running::new(judging, &entries, f64::from(args.out_of), args.due, engine);
    running.begin();
    let all: Vec<usize> = (0..entries.len()).collect();
    let done = side_by_side(usize::from(args.jobs), &all, || (), |(), index| running.one(index));
    let book = running.finish()?;
    let files = Files {
        lab,
        folder: &folder,
        book: &book,
    };
    files.pages()?;
    for extra in &args.write {
        files.extra(*extra, &args.classroom50)?;
    }
    if let Some(worksheet) = &args.moodle {
        files.worksheet(&lab.settings.folder.join(worksheet))?;
    }
    match done {
        Err(error) if error.kind() == Kind::Interrupted => {
            lab.say(&say!(
                "Interrupted. What was graded is in `{}`; the same command continues.",
                args.out.display()
            ));
            return Err(error);
        }
        done => done?,
    };
    let mut written = lab.out();
    match args.format {
        Format::Human => {
            output::grades_table(&mut written, &book, lab.settings.columns, lab.style())?;
            let files = say!(
                "The grades are in `{}`: grades.csv, grades.json, class.html, and a report for each learner in `reports`.",
                args.out.display()
            );
            writeln!(written, "{}", output::wrapped(&files, lab.settings.columns, ""))?;
        }
        Format::Json => output::grades_json(&mut written, &book)?,
    }
    Ok(if book.to_look_at() == 0 {
        ExitStatus::Done
    } else {
        ExitStatus::NotPassed
    })
}

/// Removes from the engine what runs that were killed have left there.
fn remove_what_is_left(lab: &Lab, folder: &GradesFolder) -> Result<(), Error> {
    for (path, left) in folder.left() {
        submission::tidy(lab, &left)?;
        folder.forget(&path);
    }
    Ok(())
}
