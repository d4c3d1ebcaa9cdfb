//! A container in the foreground: its lines as they come, until it ends or is interrupted.

use std::time::Duration;

use bollard::query_parameters::StopContainerOptionsBuilder;
use http_body_util::BodyExt as _;

use super::{
    containers::{self, Network, OwnContainer, Plan},
    docker::DockerEngine,
    log_frames::LogLines,
    port::{RunEvent, RunOrder},
    requests::Tasks,
};
use crate::error::Error;

/// Seconds that a container has to end by itself when it is asked to.
const GRACE: i32 = 2;
/// How long the engine may take to stop it before it is removed by force.
const STOPPING: Duration = Duration::from_secs(10);
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
        network: Network::Full,
    };
    let made = containers::make(engine, plan)?;
    let tasks = Tasks::default();
    engine.block_on(async {
        let ended = follow(engine, &made, order, &tasks, events).await;
        tasks.end().await;
        ended
    })
}

async fn follow(
    engine: &DockerEngine,
    made: &OwnContainer<'_>,
    order: &RunOrder<'_>,
    tasks: &Tasks,
    events: &mut dyn FnMut(RunEvent),
) -> Result<Option<i64>, Error> {
    made.start(order.publish).await?;
    let address = match order.publish {
        Some((port, _)) => made.published(port).await?.map(|port| format!("127.0.0.1:{port}")),
        None => None,
    };
    events(RunEvent::Started {
        container: made.id.clone(),
        address,
    });
    let what = say!("cannot follow what the container prints");
    let opened = engine.try_ask(what, made.log_stream(tasks, "follow=1")).await?;
    let mut body = opened.map_err(|refusal| engine.refused(what, &refusal))?;
    let mut lines = LogLines::default();
    let mut tell = |line| events(RunEvent::Line(line));
    let interrupted = loop {
        tokio::select! {
            frame = body.frame() => match frame {
                Some(Ok(frame)) => if let Some(data) = frame.data_ref() {
                    lines.push(data, &mut tell);
                },
                Some(Err(error)) => return Err(Error::engine(what).source(&error)),
                None => break false,
            },
            () = engine.stop_asked() => break true,
        }
    };
    if !interrupted {
        lines.finish(&mut tell);
        return made.ended(LAST_LINES).await;
    }
    events(RunEvent::Stopping);
    let options = StopContainerOptionsBuilder::new().t(GRACE).build();
    let stopping = tokio::time::timeout(STOPPING, engine.docker.stop_container(&made.id, Some(options)));
    let last = async {
        while let Some(Ok(frame)) = body.frame().await {
            if let Some(data) = frame.data_ref() {
                lines.push(data, &mut |line| events(RunEvent::Line(line)));
            }
        }
    };
    let last = tokio::time::timeout(Duration::from_secs(GRACE.unsigned_abs().into()) + LAST_LINES, last);
    // What did not stop is removed by force; what was not printed by then is let go.
    drop(futures_util::future::join(stopping, last).await);
    lines.finish(&mut |line| events(RunEvent::Line(line)));
    Ok(None)
}
