//! The logins that the docker client keeps, found as it finds them: `config.json`'s `credHelpers`, then `credsStore`,
//! then `auths` (docker/cli, cli/config). What is found goes to the engine with the request that needs it, and nowhere
//! else: it is neither printed nor kept.
//!
//! `docker_credential` reads the same; a helper that never answers would hold it up for good, and it looks the folder
//! up in the environment by itself.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use serde::Deserialize;

use super::config_file::ConfigFile;
use crate::{
    engine::text::one_line,
    error::Error,
    program::{self, Ended},
};

/// Bytes of a helper's answer that are read.
const ANSWER: u64 = 64 * 1024;
/// How long a helper may take: one may ask the network for a token.
const PATIENCE: Duration = Duration::from_secs(30);
/// What Docker Hub's login is kept under.
const HUB: &str = "https://index.docker.io/v1/";
/// Docker Hub's names.
const HUB_HOSTS: &[&str] = &[
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
];

/// A login for one registry.
#[derive(Clone)]
pub struct Login {
    /// The engine's `AuthConfig`.
    auth: serde_json::Value,
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
    pub(in crate::engine) fn header(login: Option<&Self>) -> String {
        URL_SAFE.encode(login.map_or_else(|| "{}".to_owned(), |login| login.auth.to_string()))
    }

    /// The user, empty for a token, and the secret.
    pub fn user_and_secret(&self) -> (String, String) {
        let text = |name: &str| self.auth[name].as_str().unwrap_or_default().to_owned();
        match text("identitytoken") {
            token if token.is_empty() => (text("username"), text("password")),
            token => (String::new(), token),
        }
    }

    fn new(server: &str, user: &str, secret: &str, from: String) -> Self {
        // The engine's AuthConfig; helpers give tokens under this name.
        let auth = if user == "<token>" {
            serde_json::json!({ "identitytoken": secret, "serveraddress": server })
        } else {
            serde_json::json!({ "username": user, "password": secret, "serveraddress": server })
        };
        Self { auth, from }
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
    let folder = file.parent().unwrap_or(&file);
    let Some(settings) = ConfigFile::read(folder)? else {
        return Ok(Looked {
            login: None,
            file: Some(file),
            is_there: false,
        });
    };
    let login = login_of(&settings, registry)?;
    Ok(Looked {
        login,
        file: Some(file),
        is_there: true,
    })
}

/// Whether the settings know a login for a registry, without asking a helper; none where they cannot be read.
pub fn has_login(config_dir: &Path, registry: &str) -> Option<bool> {
    let settings = ConfigFile::read(config_dir).ok()?.unwrap_or_default();
    let is_of = |key: &String| is_same(key, registry);
    Some(settings.auths.keys().any(is_of) || settings.helpers.keys().any(is_of))
}

/// The logins that a build by the classic builder may need: those of the registries that its Dockerfile names, and Docker
/// Hub's, which needs no naming. A helper that fails is passed over, as docker does here.
pub(in crate::engine) fn logins_for(
    config_dir: Option<&Path>,
    dockerfile: &str,
) -> BTreeMap<String, serde_json::Value> {
    let settings = config_dir.map(ConfigFile::read);
    let Some(Ok(Some(settings))) = settings else {
        return BTreeMap::new();
    };
    settings
        .auths
        .keys()
        .chain(settings.helpers.keys())
        .filter(|key| is_same(key, "docker.io") || dockerfile.contains(host(key)))
        .filter_map(|key| {
            let registry = if is_same(key, "docker.io") {
                "docker.io"
            } else {
                host(key)
            };
            let login = login_of(&settings, registry).ok()??;
            Some((server(registry).to_owned(), login.auth))
        })
        .collect()
}

fn login_of(settings: &ConfigFile, registry: &str) -> Result<Option<Login>, Error> {
    match helper_for(settings, registry) {
        Some(helper) => ask(&helper, server(registry)),
        None => Ok(kept(settings, registry, "config.json")),
    }
}

fn helper_for(settings: &ConfigFile, registry: &str) -> Option<String> {
    let own = settings.helpers.iter().find(|(key, _)| is_same(key, registry));
    own.map(|(_, helper)| helper.clone())
        .or_else(|| (!settings.store.is_empty()).then(|| settings.store.clone()))
}

/// What a registry's login is kept under.
fn server(registry: &str) -> &str {
    if is_same(registry, "docker.io") { HUB } else { registry }
}

/// Whether a key of the settings is a registry's, however it is spelled.
fn is_same(key: &str, registry: &str) -> bool {
    let name = |host: &str| {
        let host = host.to_ascii_lowercase();
        if HUB_HOSTS.contains(&host.as_str()) {
            HUB.to_owned()
        } else {
            host
        }
    };
    name(host(key)) == name(host(registry))
}

/// A key's host: `https://index.docker.io/v1/` is `index.docker.io`.
fn host(key: &str) -> &str {
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn kept(settings: &ConfigFile, registry: &str, from: &str) -> Option<Login> {
    let wanted = server(registry);
    let auth = settings.auths.get(wanted).or_else(|| {
        let same = settings.auths.iter().find(|(key, _)| is_same(key, registry));
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
    let told = || Error::engine(say!("`{program}` has no login for {server}"; program = name, server));
    if helper.is_empty() || !helper.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return Err(told().cause(say!("this is not the name of a program")));
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
                "install it, or remove it from the docker client's config.json and log in again"
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
            .help(say!("log in again with the registry's own tool")));
    }
    let answer: Answer =
        serde_json::from_slice(&answer).map_err(|_| told().cause(say!("its answer could not be read")))?;
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
        serde_json::from_slice(&URL_SAFE.decode(Login::header(Some(login))).unwrap()).unwrap()
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
        assert!(!Login::header(Some(&login)).contains(['+', '/']));
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
