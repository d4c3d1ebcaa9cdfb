//! Images made for tests: layers in a short notation, archives in every layout.

use std::io::Write as _;

use crate::image::{Choice, Image, KeptFiles, Limits, Platform, read_file, read_for};

/// An entry: path as it stands in the tar, type, size, link, mode.
#[derive(Debug, Clone)]
pub(in crate::image) struct Made {
    pub(in crate::image) path: String,
    pub(in crate::image) kind: u8,
    pub(in crate::image) size: u64,
    pub(in crate::image) link: String,
    pub(in crate::image) mode: u32,
}

/// Reads `d/` (a folder), `f:10` and `f:10@755` (files), `h=>f` (a hard link), `s->f` (a symbolic one), `!f` (a
/// whiteout), `d/**` (an opaque folder).
pub(in crate::image) fn entries(text: &str) -> Vec<Made> {
    text.split_whitespace().map(entry).collect()
}

fn entry(word: &str) -> Made {
    let made = |path: &str, kind: u8, mode: u32| Made {
        path: path.to_owned(),
        kind,
        size: 0,
        link: String::new(),
        mode,
    };
    if let Some(path) = word.strip_prefix('!') {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let slash = if folder.is_empty() { "" } else { "/" };
        made(&format!("{folder}{slash}.wh.{name}"), b'0', 0o644)
    } else if let Some(folder) = word.strip_suffix("/**") {
        made(&format!("{folder}/.wh..wh..opq"), b'0', 0o644)
    } else if word.ends_with('/') {
        made(word, b'5', 0o755)
    } else if let Some((path, target)) = word.split_once("=>") {
        Made {
            link: target.to_owned(),
            ..made(path, b'1', 0o644)
        }
    } else if let Some((path, target)) = word.split_once("->") {
        Made {
            link: target.to_owned(),
            ..made(path, b'2', 0o777)
        }
    } else {
        let (path, rest) = word.split_once(':').unwrap();
        let (size, mode) = rest.split_once('@').unwrap_or((rest, "644"));
        Made {
            size: size.parse().unwrap(),
            ..made(path, b'0', u32::from_str_radix(mode, 8).unwrap())
        }
    }
}

/// One header and its contents, whatever they say.
pub(in crate::image) fn raw(path: &[u8], kind: u8, claimed: u64, link: &[u8], mode: u32, data: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 512];
    let put = |block: &mut [u8; 512], at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(&mut block, 0, &path[..path.len().min(100)]);
    put(&mut block, 100, format!("{mode:07o}").as_bytes());
    put(&mut block, 108, b"0000000\0");
    put(&mut block, 116, b"0000000\0");
    if claimed < 1 << 33 {
        put(&mut block, 124, format!("{claimed:011o}").as_bytes());
    } else {
        put(&mut block, 128, &claimed.to_be_bytes());
        block[124] = 0x80;
    }
    put(&mut block, 136, b"00000000000");
    block[156] = kind;
    put(&mut block, 157, &link[..link.len().min(100)]);
    put(&mut block, 257, b"ustar\x0000");
    sum(&mut block);
    let mut bytes = block.to_vec();
    bytes.extend_from_slice(data);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// Puts the right sum into a header.
