//! Whether an instruction's arguments are what it takes, as BuildKit checks them before it builds.

use std::{
    collections::{BTreeMap, HashSet},
    ops::RangeInclusive,
};

use super::{
    blanks::{is_blank, quoted_words},
    flags::{Takes, known, mount_problem},
    heredoc,
    instruction::{Form, Instruction, Keyword, Pair},
    problem::{Problem, ProblemKind, nearest},
    reference::ImageName,
    stages::{is_stage_name, stage_name},
    substitute::{Rules, substitute},
};

/// Checks one instruction and reads its names and values.
pub(super) fn check(instruction: &mut Instruction, escape: char, problems: &mut Vec<Problem>) {
    check_flags(instruction, problems);
    if matches!(instruction.keyword, Keyword::Env | Keyword::Label | Keyword::Arg) {
        read_pairs(instruction, escape, problems);
    }
    let number = instruction.words.len();
    let place = (instruction.start_line, instruction.start_column);
    let name = instruction.keyword.name();
    let mut tell = |kind, message: String| problems.push(Problem::new(kind, place, message));
    match instruction.keyword {
        Keyword::From => check_from(instruction, &mut tell),
        Keyword::Add | Keyword::Copy => {
            if number < 2 {
                tell(
                    ProblemKind::MissingArguments,
                    say!("{name} needs a source and a destination"; name),
                );
            } else if instruction
                .words
                .last()
                .is_some_and(|(word, _)| heredoc::named(word).is_some())
                && matches!(instruction.form, Form::Shell(_))
            {
                tell(
                    ProblemKind::BadArguments,
                    say!("a here-document cannot be the destination of {name}"; name),
                );
            }
        }
        Keyword::Workdir | Keyword::User | Keyword::Stopsignal | Keyword::Maintainer => {
            if number == 0 {
                tell(ProblemKind::MissingArguments, say!("{name} needs an argument"; name));
            }
        }
        Keyword::Env | Keyword::Label | Keyword::Arg | Keyword::Expose | Keyword::Volume | Keyword::Onbuild => {
            if number == 0 {
                tell(
                    ProblemKind::MissingArguments,
                    say!("{name} needs at least one argument"; name),
                );
            } else if instruction.keyword == Keyword::Expose {
                for (word, _) in &instruction.words {
                    if !word.contains(['$', '"', '\'', escape]) && ports(word).is_none() {
                        tell(ProblemKind::BadArguments, say!("`{word}` is not a valid port"; word));
                    }
                }
            } else if let Some(inner) = instruction.on_build.as_deref()
                && matches!(inner.keyword, Keyword::Onbuild | Keyword::From | Keyword::Maintainer)
            {
                tell(
                    ProblemKind::BadArguments,
                    say!("{} cannot follow ONBUILD", inner.keyword.name()),
                );
            }
        }
        Keyword::Shell => match &instruction.form {
            Form::Exec(words) if !words.is_empty() => {}
            Form::Exec(_) => tell(
                ProblemKind::MissingArguments,
                say!("SHELL needs at least one word").to_owned(),
            ),
            Form::Shell(_) => tell(ProblemKind::BadArguments, say!("SHELL takes a JSON array").to_owned()),
        },
        Keyword::Healthcheck => check_health(instruction, &mut tell),
        Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Unknown => {}
    }
}

fn check_from(instruction: &Instruction, tell: &mut impl FnMut(ProblemKind, String)) {
    let words: Vec<&str> = instruction.arguments().collect();
    match words.as_slice() {
        [] => tell(
            ProblemKind::MissingArguments,
            say!("FROM needs a base image").to_owned(),
        ),
        [_] => {}
        [_, middle, name] if middle.eq_ignore_ascii_case("as") => {
            if !is_stage_name(&name.to_lowercase()) {
                let message =
                    say!("`{name}` cannot name a stage: letters, digits, `-`, `_` and `.`, a letter first"; name);
                tell(ProblemKind::BadArguments, message);
            }
        }
        _ => tell(
            ProblemKind::BadArguments,
            say!("FROM takes an image, and a name after AS").to_owned(),
        ),
    }
}

