//! Follows the instructions of a Dockerfile to what its final stage adds up to.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    arguments::ports,
    final_image::{ArgVar, Copied, EnvVar, FinalImage, Healthcheck, Located},
    instruction::{Dockerfile, Form, Instruction, Keyword},
    stages::Stage,
    substitute::{Rules, Substituted, substitute},
};

/// How many bytes all substituted values of one Dockerfile may have together.
const MOST_SUBSTITUTED: usize = 16 * 1024 * 1024;

/// How many instructions and triggers are carried out.
const MOST_APPLIED: usize = 1_000_000;

/// How many exposed ports are listed: every port of every protocol.
const MOST_PORTS: usize = 3 * 65536;

/// The build arguments that BuildKit sets by itself; their values depend on the machine that builds.
const PLATFORM: [&str; 8] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
];

/// The PATH that BuildKit takes for substitution as long as no ENV sets one.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What the last stage will have, or the one called `target` by name or number; none when that stage does not exist.
pub fn final_image<'a>(dockerfile: &'a Dockerfile, target: Option<&str>) -> Option<FinalImage<'a>> {
    let stages = dockerfile.stages();
    let last = match target {
        None => stages.len().checked_sub(1)?,
        Some(target) => {
            let name = target.to_lowercase();
            let named = stages
                .iter()
                .rposition(|stage| stage.name.as_deref() == Some(name.as_str()));
            named.or_else(|| target.parse().ok().filter(|index| *index < stages.len()))?
        }
    };
    let mut planner = Planner::new(dockerfile);
    for instruction in dockerfile
        .instructions
        .iter()
        .take_while(|found| found.keyword != Keyword::From)
    {
        if instruction.keyword == Keyword::Arg {
            planner.global(instruction);
        }
    }
    let globals = planner.globals.clone();
    let mut names: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for stage in &stages {
        if let Some(name) = &stage.name {
            names.entry(name).or_default().push(stage.index);
        }
    }
    let mut chain = vec![last];
    loop {
        let stage = stages.get(*chain.last()?)?;
        let base = planner.word(&stage.base, stage.line, &globals);
        let earlier = names
            .get(base.text.to_lowercase().as_str())
            .and_then(|indices| indices.get(indices.partition_point(|index| *index < stage.index).checked_sub(1)?));
        if let Some(earlier) = earlier {
            chain.push(*earlier);
            continue;
        }
        planner.image.base = Located {
            value: base.text,
            line: stage.line,
        };
        let builders = base
            .found
            .iter()
            .filter(|name| PLATFORM.contains(&name.as_str()))
            .cloned();
        planner.image.base_unresolved = base.unset.iter().cloned().chain(builders).collect();
        break;
    }
    chain.reverse();
    for index in &chain {
        planner.stage(dockerfile, stages.get(*index)?);
    }
    planner.image.stage_chain = chain;
    Some(planner.image)
}

struct Planner<'a> {
    escape: char,
    image: FinalImage<'a>,
    globals: BTreeMap<String, String>,
    /// What the current stage can use: the environment, and the arguments that it does not hide.
    env: BTreeMap<String, String>,
    triggers: Vec<&'a Instruction>,
    cmd_in_stage: bool,
    budget: usize,
    applied: usize,
}

impl<'a> Planner<'a> {
    fn new(dockerfile: &Dockerfile) -> Self {
        let image = FinalImage {
            base: Located {
                value: String::new(),
                line: 0,
            },
            base_unresolved: Vec::new(),
            stage_chain: Vec::new(),
            env: Vec::new(),
            args: Vec::new(),
            user: None,
            workdir: "/".to_owned(),
            workdir_line: None,
            exposed: Vec::new(),
            entrypoint: None,
            cmd: None,
            labels: BTreeMap::new(),
            volumes: Vec::new(),
            stop_signal: None,
            healthcheck: None,
            shell: vec!["/bin/sh".to_owned(), "-c".to_owned()],
            runs: Vec::new(),
            copies: Vec::new(),
            instructions: Vec::new(),
            unresolved: Vec::new(),
        };
        // The builder's own arguments stand for themselves: their values are not known here.
        let globals = PLATFORM
            .iter()
            .map(|name| ((*name).to_owned(), format!("${{{name}}}")))
            .collect();
        Self {
            escape: dockerfile.escape,
            image,
            globals,
            env: BTreeMap::from([("PATH".to_owned(), DEFAULT_PATH.to_owned())]),
            triggers: Vec::new(),
            cmd_in_stage: false,
            budget: MOST_SUBSTITUTED,
            applied: 0,
        }
    }

