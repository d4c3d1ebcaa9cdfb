//! Any text as a Dockerfile: read, its places looked up, its stages followed, and told as BuildKit's parser would.
#![no_main]

use dockerlab::dockerfile::{as_buildkit, final_image, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let dockerfile = parse(text);
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX).max(1);
    for instruction in &dockerfile.instructions {
        assert!(1 <= instruction.start_line && instruction.start_line <= instruction.end_line);
        assert!(instruction.end_line <= lines, "an instruction ends behind the file");
        for (word, offset) in instruction.arguments_at() {
            let (line, _) = instruction.locate(offset);
            assert!(instruction.contains_line(line), "`{word}` lies outside its instruction");
        }
    }
    as_buildkit(text, &dockerfile);
    dockerfile.stages();
    final_image(&dockerfile, None);
});
