//! Bytes that can be passed over: read and dropped in a stream, sought over in a file.

use std::io::{self, Read, Seek, SeekFrom};

/// Where an archive's bytes come from.
pub(super) trait Source: Read {
    /// Passes over so many bytes; fails where there are not so many.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

fn broke_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the archive breaks off")
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

/// A part of something that can be sought.
pub(super) struct Window<R> {
    inner: R,
    /// Where the part begins.
    start: u64,
    /// How long it is.
    length: u64,
    /// Where the next byte to be given lies, from the part's beginning.
    at: u64,
    /// What was read ahead, and where in it the next byte lies.
    ahead: Vec<u8>,
    taken: usize,
    want: usize,
    /// Whether `inner` stands where `ahead` ends.
    in_place: bool,
}

impl<R: Read + Seek> Window<R> {
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
            in_place: false,
        }
    }

    /// All of it.
    pub(super) fn whole(mut inner: R) -> io::Result<Self> {
        let length = inner.seek(SeekFrom::End(0))?;
        Ok(Self::new(inner, 0, length))
    }

    /// Where the next byte lies in the thing that was opened.
    pub(super) fn position(&self) -> u64 {
        self.start.saturating_add(self.at)
    }

    /// What it was made of.
    pub(super) fn into_inner(self) -> R {
        self.inner
    }

    fn fill(&mut self) -> io::Result<()> {
        let left = self.length.saturating_sub(self.at);
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(self.want);
        if !self.in_place {
            self.inner.seek(SeekFrom::Start(self.position()))?;
            self.in_place = true;
        }
        self.ahead.resize(want, 0);
        self.taken = 0;
        let mut filled = 0;
        while filled < want {
            match self.inner.read(&mut self.ahead[filled..]) {
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

impl<R: Read + Seek> Read for Window<R> {
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

impl<R: Read + Seek> Source for Window<R> {
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
            self.in_place = false;
            if beyond > 8 * 1024 {
                self.want = AHEAD.0;
            }
        }
        Ok(())
    }
}
