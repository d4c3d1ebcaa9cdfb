//! Which engine to talk to.
//!
//! The order is the docker client's own: a flag, `DOCKER_HOST`, `DOCKER_CONTEXT`, `currentContext` of its settings
//! file, the default socket. Only when nothing of that says anything and nobody answers at the default socket are the
//! sockets of other products tried.

use std::path::{Path, PathBuf};

use super::{
    config_file::ConfigFile,
    contexts,
    sockets::{self, answers},
};
use crate::{
    engine::address::{Address, Certificates, SOCKET},
    error::Error,
};

/// The docker client's default on Windows.
const DEFAULT_PIPE: &str = "npipe:////./pipe/docker_engine";

/// What the caller knows that says where an engine is. Nothing else is looked up in the environment.
#[derive(Debug, Clone, Default)]
pub struct LocateHints {
    /// A flag on the command line.
    pub host: Option<String>,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_CONFIG`; `~/.docker` when it is none.
    pub config_dir: Option<PathBuf>,
    /// `DOCKER_TLS_VERIFY`: any value asks for TLS.
    pub tls_verify: Option<String>,
    /// `DOCKER_TLS`: any value asks for TLS whose certificate is not checked.
    pub tls: Option<String>,
    /// `DOCKER_CERT_PATH`: the folder with the files for TLS.
    pub cert_path: Option<PathBuf>,
    /// The person's home folder.
    pub home: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_dir: Option<PathBuf>,
    /// Their numeric user, for `/run/user/UID` when `runtime_dir` is none.
    pub uid: Option<u32>,
}

/// An engine's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its address as a person may see it, `unix:///var/run/docker.sock`; a password in it is left out.
    pub endpoint: String,
    /// How it was found, to be told to a person: `DOCKER_HOST`, ``context `colima` ``, `default socket`.
    pub how: String,
    /// The docker context that names it.
    pub context: Option<String>,
    /// The folder with the docker client's `config.json`, where the credentials for registries are.
    pub config_dir: Option<PathBuf>,
    /// How to reach it.
    pub(in crate::engine) address: Address,
}

impl Target {
    /// An engine at an address that is known.
    ///
    /// # Errors
    /// When that is not the address of an engine.
    pub fn at(endpoint: &str) -> Result<Self, Error> {
        Self::new(endpoint, say!("given address").to_owned(), None)
    }

    fn new(endpoint: &str, how: String, certificates: Option<&Certificates>) -> Result<Self, Error> {
        let address = Address::parse(endpoint, certificates)?;
        Ok(Self {
            endpoint: address.shown(),
            how,
            context: None,
            config_dir: None,
            address,
        })
    }
}

/// The folder of the docker client's settings: the one that `DOCKER_CONFIG` names, or `.docker` in the person's home.
pub fn config_folder(named: Option<&Path>, home: Option<&Path>) -> Option<PathBuf> {
    named.map_or_else(
        || home.map(|home| home.join(".docker")),
        |named| Some(named.to_path_buf()),
    )
}

/// Finds the engine that the docker client would talk to.
///
/// # Errors
/// When what says where it is cannot be read, or is no address of an engine.
pub fn locate(hints: &LocateHints) -> Result<Target, Error> {
    let config_dir = config_folder(hints.config_dir.as_deref(), hints.home.as_deref());
    let target = find(hints, config_dir.as_deref())?;
    Ok(Target { config_dir, ..target })
}

fn find(hints: &LocateHints, config_dir: Option<&Path>) -> Result<Target, Error> {
    for (host, how) in [(&hints.host, "--host"), (&hints.docker_host, "DOCKER_HOST")] {
        if let Some(host) = set(host.as_deref()) {
            return Target::new(host, how.to_owned(), certificates(hints, config_dir).as_ref());
        }
    }
    let named = match set(hints.docker_context.as_deref()) {
        Some(name) => Some(name.to_owned()),
        None => match config_dir.map(ConfigFile::read) {
            Some(settings) => settings?.map(|settings| settings.current_context),
            None => None,
        },
    };
    if let Some(name) = named.filter(|name| !name.is_empty() && name != "default") {
        let context = contexts::read(config_dir, &name)?;
        let how = say!("context `{name}`"; name);
        let mut target = Target::new(&context.host, how, context.certificates.as_ref())?;
        target.context = Some(name);
        return Ok(target);
    }
    if cfg!(windows) {
        return Target::new(DEFAULT_PIPE, say!("default pipe").to_owned(), None);
    }
    first_that_answers(hints)
}

