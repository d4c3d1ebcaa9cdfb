//! `watch` without a terminal: every save is judged, and the newest counts.

use std::time::{Duration, Instant};

use crate::{
    commands::watch::run,
    error::Error,
    exit::ExitStatus,
    judging::scripted::{Bench, Built, args, right_picture},
};

/// Watches while `does` happens, then interrupts; what was printed.
fn watched(bench: &Bench, words: &[&str], does: impl FnOnce(&Waiting<'_>)) -> String {
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| run(&bench.lab, &args(words)).unwrap());
        let waiting = Waiting {
            bench,
            told: std::cell::RefCell::default(),
        };
        does(&waiting);
        bench.lab.interrupt.ask();
        assert_eq!(watch.join().unwrap(), ExitStatus::Interrupted);
        waiting.told.borrow_mut().push_str(&bench.out());
        waiting.told.take()
    })
}

struct Waiting<'a> {
    bench: &'a Bench,
    told: std::cell::RefCell<String>,
}

impl Waiting<'_> {
    /// Waits until a text was printed so many times.
    fn until(&self, text: &str, times: usize) {
        self.until_it(text, || self.told.borrow().matches(text).count() >= times);
    }

    /// Waits until something is so.
    fn until_it(&self, what: &str, is_so: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            self.told.borrow_mut().push_str(&self.bench.out());
            if is_so() {
                return;
            }
            assert!(Instant::now() < end, "`{what}` never came:\n{}", self.told.borrow());
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_save_is_judged_at_once_and_then_built() {
    let bench = Bench::new();
    let told = watched(&bench, &["1"], |waiting| {
        waiting.until("A server.", 1);
        bench.write("Dockerfile-task-1", "FROM base:1\nCOPY app /app\n");
        waiting.until("1 failure so far: it has its title", 1);
        bench.write("Dockerfile-task-1", "RNU\n");
        waiting.until("Dockerfile-task-1:1: ", 1);
    });
    let at = |text: &str| told.find(text).unwrap_or_else(|| panic!("{text}: {told}"));
    assert!(at("Watching Dockerfile-task-1") < at("nothing fails so far"));
    assert!(at("nothing fails so far") < at("building") && at("building") < at("A server."));
    // What fails already is not built.
    assert_eq!(bench.engine.asked("build").len(), 1);
}

#[test]
fn a_newer_save_ends_the_build_and_only_the_newest_is_judged() {
    let bench = Bench::new();
    let mut slow = Built::of(right_picture());
    slow.hangs = true;
    bench.build("# slow", slow);
    bench.write("Dockerfile-task-1", "FROM base:1\nLABEL title=server\n# slow\n");
    let told = watched(&bench, &["1"], |waiting| {
        waiting.until_it("a build", || bench.engine.asked("build").len() == 1);
        bench.write("Dockerfile-task-1", "FROM base:1\nLABEL title=server\n# quick\n");
        waiting.until("A server.", 1);
    });
    assert_eq!(told.matches("building").count(), 2, "{told}");
    assert_eq!(told.matches("A server.").count(), 1, "{told}");
    assert!(!told.contains("error"), "{told}");
    let passed = bench.progress().passed_dockerfile("1").unwrap().to_owned();
    assert!(passed.contains("# quick"), "{passed}");
}

#[test]
fn an_interrupt_ends_a_build_that_hangs() {
    let bench = Bench::new();
    let mut hanging = Built::of(right_picture());
    hanging.hangs = true;
    bench.build("FROM base:1", hanging);
    watched(&bench, &["1"], |waiting| {
        waiting.until_it("a build", || bench.engine.asked("build").len() == 1);
    });
    assert!(bench.progress().tasks.is_empty());
}

#[test]
fn by_hand_nothing_is_built() {
    let bench = Bench::new();
    watched(&bench, &["1", "--manual"], |waiting| {
        waiting.until("nothing fails so far", 1);
        bench.write("app/main", "Hello again");
        waiting.until("nothing fails so far", 2);
    });
    assert!(bench.engine.asked("build").is_empty());
}

#[test]
fn an_engine_that_fails_is_told_beside_the_verdict() {
    let bench = Bench::new();
    bench.engine.fail("build", Error::engine("the engine is gone"));
    let told = watched(&bench, &["1"], |waiting| waiting.until("error: the engine is gone", 1));
    assert!(told.contains("CANNOT CHECK"), "{told}");
}