    fn word(&mut self, text: &str, line: u32, values: &BTreeMap<String, String>) -> Substituted {
        let found = substitute(text, self.escape, values, Rules::default());
        self.accept(found, text, line)
    }

    /// A word of the current stage. ENV wins over ARG, whichever comes first.
    fn stage_word(&mut self, text: &str, line: u32) -> Substituted {
        if !text.contains(['$', '\'', '"', self.escape]) && !text.contains(char::is_whitespace) {
            let words = if text.is_empty() {
                Vec::new()
            } else {
                vec![text.to_owned()]
            };
            return Substituted {
                text: text.to_owned(),
                words,
                found: BTreeSet::new(),
                unset: BTreeSet::new(),
            };
        }
        let found = substitute(text, self.escape, &self.env, Rules::default());
        self.accept(found, text, line)
    }

    fn accept(&mut self, found: Result<Substituted, String>, text: &str, line: u32) -> Substituted {
        let failed = |message: String| {
            (
                message,
                Substituted {
                    text: text.to_owned(),
                    ..Substituted::default()
                },
            )
        };
        let (message, value) = match found {
            Ok(found) if found.text.len() <= self.budget => {
                self.budget -= found.text.len();
                return found;
            }
            Ok(_) => failed(say!("it becomes too long").to_owned()),
            Err(message) => failed(message),
        };
        let short: String = text.chars().take(60).collect();
        self.image.unresolved.push(Located {
            value: format!("`{short}`: {message}"),
            line,
        });
        value
    }

    fn global(&mut self, instruction: &Instruction) {
        for pair in &instruction.pairs {
            let globals = std::mem::take(&mut self.globals);
            let default = pair
                .value
                .as_ref()
                .map(|value| self.word(value, pair.line, &globals).text);
            self.globals = globals;
            if let Some(default) = &default {
                self.globals.insert(pair.name.clone(), default.clone());
            }
            self.image.args.push(ArgVar {
                name: pair.name.clone(),
                default,
                line: pair.line,
                global: true,
            });
        }
    }

    fn stage(&mut self, dockerfile: &'a Dockerfile, stage: &Stage) {
        self.cmd_in_stage = false;
        for trigger in std::mem::take(&mut self.triggers) {
            self.apply(trigger);
        }
        for instruction in dockerfile
            .instructions
            .get(stage.instructions.clone())
            .unwrap_or_default()
            .iter()
            .skip(1)
        {
            self.apply(instruction);
        }
    }

