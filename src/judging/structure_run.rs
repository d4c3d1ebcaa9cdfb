//! Structure tests on an image: what a file of tests asks is found out, judged, and tried again where it may be.

use std::{
    collections::BTreeSet,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    disk::{self, Analyses},
    engine::port::{FilesOrder, ImageFacts, ServerProbe, TrialsOrder},
    error::Error,
    image::{Config, Image, KeptFiles, Platform},
    judging::{
        Lab,
        leftovers::Labels,
        named_image::{self, StoredImage},
    },
    program::{Ended, ask_and_hear},
    settings,
    structure::{
        Check, CommandSeen, Daemon, DaemonSeen, FileQuestions, FilesSeen, Follows, Mode, Outcome, Questions, Seen,
        Shown, Suite, Trial, answer_from, env_file, judge, kept_files, questions,
    },
};

/// How many files are looked at in a container; for more of them the whole image is read.
const LOOKED_AT: usize = 60;
/// How long a container may take to answer over HTTP.
const ANSWER: Duration = Duration::from_secs(30);
/// Bytes of each output of a command on this machine that are kept.
const OUTPUT: u64 = 4 * 1024 * 1024;
/// Paths that the engine adds to every container, or replaces in it.
const ENGINES_OWN: &[&str] = &[
    ".dockerenv",
    "dev",
    "etc/hostname",
    "etc/hosts",
    "etc/mtab",
    "etc/resolv.conf",
    "proc",
    "sys",
];

/// What tests are run on.
#[expect(missing_debug_implementations, reason = "an image's layers are long")]
pub enum Tested {
    /// An image of the engine; only its layers are looked at where nothing is to be run.
    OnEngine {
        /// What is known of it.
        facts: Box<ImageFacts>,
        /// Whether only its layers are looked at.
        by_layers: bool,
    },
    /// This machine, with the configuration of an image.
    Host {
        /// The configuration.
        config: Box<Config>,
    },
    /// An image in a file or a folder.
    Stored {
        /// Where it is.
        stored: StoredImage,
        /// The image, without the contents of its files.
        image: Box<Image>,
    },
}

impl Tested {
    /// An image in a file or a folder.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn stored(stored: StoredImage, platform: &Platform) -> Result<Self, Error> {
        let image = Box::new(stored.read(platform, &KeptFiles::default())?);
        Ok(Self::Stored { stored, image })
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        match self {
            Self::OnEngine { facts, .. } => &facts.config,
            Self::Host { config } => config,
            Self::Stored { image, .. } => &image.config,
        }
    }
}

/// What a command on this machine wrote.
#[derive(Default)]
struct Written {
    /// None when it took too long.
    exit_code: Option<i64>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// A run of tests.
#[expect(missing_debug_implementations, reason = "a lab has nothing to show")]
pub struct StructureRun<'a> {
    /// The lab.
    pub lab: &'a Lab,
    /// The image.
    pub tested: &'a Tested,
    /// How closely container-structure-test is followed.
    pub mode: Mode,
    /// The platform of an archive that has several.
    pub platform: &'a Platform,
    /// The runtime of containers.
    pub runtime: Option<&'a str>,
    /// How long a command may take.
    pub within: Duration,
    /// Whether containers stay.
    pub keeps: bool,
    /// Labels of containers.
    pub labels: &'a Labels,
}