fn check_health(instruction: &Instruction, tell: &mut impl FnMut(ProblemKind, String)) {
    let first = instruction.text.split_whitespace().next().unwrap_or_default();
    if first.is_empty() {
        tell(
            ProblemKind::MissingArguments,
            say!("HEALTHCHECK needs CMD or NONE").to_owned(),
        );
    } else if first.eq_ignore_ascii_case("NONE") {
        if !instruction.form.is_empty() {
            tell(
                ProblemKind::BadArguments,
                say!("HEALTHCHECK NONE takes no arguments").to_owned(),
            );
        }
    } else if !first.eq_ignore_ascii_case("CMD") {
        tell(
            ProblemKind::BadArguments,
            say!("HEALTHCHECK takes CMD or NONE, not `{first}`"; first),
        );
    } else if instruction.form.is_empty() {
        tell(
            ProblemKind::MissingArguments,
            say!("HEALTHCHECK CMD needs a command").to_owned(),
        );
    }
}

fn check_flags(instruction: &Instruction, problems: &mut Vec<Problem>) {
    let known = known(instruction.keyword);
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    for (index, flag) in instruction.flags.iter().enumerate() {
        let place = (flag.line, flag.column);
        let mut tell = |message: String| problems.push(Problem::new(ProblemKind::BadFlag, place, message));
        let Some((_, takes)) = known.iter().find(|(name, _)| *name == flag.name) else {
            let message = say!("{} has no flag `--{}`", instruction.keyword.name(), flag.name);
            problems.push(Problem::new(ProblemKind::BadFlag, place, message).suggesting(nearest(&flag.name, &names)));
            continue;
        };
        // Looking back is bounded: a flag that may come only once is found twice within the first few.
        if *takes != Takes::Values
            && instruction.flags[..index.min(16)]
                .iter()
                .any(|other| other.name == flag.name)
        {
            tell(say!("the flag `--{}` is given twice", flag.name));
        }
        match (takes, flag.value.as_deref()) {
            (Takes::Value | Takes::Values, None) => tell(say!("the flag `--{}` needs a value", flag.name)),
            (Takes::Switch, Some(value)) if !matches!(value, "true" | "false") => {
                tell(say!("the flag `--{}` is true or false, not `{value}`", flag.name; value));
            }
            (_, Some(value)) if flag.name == "mount" => {
                if let Some((message, meant)) = mount_problem(value) {
                    problems.push(Problem::new(ProblemKind::BadFlag, place, message).suggesting(meant));
                }
            }
            _ => {}
        }
    }
}

/// Reads `name=value …`, the old `name value`, and for ARG lone names.
fn read_pairs(instruction: &mut Instruction, escape: char, problems: &mut Vec<Problem>) {
    let words = quoted_words(&instruction.text, escape);
    let Some((first, at)) = words.first() else { return };
    let keyword = instruction.keyword;
    let mut pairs = Vec::new();
    if keyword != Keyword::Arg && !first.contains('=') {
        let (line, column) = instruction.locate(*at);
        match instruction.text.split_once(is_blank) {
            Some((name, value)) => pairs.push(Pair {
                name: name.to_owned(),
                value: Some(value.trim_start_matches(is_blank).to_owned()),
                line,
                column,
                legacy: true,
            }),
            None => problems.push(Problem::new(
                ProblemKind::MissingArguments,
                (line, column),
                say!("{} needs a value for `{first}`", keyword.name(); first),
            )),
        }
    } else {
        for (word, at) in &words {
            let (line, column) = instruction.locate(*at);
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            if value.is_none() && keyword != Keyword::Arg {
                problems.push(Problem::new(
                    ProblemKind::BadArguments,
                    (line, column),
                    say!("there is no `=` in `{word}`: {} takes name=value, with quotes around a value that contains spaces", keyword.name(); word),
                ));
                continue;
            }
            if name.is_empty() {
                let message = say!("{} has a value without a name", keyword.name());
                problems.push(Problem::new(ProblemKind::BadArguments, (line, column), message));
                continue;
            }
            pairs.push(Pair {
                name: name.to_owned(),
                value,
                line,
                column,
                legacy: false,
            });
        }
    }
    instruction.pairs = pairs;
}

