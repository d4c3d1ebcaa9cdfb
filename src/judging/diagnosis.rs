//! What the doctor looks at, one finding each; and which findings explain an engine's error.

use crate::{
    check::evidence::{Builder, EngineFacts},
    disk::Workspace,
    dockerfile,
    engine::{
        has_login,
        port::{Engine, Health},
    },
    error::{Error, Kind},
    judging::lab::Lab,
    output::{self, Diagnosis, State, Topic},
    quantity,
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

/// What tells one engine from another.
pub fn identity(lab: &Lab) -> Result<String, Error> {
    let facts = lab.engine()?.facts()?;
    Ok(format!("{} {} {}", facts.endpoint, facts.name, facts.version))
}

/// Looks at everything. An engine that is not there is a finding; one that fails halfway is an error.
pub fn look(lab: &Lab) -> Result<Vec<Diagnosis>, Error> {
    let engine = match lab.engine() {
        Ok(engine) => engine,
        Err(error) => {
            let mut text = error.message().to_owned();
            for cause in error.causes() {
                text.push_str(": ");
                text.push_str(cause);
            }
            let fix = error
                .help_text()
                .unwrap_or(say!("start Docker, or set DOCKER_HOST"))
                .to_owned();
            return Ok(vec![Topic::Engine.found(State::Bad, text).fix(fix)]);
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

fn context(lab: &Lab) -> Diagnosis {
    let settings = &lab.settings;
    let how = lab.target().map(|target| target.how).unwrap_or_default();
    let overridden = settings.docker_host.is_some() && settings.docker_context.is_some();
    if overridden {
        return Topic::Context
            .found(
                State::Note,
                say!("DOCKER_HOST and DOCKER_CONTEXT are both set; DOCKER_HOST is used"),
            )
            .fix(say!("unset the one you do not want"));
    }
    Topic::Context.found(State::Good, say!("found by {how}"; how))
}

fn api(facts: &EngineFacts) -> Diagnosis {
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
        .fix(say!("update the engine"))
}

fn builder(lab: &Lab, facts: &EngineFacts) -> Diagnosis {
    match lab.builder().or(facts.builder) {
        Some(Builder::BuildKit) => Topic::Builder.found(State::Good, "BuildKit"),
        Some(Builder::Classic) => Topic::Builder
            .found(State::Note, say!("the classic one (no here-documents, no RUN --mount)"))
            .fix(say!("unset DOCKER_BUILDKIT, or update the engine")),
        Some(Builder::Buildah) => Topic::Builder.found(State::Good, say!("Podman's Buildah")),
        None => Topic::Builder.found(State::Note, say!("unknown")),
    }
}

fn store(facts: &EngineFacts) -> Diagnosis {
    let store = if facts.containerd_store {
        say!("containerd's")
    } else {
        say!("the classic one")
    };
    Topic::Store.found(State::Good, format!("{store}, {}", facts.storage))
}

fn machine(facts: &EngineFacts) -> Diagnosis {
    let memory = quantity::size(facts.memory);
    if facts.memory > 0 && facts.memory < MEMORY {
        return Topic::Machine
            .found(State::Note, say!("{memory} for all containers is not much"; memory))
            .fix(say!(
                "give the engine at least 2 GB (Docker Desktop: Settings, Resources)"
            ));
    }
    let processors = quantity::count(usize::try_from(facts.cpus).unwrap_or(0), "processor");
    Topic::Machine.found(State::Good, format!("{}, {processors}, {memory}", facts.platform))
}

fn disk(health: &Health) -> Diagnosis {
    let Some(free) = health.free else {
        return Topic::Disk.found(
            State::Good,
            say!("the free space cannot be seen from here; `docker system df` shows what is used"),
        );
    };
    let size = quantity::size(free);
    let text = say!("{size} free for images and containers"; size);
    let fix = say!("free unused data with `docker system prune`; `docker system df` shows what uses the space");
    match free {
        0..FULL => Topic::Disk.found(State::Bad, text).fix(fix),
        FULL..TIGHT => Topic::Disk.found(State::Note, text).fix(fix),
        _ => Topic::Disk.found(State::Good, text),
    }
}

fn clock(health: &Health) -> Diagnosis {
    match health.ahead {
        None => Topic::Clock.found(State::Note, say!("the engine does not report its time")),
        Some(ahead) if ahead.abs() <= SKEW => {
            Topic::Clock.found(State::Good, say!("the engine's clock agrees with this machine's"))
        }
        Some(ahead) => {
            #[expect(clippy::cast_precision_loss, reason = "differences of seconds are small")]
            let apart = quantity::seconds(ahead.abs() as f64);
            let text = if ahead > 0 {
                say!("the engine's clock is {apart} ahead: packages and certificates may be rejected"; apart)
            } else {
                say!("the engine's clock is {apart} behind: packages and certificates may be rejected"; apart)
            };
            Topic::Clock
                .found(State::Bad, text)
                .fix(say!("set this machine's clock, or restart Docker Desktop"))
        }
    }
}

fn ports(lab: &Lab) -> Vec<Diagnosis> {
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
                    say!("{port} is already in use on this machine ({error})"; port, error),
                )
                .fix(say!(
                    "use `dockerlab run --port {}`; checks choose a free port themselves",
                    port.wrapping_add(1)
                )),
        })
        .collect()
}

fn proxy(lab: &Lab, health: &Health) -> Option<Diagnosis> {
    let here: Vec<&str> = lab
        .settings
        .proxies
        .iter()
        .map(String::as_str)
        .filter(|name| !name.eq_ignore_ascii_case("no_proxy"))
        .collect();
    match (here.is_empty(), health.has_proxy) {
        (true, false) => None,
        (_, true) => Some(Topic::Proxy.found(State::Good, say!("the engine uses a proxy"))),
        (false, false) => Some(
            Topic::Proxy
                .found(
                    State::Note,
                    say!("this shell uses a proxy ({}), the engine does not", here.join(", ")),
                )
                .fix(say!(
                    "if images cannot be pulled, set the proxy for the engine: in Docker Desktop under Settings, Resources, Proxies, or with HTTPS_PROXY in the environment of the service"
                )),
        ),
    }
}

fn bases(lab: &Lab, engine: &dyn Engine, health: &Health) -> Result<Vec<Diagnosis>, Error> {
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
            found.push(Topic::Bases.found(State::Good, say!("{base} is on the engine"; base)));
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
        finding.fix(say!(
            "if Docker Hub answers `toomanyrequests`: it limits pulls per address, and allows more after `docker login`"
        ))
    } else {
        finding
    });
    Ok(found)
}

