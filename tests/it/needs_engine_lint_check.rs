//! BuildKit's rules compared with `docker build --check` of the engine: the same names at the same lines, but for the
//! differences that `docs/lint.md` lists, each of which has to show.

use std::{collections::BTreeSet, fmt::Write as _, fs, process::Command};

use dockerlab::{
    dockerfile::{Ignore, Instruction, Keyword, parse},
    lint::{Config, Facts, Family, UNREADABLE, lint},
};
use serde_json::Value;

use crate::support::{buildx, current, public_dockerfiles, repository};

type Found = BTreeSet<(u64, String)>;

/// A Dockerfile and the `.dockerignore` beside it.
#[derive(Debug, Clone, Default)]
struct Case {
    text: String,
    ignore: String,
    /// Images that are no registry's: an empty folder stands for each.
    images: BTreeSet<String>,
}

impl From<&str> for Case {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

/// What docker finds, and whether it refuses the file.
fn asked(host: &str, case: &Case) -> Option<(Found, Option<String>)> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("Dockerfile", &case.text), (".dockerignore", &case.ignore)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let answer = Command::new(buildx())
        .args(["build", "--call=lint,format=json", "."])
        .args(case.images.iter().map(|image| format!("--build-context={image}=.")))
        .current_dir(folder.path())
        .env("DOCKER_HOST", host)
        .env("DOCKER_CONFIG", folder.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&answer.stdout).ok()?;
    let refusal = report["buildError"]["message"].as_str().map(str::to_owned);
    let warnings = report["warnings"].as_array().cloned().unwrap_or_default();
    let one = |warning: &Value| {
        let line = warning["location"]["ranges"][0]["start"]["line"]
            .as_u64()
            .unwrap_or_default();
        (line, warning["ruleName"].as_str().unwrap().to_owned())
    };
    Some((warnings.iter().map(one).collect(), refusal))
}

fn ours(case: &Case) -> Found {
    let config = Config {
        families: vec![Family::BuildKit],
        ..Config::default()
    };
    let facts = Facts {
        ignore: Some(Ignore::parse(&case.ignore).0),
        ..Facts::default()
    };
    let findings = lint(&case.text, &config, &facts).into_iter();
    findings
        .filter(|finding| finding.code != UNREADABLE)
        .map(|finding| (u64::from(finding.line), finding.code))
        .collect()
}

/// A difference from docker's checks that is meant.
struct Difference {
    rule: &'static str,
    /// As `docs/lint.md` says it.
    why: &'static str,
    /// Whether a finding of this rule about an instruction, by dockerlab alone or by docker alone, is such a difference.
    explains: fn(&Case, &Instruction, by_us: bool) -> bool,
    /// Where it shows: a Dockerfile, a `.dockerignore`, and the line that only one of the two reports.
    shown: &'static [(&'static str, &'static str, u64, By)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Dockerlab,
    Docker,
}

/// Whether FROM's image is another than `scratch`, in the stage of an instruction or in one that it is based on.
fn is_based_on_an_image(case: &Case, at: &Instruction) -> bool {
    let stages = parse(&case.text).stages();
    let mut base = stages.iter().rev().find(|stage| stage.line <= at.start_line);
    while let Some(stage) = base {
        let earlier = &stages[..stage.index];
        match earlier
            .iter()
            .rev()
            .find(|one| one.name.as_deref() == Some(&stage.base))
        {
            None => return stage.base != "scratch",
            found => base = found,
        }
    }
    false
}

/// Sources of COPY and ADD.
fn sources(at: &Instruction) -> Vec<&str> {
    let words: Vec<&str> = at.arguments().map(|word| word.trim_matches(['"', '\''])).collect();
    words[..words.len().saturating_sub(1)].to_vec()
}

