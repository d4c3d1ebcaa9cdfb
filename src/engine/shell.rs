//! An interactive terminal in a container of the learner's image.

use bollard::query_parameters::{AttachContainerOptionsBuilder, ResizeContainerTTYOptionsBuilder, WaitContainerOptions};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

use crate::{
    engine::{
        container,
        docker::Handle,
        errors,
        port::{RunOrder, ShellEnded, ShellIo},
        run,
    },
    error::Error,
};

/// Runs a shell in front of the learner, looks at what it changed, and removes the container.
pub(super) async fn shell(handle: Handle<'_>, order: &RunOrder<'_>, io: ShellIo) -> Result<ShellEnded, Error> {
    let id = container::create(handle.client, run::plan(order, true))
        .await
        .map_err(|error| errors::failed("make a container", &error))?;
    let ran = attached(handle, order, &id, io).await;
    let seen = container::facts(handle.client, &id).await;
    let removed = container::remove(handle.client, &id).await;
    let exit_code = ran?;
    removed?;
    Ok(ShellEnded {
        exit_code,
        container: seen?.unwrap_or_default(),
    })
}

async fn attached(handle: Handle<'_>, order: &RunOrder<'_>, id: &str, mut io: ShellIo) -> Result<i64, Error> {
    let client = handle.client;
    let options = AttachContainerOptionsBuilder::default().stream(true).stdin(true).stdout(true).stderr(true).build();
    let mut ends = client
        .attach_container(id, Some(options))
        .await
        .map_err(|error| errors::failed("attach to the container", &error))?;
    run::start(handle, order, id).await?;
    // The person's bytes arrive on a channel that blocks: a thread hands them over.
    let (sender, mut typed) = tokio::sync::mpsc::channel::<Vec<u8>>(64);
    let input = io.input;
    std::thread::spawn(move || {
        while let Ok(bytes) = input.recv() {
            if sender.blocking_send(bytes).is_err() {
                break;
            }
        }
    });
    let mut typing = true;
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(100));
    loop {
        tokio::select! {
            chunk = ends.output.next() => match chunk {
                Some(Ok(chunk)) => {
                    io.output.write_all(&chunk.into_bytes()).and_then(|()| io.output.flush())?;
                }
                _ => break,
            },
            bytes = typed.recv(), if typing => match bytes {
                Some(bytes) => {
                    if ends.input.write_all(&bytes).await.is_err() {
                        typing = false;
                    } else {
                        ends.input.flush().await.ok();
                    }
                }
                None => {
                    typing = false;
                    ends.input.shutdown().await.ok();
                }
            },
            _ = tick.tick() => {
                if handle.interrupt.is_asked() {
                    return Err(Error::interrupted());
                }
                if let Some((columns, rows)) = io.resized.try_iter().last() {
                    let size = ResizeContainerTTYOptionsBuilder::default().w(i32::from(columns)).h(i32::from(rows)).build();
                    client.resize_container_tty(id, size).await.ok();
                }
            }
        }
    }
    let mut waiting = std::pin::pin!(client.wait_container(id, None::<WaitContainerOptions>));
    match handle.or_interrupted(waiting.next()).await? {
        Some(Ok(ended)) => Ok(ended.status_code),
        Some(Err(bollard::errors::Error::DockerContainerWaitError { code, .. })) => Ok(code),
        _ => Ok(0),
    }
}
