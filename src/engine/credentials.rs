//! The logins that the docker client keeps, found as it finds them: `config.json`'s `credHelpers`, then `credsStore`,
//! then `auths` (docker/cli, cli/config). What is found goes to the engine with the request that needs it, and nowhere
//! else: it is neither printed nor kept.
//!
//! `docker_credential` reads the same; a helper that never answers would hold it up for good, and it looks the folder
//! up in the environment by itself.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use serde::Deserialize;

use super::text::one_line;
use crate::{
    error::Error,
    program::{self, Ended},
};

/// Bytes of a settings file that are read.
const LIMIT: u64 = 1 << 20;
/// Bytes of a helper's answer that are read.
const ANSWER: u64 = 64 * 1024;
/// How long a helper may take: one may ask the network for a token.
const PATIENCE: Duration = Duration::from_secs(30);
/// What Docker Hub's login is kept under.
const HUB: &str = "https://index.docker.io/v1/";

/// A login for one registry.
#[derive(Clone)]
pub struct Login {
    header: String,
    /// Where it was found, to be told to a person: `config.json`, `docker-credential-gcloud`.
    pub from: String,
}

impl std::fmt::Debug for Login {
    // Whatever shows a login by mistake shows no secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login from {}", self.from)
    }
}

impl Login {
    /// The value of the engine's `X-Registry-Auth`; without a login an empty object.
    pub(super) fn header(login: Option<&Self>) -> String {
        login.map_or_else(|| URL_SAFE.encode("{}"), |login| login.header.clone())
    }

    fn new(server: &str, user: &str, secret: &str, from: String) -> Self {
        // The engine's AuthConfig; helpers give tokens under this name.
        let auth = if user == "<token>" {
            serde_json::json!({ "identitytoken": secret, "serveraddress": server })
        } else {
            serde_json::json!({ "username": user, "password": secret, "serveraddress": server })
        };
        Self {
            header: URL_SAFE.encode(auth.to_string()),
            from,
        }
    }
}

/// What was found out about a registry's login.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The login, when there is one.
    pub login: Option<Login>,
    /// The settings file that says; none where it is not known where that would be.
    pub file: Option<PathBuf>,
    /// Whether that file is there.
    pub is_there: bool,
}

/// The part of `config.json` that is about logins.
#[derive(Default, Deserialize)]
struct Settings {
    #[serde(default)]
    auths: BTreeMap<String, Auth>,
    #[serde(default, rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
    #[serde(default, rename = "credsStore")]
    store: String,
}

#[derive(Default, Deserialize)]
struct Auth {
    #[serde(default)]
    auth: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default, rename = "identitytoken")]
    token: String,
}

/// A helper's answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Looks for the login of a registry, named by its host (`docker.io`, `europe-west1-docker.pkg.dev`, `127.0.0.1:5000`).
///
/// # Errors
/// When the settings cannot be read, or a helper that they name fails or does not answer within 30 s.
pub fn find_login(config_dir: Option<&Path>, registry: &str) -> Result<Looked, Error> {
    let Some(file) = config_dir.map(|folder| folder.join("config.json")) else {
        return Ok(Looked {
            login: None,
            file: None,
            is_there: false,
        });
    };
    let shown = file.display().to_string();
    let told = |cause: String| {
        Error::engine(say!("cannot read the docker client's settings in `{shown}`"; shown))
            .cause(cause)
            .help(say!("mend the file; `docker login` writes it anew"))
    };
    let text = match std::fs::File::open(&file) {
        Ok(open) => {
            let mut text = String::new();
            open.take(LIMIT)
                .read_to_string(&mut text)
                .map_err(|error| told(error.to_string()))?;
            text
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Looked {
                login: None,
                file: Some(file),
                is_there: false,
            });
        }
        Err(error) => return Err(told(error.to_string())),
    };
    // serde's own message may quote a value of the file.
    let settings: Settings =
        serde_json::from_str(&text).map_err(|error| told(say!("line {} is not as it should be", error.line())))?;
    let login = match helper_for(&settings, registry) {
        Some(helper) => ask(&helper, server(registry))?,
        None => kept(&settings, registry, "config.json"),
    };
    Ok(Looked {
        login,
        file: Some(file),
        is_there: true,
    })
}

/// Whether the settings know a login for a registry, without asking a helper; none where they cannot be read.
pub fn has_login(config_dir: &Path, registry: &str) -> Option<bool> {
    let text = match std::fs::read(config_dir.join("config.json")) {
        Ok(text) if text.len() as u64 <= LIMIT => text,
        Ok(_) => return None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(false),
        Err(_) => return None,
    };
    let settings: Settings = serde_json::from_slice(&text).ok()?;
    let is_of = |key: &String| host(key) == host(server(registry));
    Some(settings.auths.keys().any(is_of) || settings.helpers.keys().any(is_of))
}

fn helper_for(settings: &Settings, registry: &str) -> Option<String> {
    let own = settings
        .helpers
        .iter()
        .find(|(key, _)| host(key) == host(server(registry)));
    own.map(|(_, helper)| helper.clone())
        .or_else(|| (!settings.store.is_empty()).then(|| settings.store.clone()))
}

/// What a registry's login is kept under.
fn server(registry: &str) -> &str {
    if registry == "docker.io" { HUB } else { registry }
}