const KNOWN: &[Difference] = &[
    Difference {
        rule: "UndefinedVar",
        why: "docker knows the variables of the base image, dockerlab does not",
        explains: |case, at, _| is_based_on_an_image(case, at),
        shown: &[
            ("FROM python:3.8.14\nENV A=$SOMETHING\n", "", 2, By::Docker),
            ("FROM python:3.8.14\nARG LANGS\nENV A=$LANG\n", "", 3, By::Dockerlab),
        ],
    },
    Difference {
        rule: "UndefinedVar",
        why: "ONBUILD instructions of the file's own stages are not run",
        explains: |case, at, by_us| !by_us && at.keyword == Keyword::From && case.text.contains("ONBUILD"),
        shown: &[("FROM scratch AS a\nONBUILD ENV X=$Y\nFROM a\n", "", 3, By::Docker)],
    },
    Difference {
        rule: "WorkdirRelativePath",
        why: "ONBUILD instructions of the file's own stages are not run",
        explains: |case, at, by_us| !by_us && at.keyword == Keyword::From && case.text.contains("ONBUILD"),
        shown: &[("FROM scratch AS a\nONBUILD WORKDIR x\nFROM a\n", "", 3, By::Docker)],
    },
    Difference {
        rule: "CopyIgnoredFile",
        why: "on by default; docker asks for `# check=experimental=CopyIgnoredFile`",
        explains: |case, _, by_us| by_us && !case.text.contains("experimental"),
        shown: &[("FROM scratch\nCOPY a /\n", "a\n", 2, By::Dockerlab)],
    },
    Difference {
        rule: "CopyIgnoredFile",
        why: "docker compares a source as it is written, dockerlab the path that it names",
        explains: |_, at, _| {
            let is_plain = |part: &str| !matches!(part, "" | "." | "..");
            sources(at)
                .iter()
                .any(|source| *source != "." && !source.split('/').all(is_plain))
        },
        shown: &[
            (
                "# check=experimental=CopyIgnoredFile\nFROM scratch\nCOPY ./a /\n",
                "a\n",
                3,
                By::Dockerlab,
            ),
            (
                "# check=experimental=CopyIgnoredFile\nFROM scratch\nCOPY /a /\n",
                "*/*\n",
                3,
                By::Docker,
            ),
        ],
    },
    Difference {
        rule: "CopyIgnoredFile",
        why: "reports a source only if nothing of it can reach the builder",
        explains: |case, at, by_us| {
            let is_pattern = |source: &&str| source.contains(['*', '?', '[']) || *source == ".";
            !by_us
                && (case.ignore.contains('!')
                    || case.ignore == ".\n"
                    || case.ignore == "a/..\n"
                    || sources(at).iter().any(is_pattern))
        },
        shown: &[
            (
                "# check=experimental=CopyIgnoredFile\nFROM scratch\nCOPY . /\n",
                "*\n!a\n",
                3,
                By::Docker,
            ),
            (
                "# check=experimental=CopyIgnoredFile\nFROM scratch\nCOPY a /\n",
                "*\n!a/b\n",
                3,
                By::Docker,
            ),
            (
                "# check=experimental=CopyIgnoredFile\nFROM scratch\nCOPY * /\n",
                "?\n",
                3,
                By::Docker,
            ),
            (
                "# check=experimental=CopyIgnoredFile\nFROM scratch\nCOPY . /\n",
                ".\n",
                3,
                By::Docker,
            ),
        ],
    },
    Difference {
        rule: "WorkdirRelativePath",
        why: "`C:\\x` is absolute",
        explains: |_, at, by_us| !by_us && (at.text.contains(':') || at.text.contains('$')),
        shown: &[("FROM scratch\nWORKDIR C:\\\\x\n", "", 2, By::Docker)],
    },
    Difference {
        rule: "SecretsUsedInArgOrEnv",
        why: "names with the word `file` or `version` are allowed",
        explains: |_, at, by_us| {
            let is_allowed = |name: &str| {
                name.to_lowercase()
                    .split(['_', '-'])
                    .any(|word| ["file", "version"].contains(&word))
            };
            !by_us && at.pairs.iter().any(|pair| is_allowed(&pair.name))
        },
        shown: &[
            ("FROM scratch\nENV PASSWORD_FILE=/x\n", "", 2, By::Docker),
            ("FROM scratch\nARG TOKEN_VERSION\n", "", 2, By::Docker),
        ],
    },
    Difference {
        rule: "InvalidDefaultArgInFrom",
        why: "is reported only if FROM has a variable",
        explains: |_, at, by_us| !by_us && !at.text.contains('$'),
        shown: &[("FROM Debian\n", "", 1, By::Docker)],
    },
    Difference {
        rule: "JSONArgsRecommended",
        why: "silences the checks for that instruction",
        explains: |case, _, by_us| !by_us && case.text.contains("\n# check=skip="),
        shown: &[(
            "FROM scratch\n# check=skip=JSONArgsRecommended\nCMD a\n",
            "",
            3,
            By::Docker,
        )],
    },
    Difference {
        rule: "JSONArgsRecommended",
        why: "Blanks around its codes do not count",
        explains: |case, _, by_us| !by_us && case.text.starts_with("# check=skip=") && case.text.contains(", "),
        shown: &[(
            "# check=skip=StageNameCasing, JSONArgsRecommended\nFROM scratch\nCMD a\n",
            "",
            3,
            By::Docker,
        )],
    },
];

