//! How a container that is there already was made: what is mounted in it, its networks, its limits, and when files in it
//! were written. It is only looked at, whether it runs or has ended.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    container_answers::{Inspected, MountPoint, Network, NetworkInspected, VolumeInspected, millis},
    docker::DockerEngine,
    requests::encode,
    text::clean_line,
    written::written_ms,
};
use crate::{
    check::evidence::{Joined, Mount, SeenFile, Setup},
    error::Error,
};

/// Mounts of one container that are told.
const MOST_MOUNTS: usize = 50;
/// Networks of one container that are told.
const MOST_NETWORKS: usize = 20;
/// Names on one network that are told.
const MOST_NAMES: usize = 20;
/// Characters of a name, a path or an option that are kept.
const LONGEST: usize = 300;

/// How a container was made; none when it has gone since it was listed.
pub(super) async fn setup(engine: &DockerEngine, id: &str, files: &BTreeSet<String>) -> Result<Option<Setup>, Error> {
    let Some(found) = told::<Inspected>(engine, &format!("/containers/{id}/json")).await? else {
        return Ok(None);
    };
    let mut setup = of(&found);
    for mount in &mut setup.mounts {
        if !mount.volume.is_empty() {
            let path = format!("/volumes/{}", encode(&mount.volume));
            let volume = told::<VolumeInspected>(engine, &path).await?;
            mount.volume_created_ms = millis(volume.and_then(|volume| volume.created_at).as_deref());
        }
    }
    for joined in &mut setup.networks {
        // Those that run now are beside it only while it runs itself.
        if found.state.running && joined.is_user_defined() && !joined.id.is_empty() {
            let path = format!("/networks/{}", encode(&joined.id));
            let network = told::<NetworkInspected>(engine, &path).await?.unwrap_or_default();
            let members = network.containers.into_iter().flatten();
            let others = members.filter(|(other, _)| *other != found.id);
            joined.others = others
                .filter_map(|(_, member)| member.name)
                .take(MOST_NAMES)
                .map(cleaned)
                .collect();
        }
    }
    for path in files {
        let mut seen = SeenFile::default();
        seen.add(&written_ms(engine, id, path).await?);
        if seen != SeenFile::default() {
            setup.files.insert(path.clone(), seen);
        }
    }
    Ok(Some(setup))
}

/// What the engine tells; nothing of what has gone.
async fn told<T: serde::de::DeserializeOwned>(engine: &DockerEngine, path: &str) -> Result<Option<T>, Error> {
    let what = say!("cannot see how a container was made");
    engine.or_nothing(what, engine.get(what, path).await?)
}

fn of(found: &Inspected) -> Setup {
    let host = &found.host_config;
    let ended = !found.state.running;
    let mut mounts: Vec<Mount> = found.mounts.iter().flatten().map(mount).collect();
    mounts.extend(host.tmpfs.iter().flatten().map(|(target, _)| Mount {
        kind: "tmpfs".to_owned(),
        target: bare(target),
        ..Mount::default()
    }));
    mounts.truncate(MOST_MOUNTS);
    let networks = found.network_settings.networks.iter().flatten();
    let options: BTreeMap<String, String> = host.log_config.config.clone().unwrap_or_default();
    let name = found.name.trim_start_matches('/').to_owned();
    Setup {
        created_ms: millis(found.created.as_deref()),
        started_ms: millis(found.state.started_at.as_deref()),
        ended_ms: if ended {
            millis(found.state.finished_at.as_deref())
        } else {
            0
        },
        exit_code: found.state.exit_code.filter(|_| ended),
        out_of_memory: found.state.out_of_memory,
        mounts,
        networks: networks
            .take(MOST_NETWORKS)
            .map(|(network, joined)| join(network, joined, &name))
            .collect(),
        memory: host
            .memory
            .and_then(|bytes| u64::try_from(bytes).ok())
            .unwrap_or_default(),
        restart: host
            .restart_policy
            .name
            .clone()
            .filter(|name| !name.is_empty())
            .map_or_else(|| "no".to_owned(), cleaned),
        restarts: found.restart_count,
        read_only: host.readonly_rootfs,
        log_driver: host.log_config.driver.clone().map(cleaned).unwrap_or_default(),
        log_options: options
            .into_iter()
            .take(MOST_NAMES)
            .map(|(name, value)| (cleaned(name), cleaned(value)))
            .collect(),
        files: BTreeMap::new(),
        seen_ms: 0,
        name: cleaned(name),
    }
}