/// Checks that there is a FROM, and nothing but ARG before it.
pub(super) fn check_order(instructions: &[Instruction], lines: usize, problems: &mut Vec<Problem>) {
    if instructions.is_empty() {
        let line = super::place::count(lines.max(1));
        problems.push(Problem::new(
            ProblemKind::Empty,
            (line, 1),
            say!("the file has no instructions"),
        ));
        return;
    }
    let first = instructions
        .iter()
        .find(|instruction| !matches!(instruction.keyword, Keyword::Arg | Keyword::Unknown));
    match first {
        Some(instruction) if instruction.keyword == Keyword::From => {}
        Some(instruction) => {
            let message = say!("{} is before the first FROM", instruction.keyword.name());
            problems.push(Problem::new(
                ProblemKind::NoFrom,
                (instruction.start_line, instruction.start_column),
                message,
            ));
        }
        None => problems.push(Problem::new(ProblemKind::NoFrom, (1, 1), say!("there is no FROM"))),
    }
}

/// Checks that docker can read the quotes and variables of the words that it expands.
pub(super) fn check_words(instructions: &[Instruction], escape: char, problems: &mut Vec<Problem>) {
    let nothing = BTreeMap::new();
    let rules = Rules {
        keep_unset: true,
        ..Rules::default()
    };
    let mut check = |text: &str, place: (u32, u32)| {
        if text.contains(['$', '"', '\''])
            && let Err(why) = substitute(text, escape, &nothing, rules)
        {
            let message = say!("Docker cannot read `{text}`: {why}"; text, why);
            problems.push(Problem::new(ProblemKind::BadArguments, place, message));
        }
    };
    for instruction in instructions {
        match instruction.keyword {
            Keyword::Env | Keyword::Label | Keyword::Arg => {
                for pair in &instruction.pairs {
                    check(&pair.name, (pair.line, pair.column));
                    check(pair.value.as_deref().unwrap_or_default(), (pair.line, pair.column));
                }
            }
            Keyword::From
            | Keyword::Copy
            | Keyword::Add
            | Keyword::Workdir
            | Keyword::User
            | Keyword::Volume
            | Keyword::Stopsignal
            | Keyword::Expose => {
                for (word, offset) in instruction.arguments_at() {
                    check(word, instruction.locate(offset));
                }
            }
            _ => {}
        }
    }
}

/// Checks that each FROM without a variable names an earlier stage or what can be an image.
pub(super) fn check_bases(instructions: &[Instruction], problems: &mut Vec<Problem>) {
    let mut stages = HashSet::new();
    for from in instructions.iter().filter(|one| one.keyword == Keyword::From) {
        if let Some((word, offset)) = from.arguments_at().next() {
            let name = word.trim_matches(['"', '\'']);
            let is_known = name == "scratch" || name.contains(['$', '\\', '`']) || stages.contains(name);
            if !is_known && let Err(why) = ImageName::parse(name) {
                let small = name.to_lowercase();
                let meant = (stages.contains(&small) || ImageName::parse(&small).is_ok()).then_some(small.as_str());
                let message = say!("`{name}` is not a valid image name: {why}"; name, why);
                problems.push(Problem::new(ProblemKind::BadArguments, from.locate(offset), message).suggesting(meant));
            }
        }
        stages.extend(stage_name(from));
    }
}