/// The default socket, or the first of the usual ones at which an engine answers. Where none does, the default one: what
/// is wrong with it is what the person needs to know.
fn first_that_answers(hints: &LocateHints) -> Result<Target, Error> {
    let at = |path: &Path, how: String| Target::new(&format!("unix://{}", path.display()), how, None);
    let default = Path::new(SOCKET);
    let mut skipped = Vec::new();
    match answers(default) {
        Ok(()) => return at(default, say!("default socket").to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => skipped.push(format!("{}: {error}", default.display())),
    }
    for socket in sockets::usual(hints.home.as_deref(), hints.runtime_dir.as_deref(), hints.uid) {
        match answers(&socket.path) {
            Ok(()) => {
                let mut how = say!("the socket of {}", socket.product);
                if !skipped.is_empty() {
                    how.push_str(&say!(" (skipped {})", skipped.join("; ")));
                }
                return at(&socket.path, how);
            }
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) => {}
            Err(error) => skipped.push(format!("{}: {error}", socket.path.display())),
        }
    }
    at(default, say!("default socket").to_owned())
}

/// What TLS needs, where the environment asks for it.
fn certificates(hints: &LocateHints, config_dir: Option<&Path>) -> Option<Certificates> {
    let verify = set(hints.tls_verify.as_deref()).is_some();
    if !verify && set(hints.tls.as_deref()).is_none() {
        return None;
    }
    let folder = hints.cert_path.as_deref().or(config_dir)?;
    Some(contexts::certificates(folder, !verify))
}

