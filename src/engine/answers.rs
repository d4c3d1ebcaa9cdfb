//! Which part of this room answers what the rest of the program may ask.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    time::Duration,
};

use super::{
    background, buildkit, classic,
    docker::DockerEngine,
    existing, files, foreground, health, http_probe, image, one_off,
    port::{
        BuildEvent, BuildOrder, CommandProbe, ContainerFacts, DetachedOrder, Engine, FilesOrder, Health, ImageFacts,
        PushEvent, PushOrder, Pushed, RunEvent, RunOrder, ServerProbe, ShellEnded, ShellIo, TrialsOrder,
    },
    push, shell, trials,
};
use crate::{
    check::evidence::{BuildEvidence, Builder, CommandEvidence, EngineFacts, ServerEvidence},
    dockerfile::ImageName,
    error::Error,
    structure::{CommandSeen, FilesSeen},
};

/// The builder for an order: the one that is asked for, where the engine has it.
async fn builder(engine: &DockerEngine, wanted: Option<Builder>) -> Result<Builder, Error> {
    match (wanted, image::default_builder(&image::version(engine).await?)) {
        // Podman has no other; docker passes over DOCKER_BUILDKIT there too.
        (_, Builder::Buildah) => Ok(Builder::Buildah),
        (wanted, own) => Ok(wanted.unwrap_or(own)),
    }
}

impl Engine for DockerEngine {
    fn facts(&self) -> Result<EngineFacts, Error> {
        self.block_on(image::facts(self))
    }

    fn start_detached(&self, order: &DetachedOrder<'_>) -> Result<String, Error> {
        background::start(self, order)
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
        match self.block_on(builder(self, order.builder))? {
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

    fn probe_server(&self, order: &ServerProbe<'_>) -> Result<ServerEvidence, Error> {
        http_probe::probe_server(self, order)
    }

    fn probe_command(&self, order: &CommandProbe<'_>) -> Result<CommandEvidence, Error> {
        one_off::command(self, order)
    }

    fn run_trials(&self, order: &TrialsOrder<'_>) -> Result<BTreeMap<usize, CommandSeen>, Error> {
        trials::run(self, order)
    }

    fn look_at_files(&self, order: &FilesOrder<'_>) -> Result<FilesSeen, Error> {
        files::look(self, order)
    }

    fn run_attached(&self, order: &RunOrder<'_>, events: &mut dyn FnMut(RunEvent)) -> Result<Option<i64>, Error> {
        foreground::run(self, order, events)
    }

    fn shell(&self, order: &RunOrder<'_>, io: ShellIo) -> Result<ShellEnded, Error> {
        shell::shell(self, order, io)
    }

    fn containers_of(&self, images: &[String], files: &BTreeSet<String>) -> Result<Vec<ContainerFacts>, Error> {
        self.block_on(existing::containers_of(self, images, files))
    }

    fn labelled(&self, label: &str, value: Option<&str>) -> Result<Vec<ContainerFacts>, Error> {
        self.block_on(existing::labelled(self, label, value))
    }

    fn remove_container(&self, id: &str) -> Result<(), Error> {
        self.block_on(existing::remove_container(self, id))
    }

    fn remove_image(&self, name: &str) -> Result<bool, Error> {
        self.block_on(image::remove(self, name))
    }
}
