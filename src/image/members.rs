//! The members of a tar, one header at a time (POSIX ustar and pax, GNU's long names and sparse files).
//!
//! Contents are passed over unless they are read. Everything that a header claims is bounded before it is believed.

use std::io::{self, Read};

use crate::image::{error::ArchiveError, source::Source};

/// The longest name or set of pax records that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// The largest file that is believed: what the usual file systems can hold, 16 TiB.
const LARGEST: u64 = 16 << 40;
const BLOCK: usize = 512;

/// What a header tells.
#[derive(Debug, Default)]
pub(super) struct Member {
    pub(super) path: Vec<u8>,
    pub(super) link: Vec<u8>,
    /// The type's letter.
    pub(super) kind: u8,
    /// Bytes of the file; for a sparse one with its holes.
    pub(super) size: u64,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// A tar that is read.
pub(super) struct Members<S> {
    source: S,
    /// Bytes of the present member that were not read yet, and those that fill its last block.
    left: u64,
    padding: u64,
    ended: bool,
}

#[derive(Default)]
struct Extended {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    real_size: Option<u64>,
    uid: Option<u32>,
    gid: Option<u32>,
}

fn broken(why: &str) -> ArchiveError {
    ArchiveError::Read(why.to_owned())
}

impl<S: Source> Members<S> {
    pub(super) fn new(source: S) -> Self {
        Self {
            source,
            left: 0,
            padding: 0,
            ended: false,
        }
    }

    /// What it reads from.
    pub(super) fn source(&self) -> &S {
        &self.source
    }

    /// Bytes of the present member that are in the archive.
    pub(super) fn stored(&self) -> u64 {
        self.left
    }

    /// The next member; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Member>, ArchiveError> {
        let mut extended = Extended::default();
        loop {
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            let stored =
                number(&header[124..136]).ok_or_else(|| broken(say!("the size of a member is not a number")))?;
            match header[156] {
                b'x' => {
                    self.hold(stored)?;
                    let text = self.text()?;
                    extended.records(&text);
                }
                b'g' => self.hold(stored)?,
                b'L' => {
                    self.hold(stored)?;
                    extended.path = Some(until_zero(&self.text()?).to_vec());
                }
                b'K' => {
                    self.hold(stored)?;
                    extended.link = Some(until_zero(&self.text()?).to_vec());
                }
                kind => return self.member(&header, kind, extended).map(Some),
            }
        }
    }

    fn member(&mut self, header: &[u8; BLOCK], kind: u8, extended: Extended) -> Result<Member, ArchiveError> {
        let stored = match extended.size {
            Some(size) => size,
            None => number(&header[124..136]).ok_or_else(|| broken(say!("the size of a member is not a number")))?,
        };
        let mut size = extended.real_size.unwrap_or(stored);
        // Links, devices and folders have no contents, whatever their size says.
        let is_empty = matches!(kind, b'1'..=b'6');
        if kind == b'S' {
            size =
                number(&header[483..495]).ok_or_else(|| broken(say!("the size of a sparse file is not a number")))?;
            let mut more = header[482] != 0;
            while more {
                let mut block = [0; BLOCK];
                self.source.read_exact(&mut block).map_err(ArchiveError::read)?;
                more = block[504] != 0;
            }
        }
        self.hold(if is_empty { 0 } else { stored })?;
        let mut member = Member {
            path: extended.path.unwrap_or_else(|| path_of(header)),
            link: extended.link.unwrap_or_else(|| until_zero(&header[157..257]).to_vec()),
            kind,
            size: if is_empty { 0 } else { size },
            mode: small(&header[100..108]) & 0o7777,
            uid: extended.uid.unwrap_or_else(|| small(&header[108..116])),
            gid: extended.gid.unwrap_or_else(|| small(&header[116..124])),
        };
        // Before ustar a folder was a file whose name ends in a slash.
        if matches!(kind, 0 | b'0') && member.path.ends_with(b"/") {
            member.kind = b'5';
            member.size = 0;
        }
        if member.size > LARGEST {
            return Err(ArchiveError::TooLarge(say!("bytes in one file")));
        }
        Ok(member)
    }

