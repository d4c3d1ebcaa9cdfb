//! The engine itself: its runtime, its connections, and the bounds of asking it.

use std::{
    hash::{BuildHasher as _, Hasher as _},
    sync::OnceLock,
    time::Duration,
};

use bollard::{API_DEFAULT_VERSION, Docker, errors::Error as Refusal};
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;

use super::{
    client::Target,
    connection::Connector,
    errors::{self, slow},
    requests,
};
use crate::{error::Error, interrupt::Interrupt};

/// How long one request may take, builds, pulls and what waits for a container excepted.
pub(super) const REQUEST: Duration = Duration::from_mins(2);
/// How long uploading a build context and the wait for the first word of a build may take.
pub(super) const BUILD: Duration = Duration::from_hours(1);
/// How long tidying up after an error may take.
const TIDY: Duration = Duration::from_secs(30);
/// How long it may take once the person wants to stop: a busy engine needs seconds to remove a container. Asking again
/// leaves the rest to `clean`.
const TIDY_SOON: Duration = Duration::from_secs(8);
/// How long work that must not be left half done goes on after the person wants to stop.
const MOMENT: Duration = Duration::from_millis(400);
/// How often the wish to stop is looked at.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// Gets ready to ask the engine at `target`. Nothing is asked yet.
///
/// # Errors
/// When the address is none, or certificates for TLS cannot be read.
pub fn open(target: &Target, interrupt: Interrupt) -> Result<DockerEngine, Error> {
    let connector = Connector::new(target.address.clone())?;
    let docker = Docker::connect_with_custom_transport(
        requests::transport(connector.clone()),
        Some("http://docker"),
        REQUEST.as_secs(),
        API_DEFAULT_VERSION,
    )
    .map_err(|refusal| errors::refused(target, say!("cannot prepare the connection to the engine"), &refusal))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::engine(say!("cannot start the async runtime")).cause(error))?;
    Ok(DockerEngine {
        docker,
        connector,
        target: target.clone(),
        interrupt,
        abilities: OnceLock::new(),
        runtime: Some(runtime),
    })
}

/// What an engine can limit of a container.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Abilities {
    /// Processor time. Podman's rootless engines often lack the right, and then start nothing.
    pub(super) cpu_quota: bool,
    /// What it writes: the storage is of a kind that may be set up for it.
    pub(super) disk_limit: bool,
}

/// A Docker engine, or one that is compatible with it.
pub struct DockerEngine {
    pub(super) docker: Docker,
    pub(super) connector: Connector,
    pub(super) target: Target,
    pub(super) interrupt: Interrupt,
    /// What it can limit of a container, once it was asked.
    pub(super) abilities: OnceLock<Abilities>,
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
            .field("endpoint", &self.target.endpoint)
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
        request: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Error> {
        self.try_ask(what, request)
            .await?
            .map_err(|refusal| self.refused(what, &refusal))
    }

    /// As [`Self::ask`], for a caller that looks at the refusal.
    pub(super) async fn try_ask<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<Result<T, Refusal>, Error> {
        bounded(what, request, self.stop_asked()).await
    }

    /// Asks for a whole answer, of which only the fields of `T` are looked at.
    pub(super) async fn get<T: DeserializeOwned>(&self, what: &str, path: &str) -> Result<Result<T, Refusal>, Error> {
        self.try_ask(what, requests::get(&self.connector, path, &[])).await
    }

    /// Asks one thing that must not be left half done, such as making a container: bounded, and given up only a moment
    /// after the person wants to stop.
    pub(super) async fn insist<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<Result<T, Refusal>, Error> {
        let stop = async {
            self.stop_asked().await;
            tokio::time::sleep(MOMENT).await;
        };
        bounded(what, request, stop).await
    }

    /// Ends when the person wants to stop.
    pub(super) async fn stop_asked(&self) {
        while !self.interrupt.is_asked() {
            tokio::time::sleep(TICK).await;
        }
    }

    /// What the engine answers, or nothing where it refuses: what is asked for may be gone by then, or it cannot tell, and
    /// that is no fault of the learner's.
    pub(super) fn or_nothing<T>(&self, what: &str, answer: Result<T, Refusal>) -> Result<Option<T>, Error> {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(refusal) if errors::status(&refusal).is_some() => Ok(None),
            Err(refusal) => Err(self.refused(what, &refusal)),
        }
    }

    /// The error for a refusal of this engine.
    pub(super) fn refused(&self, what: &str, refusal: &Refusal) -> Error {
        errors::refused(&self.target, what, refusal)
    }

    /// Tidies up, whatever the person wants and whatever happened before; what fails is left to `clean`, which finds
    /// it by its label.
    pub(super) fn tidy(&self, work: impl Future<Output = ()>) {
        let is_late = async {
            let begun = tokio::time::Instant::now();
            loop {
                let within = if self.interrupt.is_asked() { TIDY_SOON } else { TIDY };
                if begun.elapsed() >= within || self.interrupt.is_urgent() && begun.elapsed() >= MOMENT {
                    return;
                }
                tokio::time::sleep(TICK).await;
            }
        };
        if let Some(runtime) = &self.runtime {
            runtime.block_on(async {
                tokio::select! {
                    () = work => (),
                    () = is_late => (),
                }
            });
        }
    }
}

/// Returns hex digits that nothing else has: for names of containers and ids of sessions.
pub(super) fn unique() -> String {
    // The standard library seeds each of these from the system's source of randomness.
    let one = || std::hash::RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", one(), one())
}
/// An answer that comes in time and before `stop`.
async fn bounded<T>(
    what: &str,
    request: impl Future<Output = Result<T, Refusal>>,
    stop: impl Future<Output = ()>,
) -> Result<Result<T, Refusal>, Error> {
    tokio::select! {
        answer = tokio::time::timeout(REQUEST, request) => answer.map_err(|_| slow(what)),
        () = stop => Err(Error::interrupted()),
    }
}
