//! The page that `start` opens: keys in, pages out.

use crate::{
    commands::start::run,
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