/// An empty variable counts as unset, as with the docker client.
fn set(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay files of their own")]
mod tests {
    use super::*;

    fn with_config(text: &str) -> (tempfile::TempDir, LocateHints) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.json"), text).unwrap();
        let hints = LocateHints {
            config_dir: Some(dir.path().to_owned()),
            ..LocateHints::default()
        };
        (dir, hints)
    }

    fn add_context(dir: &Path, id: &str, host: &str) {
        let meta = dir.join("contexts/meta").join(id);
        std::fs::create_dir_all(&meta).unwrap();
        let text = format!(
            r#"{{"Name":"x","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}","SkipTLSVerify":false}}}}}}"#
        );
        std::fs::write(meta.join("meta.json"), text).unwrap();
    }

    /// The SHA-256 of "colima".
    const COLIMA: &str = "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16";

    #[test]
    fn the_order_is_the_docker_clients() {
        let (dir, mut hints) = with_config(r#"{"currentContext":"colima","auths":{}}"#);
        add_context(dir.path(), COLIMA, "unix:///colima.sock");
        let found = locate(&hints).unwrap();
        assert_eq!(
            (found.endpoint.as_str(), found.how.as_str()),
            ("unix:///colima.sock", "context `colima`")
        );

        hints.docker_context = Some("default".to_owned());
        assert_ne!(locate(&hints).unwrap().endpoint, "unix:///colima.sock");
        hints.docker_host = Some("tcp://127.0.0.1:2375".to_owned());
        assert_eq!(locate(&hints).unwrap().how, "DOCKER_HOST");
        hints.host = Some("unix:///x".to_owned());
        assert_eq!(locate(&hints).unwrap().endpoint, "unix:///x");
        hints.host = Some(String::new());
        assert_eq!(locate(&hints).unwrap().how, "DOCKER_HOST");
    }

    #[test]
    fn a_named_context_that_is_missing_is_an_error() {
        let (_dir, hints) = with_config(r#"{"currentContext":"gone"}"#);
        assert_eq!(
            locate(&hints).unwrap_err().message(),
            "there is no docker context `gone`"
        );
    }

    #[test]
    fn a_context_with_tls_is_spoken_to_with_tls() {
        let (dir, hints) = with_config(r#"{"currentContext":"colima"}"#);
        add_context(dir.path(), COLIMA, "tcp://10.0.0.1");
        assert!(matches!(locate(&hints).unwrap().address, Address::Tcp(_)));
        let tls = dir.path().join("contexts/tls").join(COLIMA).join("docker");
        std::fs::create_dir_all(&tls).unwrap();
        std::fs::write(tls.join("ca.pem"), "").unwrap();
        let target = locate(&hints).unwrap();
        let Address::Tls(host, files) = &target.address else {
            panic!("plain");
        };
        assert_eq!(
            (host.as_str(), files.ca.is_some(), files.key.is_some()),
            ("10.0.0.1:2376", true, false)
        );
        assert_eq!(target.context.as_deref(), Some("colima"));
    }

    #[test]
    fn the_environment_asks_for_tls() {
        let (dir, mut hints) = with_config("");
        hints.docker_host = Some("tcp://h".to_owned());
        hints.tls_verify = Some("1".to_owned());
        let verified = |hints: &LocateHints| match locate(hints).unwrap().address {
            Address::Tls(_, files) => Some(!files.skip_verify),
            _ => None,
        };
        assert_eq!(verified(&hints), Some(true));
        hints.cert_path = Some(dir.path().join("elsewhere"));
        assert_eq!(verified(&hints), Some(true));
        hints.tls_verify = Some(String::new());
        assert_eq!(verified(&hints), None);
        hints.tls = Some("1".to_owned());
        assert_eq!(verified(&hints), Some(false));
    }

    #[test]
    fn settings_are_read_as_leniently_as_docker_reads_them() {
        for lenient in [
            "",
            " \n",
            "{}",
            "\u{feff}{}",
            r#"{"auths":null,"currentContext":null,"unknown":[1]}"#,
        ] {
            let (_dir, hints) = with_config(lenient);
            assert!(locate(&hints).is_ok(), "{lenient:?}");
        }
        let (_dir, hints) = with_config("{");
        assert!(locate(&hints).unwrap_err().message().contains("settings"));
    }

    #[test]
    fn a_broken_context_is_told_with_its_file() {
        let (dir, hints) = with_config(r#"{"currentContext":"colima"}"#);
        add_context(dir.path(), COLIMA, "unix:///x");
        let meta = dir.path().join("contexts/meta").join(COLIMA).join("meta.json");
        std::fs::write(&meta, "{").unwrap();
        let told = locate(&hints).unwrap_err().to_string();
        assert!(
            told.contains("colima") && told.contains(meta.to_str().unwrap()),
            "{told}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_no_settings_file() {
        let (dir, hints) = with_config("{}");
        let file = dir.path().join("config.json");
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        assert!(locate(&hints).unwrap_err().to_string().contains("not a file"));
    }

    #[cfg(unix)]
    #[test]
    fn the_first_socket_that_answers_is_taken() {
        use std::{
            io::{Read as _, Write as _},
            os::unix::net::UnixListener,
        };
        if answers(Path::new(SOCKET)).is_ok() {
            // The default engine of this machine goes before all others.
            return;
        }
        let home = tempfile::tempdir().unwrap();
        let dead = home.path().join(".rd");
        let live = home.path().join(".colima/work");
        std::fs::create_dir_all(&dead).unwrap();
        std::fs::create_dir_all(&live).unwrap();
        drop(UnixListener::bind(dead.join("docker.sock")).unwrap());
        let listener = UnixListener::bind(live.join("docker.sock")).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 64];
            assert!(stream.read(&mut asked).unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nOK").unwrap();
        });
        let hints = LocateHints {
            home: Some(home.path().to_owned()),
            runtime_dir: Some(home.path().to_owned()),
            ..LocateHints::default()
        };
        let found = locate(&hints).unwrap();
        assert!(found.endpoint.ends_with(".colima/work/docker.sock"), "{found:?}");
        assert!(found.how.contains("Colima"), "{found:?}");
        assert!(found.how.contains(".rd/docker.sock: "), "{found:?}");
    }
}
