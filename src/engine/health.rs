//! What tells whether an engine can do what the course asks of it.

use std::{path::Path, time::SystemTime};

use super::{address::Address, docker::DockerEngine, image, port::Health};
use crate::error::Error;

/// Looks the engine over.
pub(super) async fn health(engine: &DockerEngine) -> Result<Health, Error> {
    let info = image::info(engine).await?;
    let root = info.docker_root_dir.filter(|root| !root.is_empty());
    let set = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    let mirrors = info
        .registry_config
        .and_then(|config| config.mirrors)
        .map_or(0, |mirrors| mirrors.len());
    Ok(Health {
        free: root.filter(|_| is_here(engine)).and_then(|root| free(Path::new(&root))),
        ahead: info.system_time.as_deref().and_then(ahead),
        has_proxy: set(&info.http_proxy) || set(&info.https_proxy),
        mirrors,
    })
}

/// Whether the engine's files may be this machine's.
fn is_here(engine: &DockerEngine) -> bool {
    matches!(engine.target.address, Address::Unix(_))
}

/// Bytes free at a path; none if the folder does not exist here, as when the engine runs in a virtual machine.
fn free(root: &Path) -> Option<u64> {
    fs4::available_space(root).ok()
}

/// Seconds that a clock (RFC 3339) is ahead of this machine's; negative when it is behind.
fn ahead(theirs: &str) -> Option<i64> {
    let theirs: jiff::Timestamp = theirs.parse().ok()?;
    let ours = jiff::Timestamp::try_from(SystemTime::now()).ok()?;
    Some(theirs.as_second() - ours.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_in_seconds() {
        let now = jiff::Timestamp::now();
        let later = jiff::Timestamp::from_second(now.as_second() + 3_600).unwrap();
        let difference = ahead(&later.to_string()).unwrap();
        assert!((3_598..=3_600).contains(&difference), "{difference}");
        assert_eq!(ahead("noon"), None);
    }

    #[test]
    fn a_folder_that_is_not_here_has_no_free_bytes() {
        assert!(free(Path::new("/")).is_some());
        assert_eq!(free(Path::new("/no/such/folder")), None);
    }
}
