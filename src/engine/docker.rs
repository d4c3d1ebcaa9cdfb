//! The engine itself: its runtime, its bounds, and who answers what.

use std::{
    hash::{BuildHasher as _, Hasher as _},
    io::Read,
    path::PathBuf,
    time::Duration,
};

use bollard::Docker;
use tokio::runtime::Runtime;

use super::{
    buildkit, classic, command,
    connect::{Address, Target},
    errors::{refused, slow, unreachable_engine},
    health, image, listing,
    port::{
        BuildEvent, BuildOrder, CommandOrder, ContainerFacts, Engine, Health, ImageFacts, PushEvent, PushOrder, Pushed,
        RunEvent, RunOrder, ServeOrder, ServiceOrder, ShellEnded, ShellIo,
    },
    push, run, serve, service, shell,
};
use crate::{
    check::evidence::{BuildEvidence, Builder, CommandEvidence, EngineFacts, ServerEvidence},
    dockerfile::ImageName,
    error::Error,
    interrupt::Interrupt,
};

/// How long one request may take, builds, pulls and what waits for a container excepted.
pub(super) const REQUEST: Duration = Duration::from_mins(2);
/// How long uploading a build context and the wait for the first word of a build may take.
pub(super) const BUILD: Duration = Duration::from_hours(1);
/// How long tidying up after an error may take.
const TIDY: Duration = Duration::from_secs(30);
/// How often the wish to stop is looked at.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// Gets ready to ask the engine at `target`. Nothing is asked yet, but a socket that is not there is told.
pub fn open(target: &Target, interrupt: Interrupt) -> Result<DockerEngine, Error> {
    let address = Address::parse(&target.endpoint)?;
    let endpoint = match &address {
        Address::Tcp(address) => format!("tcp://{address}"),
        Address::Unix(_) | Address::Pipe => target.endpoint.clone(),
    };
    // bollard itself only looks whether the socket is there.
    let docker = Docker::connect_with_host(&endpoint)
        .map_err(|refusal| refused(&endpoint, say!("cannot get ready to ask the engine"), &refusal))?
        .with_timeout(REQUEST);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::engine(say!("cannot start the async runtime")).cause(error))?;
    Ok(DockerEngine {
        docker,
        address,
        endpoint,
        config_dir: target.config_dir.clone(),
        interrupt,
        runtime: Some(runtime),
    })
}

/// A Docker engine, or one that is compatible with it.
pub struct DockerEngine {
    pub(super) docker: Docker,
    pub(super) address: Address,
    pub(super) endpoint: String,
    pub(super) config_dir: Option<PathBuf>,
    pub(super) interrupt: Interrupt,
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Drop for DockerEngine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for DockerEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DockerEngine")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl DockerEngine {
    /// Runs async work on this thread to its end.
    pub(super) fn block_on<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(work),
            None => Err(Error::engine(say!("the engine was closed"))),
        }
    }

    /// Asks one thing: bounded in time, and given up when the person wants to stop.
    pub(super) async fn ask<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<T, Error> {
        self.try_ask(what, request)
            .await?
            .map_err(|refusal| self.refused(what, &refusal))
    }

    /// As [`Self::ask`], for a caller that looks at the refusal.
    pub(super) async fn try_ask<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<Result<T, bollard::errors::Error>, Error> {
        tokio::select! {
            answer = tokio::time::timeout(REQUEST, request) => answer.map_err(|_| slow(what)),
            () = self.stop_asked() => Err(Error::interrupted()),
        }
    }

    /// Asks one thing that must not be left half done, such as making a container: bounded, but not given up.
    pub(super) async fn insist<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<Result<T, bollard::errors::Error>, Error> {
        tokio::time::timeout(REQUEST, request).await.map_err(|_| slow(what))
    }

    /// Ends when the person wants to stop.
    pub(super) async fn stop_asked(&self) {
        while !self.interrupt.is_asked() {
            tokio::time::sleep(TICK).await;
        }
    }

    /// The error for a refusal of this engine.
    pub(super) fn refused(&self, what: &str, refusal: &bollard::errors::Error) -> Error {
        refused(&self.endpoint, what, refusal)
    }

    /// The error for a connection of our own that was not made.
    pub(super) fn unreachable(&self, error: &std::io::Error) -> Error {
        unreachable_engine(&self.endpoint, Some(error.kind()), Some(&error.to_string()))
    }

    /// Tidies up, whatever the person wants and whatever happened before; what fails is left to `clean`, which finds
    /// it by its label.
    pub(super) fn tidy(&self, work: impl Future<Output = ()>) {
        if let Some(runtime) = &self.runtime {
            // A late answer changes nothing for the caller.
            let _: Result<(), tokio::time::error::Elapsed> =
                runtime.block_on(async { tokio::time::timeout(TIDY, work).await });
        }
    }

    /// The builder for an order.
    async fn builder(&self, wanted: Option<Builder>) -> Result<Builder, Error> {
        if let Some(wanted) = wanted {
            return Ok(wanted);
        }
        let version = self
            .ask(say!("cannot ask the engine for its version"), self.docker.version())
            .await?;
        Ok(image::default_builder(&version))
    }
}

