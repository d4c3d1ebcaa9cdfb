//! Containers of ours: made, looked into, and removed whatever happens.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use bollard::{
    container::LogOutput,
    exec::{CreateExecOptions, StartExecResults},
    models::{ContainerCreateBody, ContainerInspectResponse, HostConfig, HostConfigLogConfig, PortBinding},
    query_parameters::{
        CreateContainerOptionsBuilder, KillContainerOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
        TopOptionsBuilder,
    },
};
use futures_util::StreamExt as _;

use super::{
    docker::{DockerEngine, TICK, unique},
    errors::{is_missing, status, with_disk_help, words},
    image::check_name,
    text::{LineBuffer, TAIL_LINES, Tail, clean_line},
};
use crate::error::Error;

/// Memory that a container gets when it is only judged.
pub(super) const MEMORY: u64 = 512 * 1024 * 1024;
/// Processes that a container may have.
const PROCESSES: i64 = 256;
/// Processes that are listed.
const MOST_LISTED: usize = 32;
/// How much of what a container prints the engine keeps.
const LOG_SIZE: &str = "8m";
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
}

/// A container of ours; dropping it removes it, with its volumes, running or not.
pub(super) struct Made<'e> {
    engine: &'e DockerEngine,
    /// The name that we gave it, which is known before the engine answers.
    pub(super) name: String,
    /// Its id; empty when it was never made.
    pub(super) id: String,
    there: bool,
}

impl Drop for Made<'_> {
    // This runs outside the async runtime, after an error or a panic too: a container is made and dropped by
    // synchronous code only.
    fn drop(&mut self) {
        if self.there {
            self.engine.tidy(remove(self.engine, &self.name));
        }
    }
}

async fn remove(engine: &DockerEngine, name: &str) {
    for _ in 0..3 {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        match engine.docker.remove_container(name, Some(options)).await {
            Ok(()) => return,
            Err(refusal) if is_missing(&refusal) => return,
            // 409: it is being removed already; others may pass.
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

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

/// Makes a container that behaves as `docker run` would have made it, except for its bounds.
pub(super) fn make<'e>(engine: &'e DockerEngine, plan: Plan<'_>) -> Result<Made<'e>, Refused> {
    check_name(plan.image)?;
    let name = format!("dockerlab-{}", &unique()[..12]);
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
    let body = ContainerCreateBody {
        image: Some(plan.image.to_owned()),
        labels: Some(plan.labels.iter().cloned().collect()),
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
            memory: i64::try_from(plan.memory).ok(),
            pids_limit: Some(PROCESSES),
            log_config: Some(log),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    // From here on it may exist, whatever becomes of the answer.
    let mut made = Made {
        engine,
        name,
        id: String::new(),
        there: true,
    };
    let what = say!("cannot make a container of `{}`", plan.image);
    let options = CreateContainerOptionsBuilder::new().name(&made.name).build();
    let answer = engine.block_on(engine.insist(&what, engine.docker.create_container(Some(options), body)))?;
    match answer {
        Ok(created) => {
            made.id = created.id;
            Ok(made)
        }
        Err(refusal) => {
            made.there = status(&refusal).is_none();
            Err(match status(&refusal) {
                // "no command specified".
                Some(400) => Refused::Start(words(&refusal)),
                Some(404) => Refused::Engine(
                    Error::engine(say!("the engine has no image `{}`", plan.image)).help(say!("build it first")),
                ),
                _ => Refused::Engine(engine.refused(&what, &refusal)),
            })
        }
    }
}

impl Made<'_> {
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
                Error::engine(say!("port {port} of this machine is taken"; port))
                    .cause(told)
                    .help(say!("stop what listens there, or choose another with `--port`")),
            ));
        }
        if told.contains("no space left on device") || told.contains("external connectivity") {
            return Err(Refused::Engine(with_disk_help(Error::engine(what).cause(&told), &told)));
        }
        Err(Refused::Start(start_failure(&told).to_owned()))
    }

    /// Looks at it.
    pub(super) async fn inspect(&self) -> Result<ContainerInspectResponse, Error> {
        self.engine
            .ask(
                say!("cannot look at the container"),
                self.engine.docker.inspect_container(&self.id, None),
            )
            .await
    }

    /// Returns whether it runs, and its exit code once it has ended.
    pub(super) async fn state(&self) -> Result<(bool, Option<i64>), Error> {
        let state = self.inspect().await?.state.unwrap_or_default();
        let running = state.running.unwrap_or(false);
        Ok((running, if running { None } else { state.exit_code }))
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
        let ports = self.inspect().await?.network_settings.and_then(|network| network.ports);
        let bindings = ports
            .and_then(|mut ports| ports.remove(&format!("{port}/tcp")))
            .flatten();
        Ok(bindings
            .into_iter()
            .flatten()
            .find_map(|binding| binding.host_port?.parse().ok()))
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
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail(&tail).build();
        let reading = async {
            let mut stream = self.engine.docker.logs(&self.id, Some(options));
            let (mut out, mut err) = (LineBuffer::default(), LineBuffer::default());
            while let Some(item) = stream.next().await {
                let buffer = match item? {
                    LogOutput::StdErr { message } => err.push(&message),
                    LogOutput::StdOut { message } | LogOutput::StdIn { message } | LogOutput::Console { message } => {
                        out.push(&message)
                    }
                };
                for text in buffer {
                    if !line(text) {
                        return Ok(());
                    }
                }
            }
            for text in [out.finish(), err.finish()].into_iter().flatten() {
                if !line(text) {
                    return Ok(());
                }
            }
            Ok(())
        };
        self.engine
            .ask(say!("cannot read what the container printed"), reading)
            .await
    }

    /// Runs a command inside and returns what it wrote to its standard output, at most 256 KiB; none when it could
    /// not be run. The container must be running.
    pub(super) async fn look(&self, words: &[&str]) -> Result<Option<Vec<u8>>, Error> {
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
            Ok::<_, bollard::errors::Error>((!matches!(code, Some(126 | 127))).then_some(seen))
        };
        let answer = self
            .engine
            .try_ask(say!("cannot look into the container"), async {
                Ok(tokio::time::timeout(LOOK, looking).await)
            })
            .await?;
        // The container may end while it is looked at; then there is nothing to see.
        Ok(match answer {
            Ok(Ok(Ok(seen))) => seen,
            _ => None,
        })
    }

    /// What runs in it, as the engine's own `ps` tells; nothing where it does not.
    pub(super) async fn processes(&self) -> Result<Processes, Error> {
        let options = TopOptionsBuilder::new().ps_args("-eo pid,ppid,uid,args").build();
        let asked = self.engine.docker.top_processes(&self.id, Some(options));
        let Ok(top) = self
            .engine
            .try_ask(say!("cannot see the container's processes"), asked)
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
