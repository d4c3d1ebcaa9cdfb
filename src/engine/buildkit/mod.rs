//! Builds with BuildKit, through a session of our own.
//!
//! The engine is asked to build (`POST /build?version=2&remote=client-session&session=ID`) and fetches what it needs
//! over the session (`POST /session`, upgraded to HTTP/2 with us as the gRPC server): the Dockerfile, then the files of
//! the build context, as `docker build` gives them. So `.dockerignore` holds for the Dockerfile too, and only files
//! that changed are sent again. Sources: moby/buildkit `session`, `session/filesync`; tonistiigi/fsutil `send.go`.

mod filesync;
mod grpc;
mod messages;
mod session;
mod trace;
mod transport;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::Engine as _;
use http_body_util::{BodyExt, Empty};
use prost::Message;

use crate::{
    check::evidence::{BuildEvidence, BuildFailure, Builder},
    engine::{
        classic::number_after,
        clean,
        docker::Handle,
        errors,
        port::{BuildEvent, BuildOrder},
    },
    error::Error,
};

/// The longest line of the engine's answer, in bytes: one progress message.
const LINE_LIMIT: usize = 64 * 1024 * 1024;

/// Builds with BuildKit.
pub(super) async fn build(
    handle: Handle<'_>,
    order: &BuildOrder<'_>,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuildEvidence, Error> {
    let endpoint = &handle.target.endpoint;
    let told = |error: std::io::Error| errors::unreachable(endpoint, &handle.target.how, &error.to_string());
    let sent = Arc::new(AtomicU64::new(0));
    let offer = Arc::new(filesync::Offer {
        dockerfile: order.dockerfile.to_vec(),
        context: Arc::clone(&order.context),
        sent: Arc::clone(&sent),
    });
    let session = handle.or_interrupted(session::open(endpoint, offer)).await?.map_err(told)?;
    let built = request(handle, order, &session.id, &sent, events).await;
    session.close();
    built
}

async fn request(
    handle: Handle<'_>,
    order: &BuildOrder<'_>,
    session: &str,
    sent: &AtomicU64,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuildEvidence, Error> {
    let told = |error: String| Error::engine("the engine broke off the build").cause(error);
    let path = format!(
        "/build?version=2&remote=client-session&session={session}&rm=1&t={}&dockerfile={}{}",
        encoded(order.tag),
        encoded(order.dockerfile_name),
        if order.no_cache { "&nocache=1" } else { "" }
    );
    let request = hyper::Request::post(path)
        .header("host", "docker")
        .body(Empty::<bytes::Bytes>::new())
        .map_err(|error| told(error.to_string()))?;
    let response = handle
        .or_interrupted(transport::send(&handle.target.endpoint, request))
        .await?
        .map_err(|error| told(error.to_string()))?;
    let status = response.status();
    let mut body = response.into_body();
    let mut buffer: Vec<u8> = Vec::new();
    let mut trace = trace::Trace::new(events);
    let mut image_id = None;
    let mut message: Option<String> = None;
    let mut reported = 0;
    loop {
        // A step that prints nothing still lets the person see what was sent.
        let frame = match tokio::time::timeout(Duration::from_millis(200), handle.or_interrupted(body.frame())).await {
            Ok(frame) => frame?,
            Err(_) => {
                let bytes = sent.load(Ordering::Relaxed);
                if bytes != reported {
                    reported = bytes;
                    trace.sent(bytes);
                }
                if handle.interrupt.is_asked() {
                    return Err(Error::interrupted());
                }
                continue;
            }
        };
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|error| told(error.to_string()))?;
        let Some(data) = frame.data_ref() else { continue };
        buffer.extend_from_slice(data);
        if buffer.len() > LINE_LIMIT {
            return Err(told("a progress message without an end".to_owned()));
        }
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            read_line(&line, &mut trace, &mut image_id, &mut message);
        }
    }
    read_line(&buffer, &mut trace, &mut image_id, &mut message);
    if !status.is_success() {
        let reason = message.unwrap_or_else(|| format!("it answered with status {}", status.as_u16()));
        if status.as_u16() == 400 {
            return Ok(evidence(order, trace, None, Some(reason)));
        }
        return Err(Error::engine("the engine cannot build the image").cause(reason));
    }
    Ok(evidence(order, trace, image_id, message))
}

fn read_line(line: &[u8], trace: &mut trace::Trace<'_>, image_id: &mut Option<String>, message: &mut Option<String>) {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(line) else {
        return;
    };
    let text = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str).map(str::to_owned);
    match value.get("id").and_then(serde_json::Value::as_str) {
        Some("moby.buildkit.trace") => {
            let status = value
                .get("aux")
                .and_then(serde_json::Value::as_str)
                .and_then(|aux| base64::engine::general_purpose::STANDARD.decode(aux).ok())
                .and_then(|bytes| messages::StatusResponse::decode(bytes.as_slice()).ok());
            if let Some(status) = status {
                trace.add(status);
            }
        }
        Some("moby.image.id") => *image_id = text("/aux/ID"),
        _ => {
            if let Some(error) = text("/errorDetail/message").or_else(|| text("/error")).or_else(|| text("/message")) {
                *message = Some(error);
            }
        }
    }
}

fn evidence(order: &BuildOrder<'_>, trace: trace::Trace<'_>, image_id: Option<String>, message: Option<String>) -> BuildEvidence {
    let (steps, failed) = trace.finish();
    let failure = message.map(|message| {
        let message: String = clean(message.as_bytes()).lines().collect::<Vec<_>>().join(" ").chars().take(1000).collect();
        let (step, log) = failed.map_or((None, Vec::new()), |(step, log)| (Some(step), log));
        BuildFailure {
            line: number_after(&message, r"parse error (?:on )?line (\d+)").and_then(|line| u32::try_from(line).ok()),
            exit_code: number_after(&message, r"exit code: (\d+)"),
            message,
            step,
            log,
        }
    });
    BuildEvidence {
        builder: Builder::BuildKit,
        tag: order.tag.to_owned(),
        image_id: if failure.is_some() { None } else { image_id },
        steps,
        failure,
        seconds: 0.0,
    }
}

/// A value for a query, percent-encoded (RFC 3986).
fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").ok();
        }
    }
    out
}
