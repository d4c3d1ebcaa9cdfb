//! `dockerlab registry`: a registry on this machine, so that a push needs no account.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use clap::Subcommand;

use crate::{
    disk::{RegistryFolder, Workspace},
    engine::port::{ContainerFacts, DetachedOrder, Engine, REGISTRY_LABEL},
    error::Error,
    exit::ExitStatus,
    judging::{Lab, leftovers, short},
};

/// The registry's image.
const IMAGE: &str = "registry:2";
/// The port that it serves on in its container.
const INSIDE: u16 = 5000;
/// How long its image may take to arrive.
const PULL: Duration = Duration::from_mins(3);
/// How long it may take to answer.
const READY: Duration = Duration::from_secs(20);

/// Run a registry on this machine, for pushing without an account
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab registry up\n  dockerlab push 1 --to 127.0.0.1:5000/lab\n  dockerlab registry down\n\nIt is a container of registry:2 if that image can be pulled, or else this machine's docker-registry program. Only this machine can reach it, and it needs no login."
)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Start the registry
    Up {
        /// Its port on this machine
        #[arg(short, long, default_value_t = 5000)]
        port: u16,
    },
    /// Stop it; what you pushed is kept for the next time if docker-registry runs as a program
    Down,
    /// Show whether it is running, and where
    Status,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    match args.verb {
        Verb::Up { port } => up(lab, &workspace, port),
        Verb::Down => down(lab, &workspace),
        Verb::Status => status(lab, &workspace),
    }
}

fn up(lab: &Lab, workspace: &Workspace, port: u16) -> Result<ExitStatus, Error> {
    let mut out = lab.out();
    let folder = RegistryFolder::of(workspace);
    if let Some(at) = running(lab, workspace, &folder)? {
        writeln!(out, "{}", say!("A registry is already running at {at}."; at))?;
        return Ok(ExitStatus::Done);
    }
    if answers(port) {
        return Err(
            Error::usage(say!("port {port} on this machine is already in use"; port)).help(say!(
                "stop the program that uses it, or choose another port with `--port`"
            )),
        );
    }
    let engine = lab.engine()?;
    let has_image = engine.image(IMAGE)?.is_some() || {
        lab.say(&say!("Pulling {IMAGE}."; IMAGE));
        engine.pull(IMAGE, PULL)?
    };
    let how = if has_image {
        let mut labels = vec![
            (REGISTRY_LABEL.to_owned(), lab.identified(workspace)?.workspace),
            ("dockerlab.registry.port".to_owned(), port.to_string()),
        ];
        labels.extend(leftovers::place_labels(&lab.place(workspace)));
        let order = DetachedOrder {
            image: IMAGE,
            port: INSIDE,
            host_port: port,
            labels: &labels,
        };
        let id = engine.start_detached(&order)?;
        say!("the container {}", short(&id))
    } else {
        lab.say(&say!("{IMAGE} cannot be pulled; trying docker-registry on this machine."; IMAGE));
        folder.start(port)?;
        say!("docker-registry on this machine").to_owned()
    };
    let end = Instant::now() + READY;
    while !answers(port) {
        if Instant::now() >= end || lab.interrupt.is_asked() {
            drop(down(lab, workspace));
            if lab.interrupt.is_asked() {
                return Err(Error::interrupted());
            }
            return Err(Error::engine(say!("the registry did not start")).help(say!("see `.dockerlab/registry/log`")));
        }
        lab.edges.clock.sleep(Duration::from_millis(100));
    }
    writeln!(
        out,
        "{}",
        say!("A registry is running at 127.0.0.1:{port} ({how})."; port, how)
    )?;
    let push = format!("dockerlab push --to 127.0.0.1:{port}/lab");
    writeln!(
        out,
        "{}",
        say!(
            "Push to it with {}, and stop it with {}.",
            lab.style().code(push),
            lab.style().code("dockerlab registry down")
        )
    )?;
    Ok(ExitStatus::Done)
}

fn down(lab: &Lab, workspace: &Workspace) -> Result<ExitStatus, Error> {
    let mut out = lab.out();
    let folder = RegistryFolder::of(workspace);
    let mut stopped = folder.stop()?;
    // Without an engine there is no container to stop.
    if let Ok(engine) = lab.engine() {
        for container in containers(lab, workspace, engine)? {
            engine.remove_container(&container.id)?;
            stopped = true;
        }
    }
    writeln!(
        out,
        "{}",
        if stopped {
            say!("The registry was stopped.")
        } else {
            say!("No registry is running.")
        }
    )?;
    Ok(ExitStatus::Done)
}

fn status(lab: &Lab, workspace: &Workspace) -> Result<ExitStatus, Error> {
    let mut out = lab.out();
    match running(lab, workspace, &RegistryFolder::of(workspace))? {
        Some(at) => writeln!(out, "{}", say!("A registry is running at {at}."; at))?,
        None => writeln!(out, "{}", say!("No registry is running."))?,
    }
    Ok(ExitStatus::Done)
}

/// Where ours runs: the program, or a container.
fn running(lab: &Lab, workspace: &Workspace, folder: &RegistryFolder) -> Result<Option<String>, Error> {
    if let Some(port) = folder.running() {
        return Ok(Some(format!("127.0.0.1:{port}")));
    }
    let Ok(engine) = lab.engine() else { return Ok(None) };
    let found = containers(lab, workspace, engine)?;
    Ok(found.iter().find(|container| container.running).and_then(|container| {
        let (_, port) = container
            .labels
            .iter()
            .find(|(name, _)| name == "dockerlab.registry.port")?;
        Some(format!("127.0.0.1:{port}"))
    }))
}

/// The registries that were started for this very workspace: a copy of it has its own.
fn containers(lab: &Lab, workspace: &Workspace, engine: &dyn Engine) -> Result<Vec<ContainerFacts>, Error> {
    let progress = lab.progress(workspace)?;
    let place = lab.place(workspace);
    let mut found = engine.labelled(REGISTRY_LABEL, Some(&progress.workspace))?;
    found.retain(|container| leftovers::is_from(&container.labels, &place));
    if let Some(former) = leftovers::former_id(&progress, workspace) {
        found.extend(engine.labelled(REGISTRY_LABEL, Some(former))?);
    }
    Ok(found)
}

/// Whether something listens there.
fn answers(port: u16) -> bool {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    std::net::TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}
