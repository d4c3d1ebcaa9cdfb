//! A container that should answer over HTTP: started, asked, looked at, removed.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, body::Incoming};
use hyper_util::rt::TokioIo;

use super::{
    ask_inside::{self, Inside},
    containers::{self, Network, OwnContainer, Plan, Refused},
    docker::{DockerEngine, TICK},
    port::{JUDGED_MEMORY, ServerProbe},
    proc_files::{command_line, effective_user, listening},
    text::clean_text,
};
use crate::{
    check::evidence::{FrozenEvidence, HealthEvidence, HttpAnswer, ServerEvidence, StopEvidence},
    error::Error,
};

/// Bytes of a body that are kept.
const BODY: usize = 64 * 1024;
/// Bytes of a health check's output that are kept.
const CHECK_OUTPUT: usize = 4096;
/// How long a body may take once its answer has begun.
const BODY_TIME: Duration = Duration::from_secs(5);
/// How long a server may answer so before no other answer is expected.
const ONLY_ERRORS: Duration = Duration::from_secs(15);
/// How long the first question waits for its answer: one that was lost while the server started is asked again.
const FIRST_ASK: Duration = Duration::from_secs(6);
/// How often a silent container is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How long somebody listens unheard before the way from here is taken to be closed, and they are asked from inside.
const UNHEARD: Duration = Duration::from_secs(3);
/// How long nothing but the container's own loopback may be served before no more is expected.
const ONLY_ITSELF: Duration = Duration::from_secs(4);
/// How long nothing but IPv6 may be served before no more is expected.
const ONLY_IPV6: Duration = Duration::from_secs(15);
/// How long nothing but other ports may be served before no more is expected.
const OTHER_PORTS: Duration = Duration::from_secs(10);
/// Answers from here on are asked for again: a server may answer so while it starts.
const SERVER_ERROR: u16 = 500;

pub(super) fn probe_server(engine: &DockerEngine, order: &ServerProbe<'_>) -> Result<ServerEvidence, Error> {
    let plan = Plan {
        image: order.image,
        labels: order.labels,
        entrypoint: None,
        cmd: None,
        publish: Some((order.port, 0)),
        memory: JUDGED_MEMORY,
        terminal: false,
        network: Network::Published,
    };
    let mut evidence = ServerEvidence {
        waited_ms: millis(order.within),
        ..ServerEvidence::default()
    };
    let made = match containers::make(engine, plan) {
        Ok(made) => made,
        Err(Refused::Start(told)) => {
            evidence.start_error = Some(told);
            return Ok(evidence);
        }
        Err(Refused::Engine(error)) => return Err(error),
    };
    let is_near = engine.target.address.may_be_local();
    engine.block_on(watch(&made, order, is_near, &mut evidence))?;
    Ok(evidence)
}

/// Whether an answer shows that the server is ready: an error of its own may be gone a moment later.
fn is_ready(answer: &HttpAnswer) -> bool {
    answer.status < SERVER_ERROR
}

