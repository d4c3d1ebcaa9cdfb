//! `dockerlab test --strict` beside container-structure-test 1.19.1 itself: the same verdict for each test, on files that
//! are composed by chance from tests with known labels, and on files that are odd in one way each. Differences are
//! deliberate, have a reason, and have to show. `scripts/structure-peer` installs the program.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use serde_json::Value;

use crate::support::{Dice, current, docker, number_from_environment, repository};

/// The image of all files: links, owners, modes, variables, and most of what a configuration can say.
const DOCKERFILE: &str = r#"FROM ubuntu:20.04
ENV GREETING=hello PLACE="the world" EMPTY="" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN mkdir -p /app/sub && echo "one two" > /app/a.txt && echo "secret" > /app/b && chmod 4755 /app/b \
 && chmod 1777 /app/sub && ln -s a.txt /app/link && ln -s /app/a.txt /app/abslink && ln /app/a.txt /app/hard \
 && ln -s nowhere /app/broken && ln -s /app /applink && chown 1000:2000 /app/sub && mkfifo /app/fifo \
 && touch /app/empty && useradd -u 1000 ann && echo gone > /gone
RUN rm /gone
LABEL version="1.2.3" maintainer="ann" empty=""
EXPOSE 8080 9090/udp
WORKDIR /app
USER root
ENTRYPOINT ["/bin/echo","entry"]
CMD ["cmd","two"]
"#;

