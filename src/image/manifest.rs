//! Which parts of an archive make an image: Docker's `manifest.json`, or the OCI layout's `index.json` (image-spec,
//! `image-layout.md`, `image-index.md`, `manifest.md`).

use serde::Deserialize;

use crate::image::{error::ArchiveError, limits::Limits, path::normal};

/// The platform that an image is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// "linux".
    pub os: String,
    /// "amd64".
    pub architecture: String,
    /// "v8"; empty for any.
    pub variant: String,
    /// Whether `index.json` is asked before `manifest.json`.
    pub index_first: bool,
}

impl Default for Platform {
    /// Linux on this kind of processor, by the names that Go has for them.
    fn default() -> Self {
        let architecture = if cfg!(target_arch = "aarch64") {
            "arm64"
        } else if cfg!(target_arch = "x86") {
            "386"
        } else if cfg!(target_arch = "arm") {
            "arm"
        } else if cfg!(target_arch = "powerpc64") {
            "ppc64le"
        } else if cfg!(target_arch = "s390x") {
            "s390x"
        } else if cfg!(target_arch = "riscv64") {
            "riscv64"
        } else {
            "amd64"
        };
        Self {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: String::new(),
            index_first: false,
        }
    }
}

impl Platform {
    /// Reads "linux/arm64" or "linux/arm/v7".
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let platform = Self {
            os: parts.next()?.to_owned(),
            architecture: parts.next()?.to_owned(),
            variant: parts.next().unwrap_or_default().to_owned(),
            index_first: false,
        };
        let is_whole = !platform.os.is_empty() && !platform.architecture.is_empty() && parts.next().is_none();
        is_whole.then_some(platform)
    }

    fn name(&self) -> String {
        let end = if self.variant.is_empty() {
            String::new()
        } else {
            format!("/{}", self.variant)
        };
        format!("{}/{}{end}", self.os, self.architecture)
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
    layers: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    digest: String,
    platform: Option<OciPlatform>,
    #[serde(default)]
    media_type: String,
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

/// Gives the text of a part by its path; none when there is no such part.
pub(super) type Texts<'a> = dyn FnMut(&str) -> Result<Option<Vec<u8>>, ArchiveError> + 'a;

/// How deep an index may name another index, and how many of them are looked at.
const INDEX_DEPTH: usize = 4;
const INDEX_LIMIT: usize = 200;

/// Finds the image in an archive.
pub(super) fn choose(platform: &Platform, limits: &Limits, texts: &mut Texts<'_>) -> Result<Manifest, ArchiveError> {
    let manifest = if platform.index_first
        && let Some(index) = texts("index.json")?
    {
        by_index(&index, platform, texts)?
    } else if let Some(text) = texts("manifest.json")? {
        by_docker(&text)?
    } else if let Some(index) = texts("index.json")? {
        by_index(&index, platform, texts)?
    } else {
        return Err(ArchiveError::Missing(say!("manifest.json or index.json").to_owned()));
    };
    if manifest.layers.len() > limits.layers {
        return Err(ArchiveError::TooLarge("layers"));
    }
    Ok(manifest)
}

fn by_docker(text: &[u8]) -> Result<Manifest, ArchiveError> {
    let manifests: Vec<DockerManifest> =
        serde_json::from_slice(text).map_err(|error| ArchiveError::Read(format!("manifest.json: {error}")))?;
    let manifest = manifests
        .into_iter()
        .next()
        .ok_or_else(|| ArchiveError::Missing(say!("image in manifest.json").to_owned()))?;
    let inside = |path: &String| {
        normal(path)
            .ok_or_else(|| ArchiveError::Read(say!("manifest.json names `{path}`, which is outside the archive"; path)))
    };
    Ok(Manifest {
        config: inside(&manifest.config)?,
        layers: manifest
            .layers
            .unwrap_or_default()
            .iter()
            .map(inside)
            .collect::<Result<_, _>>()?,
    })
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

fn by_index(index: &[u8], platform: &Platform, texts: &mut Texts<'_>) -> Result<Manifest, ArchiveError> {
    // Every image that the index leads to, with the platform that is told of it, in the index's order.
    let mut images: Vec<(Option<OciPlatform>, OciManifest)> = Vec::new();
    let mut waiting = vec![(index.to_vec(), None, 0)];
    let mut looked_at = 0;
    while let Some((text, told, depth)) = waiting.pop() {
        looked_at += 1;
        if looked_at > INDEX_LIMIT {
            return Err(ArchiveError::TooLarge("images"));
        }
        if let Ok(manifest) = serde_json::from_slice::<OciManifest>(&text) {
            images.push((told, manifest));
            continue;
        }
        let index: OciIndex =
            serde_json::from_slice(&text).map_err(|error| ArchiveError::Read(format!("index.json: {error}")))?;
        if depth >= INDEX_DEPTH {
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
                waiting.push((text, descriptor.platform, depth + 1));
            }
        }
    }
    let suits = |told: Option<&OciPlatform>, also_variant: bool| {
        told.is_some_and(|told| {
            told.os == platform.os
                && told.architecture == platform.architecture
                && (!also_variant || platform.variant.is_empty() || told.variant == platform.variant)
        })
    };
    let has: Vec<String> = images
        .iter()
        .filter_map(|(told, _)| told.as_ref())
        .map(|told| format!("{}/{}", told.os, told.architecture))
        .collect();
    let position = images
        .iter()
        .position(|(told, _)| suits(told.as_ref(), true))
        .or_else(|| images.iter().position(|(told, _)| suits(told.as_ref(), false)))
        .or_else(|| images.iter().position(|(told, _)| told.is_none()))
        .or((images.len() == 1).then_some(0));
    let Some(position) = position else {
        return Err(if images.is_empty() {
            ArchiveError::Missing(say!("image in index.json").to_owned())
        } else {
            ArchiveError::OtherPlatform(platform.name(), has.join(", "))
        });
    };
    let (_, manifest) = images.swap_remove(position);
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
