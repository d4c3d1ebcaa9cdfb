//! What the final stage of a Dockerfile will make, as far as its text tells.

use std::collections::BTreeMap;

use crate::dockerfile::{
    instruction::{Dockerfile, Form, Instruction, Keyword},
    substitute, words,
};

/// A value and the line that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Line, from 1.
    pub line: u32,
}

/// A stage: a FROM and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage<'a> {
    /// Its name after AS, in lower case.
    pub name: Option<String>,
    /// The base as written.
    pub base: String,
    /// Its FROM.
    pub from: &'a Instruction,
    /// What follows, up to the next FROM.
    pub instructions: Vec<&'a Instruction>,
}

/// A variable of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value, variables put in.
    pub value: String,
    /// Line, from 1.
    pub line: u32,
}

/// A build argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgVar {
    /// Its name.
    pub name: String,
    /// Its default, that of the global one where a stage only names it again.
    pub default: Option<String>,
    /// Line, from 1.
    pub line: u32,
    /// Whether it is declared before the first FROM.
    pub global: bool,
}

/// A COPY or ADD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What is copied.
    pub sources: Vec<String>,
    /// Where to, as an absolute path.
    pub destination: String,
    /// The stage or image it comes from.
    pub from: Option<String>,
    /// Line, from 1.
    pub line: u32,
}

/// What the final stage will make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalImage<'a> {
    /// The image that it all stands on, variables put in, stages followed to their end.
    pub base: Located<String>,
    /// Environment, in order.
    pub env: Vec<EnvVar>,
    /// Build arguments, global ones first.
    pub args: Vec<ArgVar>,
    /// USER.
    pub user: Option<Located<String>>,
    /// WORKDIR as an absolute path, "/" when there is none.
    pub workdir: String,
    /// Line of the last WORKDIR.
    pub workdir_line: Option<u32>,
    /// "8000/tcp", and the line.
    pub exposed: Vec<(String, u32)>,
    /// ENTRYPOINT.
    pub entrypoint: Option<Located<Form>>,
    /// CMD.
    pub cmd: Option<Located<Form>>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Every RUN.
    pub runs: Vec<&'a Instruction>,
    /// Every COPY and ADD.
    pub copies: Vec<Copied>,
    /// Every instruction of the stages that the image is made of, in order, without FROM.
    pub instructions: Vec<&'a Instruction>,
}

/// The stages, in order.
pub fn stages(dockerfile: &Dockerfile) -> Vec<Stage<'_>> {
    let mut found: Vec<Stage<'_>> = Vec::new();
    for instruction in &dockerfile.instructions {
        if instruction.keyword == Keyword::From {
            let parts: Vec<&str> = instruction.text.split_whitespace().collect();
            let name = match parts.as_slice() {
                [_, word, name, ..] if word.eq_ignore_ascii_case("as") => Some(name.to_lowercase()),
                _ => None,
            };
            found.push(Stage {
                name,
                base: parts.first().map_or(String::new(), |base| (*base).to_owned()),
                from: instruction,
                instructions: Vec::new(),
            });
        } else if let Some(stage) = found.last_mut() {
            stage.instructions.push(instruction);
        }
    }
    found
}

