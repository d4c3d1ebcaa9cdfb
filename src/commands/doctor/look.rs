//! What the doctor looks at, a finding each.

use crate::{
    check::evidence::{Builder, EngineFacts},
    commands::lab::Lab,
    dockerfile,
    engine::{
        DockerEngine, has_login,
        port::{Engine, Health},
    },
    error::Error,
    words,
};

/// Free bytes below which a course's images may not fit.
const TIGHT: u64 = 4_000_000_000;
/// Free bytes below which the first build fails.
const FULL: u64 = 1_000_000_000;
/// Memory that the course's containers and builds need at least.
const MEMORY: u64 = 1_500_000_000;
/// Seconds that clocks may differ by before package lists and certificates are refused.
const SKEW: i64 = 120;
/// The oldest minor version of the API (1.x) that is spoken.
const OLDEST_API: u32 = 40;

/// How good a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// The course does not work with it.
    Bad,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Engine,
    Context,
    Api,
    Builder,
    Store,
    Machine,
    Disk,
    Clock,
    Ports,
    Proxy,
    Bases,
}

/// One line of the doctor's.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) topic: Topic,
    pub(super) state: State,
    /// What it is about, as it is shown.
    pub(super) what: &'static str,
    pub(super) text: String,
    /// What to do about it.
    pub(super) mend: Option<String>,
}

impl Topic {
    fn shown(self) -> &'static str {
        match self {
            Self::Engine => say!("engine"),
            Self::Context => say!("context"),
            Self::Api => say!("API"),
            Self::Builder => say!("builder"),
            Self::Store => say!("image store"),
            Self::Machine => say!("machine"),
            Self::Disk => say!("disk"),
            Self::Clock => say!("clock"),
            Self::Ports => say!("port"),
            Self::Proxy => say!("proxy"),
            Self::Bases => say!("base image"),
        }
    }

    fn found(self, state: State, text: impl Into<String>) -> Finding {
        Finding {
            topic: self,
            state,
            what: self.shown(),
            text: text.into(),
            mend: None,
        }
    }
}

impl Finding {
    fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }
}

/// What tells one engine from another.
pub(super) fn identity(lab: &Lab) -> Result<String, Error> {
    let facts = lab.engine()?.facts()?;
    Ok(format!("{} {} {}", facts.endpoint, facts.name, facts.version))
}

/// Looks at everything. An engine that is not there is a finding; one that fails halfway is an error.
pub(super) fn look(lab: &Lab) -> Result<Vec<Finding>, Error> {
    let engine = match lab.engine() {
        Ok(engine) => engine,
        Err(error) => {
            let mut text = error.message().to_owned();
            for cause in error.causes() {
                text.push_str(": ");
                text.push_str(cause);
            }
            let mend = error
                .help_text()
                .unwrap_or(say!("start Docker, or set DOCKER_HOST"))
                .to_owned();
            return Ok(vec![Topic::Engine.found(State::Bad, text).mend(mend)]);
        }
    };
    let facts = engine.facts()?;
    let health = engine.health()?;
    let mut found = vec![
        Topic::Engine.found(
            State::Good,
            format!("{} {}, {}", facts.name, facts.version, facts.endpoint),
        ),
        context(lab),
        api(&facts),
        builder(lab, &facts),
        store(&facts),
        machine(&facts),
    ];
    found.push(disk(&health));
    found.push(clock(&health));
    found.extend(ports(lab));
    found.extend(proxy(lab, &health));
    found.extend(bases(lab, engine, &health)?);
    Ok(found)
}

fn context(lab: &Lab) -> Finding {
    let settings = &lab.settings;
    let how = lab.target().map(|target| target.how).unwrap_or_default();
    let overridden = settings.docker_host.is_some() && settings.docker_context.is_some();
    if overridden {
        return Topic::Context
            .found(
                State::Note,
                say!("DOCKER_HOST and DOCKER_CONTEXT are both set; DOCKER_HOST decides"),
            )
            .mend(say!("unset the one that is not meant"));
    }
    Topic::Context.found(State::Good, say!("found by {how}"; how))
}

fn api(facts: &EngineFacts) -> Finding {
    let minor = facts
        .api
        .split_once('.')
        .and_then(|(_, minor)| minor.parse::<u32>().ok())
        .unwrap_or(0);
    if minor >= OLDEST_API {
        return Topic::Api.found(State::Good, &facts.api);
    }
    Topic::Api
        .found(
            State::Bad,
            say!("{} is older than 1.{OLDEST_API}", facts.api; OLDEST_API),
        )
        .mend(say!("update the engine"))
}

fn builder(lab: &Lab, facts: &EngineFacts) -> Finding {
    match lab.builder().or(facts.builder) {
        Some(Builder::BuildKit) => Topic::Builder.found(State::Good, "BuildKit"),
        Some(Builder::Classic) => Topic::Builder
            .found(State::Note, say!("the classic one (no here-documents, no RUN --mount)"))
            .mend(say!("unset DOCKER_BUILDKIT, or update the engine")),
        Some(Builder::Buildah) => Topic::Builder.found(State::Good, say!("Buildah, Podman's")),
        None => Topic::Builder.found(State::Note, say!("unknown")),
    }
}

