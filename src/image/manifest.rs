//! Which parts of an archive make an image: Docker's `manifest.json`, or the OCI layout's `index.json` (image-spec,
//! `image-layout.md`, `image-index.md`, `manifest.md`).

use serde::Deserialize;

use crate::{
    dockerfile::ImageName,
    image::{error::ArchiveError, limits::Limits, path::normal, platform::Platform},
};

/// Which image of an archive is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The platform it runs on.
    pub platform: Platform,
    /// Its name, or `@` and its position from 0; none for the only one.
    pub name: Option<String>,
    /// Whether `index.json` is asked before `manifest.json`.
    pub index_first: bool,
}

impl Choice {
    /// Whether an image is meant, by the names it has and its position.
    fn is_named(&self, names: &[String], position: usize) -> bool {
        let Some(wanted) = &self.name else { return true };
        if let Some(number) = wanted.strip_prefix('@') {
            return number.parse() == Ok(position);
        }
        let parsed = ImageName::parse(wanted).ok();
        names.iter().any(|name| {
            let is_same = |wanted: &ImageName| ImageName::parse(name).is_ok_and(|name| wanted.same_image(&name, false));
            name == wanted || parsed.as_ref().is_some_and(is_same)
        })
    }
}

/// The parts of an image, by their paths in the archive.
pub(super) struct Manifest {
    pub(super) config: String,
    pub(super) layers: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerManifest {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    digest: String,
    platform: Option<OciPlatform>,
    #[serde(default)]
    media_type: String,
    annotations: Option<Annotations>,
}

/// Where an image's name is kept: containerd writes all of it, other tools the tag or any other text.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Annotations {
    #[serde(rename = "io.containerd.image.name")]
    name: Option<String>,
    #[serde(rename = "org.opencontainers.image.ref.name")]
    reference: Option<String>,
}

