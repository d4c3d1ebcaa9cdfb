//! Addresses that a build could not reach: whether the network is at fault, or what the learner wrote.

use super::{failed::Failed, sign};

/// What is printed where a server is not reached; what stands in the gap holds the server's name.
const SIGNS: &[&str] = &[
    // apt
    "Temporary failure resolving '{}'",
    "Could not resolve '{}'",
    "Could not connect to {}",
    "Unable to connect to {}",
    "Failed to fetch {} Connection failed",
    "Failed to fetch {} Connection timed out",
    "Failed to fetch {} 500 ",
    "Failed to fetch {} 502 ",
    "Failed to fetch {} 503 ",
    "Failed to fetch {} 504 ",
    // pip, poetry, python
    "HTTPSConnectionPool(host='{}',",
    "HTTPConnectionPool(host='{}',",
    "All attempts to connect to {} failed",
    "Could not fetch URL {}:",
    // curl, wget, git
    "Could not resolve host: {}",
    "Failed to connect to {} port",
    "unable to resolve host address {}",
    "Connection timed out after",
    "Operation timed out after",
    "Connection reset by peer",
    "failed: Connection refused",
    "Network is unreachable",
    "Temporary failure in name resolution",
];

/// What the builder says where it does not reach a registry or a server.
const OF_THE_BUILDER: &[&str] = &[
    "no such host",
    "server misbehaving",
    "i/o timeout",
    "TLS handshake timeout",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "Client.Timeout exceeded",
    "context deadline exceeded",
    "temporary failure in name resolution",
    "unexpected status from HEAD request",
    "502 Bad Gateway",
    "503 Service Unavailable",
    "504 Gateway",
];

/// A server that was not reached.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreached {
    /// Its name or address, with its port where that was told; empty where nothing tells it.
    pub(super) server: String,
    /// The line of the Dockerfile that names it; none where it comes from the base image or a program's own settings.
    pub(super) written_at: Option<u32>,
    /// The lines that tell it.
    pub(super) lines: Vec<String>,
}

/// The server that a failed build did not reach; one that the learner did not name goes first.
pub(super) fn unreached(failed: &Failed<'_>) -> Option<Unreached> {
    let found = by_the_builder(failed).or_else(|| by_the_step(failed))?;
    let mut servers: Vec<(String, Option<u32>)> = found
        .iter()
        .filter(|(server, _)| !server.is_empty())
        .map(|(server, _)| (server.clone(), written_at(failed, server)))
        .collect();
    servers.sort_by_key(|(_, line)| line.is_some());
    let (server, written_at) = servers.into_iter().next().unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for (_, line) in found {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Some(Unreached {
        server,
        written_at,
        lines,
    })
}

/// The Dockerfile's line that names a server, with its port or without.
fn written_at(failed: &Failed<'_>, server: &str) -> Option<u32> {
    let host = server.rsplit_once(':').map_or(server, |(host, _)| host);
    failed.written_at(server).or_else(|| failed.written_at(host))
}

fn by_the_builder(failed: &Failed<'_>) -> Option<Vec<(String, String)>> {
    let message = &failed.failure.message;
    // A registry that refuses for its pull limit was reached.
    let is_limit = message.contains("429 Too Many Requests");
    if failed.failure.exit_code.is_some() || is_limit || !OF_THE_BUILDER.iter().any(|sign| message.contains(sign)) {
        return None;
    }
    Some(vec![(server_in(message).unwrap_or_default(), message.clone())])
}

fn by_the_step(failed: &Failed<'_>) -> Option<Vec<(String, String)>> {
    let of_pip = by_pip(failed);
    if of_pip.is_some() {
        return of_pip;
    }
    // apt goes on with old lists where it reaches no server, and fails when it finds no package in them.
    let is_apt = failed.failure.exit_code == Some(100);
    let lines: Vec<&str> = if is_apt {
        failed.told().collect()
    } else {
        let mut last: Vec<&str> = failed.told_at_the_end().collect();
        last.reverse();
        last
    };
    let found: Vec<(String, String)> = lines
        .into_iter()
        .filter(|line| !line.starts_with("WARNING: Retrying"))
        .filter_map(|line| {
            // Columns are set apart by two blanks in apt's lines.
            let flat = line.split_whitespace().collect::<Vec<_>>().join(" ");
            let subject = SIGNS
                .iter()
                .find_map(|sign| sign::find(sign, &flat).map(str::to_owned))?;
            let server = server_in(&subject).or_else(|| server_in(&flat)).unwrap_or(subject);
            Some((server, line.to_owned()))
        })
        .collect();
    (!found.is_empty()).then_some(found)
}

/// pip asks again a few times, and says at its end only that it found no version at all.
fn by_pip(failed: &Failed<'_>) -> Option<Vec<(String, String)>> {
    let wanted = failed.told_at_the_end().find_map(|line| {
        line.contains("(from versions: none)")
            .then(|| sign::find("satisfies the requirement {}", line))?
    })?;
    let name: String = wanted
        .chars()
        .take_while(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.'))
        .map(|char| {
            if matches!(char, '_' | '.') {
                '-'
            } else {
                char.to_ascii_lowercase()
            }
        })
        .collect();
    let asked_again = |line: &&str| line.contains("Retrying (Retry(") && line.contains(&format!("/{name}/"));
    let lines: Vec<&str> = failed.told().filter(asked_again).collect();
    let last = lines.last()?;
    let index = failed
        .told()
        .find_map(|line| sign::find("Looking in indexes: {}", line))
        .and_then(server_in);
    Some(vec![(index.unwrap_or_default(), (*last).to_owned())])
}

/// The server in an address or a sentence with one; in `host:port (address)` the host.
fn server_in(text: &str) -> Option<String> {
    let rest = text
        .split_once("://")
        .map(|(_, rest)| rest)
        .or_else(|| text.split_once("lookup ").map(|(_, rest)| rest))
        .or_else(|| (!text.contains(' ')).then_some(text))?;
    let end = rest
        .find(|char: char| !(char.is_alphanumeric() || matches!(char, '.' | '-' | ':' | '_' | '@')))
        .unwrap_or(rest.len());
    // What stands before `@` is a login.
    let server = rest[..end]
        .rsplit('@')
        .next()
        .unwrap_or_default()
        .trim_matches([':', '.']);
    (!server.is_empty()).then(|| server.to_owned())
}

#[cfg(test)]
mod tests {
    use super::server_in;

    #[test]
    fn a_server_is_found_in_what_tells_of_it() {
        for (text, server) in [
            ("http://a.example/ubuntu/dists", Some("a.example")),
            ("https://me:x@a.example:8/y", Some("a.example:8")),
            (
                "Head \"https://r.example/v2/x\": dial tcp: lookup r.example on 1.2.3.4:53",
                Some("r.example"),
            ),
            (
                "dial tcp: lookup r.example on 1.2.3.4:53: no such host",
                Some("r.example"),
            ),
            ("mirror.example", Some("mirror.example")),
            ("127.0.0.1:9", Some("127.0.0.1:9")),
            ("nothing of the kind", None),
        ] {
            assert_eq!(server_in(text).as_deref(), server, "{text}");
        }
    }
}
