//! What the engine and its images are; pulling, exporting and removing images.

use std::{
    io::{self, Read},
    time::Duration,
};

use bollard::{
    models::SystemVersion,
    query_parameters::{CreateImageOptionsBuilder, RemoveImageOptionsBuilder},
};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::{
    docker::{DockerEngine, REQUEST},
    errors::{is_missing, slow, status, with_disk_help, words},
    port::ImageFacts,
};
use crate::image::{Config, environment, working_dir};
use crate::{
    check::evidence::{Builder, EngineFacts},
    error::Error,
};

/// Pieces of an archive that may wait for their reader.
const EXPORT_PIECES: usize = 16;

/// Says what the engine is.
pub(super) async fn facts(engine: &DockerEngine) -> Result<EngineFacts, Error> {
    let version = engine
        .ask(say!("cannot ask the engine for its version"), engine.docker.version())
        .await?;
    let info = engine
        .ask(say!("cannot ask the engine about itself"), engine.docker.info())
        .await?;
    let (name, number) = name_of(&version);
    let containerd_store = info
        .driver_status
        .unwrap_or_default()
        .iter()
        .any(|pair| pair.iter().any(|word| word.contains("containerd.snapshotter")));
    Ok(EngineFacts {
        name,
        version: number,
        api: version.api_version.clone().unwrap_or_default(),
        endpoint: engine.endpoint.clone(),
        platform: format!(
            "{}/{}",
            version.os.as_deref().unwrap_or("unknown"),
            version.arch.as_deref().unwrap_or("unknown")
        ),
        storage: info.driver.unwrap_or_default(),
        containerd_store,
        cpus: info.ncpu.and_then(|cpus| u64::try_from(cpus).ok()).unwrap_or(0),
        memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
        root: info.docker_root_dir.unwrap_or_default(),
        builder: Some(default_builder(&version)),
    })
}

/// Returns the product's name and its version: Docker calls its first component "Engine", Podman "Podman Engine".
fn name_of(version: &SystemVersion) -> (String, String) {
    let own = version.version.clone().unwrap_or_default();
    let first = version
        .components
        .iter()
        .flatten()
        .find(|part| part.name.ends_with("Engine"));
    match first {
        Some(part) if part.name != "Engine" => (part.name.clone(), part.version.clone()),
        _ => (say!("Docker Engine").to_owned(), own),
    }
}

/// Returns the builder that an engine uses unless told otherwise: Podman has only Buildah; BuildKit came with API
/// 1.39 (Engine 18.09) and is out of its trial from 1.40 on, for Linux images.
pub(super) fn default_builder(version: &SystemVersion) -> Builder {
    if version
        .components
        .iter()
        .flatten()
        .any(|part| part.name.starts_with("Podman"))
    {
        return Builder::Buildah;
    }
    let api = version.api_version.as_deref().and_then(|text| {
        let (major, minor) = text.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    });
    let linux = version.os.as_deref().is_none_or(|os| os == "linux");
    if linux && api.is_some_and(|api| api >= (1, 40)) {
        Builder::BuildKit
    } else {
        Builder::Classic
    }
}

/// Returns whether a name can stand in a request's path as it is (`distribution/reference`'s characters).
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:/@".contains(&byte);
    if !name.is_empty() && name.bytes().all(allowed) && !name.contains("..") && !name.starts_with('/') {
        Ok(())
    } else {
        Err(Error::usage(say!("`{name}` is no image's name"; name)))
    }
}

/// What is known of an image; none when there is none by that name.
pub(super) async fn inspect(engine: &DockerEngine, name: &str) -> Result<Option<ImageFacts>, Error> {
    check_name(name)?;
    let what = say!("cannot look at the image `{name}`"; name);
    let mut found = match engine.try_ask(&what, engine.docker.inspect_image(name)).await? {
        Ok(found) => found,
        Err(refusal) if is_missing(&refusal) => return Ok(None),
        Err(refusal) => return Err(engine.refused(&what, &refusal)),
    };
    let config = config(&mut found);
    Ok(Some(ImageFacts {
        id: found.id.unwrap_or_default(),
        tags: found.repo_tags.unwrap_or_default(),
        digests: found
            .repo_digests
            .unwrap_or_default()
            .iter()
            .filter_map(|name| Some(name.split_once('@')?.1.to_owned()))
            .collect(),
        size: found.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        created: found.created.unwrap_or_default(),
        config,
    }))
}

