//! Manifests and blobs, got and put.

use std::cell::RefCell;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use ureq::{
    Agent, Body,
    http::{Method, Request, Response, StatusCode, Uri},
};

use super::{
    Credentials,
    agent::{agent, is_local},
    login::{Challenge, Token, basic},
};
use crate::{dockerfile::ImageName, error::Error};

/// What a manifest may be sent as; an index or docker's older kind is told apart by the caller.
const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
                      application/vnd.docker.distribution.manifest.v2+json, \
                      application/vnd.docker.distribution.manifest.list.v2+json";
/// Bytes of a manifest: what distribution-spec asks registries to take at least.
const MANIFEST: u64 = 4 * 1024 * 1024;
/// Bytes of other answers that are read.
const ANSWER: u64 = 64 * 1024;
/// Docker Hub's registry, which its images do not name.
const HUB: &str = "registry-1.docker.io";

/// What a registry is asked for; some give nobody a token for more than is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To get.
    Get,
    /// To get and put.
    Put,
}

impl Purpose {
    fn scope(self) -> &'static str {
        match self {
            Self::Get => "pull",
            Self::Put => "pull,push",
        }
    }
}

/// One repository of a registry.
pub struct Registry {
    agent: Agent,
    /// `https://HOST`, or `http://HOST` on this machine.
    base: String,
    /// The registry as it is written, to be told to a person.
    shown: String,
    repository: String,
    purpose: Purpose,
    credentials: Option<Credentials>,
    /// The header that the registry takes, once it has asked for one.
    authorization: RefCell<Option<String>>,
}

/// A request that may be sent again once the registry has asked who we are.
struct Ask<'a> {
    method: Method,
    /// A whole address.
    url: String,
    /// Accept for what is got, Content-Type for what is put.
    kind: Option<&'a str>,
    body: &'a [u8],
}

/// A registry's words about a refusal.
#[derive(Deserialize)]
struct Refusals {
    errors: Vec<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl Registry {
    /// Gets ready; nothing is asked yet.
    pub fn new(name: &ImageName, purpose: Purpose, credentials: Option<Credentials>) -> Self {
        let host = if name.registry == "docker.io" {
            HUB
        } else {
            &name.registry
        };
        let is_local = is_local(host);
        Self {
            agent: agent(is_local),
            base: format!("{}://{host}", if is_local { "http" } else { "https" }),
            shown: name.registry.clone(),
            repository: name.repository.clone(),
            purpose,
            credentials,
            authorization: RefCell::default(),
        }
    }

    /// Gets a manifest by its tag or digest, with its digest. Nothing of it has been looked at, but that it has the digest that
    /// was asked for.
    ///
    /// # Errors
    /// When it is not there, or the registry cannot be reached, refuses, or answers with something else.
    pub fn manifest(&self, reference: &str) -> Result<(Vec<u8>, String), Error> {
        let ask = Ask {
            method: Method::GET,
            url: self.url(&format!("manifests/{reference}")),
            kind: Some(ACCEPT),
            body: &[],
        };
        let bytes = self.got(&ask, reference, MANIFEST)?;
        let digest = digest_of(&bytes);
        if reference.contains(':') && reference != digest {
            return Err(self.altered(reference));
        }
        Ok((bytes, digest))
    }

    /// Gets a blob of a size that is known; it has the digest.
    ///
    /// # Errors
    /// When it is not there or another one, or the registry cannot be reached or refuses.
    pub fn blob(&self, digest: &str, size: u64) -> Result<Vec<u8>, Error> {
        let ask = Ask {
            method: Method::GET,
            url: self.url(&format!("blobs/{digest}")),
            kind: None,
            body: &[],
        };
        let bytes = self.got(&ask, digest, size)?;
        if digest_of(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(self.altered(digest))
        }
    }

    /// Puts a blob, unless it is there; returns its digest.
    ///
    /// # Errors
    /// When the registry cannot be reached, or refuses.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<String, Error> {
        let digest = digest_of(bytes);
        let head = Ask {
            method: Method::HEAD,
            url: self.url(&format!("blobs/{digest}")),
            kind: None,
            body: &[],
        };
        if self.send(&head)?.status() == StatusCode::OK {
            return Ok(digest);
        }
        let begin = Ask {
            method: Method::POST,
            url: self.url("blobs/uploads/"),
            kind: None,
            body: &[],
        };
        let begun = self.accepted(self.send(&begin)?)?;
        let location = begun.headers().get("location").and_then(|value| value.to_str().ok());
        let url = location
            .and_then(|location| self.absolute(location))
            .ok_or_else(|| Error::io(say!("the registry {} does not say where to send data", self.shown)))?;
        let joint = if url.contains('?') { '&' } else { '?' };
        let put = Ask {
            method: Method::PUT,
            url: format!("{url}{joint}digest={digest}"),
            kind: Some("application/octet-stream"),
            body: bytes,
        };
        self.accepted(self.send(&put)?)?;
        Ok(digest)
    }

