//! A container that stays: a registry on this machine.

use super::{
    containers::{self, Network, Plan},
    docker::DockerEngine,
    port::{DetachedOrder, JUDGED_MEMORY},
};
use crate::error::Error;

/// Starts a container of ours in the background, published on 127.0.0.1, and leaves it running. Returns its id.
pub(super) fn start(engine: &DockerEngine, order: &DetachedOrder<'_>) -> Result<String, Error> {
    let publish = (order.port, order.host_port);
    let plan = Plan {
        image: order.image,
        labels: order.labels,
        entrypoint: None,
        cmd: None,
        publish: Some(publish),
        memory: JUDGED_MEMORY,
        terminal: false,
        network: Network::Full,
    };
    let made = containers::make(engine, plan)?;
    engine.block_on(async { Ok(made.start(Some(publish)).await?) })?;
    Ok(made.keep())
}