impl StructureRun<'_> {
    /// Runs the tests of a file.
    ///
    /// # Errors
    /// When the engine fails, or a file of variables cannot be read.
    pub fn judged(&self, suite: &Suite) -> Result<Vec<Outcome>, Error> {
        let config = self.tested.config();
        let given = self.given(suite)?;
        let asked = questions(suite, config, &given, self.mode);
        let mut seen = Seen {
            files: self.files(&asked.files)?,
            ..Seen::default()
        };
        for daemon in &asked.daemons {
            seen.daemons.insert(daemon.test, self.daemon(daemon)?);
        }
        for base in &asked.bases {
            seen.bases.insert(base.clone(), self.is_based_on(base)?);
        }
        let mut left: Vec<Trial> = asked.trials.clone();
        let mut tries = 0;
        while !left.is_empty() {
            seen.commands.extend(self.commands(suite, &asked, &left)?);
            tries += 1;
            let outcomes = judge(suite, config, &seen, self.mode);
            let failed: BTreeSet<usize> = outcomes
                .iter()
                .filter(|one| !one.passed())
                .map(|one| one.test)
                .collect();
            left.retain(|trial| failed.contains(&trial.test) && trial.retries >= tries);
        }
        Ok(judge(suite, config, &seen, self.mode))
    }

    /// What some paths and some commands are now.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn shown(&self, paths: &[String], commands: &[Vec<String>]) -> Result<Shown, Error> {
        let asked = FileQuestions {
            look: paths.iter().cloned().collect(),
            ..FileQuestions::default()
        };
        let mut files = self.files(&asked)?;
        let trials: Vec<Trial> = commands
            .iter()
            .enumerate()
            .map(|(test, words)| Trial {
                test,
                words: words.clone(),
                ..Trial::default()
            })
            .collect();
        let ran = self.commands(&Suite::default(), &Questions::default(), &trials)?;
        Ok(Shown {
            files: paths
                .iter()
                .map(|path| (path.clone(), files.looked.remove(path).and_then(Result::ok)))
                .collect(),
            commands: ran
                .into_iter()
                .filter_map(|(test, seen)| Some((commands.get(test)?.clone(), seen)))
                .collect(),
        })
    }

    /// The variables that containers get from a file and from this machine.
    fn given(&self, suite: &Suite) -> Result<Vec<(String, String)>, Error> {
        let options = &suite.options;
        let mut given = Vec::new();
        if !options.env_file.is_empty() {
            let name = &options.env_file;
            let text = disk::read_named(&self.lab.settings.folder.join(Path::new(name)))?;
            let read = text.map(|text| env_file(&text));
            let wrong = |why: String| {
                let error = Error::usage(say!("the variables of `{name}` cannot be read"; name)).cause(why);
                match self.mode {
                    // It only says so, and goes on without them.
                    Mode::Strict => {
                        self.lab.say(&error.to_string());
                        Ok(())
                    }
                    Mode::Helpful => Err(error),
                }
            };
            match read {
                Some(Ok(read)) => given.extend(read),
                Some(Err(mistake)) => wrong(format!("{name}:{}: {}", mistake.line, mistake.message))?,
                None => wrong(say!("it does not exist").to_owned())?,
            }
        }
        for name in &options.env {
            // Without a value container-structure-test makes a variable that no engine takes.
            given.push(match settings::variable(name) {
                Some(value) => (name.clone(), value),
                None => (String::new(), String::new()),
            });
        }
        Ok(given)
    }

    fn commands(&self, suite: &Suite, asked: &Questions, trials: &[Trial]) -> Result<Vec<(usize, CommandSeen)>, Error> {
        if matches!(self.tested, Tested::Host { .. }) {
            return trials
                .iter()
                .map(|trial| Ok((trial.test, self.on_host(suite, asked, trial)?)))
                .collect();
        }
        let Tested::OnEngine {
            facts,
            by_layers: false,
        } = self.tested
        else {
            let seen = CommandSeen {
                setup_not_run: Some(
                    say!("an archive runs no commands: load it with `docker load`, and test the image by its name")
                        .to_owned(),
                ),
                ..CommandSeen::default()
            };
            return Ok(trials.iter().map(|trial| (trial.test, seen.clone())).collect());
        };
        let trials: Vec<&Trial> = trials.iter().collect();
        let order = TrialsOrder {
            image: &facts.id,
            env: &asked.env,
            options: &suite.options,
            // What is written to a volume or to a folder of the engine's machine is no change of the container.
            may_share: suite.options.binds.is_empty() && facts.config.volumes.is_empty() && !self.keeps,
            runtime: self.runtime,
            within: self.within,
            keeps: self.keeps,
            trials: &trials,
            labels: self.labels,
        };
        Ok(self.lab.engine()?.run_trials(&order)?.into_iter().collect())
    }

    /// Runs a command on this machine, after its setup and before its teardown.
    fn on_host(&self, suite: &Suite, asked: &Questions, trial: &Trial) -> Result<CommandSeen, Error> {
        let within = trial.within.unwrap_or(self.within);
        let run = |words: &[String], env: &[String]| -> Result<Result<Written, String>, Error> {
            if self.lab.interrupt.is_asked() {
                return Err(Error::interrupted());
            }
            let Some((name, arguments)) = words.split_first() else {
                return Ok(Err(say!("a command needs a program").to_owned()));
            };
            let mut command = Command::new(name);
            command.args(arguments).current_dir(&self.lab.settings.folder);
            command.envs(asked.env.iter().chain(env).filter_map(|pair| pair.split_once('=')));
            Ok(match ask_and_hear(command, &[], OUTPUT, within) {
                (Ended::Answered(status, stdout), stderr) => Ok(Written {
                    exit_code: Some(status.code().unwrap_or(-1).into()),
                    stdout,
                    stderr,
                }),
                (Ended::TooLate, _) => Ok(Written::default()),
                (Ended::Failed(error), _) => Err(error.to_string()),
            })
        };
        let mut seen = CommandSeen::default();
        for step in &trial.setup {
            match run(step, &trial.setup_env)? {
                Ok(ran) if ran.exit_code != Some(0) && seen.setup_failed.is_none() => {
                    let code = ran.exit_code.unwrap_or(-1);
                    let printed = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
                    seen.setup_failed = Some((step.join(" "), code, printed));
                }
                Ok(_) => {}
                Err(why) => {
                    seen.setup_not_run = Some(why);
                    return Ok(seen);
                }
            }
        }
        let began = Instant::now();
        match run(&trial.words, &trial.env)? {
            Ok(ran) => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                seen.is_cut = ran.stdout.len().max(ran.stderr.len()) as u64 >= OUTPUT;
                (seen.stdout, seen.stderr) = (text(&ran.stdout), text(&ran.stderr));
                seen.exit_code = ran.exit_code.unwrap_or(-1);
                seen.timed_out = ran.exit_code.is_none().then_some(within);
            }
            Err(why) => seen.not_run = Some(why),
        }
        seen.seconds = began.elapsed().as_secs_f64();
        if let Some(Check::Command(command)) = suite.tests.get(trial.test).map(|test| &test.check) {
            for step in &command.teardown {
                // A step that fails says nothing of the test.
                drop(run(step, &trial.setup_env)?);
            }
        }
        Ok(seen)
    }

    fn daemon(&self, daemon: &Daemon) -> Result<DaemonSeen, Error> {
        let Tested::OnEngine {
            facts,
            by_layers: false,
        } = self.tested
        else {
            return Ok(DaemonSeen {
                start_error: Some(say!("an archive runs no commands").to_owned()),
                ..DaemonSeen::default()
            });
        };
        let found = self.lab.engine()?.probe_server(&ServerProbe {
            image: &facts.id,
            port: daemon.port,
            path: &daemon.path,
            within: daemon.within.unwrap_or(ANSWER),
            health: None,
            frozen: None,
            stop: None,
            labels: self.labels,
        })?;
        Ok(DaemonSeen {
            start_error: found.start_error,
            exit_code: found.exit_code.filter(|_| !found.running),
            answer: found.answer.map(|answer| (answer.status, answer.body)),
            log: found.log.join("\n"),
        })
    }

    /// Whether the image begins with the layers of another one.
    fn is_based_on(&self, name: &str) -> Result<Result<bool, String>, Error> {
        let Some(base) = self.lab.engine()?.image(name)? else {
            return Ok(Err(say!("the engine has no image `{name}`"; name)));
        };
        let layers = &base.config.diff_ids;
        Ok(Ok(self.tested.config().diff_ids.starts_with(layers)))
    }

    fn files(&self, asked: &FileQuestions) -> Result<FilesSeen, Error> {
        if asked.count() == 0 {
            return Ok(FilesSeen::default());
        }
        match self.tested {
            Tested::Stored { stored, image } => {
                let mut seen = self.in_layers(asked, image, &|wanted| stored.read(self.platform, wanted))?;
                self.forget_owners(&mut seen);
                Ok(seen)
            }
            Tested::OnEngine { facts, by_layers } => self.on_engine(facts, *by_layers, asked),
            Tested::Host { .. } => Ok(disk::look_at_host(asked)),
        }
    }

    /// container-structure-test does not know who owns the files of an archive.
    fn forget_owners(&self, seen: &mut FilesSeen) {
        if self.mode == Mode::Strict {
            for file in seen.looked.values_mut().flatten() {
                file.owner = None;
            }
        }
    }

    /// Answers from layers, which are read again where contents are needed.
    fn in_layers(
        &self,
        asked: &FileQuestions,
        image: &Image,
        read: &dyn Fn(&KeptFiles) -> Result<Image, Error>,
    ) -> Result<FilesSeen, Error> {
        let follows = match (self.tested, self.mode) {
            (Tested::OnEngine { by_layers: false, .. }, Mode::Strict) => Follows::FromRoot,
            _ => Follows::Links,
        };
        let contents = kept_files(image, asked, follows);
        if contents.is_empty() {
            return Ok(answer_from(image, asked, self.mode, follows));
        }
        Ok(answer_from(&read(&KeptFiles { contents })?, asked, self.mode, follows))
    }

    fn on_engine(&self, facts: &ImageFacts, by_layers: bool, asked: &FileQuestions) -> Result<FilesSeen, Error> {
        let known = Analyses::below(self.lab.settings.cache_dir.as_deref());
        let what = format!("structure {:?} {by_layers} {asked:?}", self.mode);
        let key = named_image::kept_name(&what, facts);
        if let Some(seen) = known.get::<FilesSeen>(&key) {
            return Ok(seen);
        }
        let (own, layered) = if by_layers {
            (FileQuestions::default(), asked.clone())
        } else {
            apart(asked, &facts.config)
        };
        let index_key = named_image::kept_name("image", facts);
        let mut index = known.get::<Image>(&index_key);
        let export = |wanted: &KeptFiles| named_image::read_from_engine(self.lab, &facts.id, self.platform, wanted);
        if index.is_none() && (by_layers || layered.count() > LOOKED_AT || !layered.list.is_empty()) {
            let view = self.lab.build_view(false);
            let doing = view.doing(say!("reading the image's layers"));
            let read = export(&KeptFiles::default())?;
            drop(doing);
            known.put(&index_key, &read);
            index = Some(read);
        }
        let mut in_container = own;
        let mut seen = FilesSeen::default();
        match index {
            Some(index) => {
                let mut from_index = layered;
                // A few files are read sooner one by one.
                if !by_layers && from_index.read.len() <= LOOKED_AT && from_index.list.is_empty() {
                    in_container.read.append(&mut from_index.read);
                }
                seen = self.in_layers(&from_index, &index, &export)?;
            }
            None => {
                in_container.look.extend(layered.look);
                in_container.read.extend(layered.read);
            }
        }
        if in_container.count() > 0 {
            let order = FilesOrder {
                image: &facts.id,
                questions: &in_container,
                mode: self.mode,
                labels: self.labels,
            };
            let looked = self.lab.engine()?.look_at_files(&order)?;
            seen.looked.extend(looked.looked);
            seen.read.extend(looked.read);
        }
        if by_layers {
            self.forget_owners(&mut seen);
        }
        known.put(&key, &seen);
        Ok(seen)
    }
}

/// The questions that only a container answers, and those that layers answer too.
fn apart(asked: &FileQuestions, config: &Config) -> (FileQuestions, FileQuestions) {
    let is_own = |path: &String| {
        let path = path.trim_start_matches("./").trim_matches('/');
        let is_in = |folder: &str| {
            let folder = folder.trim_matches('/');
            path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        path.is_empty() || ENGINES_OWN.iter().any(|own| is_in(own)) || config.volumes.iter().any(|volume| is_in(volume))
    };
    let split =
        |paths: &BTreeSet<String>| -> (BTreeSet<String>, BTreeSet<String>) { paths.iter().cloned().partition(is_own) };
    let (own_look, look) = split(&asked.look);
    let (own_read, read) = split(&asked.read);
    (
        FileQuestions {
            look: own_look,
            read: own_read,
            list: BTreeSet::new(),
        },
        FileQuestions {
            look,
            read,
            list: asked.list.clone(),
        },
    )
}
