//! The page that `start` opens, in a terminal. Needs no engine: what happens without one is part of it.

use std::{fs, process::Command, time::Duration};

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Place, repository};

/// The page in a terminal of this size, at a Dockerfile that was begun.
fn page(place: &Place, columns: u16, rows: u16) -> PtySession {
    let mut command = place.command(&place.root(), &[]);
    let program = command.get_program().to_owned();
    let mut shell = Command::new("bash");
    shell
        .args([
            "-c",
            &format!("stty cols {columns} rows {rows}; echo $$ >../pid; exec \"$0\" start"),
        ])
        .arg(program)
        .current_dir(place.root())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command = shell;
    let mut page = spawn_command(command, Some(120_000)).unwrap();
    page.exp_string("It works on my machine").unwrap();
    press(&mut page, "q");
    page
}

fn press(page: &mut PtySession, keys: &str) {
    std::thread::sleep(Duration::from_millis(200));
    page.send(keys).unwrap();
    page.flush().unwrap();
}

/// What gives the terminal back: the cursor, and the screen as it was.
const RESTORED: [&str; 2] = ["\u{1b}[?25h", "\u{1b}[?1049l"];

fn restored(page: &mut PtySession) {
    for sequence in RESTORED {
        page.exp_string(sequence).unwrap();
    }
}

#[test]
fn a_save_is_judged_at_any_size_and_quitting_gives_the_terminal_back() {
    for (columns, rows) in [(80, 24), (200, 50), (40, 10)] {
        let place = Place::started(None);
        place.put("Dockerfile-task-1", "FROM busybox\n");
        let mut page = page(&place, columns, rows);
        page.exp_string("FAIL").unwrap();
        place.put("Dockerfile-task-1", "FORM busybox\n");
        page.exp_string("error:").unwrap();
        place.put("Dockerfile-task-1", "FROM ubuntu:20.04\n");
        page.exp_string("next").unwrap();
        press(&mut page, "h");
        page.exp_string("hint 1 of").unwrap();
        press(&mut page, "q");
        restored(&mut page);
        page.exp_string("Your work is saved").unwrap();
        page.exp_eof().unwrap();
    }
}

#[test]
fn advice_stands_below_what_fails_where_there_is_room() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM busybox\n");
    let mut page = page(&place, 120, 50);
    page.exp_string("FAIL").unwrap();
    place.put(
        "Dockerfile-task-1",
        "FROM ubuntu:20.04\nENV DEBIAN_FRONTEND=noninteractive\n",
    );
    page.exp_string("Advice, not part of the verdict").unwrap();
    page.exp_string("LAB006").unwrap();
    press(&mut page, "q");
    restored(&mut page);
    page.exp_eof().unwrap();
}

#[test]
fn an_interrupt_and_a_termination_give_the_terminal_back() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM busybox\n");
    let mut by_key = page(&place, 80, 24);
    by_key.exp_string("FAIL").unwrap();
    press(&mut by_key, "\u{3}");
    restored(&mut by_key);
    by_key.exp_eof().unwrap();
    let mut by_signal = page(&place, 80, 24);
    by_signal.exp_string("FAIL").unwrap();
    let id = fs::read_to_string(place.dir.path().join("pid")).unwrap();
    assert!(
        Command::new("kill")
            .args(["-TERM", id.trim()])
            .status()
            .unwrap()
            .success()
    );
    restored(&mut by_signal);
    by_signal.exp_eof().unwrap();
}

#[test]
fn an_engine_that_is_gone_is_told_on_the_page_and_the_next_save_is_judged() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM busybox\n");
    let mut page = page(&place, 80, 24);
    page.exp_string("FAIL").unwrap();
    place.put_ignore();
    let solution = fs::read_to_string(repository().join("lessons/1-layers/solution.Dockerfile")).unwrap();
    place.put("Dockerfile-task-1", solution);
    page.exp_string("error:").unwrap();
    place.put("Dockerfile-task-1", "FROM busybox\n");
    page.exp_string("FAIL").unwrap();
    press(&mut page, "q");
    restored(&mut page);
    page.exp_eof().unwrap();
}

#[test]
fn a_long_lesson_is_paged_on_a_terminal() {
    let place = Place::started(None);
    let command = place.command(&place.root(), &[]);
    let mut shell = Command::new("bash");
    shell
        .args(["-c", "stty cols 80 rows 24; exec \"$0\" read 1"])
        .arg(command.get_program())
        .current_dir(place.root())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut page = spawn_command(shell, Some(120_000)).unwrap();
    page.exp_string("It works on my machine").unwrap();
    press(&mut page, "\u{1b}[F");
    page.exp_string("dockerlab check 1").unwrap();
    press(&mut page, "q");
    restored(&mut page);
    page.exp_eof().unwrap();
}

#[test]
fn a_panic_gives_the_terminal_back_before_its_message() {
    let mut shell = Command::new("bash");
    let child = "page::the_child_of_the_test_of_a_panic";
    shell
        .args([
            "-c",
            &format!("before=$(stty -g); \"$0\" {child} --exact --ignored --nocapture; [ \"$(stty -g)\" = \"$before\" ] && echo as-be\"\"fore"),
        ])
        .arg(std::env::current_exe().unwrap())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TERM", "xterm");
    let mut page = spawn_command(shell, Some(60_000)).unwrap();
    page.exp_string("\u{1b}[?1049h").unwrap();
    restored(&mut page);
    page.exp_string("something that nobody foresaw").unwrap();
    page.exp_string("as-before").unwrap();
    page.exp_eof().unwrap();
}

#[test]
#[ignore = "it panics, as the test above wants it"]
fn the_child_of_the_test_of_a_panic() {
    let mut screen = dockerlab::terminal::Terminal::page(&dockerlab::terminal::Tty).unwrap();
    screen.draw(&["a page".to_owned()]).unwrap();
    panic!("something that nobody foresaw");
}
