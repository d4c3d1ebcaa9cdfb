//! The parts of `config.json` that matter here, read as leniently as docker reads it.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer};

use crate::error::Error;

/// Bytes of a settings file that are read.
const LIMIT: u64 = 1 << 20;

/// The part of `config.json` that counts here.
#[derive(Default, Deserialize)]
pub(super) struct ConfigFile {
    #[serde(default, rename = "currentContext", deserialize_with = "or_default")]
    pub(super) current_context: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) auths: BTreeMap<String, Auth>,
    #[serde(default, rename = "credHelpers", deserialize_with = "or_default")]
    pub(super) helpers: BTreeMap<String, String>,
    #[serde(default, rename = "credsStore", deserialize_with = "or_default")]
    pub(super) store: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) proxies: BTreeMap<String, Proxies>,
}

/// A login that is kept in the file itself.
#[derive(Default, Deserialize)]
pub(super) struct Auth {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) auth: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) username: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) password: String,
    #[serde(default, rename = "identitytoken", deserialize_with = "or_default")]
    pub(super) token: String,
}

/// The proxies for one engine, or for all under `default`.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Proxies {
    pub(super) http_proxy: Option<String>,
    pub(super) https_proxy: Option<String>,
    pub(super) no_proxy: Option<String>,
    pub(super) ftp_proxy: Option<String>,
    pub(super) all_proxy: Option<String>,
}

/// `null` counts as absent.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(value: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

impl ConfigFile {
    /// The file's path.
    pub(super) fn path(config_dir: &Path) -> PathBuf {
        config_dir.join("config.json")
    }

    /// Reads the file; none when it is not there.
    ///
    /// # Errors
    /// When it cannot be read or is no settings file. The message never quotes a value of the file.
    pub(super) fn read(config_dir: &Path) -> Result<Option<Self>, Error> {
        let path = Self::path(config_dir);
        let told = |cause: String| {
            Error::engine(say!("cannot read the docker client's settings in `{}`", path.display()))
                .cause(cause)
                .help(say!("fix the file, or move it away: `docker login` writes a new one"))
        };
        let Some(text) = read_text(&path).map_err(|error| told(error.to_string()))? else {
            return Ok(None);
        };
        // docker takes an empty file for one without settings.
        if text.trim().is_empty() {
            return Ok(Some(Self::default()));
        }
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| told(say!("line {} is invalid", error.line())))
    }
}

/// Reads a text without its byte order mark, at most 1 MiB of it; none when the file does not exist.
pub(super) fn read_text(path: &Path) -> std::io::Result<Option<String>> {
    use std::io::ErrorKind;
    // Asked first: opening a pipe would wait for somebody to write to it.
    match std::fs::metadata(path) {
        Ok(facts) if facts.is_file() => {}
        Ok(_) => return Err(std::io::Error::new(ErrorKind::InvalidInput, say!("it is not a file"))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut text = String::new();
    std::fs::File::open(path)?.take(LIMIT).read_to_string(&mut text)?;
    Ok(Some(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }))
}