/// A test in the lines of YAML below its list, and whether it passes.
type Labelled = (&'static str, bool);

const COMMANDS: &[Labelled] = &[
    ("{name: N, command: echo, args: [hi], expectedOutput: [hi]}", true),
    ("{name: N, command: echo, args: [hi], expectedOutput: [ho]}", false),
    ("{name: N, command: echo, args: [hi], expectedOutput: ['^hi$']}", false),
    (
        "{name: N, command: echo, args: [hi], expectedOutput: ['(?m)^hi$']}",
        true,
    ),
    ("{name: N, command: echo, args: [hi], excludedOutput: [hi]}", false),
    (
        "{name: N, command: echo, args: [hi], excludedOutput: [ho], expectedOutput: [h, i]}",
        true,
    ),
    (
        "{name: N, command: sh, args: [-c, 'echo oops >&2; exit 3'], exitCode: 3, expectedError: [oops]}",
        true,
    ),
    (
        "{name: N, command: sh, args: [-c, 'echo oops >&2; exit 3'], expectedError: [oops]}",
        false,
    ),
    (
        "{name: N, command: sh, args: [-c, 'echo oops >&2'], excludedError: ['o+ps']}",
        false,
    ),
    ("{name: N, command: 'false'}", false),
    ("{name: N, command: 'false', exitCode: 1}", true),
    ("{name: N, command: no-such-program, exitCode: 127}", false),
    ("{name: N, command: /app/a.txt, exitCode: 126}", false),
    (
        "{name: N, command: sh, args: [-c, no-such-program], exitCode: 127}",
        true,
    ),
    (
        "{name: N, command: echo, args: ['$GREETING', '${PLACE}'], expectedOutput: [hello the world]}",
        true,
    ),
    (
        "{name: N, command: echo, args: ['[$NOPE$1$$]'], expectedOutput: ['\\[\\]']}",
        true,
    ),
    (
        "{name: N, command: sh, args: [-c, 'for i in 1 2; do echo n$i; done'], expectedOutput: [n1]}",
        false,
    ),
    (
        "{name: N, command: printenv, args: [OWN], envVars: [{key: OWN, value: mine}], expectedOutput: [mine]}",
        true,
    ),
    (
        "{name: N, command: echo, args: ['[$OWN]'], envVars: [{key: OWN, value: mine}], expectedOutput: [mine]}",
        false,
    ),
    (
        "{name: N, command: printenv, args: [SHARED], expectedOutput: [all-hello]}",
        true,
    ),
    (
        "{name: N, command: cat, args: [/tmp/made], setup: [[sh, -c, 'echo $OWN > /tmp/made']], envVars: [{key: OWN, value: 'x-$GREETING'}], expectedOutput: [x-hello]}",
        true,
    ),
    (
        "{name: N, command: cat, args: [/tmp/made], setup: [[touch, /tmp/made], [rm, /tmp/made]]}",
        false,
    ),
    ("{name: N, command: echo, args: [hi], setup: [['false']]}", true),
    (
        "{name: N, command: echo, args: [hi], setup: [[no-such-program]]}",
        false,
    ),
    ("{name: N, command: echo, args: [hi], teardown: [['false']]}", true),
    // Each of these is wrong where another command's file is seen.
    (
        "{name: N, command: sh, args: [-c, 'test ! -e /tmp/left && touch /tmp/left']}",
        true,
    ),
    (
        "{name: N, command: sh, args: [-c, 'echo more >> /app/a.txt; cat /app/a.txt'], excludedOutput: ['more\\s+more']}",
        true,
    ),
    ("{name: N, command: pwd, expectedOutput: ['^/app\\n\\z']}", true),
    ("{name: N, command: id, args: [-u], expectedOutput: ['^0']}", true),
    ("{name: N, command: echo, args: [x], expectedOutput: ['(']}", false),
    ("{name: N, command: echo, args: [x], excludedOutput: ['(?=x)']}", false),
    (
        "{name: N, command: echo, args: ['{\"a\": 1}'], expectedOutput: ['{\"a\": \\d}']}",
        true,
    ),
    (
        "{name: N, command: echo, args: ['{\"a\": 1}'], expectedOutput: ['\\Q{\"a\"\\E']}",
        true,
    ),
    (
        "{name: N, command: printf, args: ['a.b'], expectedOutput: ['^[[:alpha:]]\\.\\w\\z']}",
        true,
    ),
    (
        "{name: N, command: printf, args: ['%s', '-e'], expectedOutput: ['[a\\-e]e']}",
        true,
    ),
    ("{command: echo}", false),
    ("{name: N}", false),
    ("{name: N, command: echo, envVars: [{key: A, value: ''}]}", false),
    ("{name: N, command: echo, setup: [[]]}", false),
];

const FILES: &[Labelled] = &[
    ("{name: N, path: /app/a.txt}", true),
    ("{name: N, path: /app/nope}", false),
    ("{name: N, path: /app/nope, shouldExist: false}", true),
    ("{name: N, path: /app/a.txt, shouldExist: no}", false),
    ("{name: N, path: /gone, shouldExist: false}", true),
    ("{name: N, path: /app/a.txt, permissions: -rw-r--r--}", true),
    ("{name: N, path: /app/a.txt, permissions: '-rw-rw-r--'}", false),
    ("{name: N, path: /app/b, permissions: urwxr-xr-x}", true),
    (
        "{name: N, path: /app/sub, permissions: dtrwxrwxrwx, uid: 1000, gid: 2000}",
        true,
    ),
    ("{name: N, path: /app/sub, uid: 0}", false),
    ("{name: N, path: /app/sub, gid: 1000}", false),
    ("{name: N, path: /app/sub/, uid: 1000}", true),
    ("{name: N, path: /app/link, permissions: Lrwxrwxrwx}", true),
    ("{name: N, path: /app/link, permissions: -rw-r--r--}", false),
    ("{name: N, path: /app/broken}", true),
    ("{name: N, path: /applink/hard}", true),
    ("{name: N, path: /app/fifo}", false),
    ("{name: N, path: /app/a.txt, isExecutableBy: any}", false),
    ("{name: N, path: /app/b, isExecutableBy: group}", true),
    ("{name: N, path: /app/b, isExecutableBy: everyone}", false),
    ("{name: N, path: /, permissions: drwxr-xr-x}", true),
    ("{name: N, path: '/app/$EMPTY/a.txt'}", true),
    ("{name: N, path: '/app/$GREETING'}", false),
    ("{name: N, path: app/a.txt}", true),
    ("{name: N, path: a.txt}", false),
    ("{name: N, path: /app/a.txt/below}", false),
    ("{name: N, path: /app/./sub/../a.txt}", true),
    ("{name: N, path: /.dockerenv}", true),
    ("{name: N, path: /proc/1}", false),
    ("{name: N}", false),
    ("{path: /app}", false),
];

const CONTENTS: &[Labelled] = &[
    ("{name: N, path: /app/a.txt, expectedContents: [one, 'two\\n']}", true),
    ("{name: N, path: /app/a.txt, expectedContents: [three]}", false),
    ("{name: N, path: /app/a.txt, expectedContents: ['two$']}", false),
    ("{name: N, path: /app/a.txt, excludedContents: [three]}", true),
    ("{name: N, path: /app/a.txt, excludedContents: [one]}", false),
    ("{name: N, path: /app/hard, expectedContents: [one]}", true),
    ("{name: N, path: /app/abslink, expectedContents: [one]}", true),
    ("{name: N, path: /app/link, expectedContents: [one]}", false),
    ("{name: N, path: /applink/a.txt, expectedContents: [one]}", true),
    ("{name: N, path: /app, expectedContents: [one]}", false),
    ("{name: N, path: /app/nope, excludedContents: [one]}", false),
    ("{name: N, path: /app/empty, expectedContents: ['^$']}", true),
    ("{name: N, path: '/app/a.$NOPE', excludedContents: [one]}", false),
    ("{name: N, path: /app/a.txt}", true),
    ("{name: N}", false),
];

const METADATA: &[Labelled] = &[
    ("envVars: [{key: GREETING, value: hello}]", true),
    (
        "envVars: [{key: GREETING, value: 'h.*o', isRegex: true}, {key: EMPTY, value: ''}]",
        true,
    ),
    ("envVars: [{key: GREETING, value: 'h.*o'}]", false),
    ("envVars: [{key: NOPE, value: ''}]", false),
    ("unboundEnvVars: [{key: NOPE}]", true),
    ("unboundEnvVars: [{key: GREETING}]", false),
    ("labels: [{key: version, value: '^\\d+\\.', isRegex: true}]", true),
    ("labels: [{key: version, value: '2'}]", false),
    ("exposedPorts: [8080, '9090']", true),
    ("exposedPorts: ['8080/tcp']", false),
    ("unexposedPorts: [80]", true),
    ("unexposedPorts: [8080]", false),
    ("volumes: [/data]", false),
    ("unmountedVolumes: [/data]", true),
    ("workdir: /app", true),
    ("workdir: /", false),
    ("user: root", true),
    ("user: ann", false),
    ("entrypoint: [/bin/echo, entry]", true),
    ("entrypoint: []", false),
    ("cmd: [cmd]", false),
    ("cmd: [cmd, two]", true),
    ("exposedPorts: ['']", false),
];

/// Whole files that are odd in one way each: how they are written, what they lack, what they set twice.
const ODD: &[(&str, &str)] = &[
    ("yaml", "commandTests: []\n"),
    ("yaml", "schemaVersion: 3.0.0\n"),
    ("yaml", "schemaVersion: 2.0.0\n"),
    ("yaml", "schemaVersion: 2.0.0\nmetadataTest: {}\n"),
    (
        "yaml",
        "schemaVersion: 2.0.0\nmetadataTest: {env: [{key: GREETING, value: hello}]}\n",
    ),
    ("yaml", "schemaVersion: 2.0.0\nmetadataTest: {cmd: , workdir: /app}\n"),
    ("yaml", "schemaVersion: 2.0.0\ncommandTest: []\n"),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, name: b, command: echo}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: [echo]}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: echo, exitCode: \"0\"}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: echo, timeout: 3s}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: 12, command: echo, args: [1, 2.50, true, null, 0x10, yes], expectedOutput: ['1 2.50 true  0x10 yes']}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\nfileExistenceTests: [{name: a, path: /nope, shouldExist: \"no\"}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\nfileExistenceTests: [{name: a, path: /nope, shouldExist: }, {name: b, path: /app/sub, uid: 0x3e8}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests:\n- &a {name: a, command: echo, args: [hi], expectedOutput: [hi]}\n- {<<: *a, name: b}\n- *a\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\nmetadataTest: {workdir: /app}\n---\nschemaVersion: 2.0.0\nmetadataTest: {workdir: /zz}\n",
    ),
    ("yaml", "a: [b\n"),
    ("yaml", ""),
    ("txt", "schemaVersion: 2.0.0\nmetadataTest: {workdir: /app}\n"),
    ("yml", "schemaVersion: '2.0.0'\nmetadataTest: {workdir: /app}\n"),
    (
        "yaml",
        "schemaVersion: 2.0.0\nlicenseTests: [{debian: false, files: [/app/a.txt, /nope]}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\nglobalEnvVars: [{key: A, value: '$GREETING'}, {key: B, value: 'b$A'}]\ncommandTests: [{name: a, command: echo, args: ['$A', '$B'], expectedOutput: ['hello b\\n']}, {name: b, command: printenv, args: [B], expectedOutput: ['^b\\n']}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: id, args: [-u], expectedOutput: ['1000']}]\ncontainerRunOptions: {user: ann}\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: printenv, args: [OWN], envVars: [{key: OWN, value: x}]}]\ncontainerRunOptions: {user: ann}\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: printenv, args: [OWN], envVars: [{key: OWN, value: x}]}]\ncontainerRunOptions: {privileged: false}\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: printenv, args: [HOSTS_OWN], expectedOutput: [here]}]\ncontainerRunOptions: {envVars: [HOSTS_OWN]}\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: 'true'}]\ncontainerRunOptions: {envVars: [NOT_SET_AT_ALL]}\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: printenv, args: [FROM_FILE, QUOTED], expectedOutput: ['f f\\nq q']}]\ncontainerRunOptions: {envFile: variables}\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: printenv, args: [FROM_FILE]}]\ncontainerRunOptions: {envFile: no-such-file}\n",
    ),
    (
        "yaml",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: cat, args: [/tmp/x], setup: [[sh, -c, 'id -u > /tmp/x']], expectedOutput: ['1000']}]\ncontainerRunOptions: {user: ann}\n",
    ),
    (
        "yaml",
        "schemaVersion: 1.0.0\ncommandTests: [{name: a, command: [echo, $GREETING], expectedOutput: [hello]}, {name: b}, {command: [echo]}]\nfileExistenceTests: [{name: a, path: /app/a.txt, permissions: -rw-r--r--}, {name: b, path: /nope, shouldExist: false}, {name: c}]\nfileContentTests: [{name: a, path: /app/a.txt, expectedContents: [two]}, {name: b}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 1.0.0\nglobalEnvVars: [{key: A, value: x}]\ncommandTests: [{name: a, command: [printenv, A]}, {name: b, command: [printenv, A], setup: [['true']]}]\n",
    ),
    (
        "yaml",
        "schemaVersion: 1.0.0\ncommandTests: [{name: a, command: echo}]\n",
    ),
    ("yaml", "schemaVersion: 1.0.0\nmetadataTest: {workdir: /app}\n"),
    (
        "yaml",
        "schemaVersion: 1.0.0\nfileExistenceTests: [{name: a, path: /app/a.txt, uid: 0}]\n",
    ),
    (
        "json",
        r#"{"schemaVersion": "2.0.0", "fileExistenceTests": [{"name": "a", "path": "/app/a.txt"}, {"name": "b", "path": "/nope"}]}"#,
    ),
    (
        "json",
        r#"{"schemaVersion": "2.0.0", "fileExistenceTests": [{"name": "a", "path": "/app/sub", "shouldExist": true, "uid": -1, "gid": -1}, {"name": "b", "path": "/app/sub", "shouldExist": true}]}"#,
    ),
    (
        "json",
        r#"{"SCHEMAversion": "2.0.0", "FILEExistenceTests": [{"NAME": "a", "Path": "/app/a.txt", "shouldexist": true, "zzz": 1}], "more": 3}"#,
    ),
    (
        "json",
        r#"{"schemaVersion": "2.0.0", "metadataTest": {"exposedPorts": [8080]}}"#,
    ),
    (
        "json",
        r#"{"schemaVersion": "2.0.0", "commandTests": [{"name": "a", "command": "echo", "args": null, "expectedOutput": ["x"]}]}"#,
    ),
    (
        "json",
        "{\n\t\"schemaVersion\": \"2.0.0\",\n\t\"commandTests\": [\n\t\t{\"name\": \"\\u0061\", \"command\": \"echo\", \"args\": [\"\\\"x\\/\"], \"expectedOutput\": [\"\\\"x/\"]}\n\t]\n}\n",
    ),
    (
        "json",
        r#"{"schemaVersion": "1.0.0", "commandTests": [{"name": "a", "command": ["echo", "x"], "expectedOutput": ["x"]}]}"#,
    ),
    ("json", "{"),
];

