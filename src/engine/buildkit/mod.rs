//! Builds with BuildKit as `docker build` does: the engine fetches the build context through a session.
//!
//! `POST /build?version=2&remote=client-session` answers with lines of JSON: records of progress (`trace`), the
//! image's id, and at the end an error, if there was one (moby/moby `builder/builder-next`, docker/cli
//! `cli/command/image/build_buildkit.go` of 20.10).

mod filesync;
mod grpc;
mod proto;
mod session;
mod trace;

use std::{io::Read, sync::Arc, time::Instant};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use hyper::Request;
use prost::Message as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{
    build_request::{build_args, refused},
    docker::{BUILD, DockerEngine, TICK, unique},
    errors::slow,
    image,
    port::{BuildEvent, BuildOrder},
    requests::{self, Lines, Tasks, encode},
};
use crate::{
    build_context::{BuildContext, EntryKind},
    check::evidence::{BuildEvidence, Builder},
    error::Error,
    interrupt::Interrupt,
};
use filesync::{Reading, Source};
use proto::StatusResponse;
use trace::Trace;

/// Ends the tasks of a build when it is dropped, after an error or a panic too: the thread that reads files waits for
/// them.
struct Ending<'e> {
    engine: &'e DockerEngine,
    tasks: Tasks,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.engine.tidy(self.tasks.end());
    }
}

pub(super) fn build(
    engine: &DockerEngine,
    order: &BuildOrder<'_>,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuildEvidence, Error> {
    let began = Instant::now();
    let shared_key = shared_key(order.context, &engine.interrupt)?;
    let name = order
        .dockerfile_name
        .rsplit('/')
        .next()
        .unwrap_or(order.dockerfile_name);
    let (wanted, files) = tokio::sync::mpsc::unbounded_channel();
    let reading = Reading::default();
    let mut progress = Progress::default();
    let told = std::thread::scope(|scope| {
        // The thread ends when the session's tasks have ended, which hold the sources.
        scope.spawn(|| reading.read_files(order.context, files));
        let ending = Ending {
            engine,
            tasks: Tasks::default(),
        };
        let session = Session {
            source: Arc::new(Source::new(order.context, name, order.dockerfile, wanted)),
            reading: &reading,
            tasks: &ending.tasks,
            dockerfile_name: name,
            shared_key: &shared_key,
        };
        engine.block_on(follow(engine, order, session, &mut progress, events))
    });
    if let Some((path, error)) = reading.unreadable() {
        return Err(unreadable(&path, error));
    }
    let message = told?;
    let (steps, failure) = progress.trace.steps.finish(message.as_deref());
    let image_id = match failure {
        None => Some(engine.block_on(image::built(engine, progress.image_id.as_deref()))?),
        Some(_) => None,
    };
    Ok(BuildEvidence {
        builder: Builder::BuildKit,
        tag: order.tag.to_owned(),
        image_id,
        steps,
        failure,
        seconds: began.elapsed().as_secs_f64(),
    })
}

/// What a build's session needs.
struct Session<'a> {
    source: Arc<Source>,
    reading: &'a Reading,
    tasks: &'a Tasks,
    dockerfile_name: &'a str,
    shared_key: &'a str,
}

/// Follows the build to its end; returns the builder's message when it failed.
async fn follow(
    engine: &DockerEngine,
    order: &BuildOrder<'_>,
    session: Session<'_>,
    progress: &mut Progress,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<Option<String>, Error> {
    let Session {
        source,
        reading,
        tasks,
        dockerfile_name,
        shared_key,
    } = session;
    let id = unique();
    let starting = async {
        session::open(engine, tasks, &id, shared_key, source).await?;
        let mut path = format!(
            "/build?version=2&remote=client-session&rm=1&session={id}&buildid={}&t={}&dockerfile={}",
            unique(),
            encode(order.tag),
            encode(dockerfile_name)
        );
        if order.no_cache {
            path.push_str("&nocache=1");
        }
        path.push_str(&build_args(&engine.target));
        let headers = [("content-type", "text/plain")];
        requests::send(
            &engine.connector,
            tasks,
            Request::post(path),
            &headers,
            requests::nothing(),
        )
        .await
    };
    let what = say!("the build failed");
    let started = tokio::select! {
        started = tokio::time::timeout(BUILD, starting) => started.map_err(|_| slow(what))?,
        () = engine.stop_asked() => return Err(Error::interrupted()),
    };
    let mut lines = match started {
        Ok(answer) => Lines::new(answer),
        Err(refusal) => return refused(engine, &refusal).map(Some),
    };
    let mut told_bytes = 0;
    loop {
        let line = tokio::select! {
            line = lines.next() => line?,
            () = engine.stop_asked() => return Err(Error::interrupted()),
            () = tokio::time::sleep(TICK) => {
                tell_sent(reading, &mut told_bytes, events);
                continue;
            }
        };
        tell_sent(reading, &mut told_bytes, events);
        let Some(line) = line else {
            return Ok(None);
        };
        if let Some(message) = progress.take(&line, events) {
            return Ok(Some(message));
        }
    }
}

fn tell_sent(reading: &Reading, told: &mut u64, events: &mut dyn FnMut(BuildEvent)) {
    let bytes = reading.bytes();
    if bytes != *told {
        *told = bytes;
        events(BuildEvent::Sent { bytes });
    }
}

/// Returns the key under which BuildKit keeps what it was sent, to be sent less the next time.
///
/// BuildKit compares only size, mode and time before it takes a file from an earlier build with the same key. The key
/// therefore includes the content of every file: no other folder's file, and no earlier version of this one, can be
/// taken for the file that is here now.
fn shared_key(context: &dyn BuildContext, interrupt: &Interrupt) -> Result<String, Error> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    for (index, entry) in context.entries().iter().enumerate() {
        hash.update(entry.path.len().to_be_bytes());
        hash.update(&entry.path);
        hash.update(entry.mode.to_be_bytes());
        hash.update(entry.modified_ns.to_be_bytes());
        match &entry.kind {
            EntryKind::File { size } => {
                hash.update(b"file");
                hash.update(size.to_be_bytes());
                let content = context.open(index);
                content
                    .and_then(|file| hash_content(interrupt, file, &mut buffer, &mut hash))
                    .map_err(|error| unreadable(&entry.path, error))?;
            }
            EntryKind::Directory => hash.update(b"folder"),
            EntryKind::Symlink { target } => {
                hash.update(b"link");
                hash.update(target.len().to_be_bytes());
                hash.update(target);
            }
        }
        if interrupt.is_asked() {
            return Err(Error::interrupted());
        }
    }
    let digest = hash.finalize();
    Ok(format!("dockerlab-{}", BASE64_URL_SAFE_NO_PAD.encode(&digest[..16])))
}

