//! A course as an artifact in a registry (image-spec 1.1, "Guidelines for Artifact Usage"): a manifest with our
//! `artifactType`, the empty config, and one layer, a tar archive with gzip, with the annotations by which the `oras` client
//! unpacks a folder.

use serde::Deserialize;
use serde_json::json;

use crate::course::{
    digest::{hex_of, sha256},
    task::Course,
};

/// The type of our artifacts.
pub const ARTIFACT_TYPE: &str = "application/vnd.dockerlab.course.v1";
/// The config that says nothing (image-spec 1.1): its bytes and its type.
pub const EMPTY: &[u8] = b"{}";
const EMPTY_TYPE: &str = "application/vnd.oci.empty.v1+json";
const LAYER_TYPE: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// The media type of our manifests.
pub const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
/// The largest layer that is taken, in bytes.
pub const LAYER_LIMIT: u64 = 64 * 1024 * 1024;
/// Fixed, so that the same course has the same digest whenever it is pushed.
const CREATED: &str = "1970-01-01T00:00:00Z";

/// The layer of a course: compressed, and the archive in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// A tar archive, compressed with gzip.
    pub compressed: Vec<u8>,
    /// The SHA-256 of the archive itself, `sha256:…`.
    pub archive_digest: String,
}

/// The manifest of a course with this layer: the same bytes for the same course.
pub fn manifest(course: &Course, layer: &Layer) -> Vec<u8> {
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "artifactType": ARTIFACT_TYPE,
        "config": { "mediaType": EMPTY_TYPE, "digest": sha256(EMPTY), "size": EMPTY.len(), "data": "e30=" },
        "layers": [{
            "mediaType": LAYER_TYPE,
            "digest": sha256(&layer.compressed),
            "size": layer.compressed.len(),
            "annotations": {
                "io.deis.oras.content.digest": layer.archive_digest,
                "io.deis.oras.content.unpack": "true",
                "org.opencontainers.image.title": course.id,
            },
        }],
        "annotations": {
            "org.opencontainers.image.created": CREATED,
            "org.opencontainers.image.title": course.title,
            "org.opencontainers.image.version": course.version,
        },
    });
    manifest.to_string().into_bytes()
}

/// What a manifest says of its layer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LayerDescriptor {
    /// Its digest.
    pub digest: String,
    /// Its size in bytes.
    pub size: u64,
    #[serde(rename = "mediaType")]
    media_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    #[serde(default)]
    media_type: String,
    artifact_type: Option<String>,
    config: Option<Config>,
    #[serde(default)]
    layers: Vec<LayerDescriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    media_type: String,
}

/// Reads a manifest, which anybody may have written.
///
/// # Errors
/// Why it is not a course's, the end of a sentence.
pub fn layer_of(manifest: &[u8]) -> Result<LayerDescriptor, String> {
    let read: Read =
        serde_json::from_slice(manifest).map_err(|error| say!("its manifest is damaged: {error}"; error))?;
    if !read.media_type.is_empty() && read.media_type != MANIFEST_TYPE {
        return Err(say!("it is of the kind `{}`", read.media_type));
    }
    // Clients of before image-spec 1.1 say it by the config's type.
    let kind = read
        .artifact_type
        .or_else(|| read.config.map(|config| config.media_type))
        .unwrap_or_default();
    if kind != ARTIFACT_TYPE {
        return Err(say!("it is of the kind `{kind}`"; kind));
    }
    let [layer] = <[LayerDescriptor; 1]>::try_from(read.layers)
        .map_err(|layers| say!("it has {} layers, not one", layers.len()))?;
    if layer.media_type != LAYER_TYPE {
        return Err(say!("its layer is of the kind `{}`", layer.media_type));
    }
    if hex_of(&layer.digest).is_none() {
        return Err(say!("the digest of its layer is malformed").to_owned());
    }
    if layer.size > LAYER_LIMIT {
        return Err(say!("it is larger than {} MB", LAYER_LIMIT / 1_000_000));
    }
    Ok(layer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn layer() -> Layer {
        Layer {
            compressed: b"compressed".to_vec(),
            archive_digest: sha256(b"archive"),
        }
    }

    #[test]
    fn a_manifest_is_the_same_each_time_and_says_where_its_layer_is() {
        let course = Course::embedded(Language::ENGLISH).unwrap();
        let bytes = manifest(&course, &layer());
        assert_eq!(bytes, manifest(&course, &layer()));
        let found = layer_of(&bytes).unwrap();
        assert_eq!((found.digest, found.size), (sha256(b"compressed"), 10));
        // image-spec's own figures for the empty descriptor.
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
    }

    #[test]
    fn what_is_no_course_is_told() {
        let course = Course::embedded(Language::ENGLISH).unwrap();
        let good: serde_json::Value = serde_json::from_slice(&manifest(&course, &layer())).unwrap();
        let with = |path: &str, value: serde_json::Value| {
            let mut changed = good.clone();
            *changed.pointer_mut(path).unwrap() = value;
            layer_of(changed.to_string().as_bytes()).unwrap_err()
        };
        let one = good["layers"][0].clone();
        let cases = [
            (
                "/mediaType",
                json!("application/vnd.oci.image.index.v1+json"),
                "image.index",
            ),
            (
                "/artifactType",
                json!("application/vnd.cncf.helm.config.v1+json"),
                "helm",
            ),
            ("/layers", json!([]), "0 layers"),
            ("/layers", json!([one, one]), "2 layers"),
            (
                "/layers/0/mediaType",
                json!("application/vnd.oci.image.layer.v1.tar"),
                "layer.v1.tar",
            ),
            ("/layers/0/digest", json!("sha256:../../x"), "malformed"),
            ("/layers/0/digest", json!("sha512:00"), "malformed"),
            ("/layers/0/size", json!(70_000_000), "larger"),
            ("/layers/0/size", json!(-1), "damaged"),
            ("/layers", json!("x"), "damaged"),
        ];
        for (path, value, told) in cases {
            let why = with(path, value);
            assert!(why.contains(told), "{path}: {why}");
        }
        for bytes in [&b""[..], b"{", b"[]", b"{}", &[0xff; 9]] {
            assert!(layer_of(bytes).is_err());
        }
        let mut older = good.clone();
        older.as_object_mut().unwrap().remove("artifactType");
        older["config"]["mediaType"] = json!(ARTIFACT_TYPE);
        assert!(layer_of(older.to_string().as_bytes()).is_ok());
    }
}
