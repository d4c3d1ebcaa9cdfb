//! Flags, environment and terminal facts, read in one place and settled once.

use std::{io::IsTerminal, path::PathBuf};

/// What was found out about the surroundings, before any command runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the command was given.
    pub folder: PathBuf,
    /// Whether answers may carry colour (stdout).
    pub colour_out: bool,
    /// Whether the conversation may carry colour (stderr).
    pub colour_err: bool,
    /// Whether a person may be asked: both stdin and stderr are terminals, and not `--plain`.
    pub can_ask: bool,
    /// Whether lines may be redrawn on stderr.
    pub can_redraw: bool,
    /// Whether stdout is a terminal.
    pub out_is_terminal: bool,
    /// Columns of the terminal, 80 when there is none.
    pub columns: usize,
    /// Rows of the terminal, 24 when there is none.
    pub rows: usize,
    /// The engine's address from `--host`.
    pub host: Option<String>,
    /// DOCKER_HOST.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_CONFIG`.
    pub docker_config: Option<PathBuf>,
    /// `DOCKER_TLS_VERIFY`.
    pub docker_tls_verify: Option<String>,
    /// `DOCKER_TLS`.
    pub docker_tls: Option<String>,
    /// `DOCKER_CERT_PATH`.
    pub docker_cert_path: Option<PathBuf>,
    /// Home folder.
    pub home: Option<PathBuf>,
    /// The person's folder for caches.
    pub cache_dir: Option<PathBuf>,
    /// The person's folder for settings.
    pub config_dir: Option<PathBuf>,
    /// The person's folder for what programs keep.
    pub data_dir: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_dir: Option<PathBuf>,
    /// `DOCKER_BUILDKIT`: `0` asks for the classic builder.
    pub docker_buildkit: Option<String>,
    /// `http_proxy`, `https_proxy`, `no_proxy` as they are set, names only.
    pub proxies: Vec<String>,
}

/// Where the language may be named, before the command line can be read in it.
#[derive(Debug, Clone, Default)]
pub struct LanguageHints {
    /// `DOCKERLAB_LANG`.
    pub asked: Option<String>,
    /// The locale of messages: `LC_ALL`, `LC_MESSAGES` or `LANG`, the first that is set.
    pub locale: Option<String>,
    /// Where the command was given.
    pub folder: PathBuf,
    /// The person's folder for settings.
    pub config_dir: Option<PathBuf>,
}

/// A variable of this machine, by a name that a file of tests gives.
#[expect(
    clippy::disallowed_methods,
    reason = "here, with all else that is read from the environment"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl LanguageHints {
    /// Reads the environment.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn read() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            asked: set("DOCKERLAB_LANG"),
            locale: ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set),
            folder: std::env::current_dir().unwrap_or_default(),
            config_dir: config_dir(&set),
        }
    }
}

/// `XDG_CONFIG_HOME`, or the system's usual folder for settings.
///
/// Not a crate's: such crates read the environment themselves, which only this file does, and know no way to give a
/// test other variables.
fn config_dir(set: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let absolute = |name: &str| set(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("APPDATA"))
        .or_else(|| Some(absolute("HOME")?.join(".config")))
}

impl Settings {
    /// Whether there is a person at a terminal who can stay on a page of ours.
    pub fn has_page(&self) -> bool {
        self.can_ask && self.can_redraw && self.out_is_terminal
    }

    /// Reads the environment and looks at the terminal.
    ///
    /// # Errors
    /// When the current folder cannot be told.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn read(plain: bool, host: Option<String>) -> std::io::Result<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term == "dumb");
        let no_colour = plain || dumb || set("NO_COLOR").is_some();
        let stdout = std::io::stdout().is_terminal();
        let stderr = std::io::stderr().is_terminal();
        let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        // A terminal that does not tell its size says 0.
        let size = console::Term::stderr()
            .size_checked()
            .filter(|(rows, columns)| *rows > 0 && *columns > 0);
        let (rows, columns) = size.map_or((24, 80), |(rows, columns)| (usize::from(rows), usize::from(columns)));
        let home = set("HOME").or_else(|| set("USERPROFILE")).map(PathBuf::from);
        let usual_cache = || {
            let below = if cfg!(target_os = "macos") {
                "Library/Caches"
            } else {
                ".cache"
            };
            set("LOCALAPPDATA")
                .map(PathBuf::from)
                .or_else(|| Some(home.as_ref()?.join(below)))
        };
        let cache_dir = set("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(usual_cache);
        let config_dir = config_dir(&set);
        let usual_data = || {
            let below = if cfg!(target_os = "macos") {
                "Library/Application Support"
            } else {
                ".local/share"
            };
            set("LOCALAPPDATA")
                .map(PathBuf::from)
                .or_else(|| Some(home.as_ref()?.join(below)))
        };
        let data_dir = set("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(usual_data);
        Ok(Self {
            folder: std::env::current_dir()?,
            colour_out: !no_colour && (stdout || forced),
            colour_err: !no_colour && (stderr || forced),
            can_ask: !plain && !dumb && std::io::stdin().is_terminal() && stderr,
            can_redraw: !plain && !dumb && stderr,
            out_is_terminal: stdout,
            columns: columns.clamp(40, 200),
            rows,
            host,
            docker_host: set("DOCKER_HOST"),
            docker_context: set("DOCKER_CONTEXT"),
            docker_config: set("DOCKER_CONFIG").map(PathBuf::from),
            docker_tls_verify: set("DOCKER_TLS_VERIFY"),
            docker_tls: set("DOCKER_TLS"),
            docker_cert_path: set("DOCKER_CERT_PATH").map(PathBuf::from),
            home,
            cache_dir,
            config_dir,
            data_dir,
            runtime_dir: set("XDG_RUNTIME_DIR").map(PathBuf::from),
            docker_buildkit: set("DOCKER_BUILDKIT"),
            proxies: [
                "http_proxy",
                "https_proxy",
                "no_proxy",
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "NO_PROXY",
            ]
            .into_iter()
            .filter(|name| set(name).is_some())
            .map(str::to_owned)
            .collect(),
        })
    }
}