/// Files on which both differ, with the reason. Each has to show.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "1.19.1 cannot read the output of a terminal",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: tty, expectedOutput: [/dev/]}]\ncontainerRunOptions: {allocateTty: true}\n",
    ),
    (
        "1.19.1 does not add capabilities",
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: grep, args: [CapEff, /proc/self/status], expectedOutput: ['a80435fb']}]\ncontainerRunOptions: {capabilities: [NET_ADMIN]}\n",
    ),
];

/// The verdicts of a run: each test's name and whether it passes, and the exit code.
#[derive(Debug, PartialEq, Eq)]
struct Verdicts {
    tests: Vec<(String, bool)>,
    code: Option<i32>,
}

struct Bench {
    folder: tempfile::TempDir,
    host: String,
    /// A name for its image that no other test has.
    image: &'static str,
}

impl Bench {
    /// Builds an image of this Dockerfile.
    fn new(image: &'static str, dockerfile: &str, files: &[(&str, &str)]) -> Self {
        let bench = Self {
            folder: tempfile::tempdir().unwrap(),
            host: current().host,
            image,
        };
        let context = bench.folder.path().join("context");
        fs::create_dir(&context).unwrap();
        fs::write(context.join("Dockerfile"), dockerfile).unwrap();
        for (name, text) in files {
            fs::write(context.join(name), text).unwrap();
        }
        let context = context.display().to_string();
        docker(&bench.host, &["build", "--quiet", "--tag", image, &context]);
        let variables = "# some\nFROM_FILE=f f\nexport QUOTED='q q'\n";
        fs::write(bench.folder.path().join("variables"), variables).unwrap();
        bench
    }

