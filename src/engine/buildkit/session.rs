//! The session that a build may call back through: a gRPC server of ours on a connection that we opened.
//!
//! `POST /session` takes the connection over; headers say who we are and what may be called (moby/buildkit
//! `session/session.go`, `session/grpc.go`). Then the engine is the client: it asks for health, files, credentials.

use std::{path::PathBuf, sync::Arc};

use bollard::errors::Error as Refusal;
use hyper::{Request, Response, body::Incoming, server::conn::http2, service::service_fn};

use super::{
    filesync::{Source, diff_copy},
    grpc::{Answer, Body, Messages, UNIMPLEMENTED, single, status},
    proto::{CredentialsRequest, CredentialsResponse, HealthCheckResponse},
};
use crate::engine::{
    client::find_login,
    docker::DockerEngine,
    requests::{Tasks, upgrade},
};

const HEALTH: &str = "/grpc.health.v1.Health/Check";
const DIFF_COPY: &str = "/moby.filesync.v1.FileSync/DiffCopy";
const CREDENTIALS: &str = "/moby.filesync.v1.Auth/Credentials";
/// `SERVING` of a health check.
const SERVING: i32 = 1;

/// Opens a session; it ends with its tasks.
pub(crate) async fn open(
    engine: &DockerEngine,
    tasks: &Tasks,
    id: &str,
    shared_key: &str,
    source: Arc<Source>,
) -> Result<(), Refusal> {
    let mut headers = vec![
        ("x-docker-expose-session-uuid", id),
        ("x-docker-expose-session-name", "dockerlab"),
        ("x-docker-expose-session-sharedkey", shared_key),
    ];
    for method in [HEALTH, DIFF_COPY, CREDENTIALS] {
        headers.push(("x-docker-expose-session-grpc-method", method));
    }
    let connection = upgrade(&engine.connector, tasks, "/session", "h2c", &headers).await?;
    let config_dir = engine.target.config_dir.clone();
    let for_streams = tasks.clone();
    let service = service_fn(move |request| {
        let (source, tasks, config_dir) = (Arc::clone(&source), for_streams.clone(), config_dir.clone());
        async move { Ok::<_, std::convert::Infallible>(answer(request, source, &tasks, config_dir).await) }
    });
    let serving = http2::Builder::new(tasks.clone()).serve_connection(connection, service);
    // However the connection ends, the build tells what came of it.
    hyper::rt::Executor::execute(tasks, serving);
    Ok(())
}

async fn answer(
    request: Request<Incoming>,
    source: Arc<Source>,
    tasks: &Tasks,
    config_dir: Option<PathBuf>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut messages = Messages::new(body);
    match head.uri.path() {
        HEALTH => single(&HealthCheckResponse { status: SERVING }),
        DIFF_COPY => {
            let (answer, response) = Answer::streaming();
            hyper::rt::Executor::execute(tasks, async move {
                diff_copy(&source, &head.headers, messages, answer).await;
            });
            response
        }
        CREDENTIALS => {
            let host = match messages.next::<CredentialsRequest>().await {
                Ok(Some(request)) => request.host,
                _ => String::new(),
            };
            single(&credentials(config_dir, host).await)
        }
        // Newer ways to get credentials, among others: BuildKit falls back to the older one.
        _ => status(UNIMPLEMENTED, say!("not supported")),
    }
}

/// Returns the login for a registry. Without one, or when its helper fails, the registry is asked without: most images
/// need none, and the build tells when this one did.
async fn credentials(config_dir: Option<PathBuf>, host: String) -> CredentialsResponse {
    // A helper is a program that may take its time.
    let looking = tokio::task::spawn_blocking(move || find_login(config_dir.as_deref(), &host));
    let found = looking.await.ok().and_then(Result::ok).and_then(|looked| looked.login);
    let (username, secret) = found.map(|login| login.user_and_secret()).unwrap_or_default();
    CredentialsResponse { username, secret }
}
