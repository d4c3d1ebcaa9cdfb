//! An interactive terminal in a container of its own.
//!
//! The connection is taken over and carries the terminal's bytes both ways as they are: bollard would take a piece
//! that begins with NUL for the head of a frame.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::RecvTimeoutError,
    },
    time::Duration,
};

use bollard::query_parameters::ResizeContainerTTYOptionsBuilder;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::mpsc::{Receiver, Sender},
};

use super::{
    containers::{self, Network, OwnContainer, Plan},
    docker::{DockerEngine, TICK},
    existing::changes,
    port::{ContainerFacts, RunOrder, ShellEnded, ShellIo},
    requests::{Tasks, upgrade},
    setup::setup,
};
use crate::error::Error;

/// Pieces that may wait for the terminal.
const PIECES: usize = 16;
/// Bytes of one piece.
const PIECE: usize = 16 * 1024;
/// How long the container may take to end once its terminal has.
const LAST_MOMENT: Duration = Duration::from_secs(5);

/// `order.cmd` is run in place of the entry point: a shell is wanted whatever the image runs by itself.
pub(super) fn shell(engine: &DockerEngine, order: &RunOrder<'_>, io: ShellIo) -> Result<ShellEnded, Error> {
    let words = order.cmd.and_then(<[String]>::split_first);
    let plan = Plan {
        image: order.image,
        labels: order.labels,
        entrypoint: words.map(|(program, _)| vec![program.clone()]),
        cmd: words.map(|(_, rest)| rest.to_vec()),
        publish: order.publish,
        memory: order.memory,
        terminal: true,
        network: Network::Full,
    };
    let made = containers::make(engine, plan)?;
    let (typed_sender, typed) = tokio::sync::mpsc::channel(PIECES);
    let (shown, shown_receiver) = tokio::sync::mpsc::channel(PIECES);
    let ShellIo { input, output, resized } = io;
    let over = Over(Arc::new(AtomicBool::new(false)));
    let for_input = Arc::clone(&over.0);
    // Not waited for: it may have to wait for a key.
    std::thread::spawn(move || take_input(&input, &typed_sender, &for_input));
    let showing = std::thread::spawn(move || show(shown_receiver, output));
    let tasks = Tasks::default();
    let ended = engine.block_on(async {
        let ended = converse(engine, &made, order, &tasks, Terminal { typed, shown, resized }).await;
        tasks.end().await;
        ended
    });
    drop(over);
    // The last of what the container showed is on the terminal when this returns.
    let shown = showing.join();
    let exit_code = ended?;
    shown.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    engine.block_on(async {
        let found = made.inspect().await?;
        let mut labels: Vec<(String, String)> = order.labels.to_vec();
        labels.sort();
        let container = ContainerFacts {
            id: made.id.clone(),
            name: made.name.clone(),
            image: found.image.unwrap_or_default(),
            image_name: order.image.to_owned(),
            created: found.created.map_or(0, |created| seconds(&created)),
            running: false,
            labels,
            changed: changes(engine, &made.id).await?,
            setup: setup(engine, &made.id, order.files).await?,
        };
        Ok(ShellEnded { exit_code, container })
    })
}

/// Returns the seconds since 1970 of an engine's time (RFC 3339).
fn seconds(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second)
}

/// Says that the session is over when it is dropped.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The person's terminal, seen from inside the runtime.
struct Terminal {
    typed: Receiver<Vec<u8>>,
    shown: Sender<Vec<u8>>,
    resized: std::sync::mpsc::Receiver<(u16, u16)>,
}

/// Hands on what the person types.
fn take_input(input: &std::sync::mpsc::Receiver<Vec<u8>>, typed: &Sender<Vec<u8>>, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        match input.recv_timeout(TICK) {
            Ok(bytes) => {
                if typed.blocking_send(bytes).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Writes to the person's terminal until all is written; a terminal that has gone is written to no more.
fn show(mut shown: Receiver<Vec<u8>>, mut output: Box<dyn std::io::Write + Send>) {
    let mut gone = false;
    while let Some(bytes) = shown.blocking_recv() {
        gone = gone || output.write_all(&bytes).and_then(|()| output.flush()).is_err();
    }
}

/// Starts the container and carries bytes both ways until it ends; returns its exit code.
async fn converse(
    engine: &DockerEngine,
    made: &OwnContainer<'_>,
    order: &RunOrder<'_>,
    tasks: &Tasks,
    terminal: Terminal,
) -> Result<i64, Error> {
    let Terminal {
        mut typed,
        shown,
        resized,
    } = terminal;
    let path = format!("/containers/{}/attach?stream=1&stdin=1&stdout=1&stderr=1", made.id);
    // Attached before it starts: nothing that it shows is missed.
    let connection = upgrade(&engine.connector, tasks, &path, "tcp", &[])
        .await
        .map_err(|refusal| engine.refused(say!("cannot attach to the container"), &refusal))?;
    let (mut from, mut to) = tokio::io::split(TokioIo::new(connection));
    made.start(order.publish).await?;
    let mut buffer = vec![0; PIECE];
    let mut typing = true;
    resize(engine, made, &resized).await;
    loop {
        tokio::select! {
            count = from.read(&mut buffer) => match count {
                Ok(0) | Err(_) => break,
                Ok(count) => if shown.send(buffer[..count].to_vec()).await.is_err() {
                    break;
                },
            },
            bytes = typed.recv(), if typing => if let Some(bytes) = bytes {
                typing = to.write_all(&bytes).await.is_ok();
            } else {
                typing = false;
                // That the other side has gone already shows when reading.
                drop(to.shutdown().await);
            },
            () = tokio::time::sleep(TICK) => resize(engine, made, &resized).await,
            () = engine.stop_asked() => return Err(Error::interrupted()),
        }
    }
    match made.ended(LAST_MOMENT).await? {
        Some(code) => Ok(code),
        None => Err(Error::engine(say!("the connection to the container ended"))),
    }
}

/// Gives the container's terminal its newest size. A refusal changes nothing but the looks.
async fn resize(engine: &DockerEngine, made: &OwnContainer<'_>, resized: &std::sync::mpsc::Receiver<(u16, u16)>) {
    if let Some((columns, rows)) = resized.try_iter().last() {
        let options = ResizeContainerTTYOptionsBuilder::new()
            .w(columns.into())
            .h(rows.into())
            .build();
        let sizing = engine.docker.resize_container_tty(&made.id, options);
        drop(engine.try_ask(say!("cannot size the terminal"), sizing).await);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_read() {
        assert_eq!(super::seconds("2026-11-23T18:49:15.123456789Z"), 1_795_459_755);
        assert_eq!(super::seconds(""), 0);
    }
}
