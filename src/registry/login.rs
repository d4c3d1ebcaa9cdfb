//! How a registry wants to know who asks: Basic, or a token from the server that it names (distribution-spec,
//! `docs/spec/auth/token`).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::Credentials;

/// What a registry asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// Name and password with each request.
    Basic,
    /// A token.
    Bearer {
        /// Where it is to be had.
        realm: String,
        /// The registry's name there.
        service: Option<String>,
    },
}

impl Challenge {
    /// Reads a `WWW-Authenticate` header: the token first where there is a choice, as docker's clients do.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let challenges = http_auth::parse_challenges(header).ok()?;
        let is = |name: &'static str| {
            let mut found = challenges.iter();
            found.find(move |challenge| challenge.scheme.eq_ignore_ascii_case(name))
        };
        let Some(bearer) = is("bearer") else {
            return is("basic").map(|_| Self::Basic);
        };
        let value = |name: &str| {
            let mut params = bearer.params.iter();
            let (_, value) = params.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
            Some(value.to_unescaped())
        };
        Some(Self::Bearer {
            realm: value("realm")?,
            service: value("service"),
        })
    }
}

/// The header of a login by name and password.
pub(super) fn basic(credentials: &Credentials) -> String {
    let both = format!("{}:{}", credentials.user, credentials.secret);
    format!("Basic {}", STANDARD.encode(both))
}

/// A token server's answer.
#[derive(Deserialize)]
pub(super) struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl Token {
    /// The header with it; none where it has no token, or one that cannot stand in a header.
    pub(super) fn header(self) -> Option<String> {
        let token = self.token.or(self.access_token)?;
        let is_plain = |c: char| c.is_ascii_graphic();
        (!token.is_empty() && token.chars().all(is_plain)).then(|| format!("Bearer {token}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read_whatever_their_order_and_quotes() {
        let bearer = |realm: &str, service: Option<&str>| Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
        };
        let hub = r#"Bearer realm="https://a.example/token",service="r.example",scope="repository:x/y:pull,push""#;
        assert_eq!(
            Challenge::parse(hub),
            Some(bearer("https://a.example/token", Some("r.example")))
        );
        assert_eq!(
            Challenge::parse(r#"Basic realm="lab", bearer REALM="https://a/t""#),
            Some(bearer("https://a/t", None))
        );
        assert_eq!(Challenge::parse(r#"Basic realm="lab""#), Some(Challenge::Basic));
        for unusable in [
            "",
            "Negotiate",
            r#"Bearer service="x""#,
            "Bearer realm=\"https://a",
            "\u{7f}",
        ] {
            assert_eq!(Challenge::parse(unusable), None, "{unusable}");
        }
    }

    #[test]
    fn a_token_has_to_fit_into_a_header() {
        let header = |text: &str| serde_json::from_str::<Token>(text).unwrap().header();
        assert_eq!(header(r#"{"token":"abc"}"#).as_deref(), Some("Bearer abc"));
        assert_eq!(header(r#"{"access_token":"abc","x":1}"#).as_deref(), Some("Bearer abc"));
        for text in ["{}", r#"{"token":""}"#, r#"{"token":"a\r\nb"}"#] {
            assert_eq!(header(text), None, "{text}");
        }
    }
}
