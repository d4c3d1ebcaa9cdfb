//! Sends the build context and the Dockerfile to BuildKit as it asks for them.
//!
//! The protocol is tonistiigi/fsutil's (`send.go`, `receive.go`): the sender lists everything in order, then says that
//! this was all; meanwhile the receiver asks for the bytes of what it does not have from an earlier build (it compares
//! sizes, modes and times), by the number at which it stood in the list. Which folder is asked for stands in the
//! request's headers (moby/buildkit `session/filesync/filesync.go`).
//!
//! What is kept out by `.dockerignore` was left out before: the patterns that BuildKit sends along are not applied.

use std::{
    collections::BTreeSet,
    io::Read as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use hyper::HeaderMap;
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::{
    build_context::{BuildContext, Entry, EntryKind},
    engine::buildkit::{
        grpc::{Answer, Broken, INTERNAL, Messages},
        proto::{Packet, PacketType, Stat},
    },
};

/// Bytes of one piece of a file (fsutil sends as many).
const PIECE: usize = 32 * 1024;
/// What BuildKit reads to learn what is kept out.
const IGNORE: &str = ".dockerignore";

// Bits of Go's `io/fs.FileMode`.
const GO_DIRECTORY: u32 = 1 << 31;
const GO_SYMLINK: u32 = 1 << 27;
const GO_SETUID: u32 = 1 << 23;
const GO_SETGID: u32 = 1 << 22;
const GO_STICKY: u32 = 1 << 20;

/// What a session has to send.
pub(crate) struct Source {
    entries: Vec<Entry>,
    dockerfile_name: String,
    dockerfile: Bytes,
    ignore: Option<Bytes>,
    files: UnboundedSender<FileRequest>,
}

/// How the reading of files goes. It is not part of [`Source`], whose end is what ends the reading.
#[derive(Default)]
pub(crate) struct Reading {
    bytes: AtomicU64,
    unreadable: Mutex<Option<(String, std::io::Error)>>,
}

/// A file of the context that BuildKit asked for.
pub(crate) struct FileRequest {
    index: usize,
    id: u32,
    answer: Answer,
}

/// One thing in the list that is sent.
struct Listed {
    stat: Stat,
    content: Content,
}

#[derive(Clone)]
enum Content {
    /// A folder or link.
    None,
    /// These bytes.
    Bytes(Bytes),
    /// The file of the entry with this index.
    File(usize),
}

impl Source {
    /// `dockerfile_name` is a name without folders.
    pub(crate) fn new(
        context: &dyn BuildContext,
        dockerfile_name: &str,
        dockerfile: &[u8],
        files: UnboundedSender<FileRequest>,
    ) -> Self {
        Self {
            entries: context.entries().to_vec(),
            dockerfile_name: dockerfile_name.to_owned(),
            dockerfile: Bytes::copy_from_slice(dockerfile),
            ignore: context
                .ignore_text()
                .map(|text| Bytes::copy_from_slice(text.as_bytes())),
            files,
        }
    }
}

impl Reading {
    /// Bytes of files that were sent.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The file that could not be read, if there was one, and why.
    pub(crate) fn unreadable(&self) -> Option<(String, std::io::Error)> {
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Reads the files that are asked for, until no one can ask any more. Blocks: for a thread of its own.
    pub(crate) fn read_files(&self, context: &dyn BuildContext, mut wanted: UnboundedReceiver<FileRequest>) {
        while let Some(wanted) = wanted.blocking_recv() {
            if let Err(error) = self.read_file(context, &wanted) {
                let path = context
                    .entries()
                    .get(wanted.index)
                    .map(|entry| entry.path.clone())
                    .unwrap_or_default();
                let failed = Packet {
                    r#type: PacketType::Err.into(),
                    data: say!("cannot read {path}: {error}"; path, error).into_bytes(),
                    ..Packet::default()
                };
                *self.unreadable.lock().unwrap_or_else(PoisonError::into_inner) = Some((path, error));
                // The build that asked may be over.
                let _: Result<(), Broken> = wanted.answer.send_blocking(&failed);
            }
        }
    }

    fn read_file(&self, context: &dyn BuildContext, wanted: &FileRequest) -> std::io::Result<()> {
        let mut file = context.open(wanted.index)?;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
            let last = piece.is_empty();
            self.bytes.fetch_add(piece.len() as u64, Ordering::Relaxed);
            if wanted.answer.send_blocking(&data(wanted.id, piece)).is_err() || last {
                return Ok(());
            }
        }
    }
}

impl Source {
    /// Returns what to send for a request; none when the folder does not exist.
    fn listing(&self, headers: &HeaderMap) -> Option<Vec<Listed>> {
        let folder = values(headers, "dir-name").pop();
        match folder.as_deref() {
            Some("dockerfile") => Some(vec![made(&self.dockerfile_name, &self.dockerfile)]),
            Some("context") => {
                let mut paths = values(headers, "followpaths");
                paths.extend(values(headers, "include-patterns"));
                if !paths.is_empty() && paths.iter().all(|path| is_ignore_file(path)) {
                    return Some(self.ignore.iter().map(|text| made(IGNORE, text)).collect());
                }
                let chosen = chosen(&self.entries, &paths);
                Some(
                    chosen
                        .into_iter()
                        .filter_map(|index| Some(listed(self.entries.get(index)?, index)))
                        .collect(),
                )
            }
            _ => None,
        }
    }
}

/// Answers one request for a folder, to its end.
pub(crate) async fn diff_copy(source: &Source, headers: &HeaderMap, mut messages: Messages, answer: Answer) {
    let Some(listing) = source.listing(headers) else {
        answer.end(INTERNAL, say!("the folder does not exist")).await;
        return;
    };
    let contents: Vec<Content> = listing.iter().map(|listed| listed.content.clone()).collect();
    let list = async {
        for listed in listing {
            answer.send(&packet(PacketType::Stat, Some(listed.stat))).await?;
        }
        answer.send(&packet(PacketType::Stat, None)).await
    };
    // The receiver asks while the list is still being sent, and takes no more of it when it is not heard.
    let requests = async {
        while let Some(request) = messages.next::<Packet>().await? {
            match PacketType::try_from(request.r#type) {
                Ok(PacketType::Req) => {
                    let at = usize::try_from(request.id).map_err(|_| Broken)?;
                    match contents.get(at).ok_or(Broken)? {
                        Content::File(index) => {
                            let wanted = FileRequest {
                                index: *index,
                                id: request.id,
                                answer: answer.clone(),
                            };
                            source.files.send(wanted).map_err(|_| Broken)?;
                        }
                        Content::Bytes(bytes) => {
                            for piece in bytes.chunks(PIECE) {
                                answer.send(&data(request.id, piece.to_vec())).await?;
                            }
                            answer.send(&data(request.id, Vec::new())).await?;
                        }
                        Content::None => return Err(Broken),
                    }
                }
                Ok(PacketType::Fin) => return answer.send(&packet(PacketType::Fin, None)).await,
                // It failed over there; the build tells why.
                Ok(PacketType::Err) => return Err(Broken),
                Ok(PacketType::Stat | PacketType::Data) | Err(_) => {}
            }
        }
        Ok(())
    };
    let ended = tokio::try_join!(list, requests);
    match ended {
        Ok(_) => answer.end(0, "").await,
        Err(Broken) => answer.end(INTERNAL, say!("the transfer was interrupted")).await,
    }
}

fn packet(kind: PacketType, stat: Option<Stat>) -> Packet {
    Packet {
        r#type: kind.into(),
        stat,
        ..Packet::default()
    }
}

fn data(id: u32, data: Vec<u8>) -> Packet {
    Packet {
        r#type: PacketType::Data.into(),
        id,
        data,
        ..Packet::default()
    }
}

/// A file that is not one of the context's. Its time is made of its content, so that BuildKit, which compares sizes
/// and times only, sees any change.
fn made(name: &str, bytes: &Bytes) -> Listed {
    let mut time = [0; 8];
    time.copy_from_slice(&Sha256::digest(bytes)[..8]);
    Listed {
        stat: Stat {
            path: name.to_owned(),
            mode: 0o644,
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            // Below 2^60 nanoseconds: before 2007.
            modified: i64::from_be_bytes(time) & ((1 << 60) - 1),
            ..Stat::default()
        },
        content: Content::Bytes(bytes.clone()),
    }
}

fn listed(entry: &Entry, index: usize) -> Listed {
    let mut mode = entry.mode & 0o777;
    for (unix, go) in [(0o4000, GO_SETUID), (0o2000, GO_SETGID), (0o1000, GO_STICKY)] {
        if entry.mode & unix != 0 {
            mode |= go;
        }
    }
    let (kind, size, linkname, content) = match &entry.kind {
        EntryKind::File { size } => (
            0,
            i64::try_from(*size).unwrap_or(i64::MAX),
            String::new(),
            Content::File(index),
        ),
        EntryKind::Directory => (GO_DIRECTORY, 0, String::new(), Content::None),
        EntryKind::Symlink { target } => (
            GO_SYMLINK,
            i64::try_from(target.len()).unwrap_or(i64::MAX),
            target.clone(),
            Content::None,
        ),
    };
    Listed {
        stat: Stat {
            path: entry.path.clone(),
            mode: mode | kind,
            size,
            modified: entry.modified_ns,
            linkname,
            ..Stat::default()
        },
        content,
    }
}

fn is_ignore_file(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    !path.contains(['/', '*']) && path.ends_with(IGNORE)
}

/// Returns the entries below the first folders of what BuildKit wants to copy; all when that cannot be told.
///
/// More than it wants does no harm: it copies from what it got by the Dockerfile's own paths. A link may lead anywhere,
/// so where one is among them everything is sent.
fn chosen(entries: &[Entry], paths: &[String]) -> Vec<usize> {
    let all = || (0..entries.len()).collect();
    let mut firsts = BTreeSet::new();
    for path in paths {
        match path.split('/').find(|part| !part.is_empty() && *part != ".") {
            Some(first) if first != ".." && !first.contains(['*', '?', '[', '\\']) => firsts.insert(first),
            _ => return all(),
        };
    }
    if firsts.is_empty() || paths.iter().any(|path| path.split('/').any(|part| part == "..")) {
        return all();
    }
    let mut chosen = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if entry.path.split('/').next().is_some_and(|first| firsts.contains(first)) {
            if matches!(entry.kind, EntryKind::Symlink { .. }) {
                return all();
            }
            chosen.push(index);
        }
    }
    chosen
}

