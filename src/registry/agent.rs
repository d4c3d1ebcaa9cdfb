//! The HTTP client: bounds of time, proxies, the system's certificates.

use std::{sync::Arc, time::Duration};

use rustls::crypto::ring;
use ureq::{
    Agent, Proxy,
    config::RedirectAuthHeaders,
    tls::{Certificate, RootCerts, TlsConfig},
};

/// How long one request may take with its answer.
const REQUEST: Duration = Duration::from_mins(3);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(20);
/// How long a registry may keep silent once it was asked.
const SILENCE: Duration = Duration::from_mins(1);
/// How many redirects are followed: blobs are often kept elsewhere.
const REDIRECTS: u32 = 5;

/// A client for a registry of this machine, or another one.
pub(super) fn agent(is_local: bool) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .https_only(!is_local)
        .max_redirects(REDIRECTS)
        // Another host never sees them.
        .redirect_auth_headers(RedirectAuthHeaders::SameHost)
        .timeout_global(Some(REQUEST))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(SILENCE))
        .user_agent(concat!("dockerlab/", env!("CARGO_PKG_VERSION")));
    let proxy = if is_local { None } else { Proxy::try_from_env() };
    config.proxy(proxy).tls_config(tls()).build().new_agent()
}

/// The system's certificates; what its list has beside them is passed over.
fn tls() -> TlsConfig {
    let certificates: Vec<_> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(certificates)))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build()
}

/// Whether a registry is one of this machine, as docker tells it: its port does not matter.
pub(super) fn is_local(host: &str) -> bool {
    if host.starts_with("[::1]") {
        return true;
    }
    let name = host.split(':').next().unwrap_or(host);
    name == "localhost"
        || name
            .parse()
            .is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_of_this_machine_are_told_from_others() {
        for host in [
            "localhost",
            "localhost:5000",
            "127.0.0.1:5000",
            "127.9.0.1",
            "[::1]:5000",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "localhost.example.org",
            "127.0.0.1.example.org",
            "128.0.0.1",
            "registry:5000",
            "[::2]",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
