//! What engines say of containers, read with types of our own: only the fields that count here, and states as they come.
//! bollard knows Docker's states alone; Podman has more (`stopped`, `initialized`).

use std::collections::BTreeMap;

use serde::Deserialize;

/// `GET /containers/ID/json`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Inspected {
    pub(super) id: String,
    /// Id of its image.
    pub(super) image: Option<String>,
    pub(super) created: Option<String>,
    pub(super) name: String,
    pub(super) restart_count: u64,
    pub(super) state: State,
    pub(super) config: Config,
    pub(super) host_config: HostConfig,
    pub(super) mounts: Option<Vec<MountPoint>>,
    pub(super) network_settings: NetworkSettings,
}

/// How it was asked to be made.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct HostConfig {
    pub(super) memory: Option<i64>,
    pub(super) restart_policy: RestartPolicy,
    pub(super) log_config: LogConfig,
    pub(super) readonly_rootfs: bool,
    /// Paths of `--tmpfs`, which are not among the mounts.
    pub(super) tmpfs: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct RestartPolicy {
    pub(super) name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct LogConfig {
    #[serde(rename = "Type")]
    pub(super) driver: Option<String>,
    pub(super) config: Option<BTreeMap<String, String>>,
}

/// What is mounted in it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct MountPoint {
    #[serde(rename = "Type")]
    pub(super) kind: String,
    /// A volume's name.
    pub(super) name: Option<String>,
    pub(super) source: Option<String>,
    pub(super) destination: String,
    #[serde(rename = "RW")]
    pub(super) writable: bool,
}

/// `GET /volumes/NAME`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct VolumeInspected {
    pub(super) created_at: Option<String>,
}

/// `GET /networks/ID`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct NetworkInspected {
    /// Those that run on it, by their ids.
    pub(super) containers: Option<BTreeMap<String, NetworkMember>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct NetworkMember {
    pub(super) name: Option<String>,
}

/// What the head of a path's archive tells of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PathStat {
    pub(super) mtime: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct State {
    pub(super) running: bool,
    pub(super) exit_code: Option<i64>,
    #[serde(rename = "OOMKilled")]
    pub(super) out_of_memory: bool,
    pub(super) started_at: Option<String>,
    pub(super) finished_at: Option<String>,
    /// Docker's `Health`, Podman's `Healthcheck`; none without a health check.
    #[serde(alias = "Healthcheck")]
    pub(super) health: Option<Health>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Health {
    /// "none" or "" without a health check, "starting", "healthy" or "unhealthy".
    pub(super) status: String,
    pub(super) log: Option<Vec<HealthLog>>,
}

/// A health check that has ended.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct HealthLog {
    pub(super) exit_code: Option<i64>,
    pub(super) output: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Config {
    /// The image's name as the person gave it.
    pub(super) image: Option<String>,
    pub(super) hostname: Option<String>,
    /// The signal that asks it to stop.
    pub(super) stop_signal: Option<String>,
    pub(super) labels: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct NetworkSettings {
    ports: Option<BTreeMap<String, Option<Vec<Binding>>>>,
    pub(super) networks: Option<BTreeMap<String, Network>>,
    #[serde(rename = "IPAddress")]
    address: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Binding {
    host_port: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Network {
    #[serde(rename = "IPAddress")]
    address: Option<String>,
    #[serde(rename = "NetworkID")]
    pub(super) id: Option<String>,
    pub(super) aliases: Option<Vec<String>>,
    /// All names under which it is found; Podman and older engines tell the aliases alone.
    #[serde(rename = "DNSNames")]
    pub(super) names: Option<Vec<String>>,
}

impl NetworkSettings {
    /// The port on the engine's machine that leads to a TCP port in the container.
    pub(super) fn published(&self, port: u16) -> Option<u16> {
        let bindings = self.ports.as_ref()?.get(&format!("{port}/tcp"))?.as_ref()?;
        bindings
            .iter()
            .find_map(|binding| binding.host_port.as_ref()?.parse().ok())
    }

    /// The container's own address.
    pub(super) fn address(&self) -> Option<&str> {
        let others = self.networks.iter().flat_map(BTreeMap::values);
        std::iter::once(self.address.as_deref())
            .chain(others.map(|network| network.address.as_deref()))
            .flatten()
            .find(|address| !address.is_empty())
    }
}

/// One of `GET /containers/json`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) names: Option<Vec<String>>,
    pub(super) image: Option<String>,
    #[serde(rename = "ImageID")]
    pub(super) image_id: Option<String>,
    pub(super) created: i64,
    pub(super) state: Option<String>,
    pub(super) labels: Option<BTreeMap<String, String>>,
}

impl Listed {
    /// Whether it runs; a state that nobody knows means that it has ended.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.state.as_deref(), Some("running" | "paused"))
    }
}

/// One of `GET /containers/ID/changes`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Change {
    pub(super) path: String,
    /// 0 modified, 1 added, 2 deleted.
    #[serde(default)]
    pub(super) kind: u8,
}

/// The milliseconds since 1970 of an engine's time (RFC 3339); 0 for none, which engines write as the year 1.
pub(super) fn millis(time: Option<&str>) -> i64 {
    let time = time.and_then(|time| time.parse::<jiff::Timestamp>().ok());
    time.map_or(0, jiff::Timestamp::as_millisecond).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn podmans_states_are_read() {
        let found: Inspected = serde_json::from_str(
            r#"{"Id":"a","State":{"Status":"stopped","Running":false,"ExitCode":3},"Config":{"Labels":null},
                "NetworkSettings":{"IPAddress":"","Ports":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"7"}],"81/tcp":null},
                "Networks":{"podman":{"IPAddress":"10.88.0.2"}}}}"#,
        )
        .unwrap();
        assert_eq!((found.state.running, found.state.exit_code), (false, Some(3)));
        let network = found.network_settings;
        assert_eq!((network.published(80), network.published(81)), (Some(7), None));
        assert_eq!(network.address(), Some("10.88.0.2"));
        for (state, running) in [
            ("running", true),
            ("stopped", false),
            ("initialized", false),
            ("new", false),
        ] {
            let listed: Listed = serde_json::from_str(&format!(r#"{{"Id":"a","State":"{state}"}}"#)).unwrap();
            assert_eq!(listed.is_running(), running, "{state}");
        }
    }
}