    fn run(&self, program: &Path, file: &str, more: &[&str]) -> Verdicts {
        let answer = Command::new(program)
            .args(["test", "--config", file, "--output", "json"])
            .args(more)
            .current_dir(self.folder.path())
            .env("DOCKER_HOST", &self.host)
            .env("HOSTS_OWN", "here")
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("HOME", self.folder.path())
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&answer.stdout).unwrap_or_else(|error| {
            let told = String::from_utf8_lossy(&answer.stderr).into_owned();
            panic!("{} {file}: {error}\n{told}", program.display())
        });
        let results = report["Results"].as_array().cloned().unwrap_or_default();
        let one = |test: &Value| {
            (
                test["Name"].as_str().unwrap_or_default().to_owned(),
                test["Pass"] == true,
            )
        };
        Verdicts {
            tests: results.iter().map(one).collect(),
            code: answer.status.code(),
        }
    }

    /// What both say of a file: theirs, then ours.
    fn both(&self, name: &str, text: &str, more: &[&str]) -> (Verdicts, Verdicts) {
        fs::write(self.folder.path().join(name), text).unwrap();
        let theirs = self.run(&peer(), name, more);
        let ours = self.run(
            Path::new(env!("CARGO_BIN_EXE_dockerlab")),
            name,
            &[more, &["--strict"]].concat(),
        );
        (theirs, ours)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        Command::new("docker")
            .args(["image", "rm", self.image])
            .env("DOCKER_HOST", &self.host)
            .output()
            .ok();
    }
}