/// Adds a file's content and its true length to the hash; stops early when the person wants to stop.
fn hash_content(
    interrupt: &Interrupt,
    mut file: impl Read,
    buffer: &mut [u8],
    hash: &mut Sha256,
) -> std::io::Result<()> {
    let mut length = 0_u64;
    loop {
        let count = file.read(buffer)?;
        if count == 0 || interrupt.is_asked() {
            hash.update(length.to_be_bytes());
            return Ok(());
        }
        hash.update(&buffer[..count]);
        length += count as u64;
    }
}

/// The error for a file of the context that cannot be read.
fn unreadable(path: &str, error: std::io::Error) -> Error {
    Error::io(say!("cannot read `{path}` of the build context"; path)).cause(error)
}

/// One line of the answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: Option<String>,
    aux: Option<serde_json::Value>,
    error_detail: Option<Detail>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Detail {
    message: Option<String>,
}

/// What was made of the answer so far.
#[derive(Default)]
struct Progress {
    trace: Trace,
    image_id: Option<String>,
}

impl Progress {
    /// Takes a line; returns the builder's message when it is an error. What is no JSON or of an unknown kind is
    /// passed over.
    fn take(&mut self, line: &[u8], events: &mut dyn FnMut(BuildEvent)) -> Option<String> {
        let line: Line = serde_json::from_slice(line).ok()?;
        if let Some(message) = line.error_detail.and_then(|detail| detail.message).or(line.error) {
            return Some(message);
        }
        let aux = line.aux?;
        match line.id.as_deref() {
            Some("moby.buildkit.trace") => {
                let record = BASE64_STANDARD.decode(aux.as_str()?).ok()?;
                self.trace.take(&StatusResponse::decode(&record[..]).ok()?, events);
            }
            Some("moby.image.id") => self.image_id = Some(aux.get("ID")?.as_str()?.to_owned()),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build_context::Entry;

    struct Folder([Entry; 1], &'static str);

    impl BuildContext for Folder {
        fn entries(&self) -> &[Entry] {
            &self.0
        }

        fn open(&self, _: usize) -> std::io::Result<Box<dyn Read + Send>> {
            Ok(Box::new(self.1.as_bytes()))
        }

        fn ignore_text(&self) -> Option<&str> {
            None
        }
    }

    fn key(content: &'static str, modified_ns: i64) -> String {
        let entry = Entry {
            path: "app/main.py".to_owned(),
            kind: EntryKind::File {
                size: content.len() as u64,
            },
            mode: 0o644,
            modified_ns,
        };
        shared_key(&Folder([entry], content), &Interrupt::default()).unwrap()
    }

    #[test]
    fn only_the_same_files_share_a_key() {
        assert_eq!(key("one", 7), key("one", 7));
        assert_ne!(key("one", 7), key("two", 7), "same size and time, different content");
        assert_ne!(key("one", 7), key("one", 8), "another time");
    }

    #[test]
    fn lines_of_the_answer_are_read() {
        let mut progress = Progress::default();
        let mut told = Vec::new();
        let mut events = |event| told.push(event);
        let record = StatusResponse {
            vertexes: vec![proto::Vertex {
                digest: "d".to_owned(),
                name: "[1/1] FROM x".to_owned(),
                started: Some(proto::Timestamp { seconds: 1, nanos: 0 }),
                ..proto::Vertex::default()
            }],
            logs: vec![],
        };
        let trace = format!(
            r#"{{"id":"moby.buildkit.trace","aux":"{}"}}"#,
            BASE64_STANDARD.encode(record.encode_to_vec())
        );
        assert_eq!(progress.take(trace.as_bytes(), &mut events), None);
        assert_eq!(
            progress.take(br#"{"id":"moby.image.id","aux":{"ID":"sha256:ab"}}"#, &mut events),
            None
        );
        for passed_over in [
            "",
            "nonsense",
            r#"{"id":"moby.buildkit.trace","aux":"%"}"#,
            r#"{"stream":"x"}"#,
            "[]",
        ] {
            assert_eq!(progress.take(passed_over.as_bytes(), &mut events), None);
        }
        let error = br#"{"errorDetail":{"code":1,"message":"failed to solve"},"error":"failed to solve"}"#;
        assert_eq!(progress.take(error, &mut events).as_deref(), Some("failed to solve"));
        assert_eq!(progress.image_id.as_deref(), Some("sha256:ab"));
        assert_eq!(told.len(), 1);
    }
}
