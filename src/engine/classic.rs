//! The classic builder (`POST /build`), and Podman's behind the same call.
//!
//! The context is a tar that always holds the Dockerfile and the ignore file, as the docker client sends it; the engine
//! drops those two itself where the ignore file says so.

use std::{
    io::{Read, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use bollard::query_parameters::BuildImageOptionsBuilder;
use bytes::Bytes;
use futures_util::StreamExt;
use regex_lite::Regex;

use crate::{
    build_context::{BuildContext, EntryKind},
    check::evidence::{BuildEvidence, BuildFailure, BuildStep, Builder},
    engine::{
        docker::Handle,
        errors,
        port::{BuildEvent, BuildOrder},
        text::{Lines, Tail},
    },
    error::Error,
};

/// Builds with the classic builder.
pub(super) async fn build(
    handle: Handle<'_>,
    order: &BuildOrder<'_>,
    builder: Builder,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuildEvidence, Error> {
    let client = handle.client.clone().with_timeout(Duration::from_secs(3600));
    let options = BuildImageOptionsBuilder::default()
        .dockerfile(order.dockerfile_name)
        .t(order.tag)
        .nocache(order.no_cache)
        .rm(true)
        .forcerm(true)
        .build();
    let body = tar_stream(order);
    let mut stream = std::pin::pin!(client.build_image(options, None, Some(bollard::body_try_stream(body))));
    let mut reading = Reading {
        steps: Vec::new(),
        current: None,
        lines: Lines::default(),
        tail: Tail::default(),
        image_id: None,
        events,
    };
    let mut failure = None;
    loop {
        let Some(item) = handle.or_interrupted(stream.next()).await? else {
            break;
        };
        match item {
            Ok(info) => {
                if let Some(text) = info.stream {
                    reading.text(&text);
                }
                if let Some(id) = info.aux.and_then(|aux| aux.id) {
                    reading.image_id = Some(id);
                }
            }
            Err(bollard::errors::Error::DockerStreamError { error }) => {
                failure = Some(error);
                break;
            }
            Err(error) if matches!(errors::status(&error), Some(400 | 500)) => {
                failure = Some(errors::reason(&error));
                break;
            }
            Err(error) => return Err(errors::failed("build the image", &error)),
        }
    }
    for line in reading.lines.end() {
        reading.line(&line);
    }
    reading.end_step(failure.is_some());
    let failure = failure.map(|message| {
        let message = crate::engine::clean(message.as_bytes()).lines().collect::<Vec<_>>().join(" ");
        BuildFailure {
            step: reading.steps.last().map(|step| step.name.clone()),
            line: number_after(&message, r"parse error (?:on )?line (\d+)").and_then(|line| u32::try_from(line).ok()),
            exit_code: number_after(&message, r"(?:non-zero code|exit code|exit status):? (\d+)"),
            message,
            log: reading.tail.clone().into_vec(),
        }
    });
    Ok(BuildEvidence {
        builder,
        tag: order.tag.to_owned(),
        image_id: if failure.is_some() { None } else { reading.image_id },
        steps: reading.steps,
        failure,
        seconds: 0.0,
    })
}

/// The number that a pattern's first group finds.
pub(super) fn number_after(text: &str, pattern: &str) -> Option<i64> {
    Regex::new(pattern).ok()?.captures(text)?.get(1)?.as_str().parse().ok()
}

struct Reading<'a> {
    steps: Vec<BuildStep>,
    current: Option<Instant>,
    lines: Lines,
    tail: Tail,
    image_id: Option<String>,
    events: &'a mut dyn FnMut(BuildEvent),
}

impl Reading<'_> {
    fn text(&mut self, text: &str) {
        for line in self.lines.add(text.as_bytes()) {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        if let Some(name) = step_name(line) {
            self.end_step(false);
            self.tail = Tail::default();
            self.current = Some(Instant::now());
            (self.events)(BuildEvent::StepStarted {
                id: self.steps.len(),
                name: name.to_owned(),
                internal: false,
            });
            self.steps.push(BuildStep {
                name: name.to_owned(),
                stage: None,
                seconds: 0.0,
                cached: false,
                failed: false,
            });
            return;
        }
        let trimmed = line.trim();
        if trimmed.contains("Using cache") && (trimmed.starts_with("--->") || trimmed.starts_with("-->")) {
            if let Some(step) = self.steps.last_mut() {
                step.cached = true;
            }
            return;
        }
        let own = trimmed.starts_with("---> ")
            || trimmed.starts_with("--> ")
            || trimmed.starts_with("Removing intermediate container")
            || trimmed.starts_with("Successfully ")
            || trimmed.starts_with("COMMIT ")
            || trimmed.is_empty();
        if !own && let Some(id) = self.steps.len().checked_sub(1) {
            self.tail.add(line.to_owned());
            (self.events)(BuildEvent::StepLog {
                id,
                line: line.to_owned(),
            });
        }
    }

    fn end_step(&mut self, failed: bool) {
        let Some(started) = self.current.take() else {
            return;
        };
        let Some(id) = self.steps.len().checked_sub(1) else {
            return;
        };
        let step = &mut self.steps[id];
        step.failed = failed;
        step.seconds = if step.cached { 0.0 } else { started.elapsed().as_secs_f64() };
        (self.events)(BuildEvent::StepEnded {
            id,
            seconds: step.seconds,
            cached: step.cached,
            failed,
        });
    }
}

/// The instruction in "Step 2/9 : RUN x", and in Podman's "STEP 2/9: RUN x".
fn step_name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Step ").or_else(|| line.strip_prefix("STEP "))?;
    let (count, name) = rest.split_once(':')?;
    let (number, of) = count.trim().split_once('/')?;
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    (digits(number) && digits(of)).then(|| name.trim())
}

/// The context as a tar, packed on a thread of its own, in chunks.
fn tar_stream(order: &BuildOrder<'_>) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> + Send + use<> {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(8);
    let context = Arc::clone(&order.context);
    let name = order.dockerfile_name.to_owned();
    let dockerfile = order.dockerfile.to_vec();
    std::thread::spawn(move || {
        let mut out = Packed {
            sender: sender.clone(),
            buffer: Vec::new(),
        };
        let packed = pack(context.as_ref(), &name, &dockerfile, &mut out).and_then(|()| out.flush());
        if let Err(error) = packed {
            sender.blocking_send(Err(error)).ok();
        }
    });
    futures_util::stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
}

struct Packed {
    sender: tokio::sync::mpsc::Sender<Result<Bytes, std::io::Error>>,
    buffer: Vec<u8>,
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= 256 * 1024 {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let chunk = Bytes::from(std::mem::take(&mut self.buffer));
        self.sender
            .blocking_send(Ok(chunk))
            .map_err(|_| std::io::Error::new(std::io::ErrorKind::BrokenPipe, "the engine hung up"))
    }
}

fn pack(context: &dyn BuildContext, name: &str, dockerfile: &[u8], out: &mut Packed) -> std::io::Result<()> {
    let mut tar = tar::Builder::new(out);
    let header = |kind, size: u64, mode: u32, modified_ns: i64| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(u64::try_from(modified_ns / 1_000_000_000).unwrap_or(0));
        header
    };
    let ignore = context.ignore_text().map(str::as_bytes);
    for (index, entry) in context.entries().iter().enumerate() {
        if entry.path == name || (entry.path == ".dockerignore" && ignore.is_some()) {
            continue;
        }
        match &entry.kind {
            EntryKind::Directory => {
                let mut header = header(tar::EntryType::Directory, 0, entry.mode, entry.modified_ns);
                tar.append_data(&mut header, format!("{}/", entry.path), std::io::empty())?;
            }
            EntryKind::Symlink { target } => {
                let mut header = header(tar::EntryType::Symlink, 0, 0o777, entry.modified_ns);
                tar.append_link(&mut header, &entry.path, target)?;
            }
            EntryKind::File { size } => {
                let mut header = header(tar::EntryType::Regular, *size, entry.mode, entry.modified_ns);
                // A file that shrank or grew meanwhile must not shift what follows it.
                let file = context.open(index)?;
                tar.append_data(&mut header, &entry.path, file.take(*size).chain(std::io::repeat(0)).take(*size))?;
            }
        }
    }
    let find = |name: &str| context.entries().iter().find(|entry| entry.path == name);
    for (name, bytes) in [(name, Some(dockerfile)), (".dockerignore", ignore)] {
        if let Some(bytes) = bytes {
            let known = find(name);
            let mut header = header(
                tar::EntryType::Regular,
                bytes.len() as u64,
                known.map_or(0o644, |entry| entry.mode),
                known.map_or(0, |entry| entry.modified_ns),
            );
            tar.append_data(&mut header, name, bytes)?;
        }
    }
    tar.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_both_builders_are_recognised() {
        assert_eq!(step_name("Step 2/9 : RUN a : b"), Some("RUN a : b"));
        assert_eq!(step_name("STEP 1/8: FROM x"), Some("FROM x"));
        assert_eq!(step_name("Step by step"), None);
        assert_eq!(step_name("Step a/b : c"), None);
    }

    #[test]
    fn numbers_are_taken_from_the_engines_words() {
        assert_eq!(number_after("returned a non-zero code: 42", r"non-zero code:? (\d+)"), Some(42));
        assert_eq!(number_after("dockerfile parse error on line 7: x", r"parse error (?:on )?line (\d+)"), Some(7));
    }
}
