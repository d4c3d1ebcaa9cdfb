//! The file transfer (`FileSync/DiffCopy`): the engine names a folder, we list what is in it, it asks for the files
//! that it does not have yet.

use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use hyper::{HeaderMap, Request, Response, body::Incoming};
use prost::Message;

use crate::{
    build_context::{BuildContext, EntryKind},
    engine::buildkit::{
        grpc,
        messages::{Packet, Stat, kind},
    },
};

/// What is offered to the engine.
pub(super) struct Offer {
    /// The Dockerfile's bytes, sent under whatever name it is asked for.
    pub(super) dockerfile: Vec<u8>,
    /// The build context, filtered already.
    pub(super) context: Arc<dyn BuildContext>,
    /// Counts the bytes of the context that were sent.
    pub(super) sent: Arc<AtomicU64>,
}

/// One file that is offered in a transfer.
enum Source {
    /// Nothing to read: a directory or a link.
    None,
    /// These bytes.
    Bytes,
    /// The context's entry with this index, and its size.
    Entry(usize, u64),
}

/// Answers a transfer.
pub(super) fn diff_copy(request: Request<Incoming>, offer: Arc<Offer>) -> Response<grpc::Answer> {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Bytes>(32);
    let listed = listing(request.headers(), &offer);
    tokio::spawn(async move {
        let (asked, requests) = std::sync::mpsc::channel::<u32>();
        let files = sender.clone();
        let stats: Vec<Stat> = listed.iter().map(|(stat, _)| stat.clone()).collect();
        let sources: Vec<Source> = listed.into_iter().map(|(_, source)| source).collect();
        // Reading files blocks, so it has a thread of its own; it ends when nothing more is asked for.
        std::thread::spawn(move || {
            for stat in stats {
                let packet = Packet {
                    kind: kind::STAT,
                    stat: Some(stat),
                    ..Packet::default()
                };
                if send(&files, &packet).is_err() {
                    return;
                }
            }
            if send(&files, &Packet::default()).is_err() {
                return;
            }
            while let Ok(id) = requests.recv() {
                let source = usize::try_from(id).ok().and_then(|index| sources.get(index));
                let sent = match source {
                    Some(source) => send_file(&files, id, source, &offer),
                    None => send_error(&files, "no such file was offered"),
                };
                if sent.is_err() {
                    return;
                }
            }
            let packet = Packet {
                kind: kind::FINISHED,
                ..Packet::default()
            };
            send(&files, &packet).ok();
        });
        drop(sender);
        let mut incoming = grpc::Messages::of(request.into_body());
        while let Some(message) = incoming.next().await {
            let Ok(packet) = Packet::decode(message) else { break };
            match packet.kind {
                kind::REQUEST => {
                    if asked.send(packet.id).is_err() {
                        break;
                    }
                }
                kind::FINISHED | kind::ERROR => break,
                _ => {}
            }
        }
        // Dropping `asked` lets the thread finish.
    });
    grpc::many(receiver)
}

/// The entries of the folder that is asked for.
fn listing(headers: &HeaderMap, offer: &Offer) -> Vec<(Stat, Source)> {
    let values = |name: &str| -> Vec<String> {
        headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(decoded).collect()
    };
    let folder = values("dir-name").into_iter().next().unwrap_or_default();
    let include = values("include-patterns");
    if folder == "dockerfile" {
        // The engine asks for the Dockerfile and for an ignore file beside it; our context is filtered already, so it
        // gets the Dockerfile alone.
        let name = include.iter().find(|name| !name.ends_with("ignore")).cloned().unwrap_or_else(|| "Dockerfile".to_owned());
        return in_folders(&name, offer);
    }
    // The ignore file is asked for by its name before the context: it has been applied already.
    let wanted = |path: &str| include.is_empty() || include.iter().any(|pattern| pattern == path);
    if !include.is_empty() && include.iter().all(|pattern| pattern.ends_with("ignore")) {
        return Vec::new();
    }
    offer
        .context
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| wanted(&entry.path))
        .map(|(index, entry)| {
            let mut stat = Stat {
                path: entry.path.clone(),
                mode: go_mode(entry.mode),
                modified: entry.modified_ns,
                ..Stat::default()
            };
            let source = match &entry.kind {
                EntryKind::File { size } => {
                    stat.size = i64::try_from(*size).unwrap_or(i64::MAX);
                    Source::Entry(index, *size)
                }
                EntryKind::Directory => {
                    stat.mode |= 1 << 31;
                    Source::None
                }
                EntryKind::Symlink { target } => {
                    stat.mode |= 1 << 27;
                    stat.link.clone_from(target);
                    Source::None
                }
            };
            (stat, source)
        })
        .collect()
}

