//! What holds of any image, tried on many.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::image::{
    Analysis, EntryKind, Image, KeptFiles, Limits, Tree, read, read_file,
    tests::maker::{Made, docker_archive, entries, read_all_ways},
};

fn path() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop::sample::select(vec!["a", "b", "c", "d-e", "+x"]), 1..4)
        .prop_map(|parts| parts.join("/"))
}

fn made() -> impl Strategy<Value = Made> {
    (path(), path(), 0..9_u8, 0..700_u64).prop_map(|(path, other, kind, size)| {
        let text = match kind {
            0..=3 => format!("{path}:{size}"),
            4 => format!("{path}/"),
            5 => format!("{path}=>{other}"),
            6 => format!("{path}->{other}"),
            7 => format!("!{path}"),
            _ => format!("{path}/**"),
        };
        entries(&text).remove(0)
    })
}

fn layers() -> impl Strategy<Value = Vec<Vec<Made>>> {
    proptest::collection::vec(proptest::collection::vec(made(), 0..12), 1..5)
}

/// The merged file system by the plainest means: every removal looks at every path.
fn plainly(image: &Image) -> BTreeMap<String, (EntryKind, usize)> {
    let mut merged: BTreeMap<String, (EntryKind, usize)> = BTreeMap::new();
    let below = |path: &str, folder: &str| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    for (index, layer) in image.layers.iter().enumerate() {
        for entry in &layer.entries {
            match entry.kind {
                EntryKind::Whiteout => merged.retain(|path, _| *path != entry.path && !below(path, &entry.path)),
                EntryKind::Opaque => merged.retain(|path, _| !below(path, &entry.path)),
                _ => {}
            }
        }
        for entry in &layer.entries {
            if matches!(entry.kind, EntryKind::Whiteout | EntryKind::Opaque) {
                continue;
            }
            merged.retain(|path, (kind, _)| {
                !below(&entry.path, path) || !matches!(kind, EntryKind::File | EntryKind::Hardlink(_))
            });
            if entry.kind != EntryKind::Directory {
                merged.retain(|path, _| !below(path, &entry.path));
            }
            merged.insert(entry.path.clone(), (entry.kind.clone(), index));
        }
    }
    merged
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn layers_are_merged_as_the_plainest_means_would(layers in layers()) {
        for image in read_all_ways(&docker_archive(&layers)) {
            let tree = Tree::merge(&image.layers);
            let merged: BTreeMap<String, (EntryKind, usize)> = tree
                .iter()
                .map(|(path, node)| (path.to_owned(), (node.kind.clone(), node.layer)))
                .collect();
            prop_assert_eq!(merged, plainly(&image));
        }
    }

    #[test]
    fn every_stored_byte_is_visible_or_hidden_and_has_one_reason(layers in layers()) {
        for image in read_all_ways(&docker_archive(&layers)) {
            let found = Analysis::of(&image);
            prop_assert_eq!(found.stored, found.visible + found.hidden);
            let grouped: u64 = found.waste.iter().filter(|waste| waste.hidden.is_some()).map(|waste| waste.bytes).sum();
            prop_assert_eq!(grouped, found.hidden);
            for waste in &found.waste {
                prop_assert!(waste.hidden.is_none_or(|by| by >= waste.written && by < image.layers.len()));
            }
            let like = &found.like_dive;
            prop_assert_eq!(like.bytes, found.stored);
            prop_assert!(like.efficiency() <= 1.0);
        }
    }

    #[test]
    fn a_damaged_archive_is_an_error_or_an_image_and_never_a_panic(
        layers in layers(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut archive = docker_archive(&layers);
        for (index, byte) in damage {
            let at = index.index(archive.len());
            archive[at] = byte;
        }
        let (wanted, limits) = (KeptFiles { contents: ["a".to_owned()].into() }, Limits::default());
        for found in [read(archive.as_slice(), &wanted, &limits), read_file(archive.as_slice(), archive.len() as u64, &wanted, &limits, &crate::image::Choice::default())].into_iter().flatten() {
            let found = Analysis::of(&found);
            prop_assert_eq!(found.stored, found.visible + found.hidden);
        }
    }

    #[test]
    fn any_bytes_are_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        prop_assert!(read(bytes.as_slice(), &KeptFiles::default(), &Limits::default()).is_err());
    }

    #[test]
    fn the_headers_are_read_as_another_reader_reads_them(layers in layers()) {
        for layer in layers {
            let tar = crate::image::tests::maker::tar(&layer);
            let mut other = tar::Archive::new(tar.as_slice());
            let theirs: Vec<(Vec<u8>, u64, u8)> = other
                .entries()
                .unwrap()
                .map(|entry| {
                    let entry = entry.unwrap();
                    (entry.path_bytes().into_owned(), entry.size(), entry.header().entry_type().as_byte())
                })
                .collect();
            let mut members = crate::image::members::Members::new(crate::image::source::Stream(tar.as_slice()));
            let mut ours = Vec::new();
            while let Some(member) = members.next().unwrap() {
                ours.push((member.path, member.size, member.kind));
            }
            prop_assert_eq!(ours, theirs);
        }
    }
}
