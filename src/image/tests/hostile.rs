//! Archives that were made to do harm, or broke: refused or bounded, never followed, never a panic.

use std::io::{Read, repeat};

use crate::image::{
    Analysis, ArchiveError, Image, KeptFiles, Limits, Tree, read, read_file, read_for,
    tests::maker::{
        Made, amd64, docker_archive, docker_archive_of, entries, for_platform, oci_archive, packed, raw, read_all_ways,
        sum, tar, tar_of,
    },
};

fn ways(archive: &[u8], limits: &Limits) -> [Result<Image, ArchiveError>; 2] {
    let wanted = KeptFiles::default();
    [
        read_for(archive, &wanted, limits, &amd64()),
        read_file(archive, archive.len() as u64, &wanted, limits, &amd64()),
    ]
}

#[test]
fn paths_that_lead_outside_are_left_out_and_counted() {
    let layer = "../../etc/passwd:1 /abs:2 a/../../b:4 ok:8 l->../../../etc/shadow h=>../../outside h2=>/abs";
    for image in read_all_ways(&docker_archive(&[entries(layer)])) {
        assert_eq!(image.layers[0].refused, 3);
        let paths: Vec<&str> = image.layers[0]
            .entries
            .iter()
            .map(|entry| entry.path.as_str())
            .collect();
        assert_eq!(paths, ["abs", "ok", "l", "h2"]);
    }
    let manifest = br#"[{"Config":"../../etc/passwd","Layers":[]}]"#;
    for found in ways(&tar_of(&[("manifest.json", manifest)]), &Limits::default()) {
        assert!(found.unwrap_err().to_string().contains("is outside the archive"));
    }
    let index = br#"{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}"#;
    for found in ways(&tar_of(&[("index.json", index)]), &Limits::default()) {
        assert!(found.unwrap_err().to_string().contains("is not a digest"));
    }
}

#[test]
fn an_archive_that_breaks_off_anywhere_is_an_error_or_whole() {
    let layers = [entries("a/ a/f:1000 b:3"), entries("!b c:2000")];
    for archive in [
        docker_archive(&layers),
        oci_archive(&layers, "gzip"),
        oci_archive(&layers, "zstd"),
    ] {
        let whole = ways(&archive, &Limits::default())[0].clone().unwrap();
        for end in (0..archive.len()).step_by(397) {
            for found in ways(&archive[..end], &Limits::default()) {
                // Zeros at the end may be missing, nothing else.
                assert!(found.is_err() || found.as_ref() == Ok(&whole), "{end}");
            }
        }
    }
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    // The layer's member ends long before the file that it claims to hold.
    let layer = [raw(b"f", b'0', 1 << 40, b"", 0o644, b"x"), vec![0; 1024]].concat();
    for found in ways(&docker_archive_of(&[layer]), &Limits::default()) {
        assert!(found.unwrap_err().to_string().contains("ends early"));
    }
    let layer = [raw(b"f", b'0', u64::MAX >> 2, b"", 0o644, b"x"), vec![0; 1024]].concat();
    for found in ways(&docker_archive_of(&[layer]), &Limits::default()) {
        assert!(found.is_err());
    }
    // A sparse file of 8 EB of which nothing is stored, as GNU tar writes one.
    let mut header = raw(b"sparse", b'S', 0, b"", 0o644, b"");
    let block: &mut [u8; 512] = header.first_chunk_mut().unwrap();
    block[345..].fill(0);
    block[483] = 0x80;
    block[487..495].copy_from_slice(&(u64::MAX >> 1).to_be_bytes());
    sum(block);
    header.resize(header.len() + 1024, 0);
    for found in ways(&docker_archive_of(&[header]), &Limits::default()) {
        assert_eq!(found, Err(ArchiveError::TooLarge("bytes in one file")));
    }
    let record = b"39 GNU.sparse.realsize=99999999999999999\n";
    let layer = [
        raw(b"x", b'x', record.len() as u64, b"", 0, record),
        raw(b"f", b'0', 0, b"", 0o644, b""),
        vec![0; 1024],
    ]
    .concat();
    for found in ways(&docker_archive_of(&[layer]), &Limits::default()) {
        assert!(found.is_ok() || found == Err(ArchiveError::TooLarge("bytes in one file")));
    }
}

#[test]
fn what_an_archive_may_cost_is_bounded() {
    let layers = [entries("a:1 b:1 c:1"), entries("d:1")];
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    for (limits, what) in [
        (limits(|limits| limits.entries = 3), "entries"),
        (limits(|limits| limits.layers = 1), "layers"),
        (limits(|limits| limits.names = 3), "bytes of names"),
    ] {
        for found in ways(&docker_archive(&layers), &limits) {
            assert_eq!(found, Err(ArchiveError::TooLarge(what)));
        }
    }
    // One layer named 400 times is read, or copied, within the same bounds.
    let names = vec!["l.tar"; 400];
    let manifest = serde_json::json!([{ "Config": "c.json", "Layers": names }]).to_string();
    let config = br#"{"rootfs":{"diff_ids":[]}}"#;
    let files = [
        ("l.tar", tar(&entries("a:1 b:1 c:1"))),
        ("c.json", config.to_vec()),
        ("manifest.json", manifest.into_bytes()),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, data)| (*name, data.as_slice())).collect();
    for found in ways(&tar_of(&files), &limits(|limits| limits.entries = 600)) {
        assert_eq!(found, Err(ArchiveError::TooLarge("entries")));
    }
    // A name that goes on for ever.
    let header = raw(b"f", b'L', 1 << 32, b"", 0, b"");
    let long = header.as_slice().chain(repeat(b'x').take(1 << 32));
    let found = read(long, &KeptFiles::default(), &Limits::default());
    assert_eq!(found, Err(ArchiveError::TooLarge("bytes in one name")));
}

