//! Bytes that can be passed over: read and dropped in a stream, sought over in a file.

use std::io::{self, Read};

/// Where an archive's bytes come from.
pub(super) trait Source: Read {
    /// Passes over so many bytes; fails where there are not so many.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

fn broke_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, say!("the archive ends early"))
}

/// A stream: what is passed over is read.
pub(super) struct Stream<R>(pub(super) R);

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Source for Stream<R> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let mut left = bytes;
        while left > 0 {
            let want = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            match self.0.read(&mut buffer[..want]) {
                Ok(0) => return Err(broke_off()),
                Ok(count) => left -= count as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The least and the most that is read ahead: little after a jump, for the next one is as likely to follow.
const AHEAD: (usize, usize) = (1024, 64 * 1024);

/// Something that can be read from anywhere, by several at a time.
pub trait ReadAt: Sync {
    /// Reads bytes from this place on; 0 at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize> {
        let rest = usize::try_from(place).ok().and_then(|place| self.get(place..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl<R: ReadAt + ?Sized> ReadAt for &R {
    fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize> {
        (**self).read_at(buffer, place)
    }
}

impl<R: ReadAt + ?Sized> ReadAt for Box<R> {
    fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize> {
        (**self).read_at(buffer, place)
    }
}

/// A part of something that can be read from anywhere.
pub(super) struct Window<R> {
    inner: R,
    /// Where the part begins.
    start: u64,
    /// How long it is.
    length: u64,
    /// The position of the next byte to return, from the part's beginning.
    at: u64,
    /// What was read ahead, and the position of the next byte in it.
    ahead: Vec<u8>,
    taken: usize,
    want: usize,
}

impl<R: ReadAt> Window<R> {
    /// The part from `start` on.
    pub(super) fn new(inner: R, start: u64, length: u64) -> Self {
        Self {
            inner,
            start,
            length,
            at: 0,
            ahead: Vec::new(),
            taken: 0,
            want: AHEAD.0,
        }
    }

    /// The position of the next byte in what was opened.
    pub(super) fn position(&self) -> u64 {
        self.start.saturating_add(self.at)
    }

    fn fill(&mut self) -> io::Result<()> {
        let left = self.length.saturating_sub(self.at);
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(self.want);
        self.ahead.resize(want, 0);
        self.taken = 0;
        let mut filled = 0;
        while filled < want {
            let place = self.position().saturating_add(filled as u64);
            match self.inner.read_at(&mut self.ahead[filled..], place) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.ahead.truncate(filled);
        self.want = (self.want * 4).min(AHEAD.1);
        Ok(())
    }
}

impl<R: ReadAt> Read for Window<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken >= self.ahead.len() {
            self.fill()?;
        }
        let waiting = self.ahead.get(self.taken..).unwrap_or_default();
        let count = waiting.len().min(buffer.len());
        buffer[..count].copy_from_slice(&waiting[..count]);
        self.taken += count;
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: ReadAt> Source for Window<R> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        if bytes > self.length.saturating_sub(self.at) {
            return Err(broke_off());
        }
        self.at += bytes;
        let waiting = (self.ahead.len() - self.taken) as u64;
        if bytes <= waiting {
            self.taken += usize::try_from(bytes).unwrap_or(0);
        } else {
            // Where members are short much is read ahead, and little where they are long.
            let beyond = bytes - waiting;
            self.ahead.clear();
            self.taken = 0;
            if beyond > 8 * 1024 {
                self.want = AHEAD.0;
            }
        }
        Ok(())
    }
}
