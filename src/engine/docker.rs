//! The engine that is reached over its API.

use std::{cell::OnceCell, future::Future, io::Read, time::Duration};

use crate::{
    check::evidence::{BuildEvidence, Builder, CommandEvidence, EngineFacts, ServerEvidence},
    engine::{
        buildkit, classic, container, errors, image,
        locate::Target,
        port::{
            BuildEvent, BuildOrder, CommandOrder, ContainerFacts, Engine, ImageFacts, RunEvent, RunOrder, ServeOrder, ShellEnded,
            ShellIo,
        },
        run, shell,
    },
    error::Error,
    interrupt::Interrupt,
};

/// A Docker-compatible engine behind a socket.
#[expect(missing_debug_implementations, reason = "a connection has nothing to show")]
pub struct DockerEngine {
    target: Target,
    client: bollard::Docker,
    interrupt: Interrupt,
    runtime: tokio::runtime::Runtime,
    facts: OnceCell<EngineFacts>,
}

/// What every part of the edge works with.
#[derive(Clone, Copy)]
pub(super) struct Handle<'a> {
    pub(super) client: &'a bollard::Docker,
    pub(super) interrupt: &'a Interrupt,
    pub(super) target: &'a Target,
}

impl Handle<'_> {
    /// Waits for the future, or for the person to interrupt.
    pub(super) async fn or_interrupted<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        let mut future = std::pin::pin!(future);
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        loop {
            tokio::select! {
                biased;
                output = &mut future => return Ok(output),
                _ = tick.tick() => if self.interrupt.is_asked() {
                    return Err(Error::interrupted());
                },
            }
        }
    }
}

impl DockerEngine {
    /// Makes ready to ask the engine at the target; it is asked first by the first call.
    ///
    /// # Errors
    /// When the address is of a kind that is not supported, or no runtime can be had.
    pub fn open(target: Target, interrupt: Interrupt) -> Result<Self, Error> {
        let endpoint = target.endpoint.as_str();
        if endpoint.starts_with("ssh://") || endpoint.starts_with("https://") {
            return Err(Error::engine(format!("engines at {endpoint} cannot be reached by dockerlab yet"))
                .help("forward the engine's socket (`ssh -L ./docker.sock:/var/run/docker.sock …`) and set DOCKER_HOST to it"));
        }
        let client = bollard::Docker::connect_with_host(endpoint)
            .map_err(|error| errors::unreachable(endpoint, &target.how, &errors::reason(&error)))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::engine("cannot start the runtime that talks to the engine").cause(error))?;
        Ok(Self {
            target,
            client,
            interrupt,
            runtime,
            facts: OnceCell::new(),
        })
    }

    fn handle(&self) -> Handle<'_> {
        Handle {
            client: &self.client,
            interrupt: &self.interrupt,
            target: &self.target,
        }
    }

    async fn ask_facts(&self) -> Result<EngineFacts, Error> {
        let unreachable =
            |error: bollard::errors::Error| errors::unreachable(&self.target.endpoint, &self.target.how, &errors::reason(&error));
        let client = self.client.clone().with_timeout(Duration::from_secs(15));
        let version = client.version().await.map_err(unreachable)?;
        let info = client.info().await.map_err(unreachable)?;
        let api = version.api_version.unwrap_or_default();
        let podman = version.components.unwrap_or_default().iter().any(|part| part.name.contains("Podman"));
        let os = version.os.unwrap_or_default();
        let builder = if podman {
            Builder::Buildah
        } else if os == "linux" && minor(&api) >= 40 {
            Builder::BuildKit
        } else {
            Builder::Classic
        };
        let storage = info.driver.unwrap_or_default();
        let containerd_store = info
            .driver_status
            .unwrap_or_default()
            .iter()
            .any(|pair| pair.iter().any(|text| text.contains("io.containerd.snapshotter")));
        Ok(EngineFacts {
            name: if podman { "Podman Engine".to_owned() } else { "Docker Engine".to_owned() },
            version: version.version.unwrap_or_default(),
            api,
            endpoint: self.target.endpoint.clone(),
            platform: format!("{os}/{}", version.arch.unwrap_or_default()),
            storage,
            containerd_store,
            cpus: info.ncpu.and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
            memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
            root: info.docker_root_dir.unwrap_or_default(),
            builder: Some(builder),
        })
    }
}