fn files() -> Vec<String> {
    let mut files = Vec::new();
    let words = ["$A", "'$A'", "\"$A\"", "\\$A", "${A:-b}", "${A:-$B}", "$A$A", "\\\\$A"];
    let places = [
        "ENV X=%",
        "LABEL x=%",
        "ARG X=%",
        "WORKDIR /%",
        "COPY % /",
        "COPY --chown=% a /",
        "ENV %=1",
        "EXPOSE %",
    ];
    for (word, place) in words.iter().flat_map(|word| places.map(|place| (word, place))) {
        files.push(format!("FROM scratch\n{}\n", place.replace('%', word)));
    }
    for body in ["$A", "'$A'", "\\$A", "${A:-b}"] {
        for end in ["E", "\"E\""] {
            files.push(format!("ARG A=1\nFROM scratch\nCOPY <<{end} /x\n{body}\nE\n"));
            files.push(format!("FROM scratch\nARG A\nADD <<{end} /x\n{body}\nE\n"));
        }
    }
    for name in ["amd64", "build-arm64", "linux", "i386", "Linux", "x"] {
        for platform in ["linux/amd64", "linux/aarch64", "linux", "linux/i386", "windows/x86_64"] {
            files.push(format!("FROM --platform={platform} scratch AS {name}\n"));
        }
    }
    let rest = [
        "ARG A=1\nFROM scratch\nENV X=$A\n",
        "FROM scratch\nENV A=b\nWORKDIR $A\n",
        "FROM Scratch\n",
        "FROM scratch AS a\nCOPY --from=a /x /y\n",
        "FROM scratch AS A\nFROM A\n",
        "FROM scratch\nENV A=\"b\n",
        "FROM scratch\nENV A it's\n",
        "FROM scratch\nLABEL a='b\n",
        "FROM scratch\nCOPY \"a b\n",
        "FROM scratch\nCOPY [\"it's\", \"/x\"]\n",
        "FROM scratch\nWORKDIR \"a\n",
        "FROM scratch\nUSER ${a\n",
        "FROM scratch\nENV A=${a:b}\n",
        "FROM scratch\nENV A=${a^b}\n",
        "FROM scratch\nENV A=$ B=a\\'b C=\"it's\" D='\\'\n",
        "FROM scratch\nVOLUME 'a\n",
        "FROM scratch\nSTOPSIGNAL \"9\n",
        "FROM scratch\nEXPOSE \"80\n",
        "FROM scratch\nONBUILD ENV A='\n",
        "FROM scratch\nRUN 'a\n",
        "FROM scratch\nCMD 'a\n",
        "FROM scratch\nRUN --mount=type=bind,source=a,z x\n",
        "FROM scratch\nRUN --mount=type=cash,target=/x x\n",
        "FROM scratch\nRUN --mount=type=cache,traget=/x x\n",
        "FROM scratch\nRUN --mount=TYPE=Cache,Target=/x,ro,sharing=locked x\n",
        "FROM scratch\nRUN --mount=type=secret,id=a,required x\n",
        "FROM scratch\nRUN --mount=type=bind,source=a,target=/x, x\n",
        "FROM scratch\nENV A=/b\nWORKDIR $A\nWORKDIR c\n",
        "FROM scratch\nARG A=b\nENV A=/c\nARG A=d\nWORKDIR ${A}/x\n",
        "ARG A=/b\nFROM scratch AS x\nARG A\nARG B=$A\nFROM x\nWORKDIR $A\nFROM x\nWORKDIR c$B\n",
        "FROM scratch\nARG A=b\nWORKDIR \"$A\"\nFROM scratch\nWORKDIR '/$A'\n",
        "FROM scratch\nENV A=/b B=c\nWORKDIR ${B:-/x}\nWORKDIR ${A%b}d\n",
        "ARG A=1\nFROM scratch AS b\nARG A\nFROM b\nENV X=$A\n",
        "FROM scratch\nARG A=1 B=$A\n",
        "FROM scratch\nENV A=1 B=$A\n",
        "FROM scratch\nARG A=$A\n",
        "FROM scratch\nARG PUBLIC_KEY\nARG API_KEY\nENV AUTHOR=1 AUTH=1\n",
        "ARG API_KEY\nFROM scratch\n",
        "FROM scratch\nRUN a \\\n\n b\n",
        "FROM scratch\nRUN a \\\n\n\n b \\\n\n c\nRUN d \\\n\n e\n",
        "FROM scratch\nCOPY a \\\n\n <<E b/\nx\nE\n",
        "FROM scratch\nCMD a\nENV A=1\nCMD b\nCMD [\"c\"]\n",
        "FROM scratch\nENTRYPOINT [\"a\",\\\n\"b\"]\nENTRYPOINT [\"c\"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD a\n",
        "# check=skip=StageNameCasing,JSONArgsRecommended // why\nFROM scratch AS Build\nCMD a\n",
        "# check=skip=all;error=false\nFROM scratch AS Build\nCMD a\n",
        "# check=experimental=InvalidDefinitionDescription\n# hello\nFROM scratch AS build\n",
        "FROM scratch as Build\ncmd a\nMAINTAINER b\nEXPOSE 80/TCP\nWORKDIR x\nENV A 1\n",
        "FROM scratch AS context\nFROM scratch AS context\n",
        "FROM --platform=$TARGETPLATFORM scratch\n",
        "FROM scratch\nCMD [\"a\"] \\\n",
        "FROM scratch\nCMD [\"a\"] \\\\\n",
        "FROM scratch\nENTRYPOINT [\"a\"] \\\n# c\nCMD [\"b\"]\n",
        "FROM scratch\nENTRYPOINT [\"a\"] \\\n\nCMD [\"b\"]\n",
        "# escape=`\nFROM scratch\nCMD [\"a\"] `\n b\n",
    ];
    files.extend(rest.map(str::to_owned));
    files
}

