//! Archives as `docker save` writes them, read as a stream in one pass.
//!
//! Four layouts are known: the one of engines before 25 (`<id>/layer.tar`, `manifest.json` last, equal layers as links),
//! the OCI one with `manifest.json` beside it (25 and later), the same from containerd's store with compressed blobs,
//! and Podman's. Members are told apart by what they begin with, and put together by `manifest.json`, or by
//! `index.json` where there is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufReader, Read},
};

use serde::Deserialize;

use crate::image::{
    config::Config,
    layer::{self, Budget, Layer},
};

/// Why an archive was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveError {
    /// The stream broke off or is no tar.
    Read(String),
    /// It is larger than what is read: what of it.
    TooLarge(&'static str),
    /// A part is missing: which.
    Missing(String),
}

impl ArchiveError {
    #[expect(clippy::needless_pass_by_value, reason = "for map_err")]
    pub(super) fn read(error: std::io::Error) -> Self {
        Self::Read(error.to_string())
    }
}

impl std::fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(why) => write!(f, "{}", say!("the image's archive cannot be read: {why}"; why)),
            Self::TooLarge(what) => write!(f, "{}", say!("the image's archive has more {what} than are read"; what)),
            Self::Missing(what) => write!(f, "{}", say!("the image's archive has no {what}"; what)),
        }
    }
}

impl std::error::Error for ArchiveError {}

/// Which files' contents are kept: exact paths without a leading slash.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The paths.
    pub contents: BTreeSet<String>,
}

/// What an archive may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Layers.
    pub layers: usize,
    /// Entries of all layers together.
    pub entries: usize,
    /// Bytes of kept files.
    pub kept: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            layers: 500,
            entries: 2_000_000,
            kept: 256 * 1024 * 1024,
        }
    }
}

/// An image as its archive tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// Its configuration.
    pub config: Config,
    /// Its layers, base first.
    pub layers: Vec<Layer>,
}

/// The largest JSON member that is kept, in bytes.
const JSON_LIMIT: u64 = 16 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Manifest {
    config: String,
    layers: Vec<String>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
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

/// Reads an archive of one image. Nothing is hashed: layers are put in place by the manifest.
///
/// # Errors
/// When the stream breaks off, is no archive of an image, or is beyond the limits.
pub fn read<R: Read>(archive: R, wanted: &Wanted, limits: &Limits) -> Result<Image, ArchiveError> {
    let mut members = Members {
        layers: BTreeMap::new(),
        texts: BTreeMap::new(),
        links: BTreeMap::new(),
    };
    let mut budget = Budget {
        entries: limits.entries,
        kept: limits.kept,
    };
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries().map_err(ArchiveError::read)? {
        let mut entry = entry.map_err(ArchiveError::read)?;
        let Some(path) = layer::normal(&String::from_utf8_lossy(&entry.path_bytes())) else {
            continue;
        };
        let kind = entry.header().entry_type();
        if kind.is_symlink() || kind.is_hard_link() {
            if let Some(target) = entry.link_name_bytes() {
                let target = String::from_utf8_lossy(&target).into_owned();
                members.links.insert(path.clone(), beside(&path, &target));
            }
            continue;
        }
        if !kind.is_file() {
            continue;
        }
        let size = entry.size();
        let mut start = Vec::with_capacity(512);
        (&mut entry)
            .take(512)
            .read_to_end(&mut start)
            .map_err(ArchiveError::read)?;
        match content(&start, size) {
            Content::Json if size <= JSON_LIMIT && members.texts.len() < 10_000 => {
                entry.read_to_end(&mut start).map_err(ArchiveError::read)?;
                members.texts.insert(path, start);
            }
            Content::Json | Content::Other => {}
            found => {
                if members.layers.len() >= limits.layers {
                    return Err(ArchiveError::TooLarge("layers"));
                }
                let whole = start.as_slice().chain(&mut entry);
                let layer = match found {
                    Content::Gzip => layer::read(
                        flate2::read::MultiGzDecoder::new(BufReader::new(whole)),
                        &wanted.contents,
                        &mut budget,
                    )?,
                    Content::Zstd => {
                        let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(whole))
                            .map_err(|error| ArchiveError::Read(error.to_string()))?;
                        layer::read(decoder, &wanted.contents, &mut budget)?
                    }
                    _ => layer::read(whole, &wanted.contents, &mut budget)?,
                };
                members.layers.insert(path, layer);
            }
        }
    }
    members.put_together()
}

