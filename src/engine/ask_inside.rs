//! Asking a server from inside its container, where the port that it publishes is not reached from this machine: an
//! engine behind `ssh -L`, a mounted socket in a dev container, another machine.
//!
//! The server is asked at the container's own address, never at 127.0.0.1: a server that listens there alone is reached by
//! nobody outside, and must not be taken for one that is.

use super::{
    containers::{Look, OwnContainer},
    text::clean_text,
};
use crate::{check::evidence::HttpAnswer, error::Error};

/// Bytes of a body that are kept.
const BODY: usize = 64 * 1024;
/// How a request looks in HTTP/1.0, for programs that only carry bytes.
const REQUEST: &str =
    r#"printf 'GET %s HTTP/1.0\r\nHost: %s:%s\r\nUser-Agent: dockerlab\r\nAccept: */*\r\n\r\n' "$3" "$1" "$2""#;
/// What asks with Python's standard library, and writes what it got as an HTTP answer.
const PYTHON: &str = "import http.client,sys\n\
    c=http.client.HTTPConnection(sys.argv[1],int(sys.argv[2]),timeout=6)\n\
    c.request('GET',sys.argv[3],headers={'User-Agent':'dockerlab','Accept':'*/*'})\n\
    r=c.getresponse()\n\
    b=r.read(65536)\n\
    sys.stdout.buffer.write(b'HTTP/1.1 %d x\\r\\n\\r\\n'%r.status+b)\n";

/// What came of asking.
pub(super) enum Inside {
    /// The server answered.
    Answered(HttpAnswer),
    /// It was asked, and did not answer, or nobody could ask in time.
    Silent,
    /// The image has no program that can ask.
    NoProgram,
}

/// Asks the server once. The container must be running.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn ask(made: &OwnContainer<'_>, port: u16, path: &str) -> Result<Inside, Error> {
    let found = made.inspect().await?;
    let own = found.network_settings.address().map(str::to_owned);
    // Without an address of its own (rootless Podman) its name leads to it.
    let Some(host) = own.or(found.config.hostname).filter(|host| is_host(host)) else {
        return Ok(Inside::NoProgram);
    };
    let port = port.to_string();
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    let url = format!("http://{host}:{port}{path}");
    let through_bash = format!("exec 3<>\"/dev/tcp/$1/$2\" && {REQUEST} >&3 && cat <&3");
    let through_nc = format!("command -v nc >/dev/null || exit 127; {REQUEST} | nc -w 6 \"$1\" \"$2\"");
    let programs: [&[&str]; 5] = [
        &["python3", "-c", PYTHON, &host, &port, &path],
        &["python", "-c", PYTHON, &host, &port, &path],
        &[
            "curl",
            "--silent",
            "--include",
            "--http1.0",
            "--noproxy",
            "*",
            "--max-time",
            "6",
            &url,
        ],
        &["bash", "-c", &through_bash, "bash", &host, &port, &path],
        &["sh", "-c", &through_nc, "sh", &host, &port, &path],
    ];
    let mut is_hindered = false;
    for words in programs {
        match made.try_to_look(words).await? {
            Look::NoProgram => {}
            Look::Hindered => is_hindered = true,
            Look::Seen(seen) => {
                return Ok(match read(&seen) {
                    Some((status, body)) => Inside::Answered(HttpAnswer {
                        path: path.clone(),
                        status,
                        body: clean_text(body, BODY),
                    }),
                    None => Inside::Silent,
                });
            }
        }
    }
    // A busy machine may need too long for each of them, and the container may have ended meanwhile.
    let (is_running, _) = made.state().await?;
    Ok(if is_hindered || !is_running {
        Inside::Silent
    } else {
        Inside::NoProgram
    })
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
}

/// Returns the status and body of an HTTP answer; none when it is none.
fn read(answer: &[u8]) -> Option<(u16, &[u8])> {
    let text = answer.strip_prefix(b"HTTP/1.")?;
    let status = std::str::from_utf8(text.get(2..5)?).ok()?.parse().ok()?;
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((status, &answer[head + 4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        assert_eq!(
            read(b"HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n{}"),
            Some((404, &b"{}"[..]))
        );
        assert_eq!(read(b"HTTP/1.0 200 OK\r\n\r\n"), Some((200, &b""[..])));
        for wrong in [&b""[..], b"HTTP/1.1 200", b"hello", b"HTTP/1.1 abc x\r\n\r\n"] {
            assert_eq!(read(wrong), None);
        }
    }
}
