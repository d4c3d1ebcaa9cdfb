//! Builds by the engine's older builder, and by Podman's through the same request: an archive in, text out.
//!
//! Their steps are told only by what they print. An instruction that printed a line in just the form of the next
//! step's would be taken for it; nothing in the protocol tells the two apart.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use bytes::Bytes;
use futures_util::Stream;
use hyper::Request;
use tokio::sync::mpsc::Receiver;

use super::{
    build_request::{build_args, refused},
    client::logins_for,
    context_tar::{self, PieceWriter},
    docker::{BUILD, DockerEngine, TICK},
    errors::slow,
    image,
    json_message::JsonMessage,
    port::{BuildEvent, BuildOrder},
    requests::{self, Lines, Tasks, encode},
    steps::{Ended, Steps},
    text::LineBuffer,
};
use crate::{
    check::evidence::{BuildEvidence, Builder},
    error::Error,
};

/// Pieces of the archive that may wait to be sent.
const PIECES: usize = 4;

pub(super) fn build(
    engine: &DockerEngine,
    order: &BuildOrder<'_>,
    builder: Builder,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuildEvidence, Error> {
    let began = Instant::now();
    let (sender, receiver) = tokio::sync::mpsc::channel(PIECES);
    let body = SharedReceiver::new(receiver);
    let mut progress = Progress::new();
    let (told, packed) = std::thread::scope(|scope| {
        let packing = scope.spawn(move || {
            let failed = sender.clone();
            let packed = context_tar::write(
                order.context,
                order.dockerfile_name,
                order.dockerfile,
                PieceWriter::new(sender),
            );
            if packed.is_err() {
                // Without this the engine would take what it got for all of it. No one may be listening any more.
                let broken = std::io::Error::other(say!("the build context could not be read"));
                drop(failed.blocking_send(Err(broken)));
            }
            packed
        });
        // Whatever ends the building, a panic too, lets the packing thread go.
        let closing = body.closing();
        let tasks = Tasks::default();
        let told = engine.block_on(async {
            let told = follow(engine, order, body, &tasks, &mut progress, events).await;
            tasks.end().await;
            told
        });
        drop(closing);
        let packed = packing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (told, packed)
    });
    if let Err(error) = packed
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        return Err(Error::io(say!("cannot read the build context")).cause(error));
    }
    let message = told?;
    progress.finish(message.is_some(), events);
    let (steps, failure) = progress.steps.finish(message.as_deref());
    let image_id = match failure {
        None => Some(engine.block_on(image::built(engine, progress.image_id.as_deref()))?),
        Some(_) => None,
    };
    Ok(BuildEvidence {
        builder,
        tag: order.tag.to_owned(),
        image_id,
        steps,
        failure,
        seconds: began.elapsed().as_secs_f64(),
    })
}

