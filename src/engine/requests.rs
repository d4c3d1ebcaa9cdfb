//! Requests to the engine: how bollard's go out, and those below it, for what bollard cannot do: connections that are
//! taken over, answers with states that it does not know (Podman's), streams with a bound on what is kept of them,
//! credentials in the alphabet that the engine reads.
//!
//! Each request has a connection of its own.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use bollard::{BollardRequest, errors::Error as Refusal};
use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use http_body_util::{BodyExt as _, Empty, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Frame, Incoming},
    client::conn::http1,
    header::{HOST, HeaderName},
    upgrade::Upgraded,
};
use hyper_util::rt::TokioIo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::task::JoinSet;

use super::connection::Connector;
use crate::error::Error;

/// Bytes of an answer that is read as a whole.
const ANSWER: usize = 16 * 1024 * 1024;
/// Bytes of a connection whose answer is read as a whole: what surrounds it counts too.
const WHOLE: u64 = 2 * ANSWER as u64;
/// A connection that is read piece by piece, and kept within bounds where it is.
const STREAMED: u64 = u64::MAX;
/// Bytes of a refusal that are read.
const REFUSAL: usize = 64 * 1024;
/// Bytes of one line of a stream: BuildKit's records of progress are the longest.
const LINE: usize = 64 * 1024 * 1024;
/// RFC 3986: all but the unreserved characters are encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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

/// What a request carries.
pub(super) type Carried = UnsyncBoxBody<Bytes, io::Error>;

/// Returns a body without bytes.
pub(super) fn nothing() -> Carried {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// Returns a body that comes piece by piece.
pub(super) fn streamed(pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Carried {
    use futures_util::StreamExt as _;
    StreamBody::new(pieces.map(|piece| piece.map(Frame::data))).boxed_unsync()
}

/// An answer that is still to come.
type Answering = Pin<Box<dyn Future<Output = Result<Response<Incoming>, Refusal>> + Send>>;

/// The way that bollard's requests take.
pub(super) fn transport(connector: Connector) -> impl Fn(BollardRequest) -> Answering + Send + Sync {
    move |request| {
        let connector = connector.clone();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            // An image's archive is read piece by piece, and bounded by its reader.
            let path = head.uri.path();
            let most = if path.starts_with("/images/") && path.ends_with("/get") {
                STREAMED
            } else {
                WHOLE
            };
            if let Some(path) = head.uri.path_and_query() {
                head.uri = path.as_str().parse()?;
            }
            let (answer, serving) = exchange(&connector, Request::from_parts(head, body), most).await?;
            tokio::spawn(serving);
            Ok(answer)
        })
    }
}

/// Sends a request over a connection of its own; returns the answer's head, and what has to be run for its body.
async fn exchange<B>(
    connector: &Connector,
    mut request: Request<B>,
    most: u64,
) -> Result<(Response<Incoming>, impl Future<Output = ()> + use<B>), Refusal>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    request
        .headers_mut()
        .insert(HOST, hyper::header::HeaderValue::from_static("docker"));
    let stream = connector.connect(most).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let mut serving = Box::pin(async move {
        // How it ends, its answer tells.
        drop(connection.with_upgrades().await);
    });
    let mut asking = Box::pin(sender.send_request(request));
    let mut is_over = false;
    let answer = tokio::select! {
        answer = &mut asking => answer,
        () = &mut serving => {
            is_over = true;
            asking.as_mut().await
        }
    }?;
    drop(asking);
    // Without its sender the connection ends with the answer.
    drop(sender);
    Ok((answer, async move {
        if !is_over {
            serving.await;
        }
    }))
}

/// An engine's refusal: `{"message":"…"}`.
#[derive(Deserialize)]
struct Message {
    message: String,
}

/// Sends a request below bollard and returns the answer, once its head is there.
pub(super) async fn send(
    connector: &Connector,
    tasks: &Tasks,
    request: hyper::http::request::Builder,
    headers: &[(&str, &str)],
    body: Carried,
) -> Result<Response<Incoming>, Refusal> {
    send_bounded(connector, tasks, request, headers, body, STREAMED).await
}

