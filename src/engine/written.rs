//! When files in a container were written, whether it runs or has ended. The container is only looked at.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bollard::errors::Error as Refusal;
use http_body_util::BodyExt as _;
use hyper::Request;

use super::{
    container_answers::{PathStat, millis},
    docker::DockerEngine,
    requests::{self, Tasks, encode},
};
use crate::{dockerfile::Glob, error::Error};

/// Files of a folder that are looked at: the first and the last ones by their names.
const MOST_FILES: usize = 30;
/// Bytes of a folder's archive that are read.
const LISTED: usize = 8 * 1024 * 1024;
/// The head of the answer with what is known of a path.
const STAT: &str = "X-Docker-Container-Path-Stat";

/// When a file was written, in milliseconds since 1970; those of all files where the path's last part has a `*`. Nothing
/// where there is none.
pub(super) async fn written_ms(engine: &DockerEngine, id: &str, path: &str) -> Result<Vec<i64>, Error> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if !name.contains('*') {
        return Ok(one(engine, id, path).await?.into_iter().collect());
    }
    let Ok(pattern) = Glob::new(name) else {
        return Ok(Vec::new());
    };
    let mut names = names_in(engine, id, folder).await?;
    names.retain(|found| pattern.matches(found));
    names.sort();
    if names.len() > MOST_FILES {
        names.drain(MOST_FILES / 2..names.len() - MOST_FILES / 2);
    }
    let mut written = Vec::new();
    for name in names {
        written.extend(one(engine, id, &format!("{folder}/{name}")).await?);
    }
    Ok(written)
}

async fn one(engine: &DockerEngine, id: &str, path: &str) -> Result<Option<i64>, Error> {
    let tasks = Tasks::default();
    let request = Request::head(format!("/containers/{id}/archive?path={}", encode(path)));
    let asking = async {
        let answer = requests::send(&engine.connector, &tasks, request, &[], requests::nothing()).await?;
        let stat = answer.headers().get(STAT);
        Ok::<_, Refusal>(stat.and_then(|stat| STANDARD.decode(stat.as_bytes()).ok()))
    };
    let stat = looked(engine, &tasks, asking).await?.flatten();
    let stat = stat.and_then(|stat| serde_json::from_slice::<PathStat>(&stat).ok());
    Ok(stat
        .map(|stat| millis(Some(&stat.mtime)))
        .filter(|written| *written != 0))
}

/// The names of the files right in a folder, as far as the beginning of its archive tells them.
async fn names_in(engine: &DockerEngine, id: &str, folder: &str) -> Result<Vec<String>, Error> {
    let tasks = Tasks::default();
    let request = Request::get(format!(
        "/containers/{id}/archive?path={}",
        encode(&format!("{folder}/."))
    ));
    let asking = async {
        let answer = requests::send(&engine.connector, &tasks, request, &[], requests::nothing()).await?;
        let mut body = answer.into_body();
        let mut bytes = Vec::new();
        while bytes.len() < LISTED
            && let Some(frame) = body.frame().await
        {
            if let Some(data) = frame?.data_ref() {
                bytes.extend_from_slice(data);
            }
        }
        Ok::<_, Refusal>(bytes)
    };
    let bytes = looked(engine, &tasks, asking).await?.unwrap_or_default();
    Ok(names(&bytes))
}

/// The names of the files right below the folder that an archive begins with.
fn names(archive: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(archive);
    let Ok(entries) = archive.entries() else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let mut folder = None;
    // What is behind the end of what was read is no entry.
    for entry in entries.map_while(Result::ok) {
        let Ok(path) = entry.path() else { continue };
        let folder = folder.get_or_insert_with(|| path.to_path_buf());
        let below = path.strip_prefix(&*folder).unwrap_or(Path::new(""));
        if entry.header().entry_type().is_file()
            && below.components().count() == 1
            && let Some(name) = below.to_str()
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// What the engine answers; nothing of a file that is not there.
async fn looked<T>(
    engine: &DockerEngine,
    tasks: &Tasks,
    asking: impl Future<Output = Result<T, Refusal>>,
) -> Result<Option<T>, Error> {
    let what = say!("cannot see the files of a container");
    let answered = engine.try_ask(what, asking).await;
    tasks.end().await;
    engine.or_nothing(what, answered?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(paths: &[&str]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for path in paths {
            let mut header = tar::Header::new_gnu();
            let is_folder = path.ends_with('/');
            header.set_entry_type(if is_folder {
                tar::EntryType::Directory
            } else {
                tar::EntryType::Regular
            });
            header.set_size(0);
            builder.append_data(&mut header, path, &[][..]).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn only_files_right_in_the_folder_are_listed() {
        let found = names(&archive(&[
            "data/",
            "data/a.txt",
            "data/deep/",
            "data/deep/b.txt",
            "data/c d",
        ]));
        assert_eq!(found, ["a.txt", "c d"]);
        assert_eq!(names(b"no archive"), Vec::<String>::new());
        let whole = archive(&["data/", "data/a.txt", "data/b.txt"]);
        assert_eq!(names(&whole[..1024]), ["a.txt"], "what was not read is not told");
    }
}
