//! As much of gRPC over HTTP/2 as a session needs: frames of a flag, a length and a message; the status in trailers.

use std::convert::Infallible;

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    HeaderMap, Response,
    body::{Frame, Incoming},
    header::HeaderValue,
};

/// The body of an answer.
pub(super) type Answer = UnsyncBoxBody<Bytes, Infallible>;

/// The largest message that is read, in bytes.
const MESSAGE_LIMIT: usize = 4 * 1024 * 1024;

/// A message in its frame.
pub(super) fn framed(message: &[u8]) -> Bytes {
    let mut bytes = Vec::with_capacity(message.len() + 5);
    bytes.push(0);
    bytes.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(message);
    Bytes::from(bytes)
}

fn trailers(status: &'static str) -> Frame<Bytes> {
    let mut map = HeaderMap::new();
    map.insert("grpc-status", HeaderValue::from_static(status));
    Frame::trailers(map)
}

fn response(body: Answer) -> Response<Answer> {
    let mut response = Response::new(body);
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    response
}

fn frames(frames: Vec<Frame<Bytes>>) -> Answer {
    StreamBody::new(futures_util::stream::iter(frames.into_iter().map(Ok))).boxed_unsync()
}

/// An answer of one message.
pub(super) fn one(message: &[u8]) -> Response<Answer> {
    response(frames(vec![Frame::data(framed(message)), trailers("0")]))
}

/// An answer that says there is no such method.
pub(super) fn unimplemented() -> Response<Answer> {
    response(frames(vec![trailers("12")]))
}

/// An answer of as many messages as arrive on the channel; framed already.
pub(super) fn many(receiver: tokio::sync::mpsc::Receiver<Bytes>) -> Response<Answer> {
    let stream = futures_util::stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(bytes) => Some((Ok(Frame::data(bytes)), Some(receiver))),
            None => Some((Ok(trailers("0")), None)),
        }
    });
    response(StreamBody::new(stream).boxed_unsync())
}

/// Messages that arrive.
pub(super) struct Messages {
    body: Incoming,
    buffer: BytesMut,
}

impl Messages {
    pub(super) fn of(body: Incoming) -> Self {
        Self {
            body,
            buffer: BytesMut::new(),
        }
    }

    /// The next message; none at the end, and when what arrives is no gRPC.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(message) = split(&mut self.buffer)? {
                return Some(message);
            }
            let frame = self.body.frame().await?.ok()?;
            if let Some(data) = frame.data_ref() {
                self.buffer.extend_from_slice(data);
            }
        }
    }
}

/// Takes a message off the front: `Some(None)` when it is not whole yet, `None` when it is no message.
#[expect(clippy::option_option, reason = "not yet and never are two things")]
fn split(buffer: &mut BytesMut) -> Option<Option<Bytes>> {
    if buffer.len() < 5 {
        return Some(None);
    }
    let length = usize::try_from(u32::from_be_bytes([buffer[1], buffer[2], buffer[3], buffer[4]])).ok()?;
    if buffer[0] != 0 || length > MESSAGE_LIMIT {
        return None;
    }
    if buffer.len() < 5 + length {
        return Some(None);
    }
    buffer.advance(5);
    Some(Some(buffer.split_to(length).freeze()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_out_of_the_stream() {
        let mut buffer = BytesMut::from(&framed(b"abc")[..]);
        buffer.extend_from_slice(&framed(b"")[..3]);
        assert_eq!(split(&mut buffer), Some(Some(Bytes::from_static(b"abc"))));
        assert_eq!(split(&mut buffer), Some(None));
        buffer.extend_from_slice(&[0, 0]);
        assert_eq!(split(&mut buffer), Some(Some(Bytes::new())));
    }

    #[test]
    fn what_is_no_message_ends_the_stream() {
        assert_eq!(split(&mut BytesMut::from(&[1, 0, 0, 0, 0][..])), None);
        assert_eq!(split(&mut BytesMut::from(&[0, 255, 255, 255, 255][..])), None);
    }
}
