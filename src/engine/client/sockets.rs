//! Where products put their sockets, for the person who set none: the default place first, then theirs.

use std::path::{Path, PathBuf};

/// A socket, and the product that puts it there.
pub(super) struct Socket {
    pub(super) product: &'static str,
    pub(super) path: PathBuf,
}

/// The places to look at, in order; `uid` counts where there is no runtime folder.
pub(super) fn usual(home: Option<&Path>, runtime: Option<&Path>, uid: Option<u32>) -> Vec<Socket> {
    let mut sockets = Vec::new();
    let mut add = |product, path: PathBuf| {
        sockets.push(Socket { product, path });
    };
    let runtime = runtime
        .map(Path::to_owned)
        .or_else(|| Some(PathBuf::from(format!("/run/user/{}", uid.or_else(own_uid)?))));
    if let Some(home) = home {
        // A rootless engine without XDG_RUNTIME_DIR has its socket in the first one, too.
        add("Docker Desktop", home.join(".docker/run/docker.sock"));
        add("Docker Desktop", home.join(".docker/desktop/docker.sock"));
        add("OrbStack", home.join(".orbstack/run/docker.sock"));
        add("Rancher Desktop", home.join(".rd/docker.sock"));
        for folder in [".colima", ".config/colima"] {
            for profile in folders(&home.join(folder)) {
                add("Colima", profile.join("docker.sock"));
            }
        }
    }
    if let Some(runtime) = &runtime {
        add("rootless Docker", runtime.join("docker.sock"));
        add("Podman", runtime.join("podman/podman.sock"));
    }
    add("Podman", PathBuf::from("/run/podman/podman.sock"));
    if let Some(home) = home {
        for instance in folders(&home.join(".lima")) {
            add("Lima", instance.join("sock/docker.sock"));
            add("Lima", instance.join("sock/podman.sock"));
        }
        add(
            "Finch",
            PathBuf::from("/Applications/Finch/lima/data/finch/sock/finch.sock"),
        );
        add("Finch", PathBuf::from("/run/finch.sock"));
        let machines = home.join(".local/share/containers/podman/machine");
        add("podman machine", machines.join("podman.sock"));
        for machine in folders(&machines) {
            add("podman machine", machine.join("podman.sock"));
        }
    }
    for folder in runtime.into_iter().chain([std::env::temp_dir()]) {
        add("podman machine", folder.join("podman/podman-machine-default-api.sock"));
    }
    sockets
}

/// The folders in a folder, `default` first, then by name.
fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .take(100)
        .collect();
    found.sort_by_key(|path| (!path.ends_with("default"), path.clone()));
    found
}

/// The numeric user of this process, as Linux tells it.
#[cfg(unix)]
fn own_uid() -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Some(std::fs::metadata("/proc/self").ok()?.uid())
}

#[cfg(not(unix))]
fn own_uid() -> Option<u32> {
    None
}

/// Asks the listener at a socket whether it speaks HTTP, as engines do; says why when nothing answers.
#[cfg(unix)]
pub(super) fn answers(path: &Path) -> std::io::Result<()> {
    use std::{
        io::{ErrorKind, Read as _, Write as _},
        os::unix::net::UnixStream,
        time::Duration,
    };

    /// How long it may take.
    const PATIENCE: Duration = Duration::from_secs(1);

    let mut stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n")?;
    let mut begin = [0; 5];
    let read = stream.read_exact(&mut begin);
    match read {
        Ok(()) if &begin == b"HTTP/" => Ok(()),
        Ok(()) => Err(std::io::Error::new(ErrorKind::InvalidData, say!("it is not an engine"))),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Err(std::io::Error::new(ErrorKind::TimedOut, say!("no answer")))
        }
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
pub(super) fn answers(_: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