    fn apply(&mut self, instruction: &'a Instruction) {
        self.applied += 1;
        if self.applied > MOST_APPLIED {
            return;
        }
        let line = instruction.start_line;
        self.image.instructions.push(instruction);
        match instruction.keyword {
            Keyword::Arg => self.arg(instruction),
            Keyword::Env => self.env(instruction),
            Keyword::Label => {
                for pair in &instruction.pairs {
                    let name = self.stage_word(&pair.name, pair.line).text;
                    let value = self
                        .stage_word(pair.value.as_deref().unwrap_or_default(), pair.line)
                        .text;
                    self.image.labels.insert(name, Located { value, line: pair.line });
                }
            }
            Keyword::User => self.image.user = Some(self.located(instruction)),
            Keyword::Stopsignal => self.image.stop_signal = Some(self.located(instruction)),
            Keyword::Workdir => {
                let path = self.located(instruction).value;
                self.image.workdir = self.below_workdir(&path);
                self.image.workdir_line = Some(line);
            }
            Keyword::Expose => {
                for (word, offset) in instruction.arguments_at() {
                    let line = instruction.line_at(offset);
                    for word in self.stage_word(word, line).words {
                        let Some((range, protocol)) = ports(&word) else {
                            continue;
                        };
                        let room = MOST_PORTS.saturating_sub(self.image.exposed.len());
                        let ports = range.take(room).map(|port| (format!("{port}/{protocol}"), line));
                        self.image.exposed.extend(ports);
                    }
                }
            }
            Keyword::Volume => {
                for (word, offset) in instruction.arguments_at() {
                    let line = instruction.line_at(offset);
                    let value = self.stage_word(word, line).text;
                    self.image.volumes.push(Located { value, line });
                }
            }
            Keyword::Entrypoint => {
                self.image.entrypoint = Some(Located {
                    value: instruction.form.clone(),
                    line,
                });
                if !self.cmd_in_stage {
                    self.image.cmd = None;
                }
            }
            Keyword::Cmd => {
                self.image.cmd = Some(Located {
                    value: instruction.form.clone(),
                    line,
                });
                self.cmd_in_stage = true;
            }
            Keyword::Healthcheck => {
                let is_none = instruction.text.trim().eq_ignore_ascii_case("NONE");
                let test = (!is_none).then(|| instruction.form.clone());
                let value = Healthcheck {
                    test,
                    flags: instruction.flags.clone(),
                };
                self.image.healthcheck = Some(Located { value, line });
            }
            Keyword::Shell => {
                if let Form::Exec(words) = &instruction.form
                    && !words.is_empty()
                {
                    self.image.shell.clone_from(words);
                }
            }
            Keyword::Run => self.image.runs.push(instruction),
            Keyword::Copy | Keyword::Add => self.copy(instruction),
            Keyword::Onbuild => self.triggers.extend(instruction.on_build.as_deref()),
            Keyword::From | Keyword::Maintainer | Keyword::Unknown => {}
        }
    }

    fn located(&mut self, instruction: &Instruction) -> Located<String> {
        let line = instruction.start_line;
        Located {
            value: self.stage_word(&instruction.text, line).text,
            line,
        }
    }

    fn arg(&mut self, instruction: &Instruction) {
        for pair in &instruction.pairs {
            let default = match &pair.value {
                Some(value) => Some(self.stage_word(value, pair.line).text),
                None => self.globals.get(&pair.name).cloned(),
            };
            if let Some(value) = &default {
                let is_env = self.image.env.iter().any(|variable| variable.name == pair.name);
                if !is_env {
                    self.env.insert(pair.name.clone(), value.clone());
                }
            }
            let is_builders = pair.value.is_none() && PLATFORM.contains(&pair.name.as_str());
            let default = default.filter(|_| !is_builders);
            self.image.args.push(ArgVar {
                name: pair.name.clone(),
                default,
                line: pair.line,
                global: false,
            });
        }
    }

    /// All values of one ENV see the environment as it was before it.
    fn env(&mut self, instruction: &Instruction) {
        let mut set = Vec::new();
        for pair in &instruction.pairs {
            let name = self.stage_word(&pair.name, pair.line).text;
            let value = self
                .stage_word(pair.value.as_deref().unwrap_or_default(), pair.line)
                .text;
            set.push(EnvVar {
                name,
                value,
                line: pair.line,
            });
        }
        for variable in &set {
            self.env.insert(variable.name.clone(), variable.value.clone());
        }
        self.image.env.extend(set);
    }

    /// A path as an absolute one; as it is when the Dockerfile has become too much.
    fn below_workdir(&mut self, path: &str) -> String {
        let length = self.image.workdir.len() + path.len();
        if length > self.budget {
            return path.to_owned();
        }
        self.budget -= length;
        joined(&self.image.workdir, path)
    }

