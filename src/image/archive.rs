//! Archives as `docker save` writes them, read as a stream in one pass.
//!
//! Four layouts are known: the one of engines before 25 (`<id>/layer.tar`, `manifest.json` last, equal layers as links),
//! the OCI one with `manifest.json` beside it (25 and later), the same from containerd's store with compressed blobs,
//! and Podman's. Members are told apart by what they begin with, and put together by `manifest.json`, or by
//! `index.json` where there is none.

use std::{collections::BTreeMap, io::Read};

use serde::{Deserialize, Serialize};

use crate::image::{
    config::Config,
    content::{Content, Peeked, decoded},
    error::ArchiveError,
    history::made_by,
    layer::Layer,
    limits::{Budget, JSON_LIMIT, JSON_LIMIT_TOGETHER, KeptFiles, Limits, MEMBER_LIMIT},
    manifest::{Choice, Manifest, choose},
    members::Members,
    path::{link_target, normal, resolve, text_of},
    source::Stream,
};

/// An image as its archive tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its configuration.
    pub config: Config,
    /// Its layers, base first.
    pub layers: Vec<Layer>,
}

/// Reads an archive of one image from a stream, in one pass. Nothing is hashed: layers are put in place by the manifest.
///
/// # Errors
/// When the stream breaks off, is no archive of an image, or is beyond the limits.
pub fn read<R: Read>(archive: R, wanted: &KeptFiles, limits: &Limits) -> Result<Image, ArchiveError> {
    read_for(archive, wanted, limits, &Choice::default())
}

/// Reads an archive as [`read`] does; of several images in it the one that is chosen.
///
/// # Errors
/// As [`read`].
pub fn read_for<R: Read>(
    archive: R,
    wanted: &KeptFiles,
    limits: &Limits,
    choice: &Choice,
) -> Result<Image, ArchiveError> {
    let mut found = Parts {
        layers: BTreeMap::new(),
        texts: BTreeMap::new(),
        links: BTreeMap::new(),
        unread: BTreeMap::new(),
        budget: limits.budget(),
    };
    let mut texts_left = JSON_LIMIT_TOGETHER;
    let mut members = Members::new(Stream(archive));
    while let Some(member) = members.next()? {
        let Some(path) = normal(&text_of(&member.path)) else {
            continue;
        };
        if matches!(member.kind, b'1' | b'2') {
            if found.links.len() < MEMBER_LIMIT {
                let target = link_target(&path, member.kind, &text_of(&member.link));
                found.links.insert(path, target);
            }
            continue;
        }
        if !matches!(member.kind, 0 | b'0') {
            continue;
        }
        let mut part = Peeked::new(&mut members)?;
        match part.content(member.size) {
            Content::Json if member.size <= JSON_LIMIT.min(texts_left) && found.texts.len() < MEMBER_LIMIT => {
                texts_left -= member.size;
                let mut text = Vec::new();
                part.read_to_end(&mut text).map_err(ArchiveError::read)?;
                found.texts.insert(path, text);
            }
            Content::Json => {}
            Content::Other => {
                if let Some(error) = part.unread()
                    && found.unread.len() < MEMBER_LIMIT
                {
                    found.unread.insert(path, error);
                }
            }
            content => {
                if found.layers.len() >= limits.layers {
                    return Err(ArchiveError::TooLarge("layers"));
                }
                let layer = decoded(part, content, &wanted.contents, &found.budget)?;
                found.layers.insert(path, layer);
            }
        }
    }
    found.put_together(choice, limits)
}

struct Parts {
    layers: BTreeMap<String, Layer>,
    texts: BTreeMap<String, Vec<u8>>,
    links: BTreeMap<String, String>,
    /// Parts in a compression that is not read.
    unread: BTreeMap<String, ArchiveError>,
    budget: Budget,
}

impl Parts {
    fn put_together(mut self, choice: &Choice, limits: &Limits) -> Result<Image, ArchiveError> {
        let Manifest { config, layers } = choose(choice, limits, &mut |path| Ok(self.texts.get(path).cloned()))?;
        let text = self
            .texts
            .get(resolve(&self.links, &config))
            .ok_or(ArchiveError::Missing(say!("configuration `{config}`"; config)))?;
        let config =
            Config::parse(text).ok_or_else(|| ArchiveError::Read(say!("its configuration is invalid").to_owned()))?;
        let mut found = Vec::with_capacity(layers.len());
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for path in &layers {
            *uses.entry(resolve(&self.links, path).to_owned()).or_default() += 1;
        }
        for path in &layers {
            let path = resolve(&self.links, path);
            let last_use = uses.get_mut(path).is_none_or(|count| {
                *count -= 1;
                *count == 0
            });
            let layer = if last_use {
                self.layers.remove(path)
            } else {
                let layer = self.layers.get(path).cloned();
                // A copy costs what the layer cost.
                if let Some(layer) = &layer {
                    let names = layer.entries.iter().map(|entry| entry.path.len() as u64).sum();
                    self.budget.take(layer.entries.len(), names)?;
                }
                layer
            };
            found.push(match layer {
                Some(layer) => layer,
                None => {
                    let missing = || ArchiveError::Missing(say!("layer `{path}`"; path));
                    return Err(self.unread.remove(path).unwrap_or_else(missing));
                }
            });
        }
        Ok(Image::of(config, found))
    }
}

impl Image {
    /// Gives each layer the id and the history that the configuration has for it.
    pub(super) fn of(config: Config, layers: Vec<Layer>) -> Self {
        let mut image = Self { config, layers };
        for (index, layer) in image.layers.iter_mut().enumerate() {
            layer.diff_id = image.config.diff_ids.get(index).cloned().unwrap_or_default();
        }
        image.tell_history(0);
        image
    }

    /// Gives each layer what the history tells of it; its first `base` layers are known to be the base image's.
    pub fn tell_history(&mut self, base: usize) {
        let made_by = made_by(&self.config.history, self.layers.len(), base);
        for (layer, made_by) in self.layers.iter_mut().zip(made_by) {
            made_by.clone_into(&mut layer.created_by);
        }
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

    fn wanted() -> KeptFiles {
        KeptFiles {
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