/// Follows the build to its end; returns the builder's message when it failed.
async fn follow(
    engine: &DockerEngine,
    order: &BuildOrder<'_>,
    body: SharedReceiver,
    tasks: &Tasks,
    progress: &mut Progress,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<Option<String>, Error> {
    // `rm` and `forcerm`: without them steps leave their containers behind.
    let mut path = format!(
        "/build?rm=1&forcerm=1&t={}&dockerfile={}",
        encode(order.tag),
        encode(order.dockerfile_name)
    );
    if order.no_cache {
        path.push_str("&nocache=1");
    }
    path.push_str(&build_args(&engine.target));
    let text = String::from_utf8_lossy(order.dockerfile);
    let logins = logins_for(engine.target.config_dir.as_deref(), &text);
    let logins = URL_SAFE.encode(serde_json::json!(logins).to_string());
    let headers = [
        ("content-type", "application/x-tar"),
        ("x-registry-config", logins.as_str()),
    ];
    let sent = body.clone();
    let mut told_bytes = 0;
    let mut tell_sent = |events: &mut dyn FnMut(BuildEvent)| sent.tell(&mut told_bytes, events);
    let sending = requests::send(
        &engine.connector,
        tasks,
        Request::post(path),
        &headers,
        requests::streamed(body),
    );
    let mut sending = Box::pin(tokio::time::timeout(BUILD, sending));
    let answer = loop {
        tokio::select! {
            answer = &mut sending => break answer,
            () = engine.stop_asked() => return Err(Error::interrupted()),
            () = tokio::time::sleep(TICK) => tell_sent(events),
        }
    };
    let mut lines = match answer {
        Ok(Ok(answer)) => Lines::new(answer),
        Ok(Err(refusal)) => return refused(engine, &refusal).map(Some),
        Err(_) => return Err(slow(say!("the build failed"))),
    };
    loop {
        let line = tokio::select! {
            line = lines.next() => line?,
            () = engine.stop_asked() => return Err(Error::interrupted()),
            () = tokio::time::sleep(TICK) => {
                tell_sent(events);
                continue;
            }
        };
        tell_sent(events);
        let Some(line) = line else {
            return Ok(None);
        };
        let message = JsonMessage::read(&line);
        if let Some(failure) = message.failure() {
            return Ok(Some(failure.to_owned()));
        }
        if let Some(id) = message.aux("ID") {
            progress.image_id = Some(id.to_owned());
        }
        progress.take(message.stream(), events);
        if is_worth_telling(message.status()) {
            progress.take(&format!("{}\n", message.status()), events);
        }
    }
}

/// What a pull during a build says, its progress bars left out.
fn is_worth_telling(status: &str) -> bool {
    ["Pulling from", "Digest:", "Status:"]
        .iter()
        .any(|sign| status.starts_with(sign))
}

/// What was made of the builder's text so far.
struct Progress {
    steps: Steps,
    lines: LineBuffer,
    current: Option<Current>,
    /// How many steps there were: Buildah starts counting again in each stage.
    instructions: u32,
    image_id: Option<String>,
}

/// The step that runs.
struct Current {
    id: usize,
    number: u32,
    began: Instant,
    cached: bool,
}

impl Progress {
    fn new() -> Self {
        Self {
            steps: Steps::default(),
            lines: LineBuffer::default(),
            current: None,
            instructions: 0,
            image_id: None,
        }
    }

    /// Takes a piece of text, which may hold several lines or part of one.
    fn take(&mut self, text: &str, events: &mut dyn FnMut(BuildEvent)) {
        for line in self.lines.push(text.as_bytes()) {
            self.line(&line, events);
        }
    }

    fn line(&mut self, line: &str, events: &mut dyn FnMut(BuildEvent)) {
        match read_line(line) {
            Line::Step { number, name }
                if self
                    .current
                    .as_ref()
                    .is_none_or(|step| number == step.number + 1 || number == 1) =>
            {
                self.end_step(false, events);
                self.instructions += 1;
                let Some(id) = self.steps.add(name, None, Some(self.instructions)) else {
                    return;
                };
                self.steps.start(id, events);
                self.current = Some(Current {
                    id,
                    number,
                    began: Instant::now(),
                    cached: false,
                });
            }
            Line::Cached => {
                if let Some(step) = &mut self.current {
                    step.cached = true;
                }
            }
            Line::Done => self.end_step(false, events),
            Line::Chatter => {}
            Line::Step { .. } | Line::Printed => {
                if let Some(step) = &self.current {
                    self.steps.print(step.id, format!("{line}\n").as_bytes(), events);
                }
            }
        }
    }

    /// The builder says no more.
    fn finish(&mut self, failed: bool, events: &mut dyn FnMut(BuildEvent)) {
        if let Some(last) = self.lines.finish() {
            self.line(&last, events);
        }
        self.end_step(failed, events);
    }

    /// Ends the step that runs.
    fn end_step(&mut self, failed: bool, events: &mut dyn FnMut(BuildEvent)) {
        if let Some(step) = self.current.take() {
            let end = Ended {
                seconds: step.began.elapsed().as_secs_f64(),
                cached: step.cached,
                failed,
            };
            self.steps.end(step.id, end, events);
        }
    }
}

/// What a line of the builder's text is.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    /// "Step 2/5 : RUN x"; Buildah: "STEP 2/5: RUN x", "[1/2] STEP 2/5: RUN x".
    Step { number: u32, name: &'a str },
    /// " ---> Using cache"; Buildah: "--> Using cache 0123…".
    Cached,
    /// The build is through: "Successfully built 0123456789ab"; Buildah: "COMMIT name".
    Done,
    /// The builder about itself.
    Chatter,
    /// What the step printed.
    Printed,
}

fn read_line(line: &str) -> Line<'_> {
    if let Some((number, name)) = read_step(line) {
        return Line::Step { number, name };
    }
    let is_id = |text: &str| text.len() >= 11 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(rest) = line.strip_prefix(" ---> ").or_else(|| line.strip_prefix("--> ")) {
        if rest.starts_with("Using cache") {
            return Line::Cached;
        }
        if rest.starts_with("Running in ") || rest.starts_with("Removed intermediate container ") || is_id(rest.trim())
        {
            return Line::Chatter;
        }
    }
    if line
        .strip_prefix("Successfully built ")
        .is_some_and(|rest| is_id(rest.trim()))
    {
        return Line::Done;
    }
    if line.starts_with("COMMIT ") {
        return Line::Done;
    }
    let chatter = ["Removing intermediate container ", "Successfully tagged "];
    if line.is_empty() || chatter.iter().any(|sign| line.starts_with(sign)) {
        return Line::Chatter;
    }
    Line::Printed
}

