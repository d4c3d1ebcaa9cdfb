//! `dockerlab solution`: the reference beside the learner's own, after passing.

use std::io::Write;

use crate::{error::Error, exit::ExitStatus, judging::Lab, output, progress::Standing};

/// Show the reference solution of a task that you passed
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab solution 1              after passing\n  dockerlab solution 1 --give-up    before; the task stays open"
)]
pub struct Args {
    /// The task
    task: String,
    /// Show it before you pass; this is recorded, and the task stays open
    #[arg(long)]
    give_up: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(Some(&args.task), &progress)?;
    let is_passed = progress.standing(&task.id) == Standing::Passed;
    if !is_passed && args.give_up {
        let at = lab.now();
        lab.change(&workspace, |progress| progress.give_up(&task.id, at))?;
        lab.say(&say!(
            "Recorded: you asked for the reference of task {} before passing. The task stays open, and you can still pass it.",
            task.id
        ));
    } else if !is_passed {
        return Err(Error::usage(say!("you have not passed task {} yet", task.id)).help(say!(
            "you can see the reference after you pass; `dockerlab hint {}` helps you on the way, and --give-up shows it now",
            task.id
        )));
    }
    let style = lab.style();
    let mut out = lab.out();
    if task.solutions.is_empty() {
        writeln!(
            out,
            "{}",
            say!(
                "Task {} has no file to show: it is about what you see in a container.",
                task.id
            )
        )?;
    }
    for (name, text) in &task.solutions {
        writeln!(out, "{}", style.head(say!("The reference for {name}:"; name)))?;
        for line in text.trim_end().lines() {
            writeln!(out, "  {}", style.code(line))?;
        }
        if let Some(own) = workspace.read(name)? {
            writeln!(out)?;
            if own.text.trim() == text.trim() {
                writeln!(out, "{}", say!("Your file is the same."))?;
                continue;
            }
            writeln!(
                out,
                "{}",
                style.head(say!("Compared with yours (- yours, + the reference):"))
            )?;
            for line in output::difference(&own.text, text, style) {
                writeln!(out, "  {line}")?;
            }
        }
        writeln!(out)?;
    }
    Ok(ExitStatus::Done)
}
