//! Files of an image, from a container of it that is never started: what the engine adds to each container counts too.

use std::io::Read as _;

use bollard::{errors::Error as Refusal, models::ContainerCreateBody};
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use hyper::Request;

use super::{
    containers::OwnContainer,
    docker::DockerEngine,
    errors::{is_missing, status, words},
    image::check_name,
    port::FilesOrder,
    requests::{self, Tasks, encode},
};
use crate::{
    error::Error,
    structure::{FileKind, FileSeen, FilesSeen, Mode},
};

/// How many files are looked at a time.
const AT_ONCE: usize = 4;
/// Bytes of an archive by which its first head is known, with what tar puts before it for long names.
const HEAD: usize = 16 * 1024;
/// Bytes of a file that are read.
const CONTENT: u64 = 8 * 1024 * 1024;
/// How many links are followed.
const LINKS: usize = 40;

/// Looks at files.
pub(super) fn look(engine: &DockerEngine, order: &FilesOrder<'_>) -> Result<FilesSeen, Error> {
    let mut seen = FilesSeen::default();
    if order.questions.look.is_empty() && order.questions.read.is_empty() {
        return Ok(seen);
    }
    check_name(order.image)?;
    let mut made = OwnContainer::reserved(engine);
    // It is never started, and an image without a command makes no container.
    let body = ContainerCreateBody {
        image: Some(order.image.to_owned()),
        cmd: Some(vec!["dockerlab-never-runs".to_owned()]),
        labels: Some(order.labels.iter().cloned().collect()),
        ..ContainerCreateBody::default()
    };
    engine.block_on(async { Ok(made.create(&body).await) })??;
    engine.block_on(async {
        let made = &made;
        let mut looks = stream::iter(&order.questions.look)
            .map(|path| async move { (path, stat(made, path, order.mode).await) })
            .buffer_unordered(AT_ONCE);
        while let Some((path, looked)) = looks.next().await {
            seen.looked.insert(path.clone(), looked?);
        }
        let mut reads = stream::iter(&order.questions.read)
            .map(|path| async move { (path, read(made, path, order.mode).await) })
            .buffer_unordered(AT_ONCE);
        while let Some((path, text)) = reads.next().await {
            seen.read.insert(path.clone(), text?);
        }
        Ok(())
    })?;
    Ok(seen)
}

async fn stat(made: &OwnContainer<'_>, path: &str, mode: Mode) -> Result<Result<FileSeen, String>, Error> {
    Ok(fetch(made, path, false).await?.and_then(|found| match found.file.kind {
        FileKind::File | FileKind::Directory | FileKind::Symlink => Ok(found.file),
        _ if mode == Mode::Helpful => Ok(found.file),
        _ => Err(say!("it is a device or a pipe, which container-structure-test does not find").to_owned()),
    }))
}

async fn read(made: &OwnContainer<'_>, path: &str, mode: Mode) -> Result<Result<Vec<u8>, String>, Error> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let found = match fetch(made, &path, true).await? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        path = match (found.file.kind, found.file.link) {
            (FileKind::Symlink, Some(target)) if target.starts_with('/') || mode == Mode::Strict => target,
            (FileKind::Symlink, Some(target)) => {
                let folder = path
                    .trim_end_matches('/')
                    .rsplit_once('/')
                    .map_or("", |(folder, _)| folder);
                format!("{folder}/{target}")
            }
            (FileKind::File, _) => {
                return Ok(found
                    .content
                    .ok_or_else(|| say!("it is larger than 8 MB, which is not read").to_owned()));
            }
            (FileKind::Directory, _) => return Ok(Err(say!("it is a directory, not a file").to_owned())),
            _ => return Ok(Err(say!("it is a device or a pipe").to_owned())),
        };
    }
    Ok(Err(say!("its links lead in a circle").to_owned()))
}

/// The first entry of a path's archive.
struct Found {
    file: FileSeen,
    /// The content of a file, where it was asked for and is small enough.
    content: Option<Vec<u8>>,
}

async fn fetch(made: &OwnContainer<'_>, path: &str, whole: bool) -> Result<Result<Found, String>, Error> {
    let engine = made.engine;
    let what = say!("cannot read `{path}` in the image"; path);
    let tasks = Tasks::default();
    let asking = async {
        let request = Request::get(format!("/containers/{}/archive?path={}", made.id, encode(path)));
        let answer = requests::send(&engine.connector, &tasks, request, &[], requests::nothing()).await?;
        let mut body = answer.into_body();
        let mut bytes = Vec::new();
        // A directory comes with all that is in it: what is not needed is not read.
        while let Some(frame) = body.frame().await {
            if let Some(data) = frame?.data_ref() {
                bytes.extend_from_slice(data);
            }
            if bytes.len() >= HEAD && enough(&bytes, whole) {
                break;
            }
        }
        Ok::<_, Refusal>(bytes)
    };
    let answered = engine.try_ask(&what, asking).await;
    tasks.end().await;
    match answered? {
        Ok(bytes) => {
            Ok(first(&bytes, whole).ok_or_else(|| say!("the engine's archive of it cannot be read").to_owned()))
        }
        Err(refusal) if is_missing(&refusal) => Ok(Err(say!("it does not exist").to_owned())),
        Err(refusal) if status(&refusal).is_some_and(|status| status < 500) => Ok(Err(words(&refusal))),
        // Engines have said of a path below a file that it "is not a directory" with any status.
        Err(refusal) if words(&refusal).contains("not a directory") => Ok(Err(say!("it does not exist").to_owned())),
        Err(refusal) => Err(engine.refused(&what, &refusal)),
    }
}

/// Whether what was read holds all that is wanted.
fn enough(bytes: &[u8], whole: bool) -> bool {
    let mut archive = tar::Archive::new(bytes);
    let Ok(mut entries) = archive.entries() else {
        return true;
    };
    let Some(Ok(entry)) = entries.next() else { return true };
    let is_file = entry.header().entry_type().is_file();
    let size = if is_file { entry.size() } else { 0 };
    !whole || size > CONTENT || bytes.len() as u64 >= entry.raw_file_position() + size
}

fn first(bytes: &[u8], whole: bool) -> Option<Found> {
    let mut archive = tar::Archive::new(bytes);
    let mut entry = archive.entries().ok()?.next()?.ok()?;
    let header = entry.header();
    let kind = match header.entry_type() {
        tar::EntryType::Directory => FileKind::Directory,
        tar::EntryType::Symlink => FileKind::Symlink,
        tar::EntryType::Char => FileKind::CharacterDevice,
        tar::EntryType::Block => FileKind::BlockDevice,
        tar::EntryType::Fifo => FileKind::Pipe,
        _ => FileKind::File,
    };
    let file = FileSeen {
        kind,
        mode: header.mode().ok()? & 0o7777,
        owner: header.uid().ok().zip(header.gid().ok()),
        size: entry.size(),
        link: match kind {
            FileKind::Symlink => {
                let link = entry.link_name_bytes()?;
                Some(String::from_utf8_lossy(&link).into_owned())
            }
            _ => None,
        },
    };
    let wants = whole && kind == FileKind::File && entry.size() <= CONTENT;
    let content = wants.then(|| {
        let mut content = Vec::new();
        entry.read_to_end(&mut content).is_ok().then_some(content)
    });
    Some(Found {
        file,
        content: content.flatten(),
    })
}
