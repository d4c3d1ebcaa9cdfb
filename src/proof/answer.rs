//! Answers as they are stored in a folder of proofs.
//!
//! `right/<what>.Dockerfile` must pass. `wrong/<criterion>--<what>.Dockerfile` must fail at that criterion, and at no
//! other; `wrong/<criterion>+<criterion>--<what>` breaks several by its nature. Where a Dockerfile is not all of the
//! answer, a folder of that name holds the files that are copied over the workspace: `Dockerfile` (the task's; the solution where it
//! is missing), `.dockerignore` (none is added where the folder has one, in upper or lower case), and any other file.
//! `<name>.sightings.json` is an answer to a task about running containers: what was seen of them.

use std::collections::BTreeMap;

use crate::check::evidence::Sighting;

/// A file of a folder of proofs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// Path below the folder, with `/`: "1/wrong/base--another.Dockerfile".
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// How an answer must be judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// It passes.
    Pass,
    /// It fails at these criteria, and at no others.
    Fail(Vec<String>),
    /// It does not pass, wherever it fails: where a learner begins.
    NotYet,
}

/// An answer, and how it must be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The task's id.
    pub task: String,
    /// "right/solution", "wrong/base--another".
    pub name: String,
    /// How it must be judged.
    pub awaited: Awaited,
    /// The task's Dockerfile; the solution's where there is none.
    pub dockerfile: Option<String>,
    /// Other files copied over the workspace, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What was seen of containers, for a task about them.
    pub sightings: Option<Vec<Sighting>>,
}

impl Answer {
    /// An answer that is nothing but a Dockerfile.
    pub fn new(task: &str, name: &str, awaited: Awaited, dockerfile: Option<String>) -> Self {
        Self {
            task: task.to_owned(),
            name: name.to_owned(),
            awaited,
            dockerfile,
            files: BTreeMap::new(),
            sightings: None,
        }
    }

    /// Whether it must fail at this criterion, and at no other.
    pub fn breaks_alone(&self, criterion: &str) -> bool {
        matches!(&self.awaited, Awaited::Fail(criteria) if criteria.as_slice() == [criterion])
    }

    /// Whether it brings an ignore file of its own, or one that looks like it.
    pub fn has_ignore_file(&self) -> bool {
        self.files.keys().any(|path| path.to_lowercase().ends_with("ignore"))
    }
}

/// Reads the answers among a folder's files, in the order of their names.
///
/// # Errors
/// Every file that is no part of an answer, with the reason.
pub fn read(files: Vec<ProofFile>) -> Result<Vec<Answer>, Vec<String>> {
    let mut answers: BTreeMap<(String, String), Answer> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for file in files {
        if let Err(mistake) = take(&mut answers, &file) {
            mistakes.push(format!("{}: {mistake}", file.path));
        }
    }
    if mistakes.is_empty() {
        Ok(answers.into_values().collect())
    } else {
        Err(mistakes)
    }
}

fn take(answers: &mut BTreeMap<(String, String), Answer>, file: &ProofFile) -> Result<(), String> {
    let mut parts = file.path.splitn(4, '/');
    let (Some(task), Some(side), Some(entry), inner) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(say!("expected TASK/right/… or TASK/wrong/…").to_owned());
    };
    let text = || String::from_utf8(file.bytes.clone()).map_err(|_| say!("it is not UTF-8").to_owned());
    let stem = match inner {
        Some(_) => entry,
        None => entry
            .strip_suffix(".Dockerfile")
            .or_else(|| entry.strip_suffix(".sightings.json"))
            .ok_or(say!(
                "expected a folder, or a file that ends in .Dockerfile or .sightings.json"
            ))?,
    };
    let awaited = match side {
        "right" => Awaited::Pass,
        "wrong" => {
            let (criteria, _) = stem.split_once("--").ok_or(say!(
                "a wrong answer is named after the criterion it breaks: <criterion>--<what>"
            ))?;
            Awaited::Fail(criteria.split('+').map(str::to_owned).collect())
        }
        _ => return Err(say!("`{side}` is neither `right` nor `wrong`"; side)),
    };
    let name = format!("{side}/{stem}");
    let answer = answers
        .entry((task.to_owned(), name.clone()))
        .or_insert_with(|| Answer::new(task, &name, awaited, None));
    match inner {
        Some("Dockerfile") => answer.dockerfile = Some(text()?),
        Some(path) => {
            answer.files.insert(path.to_owned(), file.bytes.clone());
        }
        None if entry.ends_with(".sightings.json") => {
            answer.sightings = Some(serde_json::from_slice(&file.bytes).map_err(|error| error.to_string())?);
        }
        None => answer.dockerfile = Some(text()?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> ProofFile {
        ProofFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn names_say_what_is_awaited() {
        let answers = read(vec![
            file("1/right/plain.Dockerfile", "FROM a"),
            file("1/wrong/base--other.Dockerfile", "FROM b"),
            file("1/wrong/arg+env--both/Dockerfile", "FROM c"),
            file("1/wrong/arg+env--both/app/x.py", "1"),
            file("1/wrong/ignored--misnamed/.Dockerignore", "x"),
            file("4/right/two.sightings.json", "[]"),
        ])
        .unwrap();
        let awaited: Vec<_> = answers.iter().map(|answer| answer.awaited.clone()).collect();
        let fail = |names: &[&str]| Awaited::Fail(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(
            awaited,
            [
                Awaited::Pass,
                fail(&["arg", "env"]),
                fail(&["base"]),
                fail(&["ignored"]),
                Awaited::Pass
            ]
        );
        assert_eq!(answers[1].dockerfile.as_deref(), Some("FROM c"));
        assert!(answers[1].files.contains_key("app/x.py"));
        assert!(answers[3].has_ignore_file() && !answers[1].has_ignore_file());
        assert_eq!(answers[4].sightings, Some(vec![]));
    }

    #[test]
    fn files_that_are_no_answer_are_told() {
        let mistakes = read(vec![
            file("1/wrong/nameless.Dockerfile", ""),
            file("1/maybe/x.Dockerfile", ""),
            file("1/right/x.txt", ""),
            file("notes", ""),
        ])
        .unwrap_err();
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
    }
}
