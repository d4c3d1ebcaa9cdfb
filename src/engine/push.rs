//! Pushing an image, and asking the registry for what it has.

use std::{collections::BTreeMap, time::Duration};

use hyper::Request;
use serde::Deserialize;

use super::{
    client::Login,
    docker::DockerEngine,
    errors::{is_missing, slow, status, words},
    image::check_name,
    json_message::JsonMessage,
    port::{PushEvent, PushOrder, PushState, Pushed},
    push_refusal,
    requests::{self, Lines, Tasks, encode},
    text::one_line,
};
use crate::{dockerfile::ImageName, error::Error};

/// How long a push may say nothing.
const SILENCE: Duration = Duration::from_mins(5);
/// How long a registry may take to say what it has.
const ANSWER: Duration = Duration::from_mins(1);
/// Layers whose states are kept.
const LAYERS: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Distribution {
    descriptor: Descriptor,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

/// Gives an image another name, as `docker tag` does.
pub(super) async fn tag(engine: &DockerEngine, image: &str, reference: &ImageName) -> Result<(), Error> {
    check_name(image)?;
    let what = say!("cannot give the image the name `{reference}`"; reference);
    let options = bollard::query_parameters::TagImageOptionsBuilder::new()
        .repo(&repository(reference))
        .tag(reference.tag.as_deref().unwrap_or("latest"))
        .build();
    engine.ask(&what, engine.docker.tag_image(image, Some(options))).await
}

/// Pushes an image under its full name.
pub(super) async fn push(
    engine: &DockerEngine,
    order: &PushOrder<'_>,
    events: &mut dyn FnMut(PushEvent),
) -> Result<Pushed, Error> {
    let tasks = Tasks::default();
    let pushed = tokio::select! {
        pushed = follow(engine, &tasks, order, events) => pushed,
        () = engine.stop_asked() => Err(Error::interrupted()),
    };
    tasks.end().await;
    pushed
}

async fn follow(
    engine: &DockerEngine,
    tasks: &Tasks,
    order: &PushOrder<'_>,
    events: &mut dyn FnMut(PushEvent),
) -> Result<Pushed, Error> {
    let repository = repository(order.reference);
    check_name(&repository)?;
    let tag = order.reference.tag.as_deref().unwrap_or("latest");
    let path = format!("/images/{repository}/push?tag={}", encode(tag));
    let refused = |words: &str| push_refusal::error(order, words);
    let header = Login::header(order.looked.login.as_ref());
    let headers = [("x-registry-auth", header.as_str())];
    let asking = requests::send(
        &engine.connector,
        tasks,
        Request::post(path),
        &headers,
        requests::nothing(),
    );
    let answer = match tokio::time::timeout(SILENCE, asking).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(refusal)) if status(&refusal).is_some() => return Err(refused(&words(&refusal))),
        Ok(Err(refusal)) => return Err(engine.refused(say!("cannot push the image"), &refusal)),
        Err(_) => return Err(slow(say!("cannot push the image"))),
    };
    let mut lines = Lines::new(answer);
    let mut push = Push::default();
    loop {
        let line = tokio::time::timeout(SILENCE, lines.next())
            .await
            .map_err(|_| slow(&say!("the push of `{}` makes no progress", order.reference)))?;
        let Some(line) = line? else { break };
        if let Some(words) = push.take(&line, events) {
            return Err(refused(&words));
        }
    }
    let uploaded = push.count(&PushState::Uploaded);
    Ok(Pushed {
        digest: push.digest,
        uploaded,
        there: push.layers.len() - uploaded,
    })
}

/// What a push has come to so far.
#[derive(Default)]
struct Push {
    layers: BTreeMap<String, PushState>,
    digest: Option<String>,
}