/// Returns a header's values; `…-encoded` beside it says that they are encoded as in a query.
fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    let encoded = headers.contains_key(format!("{name}-encoded"));
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| {
            let text = std::str::from_utf8(value.as_bytes()).ok()?;
            if encoded {
                percent_decode_str(&text.replace('+', " "))
                    .decode_utf8()
                    .ok()
                    .map(std::borrow::Cow::into_owned)
            } else {
                Some(text.to_owned())
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    fn entry(path: &str, kind: EntryKind) -> Entry {
        Entry {
            path: path.to_owned(),
            kind,
            mode: 0o1755,
            modified_ns: 7,
        }
    }

    fn entries(link: bool) -> Vec<Entry> {
        let mut entries = vec![
            entry("a", EntryKind::Directory),
            entry("a/f", EntryKind::File { size: 3 }),
            entry("b", EntryKind::File { size: 1 }),
        ];
        if link {
            entries.push(entry("c", EntryKind::Symlink { target: "b".to_owned() }));
        }
        entries
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        headers
    }

    #[test]
    fn only_what_may_be_copied_is_sent() {
        let chosen = |paths: &[&str], link| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            chosen(&entries(link), &paths)
        };
        assert_eq!(chosen(&[], false), [0, 1, 2]);
        assert_eq!(chosen(&["/a/f"], false), [0, 1]);
        assert_eq!(chosen(&["./b", "a/*"], true), [0, 1, 2]);
        for everything in ["", "/", ".", "*", "x/../b", "../b", "[ab]", "c"] {
            assert_eq!(chosen(&[everything], true), [0, 1, 2, 3], "{everything}");
        }
        assert!(chosen(&["nothing"], false).is_empty());
    }

    #[test]
    fn modes_are_gos() {
        assert_eq!(listed(&entries(true)[0], 0).stat.mode, 0o755 | 1 << 31 | 1 << 20);
        let link = listed(&entries(true)[3], 3).stat;
        assert_eq!(
            (link.mode, link.size, link.linkname.as_str()),
            (0o755 | 1 << 27 | 1 << 20, 1, "b")
        );
    }

    #[test]
    fn headers_may_be_encoded() {
        let plain = headers(&[("followpaths", "a+b"), ("followpaths", "c%20")]);
        assert_eq!(values(&plain, "followpaths"), ["a+b", "c%20"]);
        let encoded = headers(&[("followpaths", "%C3%A4+b"), ("followpaths-encoded", "1")]);
        assert_eq!(values(&encoded, "followpaths"), ["ä b"]);
    }

    #[test]
    fn a_changed_file_of_the_same_size_has_another_time() {
        let one = made("x", &Bytes::from_static(b"FROM a"));
        let other = made("x", &Bytes::from_static(b"FROM b"));
        assert_ne!(one.stat.modified, other.stat.modified);
        assert!(one.stat.modified >= 0);
    }

    #[test]
    fn the_ignore_file_is_recognised() {
        for right in [".dockerignore", "/.dockerignore", "Dockerfile.dockerignore"] {
            assert!(is_ignore_file(right), "{right}");
        }
        for wrong in ["", "a/.dockerignore", "*.dockerignore", "app"] {
            assert!(!is_ignore_file(wrong), "{wrong}");
        }
    }
}
