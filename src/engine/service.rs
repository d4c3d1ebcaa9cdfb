//! A container that stays: a registry on this machine.

use super::{
    containers::{self, MEMORY, Plan, Refused},
    docker::DockerEngine,
    port::ServiceOrder,
};
use crate::error::Error;

/// Starts a container of ours in the background, published on 127.0.0.1, and leaves it running. Returns its id.
pub(super) fn start(engine: &DockerEngine, order: &ServiceOrder<'_>) -> Result<String, Error> {
    let publish = (order.port, order.host_port);
    let plan = Plan {
        image: order.image,
        labels: order.labels,
        entrypoint: None,
        cmd: None,
        publish: Some(publish),
        memory: MEMORY,
        terminal: false,
    };
    let told = |refused: Refused| match refused {
        Refused::Start(told) => Error::engine(say!("the container did not start")).cause(told),
        Refused::Engine(error) => error,
    };
    let made = containers::make(engine, plan).map_err(told)?;
    engine
        .block_on(async { Ok(made.start(Some(publish)).await) })?
        .map_err(told)?;
    Ok(made.keep())
}