    /// Puts a manifest of this media type under a tag; returns its digest.
    ///
    /// # Errors
    /// When the registry cannot be reached, or refuses.
    pub fn put_manifest(&self, tag: &str, kind: &str, bytes: &[u8]) -> Result<String, Error> {
        let put = Ask {
            method: Method::PUT,
            url: self.url(&format!("manifests/{tag}")),
            kind: Some(kind),
            body: bytes,
        };
        self.accepted(self.send(&put)?)?;
        Ok(digest_of(bytes))
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/v2/{}/{rest}", self.base, self.repository)
    }

    /// The address that a registry gives: a path of its own, or a whole one.
    fn absolute(&self, location: &str) -> Option<String> {
        if location.starts_with('/') {
            return Some(format!("{}{location}", self.base));
        }
        let uri: Uri = location.parse().ok()?;
        uri.authority().is_some().then(|| location.to_owned())
    }

    fn got(&self, ask: &Ask<'_>, what: &str, most: u64) -> Result<Vec<u8>, Error> {
        let answer = self.send(ask)?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(Error::usage(say!(
                "the registry {} has no {}@{what}",
                self.shown,
                self.repository;
                what
            ))
            .help(say!("check the name and the tag")));
        }
        let mut answer = self.accepted(answer)?;
        let too_large = || {
            Error::usage(say!(
                "what the registry {} has under that name is larger than it may be",
                self.shown
            ))
        };
        // One byte more, so that the end of a whole answer is seen.
        let bytes = match answer.body_mut().with_config().limit(most + 1).read_to_vec() {
            Ok(bytes) => bytes,
            Err(ureq::Error::BodyExceedsLimit(_)) => return Err(too_large()),
            Err(error) => return Err(self.unreachable(&error)),
        };
        if bytes.len() as u64 > most {
            return Err(too_large());
        }
        Ok(bytes)
    }

    /// Sends a request, a second time where the registry asks who we are.
    fn send(&self, ask: &Ask<'_>) -> Result<Response<Body>, Error> {
        let answer = self.send_once(ask)?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let mut headers = answer.headers().get_all("www-authenticate").iter();
        let challenge = headers.find_map(|header| Challenge::parse(header.to_str().ok()?));
        let Some(challenge) = challenge else {
            return Ok(answer);
        };
        let Some(header) = self.answer_to(&challenge)? else {
            return Ok(answer);
        };
        *self.authorization.borrow_mut() = Some(header);
        self.send_once(ask)
    }

    fn send_once(&self, ask: &Ask<'_>) -> Result<Response<Body>, Error> {
        let mut request = Request::builder().method(ask.method.clone()).uri(&ask.url);
        if let Some(kind) = ask.kind {
            let name = if ask.method == Method::GET {
                "accept"
            } else {
                "content-type"
            };
            request = request.header(name, kind);
        }
        // Data may go to another host than the registry's; what we are known by does not.
        let is_own = ask
            .url
            .strip_prefix(&self.base)
            .is_some_and(|rest| rest.starts_with('/'));
        if is_own && let Some(header) = &*self.authorization.borrow() {
            request = request.header("authorization", header);
        }
        let told = |error: ureq::http::Error| self.unreachable(&ureq::Error::Http(error));
        let answered = if matches!(ask.method, Method::GET | Method::HEAD) {
            self.agent.run(request.body(()).map_err(told)?)
        } else {
            self.agent.run(request.body(ask.body).map_err(told)?)
        };
        answered.map_err(|error| self.unreachable(&error))
    }

    /// The header that answers a challenge; none where there is nothing to answer it with.
    fn answer_to(&self, challenge: &Challenge) -> Result<Option<String>, Error> {
        let (realm, service) = match challenge {
            Challenge::Basic => return Ok(self.credentials.as_ref().map(basic)),
            Challenge::Bearer { realm, service } => (realm, service),
        };
        // The server of tokens gets the password: only over TLS, but on this machine.
        let is_safe = realm.starts_with("https://")
            || self.base.starts_with("http://")
                && realm
                    .strip_prefix("http://")
                    .is_some_and(|rest| is_local(rest.split('/').next().unwrap_or_default()));
        if !is_safe {
            return Err(Error::io(say!(
                "the registry {} asks for a login at an address without TLS",
                self.shown
            )));
        }
        let encode = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        let scope = format!("repository:{}:{}", self.repository, self.purpose.scope());
        let mut query = format!("scope={}", encode(&scope));
        if let Some(service) = service {
            query.push_str(&format!("&service={}", encode(service)));
        }
        let by_token = self.credentials.as_ref().filter(|known| known.user.is_empty());
        let request = match by_token {
            Some(token) => {
                let form = format!(
                    "grant_type=refresh_token&client_id=dockerlab&refresh_token={}&{query}",
                    encode(&token.secret)
                );
                let request = Request::post(realm).header("content-type", "application/x-www-form-urlencoded");
                request.body(form.into_bytes())
            }
            None => {
                let joint = if realm.contains('?') { '&' } else { '?' };
                let mut request = Request::get(format!("{realm}{joint}{query}"));
                if let Some(known) = &self.credentials {
                    request = request.header("authorization", basic(known));
                }
                request.body(Vec::new())
            }
        };
        let request = request.map_err(|error| self.unreachable(&ureq::Error::Http(error)))?;
        let answered = if request.method() == Method::GET {
            self.agent.run(request.map(|_| ()))
        } else {
            self.agent.run(request)
        };
        let mut answer = answered.map_err(|error| self.unreachable(&error))?;
        if !answer.status().is_success() {
            return Err(self.refused(answer));
        }
        let read = answer.body_mut().with_config().limit(ANSWER).read_to_vec();
        let bytes = read.map_err(|error| self.unreachable(&error))?;
        let token = serde_json::from_slice::<Token>(&bytes).ok().and_then(Token::header);
        token.map(Some).ok_or_else(|| {
            Error::io(say!(
                "the registry {} sends to a server of tokens that gives none",
                self.shown
            ))
        })
    }

    /// An answer that says yes.
    fn accepted(&self, answer: Response<Body>) -> Result<Response<Body>, Error> {
        if answer.status().is_success() {
            Ok(answer)
        } else {
            Err(self.refused(answer))
        }
    }

    fn refused(&self, mut answer: Response<Body>) -> Error {
        let status = answer.status();
        let bytes = answer.body_mut().with_config().limit(ANSWER).read_to_vec();
        let told = serde_json::from_slice::<Refusals>(&bytes.unwrap_or_default()).ok();
        let error = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let error = Error::usage(say!(
                    "the registry {} gives no access to {}",
                    self.shown,
                    self.repository
                ));
                error.help(match self.credentials {
                    None => say!("log in first: `docker login {}`", self.shown),
                    Some(_) => say!(
                        "check that your login at {} has the right to use {}",
                        self.shown,
                        self.repository
                    ),
                })
            }
            StatusCode::TOO_MANY_REQUESTS => {
                Error::io(say!("the registry {} asks to wait: too many requests", self.shown))
            }
            _ => Error::io(say!(
                "the registry {} answered with HTTP status {}",
                self.shown,
                status.as_u16()
            )),
        };
        let mut told = told.into_iter().flat_map(|told| told.errors);
        match told.next() {
            Some(Refusal { code, message }) => {
                let short: String = format!("{code}: {message}").chars().take(300).collect();
                error.cause(short)
            }
            None => error,
        }
    }

    fn altered(&self, digest: &str) -> Error {
        Error::io(say!("the registry {} gave something else than {digest}", self.shown; digest)).help(say!(
            "it may be damaged, or changed on its way: try again, then ask who runs it"
        ))
    }

    fn unreachable(&self, error: &ureq::Error) -> Error {
        Error::io(say!("cannot reach the registry {}", self.shown)).cause(error)
    }
}

/// The SHA-256 digest, `sha256:…`.
fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}
