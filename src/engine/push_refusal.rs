//! Why a registry did not take an image, told apart by its words and the engine's.
//!
//! The words are those of docker/distribution's error codes (UNAUTHORIZED, DENIED, `NAME_UNKNOWN`, …), of Artifact
//! Registry, of Docker Hub, and of Go's network and TLS errors, which the engine hands on.

use super::port::PushOrder;
use crate::error::Error;

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// Nobody is logged in, or the login is not valid.
    Login,
    /// The login may not push there.
    Right,
    /// The project or repository does not exist.
    Repository,
    /// The registry was not reached.
    Unreachable,
    /// Its certificate or protocol is not accepted.
    Tls,
    /// The tag is there already and may not change.
    Immutable,
    /// The registry's disk or quota is full.
    Full,
    /// It asks to wait.
    Limited,
    /// It failed by itself: of a full disk the engine hands on no more than the status.
    Failed,
    /// Anything else.
    Other,
}

/// Tells which it is.
pub(super) fn problem(words: &str, logged_in: bool) -> Problem {
    let words = words.to_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if says(&[
        "x509:",
        "certificate",
        "tls:",
        "gave http response to https",
        "malformed http response",
    ]) {
        Problem::Tls
    } else if says(&["immutab", "cannot be overwritten", "cannot overwrite"]) {
        Problem::Immutable
    } else if says(&[
        "no space left",
        "quota",
        "insufficient storage",
        "http status: 507",
        "disk full",
    ]) {
        Problem::Full
    } else if says(&["toomanyrequests", "too many requests", "rate limit"]) {
        Problem::Limited
    } else if says(&[
        "no such host",
        "dial tcp",
        "connection refused",
        "connection reset",
        "i/o timeout",
        "unreachable",
        "client.timeout",
        "unexpected eof",
        ": eof",
        "context deadline exceeded",
    ]) {
        Problem::Unreachable
    } else if says(&[
        "name unknown",
        "name_unknown",
        "repository name not known",
        "not found",
        "does not exist",
        "has been deleted",
        "invalid project",
        "name invalid",
    ]) && !says(&["(or it may not exist)", "may not exist"])
    {
        Problem::Repository
    } else if says(&[
        "no basic auth credentials",
        "unauthenticated",
        "unauthorized",
        "authentication required",
    ]) {
        Problem::Login
    } else if says(&["denied", "forbidden", "permission"]) {
        if logged_in { Problem::Right } else { Problem::Login }
    } else if says(&["http status: 5"]) {
        Problem::Failed
    } else {
        Problem::Other
    }
}

/// The error for a push or a question that a registry refused.
pub(super) fn error(order: &PushOrder<'_>, words: &str) -> Error {
    let registry = &order.reference.registry;
    let repository = &order.reference.repository;
    let logged_in = order.looked.login.is_some();
    let login = login_command(registry);
    match problem(words, logged_in) {
        Problem::Login if logged_in => Error::engine(say!("{registry} rejected the login"; registry))
            .cause(words)
            .cause(looked(order))
            .help(say!("log in again: {login}"; login)),
        Problem::Login => Error::engine(say!("you are not logged in to {registry}"; registry))
            .cause(words)
            .cause(looked(order))
            .help(say!("log in: {login}"; login)),
        Problem::Right => {
            Error::engine(say!("your login for {registry} is not allowed to push to `{repository}`"; registry, repository))
                .cause(words)
                .help(if registry == "docker.io" {
                    say!("on Docker Hub, the name starts with your user name: `dockerlab push --hub USER`").to_owned()
                } else if is_google(registry) {
                    say!("ask for the role Artifact Registry Writer, and check that the project and the repository exist").to_owned()
                } else {
                    say!("ask the owner of the registry for permission to push").to_owned()
                })
        }
        Problem::Repository => Error::engine(say!("{registry} has no repository `{repository}`"; registry, repository))
            .cause(words)
            .help(if is_google(registry) {
                say!(
                    "list the repositories with `gcloud artifacts repositories list`, or create one with `gcloud artifacts repositories create NAME --repository-format=docker --location=LOCATION`"
                )
            } else {
                say!("check the spelling of the project and the repository, and create what is missing")
            }),
        Problem::Unreachable => Error::engine(say!("the engine could not reach {registry}"; registry))
            .cause(words)
            .help(say!("check the name and the network; `dockerlab doctor` checks proxies")),
        Problem::Tls => Error::engine(say!("the engine does not trust {registry}"; registry))
            .cause(words)
            .help(say!(
                "without TLS, only registries on this machine can be used: fix the certificate, or add the registry to the engine's insecure-registries"
            )),
        Problem::Immutable => Error::engine(say!("{registry} already has this tag, and does not allow tags to change"; registry))
            .cause(words)
            .help(say!("push under another tag: `--tag`, or `--to NAME:TAG`")),
        Problem::Full => Error::engine(say!("{registry} has no space left for it"; registry))
            .cause(words)
            .help(say!("delete images there, or ask its owner for more space")),
        Problem::Limited => Error::engine(say!("{registry} asks you to wait"; registry))
            .cause(words)
            .help(say!("try again later")),
        Problem::Failed => Error::engine(say!("{registry} reported an internal error"; registry))
            .cause(words)
            .help(say!("see its log for the reason; is its disk full?")),
        Problem::Other => Error::engine(say!("{registry} did not accept `{repository}`"; registry, repository)).cause(words),
    }
}