/// Every kind of source with every kind of pattern, one source a line.
fn ignored() -> Vec<Case> {
    let sources = [
        ".", "./", "/", "*", "a", "./a", "/a", "a/", "a/.", "a/b", "a/b/c", "a/*", "*.txt", "x.txt", "a/../b", "../a",
        "..", "b", "ab", "a?", "?", "[a]", "[ab]", "**", "**/b", "\"a\"", "'a/b'", "c a d", "c/b", ".a", "a.txt/", "A",
        "a,b",
    ];
    let patterns = [
        "",
        "a",
        "/a",
        "./a",
        "a/",
        "*",
        "**",
        "a/b",
        "a/*",
        "a/**",
        "*.txt",
        "**/b",
        "?",
        "a?",
        "[ab]",
        "*/*",
        "*\n!a",
        "*\n!a/b",
        "a\n!a/b/c",
        "*\n!*.txt",
        "*\n!**/b",
        "!a",
        "a\n!c",
        ".",
        ".*",
        "a/..",
        "# a",
        " a ",
        "A",
        "\"a\"",
    ];
    let mut text = "# check=experimental=CopyIgnoredFile\nFROM scratch AS c\nENV W=a\nFROM c\nARG V=a D=$V.txt\nENV V=a\nARG V=b\n".to_owned();
    for (index, source) in sources.iter().enumerate() {
        let name = if index % 5 == 4 { "ADD" } else { "COPY" };
        writeln!(text, "{name} {source} /to/").unwrap();
    }
    text += "COPY [\"a\", \"b\", \"/to/\"]\nCOPY --from=c a /to/\nADD https://x.y/a /to/\nCOPY <<a /to/\na\nONBUILD COPY a /to/\n";
    let case = |pattern: &&str| Case {
        text: text.clone(),
        ignore: format!("{pattern}\n"),
        ..Case::default()
    };
    patterns.iter().map(case).collect()
}

/// What both find in a case.
struct Compared {
    case: Case,
    ours: Found,
    theirs: Found,
    /// Why docker refuses the file.
    refusal: Option<String>,
}

