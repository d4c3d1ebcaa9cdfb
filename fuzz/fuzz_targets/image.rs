//! Any bytes as an archive of an image, read as a stream and as a file, with little room.
#![no_main]

use dockerlab::image::{Analysis, Choice, KeptFiles, Limits, Tree, read, read_file};

libfuzzer_sys::fuzz_target!(|archive: &[u8]| {
    let wanted = KeptFiles::default();
    let limits = Limits {
        entries: 20_000,
        kept: 1 << 20,
        names: 1 << 20,
        ..Limits::default()
    };
    if let Ok(image) = read(archive, &wanted, &limits) {
        Tree::merge(&image.layers);
        let analysis = Analysis::of(&image);
        assert!(analysis.hidden <= analysis.stored && analysis.visible <= analysis.stored);
    }
    let _ = read_file(archive, archive.len() as u64, &wanted, &limits, &Choice::default());
});
