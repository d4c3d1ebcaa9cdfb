//! `dockerlab watch`: judge on every save.

use std::{io::Write, time::Duration};

use crate::{
    check::{Outcome, Verdict, Verdicts},
    commands::guided,
    error::Error,
    exit::ExitStatus,
    judging::{
        Lab,
        on_save::{News, OnSave},
    },
    output, quantity,
};

/// Check a task every time you save
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab watch\n  dockerlab watch 2 --manual\n\nEach save is checked at once without a build. If nothing fails, the build starts; a newer save restarts it. Without a terminal, results are printed line by line; stop with Ctrl-C."
)]
pub struct Args {
    /// The task (default: the one you are at)
    task: Option<String>,
    /// Build only when you press c
    #[arg(long)]
    manual: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(args.task.as_deref(), &progress)?.clone();
    if lab.settings.has_page() {
        let status = guided::run(lab, &workspace, Some(&task.id), args.manual)?;
        guided::left(lab, &workspace)?;
        return Ok(status);
    }
    let mut out = lab.out();
    let mut saves = OnSave::new(lab, &workspace, &task, args.manual);
    let what = task.dockerfile.as_deref().unwrap_or(say!("the containers"));
    writeln!(
        out,
        "{}",
        say!("Watching {what} and the build context; press Ctrl-C to stop."; what)
    )?;
    out.flush()?;
    while !lab.interrupt.is_asked() {
        for news in saves.look() {
            let told = match news {
                News::Static(verdicts, _) => say!("saved: {}", so_far(&verdicts)),
                News::Refused(error) => {
                    output::error(&mut out, &error, lab.style())?;
                    continue;
                }
                News::Began => say!("building").to_owned(),
                News::Told(_) => continue,
                News::Judged(report, failed) => {
                    output::checked(&mut out, &report, lab.settings.columns, lab.style())?;
                    if let Some(error) = failed {
                        output::error(&mut out, &error, lab.style())?;
                    }
                    continue;
                }
            };
            writeln!(out, "{}  {told}", clock(lab))?;
        }
        out.flush()?;
        lab.edges.clock.sleep(Duration::from_millis(20));
    }
    saves.end();
    Ok(ExitStatus::Interrupted)
}

/// The time of day, in UTC.
fn clock(lab: &Lab) -> String {
    let now = lab.now();
    now.get(11..19).unwrap_or(&now).to_owned()
}

fn so_far(verdicts: &Verdicts) -> String {
    let failed: Vec<&str> = verdicts
        .required()
        .filter(|verdict| matches!(verdict.outcome, Outcome::Fail(_)))
        .map(Verdict::name)
        .collect();
    if failed.is_empty() {
        say!("nothing fails so far").to_owned()
    } else {
        say!(
            "{} so far: {}",
            quantity::count(failed.len(), "failure"),
            failed.join("; ")
        )
    }
}