impl Compared {
    /// What only one of the two says, and is not known.
    fn unknown(&self) -> Vec<String> {
        let findings = lint(&self.case.text, &Config::default(), &Facts::default());
        let error = findings.iter().find(|finding| finding.code == UNREADABLE);
        // A COPY from its own stage has a rule of hadolint's.
        let is_circular = |refusal: &str| {
            refusal.starts_with("circular dependency") && findings.iter().any(|finding| finding.code == "DL3023")
        };
        match (&self.refusal, error) {
            (Some(refusal), None) if !depends_on_arguments(refusal) && !is_circular(refusal) => {
                vec![format!("only docker refuses it: {refusal}")]
            }
            (None, Some(error)) => vec![format!("line {}: only ours: {}", error.line, error.message)],
            (Some(_), _) => Vec::new(),
            (None, None) => unknown(&self.case, &self.ours, &self.theirs),
        }
    }
}

/// Whether a file is refused only until a build argument is given; `InvalidDefaultArgInFrom` warns of it. So is an
/// EXPOSE whose variables make no port.
fn depends_on_arguments(refusal: &str) -> bool {
    ["base name (", "failed to parse stage name", "invalid containerPort"]
        .iter()
        .any(|start| refusal.starts_with(start))
}

/// The cases with what both find in them; without those whose images docker cannot pull.
fn compared(host: &str, cases: &[Case]) -> Vec<Compared> {
    let share = cases.len().div_ceil(4).max(1);
    let ask = |case: &Case| {
        let (theirs, refusal) = asked(host, case)?;
        let is_judged = !refusal
            .as_ref()
            .is_some_and(|message| message.contains("failed to resolve source"));
        is_judged.then(|| Compared {
            case: case.clone(),
            ours: ours(case),
            theirs,
            refusal,
        })
    };
    std::thread::scope(|scope| {
        let calls: Vec<_> = cases
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().filter_map(ask).collect::<Vec<_>>()))
            .collect();
        calls.into_iter().flat_map(|call| call.join().unwrap()).collect()
    })
}

/// What only one of the two finds, and is not known.
fn unknown(case: &Case, ours: &Found, theirs: &Found) -> Vec<String> {
    let parsed = parse(&case.text);
    ours.symmetric_difference(theirs)
        .filter(|(line, rule)| {
            let by_us = ours.contains(&(*line, rule.clone()));
            let instruction = u32::try_from(*line).ok().and_then(|line| parsed.instruction_at(line));
            !KNOWN.iter().any(|known| {
                known.rule == rule && instruction.is_some_and(|instruction| (known.explains)(case, instruction, by_us))
            })
        })
        .map(|(line, rule)| {
            let index = usize::try_from(*line).unwrap();
            let whose = if ours.contains(&(*line, rule.clone())) {
                "ours"
            } else {
                "docker's"
            };
            let text = case.text.lines().nth(index - 1).unwrap_or_default();
            format!("{line} {rule} is only {whose}: {text}")
        })
        .collect()
}

#[test]
#[ignore = "needs an engine and docker-buildx: scripts/test"]
fn dockers_own_checks_find_the_same_at_the_same_lines() {
    let engine = current();
    let mut cases: Vec<Case> = files().iter().map(|text| text.as_str().into()).collect();
    cases.extend(ignored());
    let compared = compared(&engine.host, &cases);
    let different: Vec<String> = compared
        .iter()
        .map(|one| (&one.case, one.unknown()))
        .filter(|(_, unknown)| !unknown.is_empty())
        .map(|(case, unknown)| format!("{:?}\n{}\n-- {}", case.ignore, case.text, unknown.join("\n-- ")))
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n\n"));
    assert!(compared.len() > 130, "{} of {}", compared.len(), cases.len());
}

#[test]
fn the_documentation_lists_every_known_difference_from_dockers_checks() {
    let page = fs::read_to_string(repository().join("docs/lint.md")).unwrap();
    let (_, section) = page
        .split_once("\n## Differences from `docker build --check`\n")
        .unwrap();
    let section = section.split("\n## ").next().unwrap();
    let plain = section.split_whitespace().collect::<Vec<_>>().join(" ");
    let items: Vec<&str> = plain.split(" - ").skip(1).collect();
    for known in KNOWN {
        assert!(
            items.iter().any(|item| item.contains(known.why)),
            "{}: {}",
            known.rule,
            known.why
        );
    }
    for item in items {
        assert!(
            KNOWN.iter().any(|known| item.contains(known.why)),
            "nothing measures this: {item}"
        );
    }
}

