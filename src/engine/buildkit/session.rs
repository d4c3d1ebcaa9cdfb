//! The session that a build may call back through: a gRPC server of ours on a connection that we opened.
//!
//! `POST /session` takes the connection over; headers say who we are and what may be called (moby/buildkit
//! `session/session.go`, `session/grpc.go`). Then the engine is the client: it asks for health, files, credentials.

use std::{path::PathBuf, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::{Request, Response, body::Incoming, server::conn::http2, service::service_fn};

use super::{
    filesync::{Source, diff_copy},
    grpc::{Answer, Body, Messages, UNIMPLEMENTED, single, status},
    proto::{CredentialsRequest, CredentialsResponse, HealthCheckResponse},
};
use crate::engine::{
    docker::DockerEngine,
    raw::{Denied, Tasks, upgrade},
};

const HEALTH: &str = "/grpc.health.v1.Health/Check";
const DIFF_COPY: &str = "/moby.filesync.v1.FileSync/DiffCopy";
const CREDENTIALS: &str = "/moby.filesync.v1.Auth/Credentials";
/// `SERVING` of a health check.
const SERVING: i32 = 1;
/// How the docker client's settings name Docker Hub.
const HUB: &str = "https://index.docker.io/v1/";

/// Opens a session; it ends with its tasks.
pub(crate) async fn open(
    engine: &DockerEngine,
    tasks: &Tasks,
    id: &str,
    shared_key: &str,
    source: Arc<Source>,
) -> Result<(), Denied> {
    let mut headers = vec![
        ("x-docker-expose-session-uuid", id),
        ("x-docker-expose-session-name", "dockerlab"),
        ("x-docker-expose-session-sharedkey", shared_key),
    ];
    for method in [HEALTH, DIFF_COPY, CREDENTIALS] {
        headers.push(("x-docker-expose-session-grpc-method", method));
    }
    let connection = upgrade(engine, tasks, "/session", "h2c", &headers).await?;
    let config = engine.config_dir.as_ref().map(|dir| dir.join("config.json"));
    let for_streams = tasks.clone();
    let service = service_fn(move |request| {
        let (source, tasks, config) = (Arc::clone(&source), for_streams.clone(), config.clone());
        async move { Ok::<_, std::convert::Infallible>(answer(request, source, &tasks, config).await) }
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
    config: Option<PathBuf>,
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
            let found = config
                .and_then(|path| std::fs::read(path).ok())
                .and_then(|text| credentials(&text, &host));
            single(&found.unwrap_or_default())
        }
        // Newer ways to get credentials, among others: BuildKit falls back to the older one.
        _ => status(UNIMPLEMENTED, say!("not served")),
    }
}

/// Returns the credentials for a registry that stand in the docker client's settings themselves. Those that it keeps
/// in a helper are not fetched: such an image has to be pulled with `docker pull` first.
fn credentials(settings: &[u8], host: &str) -> Option<CredentialsResponse> {
    let settings: serde_json::Value = serde_json::from_slice(settings).ok()?;
    let auths = settings.get("auths")?;
    let hub = matches!(host, "docker.io" | "registry-1.docker.io" | "index.docker.io");
    let auth = auths
        .get(if hub { HUB } else { host })
        .or_else(|| auths.get(format!("https://{host}")))?;
    if let Some(token) = auth
        .get("identitytoken")
        .and_then(|token| token.as_str())
        .filter(|token| !token.is_empty())
    {
        return Some(CredentialsResponse {
            username: String::new(),
            secret: token.to_owned(),
        });
    }
    let decoded = BASE64_STANDARD.decode(auth.get("auth")?.as_str()?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (username, secret) = text.split_once(':')?;
    Some(CredentialsResponse {
        username: username.to_owned(),
        secret: secret.trim_end_matches('\0').to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_come_from_the_clients_settings() {
        // "me:a:b" and an identity token.
        let settings = br#"{"auths":{"https://index.docker.io/v1/":{"auth":"bWU6YTpi"},"r.example":{"identitytoken":"t"},"empty":{}}}"#;
        let found = |host| credentials(settings, host).map(|found| (found.username, found.secret));
        assert_eq!(found("docker.io"), Some(("me".to_owned(), "a:b".to_owned())));
        assert_eq!(found("registry-1.docker.io"), found("docker.io"));
        assert_eq!(found("r.example"), Some((String::new(), "t".to_owned())));
        assert_eq!(found("empty"), None);
        assert_eq!(found("other"), None);
        assert_eq!(credentials(b"{", "docker.io"), None);
    }
}
