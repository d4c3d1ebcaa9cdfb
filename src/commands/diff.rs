//! `dockerlab diff`: one's own file beside where it began, the last that passed, or the reference.

use std::io::Write;

use clap::ValueEnum;

use crate::{
    course::Task,
    disk::Workspace,
    error::Error,
    exit::ExitStatus,
    judging::Lab,
    output::{self, Style},
    progress::{Progress, Standing},
    quantity,
};

/// Compare your Dockerfile with its starting point, your last one that passed, or the reference
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab diff                           with its starting point\n  dockerlab diff 2 --against passed        with your last one that passed\n  dockerlab diff 2 --against reference"
)]
pub struct Args {
    /// The task (default: the one you are at)
    task: Option<String>,
    /// What to compare with (default: the last one that passed, or else the starting point)
    #[arg(long, value_enum)]
    against: Option<Against>,
}

/// What one's own file is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// The starting point
    Scaffold,
    /// The last version that passed
    Passed,
    /// The course's solution; after passing
    Reference,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(args.task.as_deref(), &progress)?;
    let mut out = lab.out();
    for line in lines(lab, &workspace, task, args.against, lab.style())? {
        writeln!(out, "{line}")?;
    }
    Ok(ExitStatus::Done)
}

/// The comparison, and what is known of the images beside it.
pub(super) fn lines(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    against: Option<Against>,
    style: Style,
) -> Result<Vec<String>, Error> {
    let Some(name) = &task.dockerfile else {
        return Err(Error::usage(say!("task {} has no Dockerfile to compare", task.id)));
    };
    let progress = lab.progress(workspace)?;
    let own = workspace
        .read(name)?
        .ok_or_else(|| Error::usage(say!("`{name}` does not exist yet"; name)))?;
    let passed = progress.passed_dockerfile(&task.id);
    let against = against.unwrap_or(if passed.is_some() {
        Against::Passed
    } else {
        Against::Scaffold
    });
    let (what, other) = match against {
        Against::Passed => {
            let text = passed.ok_or_else(|| Error::usage(say!("you have not passed task {} yet", task.id)))?;
            (say!("the last version that passed"), text.to_owned())
        }
        Against::Scaffold => (say!("the starting point"), scaffold(task, &progress)),
        Against::Reference => {
            if progress.standing(&task.id) != Standing::Passed {
                return Err(Error::usage(say!("you have not passed task {} yet", task.id))
                    .help(say!("you can see the reference after you pass")));
            }
            (say!("the reference"), task.solution().unwrap_or_default().to_owned())
        }
    };
    let mut lines = vec![style.head(say!("{name}: {what} (-), yours (+)"; name, what))];
    if own.text == other {
        lines.push(say!("They are the same.").to_owned());
    } else {
        lines.extend(output::difference(&other, &own.text, style));
    }
    lines.push(String::new());
    lines.extend(images(workspace, task)?);
    Ok(lines)
}

/// What the learner's file looked like at first.
fn scaffold(task: &Task, progress: &Progress) -> String {
    let from = task.from.as_ref().and_then(|from| progress.passed_dockerfile(from));
    from.map(str::to_owned)
        .or_else(|| task.starter.clone())
        .unwrap_or_default()
}

/// Size, layers and user of the image that was checked last, and of the one before it.
fn images(workspace: &Workspace, task: &Task) -> Result<Vec<String>, Error> {
    let (kept, _) = workspace.evidence(&task.id)?;
    let newest = kept
        .iter()
        .rev()
        .filter_map(|(at, evidence)| Some((at, evidence, evidence.image.known()?)))
        .take(2);
    let lines = newest.map(|(at, evidence, image)| {
        let uid = evidence.run.known().and_then(|run| run.server.as_ref()?.known()?.uid);
        let uid = uid.map_or(say!("user unknown").to_owned(), |uid| say!("uid {uid}"; uid));
        say!("image of {at}: {}, {}, {uid}", quantity::size(image.size), quantity::count(image.layers.len(), "layer"); at, uid)
    });
    Ok(lines.collect())
}
