//! Compressions of layers and of whole archives, told by their first bytes.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use crate::image::error::ArchiveError;

/// A compression that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// The compression that these first bytes tell; none for anything that is not compressed.
    ///
    /// # Errors
    /// When it is one that is not read: its name is told.
    pub(super) fn of(start: &[u8]) -> Result<Option<Self>, ArchiveError> {
        let unread = match start {
            [0x1f, 0x8b, ..] => return Ok(Some(Self::Gzip)),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => return Ok(Some(Self::Zstd)),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => return Ok(Some(Self::Bzip2)),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => return Ok(Some(Self::Xz)),
            [0x04, 0x22, 0x4d, 0x18, ..] => "lz4",
            [b'L', b'Z', b'I', b'P', ..] => "lzip",
            [0x5d, 0, 0, ..] => "lzma",
            [0x1f, 0x9d, ..] => "compress",
            [b'P', b'K', 3, 4, ..] => "zip",
            [b'7', b'z', 0xbc, 0xaf, ..] => "7z",
            _ => return Ok(None),
        };
        Err(ArchiveError::Read(
            say!("it is compressed with {unread}; only gzip, zstd, bzip2 and xz can be read"; unread),
        ))
    }

    /// What is compressed, as it comes.
    pub(super) fn decoder<'a, R: BufRead + 'a>(self, inner: R) -> Box<dyn Read + 'a> {
        match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(inner)),
            Self::Zstd => Box::new(Frames(Some(Frame::Between(Marked {
                magic: [0; 4],
                taken: 4,
                inner,
            })))),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(inner)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new(inner, true)),
        }
    }
}

/// What is in a stream that may be compressed, told by its first bytes.
///
/// # Errors
/// When it cannot be read, or its compression is one that is not read.
pub fn decompressed<'a>(mut inner: impl BufRead + 'a) -> Result<Box<dyn Read + 'a>, ArchiveError> {
    let start = inner
        .fill_buf()
        .map_err(|error| ArchiveError::Read(error.to_string()))?;
    Ok(match Compression::of(start)? {
        Some(compression) => compression.decoder(inner),
        None => Box::new(inner),
    })
}

/// The frames of a zstd stream one after the other; skippable ones, as zstd:chunked has them, are passed over.
struct Frames<R: Read>(Option<Frame<R>>);

enum Frame<R: Read> {
    Between(Marked<R>),
    Inside(Box<StreamingDecoder<Marked<R>, FrameDecoder>>),
}

/// A reader that gives a frame's magic number again.
struct Marked<R> {
    magic: [u8; 4],
    taken: usize,
    inner: R,
}

impl<R: Read> Read for Marked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let waiting = self.magic.get(self.taken..).unwrap_or_default();
        if waiting.is_empty() {
            return self.inner.read(buffer);
        }
        let count = waiting.len().min(buffer.len());
        buffer[..count].copy_from_slice(&waiting[..count]);
        self.taken += count;
        Ok(count)
    }
}

