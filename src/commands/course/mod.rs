//! `dockerlab course`: what authors of courses need. One file a verb.

mod artifact;
mod check;
mod fetch;
mod new;
mod preview;
mod push;
mod schema;
mod store;

use clap::Subcommand;

use crate::{
    commands::{Invocation, instructor::Prove},
    disk::{CourseSource, Workspace, is_course_folder},
    error::Error,
    exit::ExitStatus,
    judging::courses,
};

/// Courses: add one from elsewhere; for authors: begin, check, prove and preview one
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Authors' commands are about the course in this folder, or the one that --course names.\n\nExamples:\n  dockerlab course add https://example.org/course.git\n  dockerlab course new my-course   a small course that passes its own proofs\n  dockerlab course check           every mistake in its files\n  dockerlab course prove           right answers pass, wrong ones fail as named\n  dockerlab course preview         what a learner sees"
)]
pub struct Args {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    New(new::New),
    Check(check::Check),
    Prove(Prove),
    Preview(preview::Preview),
    Schema(schema::Schema),
    Add(store::Add),
    List(store::List),
    Update(store::Update),
    Remove(store::Remove),
    Push(push::Push),
}

/// Runs the command.
pub fn run(invocation: Invocation, args: &Args) -> Result<ExitStatus, Error> {
    match &args.command {
        Verb::New(args) => new::run(&invocation.settings, args),
        Verb::Check(args) => check::run(&invocation, &meant(&invocation)?, args),
        Verb::Prove(args) => {
            let source = meant(&invocation)?;
            invocation.in_lab_of(source, |lab| args.run(lab))
        }
        Verb::Preview(args) => {
            let source = meant(&invocation)?;
            invocation.in_lab_of(source, |lab| preview::run(lab, args))
        }
        Verb::Schema(args) => schema::run(args),
        Verb::Add(args) => store::add(&invocation.settings, args),
        Verb::List(args) => store::list(&invocation.settings, args),
        Verb::Update(args) => store::update(&invocation.settings, args),
        Verb::Remove(args) => store::remove(&invocation.settings, args),
        Verb::Push(args) => push::run(&invocation.settings, args),
    }
}

/// The course that an author means: the one named, the one that this folder is, or that of the workspace around it.
fn meant(invocation: &Invocation) -> Result<CourseSource, Error> {
    let settings = &invocation.settings;
    let folder = &settings.folder;
    if let Some(name) = &invocation.course {
        courses::named(name, settings)
    } else if is_course_folder(folder) {
        Ok(CourseSource::Folder(folder.clone()))
    } else if Workspace::find(folder).is_ok() {
        courses::of_folder(folder, settings)
    } else {
        Err(Error::usage(say!("this folder is not a course")).help(say!(
            "change into the course's folder, name it with --course, or begin one: `dockerlab course new DIR`"
        )))
    }
}
