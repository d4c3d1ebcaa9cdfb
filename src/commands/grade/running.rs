//! A run: what is done so far, what is said of it, and the files that follow from it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    commands::grade::submission::Judging,
    error::Error,
    grading::{Entry, Gradebook, Graded},
    judging::Lab,
    output, quantity,
};

/// How often the grades of all are written while it runs: each result is written at once.
const OFTEN: Duration = Duration::from_secs(5);

/// A run.
pub(super) struct Running<'a> {
    lab: &'a Lab,
    out_of: f64,
    due: Option<jiff::Timestamp>,
    entries: &'a [Entry],
    judging: Judging<'a>,
    engine: String,
    started: Instant,
    done: Mutex<Done>,
}

/// What is done so far.
struct Done {
    graded: BTreeMap<usize, Graded>,
    /// How many of them were not known from a run before.
    judged: usize,
    written: Instant,
}

impl<'a> Running<'a> {
    pub(super) fn new(
        judging: Judging<'a>,
        entries: &'a [Entry],
        out_of: f64,
        due: Option<jiff::Timestamp>,
        engine: String,
    ) -> Self {
        Self {
            lab: judging.lab,
            out_of,
            due,
            entries,
            judging,
            engine,
            started: Instant::now(),
            done: Mutex::new(Done {
                graded: BTreeMap::new(),
                judged: 0,
                written: Instant::now(),
            }),
        }
    }

    /// Says what will be done.
    pub(super) fn begin(&self) {
        self.lab.say(&say!(
            "Grading {} on {}: tasks {}.",
            quantity::count(self.entries.len(), "submission"),
            self.engine,
            self.judging.tasks.join(", ")
        ));
    }

    /// Grades one submission, keeps the result and says what it came to.
    ///
    /// # Errors
    /// When the person interrupts it, the engine is gone, or the result cannot be kept.
    pub(super) fn one(&self, index: usize) -> Result<(), Error> {
        let started = Instant::now();
        let entry = &self.entries[index];
        if self.lab.interrupt.is_asked() {
            return Err(Error::interrupted());
        }
        let (graded, is_new) = self.judging.graded(index, entry)?;
        self.judging.folder.keep(&graded)?;
        let mut done = self.done();
        done.graded.insert(index, graded.clone());
        done.judged += usize::from(is_new);
        self.tell(&done, entry, graded, is_new, started.elapsed());
        if done.written.elapsed() >= OFTEN {
            self.write(&self.book(&done.graded))?;
            done.written = Instant::now();
        }
        Ok(())
    }

    fn tell(&self, done: &Done, entry: &Entry, graded: Graded, is_new: bool, took: Duration) {
        let graded_at_all = graded.refused.is_none() && !graded.absent;
        let mut book = self.empty();
        book.add(&self.lab.course, entry.clone(), Some(graded));
        let points = match book.rows.first().map(|row| row.points) {
            Some(Some(points)) => say!("{} of {}", quantity::point(format!("{points:.1}")), self.out_of),
            // The table at the end tells why.
            Some(None) => say!("to look at").to_owned(),
            None => String::new(),
        };
        let (count, all) = (done.graded.len(), self.entries.len());
        let unchanged = if graded_at_all {
            say!("not changed")
        } else {
            say!("not checked")
        };
        let time = if is_new {
            let left = self.started.elapsed().as_secs_f64() * whole(all - count) / whole(done.judged.max(1));
            say!(
                "{}, about {} left",
                quantity::seconds(took.as_secs_f64()),
                quantity::whole_seconds(left)
            )
        } else {
            unchanged.to_owned()
        };
        let text = say!("{count} of {all}  {}: {points} ({time})", entry.id; count, all, points, time);
        self.lab.say(&quantity::shortened(&text, self.lab.settings.columns));
    }

    /// Writes what follows from all results.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(&self) -> Result<Gradebook, Error> {
        let book = self.book(&self.done().graded);
        self.write(&book)?;
        Ok(book)
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn empty(&self) -> Gradebook {
        let tasks: Vec<&str> = self.judging.tasks.iter().map(String::as_str).collect();
        Gradebook {
            course_digest: self.lab.course.digest.clone(),
            engine: self.engine.clone(),
            at: self.lab.now(),
            ..Gradebook::of(&self.lab.course, &tasks, self.out_of, self.due)
        }
    }

    fn book(&self, graded: &BTreeMap<usize, Graded>) -> Gradebook {
        let mut book = self.empty();
        for (index, entry) in self.entries.iter().enumerate() {
            book.add(&self.lab.course, entry.clone(), graded.get(&index).cloned());
        }
        book
    }

    fn write(&self, book: &Gradebook) -> Result<(), Error> {
        let (mut csv, mut json) = (Vec::new(), Vec::new());
        output::grades_csv(&mut csv, book)?;
        output::grades_json(&mut json, book)?;
        self.judging.folder.put("grades.csv", &csv)?;
        self.judging.folder.put("grades.json", &json)
    }
}

fn whole(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
