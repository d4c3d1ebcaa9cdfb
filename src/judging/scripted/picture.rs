//! Images for a scripted engine: what it says of them, and their archive.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{engine::port::ImageFacts, image::Config};

/// A layer: the instruction that made it, as a history tells it, and its files.
#[derive(Debug, Clone, Hash)]
pub(crate) struct Layer {
    created_by: String,
    files: Vec<(String, String)>,
}

impl Layer {
    pub(crate) fn new(created_by: &str, files: &[(&str, &str)]) -> Self {
        Self {
            created_by: created_by.to_owned(),
            files: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    /// The same layer has the same id in every image.
    fn diff_id(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        format!("sha256:{:016x}", hasher.finish())
    }

    fn tar(&self) -> Vec<u8> {
        tar_of(self.files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())))
    }
}

/// An image on a scripted engine, or in its registry.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) facts: ImageFacts,
    pub(crate) archive: Vec<u8>,
}

/// An image of these layers; its size is the sum of its files'.
pub(crate) fn picture(mut config: Config, layers: &[Layer]) -> Picture {
    let ids: Vec<String> = layers.iter().map(Layer::diff_id).collect();
    let mut hasher = DefaultHasher::new();
    (&ids, &config.env, &config.labels, &config.cmd).hash(&mut hasher);
    let written = serde_json::json!({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": ids },
        "history": layers.iter().map(|layer| serde_json::json!({ "created_by": layer.created_by })).collect::<Vec<_>>(),
    })
    .to_string();
    config.diff_ids = ids;
    let names: Vec<String> = (0..layers.len()).map(|index| format!("{index}/layer.tar")).collect();
    let manifest = serde_json::json!([{ "Config": "config.json", "RepoTags": [], "Layers": names }]).to_string();
    let tars: Vec<Vec<u8>> = layers.iter().map(Layer::tar).collect();
    let files = [
        ("config.json", written.as_bytes()),
        ("manifest.json", manifest.as_bytes()),
    ];
    let layers_of = names.iter().map(String::as_str).zip(tars.iter().map(Vec::as_slice));
    Picture {
        facts: ImageFacts {
            id: format!("sha256:{:016x}", hasher.finish()),
            size: layers
                .iter()
                .flat_map(|layer| &layer.files)
                .map(|(_, text)| text.len() as u64)
                .sum(),
            created: "2026-01-01T00:00:00Z".to_owned(),
            config,
            ..ImageFacts::default()
        },
        archive: tar_of(files.into_iter().chain(layers_of)),
    }
}

fn tar_of<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes).unwrap();
    }
    tar.into_inner().unwrap()
}