/// Returns the id of the image that a build reports to have made.
///
/// The build's tag is not asked: another build may have moved it already. An image that lost its tag remains until
/// somebody prunes it.
pub(super) async fn built(engine: &DockerEngine, reported: Option<&str>) -> Result<String, Error> {
    let Some(reported) = reported else {
        return Err(Error::engine(say!("the engine did not report which image it built")));
    };
    match inspect(engine, reported).await? {
        Some(found) => Ok(found.id),
        None => Err(
            Error::engine(say!("the image that was built is gone already: `{reported}`"; reported))
                .cause(say!("something removed it, `docker image prune` for example"))
                .help(say!("build it again")),
        ),
    }
}

/// The configuration as the engine tells it.
fn config(found: &mut bollard::models::ImageInspect) -> Config {
    let config = found.config.take().unwrap_or_default();
    let mut exposed_ports = config.exposed_ports.unwrap_or_default();
    exposed_ports.sort();
    Config {
        architecture: found.architecture.take().unwrap_or_default(),
        os: found.os.take().unwrap_or_default(),
        env: environment(config.env.unwrap_or_default()),
        user: config.user.unwrap_or_default(),
        working_dir: working_dir(config.working_dir),
        exposed_ports,
        entrypoint: config.entrypoint.unwrap_or_default(),
        cmd: config.cmd.unwrap_or_default(),
        labels: config.labels.unwrap_or_default().into_iter().collect(),
        diff_ids: found.root_fs.take().and_then(|root| root.layers).unwrap_or_default(),
        history: Vec::new(),
    }
}

/// Pulls an image. False: the registry has none by that name, or was not reached in time.
pub(super) async fn pull(engine: &DockerEngine, name: &str, within: Duration) -> Result<bool, Error> {
    check_name(name)?;
    // Without a tag the engine would pull them all.
    let last = name.rsplit('/').next().unwrap_or(name);
    let full = if last.contains([':', '@']) {
        name.to_owned()
    } else {
        format!("{name}:latest")
    };
    let options = CreateImageOptionsBuilder::new().from_image(&full).build();
    let docker = engine.docker.clone().with_timeout(within);
    let pulling = async {
        let mut progress = docker.create_image(Some(options), None, None);
        while let Some(item) = progress.next().await {
            item?;
        }
        Ok::<(), bollard::errors::Error>(())
    };
    let what = say!("cannot pull the image `{name}`"; name);
    let ended = tokio::select! {
        ended = tokio::time::timeout(within, pulling) => ended,
        () = engine.stop_asked() => return Err(Error::interrupted()),
    };
    match ended {
        Ok(Ok(())) => Ok(inspect(engine, &full).await?.is_some()),
        Ok(Err(refusal)) => {
            let told = words(&refusal);
            if told.contains("no space left on device") {
                return Err(with_disk_help(Error::engine(what).cause(&told), &told));
            }
            let answered = status(&refusal).is_some()
                || matches!(
                    refusal,
                    bollard::errors::Error::DockerStreamError { .. } | bollard::errors::Error::RequestTimeoutError
                );
            if answered {
                Ok(false)
            } else {
                Err(engine.refused(&what, &refusal))
            }
        }
        Err(_) => Ok(false),
    }
}

