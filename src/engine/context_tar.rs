//! The build context as the archive that the classic builder takes.

use std::io::{self, Read, Write};

use bytes::Bytes;
use tar::{Builder, EntryType, Header};
use tokio::sync::mpsc::Sender;

use crate::build_context::{BuildContext, EntryKind};

/// Bytes of one piece.
const PIECE: usize = 256 * 1024;
/// What the builder reads to learn what is left out of a `COPY`.
const IGNORE: &str = ".dockerignore";

/// Writes the context, the Dockerfile under `dockerfile_name` and `.dockerignore` to `out`.
///
/// The last two are always there: the builder reads both before it drops what `.dockerignore` names.
pub(super) fn write(
    context: &dyn BuildContext,
    dockerfile_name: &str,
    dockerfile: &[u8],
    out: impl Write,
) -> io::Result<()> {
    let mut archive = Builder::new(out);
    let mut ignore = context.ignore_text();
    let mut has_dockerfile = false;
    for (index, entry) in context.entries().iter().enumerate() {
        if entry.path == IGNORE {
            ignore = None;
        }
        let mut header = Header::new_gnu();
        header.set_mode(entry.mode & 0o7777);
        // A time before 1970 cannot be written.
        header.set_mtime(u64::try_from(entry.modified_ns / 1_000_000_000).unwrap_or(0));
        match &entry.kind {
            _ if entry.path == dockerfile_name => {
                has_dockerfile = true;
                header.set_entry_type(EntryType::Regular);
                header.set_size(dockerfile.len() as u64);
                archive.append_data(&mut header, &entry.path, dockerfile)?;
            }
            EntryKind::Directory => {
                header.set_entry_type(EntryType::Directory);
                header.set_size(0);
                archive.append_data(&mut header, format!("{}/", entry.path), io::empty())?;
            }
            EntryKind::Symlink { target } => {
                header.set_entry_type(EntryType::Symlink);
                header.set_size(0);
                archive.append_link(&mut header, &entry.path, target)?;
            }
            EntryKind::File { size } => {
                let named = |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", entry.path));
                header.set_entry_type(EntryType::Regular);
                header.set_size(*size);
                // A file that shrank or grew since it was looked at would spoil the archive.
                let mut file = Exactly {
                    inner: context.open(index).map_err(named)?,
                    left: *size,
                };
                archive
                    .append_data(&mut header, &entry.path, &mut file)
                    .map_err(named)?;
            }
        }
    }
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, bytes)
    };
    if let Some(ignore) = ignore.filter(|_| dockerfile_name != IGNORE) {
        add(IGNORE, ignore.as_bytes())?;
    }
    if !has_dockerfile {
        add(dockerfile_name, dockerfile)?;
    }
    archive.into_inner()?.flush()
}

/// A reader of exactly so many bytes.
struct Exactly<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let count = self.inner.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                say!("the file became shorter while it was being read"),
            ));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// A writer whose pieces go into a bounded channel.
pub(super) struct PieceWriter {
    sender: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl PieceWriter {
    pub(super) fn new(sender: Sender<io::Result<Bytes>>) -> Self {
        Self {
            sender,
            piece: Vec::with_capacity(PIECE),
        }
    }

    fn send(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.sender
            .blocking_send(Ok(Bytes::from(piece)))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, say!("the engine accepts no more data")))
    }
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..count]);
        if self.piece.len() == PIECE {
            self.send()?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() { Ok(()) } else { self.send() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build_context::Entry;

    struct Fake {
        entries: Vec<Entry>,
        ignore: Option<&'static str>,
    }

    impl BuildContext for Fake {
        fn entries(&self) -> &[Entry] {
            &self.entries
        }

        fn open(&self, _: usize) -> io::Result<Box<dyn Read + Send>> {
            Ok(Box::new(&b"text"[..]))
        }

        fn ignore_text(&self) -> Option<&str> {
            self.ignore
        }
    }

    fn entry(path: &str, kind: EntryKind, mode: u32) -> Entry {
        Entry {
            path: path.to_owned(),
            kind,
            mode,
            modified_ns: 5_000_000_000,
        }
    }

    fn listed(fake: &Fake) -> Vec<String> {
        let mut bytes = Vec::new();
        write(fake, "Dockerfile-x", b"FROM scratch\n", &mut bytes).unwrap();
        tar::Archive::new(&bytes[..])
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                let link = entry.link_name().unwrap().map(|link| link.display().to_string());
                format!(
                    "{} {:o} {} {}",
                    entry.path().unwrap().display(),
                    entry.header().mode().unwrap(),
                    entry.header().mtime().unwrap(),
                    link.unwrap_or(text)
                )
            })
            .collect()
    }

    #[test]
    fn what_the_builder_reads_is_always_there() {
        let entries = vec![
            entry("a", EntryKind::Directory, 0o755),
            entry("a/run", EntryKind::File { size: 4 }, 0o4755),
            entry(
                "l",
                EntryKind::Symlink {
                    target: "a/run".to_owned(),
                },
                0o777,
            ),
        ];
        let fake = Fake {
            entries,
            ignore: Some("Dockerfile*\n.dockerignore\n"),
        };
        assert_eq!(
            listed(&fake),
            [
                "a/ 755 5 ",
                "a/run 4755 5 text",
                "l 777 5 a/run",
                ".dockerignore 644 0 Dockerfile*\n.dockerignore\n",
                "Dockerfile-x 644 0 FROM scratch\n",
            ]
        );
    }

    #[test]
    fn the_orders_dockerfile_is_built_not_the_one_on_disk() {
        let entries = vec![entry("Dockerfile-x", EntryKind::File { size: 4 }, 0o600)];
        assert_eq!(
            listed(&Fake { entries, ignore: None }),
            ["Dockerfile-x 600 5 FROM scratch\n"]
        );
    }

    #[test]
    fn a_file_that_shrank_spoils_nothing_silently() {
        let entries = vec![entry("f", EntryKind::File { size: 9 }, 0o600)];
        let error = write(&Fake { entries, ignore: None }, "D", b"", io::sink()).unwrap_err();
        assert!(error.to_string().contains("`f`: the file became shorter"));
    }
}
