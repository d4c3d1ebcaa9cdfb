//! The page that `start` opens: keys in, pages out.

use crate::{
    commands::start::run,
    engine::port::BuildEvent,
    error::Error,
    exit::ExitStatus,
    image::Config,
    judging::scripted::{Bench, Built, args, base_layer, picture, right_picture},
    progress::Standing,
    terminal::Key,
};

/// Starts, and stays on the page until the script is over.
fn start(bench: &Bench) -> String {
    assert_eq!(run(&bench.lab, &args(&[])).unwrap(), ExitStatus::Done);
    assert!(
        bench.person().does.is_empty(),
        "the page ended before: {}",
        bench.person().page
    );
    bench.out()
}

#[test]
fn a_task_is_read_saved_passed_and_the_next_one_follows() {
    let bench = Bench::at_terminal();
    bench.build("# small", Built::of(picture(Config::default(), &[base_layer()])));
    bench.sees_and_presses("Write a server.", Key::Back);
    bench.sees_and_presses("A server.", Key::Enter);
    bench.sees_and_presses("Write less.", Key::Back);
    bench.sees("it is smaller than the first");
    bench.sees_and_presses("Checked in", Key::Char('q'));
    let out = start(&bench);
    assert!(out.contains("1 of 3 tasks passed"), "{out}");
    assert_eq!(bench.progress().standing("1"), Standing::Passed);
    assert_eq!(bench.progress().standing("2"), Standing::Tried);
}

#[test]
fn keys_show_what_they_name() {
    let bench = Bench::at_terminal();
    bench.write("Dockerfile-task-1", "FROM base:1\nCOPY app /app\n# wrong\n");
    bench.sees_and_presses("Write a server.", Key::Back);
    bench.sees_and_presses("Add the label.", Key::Char('h'));
    bench.sees_and_presses("hint 1 of 3: A label.", Key::Char('h'));
    bench.sees_and_presses("hint 2 of 3: Its name.", Key::Char('i'));
    bench.sees_and_presses("No image has been built on this page yet", Key::Back);
    bench.sees_and_presses("hint 2 of 3", Key::Char('l'));
    bench.sees_and_presses("Write a server.", Key::Back);
    bench.sees_and_presses("hint 2 of 3", Key::Char('d'));
    bench.sees_and_presses("# wrong", Key::Back);
    bench.sees_and_presses("hint 2 of 3", Key::Char('t'));
    bench.sees_and_presses("> 1", Key::Down);
    bench.sees_and_presses("> 2", Key::Enter);
    bench.sees_and_presses("Write less.", Key::Leave);
    start(&bench);
    // Nothing that fails already is built.
    assert!(bench.engine.asked("build").is_empty());
}

#[test]
fn a_reset_asks_first() {
    let bench = Bench::at_terminal();
    bench.sees_and_presses("Write a server.", Key::Back);
    bench.sees_and_presses("A server.", Key::Char('r'));
    bench.sees_and_presses("Reset task 1?", Key::Char('n'));
    bench.sees_and_presses("A server.", Key::Char('r'));
    bench.sees_and_presses("Reset task 1?", Key::Char('y'));
    bench.sees_and_presses("Write a server.", Key::Leave);
    start(&bench);
    assert_eq!(bench.progress().standing("1"), Standing::Open);
}

#[test]
fn an_engine_that_is_gone_is_told_on_the_page() {
    let bench = Bench::at_terminal();
    bench.sees_and_presses("Write a server.", Key::Back);
    bench.sees_and_presses("Checked in", Key::Char('c'));
    bench.sees("the engine is gone");
    // Once for the doctor's look, which passes.
    let gone = Error::engine("the engine is gone");
    bench.engine.fail("build", gone.clone());
    bench.engine.fail("build", gone);
    start(&bench);
}

#[test]
fn a_task_without_a_file_is_judged_when_asked() {
    let bench = Bench::at_terminal();
    bench.sees_and_presses("Write a server.", Key::Char('q'));
    bench.sees_and_presses("A server.", Key::Char('t'));
    bench.sees_and_presses("> 1", Key::Down);
    bench.sees_and_presses("> 2", Key::Down);
    bench.sees_and_presses("> 3", Key::Enter);
    bench.sees_and_presses("Make a note.", Key::Char('q'));
    bench.sees_and_presses("Press c when", Key::Char('c'));
    bench.sees_and_presses("Checked in", Key::Char('q'));
    start(&bench);
    assert_eq!(bench.engine.asked("containers_of"), [right_picture().facts.id]);
    assert_eq!(bench.progress().standing("3"), Standing::Tried);
}