/// What the last stage, or the stage called `target`, will make; none when there is no such stage.
pub fn final_image<'a>(dockerfile: &'a Dockerfile, target: Option<&str>) -> Option<FinalImage<'a>> {
    let stages = stages(dockerfile);
    let last = match target {
        None => stages.len().checked_sub(1)?,
        Some(target) => stages.iter().position(|stage| stage.name.as_deref() == Some(&target.to_lowercase()))?,
    };
    let escape = dockerfile.escape;
    let mut args = Vec::new();
    for instruction in dockerfile.instructions.iter().take_while(|found| found.keyword != Keyword::From) {
        if instruction.keyword == Keyword::Arg {
            declare(instruction, escape, true, &mut args, &[]);
        }
    }
    // From the final stage down to the one that stands on an image, each stage before it only once.
    let mut chain = vec![last];
    let base = loop {
        let index = *chain.last()?;
        let stage = stages.get(index)?;
        let base = substitute::word(&stage.base, escape, &|name| lookup_args(&args, name));
        let earlier = stages[..index]
            .iter()
            .rposition(|other| other.name.as_deref() == Some(&base.to_lowercase()));
        match earlier {
            Some(earlier) => chain.push(earlier),
            None => break Located { value: base, line: stage.from.start_line },
        }
    };
    let mut image = FinalImage {
        base,
        env: Vec::new(),
        args,
        user: None,
        workdir: "/".to_owned(),
        workdir_line: None,
        exposed: Vec::new(),
        entrypoint: None,
        cmd: None,
        labels: BTreeMap::new(),
        runs: Vec::new(),
        copies: Vec::new(),
        instructions: Vec::new(),
    };
    for index in chain.into_iter().rev() {
        let globals: Vec<ArgVar> = image.args.iter().filter(|arg| arg.global).cloned().collect();
        image.args.clone_from(&globals);
        for instruction in &stages.get(index)?.instructions {
            image.instructions.push(instruction);
            apply(&mut image, instruction, escape, &globals);
        }
    }
    Some(image)
}

fn lookup_args(args: &[ArgVar], name: &str) -> Option<String> {
    args.iter().rev().find(|arg| arg.name == name).and_then(|arg| arg.default.clone())
}

fn declare(instruction: &Instruction, escape: char, global: bool, args: &mut Vec<ArgVar>, globals: &[ArgVar]) {
    for (_, word) in words::split(&instruction.text, escape) {
        let known = args.clone();
        let (name, default) = match word.split_once('=') {
            Some((name, value)) => (name, Some(substitute::word(value, escape, &|name| lookup_args(&known, name)))),
            None => (word.as_str(), globals.iter().rev().find(|arg| arg.name == word).and_then(|arg| arg.default.clone())),
        };
        args.push(ArgVar {
            name: name.to_owned(),
            default,
            line: instruction.start_line,
            global,
        });
    }
}

