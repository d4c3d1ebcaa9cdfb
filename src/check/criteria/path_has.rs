//! `check.path-has`: a folder is on the image's PATH.

use serde::Deserialize;

use super::{
    Judge,
    env::{line_of, value_of},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The folder, "/home/runner/.local/bin".
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct PathHas(String);

impl Judge for PathHas {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let path = match value_of(case, "PATH") {
            Ok(path) => path.unwrap_or_default(),
            Err(outcome) => return outcome,
        };
        let wanted = self.0.trim_end_matches('/');
        let has = path.split(':').any(|folder| folder.trim_end_matches('/') == wanted);
        Outcome::pass_if(has, || {
            let found = if path.is_empty() {
                "PATH is not set in the Dockerfile".to_owned()
            } else {
                format!("PATH is `{path}`")
            };
            Failure::new(format!("`{wanted}` among the folders of PATH"), found)
                .at(line_of(case, "PATH").and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn a_folder_is_on_path_only_as_itself() {
        let has = r#"path-has = "/home/r/bin""#;
        let path = |value: &str| {
            let value = value.to_owned();
            move |image: &mut crate::check::evidence::ImageEvidence| image.env.push(("PATH".to_owned(), value))
        };
        let sample = Sample::of("FROM b\nENV PATH=x\n");
        sample.clone().image(path("/bin:/home/r/bin")).passes(has);
        sample.clone().image(path("/home/r/bin/:/bin")).passes(has);
        sample.clone().image(path("/bin:~/bin")).fails(has, "~/bin");
        sample.image(path("/home/r/bin2")).fails(has, "bin2");
        assert!(is_refused("path-has = []"));
    }
}