impl Push {
    /// Takes up a message; returns the engine's words where it is a refusal.
    fn take(&mut self, line: &[u8], events: &mut dyn FnMut(PushEvent)) -> Option<String> {
        // Blank lines, and what a later engine may add.
        let message = JsonMessage::read(line);
        if let Some(words) = message.failure() {
            return Some(one_line(words));
        }
        // The containerd store sends no aux, but the same in words: "TAG: digest: sha256:… size: N".
        let in_words = message
            .status()
            .split_once("digest: ")
            .and_then(|(_, rest)| rest.split(' ').next());
        if let Some(digest) = message.aux("Digest").or(in_words).filter(|digest| is_digest(digest)) {
            self.digest = Some(digest.to_owned());
        }
        let layer = message.id();
        if layer.is_empty() || !layer.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        let state = match message.status() {
            "Preparing" | "Waiting" => PushState::Waiting,
            "Pushing" => {
                let (done, of) = message.progress();
                PushState::Uploading { done, of }
            }
            "Pushed" => PushState::Uploaded,
            words if words.starts_with("Layer already exists") || words.starts_with("Mounted") => PushState::There,
            _ => return None,
        };
        if self.layers.len() < LAYERS || self.layers.contains_key(layer) {
            self.layers.insert(layer.to_owned(), state.clone());
            events(PushEvent {
                layer: layer.to_owned(),
                state,
            });
        }
        None
    }

    fn count(&self, state: &PushState) -> usize {
        self.layers.values().filter(|known| *known == state).count()
    }
}

/// Asks the registry, through the engine, for the digest that it has under a name; none where it has none.
pub(super) async fn digest_at_registry(engine: &DockerEngine, order: &PushOrder<'_>) -> Result<Option<String>, Error> {
    let reference = order.reference;
    let path = format!(
        "/distribution/{}:{}/json",
        repository(reference),
        reference.tag.as_deref().unwrap_or("latest")
    );
    let header = Login::header(order.looked.login.as_ref());
    let asking = async {
        let headers = [("x-registry-auth", header.as_str())];
        match requests::get::<Distribution>(&engine.connector, &path, &headers).await {
            Ok(found) => Ok(Some(found.descriptor.digest).filter(|digest| is_digest(digest))),
            Err(refusal) if is_missing(&refusal) => Ok(None),
            Err(refusal) if status(&refusal).is_some() => match words(&refusal) {
                words if words.contains("manifest unknown") => Ok(None),
                words => Err(push_refusal::error(order, &words)),
            },
            Err(refusal) => Err(engine.refused(say!("cannot ask the registry"), &refusal)),
        }
    };
    tokio::select! {
        answered = tokio::time::timeout(ANSWER, asking) => {
            answered.unwrap_or_else(|_| Err(slow(&say!("{} was not asked for `{reference}`", reference.registry; reference))))
        }
        () = engine.stop_asked() => Err(Error::interrupted()),
    }
}

/// The name without tag or digest, in full.
fn repository(reference: &ImageName) -> String {
    format!("{}/{}", reference.registry, reference.repository)
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_followed_and_the_digest_is_taken_from_either_store() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let mut push = Push::default();
        let mut seen = Vec::new();
        for text in [
            r#"{"status":"The push refers to repository [x/y]"}"#,
            r#"{"status":"Preparing","progressDetail":{},"id":"aa"}"#,
            r#"{"status":"Pushing","progressDetail":{"current":512,"total":2},"id":"aa"}"#,
            r#"{"status":"Pushed","progressDetail":{},"id":"aa"}"#,
            r#"{"status":"Layer already exists","progressDetail":{},"id":"bb"}"#,
            "not json",
            "",
        ] {
            assert_eq!(push.take(text.as_bytes(), &mut |event| seen.push(event)), None);
        }
        let last = format!("{{\"status\":\"t: digest: {digest} size: 9\"}}");
        assert_eq!(push.take(last.as_bytes(), &mut |_| {}), None);
        assert_eq!(push.digest.as_deref(), Some(digest.as_str()));
        assert_eq!((push.count(&PushState::Uploaded), push.layers.len()), (1, 2));
        assert_eq!(seen[1].state, PushState::Uploading { done: 512, of: 512 });
        let words = r#"{"errorDetail":{"message":"no\u001b[31m basic"},"error":"no\u001b[31m basic"}"#;
        let refused = push.take(words.as_bytes(), &mut |_| {});
        assert_eq!(refused.as_deref(), Some("no basic"));
    }
}
