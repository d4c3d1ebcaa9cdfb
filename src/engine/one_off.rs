//! A one-off command in a container of its own.

use std::time::Duration;

use super::{
    containers::{self, Network, OwnContainer, Plan, Refused},
    docker::DockerEngine,
    port::{CommandProbe, JUDGED_MEMORY},
};
use crate::{check::evidence::CommandEvidence, error::Error};

/// Lines of output that are kept.
const LINES: usize = 200;
/// Bytes of output that are kept.
const BYTES: usize = 64 * 1024;
/// The exit code of a shell for a program that is not there.
const NO_PROGRAM: i64 = 127;
/// The exit code of a shell for a program that it may not run.
const NOT_ALLOWED: i64 = 126;
/// The exit code of `timeout(1)`.
const TIMED_OUT: i64 = 124;

pub(super) fn command(engine: &DockerEngine, order: &CommandProbe<'_>) -> Result<CommandEvidence, Error> {
    let Some((program, rest)) = order.words.split_first() else {
        return Err(Error::usage(say!("a command needs a program")));
    };
    let plan = Plan {
        image: order.image,
        labels: order.labels,
        entrypoint: (!order.keeps_entrypoint).then(|| vec![program.clone()]),
        cmd: Some(if order.keeps_entrypoint { order.words } else { rest }.to_vec()),
        publish: None,
        memory: JUDGED_MEMORY,
        terminal: false,
        network: Network::Itself,
    };
    let made = match containers::make(engine, plan) {
        Ok(made) => made,
        Err(Refused::Start(told)) => return Ok(missing(told)),
        Err(Refused::Engine(error)) => return Err(error),
    };
    engine.block_on(run(&made, order.within))
}

async fn run(made: &OwnContainer<'_>, within: Duration) -> Result<CommandEvidence, Error> {
    match made.start(None).await {
        Ok(()) => {}
        Err(Refused::Start(told)) => return Ok(missing(told)),
        Err(Refused::Engine(error)) => return Err(error),
    }
    let ended = made.ended(within).await?;
    if ended.is_none() {
        made.kill().await;
    }
    let mut lines = Vec::new();
    let mut bytes = 0;
    made.log(0, |line| {
        bytes += line.len() + 1;
        lines.push(line);
        lines.len() < LINES && bytes < BYTES
    })
    .await?;
    if ended.is_none() {
        lines.push(say!("(stopped after {} s)", within.as_secs_f64()));
    }
    Ok(CommandEvidence {
        exit_code: ended.unwrap_or(TIMED_OUT),
        output: lines.join("\n"),
    })
}

fn missing(told: String) -> CommandEvidence {
    CommandEvidence {
        exit_code: if told.contains("permission denied") {
            NOT_ALLOWED
        } else {
            NO_PROGRAM
        },
        output: told,
    }
}
