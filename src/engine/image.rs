//! What the engine and its images are; pulling, exporting and removing images.

use std::{
    io::{self, Read},
    time::Duration,
};

use bollard::{errors::Error as Refusal, query_parameters::RemoveImageOptionsBuilder};
use bytes::Bytes;
use futures_util::StreamExt as _;
use hyper::Request;
use serde::Deserialize;

use super::{
    client::{Login, find_login},
    docker::{Abilities, DockerEngine, REQUEST},
    errors::{is_missing, slow, status, with_disk_help, words},
    json_message::JsonMessage,
    port::ImageFacts,
    requests::{self, Lines, Tasks, encode},
    text::one_line,
};
use crate::image::{Config, environment, working_dir};
use crate::{
    check::evidence::{Builder, EngineFacts},
    dockerfile::ImageName,
    error::Error,
};

/// Pieces of an archive that may wait for their reader.
const EXPORT_PIECES: usize = 16;

/// `GET /version`, the part that counts here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Version {
    version: Option<String>,
    api_version: Option<String>,
    os: Option<String>,
    arch: Option<String>,
    components: Option<Vec<Component>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Component {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

/// `GET /info`, the part that counts here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Info {
    driver: Option<String>,
    driver_status: Option<Vec<Vec<String>>>,
    #[serde(rename = "NCPU")]
    cpus: Option<i64>,
    mem_total: Option<i64>,
    #[serde(rename = "CpuCfsQuota")]
    cpu_quota: Option<bool>,
    pub(super) docker_root_dir: Option<String>,
    pub(super) system_time: Option<String>,
    pub(super) http_proxy: Option<String>,
    pub(super) https_proxy: Option<String>,
    pub(super) registry_config: Option<RegistryConfig>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct RegistryConfig {
    pub(super) mirrors: Option<Vec<String>>,
}

/// Asks for the engine's version.
pub(super) async fn version(engine: &DockerEngine) -> Result<Version, Error> {
    let what = say!("cannot ask the engine for its version");
    let answer = engine.get(what, "/version").await?;
    answer.map_err(|refusal| engine.refused(what, &refusal))
}

/// Asks the engine about itself.
pub(super) async fn info(engine: &DockerEngine) -> Result<Info, Error> {
    let what = say!("cannot get information from the engine");
    let answer = engine.get(what, "/info").await?;
    answer.map_err(|refusal| engine.refused(what, &refusal))
}

/// Says what an engine can limit; asked once.
pub(super) async fn abilities(engine: &DockerEngine) -> Result<Abilities, Error> {
    if let Some(known) = engine.abilities.get() {
        return Ok(*known);
    }
    let is_podman = default_builder(&version(engine).await?) == Builder::Buildah;
    let info = info(engine).await?;
    let driver = info.driver.as_deref().unwrap_or_default();
    let on_xfs = info
        .driver_status
        .iter()
        .flatten()
        .any(|pair| pair.iter().any(|word| word == "xfs"));
    let found = Abilities {
        cpu_quota: !is_podman && info.cpu_quota == Some(true),
        disk_limit: !is_podman && (matches!(driver, "btrfs" | "zfs") || driver == "overlay2" && on_xfs),
    };
    Ok(*engine.abilities.get_or_init(|| found))
}

/// Says what the engine is.
pub(super) async fn facts(engine: &DockerEngine) -> Result<EngineFacts, Error> {
    let version = version(engine).await?;
    let info = info(engine).await?;
    let (name, number) = name_of(&version);
    let containerd_store = info
        .driver_status
        .unwrap_or_default()
        .iter()
        .any(|pair| pair.iter().any(|word| word.contains("containerd.snapshotter")));
    let unsigned = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let known = |text: &Option<String>| text.as_deref().map_or_else(|| "unknown".to_owned(), one_line);
    Ok(EngineFacts {
        name,
        version: number,
        api: one_line(version.api_version.as_deref().unwrap_or_default()),
        endpoint: engine.target.endpoint.clone(),
        platform: format!("{}/{}", known(&version.os), known(&version.arch)),
        storage: one_line(info.driver.as_deref().unwrap_or_default()),
        containerd_store,
        cpus: unsigned(info.cpus),
        memory: unsigned(info.mem_total),
        root: one_line(info.docker_root_dir.as_deref().unwrap_or_default()),
        builder: Some(default_builder(&version)),
    })
}

/// Returns the product's name and its version: Docker calls its first component "Engine", Podman "Podman Engine".
fn name_of(version: &Version) -> (String, String) {
    let first = version
        .components
        .iter()
        .flatten()
        .find(|part| part.name.ends_with("Engine"));
    match first {
        Some(part) if part.name != "Engine" => (one_line(&part.name), one_line(&part.version)),
        _ => (
            say!("Docker Engine").to_owned(),
            one_line(version.version.as_deref().unwrap_or_default()),
        ),
    }
}

/// Returns the builder that an engine uses unless told otherwise: Podman has only Buildah; BuildKit came with API
/// 1.39 (Engine 18.09) and is out of its trial from 1.40 on, for Linux images.
pub(super) fn default_builder(version: &Version) -> Builder {
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
        Err(Error::usage(say!("`{name}` is not a valid image name"; name)))
    }
}