/// Starts the container, asks until it answers or the time is over, and looks at it. `is_near` is whether the port that
/// it publishes may be reached from this machine.
async fn watch(
    made: &OwnContainer<'_>,
    order: &ServerProbe<'_>,
    is_near: bool,
    evidence: &mut ServerEvidence,
) -> Result<(), Error> {
    match made.start(None).await {
        Ok(()) => {}
        Err(Refused::Start(told)) => {
            evidence.start_error = Some(told);
            return Ok(());
        }
        Err(Refused::Engine(error)) => return Err(error),
    }
    let started = Instant::now();
    let end = started + order.within;
    let mut port = None;
    let mut silence = Silence::new(order.port);
    let mut ask_for = FIRST_ASK;
    loop {
        let (running, code) = made.state().await?;
        evidence.running = running;
        evidence.exit_code = code;
        if !running {
            break;
        }
        if port.is_none() && is_near {
            port = made.published(order.port).await?;
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        let mut answer = match port {
            Some(port) => ask_while_running(made, port, order.path, &mut ask_for, left).await?,
            None => None,
        };
        if answer.is_none() && silence.is_unheard(made).await? {
            // Something listens where it could be reached, and the way from here to it is closed.
            match ask_inside::ask(made, order.port, order.path).await? {
                Inside::Answered(inside) => answer = Some(inside),
                Inside::Silent => {}
                // Where the connection was taken, the way is open, and it is the server that says nothing.
                Inside::NoProgram if ask_for > FIRST_ASK => {}
                Inside::NoProgram => return Err(out_of_reach(&made.engine.target.endpoint)),
            }
        }
        if let Some(answer) = answer {
            let is_ready = is_ready(&answer);
            evidence.answer = Some(answer);
            if is_ready {
                evidence.ready_after_ms = Some(millis(started.elapsed()));
                break;
            }
            let first = *evidence.ready_after_ms.get_or_insert(millis(started.elapsed()));
            if started.elapsed() >= Duration::from_millis(first) + ONLY_ERRORS {
                break;
            }
        } else if silence.is_final() {
            break;
        }
        tokio::time::sleep(TICK * 2).await;
    }
    if evidence.running {
        Box::pin(look(made, evidence)).await?;
        if let Some(within) = order.health {
            let mut found = health(made, started, within).await?;
            if let Some(within) = order.frozen.filter(|_| found.status == "healthy") {
                found.frozen = Some(frozen(made, within).await?);
            }
            evidence.health = Some(found);
        }
        if let Some(within) = order.stop {
            evidence.stopped = Some(stop(made, within).await?);
        }
    }
    evidence.log = made.log_tail().await?;
    Ok(())
}

/// Waits until the container is healthy, or as long as it may take. One that is unhealthy may recover.
async fn health(made: &OwnContainer<'_>, started: Instant, within: Duration) -> Result<HealthEvidence, Error> {
    loop {
        let state = made.inspect().await?.state;
        let found = state.health.unwrap_or_default();
        let last = found.log.as_ref().and_then(|log| log.last());
        let status = match found.status.as_str() {
            "" | "none" => "none",
            "healthy" => "healthy",
            "unhealthy" => "unhealthy",
            _ => "starting",
        };
        if !state.running || matches!(status, "none" | "healthy") || started.elapsed() >= within {
            let output = last.and_then(|last| last.output.as_deref()).unwrap_or_default();
            let output = clean_text(output.as_bytes(), CHECK_OUTPUT);
            let lines: Vec<String> = output.lines().map(str::to_owned).collect();
            return Ok(HealthEvidence {
                status: status.to_owned(),
                after_ms: millis(started.elapsed()),
                exit_code: last.and_then(|last| last.exit_code),
                output: lines[lines.len().saturating_sub(10)..].to_vec(),
                frozen: None,
            });
        }
        tokio::time::sleep(TICK * 5).await;
    }
}

/// Freezes a healthy container, waits until it is unhealthy or as long as that may take, and lets it go on.
async fn frozen(made: &OwnContainer<'_>, within: Duration) -> Result<FrozenEvidence, Error> {
    made.freeze(true).await?;
    let since = Instant::now();
    let found = loop {
        let state = made.inspect().await?.state;
        let status = state.health.unwrap_or_default().status;
        if status == "unhealthy" || !state.running || since.elapsed() >= within {
            break FrozenEvidence {
                status,
                after_ms: millis(since.elapsed()),
            };
        }
        tokio::time::sleep(TICK * 5).await;
    };
    made.freeze(false).await?;
    Ok(found)
}

/// Asks the container to stop as `docker stop` does, and kills it where it does not.
async fn stop(made: &OwnContainer<'_>, within: Duration) -> Result<StopEvidence, Error> {
    let asked = Instant::now();
    made.ask_to_stop().await?;
    let ended = made.ended(within).await?;
    let after_ms = millis(asked.elapsed());
    if ended.is_none() {
        made.kill().await;
    }
    Ok(StopEvidence {
        // As docker reports what it killed.
        exit_code: ended.unwrap_or(128 + 9),
        after_ms,
    })
}

/// Tells a server that listens where nobody reaches it from one that is still starting.
struct Silence {
    port: u16,
    looked: Instant,
    heard: Vec<String>,
    since: Instant,
}

impl Silence {
    fn new(port: u16) -> Self {
        let now = Instant::now();
        Self {
            port,
            looked: now,
            heard: Vec::new(),
            since: now,
        }
    }

    /// Looks again when it is time to; returns whether somebody who listens where a published port leads to has not been
    /// heard for long enough.
    async fn is_unheard(&mut self, made: &OwnContainer<'_>) -> Result<bool, Error> {
        if self.looked.elapsed() < LOOK {
            return Ok(false);
        }
        let tables = made.look(&["cat", "/proc/net/tcp", "/proc/net/tcp6"]).await?;
        self.looked = Instant::now();
        let heard = tables.as_deref().map(listening).unwrap_or_default();
        if heard != self.heard {
            self.heard = heard;
            self.since = self.looked;
        }
        Ok(is_reachable(&self.heard, self.port) && self.since.elapsed() >= UNHEARD)
    }

    /// Whether the same addresses, none of which can answer, have been listened on for long enough.
    fn is_final(&self) -> bool {
        patience(&self.heard, self.port).is_some_and(|patience| self.since.elapsed() >= patience)
    }
}

/// The error for a server that can be asked neither from here nor from inside its container.
fn out_of_reach(endpoint: &str) -> Error {
    Error::engine(say!("the container cannot be reached from this machine"))
        .cause(say!(
            "its port is published on 127.0.0.1 of the engine's machine ({endpoint}), and its image has no python3, curl, bash or nc for a request from inside"; endpoint
        ))
        .help(say!("run dockerlab on the engine's machine"))
}

/// Whether a published port leads to one of these addresses.
fn is_reachable(heard: &[String], port: u16) -> bool {
    let ours = format!(":{port}");
    heard
        .iter()
        .any(|address| address.ends_with(&ours) && !address.starts_with("127.") && !address.starts_with('['))
}

/// How long these addresses may stay all that is listened on; none where one of them can answer or there are none.
fn patience(heard: &[String], port: u16) -> Option<Duration> {
    let ours = format!(":{port}");
    // A socket for IPv6 alone is not reached either: a published port leads to the container's IPv4 address.
    let is_v6 = |address: &&String| address.starts_with('[');
    let is_loopback = |address: &String| address.starts_with("127.") || address.starts_with("[::1]");
    let on_port: Vec<&String> = heard.iter().filter(|address| address.ends_with(&ours)).collect();
    if on_port.is_empty() {
        (!heard.is_empty()).then_some(OTHER_PORTS)
    } else if on_port.iter().all(|address| is_loopback(address)) {
        Some(ONLY_ITSELF)
    } else {
        on_port.iter().all(is_v6).then_some(ONLY_IPV6)
    }
}

/// Asks once, twice as long as before where that was too short; gives up when the container ends or the person wants to stop.
async fn ask_while_running(
    made: &OwnContainer<'_>,
    port: u16,
    path: &str,
    ask_for: &mut Duration,
    left: Duration,
) -> Result<Option<HttpAnswer>, Error> {
    let watching = async {
        loop {
            tokio::time::sleep(TICK * 5).await;
            match made.state().await {
                Ok((true, _)) => {}
                Ok((false, _)) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    };
    tokio::select! {
        answer = tokio::time::timeout(left.min(*ask_for), ask(port, path)) => {
            if answer.is_err() {
                *ask_for *= 2;
            }
            Ok(answer.ok().flatten())
        }
        ended = watching => ended.map(|()| None),
    }
}

/// Asks once. None: nothing listens yet. While a container's port is published but nothing in it listens, Docker's
/// proxy takes the connection and resets it; Podman refuses it.
async fn ask(port: u16, path: &str) -> Option<HttpAnswer> {
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let request = Request::get(if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    })
    .header("host", format!("127.0.0.1:{port}"))
    .header("user-agent", "dockerlab")
    .header("accept", "*/*")
    .header("connection", "close")
    .body(Empty::<Bytes>::new())
    .ok()?;
    let asking = async {
        let answer = sender.send_request(request).await.ok()?;
        let status = answer.status().as_u16();
        let body = body_of(answer.into_body()).await;
        Some(HttpAnswer {
            path: path.to_owned(),
            status,
            body: clean_text(&body, BODY),
        })
    };
    let mut asking = std::pin::pin!(asking);
    tokio::select! {
        answer = &mut asking => answer,
        // The connection may end before the last of the body was taken from it.
        _ = connection => asking.await,
    }
}

/// Reads a body's beginning: up to its bound, its end, or the time that it may take.
async fn body_of(mut body: Incoming) -> Vec<u8> {
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            if let Some(data) = frame.data_ref() {
                bytes.extend_from_slice(&data[..data.len().min(BODY - bytes.len())]);
                if bytes.len() == BODY {
                    break;
                }
            }
        }
    };
    // What arrived in time is what there is.
    let _: Result<(), tokio::time::error::Elapsed> = tokio::time::timeout(BODY_TIME, reading).await;
    bytes
}

