//! Images whose parts can be opened one by one: an archive in a file, an OCI layout in a folder. Only headers and what
//! the manifest names are read.

use std::{
    collections::BTreeMap,
    io::{self, BufReader, Read},
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::image::{
    archive::{Image, read_for},
    compression::Compression,
    config::Config,
    content::{Peeked, decoded},
    error::ArchiveError,
    layer::Layer,
    limits::{JSON_LIMIT, KeptFiles, Limits, MEMBER_LIMIT},
    manifest::{Choice, Manifest, choose},
    members::Members,
    path::{link_target, normal, resolve, text_of},
    source::{ReadAt, Window},
};

/// A part that was opened: where in what was opened it begins and how long it is.
#[expect(missing_debug_implementations, reason = "an open file has nothing to show")]
pub struct Opened<'a> {
    /// What holds it.
    pub part: Box<dyn ReadAt + 'a>,
    /// Where it begins.
    pub start: u64,
    /// Its length.
    pub length: u64,
}

/// Where an image's parts are stored.
pub trait Store: Sync {
    /// Opens a part by its path, which has no `..`; none when the part does not exist.
    ///
    /// # Errors
    /// When it cannot be read.
    fn open(&self, path: &str) -> io::Result<Option<Opened<'_>>>;
}

/// Reads an image from its parts; of several the one that is chosen.
///
/// # Errors
/// When a part is missing or broken, or the image is beyond the limits.
pub fn read_stored(
    store: &dyn Store,
    wanted: &KeptFiles,
    limits: &Limits,
    choice: &Choice,
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
    let Manifest { config, layers } = choose(choice, limits, &mut text)?;
    let config = text(&config)?.ok_or_else(|| ArchiveError::Missing(say!("configuration `{config}`"; config)))?;
    let config =
        Config::parse(&config).ok_or_else(|| ArchiveError::Read(say!("its configuration is invalid").to_owned()))?;
    let found = read_layers(store, &layers, wanted, limits)?;
    Ok(Image::of(config, found))
}

/// How many layers are read at a time.
const READERS: usize = 4;

/// Reads layers, several at a time where there are processors for it.
fn read_layers(
    store: &dyn Store,
    paths: &[String],
    wanted: &KeptFiles,
    limits: &Limits,
) -> Result<Vec<Layer>, ArchiveError> {
    let budget = limits.budget();
    let read = |path: &String| {
        let opened = store
            .open(path)
            .map_err(ArchiveError::read)?
            .ok_or_else(|| ArchiveError::Missing(say!("layer `{path}`"; path)))?;
        let part = Peeked::new(Window::new(opened.part, opened.start, opened.length))?;
        let content = part.content(opened.length);
        decoded(part, content, &wanted.contents, &budget)
    };
    let readers = thread::available_parallelism().map_or(1, NonZero::get).min(READERS);
    if readers < 2 || paths.len() < 2 {
        return paths.iter().map(read).collect();
    }
    let next = AtomicUsize::new(0);
    let reader = || {
        let mut found = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = paths.get(index) else {
                return found;
            };
            let layer = read(path);
            // One that cannot be read is enough to refuse the image.
            if layer.is_err() {
                next.store(paths.len(), Ordering::Relaxed);
            }
            found.push((index, layer));
        }
    };
    let mut found: Vec<(usize, Result<Layer, ArchiveError>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..readers).map(|_| scope.spawn(reader)).collect();
        let mut found = reader();
        for other in others {
            found.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        found
    });
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, layer)| layer).collect()
}

/// Reads the image in an archive that can be sought; one that is compressed as a whole is read as a stream.
///
/// # Errors
/// When it is no archive of an image, breaks off, or is beyond the limits.
pub fn read_file<R: ReadAt>(
    file: R,
    length: u64,
    wanted: &KeptFiles,
    limits: &Limits,
    choice: &Choice,
) -> Result<Image, ArchiveError> {
    let mut start = [0; 8];
    let count = file.read_at(&mut start, 0).map_err(ArchiveError::read)?;
    match Compression::of(&start[..count])? {
        Some(compression) => {
            let stream = BufReader::with_capacity(64 * 1024, Window::new(&file, 0, length));
            read_for(BufReader::new(compression.decoder(stream)), wanted, limits, choice)
        }
        None => read_stored(&ArchiveFile::open(file, length)?, wanted, limits, choice),
    }
}

/// An archive in a file, its members known by their position.
#[derive(Debug)]
pub struct ArchiveFile<R> {
    inner: R,
    places: BTreeMap<String, (u64, u64)>,
    links: BTreeMap<String, String>,
}

impl<R: ReadAt> ArchiveFile<R> {
    /// Looks through the headers of an archive.
    ///
    /// # Errors
    /// When it is no archive, or breaks off.
    pub fn open(inner: R, length: u64) -> Result<Self, ArchiveError> {
        let mut members = Members::new(Window::new(&inner, 0, length));
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
        drop(members);
        Ok(Self { inner, places, links })
    }
}

impl<R: ReadAt> Store for ArchiveFile<R> {
    fn open(&self, path: &str) -> io::Result<Option<Opened<'_>>> {
        let place = self.places.get(resolve(&self.links, path));
        Ok(place.map(|(start, length)| Opened {
            part: Box::new(&self.inner),
            start: *start,
            length: *length,
        }))
    }
}
