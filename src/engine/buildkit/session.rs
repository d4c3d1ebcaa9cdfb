//! The session: a connection over which the engine calls us.

use std::{io, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::rt::TokioExecutor;

use crate::engine::buildkit::{filesync, grpc, transport};

/// An open session.
pub(super) struct Session {
    /// What the engine knows it by.
    pub(super) id: String,
    serving: tokio::task::JoinHandle<()>,
}

impl Session {
    /// Hangs up.
    pub(super) fn close(self) {
        self.serving.abort();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What we let the engine call.
const METHODS: &[&str] = &["/moby.filesync.v1.FileSync/DiffCopy", "/grpc.health.v1.Health/Check"];

/// Opens a session that offers these files.
pub(super) async fn open(endpoint: &str, offer: Arc<filesync::Offer>) -> io::Result<Session> {
    let id = random_id()?;
    let mut request = Request::post("/session")
        .header("host", "docker")
        .header("connection", "Upgrade")
        .header("upgrade", "h2c")
        .header("x-docker-expose-session-uuid", &id)
        .header("x-docker-expose-session-name", "dockerlab")
        .header("x-docker-expose-session-sharedkey", "");
    for method in METHODS {
        request = request.header("x-docker-expose-session-grpc-method", *method);
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(io::Error::other)?;
    let response = transport::send(endpoint, request).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = response.status();
        let body = response.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let text = crate::engine::clean(&body[..body.len().min(500)]);
        return Err(io::Error::other(format!("the engine opens no session (status {}): {}", status.as_u16(), text.trim())));
    }
    let upgraded = hyper::upgrade::on(response).await.map_err(io::Error::other)?;
    let serving = tokio::spawn(async move {
        let service = service_fn(move |request| {
            let offer = Arc::clone(&offer);
            async move { Ok::<_, std::convert::Infallible>(answer(request, &offer)) }
        });
        let serving = hyper::server::conn::http2::Builder::new(TokioExecutor::new()).serve_connection(upgraded, service);
        // The engine hangs up when the build is over.
        serving.await.ok();
    });
    Ok(Session { id, serving })
}

fn answer(request: Request<Incoming>, offer: &Arc<filesync::Offer>) -> Response<grpc::Answer> {
    match request.uri().path() {
        "/moby.filesync.v1.FileSync/DiffCopy" => filesync::diff_copy(request, Arc::clone(offer)),
        // HealthCheckResponse { status: SERVING }
        "/grpc.health.v1.Health/Check" => grpc::one(&[0x08, 0x01]),
        _ => grpc::unimplemented(),
    }
}

/// 25 letters and digits that nobody else has: made from a temporary file's name and hashes of process and time, as no
/// secret hangs on it but collisions would.
fn random_id() -> io::Result<String> {
    use std::hash::{BuildHasher, Hasher};
    let mut id = String::new();
    while id.len() < 25 {
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_usize(id.len());
        id.push_str(&format!("{:016x}", hasher.finish()));
    }
    id.truncate(25);
    if id.len() == 25 { Ok(id) } else { Err(io::Error::other("no session id")) }
}
