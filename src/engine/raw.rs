//! Requests to the engine below bollard, for what it cannot do: connections that are taken over, pushes whose progress
//! names the layers, credentials in the alphabet that the engine reads.
//!
//! One request a connection, as bollard does it too. Named pipes are not spoken here.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, Response, StatusCode, body::Incoming, client::conn::http1, upgrade::Upgraded};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinSet,
};

use super::{connect::Address, docker::DockerEngine, text::one_line};
use crate::error::Error;

/// Bytes of a refusal that are read.
const REFUSAL: usize = 64 * 1024;

/// The tasks that serve connections. They end with the work that made them, unlike tasks of the runtime, which would
/// stand still with it and keep what they hold.
#[derive(Clone, Default)]
pub(super) struct Tasks {
    set: Arc<Mutex<JoinSet<()>>>,
}

impl Tasks {
    /// Ends all of them, and returns when what they held is let go.
    pub(super) async fn end(&self) {
        let mut set = std::mem::take(&mut *self.set.lock().unwrap_or_else(PoisonError::into_inner));
        set.shutdown().await;
    }
}

impl<F> hyper::rt::Executor<F> for Tasks
where
    F: Future + Send + 'static,
{
    fn execute(&self, future: F) {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        // Tasks that have ended are let go at once: a build may open hundreds of streams.
        while set.try_join_next().is_some() {}
        set.spawn(async move {
            future.await;
        });
    }
}

/// A connection's two directions.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn connect(address: &Address) -> io::Result<Box<dyn Stream>> {
    match address {
        #[cfg(unix)]
        Address::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
        Address::Tcp(address) => {
            let stream = tokio::net::TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream))
        }
        _ => Err(io::Error::new(io::ErrorKind::Unsupported, say!("this needs a socket"))),
    }
}

/// Why a request was not granted.
pub(super) enum Denied {
    /// The engine refused it, with a status code and its words.
    Status(u16, String),
    /// It was not reached, or broke off.
    Broken(Error),
}

impl Denied {
    /// Returns the error for what could not be done.
    pub(super) fn into_error(self, what: &str) -> Error {
        match self {
            Self::Status(_, told) => Error::engine(what).cause(told),
            Self::Broken(error) => error,
        }
    }
}

/// An engine's refusal: `{"message":"…"}`.
#[derive(Deserialize)]
struct Message {
    message: String,
}

/// Sends a POST with an empty body and returns the answer, once its head is there.
pub(super) async fn post(
    engine: &DockerEngine,
    tasks: &Tasks,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Response<Incoming>, Denied> {
    send(engine, tasks, Request::post(path), headers).await
}

/// Sends a GET and returns the answer, once its head is there.
pub(super) async fn get(
    engine: &DockerEngine,
    tasks: &Tasks,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Response<Incoming>, Denied> {
    send(engine, tasks, Request::get(path), headers).await
}

async fn send(
    engine: &DockerEngine,
    tasks: &Tasks,
    request: hyper::http::request::Builder,
    headers: &[(&str, &str)],
) -> Result<Response<Incoming>, Denied> {
    let broken = |error: hyper::Error| Denied::Broken(Error::engine(say!("the engine broke off")).source(&error));
    let stream = connect(&engine.address)
        .await
        .map_err(|error| Denied::Broken(engine.unreachable(&error)))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    hyper::rt::Executor::execute(tasks, connection.with_upgrades());
    let mut request = request.header("host", "docker");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Empty::<Bytes>::new())
        .map_err(|error| Denied::Broken(Error::engine(say!("cannot ask the engine")).cause(error)))?;
    let answer = sender.send_request(request).await.map_err(broken)?;
    let status = answer.status();
    if status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(answer);
    }
    let body = http_body_util::Limited::new(answer.into_body(), REFUSAL)
        .collect()
        .await;
    let text = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let told = serde_json::from_slice::<Message>(&text).map_or_else(
        |_| String::from_utf8_lossy(&text).into_owned(),
        |message| message.message,
    );
    Err(Denied::Status(status.as_u16(), one_line(&told)))
}

/// Sends a POST that takes the connection over: what follows is spoken in `protocol`.
pub(super) async fn upgrade(
    engine: &DockerEngine,
    tasks: &Tasks,
    path: &str,
    protocol: &str,
    headers: &[(&str, &str)],
) -> Result<Upgraded, Denied> {
    let mut all = vec![("connection", "Upgrade"), ("upgrade", protocol)];
    all.extend_from_slice(headers);
    let answer = post(engine, tasks, path, &all).await?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(Denied::Broken(
            Error::engine(say!("the engine did not hand over the connection"))
                .cause(say!("HTTP status {}", answer.status())),
        ));
    }
    hyper::upgrade::on(answer)
        .await
        .map_err(|error| Denied::Broken(Error::engine(say!("the engine broke off")).source(&error)))
}

/// Writes a value as it may stand in a request's query (RFC 3986: all but the unreserved characters are encoded).
pub(super) fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    out
}

/// Reads a value that was written so; none when it was not.
pub(super) fn decode(value: &str) -> Option<String> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_a_query() {
        assert_eq!(encode("a/b:1 ä"), "a%2Fb%3A1%20%C3%A4");
        for value in ["", "a/b:1 ä%", "%2F"] {
            assert_eq!(decode(&encode(value)).as_deref(), Some(value));
        }
        for wrong in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
