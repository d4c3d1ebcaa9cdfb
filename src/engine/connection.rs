//! The way to an engine: a new connection for each request, over whatever its address says.
//!
//! `ssh://` is spoken as docker speaks it: `ssh HOST docker system dial-stdio` carries the connection, so keys, agents
//! and `~/.ssh/config` count as the person set them up (docker/cli, cli/connhelper).

use std::{
    io::{self, Read as _, Seek as _},
    path::Path,
    pin::Pin,
    process::Stdio,
    sync::Arc,
    task::{Context, Poll},
};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    process::{Child, ChildStdin, ChildStdout, Command},
};
use tokio_rustls::TlsConnector;

use super::{
    address::{Address, SshHost, host_of},
    text::one_line,
    tls,
};
use crate::error::Error;

/// Bytes of what `ssh` says on stderr that are read.
const SSH_WORDS: u64 = 4 * 1024;

/// A connection's two directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What makes connections to one engine. Cheap to clone.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) address: Arc<Address>,
    tls: Option<TlsConnector>,
    /// Where `ssh` keeps the connection that all others share.
    shared: Option<Arc<tempfile::TempDir>>,
}

impl Connector {
    /// Gets ready; nothing is connected yet.
    pub(super) fn new(address: Address) -> Result<Self, Error> {
        let tls = match &address {
            Address::Tls(_, files) => Some(tls::connector(files)?),
            _ => None,
        };
        // In a folder whose path is short: a socket's may have about 100 bytes.
        let shared = match &address {
            Address::Ssh(_) if cfg!(unix) => tempfile::Builder::new().tempdir_in("/tmp").ok().map(Arc::new),
            _ => None,
        };
        Ok(Self {
            address: Arc::new(address),
            tls,
            shared,
        })
    }

    /// Connects. The answer that comes over it may have so many bytes.
    pub(super) async fn connect(&self, most: u64) -> io::Result<Bounded> {
        let stream: Box<dyn Stream> = match &*self.address {
            #[cfg(unix)]
            Address::Unix(path) => Box::new(tokio::net::UnixStream::connect(path).await?),
            Address::Tcp(address) => Box::new(tcp(address).await?),
            Address::Tls(address, _) => {
                let name = ServerName::try_from(host_of(address).to_owned())
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
                let connector = self.tls.as_ref().ok_or(io::ErrorKind::Unsupported)?;
                Box::new(connector.connect(name, tcp(address).await?).await?)
            }
            Address::Ssh(host) => Box::new(SshOutput::start(
                host,
                self.shared.as_deref().map(tempfile::TempDir::path),
            )?),
            #[cfg(windows)]
            Address::Pipe(path) => Box::new(pipe(path).await?),
            #[cfg_attr(
                all(unix, windows),
                expect(unreachable_patterns, reason = "each system lacks one of them")
            )]
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    say!("this system does not support this kind of connection"),
                ));
            }
        };
        Ok(Bounded { stream, left: most })
    }
}

async fn tcp(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A named pipe serves one client at a time; another one is opened within moments.
#[cfg(windows)]
async fn pipe(path: &str) -> io::Result<tokio::net::windows::named_pipe::NamedPipeClient> {
    /// `ERROR_PIPE_BUSY`.
    const BUSY: i32 = 231;
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);
    loop {
        match tokio::net::windows::named_pipe::ClientOptions::new().open(path) {
            Err(error) if error.raw_os_error() == Some(BUSY) => {
                tokio::time::sleep(PAUSE).await;
            }
            other => return other,
        }
    }
}

/// A connection whose other end may send only so many bytes: an engine that answers without end fills no memory.
pub(super) struct Bounded {
    stream: Box<dyn Stream>,
    left: u64,
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = &polled {
            let read = (buffer.filled().len() - before) as u64;
            if read > self.left {
                return Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    say!("the engine's answer is too long"),
                )));
            }
            self.left -= read;
        }
        polled
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// What comes through `ssh`.
struct SshOutput {
    output: ChildStdout,
    /// What it says on stderr.
    words: std::fs::File,
    /// Whether anything came through it.
    answered: bool,
    /// Killed when this is dropped.
    _child: Child,
}

impl SshOutput {
    /// Starts `ssh`; what is written goes to its input.
    fn start(host: &SshHost, shared: Option<&Path>) -> io::Result<tokio::io::Join<Self, ChildStdin>> {
        let words = tempfile::tempfile()?;
        let mut command = Command::new("ssh");
        command.args(["-o", "ConnectTimeout=30", "-T"]);
        if let Some(folder) = shared {
            // The first connection logs in, the others go through it; it ends by itself soon after the last one.
            command.args(["-o", "ControlMaster=auto", "-o", "ControlPersist=10", "-o"]);
            command.arg(format!("ControlPath={}/%C", folder.display()));
        }
        if let Some(port) = host.port {
            command.args(["-p", &port.to_string()]);
        }
        command.args(["--", &host.destination, "docker"]);
        if let Some(socket) = &host.socket {
            command.args(["--host", &format!("unix://{socket}")]);
        }
        command.args(["system", "dial-stdio"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(words.try_clone()?))
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => io::Error::new(io::ErrorKind::Unsupported, say!("`ssh` is not installed")),
                _ => error,
            })?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let output = Self {
            output,
            words,
            answered: false,
            _child: child,
        };
        Ok(tokio::io::join(output, input))
    }

    /// Why it ended before anything came through it, in its own words.
    fn refusal(&mut self) -> io::Error {
        let mut said = Vec::new();
        // What cannot be read is not told.
        drop(self.words.rewind());
        drop((&self.words).take(SSH_WORDS).read_to_end(&mut said));
        io::Error::new(
            io::ErrorKind::ConnectionRefused,
            one_line(&String::from_utf8_lossy(&said)),
        )
    }
}

impl AsyncRead for SshOutput {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.output).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = &polled {
            if buffer.filled().len() > before {
                self.answered = true;
            } else if !self.answered {
                return Poll::Ready(Err(self.refusal()));
            }
        }
        polled
    }
}
