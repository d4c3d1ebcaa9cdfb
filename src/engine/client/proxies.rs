//! `proxies` of the docker client's `config.json`, which docker gives to builds and containers (docker/cli,
//! cli/config/configfile, `ParseProxyConfig`).

use super::{config_file::ConfigFile, locate::Target};

/// The variables that builds and containers get for their proxies, in both spellings. Settings that cannot be read are
/// done without: whatever needs them otherwise says so.
pub(in crate::engine) fn proxies(target: &Target) -> Vec<(String, String)> {
    let settings = target.config_dir.as_deref().map(ConfigFile::read);
    let Some(Ok(Some(settings))) = settings else {
        return Vec::new();
    };
    let Some(proxies) = settings
        .proxies
        .get(&target.endpoint)
        .or_else(|| settings.proxies.get("default"))
    else {
        return Vec::new();
    };
    let variables = [
        ("HTTP_PROXY", &proxies.http_proxy),
        ("HTTPS_PROXY", &proxies.https_proxy),
        ("NO_PROXY", &proxies.no_proxy),
        ("FTP_PROXY", &proxies.ftp_proxy),
        ("ALL_PROXY", &proxies.all_proxy),
    ];
    variables
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref().filter(|value| !value.is_empty())?)))
        .flat_map(|(name, value)| {
            [
                (name.to_owned(), value.to_owned()),
                (name.to_lowercase(), value.to_owned()),
            ]
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay files of their own")]
mod tests {
    use super::*;

    #[test]
    fn an_engines_own_proxies_count_before_the_default_ones() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(
            dir.path().join("config.json"),
            r#"{"proxies":{"default":{"httpProxy":"http://p:1","noProxy":"x","ftpProxy":""},"tcp://h:2375":{"allProxy":"a"}}}"#,
        )
        .unwrap();
        let of = |endpoint: &str| {
            let mut target = Target::at(endpoint).unwrap();
            target.config_dir = Some(dir.path().to_owned());
            proxies(&target)
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("unix:///s"),
            [
                "HTTP_PROXY=http://p:1",
                "http_proxy=http://p:1",
                "NO_PROXY=x",
                "no_proxy=x"
            ]
        );
        assert_eq!(of("tcp://h:2375"), ["ALL_PROXY=a", "all_proxy=a"]);
        std::fs::write(dir.path().join("config.json"), "{").unwrap();
        assert!(of("unix:///s").is_empty());
    }
}