fn peer() -> std::path::PathBuf {
    let path = repository().join("target/structure-peer/container_structure_test/bin/container-structure-test");
    assert!(
        path.exists(),
        "container-structure-test is missing: `scripts/structure-peer` installs it"
    );
    path
}

/// A file composed by chance, and the label of each test in the order of the run.
fn composed(dice: &mut Dice, number: usize) -> (String, Vec<bool>) {
    let mut text = "schemaVersion: 2.0.0\nglobalEnvVars: [{key: SHARED, value: 'all-$GREETING'}]\n".to_owned();
    let mut labels = Vec::new();
    let mut list = |key: &str, from: &[Labelled], most: usize, dice: &mut Dice| {
        writeln!(text, "{key}:").unwrap();
        for place in 0..=dice.below(most) {
            let (test, passes) = dice.one(from);
            writeln!(
                text,
                "- {}",
                test.replace("name: N", &format!("name: {key}-{number}-{place}"))
            )
            .unwrap();
            labels.push(*passes);
        }
    };
    // The order in which they are run.
    list("commandTests", COMMANDS, 3, dice);
    list("fileContentTests", CONTENTS, 2, dice);
    list("fileExistenceTests", FILES, 4, dice);
    let mut keys: Vec<&str> = Vec::new();
    let mut passes = true;
    text.push_str("metadataTest:\n");
    for _ in 0..=dice.below(3) {
        let (test, one_passes) = dice.one(METADATA);
        let key = test.split(':').next().unwrap();
        if !keys.contains(&key) {
            keys.push(key);
            writeln!(text, "  {test}").unwrap();
            passes &= one_passes;
        }
    }
    labels.push(passes);
    (text, labels)
}

