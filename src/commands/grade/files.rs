//! The files that follow from the grades: pages, reports, and what schools' platforms read.

use std::path::Path;

use clap::ValueEnum;

use crate::{
    disk::{self, GradesFolder, file_name},
    error::Error,
    grading::{Alike, Gradebook, Row, alike},
    judging::Lab,
    output::{self, Identity},
    quantity,
};

/// A file that is written when it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Extra {
    /// junit.xml, for CI systems
    Junit,
    /// gradescope/ID/results.json
    Gradescope,
    /// prairielearn/ID/results.json
    #[value(name = "prairielearn")]
    PrairieLearn,
    /// classroom50/ID/result.json
    Classroom50,
}

/// What Classroom 50's runner says in its environment.
#[derive(Debug, clap::Args)]
pub(super) struct Classroom50 {
    #[arg(long, env = "CLASSROOM", hide = true, default_value = "")]
    classroom: String,
    #[arg(long, env = "ASSIGNMENT", hide = true, default_value = "")]
    assignment: String,
    #[arg(long, env = "SUBMISSION_TAG", hide = true, default_value = "")]
    submission_tag: String,
    #[arg(long, env = "COMMIT_URL", hide = true, default_value = "")]
    commit_url: String,
    #[arg(long, env = "RELEASE_URL", hide = true, default_value = "")]
    release_url: String,
    #[arg(long, env = "REVIEW_URL", hide = true, default_value = "")]
    review_url: String,
}

/// Writes files into a folder of grades.
pub(super) struct Files<'a> {
    pub(super) lab: &'a Lab,
    pub(super) folder: &'a GradesFolder,
    pub(super) book: &'a Gradebook,
}

impl Files<'_> {
    /// The class's page, and a report for each learner.
    pub(super) fn pages(&self) -> Result<(), Error> {
        for row in self.book.rows.iter().filter(|row| row.graded.is_some()) {
            let (mut html, mut markdown) = (Vec::new(), Vec::new());
            output::report_html(&mut html, self.book, row)?;
            output::report_markdown(&mut markdown, self.book, row)?;
            let name = file_name(&row.entry.id);
            self.folder.put(&format!("reports/{name}.html"), &html)?;
            self.folder.put(&format!("reports/{name}.md"), &markdown)?;
        }
        let mut page = Vec::new();
        // In an address, the `%` of a file's name begins an escape.
        let link = |row: &Row| format!("reports/{}.html", file_name(&row.entry.id).replace('%', "%25"));
        output::class_page(&mut page, self.book, &self.alike(), &link)?;
        self.folder.put("class.html", &page)
    }

    /// By task, the learners whose Dockerfiles are alike.
    fn alike(&self) -> Vec<(String, Vec<Alike>)> {
        let of_task = |task: &String| {
            let rows = self.book.rows.iter();
            let files: Vec<Option<&str>> = rows.map(|row| row.task(task)?.dockerfile.as_deref()).collect();
            // The references and what learners begin with are nobody's own.
            let tasks = self.lab.course.tasks.iter();
            let mut own: Vec<&str> = tasks
                .clone()
                .flat_map(|task| &task.solutions)
                .map(|(_, text)| text.as_str())
                .collect();
            own.extend(tasks.filter_map(|task| task.starter.as_deref()));
            alike(&files, &own)
        };
        self.book
            .tasks
            .iter()
            .map(|task| (task.id.clone(), of_task(&task.id)))
            .collect()
    }

    /// What a platform reads.
    pub(super) fn extra(&self, extra: Extra, classroom50: &Classroom50) -> Result<(), Error> {
        let identity = Identity {
            classroom: classroom50.classroom.clone(),
            assignment: classroom50.assignment.clone(),
            submission: classroom50.submission_tag.clone(),
            commit: classroom50.commit_url.clone(),
            release: classroom50.release_url.clone(),
            review: classroom50.review_url.clone(),
        };
        if extra == Extra::Junit {
            let mut text = Vec::new();
            output::grades_junit(&mut text, self.book)?;
            return self.folder.put("junit.xml", &text);
        }
        for row in self.book.rows.iter().filter(|row| row.graded.is_some()) {
            let mut text = Vec::new();
            let (folder, file, is_written) = match extra {
                Extra::Junit => continue,
                Extra::Gradescope => (
                    "gradescope",
                    "results.json",
                    output::gradescope(&mut text, self.book, row)?,
                ),
                Extra::PrairieLearn => {
                    output::prairielearn(&mut text, self.book, row)?;
                    ("prairielearn", "results.json", true)
                }
                Extra::Classroom50 => (
                    "classroom50",
                    "result.json",
                    output::classroom50(&mut text, self.book, row, &identity)?,
                ),
            };
            let path = format!("{folder}/{}/{file}", file_name(&row.entry.id));
            if is_written {
                self.folder.put(&path, &text)?;
            } else {
                // That of an earlier run would be taken for this one's.
                self.folder.remove(&path);
            }
        }
        Ok(())
    }

    /// Moodle's worksheet.
    pub(super) fn worksheet(&self, path: &Path) -> Result<(), Error> {
        let shown = path.display();
        let text = disk::read_named(path)?.ok_or_else(|| Error::usage(say!("`{shown}` does not exist"; shown)))?;
        let mut filled = Vec::new();
        let missing = output::moodle(&mut filled, &text, self.book).map_err(|error| {
            Error::usage(say!("`{shown}` is not a grading worksheet of Moodle"; shown)).cause(error)
        })?;
        self.folder.put("moodle.csv", &filled)?;
        if missing > 0 {
            let learners = quantity::count(missing, "learner");
            self.lab
                .say(&say!("The worksheet has no line for {learners}."; learners));
        }
        Ok(())
    }
}
