//! Containers of ours: started to serve or for one command, watched, and always removed. Others are only looked at.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use bollard::{
    container::LogOutput,
    exec::StartExecResults,
    models::{ContainerCreateBody, ExecConfig, HostConfig, PortBinding},
    query_parameters::{
        CreateContainerOptions, InspectContainerOptions, ListContainersOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
        StartContainerOptions,
    },
};
use futures_util::StreamExt;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::rt::TokioIo;

use crate::{
    check::evidence::{CommandEvidence, HttpAnswer, ServerEvidence},
    engine::{
        clean,
        docker::Handle,
        errors,
        port::{CommandOrder, ContainerFacts, ServeOrder, WORKSPACE_LABEL},
        text::{Lines, Tail},
    },
    error::Error,
};

/// What a judged container may use.
const MEMORY: i64 = 1024 * 1024 * 1024;
const PROCESSES: i64 = 256;
/// The most of an answer's body that is kept, in bytes.
const BODY_LIMIT: usize = 64 * 1024;
/// The most of a command's output that is kept.
const OUTPUT_LIMIT: usize = 64 * 1024;

/// What a new container is like.
pub(super) struct Plan<'a> {
    pub(super) image: &'a str,
    pub(super) entrypoint: Option<Vec<String>>,
    pub(super) cmd: Option<Vec<String>>,
    /// Port in the container, and the port on 127.0.0.1 (0: the engine chooses).
    pub(super) publish: Option<(u16, u16)>,
    pub(super) labels: &'a [(String, String)],
    pub(super) terminal: bool,
    pub(super) memory: i64,
}

