//! Images: looked at, pulled, exported, removed.

use std::{io::Read, time::Duration};

use bollard::query_parameters::{CreateImageOptionsBuilder, RemoveImageOptionsBuilder};
use bytes::Bytes;
use futures_util::StreamExt;

use crate::{
    engine::{docker::Handle, errors, port::ImageFacts},
    error::Error,
};

/// What is known of an image by its name or id.
pub(super) async fn inspect(client: &bollard::Docker, name: &str) -> Result<Option<ImageFacts>, Error> {
    match client.inspect_image(name).await {
        Ok(image) => Ok(Some(ImageFacts {
            id: image.id.unwrap_or_default(),
            tags: image.repo_tags.unwrap_or_default(),
            size: image.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            layers: image.root_fs.and_then(|root| root.layers).unwrap_or_default(),
            created: image.created.map(|at| at.to_string()).unwrap_or_default(),
        })),
        Err(error) if errors::status(&error) == Some(404) => Ok(None),
        Err(error) => Err(errors::failed(&format!("look at the image `{name}`"), &error)),
    }
}

/// Pulls an image; `false` when that does not work out.
pub(super) async fn pull(client: &bollard::Docker, name: &str, within: Duration) -> Result<bool, Error> {
    let options = CreateImageOptionsBuilder::default().from_image(name).build();
    let pulled = async {
        let mut stream = client.create_image(Some(options), None, None);
        while let Some(item) = stream.next().await {
            match item {
                Ok(info) if info.error_detail.is_some() => return false,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        true
    };
    Ok(tokio::time::timeout(within, pulled).await.unwrap_or(false))
}

/// Removes a name of an image; `false` when it was gone already.
pub(super) async fn remove(client: &bollard::Docker, name: &str) -> Result<bool, Error> {
    let options = RemoveImageOptionsBuilder::default().build();
    match client.remove_image(name, Some(options), None).await {
        Ok(_) => Ok(true),
        Err(error) if errors::status(&error) == Some(404) => Ok(false),
        Err(error) => Err(errors::failed(&format!("remove the image `{name}`"), &error)),
    }
}

/// Sends an image's archive in chunks; stops early when the receiver is gone.
pub(super) async fn send_archive(
    handle: Handle<'_>,
    image: &str,
    sender: std::sync::mpsc::SyncSender<Result<Bytes, String>>,
) -> Result<(), Error> {
    let client = handle.client.clone().with_timeout(Duration::from_secs(600));
    let mut stream = std::pin::pin!(client.export_image(image));
    loop {
        let Some(item) = handle.or_interrupted(stream.next()).await? else {
            return Ok(());
        };
        // Waiting for room blocks this thread, which is right: its runtime has nothing to do but this stream.
        let sent = match item {
            Ok(chunk) => sender.send(Ok(chunk)),
            Err(error) => {
                let error = errors::failed(&format!("export the image `{image}`"), &error);
                sender.send(Err(error.to_string())).ok();
                return Err(error);
            }
        };
        if sent.is_err() {
            return Ok(());
        }
    }
}

/// Chunks that arrive, read as one stream.
pub(super) struct Chunks {
    receiver: std::sync::mpsc::Receiver<Result<Bytes, String>>,
    current: Bytes,
}

impl Chunks {
    pub(super) fn new(receiver: std::sync::mpsc::Receiver<Result<Bytes, String>>) -> Self {
        Self {
            receiver,
            current: Bytes::new(),
        }
    }
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.recv() {
                Ok(Ok(chunk)) => self.current = chunk,
                Ok(Err(error)) => return Err(std::io::Error::other(error)),
                Err(_) => return Ok(0),
            }
        }
        let count = buffer.len().min(self.current.len());
        buffer[..count].copy_from_slice(&self.current.split_to(count));
        Ok(count)
    }
}
