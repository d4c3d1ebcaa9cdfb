//! EDGE: registries, asked for artifacts and given them (OCI distribution-spec 1.1); the only user of ureq.
//!
//! `oci-client` speaks the same; it reads whole answers without a bound on their bytes, and who runs a registry is nobody
//! that we know.
//!
//! Registries of this machine (`localhost`, 127.0.0.0/8) are spoken to without TLS, as docker does; all others with it.

mod agent;
mod login;
mod transfer;

pub use transfer::{Purpose, Registry};

/// A name and a secret; the name is empty where the secret is a token that stands for both.
#[derive(Clone)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// The password or token.
    pub secret: String,
}

impl std::fmt::Debug for Credentials {
    // Whatever shows them by mistake shows no secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}