/// Looks at the first process and at what listens.
async fn look(made: &OwnContainer<'_>, evidence: &mut ServerEvidence) -> Result<(), Error> {
    let (status, cmdline, tables, processes) = tokio::join!(
        made.look(&["cat", "/proc/1/status"]),
        made.look(&["cat", "/proc/1/cmdline"]),
        made.look(&["cat", "/proc/net/tcp", "/proc/net/tcp6"]),
        made.processes(),
    );
    let processes = processes?;
    evidence.uid = status?.as_deref().and_then(effective_user);
    evidence.process = cmdline?.as_deref().and_then(command_line);
    evidence.listening = tables?.as_deref().map(listening).unwrap_or_default();
    // In an image without `cat` the engine's own `ps` shows the user and the words, joined with blanks.
    evidence.uid = evidence.uid.or(processes.first_uid);
    evidence.process = evidence.process.take().or(processes.first);
    evidence.processes = processes.all;
    Ok(())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_own_error_is_no_answer_yet() {
        let is_ready = |status| {
            is_ready(&HttpAnswer {
                status,
                ..HttpAnswer::default()
            })
        };
        assert!([200, 302, 404, 499].into_iter().all(is_ready));
        assert!(![500, 502, 503, 599].into_iter().any(is_ready));
    }

    #[test]
    fn only_what_cannot_answer_is_given_up_early() {
        let heard = |addresses: &[&str]| {
            addresses
                .iter()
                .map(|address| (*address).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(patience(&heard(&[]), 8000), None);
        assert_eq!(patience(&heard(&["0.0.0.0:8000"]), 8000), None);
        assert_eq!(patience(&heard(&["127.0.0.1:8000", "0.0.0.0:8000"]), 8000), None);
        assert_eq!(patience(&heard(&["[::]:8000"]), 8000), Some(ONLY_IPV6));
        assert_eq!(patience(&heard(&["127.0.0.1:8000"]), 8000), Some(ONLY_ITSELF));
        assert_eq!(patience(&heard(&["0.0.0.0:18000"]), 8000), Some(OTHER_PORTS));
    }
}
