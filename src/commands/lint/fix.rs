//! `dockerlab lint --fix`: a diff first, then the change.

use std::io::Write;

use super::source::Source;
use crate::{
    disk::replace_dockerfile,
    error::Error,
    exit::ExitStatus,
    lint::{self, Config, Facts},
    output::{self, Style},
    quantity,
    settings::Settings,
    terminal,
    terminal::{Terminal as _, Tty},
};

/// How often a file is fixed again: a fix may make room for another.
const ROUNDS: usize = 8;

/// Shows what can be fixed in each file, and fixes it when that is wanted.
pub(super) fn run(settings: &Settings, config: &Config, sources: &[Source], yes: bool) -> Result<ExitStatus, Error> {
    let style = Style::new(settings.colour_out);
    let mut found = 0;
    let mut left = 0;
    for source in sources {
        let before = &source.text.text;
        let facts = Facts {
            ignore: source.text.ignore.clone(),
            left: None,
        };
        let mut after = before.clone();
        let mut count = 0;
        for _ in 0..ROUNDS {
            let (text, fixed) = lint::fixed(&after, &lint::lint(&after, config, &facts));
            if text == after {
                break;
            }
            count += fixed;
            after = text;
        }
        if after == *before {
            continue;
        }
        found += count;
        let mut out = terminal::stdout();
        let Some(path) = &source.path else {
            // A filter: what comes in goes out, fixed.
            out.write_all(after.as_bytes())?;
            continue;
        };
        for line in output::patch(&source.text.name, before, &after, style) {
            writeln!(out, "{line}")?;
        }
        drop(out);
        let changes = quantity::count(count, "change");
        let question = say!("Make {changes} in {}?", source.text.name; changes);
        let wanted = yes || (settings.can_ask && Tty.confirm(&question, say!("the old file is kept next to it"))?);
        if wanted {
            let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
            let backup = replace_dockerfile(path, before, &after, &stamp)?;
            let kept = backup.file_name().unwrap_or_default().to_string_lossy().into_owned();
            writeln!(
                terminal::stderr(),
                "{}",
                say!("{}: {changes} made; the old file is {kept}", source.text.name; changes, kept)
            )
            .ok();
        } else {
            left += 1;
        }
    }
    if found == 0 {
        writeln!(terminal::stderr(), "{}", say!("nothing here can be fixed safely")).ok();
    } else if left > 0 && !settings.can_ask {
        writeln!(
            terminal::stderr(),
            "{}",
            say!("nothing was changed; `dockerlab lint --fix --yes` makes the changes")
        )
        .ok();
    }
    Ok(if left > 0 {
        ExitStatus::NotPassed
    } else {
        ExitStatus::Done
    })
}
