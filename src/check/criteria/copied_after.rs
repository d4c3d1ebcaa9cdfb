//! `check.copied-after`: a file gets into a stage only after the command that should come from the build cache.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, says_something},
    runs_command::{Nearest, RunsCommand},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{Copied, FinalImage, Flag, Glob, final_image},
};

/// The file, and the command.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CopiedAfter {
    /// A file of the build context, by its path below it.
    file: String,
    /// The command, as for `runs-command`.
    command: RunsCommand,
}

impl Judge for CopiedAfter {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let Some(dockerfile) = case.dockerfile.filter(|_| case.planned.is_some()) else {
            return Outcome::skipped(say!("the Dockerfile has no stage yet"));
        };
        let wanted = self.command.wanted();
        let mut is_run = false;
        for index in 0..dockerfile.stages().len() {
            let Some(stage) = final_image(dockerfile, Some(&index.to_string())) else {
                continue;
            };
            for (at, run) in stage.runs.iter().enumerate() {
                let Nearest::Whole(line) = self.command.in_runs(&stage.runs[at..=at]) else {
                    continue;
                };
                is_run = true;
                let mounted = run.flags.iter().find(|flag| self.is_mounted(flag));
                let brought = mounted
                    .map(|flag| flag.line)
                    .or_else(|| self.copied_above(&stage, run.start_line));
                if let Some(by) = brought {
                    let file = &self.file;
                    let expected = say!("`{file}` gets in only below `{wanted}`"; file, wanted);
                    let found = say!("line {by} brings it in before line {line} runs `{wanted}`"; by, line, wanted);
                    return Outcome::Fail(Failure::new(expected, found).at(case.line(by)));
                }
            }
        }
        if is_run {
            Outcome::Pass
        } else {
            Outcome::skipped(say!("no RUN does `{wanted}` yet"; wanted))
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = says_something("file", &self.file);
        mistakes.extend(self.command.mistakes());
        mistakes
    }
}

impl CopiedAfter {
    /// The line above this one that copies the file.
    fn copied_above(&self, stage: &FinalImage<'_>, line: u32) -> Option<u32> {
        let has_it = |copied: &&Copied| {
            // What is left out of a folder is not looked into.
            let is_whole = !copied.flags.iter().any(|flag| flag.name == "exclude");
            copied.from.is_none() && is_whole && copied.sources.iter().any(|source| self.is_in(source))
        };
        let mut above = stage.copies.iter().filter(|copied| copied.line < line);
        above.find(has_it).map(|copied| copied.line)
    }

    /// Whether a flag of RUN mounts the file from the build context.
    fn is_mounted(&self, flag: &Flag) -> bool {
        let fields = flag.value.iter().flat_map(|value| value.split(','));
        let pairs: Vec<(String, &str)> = fields
            .map(|field| {
                let (key, value) = field.split_once('=').unwrap_or((field, ""));
                (key.to_lowercase(), value)
            })
            .collect();
        let value = |keys: &[&str]| {
            let mut found = pairs.iter().filter(|(key, _)| keys.contains(&key.as_str()));
            found.next().map(|(_, value)| *value)
        };
        flag.name == "mount"
            && value(&["type"]).is_none_or(|kind| kind.eq_ignore_ascii_case("bind"))
            && value(&["from"]).is_none()
            && self.is_in(value(&["source", "src"]).unwrap_or("."))
    }

    /// Whether a source of the build context has the file.
    fn is_in(&self, source: &str) -> bool {
        let parts: Vec<&str> = source.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let source = parts.join("/");
        let file = self.file.trim_start_matches("./");
        let folders = file.match_indices('/').map(|(at, _)| &file[..at]);
        source.is_empty()
            || Glob::new(&source).is_ok_and(|pattern| folders.chain([file]).any(|path| pattern.matches(path)))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::Sample;

    const CHECK: &str =
        r#"copied-after = { file = "app/main.py", command = { programs = ["pip"], words = ["install"] } }"#;

    #[test]
    fn what_brings_the_file_in_before_the_command_is_told() {
        for before in [
            "COPY . .",
            "COPY ./ /srv/",
            "ADD app /srv/app",
            "COPY setup.py app/main.py /srv/",
            "COPY a* /srv/",
            "COPY app/*.py /srv/",
            "ARG D=app\nCOPY $D /srv/",
        ] {
            let sample = Sample::of(&format!("FROM b\n{before}\nRUN pip install x\n"));
            let line = if before.starts_with("ARG") { 3 } else { 2 };
            sample.fails_at(CHECK, "before line", line);
        }
        for before in [
            "COPY requirements.txt .",
            "COPY --from=c . .",
            "COPY apps /srv/",
            "COPY --exclude=app . .",
            "COPY <<E /main.py\nE",
        ] {
            Sample::of(&format!("FROM b\n{before}\nRUN pip install x\nCOPY . .\n")).passes(CHECK);
        }
    }

    #[test]
    fn other_stages_and_mounts_count() {
        Sample::of("FROM b AS deps\nCOPY . .\nRUN python -m pip install x\nFROM c\nCOPY --from=deps /x /x\n")
            .fails_at(CHECK, "line 2", 2);
        Sample::of("FROM b AS deps\nCOPY . .\nFROM deps\nRUN pip install x\n").fails_at(CHECK, "line 2", 2);
        Sample::of("FROM b AS code\nCOPY . .\nFROM c\nRUN pip install x\n").passes(CHECK);
        let mounted = |mount: &str| Sample::of(&format!("FROM b\nRUN --mount={mount} pip install x\n"));
        mounted("type=bind,target=/src").fails_at(CHECK, "line 2", 2);
        mounted("src=app,target=/src").fails_at(CHECK, "line 2", 2);
        mounted("type=bind,source=requirements.txt,target=/r.txt").passes(CHECK);
        mounted("type=bind,from=deps,target=/src").passes(CHECK);
        mounted("type=cache,target=/root/.cache/pip").passes(CHECK);
        Sample::of("FROM b\nCOPY . .\nRUN pip download x\n").skips(CHECK);
    }
}
