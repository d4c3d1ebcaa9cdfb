//! A registry program of this machine's, started for a workspace: its settings, its images, its log, its process.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{
    disk::{
        Workspace,
        atomic_write::write,
        folder::make_folder,
        text_file::{TEXT_LIMIT, read_text},
    },
    error::Error,
    regular_file,
};

/// The program, as Debian and others name it.
const PROGRAM: &str = "docker-registry";

/// `.dockerlab/registry`.
#[derive(Debug, Clone)]
pub struct RegistryFolder {
    folder: PathBuf,
}

impl RegistryFolder {
    /// The one of a workspace.
    pub fn of(workspace: &Workspace) -> Self {
        Self {
            folder: workspace.ours().join("registry"),
        }
    }

    fn settings(&self) -> PathBuf {
        self.folder.join("config.yml")
    }

    /// Starts the program in the background, on 127.0.0.1.
    ///
    /// # Errors
    /// When there is none on this machine, or its folder cannot be written to.
    pub fn start(&self, port: u16) -> Result<(), Error> {
        let told = |error: std::io::Error| Error::io(say!("cannot write to `.dockerlab/registry`")).cause(error);
        let images = self.folder.join("images");
        make_folder(&images).map_err(told)?;
        let Some(root) = images.to_str() else {
            return Err(Error::usage(say!("the workspace's path is not UTF-8")));
        };
        // JSON is YAML, and knows how to quote a path.
        let settings = serde_json::json!({
            "version": "0.1",
            "storage": { "filesystem": { "rootdirectory": root }, "delete": { "enabled": true } },
            "http": { "addr": format!("127.0.0.1:{port}") },
            "log": { "level": "warn" },
        });
        write(&self.settings(), settings.to_string().as_bytes()).map_err(told)?;
        let mut options = std::fs::OpenOptions::new();
        let log = regular_file::open_with(
            &self.folder.join("log"),
            options.create(true).truncate(true).write(true),
        );
        let log = log.map_err(|unopened| told(unopened.into()))?;
        let errors = log.try_clone().map_err(told)?;
        let mut command = Command::new(PROGRAM);
        command
            .arg("serve")
            .arg(self.settings())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors);
        // Ctrl-C at this terminal is not meant for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(|error| {
            Error::engine(say!("no registry can be started on this machine"))
                .cause(say!("`{PROGRAM}`: {error}"; PROGRAM, error))
                .help(say!(
                    "run `docker pull registry:2` if you have a network, or install the package docker-registry"
                ))
        })?;
        let process = format!("{} {port}\n", child.id());
        write(&self.folder.join("process"), process.as_bytes()).map_err(told)
    }

    /// The port of the program that runs; none when none does.
    pub fn running(&self) -> Option<u16> {
        let (id, port) = self.process()?;
        self.is_ours(id).then_some(port)
    }

    /// Stops the program; whether there was one.
    ///
    /// # Errors
    /// When it cannot be stopped.
    pub fn stop(&self) -> Result<bool, Error> {
        let Some((id, _)) = self.process().filter(|(id, _)| self.is_ours(*id)) else {
            return Ok(false);
        };
        let told = |cause: String| Error::io(say!("cannot stop the registry, process {id}"; id)).cause(cause);
        let ended = Command::new("kill")
            .arg(id.to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| told(error.to_string()))?;
        if !ended.success() {
            return Err(told(ended.to_string()));
        }
        for _ in 0..50 {
            if !self.is_ours(id) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        std::fs::remove_file(self.folder.join("process")).ok();
        Ok(true)
    }

    fn process(&self) -> Option<(u32, u16)> {
        let text = read_text(&self.folder.join("process"), "process", TEXT_LIMIT).ok()??;
        let (id, port) = text.trim().split_once(' ')?;
        Some((id.parse().ok()?, port.parse().ok()?))
    }

    /// Whether a process is the program with our settings: its number may have gone to another one.
    fn is_ours(&self, id: u32) -> bool {
        let line = match std::fs::read(format!("/proc/{id}/cmdline")) {
            Ok(words) => String::from_utf8_lossy(&words).replace('\0', " "),
            Err(_) => {
                let shown = Command::new("ps").args(["-o", "args=", "-p", &id.to_string()]).output();
                shown
                    .map(|shown| String::from_utf8_lossy(&shown.stdout).into_owned())
                    .unwrap_or_default()
            }
        };
        line.contains(PROGRAM) && line.contains(&*self.settings().to_string_lossy())
    }
}