fn apply<'a>(image: &mut FinalImage<'a>, instruction: &'a Instruction, escape: char, globals: &[ArgVar]) {
    let line = instruction.start_line;
    let env = image.env.clone();
    let args = image.args.clone();
    let lookup = move |name: &str| {
        env.iter()
            .rev()
            .find(|env| env.name == name)
            .map(|env| env.value.clone())
            .or_else(|| args.iter().rev().find(|arg| arg.name == name && !arg.global)?.default.clone())
            .or_else(|| (name == "PATH").then(|| "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()))
    };
    let put_in = |text: &str| substitute::word(text, escape, &lookup);
    match instruction.keyword {
        Keyword::Arg => declare(instruction, escape, false, &mut image.args, globals),
        Keyword::Env => {
            for (name, value) in pairs(&instruction.text, escape) {
                let (name, value) = (put_in(&name), put_in(&value));
                image.env.push(EnvVar { name, value, line });
            }
        }
        Keyword::Label => {
            for (name, value) in pairs(&instruction.text, escape) {
                image.labels.insert(put_in(&name), put_in(&value));
            }
        }
        Keyword::User => {
            image.user = Some(Located {
                value: put_in(&instruction.text),
                line,
            });
        }
        Keyword::Workdir => {
            image.workdir = joined(&image.workdir, &put_in(&instruction.text));
            image.workdir_line = Some(line);
        }
        Keyword::Expose => {
            for (_, word) in words::split(&instruction.text, escape) {
                image.exposed.extend(ports(&put_in(&word)).into_iter().map(|port| (port, line)));
            }
        }
        Keyword::Entrypoint => {
            image.entrypoint = Some(Located {
                value: instruction.form.clone(),
                line,
            });
        }
        Keyword::Cmd => {
            image.cmd = Some(Located {
                value: instruction.form.clone(),
                line,
            });
        }
        Keyword::Run => image.runs.push(instruction),
        Keyword::Copy | Keyword::Add => {
            let mut parts: Vec<String> = match &instruction.form {
                Form::Exec(parts) => parts.iter().map(|part| put_in(part)).collect(),
                Form::Shell(text) => words::split(text, escape).iter().map(|(_, word)| put_in(word)).collect(),
            };
            if let Some(destination) = parts.pop() {
                image.copies.push(Copied {
                    sources: parts,
                    destination: joined(&image.workdir, &destination),
                    from: instruction.flag("from").map(str::to_owned),
                    line,
                });
            }
        }
        _ => {}
    }
}

/// `NAME=value NAME2=value2`, or the older `NAME the rest`.
fn pairs(text: &str, escape: char) -> Vec<(String, String)> {
    let words = words::split(text, escape);
    match words.first() {
        None => Vec::new(),
        Some((at, first)) if !first.contains('=') => {
            let rest = text.get(at + first.len()..).unwrap_or("").trim();
            vec![(first.clone(), rest.to_owned())]
        }
        Some(_) => words
            .iter()
            .map(|(_, word)| {
                let (name, value) = word.split_once('=').unwrap_or((word, ""));
                (name.to_owned(), value.to_owned())
            })
            .collect(),
    }
}

/// "8000", "8000/udp", "8000-8002".
fn ports(text: &str) -> Vec<String> {
    let (range, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let protocol = protocol.to_lowercase();
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    match (first.parse::<u16>(), last.parse::<u16>()) {
        (Ok(first), Ok(last)) if last >= first && last - first < 1000 => {
            (first..=last).map(|port| format!("{port}/{protocol}")).collect()
        }
        _ => vec![text.to_owned()],
    }
}

/// An absolute path, `path` being relative to `folder`.
fn joined(folder: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
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

    #[test]
    fn the_base_is_found_through_arguments_and_stages() {
        let cases = [
            ("FROM ubuntu:20.04", "ubuntu:20.04"),
            ("ARG V=20.04\nFROM ubuntu:$V", "ubuntu:20.04"),
            ("ARG V=3.8.14\nARG T=${V}-slim\nFROM python:${T} AS Base\nFROM base", "python:3.8.14-slim"),
            ("FROM a AS x\nFROM b\nCOPY --from=x /a /b", "b"),
            ("FROM a AS a\nFROM a", "a"),
        ];
        for (text, expected) in cases {
            assert_eq!(final_image(&parse(text), None).unwrap().base.value, expected, "{text}");
        }
        assert!(final_image(&parse("# nothing"), None).is_none());
    }

    #[test]
    fn the_configuration_is_read_in_every_spelling() {
        let text = "FROM a\nARG N=x\nARG G\nENV A 1 2\nENV B=$N C=\"d e\" P=${PATH}:/z\nworkdir app\nWORKDIR server\n\
                    EXPOSE 8000 53/udp\nUSER ${N}\nENTRYPOINT [\"p\"]\nCMD q r\nCOPY --chown=1 a b ./\nLABEL l=m";
        let parsed = parse(text);
        let image = final_image(&parsed, None).unwrap();
        let env: Vec<(&str, &str)> = image.env.iter().map(|env| (env.name.as_str(), env.value.as_str())).collect();
        assert_eq!(env[..3], [("A", "1 2"), ("B", "x"), ("C", "d e")]);
        assert!(env[3].1.ends_with("/bin:/z"));
        assert_eq!(image.workdir, "/app/server");
        assert_eq!(image.exposed[0].0, "8000/tcp");
        assert_eq!(image.exposed[1].0, "53/udp");
        assert_eq!(image.user.unwrap().value, "x");
        assert_eq!(image.cmd.unwrap().value, Form::Shell("q r".to_owned()));
        assert_eq!(image.copies[0].destination, "/app/server");
        assert_eq!(image.copies[0].sources, ["a", "b"]);
        assert_eq!(image.args.len(), 2);
        assert_eq!(image.labels["l"], "m");
    }

    #[test]
    fn a_stage_sees_a_global_argument_only_when_it_names_it() {
        let text = "ARG V=1\nFROM a\nENV X=$V\nARG V\nENV Y=$V";
        let parsed = parse(text);
        let image = final_image(&parsed, None).unwrap();
        assert_eq!(image.env[0].value, "");
        assert_eq!(image.env[1].value, "1");
    }
}