fn read_step(line: &str) -> Option<(u32, &str)> {
    let line = match line.strip_prefix('[') {
        Some(rest) => rest.split_once("] ")?.1,
        None => line,
    };
    let rest = line.strip_prefix("Step ").or_else(|| line.strip_prefix("STEP "))?;
    let (count, name) = rest.split_once(':')?;
    let (number, all) = count.trim().split_once('/')?;
    all.parse::<u32>().ok()?;
    Some((number.parse().ok()?, name.trim()))
}

/// The receiving end of the archive as a request's body, which can be closed from outside: the connection that holds
/// the body lives on for a while in the runtime when the build is given up, and the packing thread would wait for it.
#[derive(Clone)]
struct SharedReceiver {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    receiver: Option<Receiver<std::io::Result<Bytes>>>,
    bytes: u64,
}

impl SharedReceiver {
    fn new(receiver: Receiver<std::io::Result<Bytes>>) -> Self {
        Self {
            shared: Arc::new(Mutex::new(Shared {
                receiver: Some(receiver),
                bytes: 0,
            })),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells how much was sent when that is news.
    fn tell(&self, told: &mut u64, events: &mut dyn FnMut(BuildEvent)) {
        let bytes = self.lock().bytes;
        if bytes != *told {
            *told = bytes;
            events(BuildEvent::Sent { bytes });
        }
    }

    fn closing(&self) -> Closing {
        Closing(self.clone())
    }
}

impl Stream for SharedReceiver {
    type Item = std::io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut shared = self.lock();
        let Some(receiver) = &mut shared.receiver else {
            return Poll::Ready(Some(Err(std::io::Error::other(say!("the build was cancelled")))));
        };
        let polled = receiver.poll_recv(context);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            shared.bytes += piece.len() as u64;
        }
        polled
    }
}

/// Closes the receiver when dropped.
struct Closing(SharedReceiver);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.lock().receiver = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::evidence::BuildStep;

    fn built(text: &str, message: Option<&str>) -> (Vec<BuildStep>, Vec<BuildEvent>, Option<Vec<String>>) {
        let mut told = Vec::new();
        let mut progress = Progress::new();
        for piece in text.as_bytes().chunks(7) {
            progress.take(std::str::from_utf8(piece).unwrap(), &mut |event| told.push(event));
        }
        progress.finish(message.is_some(), &mut |event| told.push(event));
        let (steps, failure) = progress.steps.finish(message);
        (steps, told, failure.map(|failure| failure.log))
    }

    #[test]
    fn the_classic_builders_text_is_read() {
        let text = "Step 1/3 : FROM ubuntu:20.04\n ---> f7b1bf9c1c5b\nStep 2/3 : RUN echo hi\n ---> Using cache\n \
                    ---> 0123456789ab\nStep 3/3 : RUN make\n ---> Running in 0123456789ab\n\u{1b}[91mwarning\n\u{1b}[0mStep \
                    9/9 : no step\nbroken";
        let (steps, told, log) = built(text, Some("The command '/bin/sh -c make' returned a non-zero code: 2"));
        let shown: Vec<(&str, bool, bool)> = steps
            .iter()
            .map(|step| (step.name.as_str(), step.cached, step.failed))
            .collect();
        assert_eq!(
            shown,
            [
                ("FROM ubuntu:20.04", false, false),
                ("RUN echo hi", true, false),
                ("RUN make", false, true),
            ]
        );
        assert_eq!(log.unwrap(), ["warning", "Step 9/9 : no step", "broken"]);
        assert_eq!(
            told.iter()
                .filter(|event| matches!(event, BuildEvent::StepEnded { .. }))
                .count(),
            3
        );
    }

    #[test]
    fn buildahs_text_is_read() {
        let text = "[1/2] STEP 1/2: FROM a AS b\n[1/2] STEP 2/2: RUN x\n--> Using cache 0123456789abcdef\n--> \
                    0123456789a\n[2/2] STEP 1/1: FROM c\nCOMMIT task-1\n--> 0123456789a\nSuccessfully tagged \
                    localhost/task-1:latest\n";
        let (steps, _, _) = built(text, None);
        let shown: Vec<(&str, bool)> = steps.iter().map(|step| (step.name.as_str(), step.cached)).collect();
        assert_eq!(shown, [("FROM a AS b", false), ("RUN x", true), ("FROM c", false)]);
    }

    #[test]
    fn lines_are_told_apart() {
        assert_eq!(read_line("Removing intermediate container 0123456789ab"), Line::Chatter);
        assert_eq!(
            read_line(" ---> Removed intermediate container 0123456789ab"),
            Line::Chatter
        );
        assert_eq!(read_line("Successfully built 0123456789ab"), Line::Done);
        assert_eq!(read_line("Successfully built wheel"), Line::Printed);
        assert_eq!(read_line(" ---> my own arrow"), Line::Printed);
        assert_eq!(read_line("Step by step: x"), Line::Printed);
        assert_eq!(read_line("Step 3/x : y"), Line::Printed);
    }
}