/// The minor number of an API version, "1.41".
fn minor(api: &str) -> u32 {
    api.split_once('.').and_then(|(_, minor)| minor.parse().ok()).unwrap_or(0)
}

impl Engine for DockerEngine {
    fn facts(&self) -> Result<EngineFacts, Error> {
        if let Some(facts) = self.facts.get() {
            return Ok(facts.clone());
        }
        let facts = self.runtime.block_on(self.handle().or_interrupted(self.ask_facts()))??;
        Ok(self.facts.get_or_init(|| facts).clone())
    }

    fn build(&self, order: &BuildOrder<'_>, events: &mut dyn FnMut(BuildEvent)) -> Result<BuildEvidence, Error> {
        let builder = match order.builder.or(self.facts()?.builder) {
            Some(builder) => builder,
            None => Builder::Classic,
        };
        let handle = self.handle();
        let started = std::time::Instant::now();
        let mut evidence = self.runtime.block_on(async {
            match builder {
                Builder::BuildKit => buildkit::build(handle, order, events).await,
                Builder::Classic | Builder::Buildah => classic::build(handle, order, builder, events).await,
            }
        })?;
        evidence.seconds = started.elapsed().as_secs_f64();
        if evidence.failure.is_none() && evidence.image_id.is_none() {
            evidence.image_id = self.image(order.tag)?.map(|image| image.id);
        }
        Ok(evidence)
    }

    fn image(&self, name: &str) -> Result<Option<ImageFacts>, Error> {
        self.runtime.block_on(self.handle().or_interrupted(image::inspect(&self.client, name)))?
    }

    fn pull(&self, name: &str, within: Duration) -> Result<bool, Error> {
        self.runtime.block_on(self.handle().or_interrupted(image::pull(&self.client, name, within)))?
    }

    fn export(&self, image: &str, read: &mut (dyn FnMut(&mut dyn Read) -> Result<(), Error> + Send)) -> Result<(), Error> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(16);
        std::thread::scope(|scope| {
            let reader = scope.spawn(move || read(&mut image::Chunks::new(receiver)));
            let sent = self.runtime.block_on(image::send_archive(self.handle(), image, sender));
            let read = reader.join().unwrap_or_else(|_| Err(Error::engine("reading the image's archive went wrong")));
            // What the engine says comes first: a reader whose stream broke off only follows from it.
            sent.and(read)
        })
    }

    fn serve(&self, order: &ServeOrder<'_>) -> Result<ServerEvidence, Error> {
        self.runtime.block_on(container::serve(self.handle(), order))
    }

    fn command(&self, order: &CommandOrder<'_>) -> Result<CommandEvidence, Error> {
        self.runtime.block_on(container::command(self.handle(), order))
    }

    fn run(&self, order: &RunOrder<'_>, events: &mut dyn FnMut(RunEvent)) -> Result<Option<i64>, Error> {
        self.runtime.block_on(run::run(self.handle(), order, events))
    }

    fn shell(&self, order: &RunOrder<'_>, io: ShellIo) -> Result<ShellEnded, Error> {
        self.runtime.block_on(shell::shell(self.handle(), order, io))
    }

    fn containers_of(&self, image_id: &str, image_name: &str) -> Result<Vec<ContainerFacts>, Error> {
        self.runtime.block_on(self.handle().or_interrupted(container::of_image(&self.client, image_id, image_name)))?
    }

    fn labelled(&self, label: &str, value: Option<&str>) -> Result<Vec<ContainerFacts>, Error> {
        self.runtime.block_on(self.handle().or_interrupted(container::labelled(&self.client, label, value)))?
    }

    fn remove_container(&self, id: &str) -> Result<(), Error> {
        self.runtime.block_on(container::remove_ours(&self.client, id))
    }

    fn remove_image(&self, name: &str) -> Result<bool, Error> {
        self.runtime.block_on(image::remove(&self.client, name))
    }
}
