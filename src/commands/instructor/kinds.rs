//! `dockerlab instructor kinds`: what a criterion can look at.

use std::io::Write;

use crate::{check::criteria, error::Error, exit::ExitStatus, judging::Lab, output};

/// List the kinds of criteria that a task.toml can use
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab instructor kinds\n  dockerlab instructor kinds serves")]
pub(super) struct Kinds {
    /// Show the page of one kind
    kind: Option<String>,
}

pub(super) fn run(lab: &Lab, args: &Kinds) -> Result<ExitStatus, Error> {
    let mut out = lab.out();
    match &args.kind {
        None => {
            for (name, _) in criteria::PAGES {
                let page = criteria::page(name).unwrap_or_default();
                let first = page
                    .lines()
                    .skip(1)
                    .find(|line| !line.trim().is_empty())
                    .unwrap_or_default();
                writeln!(out, "{name:<18} {first}")?;
            }
        }
        Some(kind) => {
            let Some(page) = criteria::page(kind) else {
                let names: Vec<&str> = criteria::PAGES.iter().map(|(name, _)| *name).collect();
                return Err(
                    Error::usage(say!("unknown kind `{kind}`"; kind)).help(say!("the kinds are {}", names.join(", ")))
                );
            };
            if lab.settings.out_is_terminal && lab.settings.can_redraw {
                out.write_all(output::markdown(page, lab.settings.columns, lab.style()).as_bytes())?;
            } else {
                out.write_all(page.as_bytes())?;
            }
        }
    }
    Ok(ExitStatus::Done)
}
