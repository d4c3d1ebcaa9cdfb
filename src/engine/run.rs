//! A container in front of the learner: its lines as they come, until it ends or they have seen enough.

use std::time::Duration;

use bollard::{
    container::LogOutput,
    query_parameters::{LogsOptionsBuilder, StopContainerOptionsBuilder},
};
use futures_util::StreamExt as _;

use super::{
    containers::{self, Made, Plan, Refused},
    docker::DockerEngine,
    port::{RunEvent, RunOrder},
    text::LineBuffer,
};
use crate::error::Error;

/// Seconds that a container has to end by itself when it is asked to.
const GRACE: i32 = 2;
/// How long the last lines may take after it has ended.
const LAST_LINES: Duration = Duration::from_secs(5);

pub(super) fn run(
    engine: &DockerEngine,
    order: &RunOrder<'_>,
    events: &mut dyn FnMut(RunEvent),
) -> Result<Option<i64>, Error> {
    let plan = Plan {
        image: order.image,
        labels: order.labels,
        entrypoint: None,
        cmd: order.cmd.map(<[String]>::to_vec),
        publish: order.publish,
        memory: order.memory,
        terminal: false,
    };
    let made = containers::make(engine, plan).map_err(refused)?;
    engine.block_on(follow(engine, &made, order, events))
}

/// Returns the error for a container that was not made or not started.
pub(super) fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Start(told) => Error::engine(say!("the container did not start")).cause(told),
        Refused::Engine(error) => error,
    }
}

async fn follow(
    engine: &DockerEngine,
    made: &Made<'_>,
    order: &RunOrder<'_>,
    events: &mut dyn FnMut(RunEvent),
) -> Result<Option<i64>, Error> {
    made.start(order.publish).await.map_err(refused)?;
    let address = match order.publish {
        Some((port, _)) => made.published(port).await?.map(|port| format!("127.0.0.1:{port}")),
        None => None,
    };
    events(RunEvent::Started {
        container: made.id.clone(),
        address,
    });
    let options = LogsOptionsBuilder::new().follow(true).stdout(true).stderr(true).build();
    let mut stream = engine.docker.logs(&made.id, Some(options));
    let mut lines = Lines::default();
    let interrupted = loop {
        tokio::select! {
            item = stream.next() => match item {
                Some(Ok(piece)) => lines.push(piece, events),
                Some(Err(refusal)) => return Err(engine.refused(say!("cannot follow what the container prints"), &refusal)),
                None => break false,
            },
            () = engine.stop_asked() => break true,
        }
    };
    if !interrupted {
        lines.finish(events);
        return made.ended(LAST_LINES).await;
    }
    events(RunEvent::Stopping);
    let options = StopContainerOptionsBuilder::new().t(GRACE).build();
    let stopping = engine.insist(
        say!("cannot stop the container"),
        engine.docker.stop_container(&made.id, Some(options)),
    );
    let last = async {
        while let Some(Ok(piece)) = stream.next().await {
            lines.push(piece, events);
        }
    };
    let last = tokio::time::timeout(Duration::from_secs(GRACE.unsigned_abs().into()) + LAST_LINES, last);
    // What did not stop is removed by force; what was not printed by then is let go.
    drop(futures_util::future::join(stopping, last).await);
    lines.finish(events);
    Ok(None)
}

/// The lines of both streams.
#[derive(Default)]
struct Lines {
    out: LineBuffer,
    err: LineBuffer,
}

impl Lines {
    fn push(&mut self, piece: LogOutput, events: &mut dyn FnMut(RunEvent)) {
        let lines = match piece {
            LogOutput::StdErr { message } => self.err.push(&message),
            LogOutput::StdOut { message } | LogOutput::StdIn { message } | LogOutput::Console { message } => {
                self.out.push(&message)
            }
        };
        for line in lines {
            events(RunEvent::Line(line));
        }
    }

    fn finish(&mut self, events: &mut dyn FnMut(RunEvent)) {
        for line in [self.out.finish(), self.err.finish()].into_iter().flatten() {
            events(RunEvent::Line(line));
        }
    }
}
