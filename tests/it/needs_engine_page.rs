//! The page that `start` opens, while the engine goes away under it.

use std::{
    io::{Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use rexpect::session::spawn_command;

use crate::support::{Engine, Place, current};

/// A socket that leads to an engine until it is taken away.
struct Way {
    socket: PathBuf,
    open: Arc<Mutex<Vec<UnixStream>>>,
}

impl Way {
    fn to(engine: &Engine, folder: &Path) -> Self {
        let target = engine.host.strip_prefix("unix://").expect("a socket").to_owned();
        let socket = folder.join("docker.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let open = Arc::new(Mutex::new(Vec::new()));
        let streams = Arc::clone(&open);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let Ok(engine) = UnixStream::connect(&target) else {
                    return;
                };
                for (from, to) in [(&client, &engine), (&engine, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || pour(from, to));
                }
                streams.lock().unwrap().extend([client, engine]);
            }
        });
        Self { socket, open }
    }

    /// As when the engine is killed: what is open breaks off, and nothing new is taken.
    fn take_away(&self) {
        std::fs::remove_file(&self.socket).unwrap();
        for stream in self.open.lock().unwrap().drain(..) {
            stream.shutdown(Shutdown::Both).ok();
        }
    }
}

fn pour(mut from: UnixStream, mut to: UnixStream) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 || to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Write).ok();
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn an_engine_that_is_killed_during_a_build_is_told_and_the_terminal_given_back() {
    let real = current();
    let folder = tempfile::tempdir().unwrap();
    let way = Way::to(&real, folder.path());
    let mut place = Place::started(Some(real));
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\nRUN echo begun && sleep 300\n");
    if let Some(engine) = &mut place.engine {
        engine.host = format!("unix://{}", way.socket.display());
    }
    let command = place.command(&place.root(), &[]);
    let mut shell = Command::new("bash");
    shell
        .args(["-c", "stty cols 80 rows 24; exec \"$0\" start"])
        .arg(command.get_program())
        .current_dir(place.root())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut page = spawn_command(shell, Some(120_000)).unwrap();
    let press = |page: &mut rexpect::session::PtySession, key: &str| {
        std::thread::sleep(Duration::from_millis(300));
        page.send(key).unwrap();
        page.flush().unwrap();
    };
    page.exp_string("It works on my machine").unwrap();
    press(&mut page, "q");
    page.exp_string("FAIL").unwrap();
    press(&mut page, "c");
    page.exp_string("RUN echo begun").unwrap();
    way.take_away();
    page.exp_string("error:").unwrap();
    press(&mut page, "q");
    page.exp_string("\u{1b}[?25h").unwrap();
    page.exp_string("\u{1b}[?1049l").unwrap();
    page.exp_eof().unwrap();
}
