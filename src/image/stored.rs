//! Images whose parts can be opened one by one: an archive in a file, an OCI layout in a folder. Only headers and what
//! the manifest names are read.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use crate::image::{
    archive::{ArchiveError, Image, JSON_LIMIT, Limits, MEMBER_LIMIT, Wanted, link_target, read_for, resolve},
    config::Config,
    content::{Peeked, decoded},
    layer::{normal, text_of},
    manifest::{Manifest, Platform, choose},
    members::Members,
    source::Window,
};

/// Something that can be read from anywhere.
pub trait Part: Read + Seek {}

impl<R: Read + Seek> Part for R {}

/// A part that was opened: where in what was opened it begins and how long it is.
#[expect(missing_debug_implementations, reason = "an open file has nothing to show")]
pub struct Opened<'a> {
    /// What holds it.
    pub part: Box<dyn Part + 'a>,
    /// Where it begins.
    pub start: u64,
    /// Its length.
    pub length: u64,
}

/// Where an image's parts lie.
pub trait Store {
    /// Opens a part by its path, which has no `..`; none when there is no such part.
    ///
    /// # Errors
    /// When it cannot be read.
    fn open(&self, path: &str) -> io::Result<Option<Opened<'_>>>;
}

/// Reads an image from its parts; of several the one for this platform.
///
/// # Errors
/// When a part is missing or broken, or the image is beyond the limits.
pub fn read_stored(
    store: &dyn Store,
    wanted: &Wanted,
    limits: &Limits,
    platform: &Platform,
) -> Result<Image, ArchiveError> {
    let mut text = |path: &str| {
        let Some(opened) = store.open(path).map_err(ArchiveError::read)? else {
            return Ok(None);
        };
        if opened.length > JSON_LIMIT {
            return Err(ArchiveError::TooLarge(say!("bytes in a manifest")));
        }
        let mut text = Vec::new();
        Window::new(opened.part, opened.start, opened.length)
            .read_to_end(&mut text)
            .map_err(ArchiveError::read)?;
        Ok(Some(text))
    };
    let Manifest { config, layers } = choose(platform, limits, &mut text)?;
    let config = text(&config)?.ok_or_else(|| ArchiveError::Missing(say!("configuration `{config}`"; config)))?;
    let config =
        Config::parse(&config).ok_or_else(|| ArchiveError::Read(say!("its configuration is none").to_owned()))?;
    let mut budget = limits.budget();
    let mut found = Vec::with_capacity(layers.len());
    for path in &layers {
        let opened = store
            .open(path)
            .map_err(ArchiveError::read)?
            .ok_or_else(|| ArchiveError::Missing(say!("layer `{path}`"; path)))?;
        let part = Peeked::new(Window::new(opened.part, opened.start, opened.length))?;
        let content = part.content(opened.length);
        found.push(decoded(part, content, &wanted.contents, &mut budget)?);
    }
    Ok(Image::of(config, found))
}

/// Reads the image in an archive that can be sought; one that is compressed as a whole is read as a stream.
///
/// # Errors
/// When it is no archive of an image, breaks off, or is beyond the limits.
pub fn read_file<R: Read + Seek>(
    mut file: R,
    wanted: &Wanted,
    limits: &Limits,
    platform: &Platform,
) -> Result<Image, ArchiveError> {
    let mut start = Vec::new();
    (&mut file)
        .take(4)
        .read_to_end(&mut start)
        .map_err(ArchiveError::read)?;
    file.seek(SeekFrom::Start(0)).map_err(ArchiveError::read)?;
    match start.as_slice() {
        [0x1f, 0x8b, ..] => {
            let decoder = flate2::read::MultiGzDecoder::new(BufReader::new(file));
            read_for(BufReader::new(decoder), wanted, limits, platform)
        }
        [0x28, 0xb5, 0x2f, 0xfd] => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(file))
                .map_err(|error| ArchiveError::Read(error.to_string()))?;
            read_for(BufReader::new(decoder), wanted, limits, platform)
        }
        _ => read_stored(&ArchiveFile::open(file)?, wanted, limits, platform),
    }
}

/// An archive in a file, its members known by where they lie.
#[derive(Debug)]
pub struct ArchiveFile<R> {
    inner: RefCell<R>,
    places: BTreeMap<String, (u64, u64)>,
    links: BTreeMap<String, String>,
}

impl<R: Read + Seek> ArchiveFile<R> {
    /// Looks through the headers of an archive.
    ///
    /// # Errors
    /// When it is no archive, or breaks off.
    pub fn open(inner: R) -> Result<Self, ArchiveError> {
        let mut members = Members::new(Window::whole(inner).map_err(ArchiveError::read)?);
        let mut places = BTreeMap::new();
        let mut links = BTreeMap::new();
        while let Some(member) = members.next()? {
            let Some(path) = normal(&text_of(&member.path)) else {
                continue;
            };
            if places.len() + links.len() >= MEMBER_LIMIT {
                return Err(ArchiveError::TooLarge("members"));
            }
            if matches!(member.kind, b'1' | b'2') {
                let target = link_target(&path, member.kind, &text_of(&member.link));
                links.insert(path, target);
            } else if matches!(member.kind, 0 | b'0') {
                places.insert(path, (members.source().position(), members.stored()));
            }
        }
        Ok(Self {
            inner: RefCell::new(members.into_source().into_inner()),
            places,
            links,
        })
    }
}

impl<R: Read + Seek> Store for ArchiveFile<R> {
    fn open(&self, path: &str) -> io::Result<Option<Opened<'_>>> {
        let place = self.places.get(resolve(&self.links, path));
        Ok(place.map(|(start, length)| Opened {
            part: Box::new(Shared(&self.inner)),
            start: *start,
            length: *length,
        }))
    }
}

/// The archive's file, lent to one part at a time.
struct Shared<'a, R>(&'a RefCell<R>);

impl<R: Read> Read for Shared<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

impl<R: Seek> Seek for Shared<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().seek(to)
    }
}