fn store(facts: &EngineFacts) -> Finding {
    let store = if facts.containerd_store {
        say!("containerd's")
    } else {
        say!("the classic one")
    };
    Topic::Store.found(State::Good, format!("{store}, {}", facts.storage))
}

fn machine(facts: &EngineFacts) -> Finding {
    let memory = words::size(facts.memory);
    if facts.memory > 0 && facts.memory < MEMORY {
        return Topic::Machine
            .found(State::Note, say!("{memory} for all containers is little"; memory))
            .mend(say!(
                "give the engine at least 2 GB (Docker Desktop: Settings, Resources)"
            ));
    }
    let processors = words::count(usize::try_from(facts.cpus).unwrap_or(0), "processor");
    Topic::Machine.found(State::Good, format!("{}, {processors}, {memory}", facts.platform))
}

fn disk(health: &Health) -> Finding {
    let Some(free) = health.free else {
        return Topic::Disk.found(
            State::Good,
            say!("what is free cannot be seen from here; `docker system df` shows what is used"),
        );
    };
    let size = words::size(free);
    let text = say!("{size} free for images and containers"; size);
    let mend = say!("`docker system prune` frees what nothing uses; `docker system df` shows what takes the room");
    match free {
        0..FULL => Topic::Disk.found(State::Bad, text).mend(mend),
        FULL..TIGHT => Topic::Disk.found(State::Note, text).mend(mend),
        _ => Topic::Disk.found(State::Good, text),
    }
}

fn clock(health: &Health) -> Finding {
    match health.ahead {
        None => Topic::Clock.found(State::Note, say!("the engine does not tell its time")),
        Some(ahead) if ahead.abs() <= SKEW => {
            Topic::Clock.found(State::Good, say!("the engine's agrees with this one"))
        }
        Some(ahead) => {
            #[expect(clippy::cast_precision_loss, reason = "differences of seconds are small")]
            let apart = words::seconds(ahead.abs() as f64);
            let text = if ahead > 0 {
                say!("the engine's is {apart} ahead: packages and certificates may be refused"; apart)
            } else {
                say!("the engine's is {apart} behind: packages and certificates may be refused"; apart)
            };
            Topic::Clock
                .found(State::Bad, text)
                .mend(say!("set this machine's clock, or restart Docker Desktop"))
        }
    }
}

fn ports(lab: &Lab) -> Vec<Finding> {
    let mut ports: Vec<u16> = lab.course.tasks.iter().map(|task| task.port).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
        .into_iter()
        .map(|port| match std::net::TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => Topic::Ports.found(State::Good, say!("{port} is free on this machine"; port)),
            Err(error) => Topic::Ports
                .found(
                    State::Note,
                    say!("{port} is taken on this machine ({error})"; port, error),
                )
                .mend(say!(
                    "`dockerlab run --port {}`; checks choose a free port by themselves",
                    port.wrapping_add(1)
                )),
        })
        .collect()
}

fn proxy(lab: &Lab, health: &Health) -> Option<Finding> {
    let here: Vec<&str> = lab
        .settings
        .proxies
        .iter()
        .map(String::as_str)
        .filter(|name| !name.eq_ignore_ascii_case("no_proxy"))
        .collect();
    match (here.is_empty(), health.has_proxy) {
        (true, false) => None,
        (_, true) => Some(Topic::Proxy.found(State::Good, say!("the engine fetches through one"))),
        (false, false) => Some(
            Topic::Proxy
                .found(
                    State::Note,
                    say!("this shell uses one ({}), the engine none", here.join(", ")),
                )
                .mend(say!(
                    "if images cannot be fetched, give the engine the proxy: Docker Desktop, Settings, Resources, Proxies; \
                     or HTTPS_PROXY in the service's environment"
                )),
        ),
    }
}

fn bases(lab: &Lab, engine: &DockerEngine, health: &Health) -> Result<Vec<Finding>, Error> {
    let mut bases: Vec<String> = lab
        .course
        .tasks
        .iter()
        .filter_map(|task| task.solutions.first())
        .filter_map(|(_, text)| {
            let parsed = dockerfile::parse(text);
            Some(dockerfile::final_image(&parsed, None)?.base.value)
        })
        .collect();
    bases.dedup();
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for base in bases {
        if engine.image(&base)?.is_some() {
            found.push(Topic::Bases.found(State::Good, say!("{base} is at hand"; base)));
        } else {
            missing.push(base);
        }
    }
    let Some((last, others)) = missing.split_last() else {
        return Ok(found);
    };
    let absent = |base: &String| say!("{base} is not here yet; the first build pulls it"; base);
    found.extend(others.iter().map(|base| Topic::Bases.found(State::Note, absent(base))));
    let target = lab.target().ok().and_then(|target| target.config_dir);
    let login = target.and_then(|folder| has_login(&folder, "docker.io"));
    let finding = Topic::Bases.found(State::Note, absent(last));
    found.push(if login == Some(false) && health.mirrors == 0 {
        finding.mend(say!(
            "should Docker Hub refuse with `toomanyrequests`: it limits pulls by address, less so after `docker login`"
        ))
    } else {
        finding
    });
    Ok(found)
}