/// Where a login was looked for, and what was found.
fn looked(order: &PushOrder<'_>) -> String {
    let registry = &order.reference.registry;
    let file = order.looked.file.as_ref().map(|file| file.display().to_string());
    match (&order.looked.login, file) {
        (Some(login), _) => say!("the login was found by {}", login.from),
        (None, Some(file)) if order.looked.is_there => say!("`{file}` has no login for {registry}"; file, registry),
        (None, Some(file)) => say!("`{file}`, where logins are kept, does not exist yet"; file),
        (None, None) => say!("cannot find where logins are kept").to_owned(),
    }
}

/// What logs in at a registry.
fn login_command(registry: &str) -> String {
    if is_google(registry) {
        format!("`gcloud auth configure-docker {registry}`")
    } else if registry == "docker.io" {
        "`docker login`".to_owned()
    } else {
        format!("`docker login {registry}`")
    }
}

fn is_google(registry: &str) -> bool {
    registry.ends_with("-docker.pkg.dev") || registry == "gcr.io" || registry.ends_with(".gcr.io")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dockerfile::ImageName, engine::Looked};

    #[test]
    fn refusals_are_told_apart() {
        for (words, logged_in, expected) in [
            ("no basic auth credentials", false, Problem::Login),
            ("unauthorized: authentication required", true, Problem::Login),
            (
                "denied: requested access to the resource is denied",
                false,
                Problem::Login,
            ),
            (
                "denied: requested access to the resource is denied",
                true,
                Problem::Right,
            ),
            (
                "denied: Unauthenticated request. Unauthenticated requests do not have permission \
                 \"artifactregistry.repositories.uploadArtifacts\" on resource \"projects/p/locations/l/repositories/r\" (or it \
                 may not exist)",
                false,
                Problem::Login,
            ),
            (
                "denied: Permission \"artifactregistry.repositories.uploadArtifacts\" denied on resource \
                 \"projects/p/locations/l/repositories/r\" (or it may not exist)",
                true,
                Problem::Right,
            ),
            ("name unknown: Repository \"r\" not found", true, Problem::Repository),
            (
                "Get \"https://x.example/v2/\": dial tcp: lookup x.example: no such host",
                false,
                Problem::Unreachable,
            ),
            (
                "Get \"https://127.0.0.1:9/v2/\": dial tcp 127.0.0.1:9: connect: connection refused",
                false,
                Problem::Unreachable,
            ),
            (
                "Get \"https://x/v2/\": x509: certificate signed by unknown authority",
                false,
                Problem::Tls,
            ),
            (
                "Get \"https://x/v2/\": http: server gave HTTP response to HTTPS client",
                false,
                Problem::Tls,
            ),
            (
                "manifest invalid: cannot update tag \"test\". The repository has enabled tag immutability",
                true,
                Problem::Immutable,
            ),
            (
                "tag invalid: The image tag 'test' already exists in the 'r' repository and cannot be overwritten because \
                 the tag is immutable.",
                true,
                Problem::Immutable,
            ),
            (
                "received unexpected HTTP status: 500: write /var/lib/registry: no space left on device",
                true,
                Problem::Full,
            ),
            ("toomanyrequests: You have reached your limit", true, Problem::Limited),
            (
                "received unexpected HTTP status: 500 Internal Server Error",
                true,
                Problem::Failed,
            ),
            (
                "received unexpected HTTP status: 418 I'm a teapot",
                true,
                Problem::Other,
            ),
        ] {
            assert_eq!(problem(words, logged_in), expected, "{words}");
        }
    }

    #[test]
    fn each_names_the_registry_and_its_mend() {
        let nobody = Looked {
            login: None,
            file: Some("/home/me/.docker/config.json".into()),
            is_there: true,
        };
        let reference = ImageName::parse("europe-west1-docker.pkg.dev/p/r/i:test").unwrap();
        let order = |reference, looked| PushOrder { reference, looked };
        let told = error(&order(&reference, &nobody), "no basic auth credentials");
        assert!(told.to_string().contains("europe-west1-docker.pkg.dev"), "{told}");
        assert!(told.to_string().contains("config.json"), "{told}");
        assert!(
            told.help_text().unwrap().contains("gcloud auth configure-docker"),
            "{told}"
        );
        let hub = ImageName::parse("someone/i:test").unwrap();
        assert!(
            error(&order(&hub, &nobody), "denied")
                .help_text()
                .unwrap()
                .contains("docker login")
        );
        let fresh = Looked {
            is_there: false,
            ..nobody.clone()
        };
        let told = error(&order(&hub, &fresh), "denied");
        assert!(told.to_string().contains("does not exist yet"), "{told}");
        let told = error(&order(&hub, &nobody), "dial tcp: lookup x: no such host");
        assert!(!told.to_string().contains("config.json"), "{told}");
    }
}