    /// Passes over what is left of the present member and reads the next header.
    fn header(&mut self) -> Result<Option<[u8; BLOCK]>, ArchiveError> {
        if self.ended {
            return Ok(None);
        }
        let rest = self.left.saturating_add(self.padding);
        self.hold(0)?;
        self.source.skip(rest).map_err(ArchiveError::read)?;
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.source.read(&mut block[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ArchiveError::read(error)),
            }
        }
        if filled == 0 || (filled == BLOCK && block.iter().all(|byte| *byte == 0)) {
            self.ended = true;
            return Ok(None);
        }
        if filled < BLOCK {
            return Err(broken(say!("the archive ends early")));
        }
        // The sum is taken with its own field as blanks; old programs summed signed bytes.
        let told = number(&block[148..156]);
        let field: u64 = block[148..156].iter().map(|byte| u64::from(*byte)).sum();
        let unsigned = sum(&block) - field + 8 * u64::from(b' ');
        if told != Some(unsigned) {
            let plain = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
            let signed: i64 = (0..BLOCK).map(|at| i64::from(plain(at, block[at]).cast_signed())).sum();
            if told.map(u64::cast_signed) != Some(signed) {
                return Err(broken(say!(
                    "the checksum of a header is wrong: this is not a tar archive"
                )));
            }
        }
        Ok(Some(block))
    }

    fn hold(&mut self, stored: u64) -> Result<(), ArchiveError> {
        self.left = stored;
        let blocks = stored
            .checked_next_multiple_of(BLOCK as u64)
            .ok_or(ArchiveError::TooLarge(say!("bytes in one file")))?;
        self.padding = blocks - stored;
        Ok(())
    }

    /// The whole contents of a member that holds a name.
    fn text(&mut self) -> Result<Vec<u8>, ArchiveError> {
        if self.left > LONGEST {
            return Err(ArchiveError::TooLarge(say!("bytes in one name")));
        }
        let mut text = Vec::new();
        self.read_to_end(&mut text).map_err(ArchiveError::read)?;
        Ok(text)
    }
}

/// The contents of the present member.
impl<S: Source> Read for Members<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let want = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if want == 0 {
            return Ok(0);
        }
        let count = self.source.read(&mut buffer[..want])?;
        if count == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                say!("the archive ends early"),
            ));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

impl<S: Source> Source for Members<S> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        if bytes > self.left {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                say!("a part of the archive ends early"),
            ));
        }
        self.source.skip(bytes)?;
        self.left -= bytes;
        Ok(())
    }
}

impl Extended {
    /// Takes pax records, "length name=value\n"; what is none is passed over.
    fn records(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(blank) = rest.iter().position(|byte| *byte == b' ') {
            let length = std::str::from_utf8(&rest[..blank])
                .ok()
                .and_then(|length| length.parse::<usize>().ok());
            let Some(length) = length.filter(|length| *length > blank + 1 && *length <= rest.len()) else {
                return;
            };
            let record = &rest[blank + 1..length];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            rest = &rest[length..];
            let Some(equals) = record.iter().position(|byte| *byte == b'=') else {
                continue;
            };
            let value = &record[equals + 1..];
            let decimal = || std::str::from_utf8(value).ok()?.parse::<u64>().ok();
            match &record[..equals] {
                b"path" | b"GNU.sparse.name" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => self.size = decimal(),
                b"GNU.sparse.realsize" | b"GNU.sparse.size" => self.real_size = decimal(),
                b"uid" => self.uid = decimal().and_then(|id| id.try_into().ok()),
                b"gid" => self.gid = decimal().and_then(|id| id.try_into().ok()),
                _ => {}
            }
        }
    }
}

/// The sum of a block's bytes, eight at a time: four pairs of bytes in lanes of 16 bits, which 64 words cannot fill.
fn sum(block: &[u8; BLOCK]) -> u64 {
    const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
    let (words, _) = block.as_chunks::<8>();
    let lanes = words.iter().fold(0, |lanes, word| {
        let word = u64::from_le_bytes(*word);
        lanes + (word & EVEN) + ((word >> 8) & EVEN)
    });
    (0..4).map(|lane| (lanes >> (16 * lane)) & 0xffff).sum()
}

/// The path of a header: a ustar one may be split in two.
fn path_of(header: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_zero(&header[..100]);
    let is_posix = &header[257..263] == b"ustar\0";
    let prefix = until_zero(&header[345..500]);
    if is_posix && !prefix.is_empty() {
        [prefix, b"/", name].concat()
    } else {
        name.to_vec()
    }
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    &bytes[..end]
}

/// A header's number: octal digits, or a binary number where the first bit is set. None: neither, or below zero.
fn number(field: &[u8]) -> Option<u64> {
    let first = *field.first()?;
    if first & 0x80 != 0 {
        if first & 0x40 != 0 {
            return None;
        }
        let mut value = u64::from(first & 0x3f);
        for byte in &field[1..] {
            if value >> 56 != 0 {
                return None;
            }
            value = value << 8 | u64::from(*byte);
        }
        return Some(value);
    }
    let mut value: u64 = 0;
    let text = until_zero(field).trim_ascii();
    for byte in text {
        if !(b'0'..=b'7').contains(byte) {
            return None;
        }
        value = value.checked_mul(8)? + u64::from(byte - b'0');
    }
    Some(value)
}

/// A number that does not matter much: 0 where it is none.
fn small(field: &[u8]) -> u32 {
    number(field).and_then(|number| number.try_into().ok()).unwrap_or(0)
}
