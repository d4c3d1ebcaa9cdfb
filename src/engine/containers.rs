//! Containers of ours: made, looked into, and removed whatever happens.

use std::{
    cell::Cell,
    collections::HashMap,
    time::{Duration, Instant},
};

use bollard::{
    container::LogOutput,
    errors::Error as Refusal,
    exec::{CreateExecOptions, StartExecResults},
    models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, PortBinding, ResourcesUlimits},
    query_parameters::{
        CreateContainerOptionsBuilder, KillContainerOptionsBuilder, RemoveContainerOptionsBuilder, TopOptionsBuilder,
    },
};
use futures_util::StreamExt as _;
use http_body_util::BodyExt as _;
use hyper::{Request, body::Incoming};

use super::{
    client::proxies,
    container_answers::Inspected,
    docker::{DockerEngine, TICK, unique},
    errors::{is_missing, status, with_disk_help, words},
    image::{self, check_name},
    log_frames::LogLines,
    requests::{self, Tasks},
    text::{TAIL_LINES, Tail, clean_line},
};
use crate::error::Error;

/// Processes that a container may have.
const PROCESSES: i64 = 256;
/// Processes that are listed.
const MOST_LISTED: usize = 32;
/// Microseconds of processor time in each [`CPU_PERIOD`]: two processors.
const CPU_QUOTA: i64 = 200_000;
const CPU_PERIOD: i64 = 100_000;
/// Bytes that one file may have that a container writes.
const FILE: i64 = 2 * 1024 * 1024 * 1024;
/// What a container may write where the engine's storage can limit it.
const DISK: &str = "10G";
/// Capabilities that docker grants and no server or command of a course needs. Those by which root may read, write and
/// give away any file stay: without them a container would behave as none of the learner's own.
const DROPPED: &[&str] = &["MKNOD", "NET_RAW", "SETFCAP", "SETPCAP", "SYS_CHROOT"];
/// Names by which products let a container reach the machine that it runs on.
const HOST_NAMES: &[&str] = &[
    "host.docker.internal",
    "gateway.docker.internal",
    "host.containers.internal",
];
/// How much of what a container prints the engine keeps.
const LOG_SIZE: &str = "8m";
/// How long removing a container is tried.
const REMOVAL: Duration = Duration::from_secs(20);
/// How long after its making was given up a container may still appear.
const LATE_BIRTH: Duration = Duration::from_secs(3);
/// How long a look into a container may take.
const LOOK: Duration = Duration::from_secs(10);
/// Bytes that a look into a container may bring back.
const LOOK_BYTES: usize = 256 * 1024;

/// A container that is about to be made.
pub(super) struct Plan<'a> {
    /// Image id or name.
    pub(super) image: &'a str,
    /// Labels of ours.
    pub(super) labels: &'a [(String, String)],
    /// Words instead of ENTRYPOINT.
    pub(super) entrypoint: Option<Vec<String>>,
    /// Words instead of CMD.
    pub(super) cmd: Option<Vec<String>>,
    /// TCP port to publish, and the port on this machine's 127.0.0.1 (0: the engine chooses).
    pub(super) publish: Option<(u16, u16)>,
    /// Memory limit in bytes.
    pub(super) memory: u64,
    /// Whether it gets a terminal and an input.
    pub(super) terminal: bool,
    /// What it can reach.
    pub(super) network: Network,
}

/// What a container can reach.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    /// Nothing but itself: it is only judged.
    Itself,
    /// What its network leads to, but no name of this machine: it is only judged, by the port that it publishes.
    Published,
    /// What `docker run` would let it reach: the learner asked for it.
    Full,
}

/// A container of ours; dropping it removes it, with its volumes, running or not.
pub(super) struct OwnContainer<'e> {
    pub(super) engine: &'e DockerEngine,
    /// The name that we gave it, which is known before the engine answers.
    pub(super) name: String,
    /// Its id; empty when it was never made.
    pub(super) id: String,
    there: bool,
}

impl Drop for OwnContainer<'_> {
    // This runs outside the async runtime, after an error or a panic too: a container is made and dropped by
    // synchronous code only.
    fn drop(&mut self) {
        if self.there {
            self.engine.tidy(remove(self.engine, &self.name, self.is_known()));
        }
    }
}

