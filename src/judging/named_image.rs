//! Images by the words that a person names them with: an archive, an OCI layout, a name on the engine.

use std::{io::BufReader, path::PathBuf};

use crate::{
    disk::{self, Analyses, LayoutFolder},
    engine::port::ImageFacts,
    error::Error,
    image::{self, ArchiveError, Choice, Image, KeptFiles, Limits, Platform},
    judging::Lab,
};

/// An image in a file or a folder.
#[derive(Debug, Clone)]
pub struct StoredImage {
    /// As it was named.
    name: String,
    /// The file or the folder.
    place: PathBuf,
    /// Which of several images.
    image: Option<String>,
    /// Whether it was named as an OCI layout, which may be a folder.
    is_layout: bool,
}

impl StoredImage {
    /// The image in a file or folder that a text names: `archive:FILE[:IMAGE]`, `oci:PATH[:IMAGE]`; none where it names
    /// none.
    pub fn named(lab: &Lab, text: &str) -> Option<Self> {
        let (scheme, path) = text.split_once(':')?;
        let is_layout = match scheme {
            "archive" | "docker-archive" | "docker-tar" | "oci-archive" => false,
            "oci" => true,
            _ => return None,
        };
        let (place, image) = file_and_image(lab, path);
        Some(Self {
            name: text.to_owned(),
            place,
            image: image.map(str::to_owned),
            is_layout,
        })
    }

    /// The image in an archive at a path.
    pub fn at(lab: &Lab, path: &str) -> Self {
        Self {
            name: path.to_owned(),
            place: path_of(lab, path),
            image: None,
            is_layout: false,
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, platform: &Platform, wanted: &KeptFiles) -> Result<Image, Error> {
        let choice = Choice {
            platform: platform.clone(),
            name: self.image.clone(),
            index_first: self.is_layout,
        };
        let limits = Limits::default();
        let read = if self.is_layout && self.place.is_dir() {
            image::read_stored(&LayoutFolder::at(&self.place)?, wanted, &limits, &choice)
        } else {
            let (opened, length) = disk::open_archive(&self.place)?;
            image::read_file(opened, length, wanted, &limits, &choice)
        };
        read.map_err(|error| refused(&self.name, &error))
    }
}

/// A path as dive writes it, `//` before it or not.
fn path_of<'a>(lab: &Lab, text: &'a str) -> PathBuf {
    let text: &'a str = text.strip_prefix("//").unwrap_or(text);
    lab.settings.folder.join(text)
}

/// The file or folder that a text names, and which image in it: `FILE`, or `FILE:NAME` as skopeo writes it.
fn file_and_image<'a>(lab: &Lab, text: &'a str) -> (PathBuf, Option<&'a str>) {
    let whole = path_of(lab, text);
    if whole.exists() {
        return (whole, None);
    }
    let mut colons = text.match_indices(':').map(|(at, _)| at);
    match colons.find(|at| *at > 0 && path_of(lab, &text[..*at]).exists()) {
        Some(at) => (path_of(lab, &text[..at]), Some(&text[at + 1..])),
        None => (whole, None),
    }
}

/// The image that the engine has under a name.
///
/// # Errors
/// When the engine fails, or has none.
pub fn image_named(lab: &Lab, name: &str) -> Result<ImageFacts, Error> {
    if let Some(facts) = lab.engine()?.image(name)? {
        return Ok(facts);
    }
    let error = Error::usage(say!("the engine has no image `{name}`"; name));
    Err(if path_of(lab, name).is_dir() {
        error.help(say!("for a folder, write `oci:{name}`"; name))
    } else if path_of(lab, name).is_file() {
        error.help(say!("for a file, write `archive:{name}`"; name))
    } else {
        error.help(say!("pull it with `docker pull {name}`, or name a task: {}", lab.course.ids().join(", "); name))
    })
}

/// Reads an image of the engine, with the contents of some files.
///
/// # Errors
/// When the engine fails, or its archive cannot be read.
pub fn read_from_engine(lab: &Lab, id: &str, platform: &Platform, wanted: &KeptFiles) -> Result<Image, Error> {
    let mut read = None;
    let choice = Choice {
        platform: platform.clone(),
        ..Choice::default()
    };
    lab.engine()?.export(id, &mut |archive| {
        let archive = BufReader::with_capacity(128 * 1024, archive);
        let image = image::read_for(archive, wanted, &Limits::default(), &choice)
            .map_err(|error| Error::engine(say!("the image cannot be read")).cause(error))?;
        read = Some(image);
        Ok(())
    })?;
    read.ok_or_else(|| Error::engine(say!("the engine sent no image")))
}

/// The name under which something about an image of the engine is kept.
pub fn kept_name(what: &str, facts: &ImageFacts) -> String {
    Analyses::key(
        [env!("DOCKERLAB_CODE"), what, &facts.id]
            .into_iter()
            .chain(facts.config.diff_ids.iter().map(String::as_str)),
    )
}

fn refused(name: &str, error: &ArchiveError) -> Error {
    let told = Error::usage(say!("`{name}` cannot be read"; name)).cause(error);
    match error {
        ArchiveError::OtherPlatform(..) => told.help(say!("choose one with --platform")),
        ArchiveError::Several(names) | ArchiveError::NoImage(_, names) => {
            let base = match error {
                ArchiveError::NoImage(wanted, _) => name.strip_suffix(wanted).unwrap_or(name).trim_end_matches(':'),
                _ => name,
            };
            match names.first() {
                Some(first) => told.help(say!("choose one, for example `{base}:{first}`"; base, first)),
                None => told,
            }
        }
        ArchiveError::TooLarge(_) => told.help(say!("such an image is broken or malicious; nothing was unpacked")),
        ArchiveError::Missing(_) | ArchiveError::Read(_) => told.help(say!(
            "is it a complete archive from `docker save -o FILE IMAGE` or `skopeo copy`?"
        )),
    }
}
