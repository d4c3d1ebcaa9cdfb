//! Archives of several images: which one is meant, and what is said where that is not clear.

use serde_json::{Value, json};

use crate::image::{
    ArchiveError, Choice, Image, KeptFiles, Limits, read_file, read_for,
    tests::maker::{entries, for_platform, tar, tar_of},
};

/// An image of one layer with one file of so many bytes.
fn parts(bytes: u32) -> [(String, Vec<u8>); 2] {
    let config = json!({ "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{bytes}")] }, "history": [] });
    [
        (format!("blobs/sha256/c{bytes}"), config.to_string().into_bytes()),
        (format!("blobs/sha256/1{bytes}"), tar(&entries(&format!("f:{bytes}")))),
    ]
}

fn packed(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect();
    tar_of(&files)
}

/// As `docker save`: images of so many bytes, each with its tags.
fn saved(images: &[(u32, Value)]) -> Vec<u8> {
    let mut files: Vec<_> = images.iter().flat_map(|(bytes, _)| parts(*bytes)).collect();
    let manifest: Vec<_> = images
        .iter()
        .map(|(bytes, tags)| {
            json!({ "Config": format!("blobs/sha256/c{bytes}"), "RepoTags": tags,
                "Layers": [format!("blobs/sha256/1{bytes}")] })
        })
        .collect();
    files.push(("manifest.json".to_owned(), json!(manifest).to_string().into_bytes()));
    packed(&files)
}

/// An OCI layout: images of so many bytes, each with its platform and annotations.
fn layout(images: &[(u32, &str, Value)]) -> Vec<u8> {
    let mut files: Vec<_> = images.iter().flat_map(|(bytes, ..)| parts(*bytes)).collect();
    let mut manifests = Vec::new();
    for (bytes, platform, annotations) in images {
        let manifest = json!({ "config": { "digest": format!("sha256:c{bytes}") },
            "layers": [{ "digest": format!("sha256:1{bytes}") }] });
        files.push((format!("blobs/sha256/d{bytes}"), manifest.to_string().into_bytes()));
        let mut parts = platform.split('/');
        let mut part = || parts.next().unwrap_or_default();
        let mut descriptor = json!({ "digest": format!("sha256:d{bytes}"), "annotations": annotations });
        if !platform.is_empty() {
            descriptor["platform"] = json!({ "os": part(), "architecture": part(), "variant": part() });
        }
        manifests.push(descriptor);
    }
    let index = json!({ "manifests": manifests }).to_string();
    files.push(("index.json".to_owned(), index.into_bytes()));
    packed(&files)
}

/// The bytes of the image that is found; it is the same by seeking and in a stream.
#[track_caller]
fn found(archive: &[u8], choice: &Choice) -> Result<u64, ArchiveError> {
    let (kept, limits) = (KeptFiles::default(), Limits::default());
    let bytes = |image: Image| image.layers.iter().map(|layer| layer.bytes).sum();
    let sought = read_file(archive, archive.len() as u64, &kept, &limits, choice).map(bytes);
    let streamed = read_for(archive, &kept, &limits, choice).map(bytes);
    assert_eq!(sought, streamed);
    sought
}

fn named(name: &str) -> Choice {
    Choice {
        name: Some(name.to_owned()),
        ..for_platform("linux/amd64")
    }
}

fn several(names: &[&str]) -> Result<u64, ArchiveError> {
    Err(ArchiveError::Several(
        names.iter().map(|name| (*name).to_owned()).collect(),
    ))
}

#[test]
fn an_image_of_a_saved_archive_is_chosen_by_any_of_its_names() {
    let archive = saved(&[
        (1, json!(["app:1", "example.org/team/app:1"])),
        (2, json!(["app:latest"])),
        (3, Value::Null),
        (1, json!(["app:old"])),
    ]);
    for (name, bytes) in [
        ("app:1", 1),
        ("example.org/team/app:1", 1),
        ("docker.io/library/app:1", 1),
        ("app:latest", 2),
        ("app", 2),
        ("app:old", 1),
        ("@2", 3),
        ("@0", 1),
    ] {
        assert_eq!(found(&archive, &named(name)), Ok(bytes), "{name}");
    }
    let names = ["app:1", "example.org/team/app:1", "app:latest", "@2", "app:old"];
    assert_eq!(found(&archive, &Choice::default()), several(&names));
    for name in ["app:2", "@4", "@", "@-1", "", "library/other", "APP"] {
        let error = found(&archive, &named(name)).unwrap_err();
        let has = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(error, ArchiveError::NoImage(name.to_owned(), has));
    }
}

#[test]
fn one_image_needs_no_name_however_many_it_has() {
    for images in [
        vec![(1, json!(["a:1", "b:2"]))],
        vec![(1, json!(["a:1"])), (1, json!(["b:2"]))],
        vec![(1, Value::Null)],
    ] {
        assert_eq!(found(&saved(&images), &Choice::default()), Ok(1), "{images:?}");
    }
    let containerd = |name: &str| json!({ "io.containerd.image.name": name });
    let twice = layout(&[
        (1, "", containerd("docker.io/library/a:1")),
        (1, "", containerd("docker.io/library/b:2")),
    ]);
    assert_eq!(found(&twice, &Choice::default()), Ok(1));
}

#[test]
fn an_image_of_a_layout_is_chosen_by_name_and_platform() {
    let full = |name: &str| {
        let tag = name.rsplit(':').next().unwrap();
        json!({ "io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag })
    };
    let short = |tag: &str| json!({ "org.opencontainers.image.ref.name": tag });
    let archive = layout(&[
        (1, "linux/amd64", full("docker.io/library/app:1")),
        (2, "linux/arm64", full("docker.io/library/app:1")),
        (3, "linux/amd64", short("nightly")),
        (4, "linux/s390x", Value::Null),
    ]);
    let on = |platform: &str, name: Option<&str>| Choice {
        name: name.map(str::to_owned),
        ..for_platform(platform)
    };
    for (platform, name, bytes) in [
        ("linux/amd64", Some("app:1"), 1),
        ("linux/arm64", Some("app:1"), 2),
        ("linux/amd64", Some("nightly"), 3),
        ("linux/arm64", None, 2),
        ("linux/s390x", None, 4),
        // There is no other of that name.
        ("linux/arm64", Some("nightly"), 3),
        ("linux/amd64", Some("@1"), 2),
    ] {
        assert_eq!(found(&archive, &on(platform, name)), Ok(bytes), "{platform} {name:?}");
    }
    assert_eq!(
        found(&archive, &on("linux/amd64", None)),
        several(&["app:1", "nightly"])
    );
    let names = ["app:1", "nightly", "@3"].map(str::to_owned).to_vec();
    assert_eq!(
        found(&archive, &on("linux/amd64", Some("app:2"))),
        Err(ArchiveError::NoImage("app:2".to_owned(), names))
    );
    assert!(matches!(
        found(&archive, &on("linux/riscv64", Some("app:1"))),
        Err(ArchiveError::OtherPlatform(..))
    ));
    // Of a platform's variants the first one is meant, unless one is named.
    let arm = layout(&[(6, "linux/arm/v6", Value::Null), (7, "linux/arm/v7", Value::Null)]);
    assert_eq!(found(&arm, &on("linux/arm", None)), Ok(6));
    assert_eq!(found(&arm, &on("linux/arm/v7", None)), Ok(7));
    // Two of one platform and no name are told by their positions.
    let alike = layout(&[(1, "linux/amd64", Value::Null), (2, "linux/amd64", Value::Null)]);
    assert_eq!(found(&alike, &on("linux/amd64", None)), several(&["@0", "@1"]));
}
