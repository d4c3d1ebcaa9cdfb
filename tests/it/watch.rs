//! Judging on save, without a terminal. Needs no engine: what these files show fails before any build.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use crate::support::Place;

/// A running `watch`, and the lines that it prints with the time of each.
fn watching(place: &Place) -> (Child, Receiver<(Instant, String)>) {
    let mut child = place
        .command(&place.root(), &["watch", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if tell.send((Instant::now(), line)).is_err() {
                return;
            }
        }
    });
    (child, told)
}

fn end(mut child: Child) {
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

const WAIT: Duration = Duration::from_mins(2);

#[test]
fn a_save_is_judged_and_an_interrupt_ends_it() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM busybox\n");
    let (child, told) = watching(&place);
    assert!(
        told.recv_timeout(WAIT)
            .unwrap()
            .1
            .starts_with("Watching Dockerfile-task-1")
    );
    assert!(
        told.recv_timeout(WAIT)
            .unwrap()
            .1
            .contains("the image is based on ubuntu:20.04")
    );
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\n");
    let line = told.recv_timeout(WAIT).unwrap().1;
    assert!(line.contains("saved: ") && !line.contains("based on"), "{line}");
    // A file of the context counts too, one that is kept out does not.
    place.put(".dockerignore", "notes.txt\n");
    told.recv_timeout(WAIT).unwrap();
    place.put("notes.txt", "mine");
    assert!(told.recv_timeout(Duration::from_secs(2)).is_err());
    place.put("app/new.py", "x = 1\n");
    told.recv_timeout(WAIT).unwrap();
    place.put("Dockerfile-task-1", "FORM ubuntu:20.04\n");
    assert!(told.recv_timeout(WAIT).unwrap().1.contains("Dockerfile-task-1:1"));
    end(child);
}

#[test]
fn of_a_thousand_saves_the_last_one_is_judged() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM busybox\n");
    let (child, told) = watching(&place);
    // Small steps of a generator that is the same on every run.
    let mut seed: u64 = 7;
    for index in 0..1000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        std::thread::sleep(Duration::from_micros((seed >> 33) % 4000));
        place.put("Dockerfile-task-1", format!("FROM busybox:{index}\n"));
    }
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\nEXPOSE 8000\n");
    let mut last = String::new();
    while let Ok((_, line)) = told.recv_timeout(Duration::from_secs(10)) {
        last = line;
    }
    assert!(
        last.contains("saved: ") && !last.contains("based on") && !last.contains("port 8000 is exposed"),
        "{last}"
    );
    end(child);
}
