//! A connection of our own to the engine, for the two calls that bollard does not have.

use std::io;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn connect(endpoint: &str) -> io::Result<Box<dyn Stream>> {
    if let Some(address) = endpoint.strip_prefix("tcp://").or_else(|| endpoint.strip_prefix("http://")) {
        return Ok(Box::new(tokio::net::TcpStream::connect(address.trim_end_matches('/')).await?));
    }
    #[cfg(unix)]
    if let Some(path) = endpoint.strip_prefix("unix://") {
        return Ok(Box::new(tokio::net::UnixStream::connect(path).await?));
    }
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "BuildKit builds need a unix or tcp socket; DOCKER_BUILDKIT=0 uses the classic builder",
    ))
}

/// Sends a request on a connection of its own. The connection lives as long as the answer is read.
pub(super) async fn send(endpoint: &str, request: Request<Empty<Bytes>>) -> io::Result<Response<Incoming>> {
    let stream = connect(endpoint).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(connection.with_upgrades());
    sender.send_request(request).await.map_err(io::Error::other)
}
