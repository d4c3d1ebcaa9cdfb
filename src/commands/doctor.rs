//! `dockerlab doctor`: what is wrong with the engine, and how to mend it.

mod look;

use std::io::Write;

use crate::{
    commands::lab::Lab,
    disk::Workspace,
    error::{Error, Kind},
    exit::ExitStatus,
    output,
};

use look::{Finding, State, Topic, look};

/// Look the engine over: a line a finding, and how to mend it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It looks at the engine, how it was found, its API, builder and image store, its disk, clock and proxy, the \
                  ports of the course and the base images. The first check in a workspace does the same by itself."
)]
pub struct Args {}

/// Runs the command.
pub fn run(lab: &mut Lab, _: &Args) -> Result<ExitStatus, Error> {
    let mut out = std::io::stdout().lock();
    let found = look(lab)?;
    for finding in &found {
        line(&mut out, lab, finding)?;
    }
    writeln!(out)?;
    if found.iter().any(|finding| finding.state == State::Bad) {
        writeln!(out, "{}", say!("Mend what fails, and run `dockerlab doctor` again."))?;
        return Ok(ExitStatus::Engine);
    }
    writeln!(out, "{}", say!("Everything that the course needs is there."))?;
    Ok(ExitStatus::Done)
}

/// Writes a finding: its state in words, what it is about, and how to mend it.
fn line(out: &mut dyn Write, lab: &Lab, finding: &Finding) -> Result<(), Error> {
    let style = lab.style();
    let (word, dressed) = match finding.state {
        State::Good => (say!("OK"), style.good(say!("OK"))),
        State::Note => (say!("NOTE"), style.care(say!("NOTE"))),
        State::Bad => (say!("FAIL"), style.fail(say!("FAIL"))),
    };
    let pad = |word: &str, width: usize| " ".repeat(width.saturating_sub(word.chars().count()).max(1));
    let indent = " ".repeat(23);
    writeln!(
        out,
        "  {dressed}{}{}{}{}",
        pad(word, 6),
        finding.what,
        pad(finding.what, 15),
        output::wrapped(&finding.text, lab.settings.columns, &indent)
    )?;
    if let Some(mend) = &finding.mend {
        let label = say!("mend:");
        let deeper = " ".repeat(24 + label.chars().count());
        writeln!(
            out,
            "{indent}{} {}",
            style.dim(label),
            output::wrapped(mend, lab.settings.columns, &deeper)
        )?;
    }
    Ok(())
}

/// Looks the engine over before a workspace's first build on it. Told is only what something can be done about.
///
/// # Errors
/// When the engine fails.
pub(super) fn before_the_first_build(lab: &Lab, workspace: &Workspace) -> Result<Vec<String>, Error> {
    let identity = look::identity(lab)?;
    if workspace.examined().as_deref() == Some(identity.as_str()) {
        return Ok(Vec::new());
    }
    let mut told = Vec::new();
    let is_worth = |finding: &&Finding| finding.state != State::Good && finding.mend.is_some();
    for finding in look(lab)?.iter().filter(is_worth) {
        line(&mut told, lab, finding)?;
    }
    workspace.set_examined(&identity)?;
    Ok(String::from_utf8_lossy(&told).lines().map(str::to_owned).collect())
}

/// An engine's error with what the doctor finds on it, so that its cause is not left to be guessed.
pub(crate) fn explained(lab: &Lab, error: Error) -> Error {
    let Some(topics) = topics(&error) else { return error };
    let Ok(found) = look(lab) else { return error };
    let matching = found
        .into_iter()
        .find(|finding| finding.state != State::Good && topics.contains(&finding.topic));
    match matching {
        None => error,
        Some(finding) => {
            let error = error.cause(say!("dockerlab doctor says of the {}: {}", finding.what, finding.text));
            match finding.mend {
                Some(mend) => error.help(mend),
                None => error,
            }
        }
    }
}

/// What an engine's error may come from, by its words; none where the doctor would know nothing of it.
fn topics(error: &Error) -> Option<&'static [Topic]> {
    if error.kind() != Kind::Engine {
        return None;
    }
    let words = error.to_string().to_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if says(&["no space left"]) {
        Some(&[Topic::Disk])
    } else if says(&["toomanyrequests", "rate limit", "pull access denied"]) {
        Some(&[Topic::Bases])
    } else if says(&["not yet valid", "not valid yet", "certificate has expired"]) {
        Some(&[Topic::Clock])
    } else if says(&[
        "no such host",
        "i/o timeout",
        "dial tcp",
        "proxyconnect",
        "tls handshake",
        "unreachable",
    ]) {
        Some(&[Topic::Proxy, Topic::Clock])
    } else if says(&["already allocated", "address already in use", "is taken"]) {
        Some(&[Topic::Ports])
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_apart_by_its_words() {
        let topics = |text: &str| topics(&Error::engine("the build failed").cause(text)).map(<[Topic]>::to_vec);
        assert_eq!(topics("write /x: no space left on device"), Some(vec![Topic::Disk]));
        assert_eq!(topics("toomanyrequests: slow down"), Some(vec![Topic::Bases]));
        assert_eq!(
            topics("dial tcp: lookup x: no such host"),
            Some(vec![Topic::Proxy, Topic::Clock])
        );
        assert_eq!(topics("x509: certificate is not yet valid"), Some(vec![Topic::Clock]));
        assert_eq!(topics("a syntax error"), None);
        assert_eq!(super::topics(&Error::usage("no space left on device")), None);
    }
}
