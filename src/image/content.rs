//! What a part of an archive is by its first bytes, and layers in each of their wrappings.

use std::{
    collections::BTreeSet,
    io::{self, BufReader, Read},
};

use crate::image::{
    compression::Compression,
    error::ArchiveError,
    layer::{self, Layer},
    limits::Budget,
    source::{Source, Stream},
};

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Tar,
    Compressed(Compression),
    Json,
    Other,
}

/// A part whose first bytes were looked at; they are given again.
pub(super) struct Peeked<S> {
    start: Vec<u8>,
    taken: usize,
    rest: S,
}

impl<S: Source> Peeked<S> {
    pub(super) fn new(mut rest: S) -> Result<Self, ArchiveError> {
        let mut start = Vec::with_capacity(512);
        (&mut rest)
            .take(512)
            .read_to_end(&mut start)
            .map_err(ArchiveError::read)?;
        Ok(Self { start, taken: 0, rest })
    }

    /// Why the part is not read: a compression that is none of ours.
    pub(super) fn unread(&self) -> Option<ArchiveError> {
        Compression::of(&self.start).err()
    }

    /// What the part is, given its size.
    pub(super) fn content(&self, size: u64) -> Content {
        if let Ok(Some(compression)) = Compression::of(&self.start) {
            return Content::Compressed(compression);
        }
        match self.start.as_slice() {
            [b'{' | b'[', ..] => Content::Json,
            start if start.get(257..262) == Some(b"ustar") => Content::Tar,
            // An empty layer: two blocks of zeros.
            start if size >= 1024 && size.is_multiple_of(512) && start.iter().all(|byte| *byte == 0) => Content::Tar,
            _ => Content::Other,
        }
    }
}

impl<S: Read> Read for Peeked<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let waiting = self.start.get(self.taken..).unwrap_or_default();
        if waiting.is_empty() {
            return self.rest.read(buffer);
        }
        let count = waiting.len().min(buffer.len());
        buffer[..count].copy_from_slice(&waiting[..count]);
        self.taken += count;
        Ok(count)
    }
}

impl<S: Source> Source for Peeked<S> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let waiting = self.start.len() - self.taken;
        match usize::try_from(bytes) {
            Ok(bytes) if bytes <= waiting => {
                self.taken += bytes;
                Ok(())
            }
            _ => {
                self.taken = self.start.len();
                self.rest.skip(bytes - waiting as u64)
            }
        }
    }
}

impl<S: Source> Source for &mut S {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        (**self).skip(bytes)
    }
}

/// Reads a layer, unwrapped as it comes.
pub(super) fn decoded<S: Source>(
    part: Peeked<S>,
    content: Content,
    wanted: &BTreeSet<String>,
    budget: &Budget,
) -> Result<Layer, ArchiveError> {
    match content {
        Content::Compressed(compression) => {
            let decoder = compression.decoder(BufReader::with_capacity(64 * 1024, part));
            layer::read(Stream(BufReader::with_capacity(64 * 1024, decoder)), wanted, budget)
        }
        Content::Tar => layer::read(part, wanted, budget),
        Content::Json | Content::Other => {
            Compression::of(&part.start)?;
            Err(ArchiveError::Read(say!("a layer is not a tar archive").to_owned()))
        }
    }
}
