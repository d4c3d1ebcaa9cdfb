//! What `/proc` tells of a container's first process and of what it listens on.
//!
//! Formats: proc(5), `/proc/[pid]/status`, `/proc/[pid]/cmdline`, `/proc/net/tcp`.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use super::text::clean_line;

/// Addresses that are kept.
const MOST: usize = 50;
/// Words of a command line that are kept.
const MOST_WORDS: usize = 200;
/// Docker's own name server in a container's network.
const EMBEDDED_DNS: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 11));

/// Returns the addresses in state LISTEN, each once, by port and then address.
pub(super) fn listening(tables: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(tables);
    let found: BTreeSet<(u16, IpAddr)> = text
        .lines()
        .filter_map(|line| {
            // "   0: 0100007F:1F40 00000000:0000 0A …": number, local address, remote address, state.
            let mut words = line.split_whitespace();
            let (number, local, _, state) = (words.next()?, words.next()?, words.next()?, words.next()?);
            (number.ends_with(':') && state == "0A").then_some(())?;
            let (address, port) = local.split_once(':')?;
            Some((u16::from_str_radix(port, 16).ok()?, ip(address)?))
        })
        .filter(|(_, ip)| *ip != EMBEDDED_DNS)
        .collect();
    found
        .into_iter()
        .take(MOST)
        .map(|(port, ip)| SocketAddr::new(ip, port).to_string())
        .collect()
}

/// The kernel prints an address as 32-bit words in its own byte order, each as one hexadecimal number.
fn ip(hex: &str) -> Option<IpAddr> {
    if !hex.is_ascii() {
        return None;
    }
    let word = |at: usize| {
        let digits = hex.get(at * 8..at * 8 + 8)?;
        // The engine's machine is taken to be little-endian, as all are that learners have.
        Some(u32::from_str_radix(digits, 16).ok()?.swap_bytes().to_be_bytes())
    };
    match hex.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let mut bytes = [0; 16];
            for at in 0..4 {
                bytes[at * 4..at * 4 + 4].copy_from_slice(&word(at)?);
            }
            let address = Ipv6Addr::from(bytes);
            Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
        }
        _ => None,
    }
}

/// Returns the effective user of a `/proc/[pid]/status`: "Uid:" real, effective, saved, file system.
pub(super) fn effective_user(status: &[u8]) -> Option<u32> {
    String::from_utf8_lossy(status)
        .lines()
        .find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().nth(1)?.parse().ok())
}

/// Returns the words of a `/proc/[pid]/cmdline`, each ended by NUL; none when it is empty.
pub(super) fn command_line(cmdline: &[u8]) -> Option<Vec<String>> {
    let cmdline = cmdline.strip_suffix(b"\0").unwrap_or(cmdline);
    if cmdline.is_empty() {
        return None;
    }
    Some(cmdline.split(|byte| *byte == 0).take(MOST_WORDS).map(shown).collect())
}

/// A word of a command line; one with several lines (a script for `sh -c`) is joined to one.
fn shown(word: &[u8]) -> String {
    let one: Vec<u8> = word
        .iter()
        .map(|byte| if *byte == b'\n' { b' ' } else { *byte })
        .collect();
    clean_line(&one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_found() {
        let tables = b"\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 00000000:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   2: 0100007F:1F40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   3: 0B00007F:A2B1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000
   2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A 00000000:00000000
";
        assert_eq!(
            listening(tables),
            ["[::]:80", "[::1]:81", "127.0.0.1:82", "127.0.0.1:8000", "0.0.0.0:8001"]
        );
    }

    #[test]
    fn nonsense_is_passed_over() {
        assert!(listening(b"OCI runtime exec failed: exec failed\n 0: x:y z 0A\n 1: zzzzzzzz:0050 0 0A").is_empty());
        assert!(listening(" 0: ääääääää:0050 0 0A".as_bytes()).is_empty());
    }

    #[test]
    fn the_first_process_is_told() {
        let status = b"Name:\tuvicorn\nUid:\t0\t10000\t0\t0\nGid:\t1\t1\t1\t1\n";
        assert_eq!(effective_user(status), Some(10_000));
        assert_eq!(effective_user(b""), None);
        assert_eq!(command_line(b"/bin/sh\0-c\0a\nb\0").unwrap(), ["/bin/sh", "-c", "a b"]);
        assert_eq!(command_line(b"a\0\0").unwrap(), ["a", ""]);
        assert_eq!(command_line(b""), None);
    }
}