/// A key's host: `https://index.docker.io/v1/` is `index.docker.io`.
fn host(key: &str) -> &str {
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn kept(settings: &Settings, registry: &str, from: &str) -> Option<Login> {
    let wanted = server(registry);
    let auth = settings.auths.get(wanted).or_else(|| {
        let same = settings.auths.iter().find(|(key, _)| host(key) == host(wanted));
        same.map(|(_, auth)| auth)
    })?;
    let from = from.to_owned();
    if !auth.token.is_empty() {
        return Some(Login::new(wanted, "<token>", &auth.token, from));
    }
    if !auth.username.is_empty() {
        return Some(Login::new(wanted, &auth.username, &auth.password, from));
    }
    let decoded = STANDARD.decode(auth.auth.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, secret) = text.split_once(':')?;
    // The client pads with NULs.
    Some(Login::new(wanted, user, secret.trim_end_matches('\0'), from))
}

/// Asks a credential helper: its program is `docker-credential-NAME`, `get` takes the server on stdin.
fn ask(helper: &str, server: &str) -> Result<Option<Login>, Error> {
    let name = format!("docker-credential-{helper}");
    let told = || Error::engine(say!("`{program}` gives no login for {server}"; program = name, server));
    if helper.is_empty() || !helper.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return Err(told().cause(say!("that is no program's name")));
    }
    let mut command = Command::new(&name);
    command.arg("get");
    let (status, answer) = match program::ask(command, server.as_bytes(), ANSWER, PATIENCE) {
        Ended::Answered(status, answer) => (status, answer),
        Ended::TooLate => {
            return Err(told().cause(say!("it did not answer within {} s", PATIENCE.as_secs())));
        }
        Ended::Failed(error) => {
            return Err(told().cause(error).help(say!(
                "install it, or take it out of the docker client's config.json and log in again"
            )));
        }
    };
    if !status.success() {
        // The client's own words for a login that is not there; anything else may hold a secret, and is not shown.
        let text = one_line(&String::from_utf8_lossy(&answer));
        if text.contains("credentials not found") || text.contains("no credentials") {
            return Ok(None);
        }
        return Err(told()
            .cause(say!("it ended with {status}"; status))
            .help(say!("log in again, with what the registry's own tool is called")));
    }
    let answer: Answer =
        serde_json::from_slice(&answer).map_err(|_| told().cause(say!("its answer is not understood")))?;
    if answer.username.is_empty() && answer.secret.is_empty() {
        return Ok(None);
    }
    Ok(Some(Login::new(server, &answer.username, &answer.secret, name)))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay files of their own")]
mod tests {
    use super::*;

    fn decoded(login: &Login) -> serde_json::Value {
        serde_json::from_slice(&URL_SAFE.decode(&login.header).unwrap()).unwrap()
    }

    fn looked(text: &str, registry: &str) -> Looked {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.json"), text).unwrap();
        find_login(Some(dir.path()), registry).unwrap()
    }

    #[test]
    fn a_login_is_found_by_its_registrys_host_and_sent_in_the_engines_alphabet() {
        // "user:?>~?>~" has characters that the two base64 alphabets write otherwise.
        let auth = STANDARD.encode("user:?>~?>~");
        let text = format!("{{\"auths\":{{\"https://index.docker.io/v1/\":{{\"auth\":\"{auth}\"}}}}}}");
        let login = looked(&text, "docker.io").login.unwrap();
        assert_eq!(decoded(&login)["password"], "?>~?>~");
        assert!(!login.header.contains(['+', '/']));
        assert!(looked(&text, "ghcr.io").login.is_none());
        let token = r#"{"auths":{"eu.example":{"identitytoken":"t"}}}"#;
        assert_eq!(
            decoded(&looked(token, "eu.example").login.unwrap())["identitytoken"],
            "t"
        );
        let plain = r#"{"auths":{"http://127.0.0.1:5000":{"username":"a","password":"b"}}}"#;
        assert_eq!(
            decoded(&looked(plain, "127.0.0.1:5000").login.unwrap())["username"],
            "a"
        );
    }

    #[test]
    fn nothing_secret_is_shown() {
        let text = r#"{"auths":{"x.example":{"username":"a","password":"hush"}}}"#;
        let shown = format!("{:?}", looked(text, "x.example"));
        assert!(!shown.contains("hush"), "{shown}");
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(
            dir.path().join("config.json"),
            "{\"auths\":{\"x\":{\"auth\":7, \"password\":\"hush\"}}}",
        )
        .unwrap();
        let error = find_login(Some(dir.path()), "x").unwrap_err();
        assert!(!error.to_string().contains("hush"), "{error}");
    }

    #[test]
    fn a_helper_goes_before_what_is_kept_and_its_absence_is_told() {
        let text =
            r#"{"credHelpers":{"x.example":"no-such-helper"},"auths":{"x.example":{"username":"a","password":"b"}}}"#;
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.json"), text).unwrap();
        let error = find_login(Some(dir.path()), "x.example").unwrap_err();
        assert!(error.message().contains("docker-credential-no-such-helper"), "{error}");
        assert_eq!(has_login(dir.path(), "x.example"), Some(true));
        assert_eq!(has_login(dir.path(), "docker.io"), Some(false));
        std::fs::write(dir.path().join("config.json"), "{").unwrap();
        assert_eq!(has_login(dir.path(), "docker.io"), None);
    }

    #[test]
    fn no_settings_are_no_login() {
        let dir = tempfile::tempdir().unwrap();
        let looked = find_login(Some(dir.path()), "docker.io").unwrap();
        assert!(looked.login.is_none() && !looked.is_there);
        assert!(find_login(None, "docker.io").unwrap().file.is_none());
    }
}