pub(in crate::image) fn sum(block: &mut [u8; 512]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A tar of entries.
pub(in crate::image) fn tar(layer: &[Made]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for made in layer {
        if made.path.len() > 100 {
            let name = [made.path.as_bytes(), b"\0"].concat();
            bytes.extend(raw(b"././@LongLink", b'L', name.len() as u64, b"", 0, &name));
        }
        let data = vec![b'x'; usize::try_from(made.size).unwrap()];
        let (path, link) = (made.path.as_bytes(), made.link.as_bytes());
        bytes.extend(raw(path, made.kind, made.size, link, made.mode, &data));
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// A tar of files.
pub(in crate::image) fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (path, data) in files {
        bytes.extend(raw(path.as_bytes(), b'0', data.len() as u64, b"", 0o644, data));
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn config(layers: usize) -> String {
    let ids: Vec<String> = (0..layers).map(|layer| format!("sha256:{layer}")).collect();
    let history: Vec<_> = (0..layers)
        .map(|layer| serde_json::json!({ "created_by": format!("/bin/sh -c layer{layer}") }))
        .collect();
    serde_json::json!({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": ids }, "history": history,
    })
    .to_string()
}

/// The layout of engines before 25: the manifest last.
pub(in crate::image) fn docker_archive(layers: &[Vec<Made>]) -> Vec<u8> {
    docker_archive_of(&layers.iter().map(|layer| tar(layer)).collect::<Vec<_>>())
}

/// As [`docker_archive`], of tars.
pub(in crate::image) fn docker_archive_of(tars: &[Vec<u8>]) -> Vec<u8> {
    let names: Vec<String> = (0..tars.len()).map(|index| format!("{index}abc/layer.tar")).collect();
    let manifest =
        serde_json::json!([{ "Config": "abc.json", "RepoTags": ["lab/case:1"], "Layers": names }]).to_string();
    let config = config(tars.len());
    let mut files: Vec<(&str, &[u8])> = vec![("abc.json", config.as_bytes())];
    files.extend(
        names
            .iter()
            .zip(tars)
            .map(|(name, tar)| (name.as_str(), tar.as_slice())),
    );
    files.push(("manifest.json", manifest.as_bytes()));
    tar_of(&files)
}

/// An OCI layout without manifest.json, behind an index of two platforms; its blobs are in no helpful order.
pub(in crate::image) fn oci_archive(layers: &[Vec<Made>], compression: &str) -> Vec<u8> {
    let blobs: Vec<Vec<u8>> = layers.iter().map(|layer| packed(&tar(layer), compression)).collect();
    let of: Vec<_> = (0..blobs.len())
        .map(|index| serde_json::json!({ "digest": format!("sha256:{:02}", 99 - index), "mediaType": "layer" }))
        .collect();
    let config = config(layers.len());
    let manifest = serde_json::json!({ "config": { "digest": "sha256:c0" }, "layers": of }).to_string();
    let other = serde_json::json!({ "config": { "digest": "sha256:c1" }, "layers": [] }).to_string();
    let inner = serde_json::json!({ "manifests": [
        { "digest": "sha256:a7", "platform": { "os": "unknown", "architecture": "unknown" } },
        { "digest": "sha256:d1", "platform": { "os": "linux", "architecture": "s390x" } },
        { "digest": "sha256:d0", "platform": { "os": "linux", "architecture": "amd64" } },
    ] })
    .to_string();
    let outer = serde_json::json!({ "manifests": [{ "digest": "sha256:e0" }] }).to_string();
    let names: Vec<String> = (0..blobs.len())
        .map(|index| format!("blobs/sha256/{:02}", 99 - index))
        .collect();
    let mut files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&blobs)
        .map(|(name, blob)| (name.as_str(), blob.as_slice()))
        .collect();
    files.extend([
        ("blobs/sha256/c0", config.as_bytes()),
        ("blobs/sha256/d0", manifest.as_bytes()),
        ("blobs/sha256/d1", other.as_bytes()),
        ("blobs/sha256/e0", inner.as_bytes()),
        ("index.json", outer.as_bytes()),
        ("oci-layout", b"{}"),
    ]);
    tar_of(&files)
}

/// Bytes in a wrapping; zstd's as one raw frame, which needs no compressor.
pub(in crate::image) fn packed(bytes: &[u8], compression: &str) -> Vec<u8> {
    match compression {
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "zstd" => ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest),
        _ => bytes.to_vec(),
    }
}

/// The choice of the image for the platform that the archives above are for.
pub(in crate::image) fn amd64() -> Choice {
    for_platform("linux/amd64")
}

pub(in crate::image) fn for_platform(platform: &str) -> Choice {
    Choice {
        platform: Platform::parse(platform).unwrap(),
        ..Choice::default()
    }
}

/// The image in an archive, read as a stream and by seeking.
pub(in crate::image) fn read_all_ways(archive: &[u8]) -> impl Iterator<Item = Image> {
    let (wanted, limits) = (KeptFiles::default(), Limits::default());
    let streamed = read_for(archive, &wanted, &limits, &amd64()).unwrap();
    let sought = read_file(archive, archive.len() as u64, &wanted, &limits, &amd64()).unwrap();
    assert_eq!(streamed, sought);
    [streamed, sought].into_iter()
}