/// The Dockerfile under a name that may have folders in it.
fn in_folders(name: &str, offer: &Offer) -> Vec<(Stat, Source)> {
    let mut listed: Vec<(Stat, Source)> = name
        .match_indices('/')
        .map(|(at, _)| {
            let stat = Stat {
                path: name[..at].to_owned(),
                mode: 0o755 | 1 << 31,
                ..Stat::default()
            };
            (stat, Source::None)
        })
        .collect();
    let known = offer.context.entries().iter().find(|entry| entry.path == name);
    let stat = Stat {
        path: name.to_owned(),
        mode: 0o644,
        size: i64::try_from(offer.dockerfile.len()).unwrap_or(i64::MAX),
        // Files are told apart by size and time, so a Dockerfile of the same length needs another time.
        modified: known.map_or_else(|| checksum(&offer.dockerfile), |entry| entry.modified_ns ^ checksum(&offer.dockerfile)),
        ..Stat::default()
    };
    listed.push((stat, Source::Bytes));
    listed
}

/// A number that differs where the bytes do (FNV-1a), positive.
fn checksum(bytes: &[u8]) -> i64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    i64::try_from(hash >> 1).unwrap_or(0)
}

/// Unix permission bits as Go's `fs.FileMode`.
fn go_mode(mode: u32) -> u32 {
    let mut go = mode & 0o777;
    for (unix, bit) in [(0o4000, 23), (0o2000, 22), (0o1000, 20)] {
        if mode & unix != 0 {
            go |= 1 << bit;
        }
    }
    go
}

/// A header's value, percent-decoded: newer engines encode what is not ASCII.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

type Sent = Result<(), ()>;

fn send(channel: &tokio::sync::mpsc::Sender<Bytes>, packet: &Packet) -> Sent {
    channel.blocking_send(grpc::framed(&packet.encode_to_vec())).map_err(|_| ())
}

fn send_error(channel: &tokio::sync::mpsc::Sender<Bytes>, message: &str) -> Sent {
    let packet = Packet {
        kind: kind::ERROR,
        data: message.as_bytes().to_vec(),
        ..Packet::default()
    };
    send(channel, &packet)?;
    Err(())
}

fn send_file(channel: &tokio::sync::mpsc::Sender<Bytes>, id: u32, source: &Source, offer: &Offer) -> Sent {
    let data = |data: Vec<u8>| Packet {
        kind: kind::DATA,
        id,
        data,
        ..Packet::default()
    };
    match source {
        Source::None => {}
        Source::Bytes => {
            for chunk in offer.dockerfile.chunks(32 * 1024) {
                send(channel, &data(chunk.to_vec()))?;
            }
        }
        Source::Entry(index, size) => {
            let Ok(file) = offer.context.open(*index) else {
                let path = offer.context.entries().get(*index).map_or("", |entry| entry.path.as_str());
                return send_error(channel, &format!("cannot read `{path}`"));
            };
            // No more than was announced: a file that grows meanwhile must not send for ever.
            let mut file = file.take(*size);
            let mut buffer = vec![0; 32 * 1024];
            loop {
                match file.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => {
                        offer.sent.fetch_add(count as u64, Ordering::Relaxed);
                        send(channel, &data(buffer[..count].to_vec()))?;
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => return send_error(channel, &error.to_string()),
                }
            }
        }
    }
    send(channel, &data(Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_and_names_are_translated() {
        assert_eq!(go_mode(0o4755), 0o755 | 1 << 23);
        assert_eq!(go_mode(0o1777), 0o777 | 1 << 20);
        assert_eq!(decoded("a%20b%c3%a9"), "a bé");
        assert_eq!(decoded("100%"), "100%");
        assert_ne!(checksum(b"a"), checksum(b"b"));
    }
}