    fn copy(&mut self, instruction: &Instruction) {
        let mut words: Vec<String> = Vec::new();
        for (word, offset) in instruction.arguments_at() {
            let line = instruction.line_at(offset);
            words.push(self.stage_word(word, line).text);
        }
        let Some(written) = words.pop() else { return };
        let mut destination = self.below_workdir(&written);
        let is_folder = written.ends_with('/') || written == "." || written.ends_with("/.");
        if is_folder && !destination.ends_with('/') {
            destination.push('/');
        }
        self.image.copies.push(Copied {
            is_add: instruction.keyword == Keyword::Add,
            sources: words,
            destination,
            from: instruction.flag("from").map(str::to_owned),
            flags: instruction.flags.clone(),
            line: instruction.start_line,
        });
    }
}

/// A path below a folder, or by itself when it starts with `/`; without `.`, `..` and doubled slashes.
fn joined(folder: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::parse;

    fn base(text: &str) -> (String, u32, Vec<String>) {
        let parsed = parse(text);
        let image = final_image(&parsed, None).unwrap();
        (image.base.value.clone(), image.base.line, image.base_unresolved.clone())
    }

    #[test]
    fn the_base_is_followed_to_its_root() {
        for (text, value, line, unresolved) in [
            ("FROM ubuntu:20.04\n", "ubuntu:20.04", 1, vec![]),
            ("ARG V=20.04\nFROM ubuntu:${V}\n", "ubuntu:20.04", 2, vec![]),
            (
                "ARG V=20.04\nARG I=ubuntu:$V\nFROM $I AS a\nFROM a\n",
                "ubuntu:20.04",
                3,
                vec![],
            ),
            ("FROM ubuntu:${V:-20.04}\n", "ubuntu:20.04", 1, vec!["V"]),
            ("FROM ubuntu:$V\n", "ubuntu:", 1, vec!["V"]),
            ("FROM x AS Base\nFROM y AS base\nFROM BASE\n", "y", 2, vec![]),
            ("FROM x AS x\nFROM x\n", "x", 1, vec![]),
            ("FROM a AS b\nRUN 1\nFROM b AS c\nFROM other\nFROM c\n", "a", 1, vec![]),
            (
                "FROM --platform=$BUILDPLATFORM x-$TARGETARCH\n",
                "x-${TARGETARCH}",
                1,
                vec!["TARGETARCH"],
            ),
            ("ARG V=1\nFROM a:\"$V\"\nARG V=2\n", "a:1", 2, vec![]),
        ] {
            let unresolved: Vec<String> = unresolved.into_iter().map(str::to_owned).collect();
            assert_eq!(base(text), (value.to_owned(), line, unresolved), "{text}");
        }
        assert_eq!(final_image(&parse("ARG x=1\n"), None), None);
    }

    #[test]
    fn a_target_is_found_by_name_or_number() {
        let parsed = parse("FROM a AS one\nFROM b\n");
        for (target, base) in [
            ("one", Some("a")),
            ("ONE", Some("a")),
            ("1", Some("b")),
            ("2", None),
            ("two", None),
        ] {
            let found = final_image(&parsed, Some(target)).map(|image| image.base.value);
            assert_eq!(found.as_deref(), base, "{target}");
        }
    }

    #[test]
    fn environment_and_arguments_are_put_in() {
        let text = "ARG G=g\nARG DEBIAN_FRONTEND=noninteractive\nFROM x\nARG DEBIAN_FRONTEND\nARG A=1\nENV A=2 B=$A\n\
                    ENV C \"legacy $A\" ok\nENV D=${A}-${G:-none} E='$A' A=3\nENV F=${A#3}x PATH=/x:$PATH\n";
        let parsed = parse(text);
        let image = final_image(&parsed, None).unwrap();
        for (name, value) in [
            ("B", "1"),
            ("C", "legacy 2 ok"),
            ("D", "2-none"),
            ("E", "$A"),
            ("A", "3"),
            ("F", "x"),
            (
                "PATH",
                "/x:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
        ] {
            assert_eq!(
                image.env_value(name).map(|variable| variable.value.as_str()),
                Some(value),
                "{name}"
            );
        }
        let args: Vec<_> = image
            .args
            .iter()
            .map(|arg| (arg.name.as_str(), arg.default.as_deref(), arg.line, arg.global))
            .collect();
        assert_eq!(
            args,
            [
                ("G", Some("g"), 1, true),
                ("DEBIAN_FRONTEND", Some("noninteractive"), 2, true),
                ("DEBIAN_FRONTEND", Some("noninteractive"), 4, false),
                ("A", Some("1"), 5, false),
            ]
        );
    }

    #[test]
    fn configuration_is_added_up_over_the_chain() {
        let text = "FROM x AS base\nWORKDIR /srv\nUSER root\nCMD [\"a\"]\nENV P=80\nRUN one\nONBUILD RUN two\n\
                    FROM base\nWORKDIR app\nENTRYPOINT [\"b\"]\nEXPOSE $P 53/UDP 7000-7001\nUSER 10000:10000\n\
                    COPY --chown=1:1 --from=0 a b ./\nADD [\"c d\", \"/e\"]\nLABEL a=1 b=\"x y\"\nLABEL a=2\n\
                    VOLUME /v\nSTOPSIGNAL SIGINT\nHEALTHCHECK --interval=1s CMD curl x\nSHELL [\"/bin/bash\", \"-c\"]\n";
        let parsed = parse(text);
        let image = final_image(&parsed, None).unwrap();
        assert_eq!(image.stage_chain, [0, 1]);
        assert_eq!((image.workdir.as_str(), image.workdir_line), ("/srv/app", Some(9)));
        assert_eq!(
            image.user,
            Some(Located {
                value: "10000:10000".to_owned(),
                line: 12
            })
        );
        assert_eq!(image.cmd, None, "an inherited CMD is dropped by ENTRYPOINT");
        let ports: Vec<&str> = image.exposed.iter().map(|(port, _)| port.as_str()).collect();
        assert_eq!(ports, ["80/tcp", "53/udp", "7000/tcp", "7001/tcp"]);
        let runs: Vec<&str> = image.runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(runs, ["one", "two"]);
        assert_eq!(image.copies[0].destination, "/srv/app/");
        assert_eq!(image.copies[0].sources, ["a", "b"]);
        assert_eq!(image.copies[0].from.as_deref(), Some("0"));
        assert_eq!(
            (
                image.copies[1].sources[0].as_str(),
                image.copies[1].destination.as_str()
            ),
            ("c d", "/e")
        );
        assert_eq!(
            image.labels["a"],
            Located {
                value: "2".to_owned(),
                line: 16
            }
        );
        assert_eq!(image.labels["b"].value, "x y");
        assert_eq!(image.volumes[0].value, "/v");
        assert_eq!(
            image.healthcheck.unwrap().value.test,
            Some(Form::Shell("curl x".to_owned()))
        );
        assert_eq!(image.shell, ["/bin/bash", "-c"]);
    }

    #[test]
    fn cmd_stays_beside_an_entrypoint_of_its_own_stage() {
        let parsed = parse("FROM x\nCMD [\"a\"]\nENTRYPOINT [\"b\"]\n");
        assert_eq!(final_image(&parsed, None).unwrap().cmd.unwrap().line, 2);
    }

    #[test]
    fn values_that_double_on_every_line_stay_small() {
        let text = format!("FROM x\nENV a=xxxxxxxxxxxxxxxx\n{}", "ENV a=$a$a$a$a\n".repeat(5000));
        let parsed = parse(&text);
        let image = final_image(&parsed, None).unwrap();
        assert!(image.env.iter().map(|variable| variable.value.len()).sum::<usize>() <= MOST_SUBSTITUTED * 2);
        assert!(!image.unresolved.is_empty());
    }
}