enum Content {
    Tar,
    Gzip,
    Zstd,
    Json,
    Other,
}

/// What a member is by its first bytes.
fn content(start: &[u8], size: u64) -> Content {
    match start {
        [0x1f, 0x8b, ..] => Content::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Content::Zstd,
        [b'{' | b'[', ..] => Content::Json,
        _ if start.get(257..262) == Some(b"ustar") => Content::Tar,
        // An empty layer: two blocks of zeros.
        _ if size >= 1024 && size.is_multiple_of(512) && start.iter().all(|byte| *byte == 0) => Content::Tar,
        _ => Content::Other,
    }
}

/// The path that a link beside `path` leads to, `..` parts taken.
fn beside(path: &str, target: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

struct Members {
    layers: BTreeMap<String, Layer>,
    texts: BTreeMap<String, Vec<u8>>,
    links: BTreeMap<String, String>,
}

impl Members {
    fn put_together(mut self) -> Result<Image, ArchiveError> {
        let (config, layers) = match self.texts.get("manifest.json") {
            Some(text) => {
                let manifests: Vec<Manifest> = serde_json::from_slice(text)
                    .map_err(|error| ArchiveError::Read(format!("manifest.json: {error}")))?;
                let manifest = manifests
                    .into_iter()
                    .next()
                    .ok_or_else(|| ArchiveError::Missing(say!("image in manifest.json").to_owned()))?;
                (manifest.config, manifest.layers)
            }
            None => self.by_index()?,
        };
        let text = self
            .texts
            .get(&config)
            .ok_or(ArchiveError::Missing(say!("configuration `{config}`"; config)))?;
        let config =
            Config::parse(text).ok_or_else(|| ArchiveError::Read(say!("its configuration is none").to_owned()))?;
        let mut made_by = config.history.iter().filter(|entry| !entry.empty_layer);
        let mut found = Vec::with_capacity(layers.len());
        let mut uses: BTreeMap<&String, usize> = BTreeMap::new();
        for path in &layers {
            *uses.entry(self.resolve(path)).or_default() += 1;
        }
        let mut uses: BTreeMap<String, usize> = uses.into_iter().map(|(path, count)| (path.clone(), count)).collect();
        for (index, path) in layers.iter().enumerate() {
            let path = self.resolve(path).clone();
            let last_use = uses.get_mut(&path).is_none_or(|count| {
                *count -= 1;
                *count == 0
            });
            let layer = if last_use {
                self.layers.remove(&path)
            } else {
                self.layers.get(&path).cloned()
            };
            let mut layer = layer.ok_or(ArchiveError::Missing(say!("layer `{path}`"; path)))?;
            layer.diff_id = config.diff_ids.get(index).cloned().unwrap_or_default();
            layer.created_by = made_by.next().map(|entry| entry.created_by.clone()).unwrap_or_default();
            found.push(layer);
        }
        Ok(Image { config, layers: found })
    }

    /// A path with links followed, at most eight of them.
    fn resolve<'a>(&'a self, path: &'a String) -> &'a String {
        let mut path = path;
        for _ in 0..8 {
            match self.links.get(path) {
                Some(target) => path = target,
                None => break,
            }
        }
        path
    }

    /// The configuration and layers of an OCI layout without manifest.json.
    fn by_index(&self) -> Result<(String, Vec<String>), ArchiveError> {
        let blob = |digest: &str| format!("blobs/{}", digest.replace(':', "/"));
        let mut text = self
            .texts
            .get("index.json")
            .ok_or(ArchiveError::Missing(say!("manifest.json or index.json").to_owned()))?;
        // An index may name another index; the first image that is there is taken.
        for _ in 0..4 {
            if let Ok(manifest) = serde_json::from_slice::<OciManifest>(text) {
                return Ok((
                    blob(&manifest.config.digest),
                    manifest.layers.iter().map(|layer| blob(&layer.digest)).collect(),
                ));
            }
            let index: OciIndex =
                serde_json::from_slice(text).map_err(|error| ArchiveError::Read(format!("index.json: {error}")))?;
            text = index
                .manifests
                .iter()
                .find_map(|manifest| self.texts.get(&blob(&manifest.digest)))
                .ok_or(ArchiveError::Missing("manifest".to_owned()))?;
        }
        Err(ArchiveError::Missing("manifest".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{EntryKind, Tree};

    fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, data) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(data.len() as u64);
            header.set_mode(0o644);
            let name = header.as_gnu_mut().unwrap();
            name.name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            builder.append(&header, *data).unwrap();
        }
        builder.into_inner().unwrap()
    }

    const CONFIG: &[u8] = br#"{"architecture":"amd64","os":"linux","config":{"Env":["A=b"],"WorkingDir":"/server"},
        "rootfs":{"type":"layers","diff_ids":["sha256:1","sha256:2"]},
        "history":[{"created_by":"ADD x"},{"created_by":"ENV A=b","empty_layer":true},{"created_by":"RUN y"}]}"#;

    fn image(second: &[u8], compress: bool) -> Vec<u8> {
        use std::io::Write;
        let first = tar_of(&[("a/x", b"12345"), ("b", b"1")]);
        let second = if compress {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(second).unwrap();
            encoder.finish().unwrap()
        } else {
            second.to_vec()
        };
        tar_of(&[
            ("one/layer.tar", &first),
            ("two/layer.tar", &second),
            ("config.json", CONFIG),
            (
                "manifest.json",
                br#"[{"Config":"config.json","Layers":["one/layer.tar","two/layer.tar"]}]"#,
            ),
        ])
    }

    fn wanted() -> Wanted {
        Wanted {
            contents: ["a/x".to_owned()].into(),
        }
    }

    #[test]
    fn layers_are_read_in_the_manifests_order() {
        for compress in [false, true] {
            let second = tar_of(&[("a/.wh.x", b""), ("c", b"123")]);
            let found = read(image(&second, compress).as_slice(), &wanted(), &Limits::default()).unwrap();
            assert_eq!(found.config.working_dir, "/server");
            assert_eq!(found.layers[0].bytes, 6);
            assert_eq!(found.layers[0].kept["a/x"], b"12345");
            assert_eq!(found.layers[1].created_by, "RUN y");
            assert_eq!(found.layers[1].entries[0].kind, EntryKind::Whiteout);
            let tree = Tree::merge(&found.layers);
            assert!(tree.get("a/x").is_none());
            assert!(tree.get("b").is_some());
        }
    }

    #[test]
    fn hostile_paths_are_left_out_and_counted() {
        let second = tar_of(&[("../../etc/passwd", b"x"), ("/abs", b"y")]);
        let found = read(image(&second, false).as_slice(), &wanted(), &Limits::default()).unwrap();
        assert_eq!(found.layers[1].refused, 1);
        assert_eq!(found.layers[1].entries[0].path, "abs");
    }

    #[test]
    fn a_stream_that_breaks_off_is_an_error() {
        let whole = image(&tar_of(&[("c", b"123")]), false);
        for end in [1, 700, 2000, whole.len() / 2] {
            assert!(read(&whole[..end], &wanted(), &Limits::default()).is_err(), "{end}");
        }
        let limits = Limits {
            entries: 1,
            ..Limits::default()
        };
        assert_eq!(
            read(whole.as_slice(), &wanted(), &limits),
            Err(ArchiveError::TooLarge("entries"))
        );
    }
}