async fn send_bounded(
    connector: &Connector,
    tasks: &Tasks,
    mut request: hyper::http::request::Builder,
    headers: &[(&str, &str)],
    body: Carried,
    most: u64,
) -> Result<Response<Incoming>, Refusal> {
    for (name, value) in headers {
        request = request.header(
            HeaderName::from_bytes(name.as_bytes()).map_err(hyper::http::Error::from)?,
            *value,
        );
    }
    let (answer, serving) = exchange(connector, request.body(body)?, most).await?;
    hyper::rt::Executor::execute(tasks, serving);
    let status = answer.status();
    if status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(answer);
    }
    let text = whole(answer, REFUSAL).await.unwrap_or_default();
    let told = serde_json::from_slice::<Message>(&text).map_or_else(
        |_| String::from_utf8_lossy(&text).into_owned(),
        |message| message.message,
    );
    Err(Refusal::DockerResponseServerError {
        status_code: status.as_u16(),
        message: told,
    })
}

async fn whole(answer: Response<Incoming>, most: usize) -> Result<Bytes, Refusal> {
    let collected = http_body_util::Limited::new(answer.into_body(), most).collect().await;
    collected
        .map(http_body_util::Collected::to_bytes)
        .map_err(|error| Refusal::from(io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// Asks for something and reads the whole answer, of which only the fields of `T` are looked at.
pub(super) async fn get<T: DeserializeOwned>(
    connector: &Connector,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<T, Refusal> {
    let tasks = Tasks::default();
    let asking = async {
        let answer = send_bounded(connector, &tasks, Request::get(path), headers, nothing(), WHOLE).await?;
        Ok(serde_json::from_slice(&whole(answer, ANSWER).await?)?)
    };
    let answered = asking.await;
    tasks.end().await;
    answered
}

/// Sends a POST that takes the connection over: what follows is spoken in `protocol`.
pub(super) async fn upgrade(
    connector: &Connector,
    tasks: &Tasks,
    path: &str,
    protocol: &str,
    headers: &[(&str, &str)],
) -> Result<Upgraded, Refusal> {
    let mut all = vec![("connection", "Upgrade"), ("upgrade", protocol)];
    all.extend_from_slice(headers);
    let answer = send(connector, tasks, Request::post(path), &all, nothing()).await?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = answer.status();
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            say!("the engine did not provide the connection: HTTP status {status}"; status),
        )
        .into());
    }
    Ok(hyper::upgrade::on(answer).await?)
}

/// An answer's lines as they arrive.
pub(super) struct Lines {
    body: Incoming,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no end of a line.
    searched: usize,
}

impl Lines {
    pub(super) fn new(answer: Response<Incoming>) -> Self {
        Self {
            body: answer.into_body(),
            buffer: BytesMut::new(),
            searched: 0,
        }
    }

    /// Returns the next line; none at the end. May be given up and asked again.
    ///
    /// # Errors
    /// When the answer breaks off, or its lines do not end.
    pub(super) async fn next(&mut self) -> Result<Option<BytesMut>, Error> {
        loop {
            if let Some(at) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(self.searched + at + 1);
                self.searched = 0;
                return Ok(Some(line));
            }
            self.searched = self.buffer.len();
            if self.buffer.len() > LINE {
                return Err(Error::engine(say!("the engine's answer is not lines of JSON")));
            }
            match self.body.frame().await {
                None => {
                    self.searched = 0;
                    let rest = self.buffer.split();
                    return Ok((!rest.is_empty()).then_some(rest));
                }
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.buffer.extend_from_slice(data);
                    }
                }
                Some(Err(error)) => {
                    return Err(Error::engine(say!("the engine ended the connection during its answer")).source(&error));
                }
            }
        }
    }
}

/// Writes a value as it may stand in a request's query.
pub(super) fn encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_for_a_query() {
        assert_eq!(encode("a/b:1 ä-._~"), "a%2Fb%3A1%20%C3%A4-._~");
    }
}
