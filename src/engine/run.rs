//! A container in front of the learner: its lines are shown until it ends or they interrupt it.

use std::time::Duration;

use bollard::query_parameters::{LogsOptionsBuilder, StartContainerOptions, StopContainerOptionsBuilder, WaitContainerOptions};
use futures_util::StreamExt;

use crate::{
    engine::{
        container::{self, Plan},
        docker::Handle,
        errors,
        port::{RunEvent, RunOrder},
        text::Lines,
    },
    error::Error,
};

/// Runs a container until it ends, or the person interrupts it.
pub(super) async fn run(handle: Handle<'_>, order: &RunOrder<'_>, events: &mut dyn FnMut(RunEvent)) -> Result<Option<i64>, Error> {
    let id = container::create(handle.client, plan(order, false))
        .await
        .map_err(|error| errors::failed("make a container", &error))?;
    let ran = in_front(handle, order, &id, events).await;
    let removed = container::remove(handle.client, &id).await;
    let code = ran?;
    removed?;
    Ok(code)
}

/// What a container in front of the learner is like.
pub(super) fn plan<'a>(order: &RunOrder<'a>, terminal: bool) -> Plan<'a> {
    Plan {
        image: order.image,
        entrypoint: None,
        cmd: order.cmd.map(<[String]>::to_vec),
        publish: order.publish,
        labels: order.labels,
        terminal,
        memory: i64::try_from(order.memory).unwrap_or(i64::MAX),
    }
}

/// Starts a container; a port that is taken is told as such.
pub(super) async fn start(handle: Handle<'_>, order: &RunOrder<'_>, id: &str) -> Result<(), Error> {
    handle.client.start_container(id, None::<StartContainerOptions>).await.map_err(|error| {
        let reason = errors::reason(&error);
        match order.publish {
            Some((_, port)) if reason.contains("already allocated") || reason.contains("address already in use") => {
                Error::engine(format!("port {port} on this machine is taken")).cause(reason).help(format!(
                    "stop what serves there (`docker ps` shows containers), or choose another: `--port {}`",
                    port.saturating_add(1)
                ))
            }
            _ => Error::engine("the container does not start").cause(reason),
        }
    })
}

async fn in_front(
    handle: Handle<'_>,
    order: &RunOrder<'_>,
    id: &str,
    events: &mut dyn FnMut(RunEvent),
) -> Result<Option<i64>, Error> {
    let client = handle.client;
    start(handle, order, id).await?;
    let address = container::address_of(client, id).await?;
    events(RunEvent::Started {
        container: id.to_owned(),
        address,
    });
    let options = LogsOptionsBuilder::default().follow(true).stdout(true).stderr(true).build();
    let mut stream = std::pin::pin!(client.logs(id, Some(options)));
    let mut lines = Lines::default();
    loop {
        match handle.or_interrupted(stream.next()).await {
            Ok(Some(Ok(chunk))) => lines.add(&chunk.into_bytes()).into_iter().for_each(|line| events(RunEvent::Line(line))),
            Ok(_) => break,
            Err(_) => {
                handle.interrupt.answered();
                events(RunEvent::Stopping);
                let options = StopContainerOptionsBuilder::default().t(3).build();
                // What does not stop is removed by force right after.
                tokio::time::timeout(Duration::from_secs(10), client.stop_container(id, Some(options))).await.ok();
                return Ok(None);
            }
        }
    }
    lines.end().into_iter().for_each(|line| events(RunEvent::Line(line)));
    let mut waiting = std::pin::pin!(client.wait_container(id, None::<WaitContainerOptions>));
    match handle.or_interrupted(waiting.next()).await? {
        Some(Ok(ended)) => Ok(Some(ended.status_code)),
        Some(Err(bollard::errors::Error::DockerContainerWaitError { code, .. })) => Ok(Some(code)),
        _ => Ok(Some(0)),
    }
}