#[test]
#[ignore = "needs an engine and docker-buildx: scripts/test"]
fn every_listed_difference_from_dockers_checks_shows() {
    let engine = current();
    for known in KNOWN {
        for (text, ignore, line, by) in known.shown {
            let case = Case {
                text: (*text).to_owned(),
                ignore: (*ignore).to_owned(),
                ..Case::default()
            };
            let (theirs, _) = asked(&engine.host, &case).expect(text);
            let ours = ours(&case);
            let found = (*line, known.rule.to_owned());
            let only = match (ours.contains(&found), theirs.contains(&found)) {
                (true, false) => Some(By::Dockerlab),
                (false, true) => Some(By::Docker),
                _ => None,
            };
            assert_eq!(
                only,
                Some(*by),
                "{}: {text:?} {ignore:?}\nours {ours:?}\ndocker's {theirs:?}",
                known.why
            );
            assert_eq!(unknown(&case, &ours, &theirs), [""; 0], "{text}");
        }
    }
}

/// A public file with what has to be pulled put aside: FROM's images are `scratch`, other images empty folders, and
/// docker's own reader is used.
fn without_images(text: &str) -> Case {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let dockerfile = parse(text);
    let stages = dockerfile.stages();
    let mut named = BTreeSet::new();
    for stage in &stages {
        let from = &dockerfile.instructions[stage.instructions.start];
        if let Some((base, offset)) = from.arguments_at().next()
            && !named.contains(base)
            && !base.contains('$')
        {
            let (line, column) = from.locate(offset);
            let line = &mut lines[line as usize - 1];
            let at = line.char_indices().nth(column as usize - 1).map_or(0, |(at, _)| at);
            if line[at..].starts_with(base) {
                line.replace_range(at..at + base.len(), "scratch");
            }
        }
        named.extend(stage.name.clone());
    }
    let is_image =
        |name: &str| !named.contains(&name.to_lowercase()) && !name.contains('$') && name.parse::<u32>().is_err();
    let mounted = |flag: &str| {
        flag.split(',')
            .find_map(|part| part.strip_prefix("from=").map(str::to_owned))
    };
    let flags = dockerfile.instructions.iter().flat_map(|one| &one.flags);
    let images = flags.filter_map(|flag| match (flag.name.as_str(), &flag.value) {
        ("from", value) => value.clone(),
        ("mount", Some(value)) => mounted(value),
        _ => None,
    });
    let images = images.filter(|name| is_image(name)).collect();
    if let Some(line) = lines
        .iter_mut()
        .find(|line| line.replace(' ', "").to_lowercase().starts_with("#syntax="))
    {
        line.clear();
    }
    Case {
        text: lines.join("\n"),
        images,
        ..Case::default()
    }
}

#[test]
#[ignore = "needs an engine, docker-buildx and others' Dockerfiles: scripts/public-dockerfiles"]
fn public_files_are_checked_as_docker_does_at_length() {
    let engine = current();
    let cases: Vec<Case> = public_dockerfiles()
        .iter()
        .map(|(_, text)| without_images(text))
        .collect();
    let compared = compared(&engine.host, &cases);
    let read: Vec<&Compared> = compared.iter().filter(|one| one.refusal.is_none()).collect();
    let found: usize = read.iter().map(|one| one.theirs.len()).sum();
    let mut different: Vec<String> = compared
        .iter()
        .map(|one| (&one.case, one.unknown()))
        .filter(|(_, unknown)| !unknown.is_empty())
        .map(|(case, unknown)| format!("{}\n-- {}", case.text, unknown.join("\n-- ")))
        .collect();
    println!(
        "{} files, {} compared, of those {} accepted with {found} findings",
        cases.len(),
        compared.len(),
        read.len()
    );
    different.sort_by_key(String::len);
    assert!(
        different.is_empty(),
        "{} differ\n{}",
        different.len(),
        different.join("\n\n")
    );
    assert!(compared.len() > 300, "{} of {}", compared.len(), cases.len());
}