#[test]
#[ignore = "needs an engine"]
fn verdicts_are_those_of_container_structure_test() {
    let bench = Bench::new("structure-peer:latest", DOCKERFILE, &[]);
    let on_engine = ["--image", bench.image];
    let seed = number_from_environment("DOCKERLAB_STRUCTURE_SEED", 1);
    let count = usize::try_from(number_from_environment("DOCKERLAB_STRUCTURE_COUNT", 60)).unwrap();
    let mut wrong = String::new();
    let mut judged = 0;
    let mut dice = Dice::new(seed);
    for number in 0..count {
        let (text, labels) = composed(&mut dice, number);
        let (theirs, ours) = bench.both(&format!("composed-{number}.yaml"), &text, &on_engine);
        let said: Vec<bool> = theirs.tests.iter().map(|(_, passes)| *passes).collect();
        judged += said.len();
        if ours != theirs || said != labels {
            writeln!(
                wrong,
                "seed {seed}\n{text}\ntheirs {theirs:?}\nours   {ours:?}\nlabels {labels:?}\n"
            )
            .unwrap();
        }
    }
    for (number, (extension, text)) in ODD.iter().enumerate() {
        let (theirs, ours) = bench.both(&format!("odd-{number}.{extension}"), text, &on_engine);
        judged += theirs.tests.len();
        if ours != theirs {
            writeln!(wrong, "{text}\ntheirs {theirs:?}\nours   {ours:?}\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    println!("{} files, {judged} tests: the same verdicts", count + ODD.len());
    for (number, (reason, text)) in DIFFERENT.iter().enumerate() {
        let (theirs, ours) = bench.both(&format!("different-{number}.yaml"), text, &on_engine);
        assert_ne!(ours, theirs, "no longer different: {reason}");
        assert!(ours.tests.iter().all(|(_, passes)| *passes), "{reason}: {ours:?}");
    }
}

/// A small image without a shell in an archive; container-structure-test unpacks it again for each test.
#[test]
#[ignore = "needs an engine"]
fn verdicts_about_an_archive_are_those_of_container_structure_test() {
    let text =
        "FROM scratch\nCOPY a.txt /app/\nENV GREETING=hello\nWORKDIR /app\nEXPOSE 8080\nLABEL version=1\nCMD [\"x\"]\n";
    let bench = Bench::new("structure-small:latest", text, &[("a.txt", "one two\n")]);
    let archive = bench.folder.path().join("small.tar").display().to_string();
    docker(&bench.host, &["save", "--output", &archive, bench.image]);
    let same = "schemaVersion: 2.0.0\n\
        commandTests: [{name: no commands, command: /x}]\n\
        fileContentTests:\n\
        - {name: a, path: /app/a.txt, expectedContents: [one], excludedContents: [three]}\n\
        - {name: b, path: /app/nope, expectedContents: [one]}\n\
        - {name: c, path: /app, expectedContents: [one]}\n\
        - {name: d, path: /nope}\n\
        fileExistenceTests:\n\
        - {name: a, path: /app/a.txt, permissions: -rw-r--r--}\n\
        - {name: b, path: /app, permissions: drwxr-xr-x}\n\
        - {name: c, path: /nope, shouldExist: false}\n\
        - {name: d, path: /app/a.txt, uid: 0}\n\
        - {name: e, path: app/a.txt}\n\
        - {name: f, path: /app/a.txt, isExecutableBy: any}\n\
        metadataTest: {envVars: [{key: GREETING, value: hello}], workdir: /app, exposedPorts: [8080], cmd: [x],\n\
        \x20 entrypoint: [], labels: [{key: version, value: '1'}], volumes: [/data]}\n";
    let (theirs, ours) = bench.both("same.yaml", same, &["--driver", "tar", "--image", &archive]);
    assert_eq!(ours, theirs);
    assert_eq!(ours.tests.len(), 12, "{ours:?}");
}