/// Streams an image's archive through `read`, which runs on a thread of its own.
pub(super) fn export(
    engine: &DockerEngine,
    image: &str,
    read: &mut (dyn FnMut(&mut dyn Read) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    check_name(image)?;
    let what = say!("cannot export the image `{image}`"; image);
    let (sender, receiver) = tokio::sync::mpsc::channel::<io::Result<Bytes>>(EXPORT_PIECES);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut archive = Pieces {
                receiver,
                piece: Bytes::new(),
            };
            read(&mut archive)
        });
        let sending = engine.block_on(async {
            let mut stream = engine.docker.export_image(image);
            loop {
                let item = tokio::select! {
                    item = tokio::time::timeout(REQUEST, stream.next()) => item.map_err(|_| slow(&what)),
                    () = sender.closed() => return Ok(()),
                    () = engine.stop_asked() => Err(Error::interrupted()),
                };
                let piece = match item {
                    Ok(None) => return Ok(()),
                    Ok(Some(Ok(piece))) => piece,
                    Ok(Some(Err(refusal))) => {
                        fail(&sender);
                        return Err(engine.refused(&what, &refusal));
                    }
                    Err(error) => {
                        fail(&sender);
                        return Err(error);
                    }
                };
                tokio::select! {
                    sent = sender.send(Ok(piece)) => if sent.is_err() {
                        return Ok(());
                    },
                    () = engine.stop_asked() => return Err(Error::interrupted()),
                }
            }
        });
        // Without its sender the reader comes to an end.
        drop(sender);
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        sending.and(read)
    })
}

/// Lets the reader know that what it got so far is not all.
fn fail(sender: &tokio::sync::mpsc::Sender<io::Result<Bytes>>) {
    let broken = io::Error::new(io::ErrorKind::ConnectionAborted, say!("the archive broke off"));
    // A reader that has gone needs no word.
    drop(sender.try_send(Err(broken)));
}

/// Pieces of an archive as a reader.
struct Pieces {
    receiver: tokio::sync::mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

/// Removes an image's name.
pub(super) async fn remove(engine: &DockerEngine, name: &str) -> Result<bool, Error> {
    check_name(name)?;
    let what = say!("cannot remove the image `{name}`"; name);
    let options = RemoveImageOptionsBuilder::new().force(false).noprune(false).build();
    match engine
        .try_ask(&what, engine.docker.remove_image(name, Some(options), None))
        .await?
    {
        Ok(_) => Ok(true),
        Err(refusal) if is_missing(&refusal) => Ok(false),
        Err(refusal) if status(&refusal) == Some(409) => Err(engine.refused(&what, &refusal).help(say!(
            "remove the containers that use it first: `docker ps -a` shows them"
        ))),
        Err(refusal) => Err(engine.refused(&what, &refusal)),
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::SystemVersionComponents;

    use super::*;

    fn version(component: &str, api: &str, os: &str) -> SystemVersion {
        SystemVersion {
            components: Some(vec![SystemVersionComponents {
                name: component.to_owned(),
                version: "1".to_owned(),
                details: None,
            }]),
            api_version: Some(api.to_owned()),
            os: Some(os.to_owned()),
            ..SystemVersion::default()
        }
    }

    #[test]
    fn the_builder_follows_the_product_and_its_version() {
        assert_eq!(default_builder(&version("Engine", "1.51", "linux")), Builder::BuildKit);
        assert_eq!(default_builder(&version("Engine", "1.41", "linux")), Builder::BuildKit);
        assert_eq!(default_builder(&version("Engine", "1.38", "linux")), Builder::Classic);
        assert_eq!(default_builder(&version("Engine", "1.51", "windows")), Builder::Classic);
        assert_eq!(
            default_builder(&version("Podman Engine", "1.41", "linux")),
            Builder::Buildah
        );
        assert_eq!(name_of(&version("Podman Engine", "1.41", "linux")).0, "Podman Engine");
    }

    #[test]
    fn names_that_would_change_the_request_are_refused() {
        for right in ["ubuntu:20.04", "localhost:5000/a/b@sha256:ab", "sha256:ab", "a_b-c.d"] {
            assert!(check_name(right).is_ok(), "{right}");
        }
        for wrong in ["", "a b", "a?b", "../containers/x", "/a", "a#b", "a%2e"] {
            assert!(check_name(wrong).is_err(), "{wrong}");
        }
    }
}