impl<R: Read> Marked<R> {
    /// Reads the magic number of the next frame that is not skippable; false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let mut filled = 0;
            while filled < 4 {
                match self.inner.read(&mut self.magic[filled..]) {
                    Ok(0) if filled == 0 => return Ok(false),
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            if !matches!(self.magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18]) {
                self.taken = 0;
                return Ok(true);
            }
            let mut length = [0; 4];
            self.inner.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            if io::copy(&mut (&mut self.inner).take(length), &mut io::sink())? < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.0.take() {
                None => return Ok(0),
                Some(Frame::Inside(mut decoder)) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 {
                        self.0 = Some(Frame::Inside(decoder));
                        return Ok(count);
                    }
                    self.0 = Some(Frame::Between(decoder.into_inner()));
                }
                Some(Frame::Between(mut source)) => {
                    if !source.next_frame()? {
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(source).map_err(io::Error::other)?;
                    self.0 = Some(Frame::Inside(Box::new(decoder)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of these bytes, not compressed (RFC 8878, sections 3.1.1 and 3.1.1.2).
    fn frame(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap();
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
        frame.extend(length.to_le_bytes());
        frame.extend(&(length << 3 | 1).to_le_bytes()[..3]);
        frame.extend(bytes);
        frame
    }

    fn skippable(kind: u8, length: usize) -> Vec<u8> {
        let mut frame = vec![0x50 | kind, 0x2a, 0x4d, 0x18];
        frame.extend(u32::try_from(length).unwrap().to_le_bytes());
        frame.resize(8 + length, 7);
        frame
    }

    fn read(stream: &[u8]) -> io::Result<Vec<u8>> {
        let compression = Compression::of(stream).unwrap().unwrap();
        let mut read = Vec::new();
        compression.decoder(stream).read_to_end(&mut read).map(|_| read)
    }

    #[test]
    fn a_zstd_stream_may_have_several_frames_and_skippable_ones_anywhere() {
        let frames = [
            skippable(0, 3),
            frame(b"one "),
            skippable(15, 0),
            skippable(1, 9000),
            frame(b"two"),
            skippable(2, 40),
        ];
        assert_eq!(read(&frames.concat()).unwrap(), b"one two");
        assert_eq!(read(&[frame(b""), frame(b"x")].concat()).unwrap(), b"x");
        assert_eq!(read(&skippable(3, 5)).unwrap(), b"");
        // What breaks off, or goes on with something else, is an error.
        for broken in [
            frames.concat()[..10].to_vec(),
            [frame(b"a"), vec![0x28, 0xb5]].concat(),
            [frame(b"a"), b"tail".to_vec()].concat(),
            [frame(b"a"), skippable(1, 9)[..12].to_vec()].concat(),
        ] {
            assert!(read(&broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn a_compression_that_is_not_read_is_named() {
        for (start, name) in [
            (b"\x04\x22\x4d\x18".as_slice(), "lz4"),
            (b"LZIP\x01", "lzip"),
            (b"PK\x03\x04", "zip"),
        ] {
            let told = Compression::of(start).unwrap_err().to_string();
            assert!(told.contains(name), "{told}");
        }
        assert_eq!(Compression::of(b"ustar"), Ok(None));
    }

    #[test]
    fn a_layer_in_a_compression_that_is_not_read_is_told_of_by_seeking_and_in_a_stream() {
        use crate::image::{Choice, KeptFiles, Limits, read_file, read_for, tests::maker::docker_archive_of};

        let layer = [b"\x04\x22\x4d\x18".as_slice(), &[7; 2000]].concat();
        let archive = docker_archive_of(&[layer]);
        let (kept, limits, choice) = (KeptFiles::default(), Limits::default(), Choice::default());
        for error in [
            read_file(archive.as_slice(), archive.len() as u64, &kept, &limits, &choice).unwrap_err(),
            read_for(archive.as_slice(), &kept, &limits, &choice).unwrap_err(),
        ] {
            assert!(error.to_string().contains("lz4"), "{error}");
        }
    }

    #[test]
    fn an_archive_may_be_compressed_as_a_whole() {
        use std::io::Write as _;

        use crate::image::{
            Choice, KeptFiles, Limits, read_file,
            tests::maker::{docker_archive, entries},
        };

        let archive = docker_archive(&[entries("a/x:10 b:3"), entries("c:5 !b")]);
        let read = |bytes: &[u8]| {
            let length = bytes.len() as u64;
            read_file(
                bytes,
                length,
                &KeptFiles::default(),
                &Limits::default(),
                &Choice::default(),
            )
        };
        let plain = read(&archive).unwrap();
        assert_eq!(plain.layers.len(), 2);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&archive).unwrap();
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(&archive).unwrap();
        let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(0)).unwrap();
        xz.write_all(&archive).unwrap();
        let zstd: Vec<u8> = archive
            .chunks(4096)
            .flat_map(|chunk| [skippable(0, 5), frame(chunk)].concat())
            .collect();
        for compressed in [
            gzip.finish().unwrap(),
            bzip2.finish().unwrap(),
            xz.finish().unwrap(),
            zstd,
        ] {
            assert_eq!(read(&compressed).unwrap(), plain);
            assert!(read(&compressed[..compressed.len() / 2]).is_err());
        }
        let told = read(b"\x04\x22\x4d\x18 more").unwrap_err().to_string();
        assert!(told.contains("lz4"), "{told}");
    }
}