/// What is known of an image; none when there is none by that name.
pub(super) async fn inspect(engine: &DockerEngine, name: &str) -> Result<Option<ImageFacts>, Error> {
    check_name(name)?;
    let what = say!("cannot inspect the image `{name}`"; name);
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
            Error::engine(say!("the image that was built is already gone: `{reported}`"; reported))
                .cause(say!("something removed it, for example `docker image prune`"))
                .help(say!("build it again")),
        ),
    }
}

/// The configuration as the engine tells it.
fn config(found: &mut bollard::models::ImageInspect) -> Config {
    let config = found.config.take().unwrap_or_default();
    let mut exposed_ports = config.exposed_ports.unwrap_or_default();
    exposed_ports.sort();
    let mut volumes = config.volumes.unwrap_or_default();
    volumes.sort();
    Config {
        architecture: found.architecture.take().unwrap_or_default(),
        os: found.os.take().unwrap_or_default(),
        env: environment(config.env.unwrap_or_default()),
        user: config.user.unwrap_or_default(),
        working_dir: working_dir(config.working_dir.as_deref()),
        written_working_dir: config.working_dir.unwrap_or_default(),
        exposed_ports,
        entrypoint: config.entrypoint.unwrap_or_default(),
        cmd: config.cmd.unwrap_or_default(),
        labels: config.labels.unwrap_or_default().into_iter().collect(),
        volumes,
        stop_signal: config.stop_signal.unwrap_or_default(),
        on_build: config.on_build.unwrap_or_default(),
        shell: config.shell.unwrap_or_default(),
        healthcheck: config.healthcheck.and_then(|check| check.test).unwrap_or_default(),
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
    let registry = ImageName::parse(&full).map_or_else(|_| "docker.io".to_owned(), |name| name.registry);
    // A login that cannot be had may not be needed: the registry decides.
    let login = find_login(engine.target.config_dir.as_deref(), &registry).ok();
    let header = Login::header(login.and_then(|looked| looked.login).as_ref());
    let tasks = Tasks::default();
    let pulling = async {
        let path = format!("/images/create?fromImage={}", encode(&full));
        let headers = [("x-registry-auth", header.as_str())];
        let answer = requests::send(
            &engine.connector,
            &tasks,
            Request::post(path),
            &headers,
            requests::nothing(),
        )
        .await?;
        let mut lines = Lines::new(answer);
        while let Some(line) = lines.next().await.map_err(io::Error::other)? {
            if let Some(error) = JsonMessage::read(&line).failure() {
                return Err(Refusal::DockerStreamError {
                    error: error.to_owned(),
                });
            }
        }
        Ok::<(), Refusal>(())
    };
    let what = say!("cannot pull the image `{name}`"; name);
    let ended = tokio::select! {
        ended = tokio::time::timeout(within, pulling) => ended,
        () = engine.stop_asked() => Ok(Err(Refusal::RequestTimeoutError)),
    };
    tasks.end().await;
    if engine.interrupt.is_asked() {
        return Err(Error::interrupted());
    }
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
                    Refusal::DockerStreamError { .. } | Refusal::RequestTimeoutError
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
    let broken = io::Error::new(io::ErrorKind::ConnectionAborted, say!("the archive ended early"));
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
            "first remove the containers that use it: `docker ps -a` lists them"
        ))),
        Err(refusal) => Err(engine.refused(&what, &refusal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(component: &str, api: &str, os: &str) -> Version {
        Version {
            components: Some(vec![Component {
                name: component.to_owned(),
                version: "1".to_owned(),
            }]),
            api_version: Some(api.to_owned()),
            os: Some(os.to_owned()),
            ..Version::default()
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