/// What a build says of its steps: the first is cached, the second takes 4.2 s, the third goes on.
fn steps() -> Vec<BuildEvent> {
    let started = |id, name: &str| BuildEvent::StepStarted {
        id,
        name: name.to_owned(),
        internal: id == 0,
    };
    let ended = |id, seconds, cached| BuildEvent::StepEnded {
        id,
        seconds,
        cached,
        failed: false,
    };
    vec![
        started(0, "load metadata"),
        ended(0, 1.0, false),
        started(1, "FROM base:1"),
        ended(1, 0.0, true),
        started(2, "RUN make"),
        ended(2, 4.2, false),
        started(3, "RUN make test"),
        BuildEvent::StepLog {
            id: 3,
            line: "12 tests ran".to_owned(),
        },
    ]
}

/// The page as it is in a terminal of this size once it shows a text.
fn page_at(bench: &Bench, size: (usize, usize), text: &'static str) -> String {
    bench.person().size = Some(size);
    bench.sees_and_presses("Write a server.", Key::Back);
    bench.sees_and_presses(text, Key::Leave);
    start(bench);
    let page = bench.person().page.clone();
    assert_eq!(page.lines().count(), size.1);
    assert!(page.lines().all(|line| line.chars().count() <= size.0), "{page}");
    page.lines()
        .fold(String::new(), |page, line| page + line.trim_end() + "\n")
}

#[test]
fn what_to_do_next_is_directly_below_what_fails() {
    let bench = Bench::at_terminal();
    bench.write("Dockerfile-task-1", "FROM base:1\nLABEL title=\"wrong\"\n");
    assert_eq!(
        page_at(&bench, (80, 24), "FAIL"),
        r#"Task 1  First                                                   1 of 3, 0 passed
--------------------------------------------------------------------------------
FAIL  it has its title
      next      Add the label.
      found     it is `wrong`
      at        Dockerfile-task-1:2
             2  LABEL title="wrong"
      expected  the label `title` with `server`
      why       Why a title.












0 of 5 met so far   1 FAIL   4 wait for the build   hidden: 0 of 1
Saved. Fix what fails, then save again.
c check   h hint   l lesson   i inspect   t list   d diff   r reset   q quit
"#
    );
}

#[test]
fn a_running_step_counts_up_and_those_before_it_say_how_long_they_took() {
    let bench = Bench::at_terminal();
    let hangs = Built {
        hangs: true,
        events: steps(),
        ..Built::default()
    };
    bench.build("title", hangs);
    let page = page_at(&bench, (80, 24), " 1 min ");
    let seconds = page.split_once(" 1 min ").unwrap().1.split(' ').next().unwrap();
    assert_eq!(
        page.replace(&format!("1 min {seconds:<2}"), "1 min S "),
        r"Task 1  First                                                   1 of 3, 0 passed
--------------------------------------------------------------------------------
Steps of the build
      cached  FROM base:1
       4.2 s  RUN make
   1 min S s  RUN make test
              12 tests ran














1 of 5 met so far   4 wait for the build   hidden: 0 of 1
Building ...
c check   h hint   l lesson   i inspect   t list   d diff   r reset   q quit
"
    );
}

#[test]
fn a_failed_build_shows_its_lines_and_its_steps() {
    let bench = Bench::at_terminal();
    let mut failed = Built::failed("make: no rule to make target `test`");
    failed.events = steps();
    failed.events.push(BuildEvent::StepEnded {
        id: 3,
        seconds: 12.0,
        cached: false,
        failed: true,
    });
    bench.build("title", failed);
    let page = page_at(&bench, (60, 20), "Checked in");
    let seconds = page.split_once("Checked in ").unwrap().1.split(' ').next().unwrap();
    assert_eq!(
        page.replace(&format!("Checked in {seconds} s"), "Checked in S s"),
        r"Task 1  First                               1 of 3, 0 passed
------------------------------------------------------------
FAIL  the image builds
      next      Fix the build.
      found     the step ended with exit code 1; dockerlab
                does not recognise the cause
                make: no rule to make target `test`
      expected  a build that succeeds
      why       Why it builds.

Steps of the build
      cached  FROM base:1
       4.2 s  RUN make
        12 s  RUN make test  FAILED


1 of 5 met   1 FAIL   3 SKIP   hidden: 0 of 1
Checked in S s. Fix what fails first, then save.
c check   h hint   l lesson   i inspect
t list   d diff   r reset   q quit
"
    );
}

#[test]
fn in_a_low_window_what_to_do_next_and_the_keys_stay() {
    let bench = Bench::at_terminal();
    bench.write("Dockerfile-task-1", "FROM base:1\nLABEL title=\"wrong\"\n");
    assert_eq!(
        page_at(&bench, (40, 10), "FAIL"),
        r#"Task 1  First           1 of 3, 0 passed
FAIL  it has its title
      next      Add the label.
      found     it is `wrong`
      at        Dockerfile-task-1:2
             2  LABEL title="wrong"
  ... more in a taller window
Saved. Fix what fails, then save again.
c check   h hint   l lesson   i inspect
t list   d diff   r reset   q quit
"#
    );
}