/// Looks the engine over before a workspace's first build on it. Told is only what something can be done about.
///
/// # Errors
/// When the engine fails.
pub fn before_the_first_build(lab: &Lab, workspace: &Workspace) -> Result<Vec<Diagnosis>, Error> {
    let identity = identity(lab)?;
    if workspace.examined().as_deref() == Some(identity.as_str()) {
        return Ok(Vec::new());
    }
    let mut found = look(lab)?;
    found.retain(|finding| finding.state != State::Good && finding.fix.is_some());
    workspace.set_examined(&identity)?;
    Ok(found)
}

/// Findings as lines.
pub fn lines(lab: &Lab, found: &[Diagnosis]) -> Vec<String> {
    let mut told = Vec::new();
    // Writing to memory does not fail.
    output::diagnoses(&mut told, found, lab.settings.columns, lab.style()).ok();
    String::from_utf8_lossy(&told).lines().map(str::to_owned).collect()
}

/// An engine's error with what the doctor finds on it, so that its cause is not left to be guessed.
pub fn explained(lab: &Lab, error: Error) -> Error {
    let Some(topics) = topics(&error) else { return error };
    let Ok(found) = look(lab) else { return error };
    let matching = found
        .into_iter()
        .find(|finding| finding.state != State::Good && topics.contains(&finding.topic));
    match matching {
        None => error,
        Some(finding) => {
            let error = error.cause(say!("dockerlab doctor, {}: {}", finding.what, finding.text));
            match finding.fix {
                Some(fix) => error.help(fix),
                None => error,
            }
        }
    }
}

/// What an engine's error may come from, by its words; none where the doctor would know nothing of it.
fn topics(error: &Error) -> Option<&'static [Topic]> {
    if error.kind() != Kind::Engine {
        return None;
    }
    let words = error.to_string().to_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if says(&["no space left"]) {
        Some(&[Topic::Disk])
    } else if says(&["toomanyrequests", "rate limit", "pull access denied"]) {
        Some(&[Topic::Bases])
    } else if says(&["not yet valid", "not valid yet", "certificate has expired"]) {
        Some(&[Topic::Clock])
    } else if says(&[
        "no such host",
        "i/o timeout",
        "dial tcp",
        "proxyconnect",
        "tls handshake",
        "unreachable",
    ]) {
        Some(&[Topic::Proxy, Topic::Clock])
    } else if says(&["already allocated", "address already in use", "is taken"]) {
        Some(&[Topic::Ports])
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_apart_by_its_words() {
        let topics = |text: &str| topics(&Error::engine("the build failed").cause(text)).map(<[Topic]>::to_vec);
        assert_eq!(topics("write /x: no space left on device"), Some(vec![Topic::Disk]));
        assert_eq!(topics("toomanyrequests: slow down"), Some(vec![Topic::Bases]));
        assert_eq!(
            topics("dial tcp: lookup x: no such host"),
            Some(vec![Topic::Proxy, Topic::Clock])
        );
        assert_eq!(topics("x509: certificate is not yet valid"), Some(vec![Topic::Clock]));
        assert_eq!(topics("a syntax error"), None);
        assert_eq!(super::topics(&Error::usage("no space left on device")), None);
    }
}
