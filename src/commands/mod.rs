//! The commands: a file and a line in the list below each. The only place where disk, engine, terminal and output meet.

use clap::Subcommand;

use crate::{
    disk::CourseSource,
    error::Error,
    exit::ExitStatus,
    interrupt::Interrupt,
    judging::{self, Lab, courses},
    settings::Settings,
};

mod guided;
mod overview;
mod scrolled;
#[cfg(test)]
mod tests;

/// What the command line and the environment gave, before anything is read.
#[expect(missing_debug_implementations, reason = "it is handed on and never shown")]
pub struct Invocation {
    /// The settings.
    pub settings: Settings,
    /// The wish to stop.
    pub interrupt: Interrupt,
    /// The course that `--course` names.
    pub course: Option<String>,
    /// The whole command line, for what tells of it.
    pub cli: clap::Command,
}

impl Invocation {
    /// Runs a command in a lab; its errors say what is wrong with the engine, if that is why.
    fn in_lab(self, run: impl FnOnce(&Lab) -> Result<ExitStatus, Error>) -> Result<ExitStatus, Error> {
        let source = courses::meant(self.course.as_deref(), &self.settings)?;
        self.in_lab_of(source, run)
    }

    /// The same, for the course from here.
    fn in_lab_of(
        self,
        source: CourseSource,
        run: impl FnOnce(&Lab) -> Result<ExitStatus, Error>,
    ) -> Result<ExitStatus, Error> {
        let is_named = self.course.is_some();
        let lab = Lab::open(self.settings, self.interrupt, source, is_named)?;
        run(&lab).map_err(|error| judging::diagnosis::explained(&lab, error))
    }
}

/// What happens without a command: where one is in a workspace, or the help.
pub fn overview(invocation: Invocation, help: impl FnOnce() -> String) -> Result<ExitStatus, Error> {
    invocation.in_lab(|lab| overview::run(lab, help))
}

macro_rules! commands {
    ($($module:ident $verb:ident $with:ident,)*) => {
        $(pub mod $module;)*

        /// A command and what it was given.
        #[derive(Debug, Subcommand)]
        pub enum Verb {
            $($verb(Box<$module::Args>),)*
        }

        impl Verb {
            /// Runs the command.
            pub fn run(&self, invocation: Invocation) -> Result<ExitStatus, Error> {
                match self {
                    $(Self::$verb(args) => commands!(@$with invocation, $module, args),)*
                }
            }
        }
    };
    (@lab $invocation:ident, $module:ident, $args:ident) => { $invocation.in_lab(|lab| $module::run(lab, $args)) };
    (@owned $invocation:ident, $module:ident, $args:ident) => { $module::run($invocation, $args) };
    (@alone $invocation:ident, $module:ident, $args:ident) => { $module::run(&$invocation, $args) };
}

// A command's module and verb, in the order of `--help`, and what it runs with: a `lab`, which has read the course,
// `owned` to open one itself, or `alone`.
commands! {
    start Start lab,
    read Read lab,
    check Check lab,
    hint Hint lab,
    solution Solution lab,
    diff Diff lab,
    watch Watch lab,
    status Status lab,
    build Build lab,
    inspect Inspect lab,
    test Test lab,
    lint Lint alone,
    parse Parse alone,
    run Run lab,
    shell Shell lab,
    push Push lab,
    registry Registry lab,
    doctor Doctor lab,
    clean Clean lab,
    config Config lab,
    course Course owned,
    grade Grade lab,
    instructor Instructor lab,
    completions Completions alone,
    man Man alone,
}