/// The ports of one EXPOSE word and their protocol: a port, a range, with or without a protocol.
///
/// As in BuildKit a host's part, as in `8080:80`, is read over.
pub(super) fn ports(word: &str) -> Option<(RangeInclusive<u16>, &'static str)> {
    let (numbers, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    let protocol = match protocol.to_ascii_lowercase().as_str() {
        "" | "tcp" => "tcp",
        "udp" => "udp",
        "sctp" => "sctp",
        _ => return None,
    };
    let numbers = numbers.rsplit(':').next().unwrap_or(numbers);
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let number = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| is_number)
    };
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some((first..=last, protocol))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::parse;

    #[test]
    fn what_buildkit_refuses_is_a_problem() {
        use ProblemKind as Kind;
        for (text, expected) in [
            ("FROM a\nRUNN x", vec![(2, Kind::UnknownInstruction)]),
            ("FROM a\n\\\n", vec![(2, Kind::UnknownInstruction)]),
            (
                "FROM a\nRUN x\n  \\\n\n# c",
                vec![(3, Kind::UnknownInstruction), (4, Kind::EmptyContinuation)],
            ),
            ("FROM a\nCMD [\"a\"] \\\n", vec![]),
            ("", vec![(1, Kind::Empty)]),
            ("# only\n\n", vec![(2, Kind::Empty)]),
            ("RUN x\n", vec![(1, Kind::NoFrom)]),
            ("ARG x\n", vec![(1, Kind::NoFrom)]),
            ("FROM\n", vec![(1, Kind::MissingArguments)]),
            ("FROM a b\n", vec![(1, Kind::BadArguments)]),
            ("FROM a AS 1\n", vec![(1, Kind::BadArguments)]),
            ("FROM a\nCOPY x\n", vec![(2, Kind::MissingArguments)]),
            ("FROM a\nENV x\n", vec![(2, Kind::MissingArguments)]),
            ("FROM a\nENV x=1 y\n", vec![(2, Kind::BadArguments)]),
            ("FROM a\nLABEL =1\n", vec![(2, Kind::BadArguments)]),
            ("FROM a\nENV\n", vec![(2, Kind::MissingArguments)]),
            ("FROM a\nCOPY --form=b x y\n", vec![(2, Kind::BadFlag)]),
            ("FROM a\nCOPY --link=maybe x y\n", vec![(2, Kind::BadFlag)]),
            ("FROM a\nCOPY --from x y z\n", vec![(2, Kind::BadFlag)]),
            ("FROM a\nCMD [\"a\", 1]\n", vec![(2, Kind::BadJson)]),
            ("FROM a\nSHELL bash\n", vec![(2, Kind::BadArguments)]),
            ("FROM a\nHEALTHCHECK curl\n", vec![(2, Kind::BadArguments)]),
            ("FROM a\nHEALTHCHECK CMD\n", vec![(2, Kind::MissingArguments)]),
            ("FROM a\nONBUILD ONBUILD RUN x\n", vec![(2, Kind::BadArguments)]),
            ("FROM a\nEXPOSE 80a\n", vec![(2, Kind::BadArguments)]),
            ("FROM a\nRUN <<EOF\nx\n", vec![(2, Kind::UnterminatedHeredoc)]),
            ("# escape=x\nFROM a\n", vec![(1, Kind::BadDirective)]),
            ("FROM a\nRUN a \\\n\n b\n", vec![(3, Kind::EmptyContinuation)]),
            (
                "FROM Debian:12\nFROM a AS B\nFROM B\nFROM b\nFROM b:",
                vec![
                    (1, Kind::BadArguments),
                    (3, Kind::BadArguments),
                    (5, Kind::BadArguments),
                ],
            ),
            (
                "ARG A\nFROM $A/X\nFROM \"a:1\"\nFROM scratch\nFROM r.io:5/a/b@sha256:",
                vec![(5, Kind::BadArguments)],
            ),
            ("FROM a\nHEALTHCHECK NONE\nEXPOSE 80 $X 1-3/udp\nCMD []\n", vec![]),
        ] {
            let found: Vec<_> = parse(text)
                .problems
                .iter()
                .map(|problem| (problem.line, problem.kind))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn near_names_are_suggested() {
        for (text, meant) in [
            ("FROM a\nRUNN x", "RUN"),
            ("FROM a\nCOPY --form=b x y", "from"),
            ("FORM a", "FROM"),
            ("FROM SCRATCH", "scratch"),
            ("FROM r.io:5/Team/App:V1", "r.io:5/team/app:v1"),
        ] {
            assert_eq!(parse(text).problems[0].suggestion.as_deref(), Some(meant), "{text}");
        }
    }

    #[test]
    fn ports_get_a_protocol() {
        for (word, expected) in [
            ("8000", Some((8000..=8000, "tcp"))),
            ("53/UDP", Some((53..=53, "udp"))),
            ("8080:80", Some((80..=80, "tcp"))),
            ("1-3", Some((1..=3, "tcp"))),
            ("3-1", None),
            ("x", None),
            ("70000", None),
            ("80/x", None),
            ("", None),
        ] {
            assert_eq!(ports(word), expected, "{word}");
        }
    }
}