/// Removes a container by its name. One whose making was given up before the engine answered may only come to be: it is
/// waited for.
async fn remove(engine: &DockerEngine, name: &str, is_known: bool) {
    let begun = Instant::now();
    while begun.elapsed() < REMOVAL {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        match engine.docker.remove_container(name, Some(options)).await {
            Ok(()) => return,
            Err(refusal) if is_missing(&refusal) && (is_known || begun.elapsed() >= LATE_BIRTH) => return,
            // 409: it is being removed already, which the next answer tells the end of; others may pass.
            Err(_) => tokio::time::sleep(TICK).await,
        }
    }
}

/// Why a container could not be made or started.
pub(super) enum Refused {
    /// The image or its command is at fault, in the engine's words; `docker run` would say the same.
    Start(String),
    /// The engine is.
    Engine(Error),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Start(told) => Self::engine(say!("the container did not start")).cause(told),
            Refused::Engine(error) => error,
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

/// Makes a container that behaves as `docker run` would have made it, except for its bounds.
pub(super) fn make<'e>(engine: &'e DockerEngine, plan: Plan<'_>) -> Result<OwnContainer<'e>, Refused> {
    check_name(plan.image)?;
    let key = plan.publish.map(|(port, _)| format!("{port}/tcp"));
    let bindings = key.clone().zip(plan.publish).map(|(key, (_, host))| {
        let binding = PortBinding {
            host_ip: Some("127.0.0.1".to_owned()),
            host_port: Some(if host == 0 { String::new() } else { host.to_string() }),
        };
        HashMap::from([(key, Some(vec![binding]))])
    });
    let log = HostConfigLogConfig {
        typ: Some("json-file".to_owned()),
        config: Some(HashMap::from([("max-size".to_owned(), LOG_SIZE.to_owned())])),
    };
    let terminal = plan.terminal.then_some(true);
    let abilities = engine.block_on(image::abilities(engine))?;
    let env: Vec<String> = proxies(&engine.target)
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let host_names = HOST_NAMES.iter().map(|name| format!("{name}:127.0.0.1")).collect();
    let body = ContainerCreateBody {
        image: Some(plan.image.to_owned()),
        labels: Some(plan.labels.iter().cloned().collect()),
        env: (!env.is_empty()).then_some(env),
        entrypoint: plan.entrypoint,
        cmd: plan.cmd,
        exposed_ports: key.map(|key| vec![key]),
        tty: terminal,
        open_stdin: terminal,
        stdin_once: terminal,
        attach_stdin: terminal,
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        host_config: Some(HostConfig {
            port_bindings: bindings,
            network_mode: (plan.network == Network::Itself).then(|| "none".to_owned()),
            extra_hosts: (plan.network == Network::Published).then_some(host_names),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            cap_drop: Some(DROPPED.iter().map(|name| (*name).to_owned()).collect()),
            memory: i64::try_from(plan.memory).ok(),
            pids_limit: Some(PROCESSES),
            cpu_period: abilities.cpu_quota.then_some(CPU_PERIOD),
            cpu_quota: abilities.cpu_quota.then_some(CPU_QUOTA),
            ulimits: Some(vec![ResourcesUlimits {
                name: Some("fsize".to_owned()),
                soft: Some(FILE),
                hard: Some(FILE),
            }]),
            storage_opt: abilities
                .disk_limit
                .then(|| HashMap::from([("size".to_owned(), DISK.to_owned())])),
            log_config: Some(log),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    let mut made = OwnContainer::reserved(engine);
    engine.block_on(async { Ok(made.create(&body).await) })??;
    Ok(made)
}

/// Whether an engine refuses a limit on a container's disk.
fn says_no_limit(refusal: &Refusal) -> bool {
    let words = words(refusal).to_lowercase();
    ["storage-opt", "storage opt", "quota"]
        .iter()
        .any(|sign| words.contains(sign))
}

impl<'e> OwnContainer<'e> {
    /// A container that is still to be created, under a name of its own.
    pub(super) fn reserved(engine: &'e DockerEngine) -> Self {
        Self {
            engine,
            name: format!("dockerlab-{}", &unique()[..12]),
            id: String::new(),
            there: false,
        }
    }

    /// Creates it.
    pub(super) async fn create(&mut self, body: &ContainerCreateBody) -> Result<(), Refused> {
        let image = body.image.as_deref().unwrap_or_default();
        let what = say!("cannot create a container of `{}`", image);
        let options = CreateContainerOptionsBuilder::new().name(&self.name).build();
        let engine = self.engine;
        let create = |body| engine.docker.create_container(Some(options.clone()), body);
        // From here on it may exist, whatever becomes of the answer.
        self.there = true;
        let mut answer = engine.insist(&what, create(body.clone())).await?;
        let limit =
            |body: &ContainerCreateBody| body.host_config.as_ref().is_some_and(|host| host.storage_opt.is_some());
        if limit(body)
            && let Err(refusal) = &answer
            && says_no_limit(refusal)
        {
            // Its storage could limit a container's disk, and is not set up to.
            let mut body = body.clone();
            if let Some(host) = &mut body.host_config {
                host.storage_opt = None;
            }
            answer = engine.insist(&what, create(body)).await?;
        }
        match answer {
            Ok(created) => {
                self.id = created.id;
                Ok(())
            }
            Err(refusal) => {
                self.there = status(&refusal).is_none();
                Err(match status(&refusal) {
                    // "no command specified".
                    Some(400) => Refused::Start(words(&refusal)),
                    Some(404) => Refused::Engine(
                        Error::engine(say!("the engine has no image `{}`", image)).help(say!("build it first")),
                    ),
                    _ => Refused::Engine(engine.refused(&what, &refusal)),
                })
            }
        }
    }

    /// Whether the engine answered that it is made.
    fn is_known(&self) -> bool {
        !self.id.is_empty()
    }

    /// Removes it now, among other work.
    pub(super) async fn removed(&mut self) {
        if self.there {
            remove(self.engine, &self.name, self.is_known()).await;
            self.there = false;
        }
    }

    /// Lets it stay when this is dropped; returns its id.
    pub(super) fn keep(mut self) -> String {
        self.there = false;
        std::mem::take(&mut self.id)
    }

    /// Starts it.
    pub(super) async fn start(&self, published: Option<(u16, u16)>) -> Result<(), Refused> {
        let what = say!("cannot start the container");
        let refusal = match self
            .engine
            .insist(what, self.engine.docker.start_container(&self.id, None))
            .await?
        {
            Ok(()) => return Ok(()),
            Err(refusal) => refusal,
        };
        if status(&refusal).is_none() {
            return Err(Refused::Engine(self.engine.refused(what, &refusal)));
        }
        let told = words(&refusal);
        if told.contains("port is already allocated") || told.contains("address already in use") {
            let port = published.map_or(0, |(_, host)| host);
            return Err(Refused::Engine(
                Error::engine(say!("port {port} on this machine is already in use"; port))
                    .cause(told)
                    .help(say!(
                        "stop the program that uses it, or choose another port with `--port`"
                    )),
            ));
        }
        if told.contains("no space left on device") || told.contains("external connectivity") {
            return Err(Refused::Engine(with_disk_help(Error::engine(what).cause(&told), &told)));
        }
        Err(Refused::Start(start_failure(&told).to_owned()))
    }

    /// Looks at it.
    pub(super) async fn inspect(&self) -> Result<Inspected, Error> {
        let what = say!("cannot inspect the container");
        let path = format!("/containers/{}/json", self.id);
        let answer = self.engine.get(what, &path).await?;
        answer.map_err(|refusal| self.engine.refused(what, &refusal))
    }

    /// Returns whether it runs, and its exit code once it has ended.
    pub(super) async fn state(&self) -> Result<(bool, Option<i64>), Error> {
        let state = self.inspect().await?.state;
        Ok((state.running, if state.running { None } else { state.exit_code }))
    }

    /// Waits until it has ended, at most so long; returns its exit code, or none when it still runs.
    ///
    /// The state is asked again and again rather than waited for with `/wait`: that says nothing of a container that
    /// ended before it was asked on some engines.
    pub(super) async fn ended(&self, within: Duration) -> Result<Option<i64>, Error> {
        let end = Instant::now() + within;
        let mut pause = Duration::from_millis(10);
        loop {
            if let (false, code) = self.state().await? {
                return Ok(Some(code.unwrap_or(-1)));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(TICK * 2);
        }
    }

    /// Returns the address on this machine at which a port of it is published.
    pub(super) async fn published(&self, port: u16) -> Result<Option<u16>, Error> {
        Ok(self.inspect().await?.network_settings.published(port))
    }

    /// Sends it the signal that asks it to stop: the one that its image names, or SIGTERM.
    ///
    /// `docker stop` does this, waits, and kills; here the waiting is ours, so that the time can be measured and Ctrl-C
    /// ends it.
    pub(super) async fn ask_to_stop(&self) -> Result<(), Error> {
        let what = say!("cannot stop the container");
        let signal = self.inspect().await?.config.stop_signal;
        let signal = signal
            .filter(|signal| !signal.is_empty())
            .unwrap_or_else(|| "SIGTERM".to_owned());
        let options = KillContainerOptionsBuilder::new().signal(&signal).build();
        let killing = self.engine.docker.kill_container(&self.id, Some(options));
        let sent = self.engine.insist(what, killing).await?;
        sent.map_err(|refusal| self.engine.refused(what, &refusal))
    }

    /// Freezes all of its processes, or lets them go on.
    pub(super) async fn freeze(&self, is_frozen: bool) -> Result<(), Error> {
        let (signal, script) = if is_frozen {
            ("SIGSTOP", "kill -STOP -1")
        } else {
            ("SIGCONT", "kill -CONT -1")
        };
        // All but the first process and this one. An image without a shell has none that a shell started.
        self.try_to_look(&["sh", "-c", script]).await?;
        let what = say!("cannot freeze the container");
        let options = KillContainerOptionsBuilder::new().signal(signal).build();
        let killing = self.engine.docker.kill_container(&self.id, Some(options));
        let sent = self.engine.insist(what, killing).await?;
        sent.map_err(|refusal| self.engine.refused(what, &refusal))
    }

    /// Kills it; that it has ended already is fine.
    pub(super) async fn kill(&self) {
        let options = KillContainerOptionsBuilder::new().signal("SIGKILL").build();
        // What does not die is removed by force in the end.
        let killing = self.engine.docker.kill_container(&self.id, Some(options));
        drop(self.engine.insist(say!("cannot stop the container"), killing).await);
    }

    /// Returns the last lines that it printed.
    pub(super) async fn log_tail(&self) -> Result<Vec<String>, Error> {
        let mut tail = Tail::default();
        self.log(TAIL_LINES, |line| {
            tail.push(line);
            true
        })
        .await?;
        Ok(tail.into_lines())
    }

    /// Hands over what it printed, line by line, until `line` returns false; both streams in the order in which the
    /// engine kept them. `last` is how many lines of its end are wanted, 0 for all.
    pub(super) async fn log(&self, last: usize, mut line: impl FnMut(String) -> bool) -> Result<(), Error> {
        let tail = if last == 0 { "all".to_owned() } else { last.to_string() };
        let tasks = Tasks::default();
        let reading = async {
            let mut body = self.log_stream(&tasks, &format!("tail={tail}")).await?;
            let mut lines = LogLines::default();
            let goes_on = Cell::new(true);
            let mut take = |text| goes_on.set(goes_on.get() && line(text));
            while goes_on.get()
                && let Some(frame) = body.frame().await
            {
                if let Some(data) = frame?.data_ref() {
                    lines.push(data, &mut take);
                }
            }
            lines.finish(&mut take);
            Ok(())
        };
        let read = self
            .engine
            .ask(say!("cannot read what the container printed"), reading)
            .await;
        tasks.end().await;
        read
    }

    /// Opens the stream of what it prints, both streams in their frames.
    pub(super) async fn log_stream(&self, tasks: &Tasks, query: &str) -> Result<Incoming, Refusal> {
        let path = format!("/containers/{}/logs?stdout=1&stderr=1&{query}", self.id);
        let answer = requests::send(
            &self.engine.connector,
            tasks,
            Request::get(path),
            &[],
            requests::nothing(),
        )
        .await?;
        Ok(answer.into_body())
    }

    /// Runs a command inside and returns what it wrote to its standard output, at most 256 KiB; none when it could
    /// not be run. The container must be running.
    pub(super) async fn look(&self, words: &[&str]) -> Result<Option<Vec<u8>>, Error> {
        Ok(match self.try_to_look(words).await? {
            Look::Seen(seen) => Some(seen),
            Look::NoProgram | Look::Hindered => None,
        })
    }

    /// As [`Self::look`], for a caller that has to know why nothing is seen.
    pub(super) async fn try_to_look(&self, words: &[&str]) -> Result<Look, Error> {
        let config = CreateExecOptions {
            cmd: Some(words.iter().map(|word| (*word).to_owned()).collect()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..CreateExecOptions::default()
        };
        let looking = async {
            let exec = self.engine.docker.create_exec(&self.id, config).await?;
            let mut seen = Vec::new();
            if let StartExecResults::Attached { mut output, .. } = self.engine.docker.start_exec(&exec.id, None).await?
            {
                while let Some(item) = output.next().await {
                    if let LogOutput::StdOut { message } = item? {
                        seen.extend_from_slice(&message[..message.len().min(LOOK_BYTES - seen.len())]);
                        if seen.len() == LOOK_BYTES {
                            break;
                        }
                    }
                }
            }
            let code = self.engine.docker.inspect_exec(&exec.id).await?.exit_code;
            // A missing program shows as 126 or 127, with the runtime's words on standard output.
            Ok::<_, Refusal>(match code {
                Some(126 | 127) => Look::NoProgram,
                _ => Look::Seen(seen),
            })
        };
        let answer = self
            .engine
            .try_ask(say!("cannot look inside the container"), async {
                Ok(tokio::time::timeout(LOOK, looking).await)
            })
            .await?;
        // The container may end while it is looked at; then there is nothing to see.
        Ok(match answer {
            Ok(Ok(Ok(look))) => look,
            Ok(Err(_)) => Look::Hindered,
            // Some engines refuse to start a program that is not there.
            _ => Look::NoProgram,
        })
    }

    /// What runs in it, as the engine's own `ps` tells; nothing where it does not.
    pub(super) async fn processes(&self) -> Result<Processes, Error> {
        let options = TopOptionsBuilder::new().ps_args("-eo pid,ppid,uid,args").build();
        let asked = self.engine.docker.top_processes(&self.id, Some(options));
        let Ok(top) = self
            .engine
            .try_ask(say!("cannot list the container's processes"), asked)
            .await?
        else {
            return Ok(Processes::default());
        };
        let titles = top.titles.unwrap_or_default();
        let column = |name: &str| titles.iter().position(|title| title == name);
        let rows = top.processes.unwrap_or_default();
        // The first process is the one whose parent is outside.
        let inside: Vec<&String> = rows.iter().filter_map(|row| row.get(column("PID")?)).collect();
        let first = rows.iter().find(|row| {
            column("PPID")
                .and_then(|at| row.get(at))
                .is_some_and(|parent| !inside.contains(&parent))
        });
        let words = |row: &Vec<String>| -> Option<Vec<String>> {
            let text = clean_line(row.get(column("COMMAND")?)?.as_bytes());
            Some(text.split_whitespace().map(str::to_owned).collect())
        };
        let uid = |row: &Vec<String>| row.get(column("UID")?)?.trim().parse().ok();
        Ok(Processes {
            first_uid: first.and_then(uid),
            first: first.and_then(words),
            all: rows.iter().filter_map(words).take(MOST_LISTED).collect(),
        })
    }
}

/// What came of a look inside.
pub(super) enum Look {
    /// What the command wrote to its standard output.
    Seen(Vec<u8>),
    /// The image does not have the program, or the container ended.
    NoProgram,
    /// It took too long.
    Hindered,
}

/// What runs in a container.
#[derive(Debug, Default)]
pub(super) struct Processes {
    /// The user of its first process.
    pub(super) first_uid: Option<u32>,
    /// The words of its first process, split at blanks.
    pub(super) first: Option<Vec<String>>,
    /// The words of each process, split at blanks, at most [`MOST_LISTED`] of them.
    pub(super) all: Vec<Vec<String>>,
}

/// Returns what matters of the runtime's words: `exec: "nope": executable file not found in $PATH`. Around it every
/// version wraps other layers.
fn start_failure(told: &str) -> &str {
    let mut rest = told;
    for layer in ["unable to start container process: ", "error during container init: "] {
        if let Some((_, inner)) = rest.split_once(layer) {
            rest = inner;
        }
    }
    rest.strip_suffix(": unknown").unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtimes_layers_are_taken_off() {
        let cases = [
            "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create \
             failed: unable to start container process: error during container init: exec: \"nope\": executable file not \
             found in $PATH",
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container \
             process: exec: \"nope\": executable file not found in $PATH: unknown",
        ];
        for told in cases {
            assert_eq!(
                start_failure(told),
                "exec: \"nope\": executable file not found in $PATH"
            );
        }
        assert_eq!(start_failure("other"), "other");
    }
}