/// Where removing looks at more than what it removes this takes hours.
#[test]
fn many_entries_and_whiteouts_take_no_more_than_their_share() {
    let name = |index: u32| format!("d{}/f{index}", index / 100);
    let file = |path: String| Made {
        path,
        kind: b'0',
        size: 0,
        link: String::new(),
        mode: 0o644,
    };
    let base: Vec<Made> = (0..40_000).map(|index| file(name(index))).collect();
    let gone: Vec<Made> = (0..20_000)
        .map(|index| entries(&format!("!{}", name(index * 2))).remove(0))
        .collect();
    let stray: Vec<Made> = (0..20_000)
        .map(|index| entries(&format!("!no/such/{index}")).remove(0))
        .collect();
    let image = read_all_ways(&docker_archive(&[base, gone, stray])).next().unwrap();
    let found = Analysis::of(&image);
    assert_eq!(found.paths, 20_000);
    assert_eq!(found.layers[1].removed, 20_000);
    assert_eq!(found.layers[2].removed, 0);
}

#[test]
fn whiteouts_and_links_in_circles_come_to_an_end() {
    let layers = [
        entries("a=>b b=>a c=>c f:5 l->l d/ d/e->.. !f .wh.:3 d/.wh...:3 d/.wh..:3"),
        entries("!a !a a/ a/b=>a !. d/** d/d/** !d"),
        entries("f/x:1 f/x/y:2 f:3 !f/x"),
    ];
    for image in read_all_ways(&docker_archive(&layers)) {
        let found = Analysis::of(&image);
        assert_eq!(found.stored, found.hidden + found.visible);
        assert!(Tree::merge(&image.layers).get("f").is_some());
    }
    // Members of the archive that link to each other.
    let mut archive = raw(b"1/layer.tar", b'2', 0, b"../2/layer.tar", 0o777, b"");
    archive.extend(raw(b"2/layer.tar", b'2', 0, b"../1/layer.tar", 0o777, b""));
    let manifest = br#"[{"Config":"c.json","Layers":["1/layer.tar"]}]"#;
    archive.extend(tar_of(&[("c.json", br#"{"rootfs":{}}"#), ("manifest.json", manifest)]));
    for found in ways(&archive, &Limits::default()) {
        assert!(matches!(found, Err(ArchiveError::Missing(_))));
    }
    // An index that names itself.
    let index = br#"{"manifests":[{"digest":"sha256:aa"},{"digest":"sha256:aa"}]}"#;
    let archive = tar_of(&[("index.json", index), ("blobs/sha256/aa", index)]);
    for found in ways(&archive, &Limits::default()) {
        assert!(matches!(found, Err(ArchiveError::TooLarge(_))));
    }
}

#[test]
fn compressed_bombs_are_read_through_and_never_kept() {
    // 64 MB of zeros in one file; the layer is some 64 kB.
    let made = Made {
        path: "zeros".to_owned(),
        kind: b'0',
        size: 64 << 20,
        link: String::new(),
        mode: 0o644,
    };
    let bomb = packed(&tar(&[made]), "gzip");
    for image in read_all_ways(&docker_archive_of(&[bomb])) {
        assert_eq!(image.layers[0].bytes, 64 << 20);
    }
}

#[test]
fn names_that_are_no_utf8_stay_apart_and_long_ones_are_whole() {
    let layer = [
        raw(b"a b\xff", b'0', 1, b"", 0o644, b"x"),
        raw(b"a b\xfe", b'0', 1, b"", 0o644, b"x"),
        vec![0; 1024],
    ]
    .concat();
    for image in read_all_ways(&docker_archive_of(&[layer])) {
        assert_eq!(Analysis::of(&image).hidden, 0);
        assert_eq!(image.layers[0].entries[0].path, "a b\\xff");
    }
    let long = format!("{}/f:1", "d/".repeat(80));
    let deep = format!("{}/f:1", "d/".repeat(2000));
    for image in read_all_ways(&docker_archive(&[entries(&format!("{long} {deep}"))])) {
        assert_eq!(image.layers[0].entries[0].path.len(), 161);
        assert_eq!(image.layers[0].refused, 1);
    }
}

#[test]
fn an_index_is_followed_to_the_platform_that_is_asked_for() {
    let archive = oci_archive(&[entries("a:1")], "zstd");
    let asked = |platform: &str| {
        read_file(
            archive.as_slice(),
            archive.len() as u64,
            &KeptFiles::default(),
            &Limits::default(),
            &for_platform(platform),
        )
    };
    assert_eq!(asked("linux/amd64").unwrap().layers.len(), 1);
    assert!(matches!(asked("linux/s390x"), Err(ArchiveError::Missing(_))));
    let found = asked("linux/riscv64").unwrap_err();
    assert_eq!(
        found.to_string(),
        "the archive has no image for linux/riscv64; it has linux/s390x, linux/amd64"
    );
}
