//! What happens when the engine takes its time: a scripted one on a socket answers late.
#![cfg(unix)]

use std::{
    io::{Read as _, Write as _},
    os::unix::net::{UnixListener, UnixStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bollard::models::ContainerCreateBody;

use super::{Target, containers::OwnContainer, docker::DockerEngine, open};
use crate::interrupt::Interrupt;

/// An engine that knows one container: it is there from `made_after` on, and making and removing it are answered late.
struct Slow {
    begun: Instant,
    /// When the container is there, and its making is answered.
    made_after: Duration,
    /// How long its removal takes.
    removal: Duration,
    removed: Mutex<bool>,
}

impl Slow {
    fn answer(&self, mut stream: UnixStream) {
        let mut request = Vec::new();
        let mut byte = [0; 1];
        while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            request.push(byte[0]);
        }
        let request = String::from_utf8_lossy(&request).into_owned();
        let is_there = || self.begun.elapsed() >= self.made_after;
        let (status, body) = if request.starts_with("POST") {
            std::thread::sleep(self.made_after.saturating_sub(self.begun.elapsed()));
            ("201 Created", r#"{"Id":"0123456789ab","Warnings":[]}"#)
        } else if is_there() {
            std::thread::sleep(self.removal);
            *self.removed.lock().unwrap() = true;
            ("204 No Content", "")
        } else {
            ("404 Not Found", r#"{"message":"No such container"}"#)
        };
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        // Who asked may be gone.
        stream.write_all((head + body).as_bytes()).ok();
    }
}

fn slow(made_after: u64, removal: u64) -> (tempfile::TempDir, Arc<Slow>, DockerEngine, Interrupt) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("e.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let slow = Arc::new(Slow {
        begun: Instant::now(),
        made_after: Duration::from_millis(made_after),
        removal: Duration::from_millis(removal),
        removed: Mutex::new(false),
    });
    let answering = Arc::clone(&slow);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answering = Arc::clone(&answering);
            std::thread::spawn(move || answering.answer(stream));
        }
    });
    let target = Target::at(&format!("unix://{}", path.display())).unwrap();
    let interrupt = Interrupt::default();
    let engine = open(&target, interrupt.clone()).unwrap();
    (dir, slow, engine, interrupt)
}

fn make(engine: &DockerEngine) -> Result<OwnContainer<'_>, String> {
    let mut made = OwnContainer::reserved(engine);
    let body = ContainerCreateBody::default();
    match engine.block_on(async { Ok(made.create(&body).await) }) {
        Ok(Ok(())) => Ok(made),
        _ => Err("given up".to_owned()),
    }
}

#[test]
fn a_container_that_comes_to_be_after_its_making_was_given_up_is_removed() {
    let (_dir, slow, engine, interrupt) = slow(1_500, 0);
    interrupt.ask();
    assert!(make(&engine).is_err());
    assert!(*slow.removed.lock().unwrap());
}

#[test]
fn a_removal_that_takes_long_is_waited_for_after_an_interrupt() {
    let (_dir, slow, engine, interrupt) = slow(0, 1_500);
    let made = make(&engine).unwrap();
    interrupt.ask();
    drop(made);
    assert!(*slow.removed.lock().unwrap());
}

#[test]
fn who_asks_twice_does_not_wait_for_a_removal() {
    let (_dir, slow, engine, interrupt) = slow(0, 6_000);
    let made = make(&engine).unwrap();
    interrupt.ask();
    interrupt.ask();
    drop(made);
    assert!(!*slow.removed.lock().unwrap());
}