/// Makes a container.
pub(super) async fn create(client: &bollard::Docker, plan: Plan<'_>) -> Result<String, bollard::errors::Error> {
    let port = plan.publish.map(|(inside, _)| format!("{inside}/tcp"));
    let bindings = plan.publish.map(|(inside, outside)| {
        HashMap::from([(
            format!("{inside}/tcp"),
            Some(vec![PortBinding {
                host_ip: Some("127.0.0.1".to_owned()),
                host_port: Some(if outside == 0 { String::new() } else { outside.to_string() }),
            }]),
        )])
    });
    let body = ContainerCreateBody {
        image: Some(plan.image.to_owned()),
        entrypoint: plan.entrypoint,
        cmd: plan.cmd,
        exposed_ports: port.map(|port| vec![port]),
        labels: Some(plan.labels.iter().cloned().collect()),
        tty: Some(plan.terminal),
        open_stdin: Some(plan.terminal),
        stdin_once: Some(plan.terminal),
        attach_stdin: Some(plan.terminal),
        attach_stdout: Some(plan.terminal),
        attach_stderr: Some(plan.terminal),
        host_config: Some(HostConfig {
            port_bindings: bindings,
            memory: Some(plan.memory),
            pids_limit: Some(PROCESSES),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    Ok(client.create_container(None::<CreateContainerOptions>, body).await?.id)
}

/// Removes a container with its volumes, whatever it is doing; gone already is fine.
pub(super) async fn remove(client: &bollard::Docker, id: &str) -> Result<(), Error> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match client.remove_container(id, Some(options)).await {
        Ok(()) => Ok(()),
        Err(error) if matches!(errors::status(&error), Some(404 | 409)) => Ok(()),
        Err(error) => Err(errors::failed("remove a container", &error)),
    }
}

/// Removes a container that is ours, and no other.
pub(super) async fn remove_ours(client: &bollard::Docker, id: &str) -> Result<(), Error> {
    match client.inspect_container(id, None::<InspectContainerOptions>).await {
        Err(error) if errors::status(&error) == Some(404) => Ok(()),
        Err(error) => Err(errors::failed("look at a container", &error)),
        Ok(found) => {
            let ours = found.config.and_then(|config| config.labels).is_some_and(|labels| labels.contains_key(WORKSPACE_LABEL));
            if !ours {
                return Err(Error::engine("that container is not one of dockerlab's, and stays as it is"));
            }
            remove(client, id).await
        }
    }
}

/// Starts a container of the image as `docker run` would, and watches it until it answers.
pub(super) async fn serve(handle: Handle<'_>, order: &ServeOrder<'_>) -> Result<ServerEvidence, Error> {
    let plan = Plan {
        image: order.image,
        entrypoint: None,
        cmd: None,
        publish: Some((order.port, 0)),
        labels: order.labels,
        terminal: false,
        memory: MEMORY,
    };
    let mut evidence = ServerEvidence {
        waited_ms: u64::try_from(order.within.as_millis()).unwrap_or(u64::MAX),
        ..ServerEvidence::default()
    };
    let id = match create(handle.client, plan).await {
        Ok(id) => id,
        // An image with neither ENTRYPOINT nor CMD is refused here.
        Err(error) if errors::status(&error) == Some(400) => {
            evidence.start_error = Some(errors::reason(&error));
            return Ok(evidence);
        }
        Err(error) => return Err(errors::failed("make a container", &error)),
    };
    let watched = handle.or_interrupted(watch(handle, order, &id, &mut evidence)).await;
    let removed = remove(handle.client, &id).await;
    watched??;
    removed?;
    Ok(evidence)
}

async fn watch(handle: Handle<'_>, order: &ServeOrder<'_>, id: &str, evidence: &mut ServerEvidence) -> Result<(), Error> {
    let client = handle.client;
    if let Err(error) = client.start_container(id, None::<StartContainerOptions>).await {
        return match errors::status(&error) {
            Some(_) => {
                evidence.start_error = Some(errors::reason(&error));
                Ok(())
            }
            None => Err(errors::failed("start a container", &error)),
        };
    }
    let started = Instant::now();
    let mut address = None;
    loop {
        let state = look(client, id).await?;
        evidence.running = state.running;
        evidence.exit_code = state.exit_code;
        if !state.running {
            break;
        }
        if address.is_none() {
            address = state.addresses.into_iter().next();
        }
        if let Some(address) = &address
            && let Some(answer) = ask(address, order.path).await
        {
            let good = answer.status < 500;
            evidence.ready_after_ms.get_or_insert(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
            evidence.answer = Some(answer);
            if good {
                break;
            }
        }
        if started.elapsed() >= order.within {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    if evidence.running {
        first_process(client, id, evidence).await;
        let sockets = exec(client, id, &["cat", "/proc/net/tcp", "/proc/net/tcp6"]).await.unwrap_or_default();
        evidence.listening = listening(&sockets);
    }
    evidence.log = log(client, id).await;
    Ok(())
}

struct State {
    running: bool,
    exit_code: Option<i64>,
    addresses: Vec<String>,
}

async fn look(client: &bollard::Docker, id: &str) -> Result<State, Error> {
    let found = client
        .inspect_container(id, None::<InspectContainerOptions>)
        .await
        .map_err(|error| errors::failed("look at a container", &error))?;
    let state = found.state.unwrap_or_default();
    let running = state.running.unwrap_or(false);
    let ports = found.network_settings.and_then(|network| network.ports).unwrap_or_default();
    let mut addresses: Vec<String> = ports
        .into_values()
        .flatten()
        .flatten()
        .filter_map(|binding| Some(format!("127.0.0.1:{}", binding.host_port.filter(|port| !port.is_empty())?)))
        .collect();
    addresses.sort();
    Ok(State {
        running,
        exit_code: if running { None } else { state.exit_code },
        addresses,
    })
}

/// The address on this machine that a running container is reached at.
pub(super) async fn address_of(client: &bollard::Docker, id: &str) -> Result<Option<String>, Error> {
    Ok(look(client, id).await?.addresses.into_iter().next())
}

/// One request; none when nothing answers yet (refused, reset, silent for two seconds).
async fn ask(address: &str, path: &str) -> Option<HttpAnswer> {
    let asking = async {
        let stream = tokio::net::TcpStream::connect(address).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        let connection = tokio::spawn(connection);
        let request = hyper::Request::get(path)
            .header("host", address)
            .header("user-agent", "dockerlab")
            .body(Empty::<bytes::Bytes>::new())
            .ok()?;
        let response = sender.send_request(request).await.ok()?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let mut incoming = Limited::new(response.into_body(), 16 * 1024 * 1024);
        while let Some(Ok(frame)) = incoming.frame().await {
            if let Some(data) = frame.data_ref() {
                let room = BODY_LIMIT.saturating_sub(body.len());
                body.extend_from_slice(&data[..data.len().min(room)]);
                if room == 0 {
                    break;
                }
            }
        }
        connection.abort();
        Some(HttpAnswer {
            path: path.to_owned(),
            status,
            body: clean(&body),
        })
    };
    tokio::time::timeout(Duration::from_secs(5), asking).await.ok()?
}

/// Who the first process is, asked inside the container and, where it has no `cat`, of the engine.
async fn first_process(client: &bollard::Docker, id: &str, evidence: &mut ServerEvidence) {
    let status = exec(client, id, &["cat", "/proc/1/status"]).await.unwrap_or_default();
    evidence.uid = status.lines().find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().nth(1)?.parse().ok());
    if let Some(words) = exec_bytes(client, id, &["cat", "/proc/1/cmdline"]).await {
        let words: Vec<String> = words.split(|byte| *byte == 0).filter(|word| !word.is_empty()).map(clean).collect();
        evidence.process = (!words.is_empty()).then_some(words);
    }
    if evidence.uid.is_none() {
        use bollard::query_parameters::TopOptionsBuilder;
        let options = TopOptionsBuilder::default().ps_args("-eo uid,pid,args").build();
        if let Ok(top) = client.top_processes(id, Some(options)).await {
            evidence.uid = top.processes.unwrap_or_default().first().and_then(|row| row.first()?.parse().ok());
        }
    }
}

async fn exec(client: &bollard::Docker, id: &str, words: &[&str]) -> Option<String> {
    exec_bytes(client, id, words).await.map(|bytes| clean(&bytes))
}

/// What a command in a running container prints on its standard output, when it succeeds within five seconds.
async fn exec_bytes(client: &bollard::Docker, id: &str, words: &[&str]) -> Option<Vec<u8>> {
    let running = async {
        let config = ExecConfig {
            cmd: Some(words.iter().map(|word| (*word).to_owned()).collect()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..ExecConfig::default()
        };
        let exec = client.create_exec(id, config).await.ok()?;
        let StartExecResults::Attached { mut output, .. } =
            client.start_exec(&exec.id, None::<bollard::exec::StartExecOptions>).await.ok()?
        else {
            return None;
        };
        let mut bytes = Vec::new();
        while let Some(Ok(chunk)) = output.next().await {
            if let LogOutput::StdOut { message } = chunk
                && bytes.len() < 1024 * 1024
            {
                bytes.extend_from_slice(&message);
            }
        }
        // A missing file among several is no reason to throw the others away.
        Some(bytes).filter(|bytes| !bytes.is_empty())
    };
    tokio::time::timeout(Duration::from_secs(5), running).await.ok()?
}

/// The addresses in `/proc/net/tcp` and `tcp6` that are listened on (proc(5); state 0A).
fn listening(table: &str) -> Vec<String> {
    let mut found: Vec<String> = table
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if fields.get(3) != Some(&"0A") {
                return None;
            }
            let (address, port) = fields.get(1)?.split_once(':')?;
            let port = u16::from_str_radix(port, 16).ok()?;
            match address.len() {
                8 => {
                    let octets = u32::from_str_radix(address, 16).ok()?.to_le_bytes();
                    Some(format!("{}:{port}", std::net::Ipv4Addr::from(octets)))
                }
                32 => {
                    let mut octets = [0u8; 16];
                    for (index, word) in octets.chunks_mut(4).enumerate() {
                        let part = address.get(index * 8..index * 8 + 8)?;
                        word.copy_from_slice(&u32::from_str_radix(part, 16).ok()?.to_le_bytes());
                    }
                    Some(format!("[{}]:{port}", std::net::Ipv6Addr::from(octets)))
                }
                _ => None,
            }
        })
        // The engine's own name server in user-defined networks.
        .filter(|address| !address.starts_with("127.0.0.11:"))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The last lines that a container printed.
async fn log(client: &bollard::Docker, id: &str) -> Vec<String> {
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).tail("60").build();
    let mut stream = std::pin::pin!(client.logs(id, Some(options)));
    let (mut lines, mut tail) = (Lines::default(), Tail::default());
    let reading = async {
        while let Some(Ok(chunk)) = stream.next().await {
            for line in lines.add(&chunk.into_bytes()) {
                tail.add(line);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.ok();
    for line in lines.end() {
        tail.add(line);
    }
    tail.into_vec()
}

/// Runs a command in a container of its own.
pub(super) async fn command(handle: Handle<'_>, order: &CommandOrder<'_>) -> Result<CommandEvidence, Error> {
    let plan = Plan {
        image: order.image,
        entrypoint: Some(order.words.iter().take(1).cloned().collect()),
        cmd: Some(order.words.iter().skip(1).cloned().collect()),
        publish: None,
        labels: order.labels,
        terminal: false,
        memory: MEMORY,
    };
    let id = create(handle.client, plan).await.map_err(|error| errors::failed("make a container", &error))?;
    let ran = handle.or_interrupted(run_once(handle, order, &id)).await;
    let removed = remove(handle.client, &id).await;
    let evidence = ran??;
    removed?;
    Ok(evidence)
}

async fn run_once(handle: Handle<'_>, order: &CommandOrder<'_>, id: &str) -> Result<CommandEvidence, Error> {
    let client = handle.client;
    if let Err(error) = client.start_container(id, None::<StartContainerOptions>).await {
        return match errors::status(&error) {
            Some(_) => Ok(CommandEvidence {
                exit_code: 127,
                output: errors::reason(&error),
            }),
            None => Err(errors::failed("start a container", &error)),
        };
    }
    let end = Instant::now() + order.within;
    let mut exit_code = 124;
    while Instant::now() < end {
        let state = look(client, id).await?;
        if !state.running {
            exit_code = state.exit_code.unwrap_or(0);
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut output = log(client, id).await.join("\n");
    if exit_code == 124 {
        output.push_str("\n(stopped: it took too long)");
    }
    if output.len() > OUTPUT_LIMIT {
        let mut end = OUTPUT_LIMIT;
        while !output.is_char_boundary(end) {
            end -= 1;
        }
        output.truncate(end);
    }
    Ok(CommandEvidence { exit_code, output })
}

/// The containers that were made from an image, with what they changed.
pub(super) async fn of_image(client: &bollard::Docker, image_id: &str, image_name: &str) -> Result<Vec<ContainerFacts>, Error> {
    let options = ListContainersOptionsBuilder::default().all(true).build();
    let listed = client.list_containers(Some(options)).await.map_err(|error| errors::failed("list containers", &error))?;
    let mut found = Vec::new();
    for container in listed {
        let same = container.image_id.as_deref() == Some(image_id) || container.image.as_deref() == Some(image_name);
        if let (true, Some(id)) = (same, container.id) {
            found.extend(facts(client, &id).await?);
        }
    }
    found.sort_by_key(|container| container.created);
    Ok(found)
}

/// The containers with a label.
pub(super) async fn labelled(client: &bollard::Docker, label: &str, value: Option<&str>) -> Result<Vec<ContainerFacts>, Error> {
    let filter = value.map_or(label.to_owned(), |value| format!("{label}={value}"));
    let filters = HashMap::from([("label".to_owned(), vec![filter])]);
    let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
    let listed = client.list_containers(Some(options)).await.map_err(|error| errors::failed("list containers", &error))?;
    let mut found = Vec::new();
    for id in listed.into_iter().filter_map(|container| container.id) {
        found.extend(facts(client, &id).await?);
    }
    Ok(found)
}

/// What a container is and what it changed; none when it is gone meanwhile.
pub(super) async fn facts(client: &bollard::Docker, id: &str) -> Result<Option<ContainerFacts>, Error> {
    let found = match client.inspect_container(id, None::<InspectContainerOptions>).await {
        Ok(found) => found,
        Err(error) if errors::status(&error) == Some(404) => return Ok(None),
        Err(error) => return Err(errors::failed("look at a container", &error)),
    };
    let mut changes = client.container_changes(id).await.ok().flatten().unwrap_or_default();
    // Newly made paths first: they are what is looked for.
    changes.sort_by_key(|change| i64::from(change.kind as i32 != 1));
    let config = found.config.unwrap_or_default();
    let mut labels: Vec<(String, String)> =
        config.labels.unwrap_or_default().into_iter().filter(|(name, _)| name.starts_with("dockerlab.")).collect();
    labels.sort();
    Ok(Some(ContainerFacts {
        id: found.id.unwrap_or_default(),
        name: found.name.unwrap_or_default().trim_start_matches('/').to_owned(),
        image: found.image.unwrap_or_default(),
        image_name: config.image.unwrap_or_default(),
        created: found.created.map(|at| seconds_of(&at.to_string())).unwrap_or_default(),
        running: found.state.and_then(|state| state.running).unwrap_or(false),
        labels,
        changed: changes.into_iter().take(200).map(|change| clean(change.path.as_bytes())).collect(),
    }))
}

/// Seconds since 1970 of an RFC 3339 time; 0 when it is none.
fn seconds_of(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_sockets_are_read_from_proc() {
        let table = "  sl  local_address rem_address   st\n\
            0: 0100007F:1F40 00000000:0000 0A 0\n\
            1: 00000000:0050 00000000:0000 0A 0\n\
            2: 0100007F:1F41 0100007F:0001 01 0\n\
            3: 00000000000000000000000001000000:1F40 00000000000000000000000000000000:0000 0A 0\n";
        assert_eq!(listening(table), ["0.0.0.0:80", "127.0.0.1:8000", "[::1]:8000"]);
    }

    #[test]
    fn times_are_read() {
        assert_eq!(seconds_of("1970-01-01T00:01:00.5Z"), 60);
        assert_eq!(seconds_of("soon"), 0);
    }
}