fn mount(found: &MountPoint) -> Mount {
    Mount {
        kind: cleaned(&found.kind),
        target: bare(&found.destination),
        volume: found
            .name
            .clone()
            .filter(|_| found.kind == "volume")
            .map(cleaned)
            .unwrap_or_default(),
        volume_created_ms: 0,
        source: found.source.clone().unwrap_or_default(),
        in_workspace: None,
        read_only: !found.writable,
    }
}

fn join(network: &str, joined: &Network, container: &str) -> Joined {
    // Docker's names have the container's and its short id among them, Podman and older engines tell the aliases.
    let mut names = vec![cleaned(container)];
    let told = joined.names.iter().chain(&joined.aliases).flatten();
    for name in told.take(2 * MOST_NAMES).cloned().map(cleaned) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.retain(|name| !(name.len() == 12 && name.chars().all(|c| c.is_ascii_hexdigit())));
    names.truncate(MOST_NAMES);
    Joined {
        name: cleaned(network),
        id: joined.id.clone().map(cleaned).unwrap_or_default(),
        names,
        others: Vec::new(),
    }
}

fn cleaned(text: impl AsRef<str>) -> String {
    clean_line(text.as_ref().as_bytes()).chars().take(LONGEST).collect()
}

/// A path without a slash at its end.
fn bare(path: &str) -> String {
    let path = cleaned(path);
    match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        bare => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Setup {
        of(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn dockers_words_are_read() {
        let setup = read(
            r#"{"Name":"/a","Created":"2026-12-01T00:46:04.936693059Z","RestartCount":2,
                "State":{"Running":false,"OOMKilled":true,"ExitCode":137,"StartedAt":"2026-12-01T00:46:05Z",
                         "FinishedAt":"2026-12-01T00:46:06.5Z"},
                "HostConfig":{"Memory":104857600,"RestartPolicy":{"Name":"on-failure"},"ReadonlyRootfs":true,
                              "LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}},"Tmpfs":{"/t/":""}},
                "Mounts":[{"Type":"volume","Name":"v","Source":"/x","Destination":"/data","RW":true},
                          {"Type":"bind","Source":"/home/a","Destination":"/b/","RW":false}],
                "NetworkSettings":{"Networks":{"net":{"NetworkID":"n","Aliases":["web"],
                                   "DNSNames":["a","web","a6a457bf99c7"]}}}}"#,
        );
        assert_eq!(
            (setup.name.as_str(), setup.restarts, setup.out_of_memory),
            ("a", 2, true)
        );
        assert_eq!(setup.ended_ms - setup.started_ms, 1500);
        assert_eq!(
            (setup.memory, setup.restart.as_str(), setup.read_only),
            (104_857_600, "on-failure", true)
        );
        assert_eq!(
            (setup.log_driver.as_str(), setup.log_options["max-size"].as_str()),
            ("json-file", "1m")
        );
        let kinds: Vec<_> = setup
            .mounts
            .iter()
            .map(|mount| (mount.kind.as_str(), mount.target.as_str()))
            .collect();
        assert_eq!(kinds, [("volume", "/data"), ("bind", "/b"), ("tmpfs", "/t")]);
        assert_eq!(
            (setup.mounts[0].volume.as_str(), setup.mounts[1].volume.as_str()),
            ("v", "")
        );
        assert!(setup.mounts[1].read_only && !setup.mounts[0].read_only);
        assert_eq!(setup.networks[0].names, ["a", "web"]);
    }

    #[test]
    fn what_an_engine_leaves_out_is_nothing() {
        let setup = read(r#"{"State":{"Running":true,"FinishedAt":"0001-01-01T00:00:00Z"},"Mounts":null}"#);
        assert_eq!((setup.ended_ms, setup.exit_code, setup.memory), (0, None, 0));
        assert_eq!((setup.restart.as_str(), setup.mounts.len()), ("no", 0));
    }
}