impl Annotations {
    fn names(self) -> Vec<String> {
        let name = self.name.map(|name| match ImageName::parse(&name) {
            Ok(parsed) => parsed.to_string(),
            Err(_) => name,
        });
        name.or(self.reference).into_iter().collect()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct OciPlatform {
    os: String,
    architecture: String,
    variant: String,
}

#[derive(Deserialize)]
struct OciIndex {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct OciManifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
}

/// Gives the text of a part by its path; none when the part does not exist.
pub(super) type Texts<'a> = dyn FnMut(&str) -> Result<Option<Vec<u8>>, ArchiveError> + 'a;

/// How deep an index may name another index, and how many of them are looked at.
const INDEX_DEPTH: usize = 4;
const INDEX_LIMIT: usize = 200;

/// Finds the image in an archive.
pub(super) fn choose(choice: &Choice, limits: &Limits, texts: &mut Texts<'_>) -> Result<Manifest, ArchiveError> {
    let index = |texts: &mut Texts<'_>| texts("index.json");
    let manifest = if choice.index_first
        && let Some(index) = index(texts)?
    {
        by_index(&index, choice, texts)?
    } else if let Some(text) = texts("manifest.json")? {
        match (by_docker(&text, choice)?, index(texts)?) {
            (Found::One(manifest), _) => manifest,
            // One image for several platforms, which only the index tells apart.
            (Found::SameName(_), Some(index)) => by_index(&index, choice, texts)?,
            (Found::SameName(names), None) => return Err(ArchiveError::Several(names)),
        }
    } else if let Some(index) = index(texts)? {
        by_index(&index, choice, texts)?
    } else {
        return Err(ArchiveError::Missing(say!("manifest.json or index.json").to_owned()));
    };
    if manifest.layers.len() > limits.layers {
        return Err(ArchiveError::TooLarge("layers"));
    }
    Ok(manifest)
}

/// An image in a list of them: the names it has, and its position in the whole list.
struct Listed<T> {
    names: Vec<String>,
    position: usize,
    image: T,
}

/// Numbers images, each with its names.
fn listed<T>(images: impl IntoIterator<Item = (Vec<String>, T)>) -> Vec<Listed<T>> {
    let numbered = images.into_iter().enumerate();
    numbered
        .map(|(position, (names, image))| Listed { names, position, image })
        .collect()
}

/// The names to choose images by: tags, `@` and the position for an image without one.
fn names_of<T>(images: &[Listed<T>]) -> Vec<String> {
    let mut names = Vec::new();
    for image in images {
        if image.names.is_empty() {
            names.push(format!("@{}", image.position));
        }
        for name in &image.names {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// Keeps the images that are meant.
fn keep_named<T>(images: &mut Vec<Listed<T>>, choice: &Choice) -> Result<(), ArchiveError> {
    let names = names_of(images);
    let is_named = |image: &Listed<T>| choice.is_named(&image.names, image.position);
    if images.iter().any(is_named) {
        images.retain(is_named);
    } else {
        // A tag alone is enough where it is the only one: OCI layouts write no more of a name.
        images.retain(|image| image.names.iter().any(|name| has_tag(name, choice)));
    }
    match &choice.name {
        Some(wanted) if images.is_empty() => Err(ArchiveError::NoImage(wanted.clone(), names)),
        _ => Ok(()),
    }
}

/// Whether the tag of a name is what was asked for.
fn has_tag(name: &str, choice: &Choice) -> bool {
    name.rsplit_once(':')
        .is_some_and(|(_, tag)| choice.name.as_deref() == Some(tag))
}

/// What Docker's list says of the image that is wanted.
enum Found {
    One(Manifest),
    /// Several of one name, which stands here.
    SameName(Vec<String>),
}

fn by_docker(text: &[u8], choice: &Choice) -> Result<Found, ArchiveError> {
    let manifests: Vec<DockerManifest> =
        serde_json::from_slice(text).map_err(|error| ArchiveError::Read(format!("manifest.json: {error}")))?;
    let named = manifests
        .into_iter()
        .map(|mut manifest| (manifest.repo_tags.take().unwrap_or_default(), manifest));
    let mut images = listed(named);
    keep_named(&mut images, choice)?;
    let Some(first) = images.first() else {
        return Err(ArchiveError::Missing(say!("image in manifest.json").to_owned()));
    };
    let is_another = |image: &Listed<DockerManifest>| image.image.config != first.image.config;
    if images.iter().any(is_another) {
        let names = names_of(&images);
        return if images.iter().all(|image| image.names == first.names) {
            Ok(Found::SameName(names))
        } else {
            Err(ArchiveError::Several(names))
        };
    }
    let manifest = &first.image;
    let inside = |path: &String| {
        normal(path)
            .ok_or_else(|| ArchiveError::Read(say!("manifest.json names `{path}`, which is outside the archive"; path)))
    };
    Ok(Found::One(Manifest {
        config: inside(&manifest.config)?,
        layers: manifest.layers.iter().flatten().map(inside).collect::<Result<_, _>>()?,
    }))
}

/// The path of a blob; a digest is an algorithm and hexadecimal digits, nothing that could lead elsewhere.
fn blob(digest: &str) -> Result<String, ArchiveError> {
    let told = || ArchiveError::Read(say!("`{digest}` is not a digest"; digest));
    let (algorithm, hash) = digest.split_once(':').ok_or_else(told)?;
    let is_word = |text: &str, also: &[u8]| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
    };
    if is_word(algorithm, b"+_-") && is_word(hash, b"") {
        Ok(format!("blobs/{algorithm}/{hash}"))
    } else {
        Err(told())
    }
}

/// An image that an index leads to, with the platform that is told of it.
struct Indexed {
    told: Option<OciPlatform>,
    manifest: OciManifest,
}

/// An index or an image that is still to be read.
struct Waiting {
    text: Vec<u8>,
    told: Option<OciPlatform>,
    names: Vec<String>,
    depth: usize,
}

/// Every image that the index leads to, in its order.
fn indexed(index: &[u8], texts: &mut Texts<'_>) -> Result<Vec<Listed<Indexed>>, ArchiveError> {
    let mut images = Vec::new();
    let mut waiting = vec![Waiting {
        text: index.to_vec(),
        told: None,
        names: Vec::new(),
        depth: 0,
    }];
    let mut looked_at = 0;
    while let Some(next) = waiting.pop() {
        looked_at += 1;
        if looked_at > INDEX_LIMIT {
            return Err(ArchiveError::TooLarge("images"));
        }
        if let Ok(manifest) = serde_json::from_slice::<OciManifest>(&next.text) {
            images.push((
                next.names,
                Indexed {
                    told: next.told,
                    manifest,
                },
            ));
            continue;
        }
        let index: OciIndex =
            serde_json::from_slice(&next.text).map_err(|error| ArchiveError::Read(format!("index.json: {error}")))?;
        if next.depth >= INDEX_DEPTH {
            return Err(ArchiveError::TooLarge(say!("indexes within each other")));
        }
        for descriptor in index.manifests.into_iter().take(INDEX_LIMIT).rev() {
            // What a builder attests about an image is no image.
            let is_unknown = |platform: &OciPlatform| platform.os == "unknown";
            if descriptor.platform.as_ref().is_some_and(is_unknown) {
                continue;
            }
            // A layout may leave out the images of other platforms.
            if let Some(text) = texts(&blob(&descriptor.digest)?)? {
                let own = descriptor.annotations.unwrap_or_default().names();
                waiting.push(Waiting {
                    text,
                    told: descriptor.platform,
                    names: if own.is_empty() { next.names.clone() } else { own },
                    depth: next.depth + 1,
                });
            }
        }
    }
    Ok(listed(images))
}

fn by_index(index: &[u8], choice: &Choice, texts: &mut Texts<'_>) -> Result<Manifest, ArchiveError> {
    let mut images = indexed(index, texts)?;
    keep_named(&mut images, choice)?;
    let platform = &choice.platform;
    let suits = |told: Option<&OciPlatform>, also_variant: bool| {
        told.is_some_and(|told| {
            told.os == platform.os
                && told.architecture == platform.architecture
                && (!also_variant || platform.variant.is_empty() || told.variant == platform.variant)
        })
    };
    let has: Vec<String> = images
        .iter()
        .filter_map(|image| image.image.told.as_ref())
        .map(|told| format!("{}/{}", told.os, told.architecture))
        .collect();
    let ranks: [&dyn Fn(&Indexed) -> bool; 3] = [
        &|image| suits(image.told.as_ref(), true),
        &|image| suits(image.told.as_ref(), false),
        &|image| image.told.is_none(),
    ];
    let rank = ranks
        .into_iter()
        .find(|suits| images.iter().any(|image| suits(&image.image)));
    let is_only_one = images.len() == 1;
    match rank {
        Some(suits) => images.retain(|image| suits(&image.image)),
        None if is_only_one => {}
        None if images.is_empty() => {}
        None => return Err(ArchiveError::OtherPlatform(platform.name(), has.join(", "))),
    }
    let names = names_of(&images);
    let mut images = images.into_iter();
    let Some(first) = images.next() else {
        return Err(ArchiveError::Missing(say!("image in index.json").to_owned()));
    };
    let variant = |image: &Indexed| image.told.as_ref().map(|told| told.variant.clone());
    // The same image under two names is one; of the variants of a platform the first one is meant.
    let is_another = |other: &Listed<Indexed>| {
        other.image.manifest.config.digest != first.image.manifest.config.digest
            && (other.names != first.names || variant(&other.image) == variant(&first.image))
    };
    if images.any(|image| is_another(&image)) {
        return Err(ArchiveError::Several(names));
    }
    let manifest = first.image.manifest;
    Ok(Manifest {
        config: blob(&manifest.config.digest)?,
        layers: manifest
            .layers
            .iter()
            .filter(|layer| !layer.media_type.contains("in-toto"))
            .map(|layer| blob(&layer.digest))
            .collect::<Result<_, _>>()?,
    })
}
