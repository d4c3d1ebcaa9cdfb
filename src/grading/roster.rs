//! Who handed in what: a table with a row for each learner.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::DateTime};
use serde::{Deserialize, Serialize};

/// The most rows that are read.
const MOST: usize = 20_000;

/// A learner, and where their submission is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// What tells learners apart; the name of a folder or archive where there is no roster.
    pub id: String,
    /// Their name; empty where it is not known.
    pub name: String,
    /// Their e-mail address; empty where it is not known.
    pub email: String,
    /// Where the submission is: a path, or a git address. Empty where nothing was handed in.
    pub path: String,
    /// When it was handed in.
    pub submitted: Option<Timestamp>,
    /// When it was due, where that is the learner's own.
    pub due: Option<Timestamp>,
}

/// A column that is known, by its headings without blanks, dashes and case.
const COLUMNS: [(&str, &[&str]); 6] = [
    ("id", &["id", "identifier", "username", "studentid", "sid", "matricule"]),
    ("name", &["name", "fullname", "nom", "nomcomplet"]),
    ("email", &["email", "mail", "emailaddress", "courriel"]),
    ("path", &["path", "url", "repository", "giturl", "folder", "chemin"]),
    ("submitted", &["submitted", "submittedat", "submissiontime", "rendu"]),
    ("due", &["due", "duedate", "deadline", "echeance"]),
];

/// Reads a roster: CSV with a heading for each column, in any order. Others are passed over.
///
/// # Errors
/// What is wrong with it, each with its line.
pub fn roster(text: &str) -> Result<Vec<Entry>, Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') && !first.contains(',') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| vec![error.to_string()])?.clone();
    let flat = |heading: &str| -> String {
        let letters = heading.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let place = |name: &str| {
        let (_, known) = COLUMNS.iter().find(|(column, _)| *column == name)?;
        headings
            .iter()
            .position(|heading| known.contains(&flat(heading).as_str()))
    };
    if place("id").is_none() {
        return Err(vec![
            say!("the first line must name the columns, `id` among them").to_owned(),
        ]);
    }
    let (mut entries, mut mistakes, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for record in reader.records().take(MOST) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                mistakes.push(error.to_string());
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |name: &str| place(name).and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        let mut time = |name: &'static str| {
            let text = cell(name);
            let read = timestamp(&text);
            if read.is_none() && !text.is_empty() {
                mistakes.push(say!("line {line}: `{text}` is not a time like 2026-11-28T17:00:00Z"; line, text));
            }
            read
        };
        let (submitted, due) = (time("submitted"), time("due"));
        let id = cell("id");
        if id.is_empty() {
            mistakes.push(say!("line {line}: `id` is empty"; line));
        } else if !seen.insert(id.clone()) {
            mistakes.push(say!("line {line}: another line has the id `{id}`"; line, id));
        }
        entries.push(Entry {
            // Without such a column it is beside the roster, named by the id.
            path: place("path").map_or_else(|| id.clone(), |_| cell("path")),
            id,
            name: cell("name"),
            email: cell("email"),
            submitted,
            due,
        });
    }
    if mistakes.is_empty() {
        Ok(entries)
    } else {
        Err(mistakes)
    }
}

/// A time with its offset; one without is in UTC.
pub fn timestamp(text: &str) -> Option<Timestamp> {
    let read = text.parse::<Timestamp>().ok();
    read.or_else(|| {
        let local: DateTime = text.parse().ok()?;
        format!("{local}Z").parse().ok()
    })
}

impl Entry {
    /// A learner of whom only the submission is known.
    pub fn at(id: &str, path: &str) -> Self {
        Self {
            id: id.to_owned(),
            path: path.to_owned(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_headings_in_any_order() {
        let read = roster("\u{feff}E-Mail;Full name;ID;Path;Group;Submitted\na@x;Ann, A.;1;ann.zip;g;2026-01-01T10:00:00+01:00\n\"b@x\";Bob;2;;g;\n").unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(
            (read[0].id.as_str(), read[0].name.as_str(), read[0].email.as_str()),
            ("1", "Ann, A.", "a@x")
        );
        assert_eq!(read[0].submitted.unwrap().to_string(), "2026-01-01T09:00:00Z");
        assert_eq!((read[1].path.as_str(), read[1].submitted), ("", None));
        let read = roster("id,due\nann,2026-01-01 10:00\n").unwrap();
        assert_eq!(read[0].path, "ann");
        assert_eq!(read[0].due.unwrap().to_string(), "2026-01-01T10:00:00Z");
    }

    #[test]
    fn mistakes_are_told_by_line() {
        let wrong = roster("id,name,due\n1,a,\n1,b,\n,c,\n2,d,tomorrow\n3\n").unwrap_err();
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert!(
            wrong[0].contains("line 3") && wrong[1].contains("line 4") && wrong[2].contains("line 5"),
            "{wrong:?}"
        );
        assert!(roster("name\nx\n").is_err() && roster("").is_err());
    }
}
