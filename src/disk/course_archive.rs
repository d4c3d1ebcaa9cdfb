//! The archive that a course is handed out in: the same bytes for the same files. What comes back may be anybody's.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};

use crate::{
    course::{CourseFile, artifact::Layer, sha256},
    disk::{scaffold::mode_of, submission},
    error::Error,
    grading::Submission,
};

/// Packs a course's files: sorted, without times and owners; what begins with `#!` may be run.
///
/// # Errors
/// When a file has a name that would be left out or refused where the course is unpacked.
pub fn pack(files: &[CourseFile]) -> Result<Layer, Error> {
    let mut looked_at = Submission::default();
    let mut sorted: Vec<&CourseFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    for file in &sorted {
        let taken = looked_at.admit(file.path.as_bytes()).and_then(|path| match path {
            Some(path) => looked_at.take(path, file.bytes.to_vec(), 0o644),
            None => Err(say!("`{}` is in a folder that no course hands out", file.path)),
        });
        taken.map_err(|why| Error::usage(say!("the course cannot be packed: {why}"; why)))?;
    }
    let told = |error: io::Error| Error::io(say!("the course cannot be packed: {why}"; why = error));
    let archive = tarred(&sorted).map_err(told)?;
    // No name, no time and no system in its header.
    let mut compressed = GzBuilder::new()
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    compressed.write_all(&archive).map_err(told)?;
    Ok(Layer {
        compressed: compressed.finish().map_err(told)?,
        archive_digest: sha256(&archive),
    })
}

fn tarred(files: &[&CourseFile]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.bytes.len() as u64);
        header.set_mode(mode_of(&file.bytes));
        header.set_mtime(0);
        archive.append_data(&mut header, &file.path, &*file.bytes)?;
    }
    archive.into_inner()
}

/// Unpacks a course: links, devices, paths that lead elsewhere, and more than a course may have are refused.
///
/// # Errors
/// Why it is refused, a sentence's end.
pub fn unpack(compressed: &[u8]) -> Result<Vec<CourseFile>, String> {
    let read = submission::tar_files(compressed)?;
    Ok(read
        .files()
        .iter()
        .map(|(path, file)| CourseFile::new(path.clone(), file.bytes.clone()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<CourseFile> {
        [
            ("course.toml", "id = \"x\""),
            ("workspace/run.sh", "#!/bin/sh\n"),
            ("workspace/.github/workflows/w.yml", "on: push"),
            ("1-a/task.toml", ""),
        ]
        .map(|(path, text)| CourseFile::new(path, text.as_bytes().to_vec()))
        .to_vec()
    }

    #[test]
    fn a_course_comes_back_as_it_was_and_packs_to_the_same_bytes() {
        let packed = pack(&files()).unwrap();
        let mut other_order = files();
        other_order.reverse();
        assert_eq!(packed, pack(&other_order).unwrap());
        let mut sorted = files();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        assert_eq!(unpack(&packed.compressed).unwrap(), sorted);
    }

    #[test]
    fn what_would_be_left_out_is_not_packed() {
        for path in [
            "workspace/.git/config",
            "workspace/node_modules/x.js",
            "../x",
            "/x",
            "a\\b",
        ] {
            let mut files = files();
            files.push(CourseFile::new(path, Vec::new()));
            assert!(
                pack(&files).unwrap_err().to_string().contains("cannot be packed"),
                "{path}"
            );
        }
    }

    /// An archive with one entry of a kind and path, written as no honest program would.
    fn hostile(kind: tar::EntryType, path: &[u8], link: &str) -> Vec<u8> {
        let mut header = tar::Header::new_ustar();
        let gnu = header.as_ustar_mut().unwrap();
        gnu.name[..path.len()].copy_from_slice(path);
        header.set_entry_type(kind);
        header.set_link_name(link).ok();
        header.set_size(0);
        header.set_mode(0o644);
        header.set_cksum();
        let mut archive = tar::Builder::new(Vec::new());
        archive.append(&header, io::empty()).unwrap();
        let mut compressed = GzBuilder::new().write(Vec::new(), Compression::fast());
        compressed.write_all(&archive.into_inner().unwrap()).unwrap();
        compressed.finish().unwrap()
    }

    #[test]
    fn hostile_archives_are_refused() {
        use tar::EntryType as Kind;
        for (kind, path, link) in [
            (Kind::Regular, &b"../course.toml"[..], ""),
            (Kind::Regular, b"/etc/course.toml", ""),
            (Kind::Regular, b"a/../../course.toml", ""),
            (Kind::Regular, b"a\x1b[2Jb", ""),
            (Kind::Symlink, b"course.toml", "/etc/passwd"),
            (Kind::Link, b"course.toml", "/etc/passwd"),
            (Kind::Fifo, b"course.toml", ""),
            (Kind::Char, b"course.toml", ""),
            (Kind::Block, b"course.toml", ""),
        ] {
            let unpacked = unpack(&hostile(kind, path, link));
            assert!(unpacked.is_err(), "{kind:?} {path:?}: {unpacked:?}");
        }
        for bytes in [&b""[..], b"\x1f\x8b", b"PK\x03\x04", &[0; 4096]] {
            assert!(unpack(bytes).is_err());
        }
    }

    #[test]
    fn an_archive_that_grows_without_end_is_refused() {
        let mut compressed = GzBuilder::new().write(Vec::new(), Compression::best());
        let mut archive = tar::Builder::new(Vec::new());
        let size = 105_000_000;
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o644);
        archive.append_data(&mut header, "big", io::empty()).ok();
        compressed.write_all(&archive.into_inner().unwrap()[..512]).unwrap();
        let zeros = vec![0; 1_000_000];
        for _ in 0..105 {
            compressed.write_all(&zeros).unwrap();
        }
        let bomb = compressed.finish().unwrap();
        assert!(bomb.len() < 1_000_000, "{}", bomb.len());
        assert!(unpack(&bomb).unwrap_err().contains("larger"));
    }
}