impl Engine for DockerEngine {
    fn facts(&self) -> Result<EngineFacts, Error> {
        self.block_on(image::facts(self))
    }

    fn start_service(&self, order: &ServiceOrder<'_>) -> Result<String, Error> {
        service::start(self, order)
    }

    fn tag(&self, image: &str, reference: &ImageName) -> Result<(), Error> {
        self.block_on(push::tag(self, image, reference))
    }

    fn push(&self, order: &PushOrder<'_>, events: &mut dyn FnMut(PushEvent)) -> Result<Pushed, Error> {
        self.block_on(push::push(self, order, events))
    }

    fn digest_at_registry(&self, order: &PushOrder<'_>) -> Result<Option<String>, Error> {
        self.block_on(push::digest_at_registry(self, order))
    }

    fn health(&self) -> Result<Health, Error> {
        self.block_on(health::health(self))
    }

    fn build(&self, order: &BuildOrder<'_>, events: &mut dyn FnMut(BuildEvent)) -> Result<BuildEvidence, Error> {
        match self.block_on(self.builder(order.builder))? {
            Builder::BuildKit => buildkit::build(self, order, events),
            builder @ (Builder::Classic | Builder::Buildah) => classic::build(self, order, builder, events),
        }
    }

    fn image(&self, name: &str) -> Result<Option<ImageFacts>, Error> {
        self.block_on(image::inspect(self, name))
    }

    fn pull(&self, name: &str, within: Duration) -> Result<bool, Error> {
        self.block_on(image::pull(self, name, within))
    }

    fn export(
        &self,
        image: &str,
        read: &mut (dyn FnMut(&mut dyn Read) -> Result<(), Error> + Send),
    ) -> Result<(), Error> {
        image::export(self, image, read)
    }

    fn serve(&self, order: &ServeOrder<'_>) -> Result<ServerEvidence, Error> {
        serve::serve(self, order)
    }

    fn command(&self, order: &CommandOrder<'_>) -> Result<CommandEvidence, Error> {
        command::command(self, order)
    }

    fn run(&self, order: &RunOrder<'_>, events: &mut dyn FnMut(RunEvent)) -> Result<Option<i64>, Error> {
        run::run(self, order, events)
    }

    fn shell(&self, order: &RunOrder<'_>, io: ShellIo) -> Result<ShellEnded, Error> {
        shell::shell(self, order, io)
    }

    fn containers_of(&self, image_id: &str, image_name: &str) -> Result<Vec<ContainerFacts>, Error> {
        self.block_on(listing::containers_of(self, image_id, image_name))
    }

    fn labelled(&self, label: &str, value: Option<&str>) -> Result<Vec<ContainerFacts>, Error> {
        self.block_on(listing::labelled(self, label, value))
    }

    fn remove_container(&self, id: &str) -> Result<(), Error> {
        self.block_on(listing::remove_container(self, id))
    }

    fn remove_image(&self, name: &str) -> Result<bool, Error> {
        self.block_on(image::remove(self, name))
    }
}

/// Returns hex digits that nothing else has: for names of containers and ids of sessions.
pub(super) fn unique() -> String {
    // The standard library seeds each of these from the system's source of randomness.
    let one = || std::hash::RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", one(), one())
}
