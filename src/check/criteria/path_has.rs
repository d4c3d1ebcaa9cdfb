//! `check.path-has`: a folder is on the image's PATH.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    env::{line_of, value_of},
    judge::{Judge, says_something},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile,
};

/// The folder, "/home/runner/.local/bin".
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
                say!("PATH is not set in the Dockerfile").to_owned()
            } else {
                say!("PATH is `{path}`"; path)
            };
            let line = line_of(case, "PATH");
            let failure = Failure::new(say!("`{wanted}` among the folders of PATH"; wanted), found).at(case.at(line));
            let line = line.unwrap_or_default();
            let folders = || path.split(':').map(|folder| folder.trim_end_matches('/'));
            if let Some(found) = folders().find(|folder| folder.starts_with('~')) {
                return failure
                    .why(say!(
                        "ENV does not replace `~`. Only a shell does, and no shell reads PATH here."
                    ))
                    .cause(
                        "tilde",
                        say!("Change `{found}` on line {line} to `{wanted}`."; found, line, wanted),
                    );
            }
            // A folder that ends as the wanted one does, or nearly has its letters.
            let end = |folder: &str| folder.rsplit('/').take(2).collect::<Vec<_>>().join("/");
            let is_near =
                |folder: &&str| end(folder) == end(wanted) || dockerfile::nearest(folder, &[wanted]).is_some();
            match folders().find(is_near).filter(|_| line > 0) {
                Some(found) => failure.cause(
                    "another-folder",
                    say!("PATH on line {line} has `{found}`: change it to `{wanted}`."; line, found, wanted),
                ),
                None => failure.cause("missing", {
                    let env = format!("ENV PATH=\"${{PATH}}:{wanted}\"");
                    say!("Add `{env}` to the Dockerfile."; env)
                }),
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        says_something("path-has", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const LOCAL: &str = r#"path-has = "/home/runner/.local/bin""#;

    #[test]
    fn the_folder_may_stand_anywhere_in_it() {
        for env in [
            "ENV PATH=/home/runner/.local/bin:$PATH",
            "ENV PATH=\"${PATH}:/home/runner/.local/bin/\"",
            "ENV HOME=/home/runner\nENV PATH=/a:$HOME/.local/bin:/b",
            "ENV PATH /home/runner/.local/bin",
        ] {
            Sample::of(&format!("FROM x\n{env}\n"))
                .passes(LOCAL)
                .is_provisional(LOCAL);
        }
    }

    #[test]
    fn a_part_of_its_name_is_not_enough() {
        Sample::of("FROM x\nENV PATH=/home/runner/.local/bin2:/bin\n").fails_at(LOCAL, "bin2:/bin`", 2);
        Sample::of("FROM x\nENV PATH=/a:$PATH\nRUN export PATH=/home/runner/.local/bin:$PATH\n").fails_at(
            LOCAL,
            "PATH is `/a:/usr/local/sbin",
            2,
        );
        Sample::of("FROM x\n").fails(LOCAL, "PATH is not set");
    }

    #[test]
    fn the_image_has_the_last_word() {
        let path = |value: &str| ("PATH".to_owned(), value.to_owned());
        let dockerfile = "FROM x\nENV PATH=/home/runner/.local/bin:$PATH\n";
        Sample::of("FROM x\n")
            .image(|image| image.config.env.push(path("/bin:/home/runner/.local/bin")))
            .passes(LOCAL)
            .is_settled(LOCAL);
        Sample::of(dockerfile)
            .image(|image| image.config.env.push(path("/bin")))
            .fails_at(LOCAL, "PATH is `/bin`", 2);
    }

    #[test]
    fn its_setting_is_a_folder() {
        refused(r#"path-has = ["/bin"]"#, "invalid type");
        refused(r#"path-has = { any-of = ["/bin"] }"#, "invalid type");
        Sample::of("").skips(LOCAL);
    }
}
