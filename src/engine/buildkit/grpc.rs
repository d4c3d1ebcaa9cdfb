//! The little of gRPC that a session needs: messages in a body, and a status in its trailers.
//!
//! Source: grpc/grpc `doc/PROTOCOL-HTTP2.md`. A message is a byte that says whether it is compressed (we offer no
//! compression, so it is 0), its length as four bytes, most significant first, and the message.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Response,
    body::{Frame, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
};
use prost::Message;
use tokio::sync::mpsc::{Receiver, Sender};

/// Bytes that a message may have (gRPC's own default is 4 MiB).
const MOST: usize = 16 * 1024 * 1024;
/// Frames of an answer that may wait to be sent.
const FRAMES: usize = 16;

/// `UNIMPLEMENTED`.
pub(crate) const UNIMPLEMENTED: u16 = 12;
/// `INTERNAL`.
pub(crate) const INTERNAL: u16 = 13;

/// The body of an answer.
pub(crate) type Body = BoxBody<Bytes, std::convert::Infallible>;

/// What goes wrong in a stream: it ends early, or is no gRPC.
#[derive(Debug)]
pub(crate) struct Broken;

/// Returns a message in its frame.
pub(crate) fn frame(message: &impl Message) -> Bytes {
    let length = message.encoded_len();
    let mut bytes = BytesMut::with_capacity(5 + length);
    bytes.put_u8(0);
    bytes.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    bytes.put_slice(&message.encode_to_vec());
    bytes.freeze()
}

/// Puts messages together from a body as it arrives.
pub(crate) struct Messages {
    body: Incoming,
    buffer: BytesMut,
}

impl Messages {
    pub(crate) fn new(body: Incoming) -> Self {
        Self {
            body,
            buffer: BytesMut::new(),
        }
    }

    /// Returns the next message; none at the end.
    pub(crate) async fn next<M: Message + Default>(&mut self) -> Result<Option<M>, Broken> {
        loop {
            if let Some(message) = unframe(&mut self.buffer)? {
                return M::decode(message).map(Some).map_err(|_| Broken);
            }
            match self.body.frame().await {
                None if self.buffer.is_empty() => return Ok(None),
                None | Some(Err(_)) => return Err(Broken),
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.buffer.extend_from_slice(data);
                    }
                }
            }
        }
    }
}

/// Takes one message out of the buffer, when it is there as a whole.
fn unframe(buffer: &mut BytesMut) -> Result<Option<Bytes>, Broken> {
    let Some(head) = buffer.get(..5) else {
        return Ok(None);
    };
    let length = usize::try_from(u32::from_be_bytes([head[1], head[2], head[3], head[4]])).map_err(|_| Broken)?;
    if head[0] != 0 || length > MOST {
        return Err(Broken);
    }
    if buffer.len() < 5 + length {
        return Ok(None);
    }
    buffer.advance(5);
    Ok(Some(buffer.split_to(length).freeze()))
}

/// The sending end of an answer.
#[derive(Clone)]
pub(crate) struct Answer {
    sender: Sender<Result<Frame<Bytes>, std::convert::Infallible>>,
}

impl Answer {
    /// Returns an answer of several messages, and its sending end.
    pub(crate) fn streaming() -> (Self, Response<Body>) {
        let (sender, receiver) = tokio::sync::mpsc::channel(FRAMES);
        (
            Self { sender },
            response(BodyExt::boxed(StreamBody::new(Frames(receiver)))),
        )
    }

    /// Sends a message.
    pub(crate) async fn send(&self, message: &impl Message) -> Result<(), Broken> {
        self.sender
            .send(Ok(Frame::data(frame(message))))
            .await
            .map_err(|_| Broken)
    }

    /// Sends a message from a thread of its own.
    pub(crate) fn send_blocking(&self, message: &impl Message) -> Result<(), Broken> {
        self.sender
            .blocking_send(Ok(Frame::data(frame(message))))
            .map_err(|_| Broken)
    }

    /// Ends the answer with a status.
    pub(crate) async fn end(self, status: u16, message: &'static str) {
        // A client that has gone needs no status.
        drop(self.sender.send(Ok(Frame::trailers(trailers(status, message)))).await);
    }
}

/// A channel's frames as a stream.
struct Frames(Receiver<Result<Frame<Bytes>, std::convert::Infallible>>);

impl futures_util::Stream for Frames {
    type Item = Result<Frame<Bytes>, std::convert::Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// Returns an answer of one message.
pub(crate) fn single(message: &impl Message) -> Response<Body> {
    let frames = [Frame::data(frame(message)), Frame::trailers(trailers(0, ""))];
    response(BodyExt::boxed(StreamBody::new(futures_util::stream::iter(
        frames.map(Ok),
    ))))
}

/// Returns an answer that is only a status.
pub(crate) fn status(status: u16, message: &'static str) -> Response<Body> {
    let mut answer = response(BodyExt::boxed(http_body_util::Empty::new()));
    answer.headers_mut().extend(trailers(status, message));
    answer
}

fn response(body: Body) -> Response<Body> {
    let mut answer = Response::new(body);
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    answer
}

fn trailers(status: u16, message: &'static str) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from(status));
    if !message.is_empty() {
        trailers.insert("grpc-message", HeaderValue::from_static(message));
    }
    trailers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::buildkit::proto::CredentialsRequest;

    #[test]
    fn messages_are_framed_and_unframed() {
        let message = CredentialsRequest { host: "h".to_owned() };
        let framed = frame(&message);
        assert_eq!(&framed[..], b"\0\0\0\0\x03\x0a\x01h");
        let mut buffer = BytesMut::new();
        for (at, byte) in framed.iter().chain(&framed).enumerate() {
            assert!(unframe(&mut buffer).unwrap().is_none() || at == 8);
            if at == 8 {
                assert!(buffer.is_empty());
            }
            buffer.put_u8(*byte);
        }
        assert_eq!(
            CredentialsRequest::decode(unframe(&mut buffer).unwrap().unwrap()).unwrap(),
            message
        );
    }

    #[test]
    fn what_is_no_message_is_refused() {
        assert!(
            unframe(&mut BytesMut::from(&b"\x01\0\0\0\0"[..])).is_err(),
            "compressed"
        );
        assert!(
            unframe(&mut BytesMut::from(&b"\0\xff\xff\xff\xff"[..])).is_err(),
            "too long"
        );
        assert!(unframe(&mut BytesMut::from(&b"\0\0\0"[..])).unwrap().is_none());
    }
}
