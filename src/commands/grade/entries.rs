//! Which submissions there are.

use std::path::Path;

use crate::{
    commands::grade::submission::is_address,
    disk,
    error::Error,
    grading::{Entry, roster},
    judging::Lab,
    quantity,
};

/// The learners with their submissions: those of a roster, or those in a folder. `out` is no submission.
pub(super) fn entries(lab: &Lab, path: &Path, out: &Path, single: bool) -> Result<Vec<Entry>, Error> {
    let shown = path.display();
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if single {
        let path = path
            .canonicalize()
            .map_err(|error| Error::io(say!("cannot read `{}`", shown)).cause(error))?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let id = disk::archive_stem(&name).unwrap_or(&name);
        return Ok(vec![Entry::at(id, &path.to_string_lossy())]);
    }
    if !path.is_dir() {
        if disk::archive_stem(&name).is_some() {
            return Err(Error::usage(say!("`{shown}` is one archive"; shown)).help(say!(
                "unpack it if it has the submissions of a class; --single grades it as one submission"
            )));
        }
        let text = disk::read_named(path)?.ok_or_else(|| Error::usage(say!("`{shown}` does not exist"; shown)))?;
        let mut entries = roster(&text).map_err(|mistakes| {
            let error = Error::usage(say!("`{shown}` is not a roster"; shown));
            mistakes.iter().take(20).fold(error, Error::cause)
        })?;
        let beside = path.parent().unwrap_or(Path::new(""));
        for entry in &mut entries {
            if !entry.path.is_empty() && !is_address(&entry.path) {
                entry.path = disk::submission_beside(beside, &entry.path)
                    .to_string_lossy()
                    .into_owned();
            }
        }
        return Ok(entries);
    }
    let (found, others) = disk::submissions_in(path, out)?;
    if others > 0 {
        lab.say(&say!(
            "{} in `{shown}` is neither a folder nor an archive, and is left out.",
            quantity::count(others, "file");
            shown
        ));
    }
    let entries: Vec<Entry> = found
        .iter()
        .map(|(id, path)| Entry::at(id, &path.to_string_lossy()))
        .collect();
    // `ann` and `ann.zip`.
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].id == pair[1].id) {
        let id = &pair[0].id;
        return Err(Error::usage(say!("there are two submissions of `{id}`"; id)));
    }
    Ok(entries)
}
