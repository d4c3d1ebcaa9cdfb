//! The kinds of criterion: one file each, its page beside it, and a line in the list below.
//!
//! A kind is written in a `task.toml` as `check.<name> = …`. It says what has to be found out ([`Kind::probes`]) and
//! judges what was ([`Kind::judge`]). Kinds judge the result where it shows and point at the line; the Dockerfile's
//! text alone decides what no image can show, and gives a provisional answer where there is no image.

use schemars::JsonSchema;
use serde::Deserialize;

use self::judge::Judge;
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Outcome, Place},
    },
    language::Language,
};

mod brought;
mod bytes;
mod judge;
mod other_source;
mod pattern;
mod sighted;
mod spelling;
mod started;
mod too_large;
mod unrunnable;

pub use pattern::{Paths, Text};

macro_rules! kinds {
    ($($module:ident $name:literal $kind:ident $(<$of:ident>)?,)*) => {
        $(mod $module;)*

        /// What a criterion looks at, and what should be there.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        pub enum Kind {
            $(
                #[doc = concat!("`check.", $name, "`: see its page.")]
                #[serde(rename = $name)]
                $kind($module::$kind $(<$of>)?),
            )*
        }

        impl Judge for Kind {
            fn judge(&self, case: &Case<'_>) -> Outcome {
                match self { $(Self::$kind(kind) => kind.judge(case),)* }
            }

            fn probes(&self) -> Vec<Probe> {
                match self { $(Self::$kind(kind) => kind.probes(),)* }
            }

            fn mistakes(&self) -> Vec<String> {
                match self { $(Self::$kind(kind) => kind.mistakes(),)* }
            }

            fn met_at(&self, case: &Case<'_>) -> Option<Place> {
                match self { $(Self::$kind(kind) => kind.met_at(case),)* }
            }
        }

        impl Kind {
            /// Whether no image is needed to decide.
            pub fn needs_no_image(&self) -> bool {
                match self { $(Self::$kind(_) => <$module::$kind $(<$of>)? as Judge>::WITHOUT_IMAGE,)* }
            }

            /// The kind's name in a `task.toml`.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$kind(_) => $name,)* }
            }
        }

        /// Every kind's name and its page in English, in the order in which they are listed.
        pub static PAGES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!(stringify!($module), ".md"))),)*
        ];
    };
}

kinds! {
    builds "builds" Builds,
    base "base" Base,
    no_ready_image "no-ready-image" NoReadyImage,
    instruction "instruction" Instruction,
    copied_after "copied-after" CopiedAfter,
    arg "arg" Arg,
    env "env" Env,
    env_absent "env-absent" EnvAbsent,
    path_has "path-has" PathHas,
    label "label" Label,
    user "user" User,
    workdir "workdir" Workdir,
    exposes "exposes" Exposes,
    entrypoint "entrypoint" Entrypoint,
    arguments "arguments" Arguments,
    process "process" Process,
    kept_out "kept-out" KeptOut,
    sent "sent" Sent,
    present "present" Present,
    absent "absent" Absent,
    absent_in_layers "absent-in-layers" AbsentInLayers,
    apt_installed "apt-installed" AptInstalled,
    pip_installed "pip-installed" PipInstalled,
    pip_absent "pip-absent" PipAbsent,
    no_recommended "no-recommended" NoRecommended,
    install_layers "install-layers" InstallLayers,
    layers "layers" Layers,
    bytes_in_layers "bytes-in-layers" BytesInLayers,
    smaller_than "smaller-than" SmallerThan,
    image_size "image-size" ImageSize,
    runs_command "runs-command" RunsCommand,
    serves "serves" Serves,
    healthy "healthy" Healthy,
    stops "stops" Stops,
    prints "prints" Prints,
    refuses "refuses" Refuses,
    uid "uid" Uid,
    container_made "container-made" ContainerMade,
    container_without "container-without" ContainerWithout,
    container_mounts "container-mounts" ContainerMounts,
    container_keeps "container-keeps" ContainerKeeps,
    container_live "container-live" ContainerLive,
    container_network "container-network" ContainerNetwork,
    container_limits "container-limits" ContainerLimits,
    pushed "pushed" Pushed,
    all "all" All<Kind>,
    any "any" Any<Kind>,
    not "not" Not<Kind>,
}

/// A kind's page in the language that is spoken; in English where that has none.
pub fn page(kind: &str) -> Option<&'static str> {
    let (_, english) = PAGES.iter().find(|(name, _)| *name == kind)?;
    let translated = Language::current().file(&format!("kinds/{kind}.md"));
    Some(translated.unwrap_or(english))
}

impl Kind {
    /// Judges an answer.
    pub fn judge(&self, case: &Case<'_>) -> Outcome {
        Judge::judge(self, case)
    }

    /// What has to be found out before judging.
    pub fn probes(&self) -> Vec<Probe> {
        Judge::probes(self)
    }

    /// What its author wrote that can never be meant: lower-case fragments.
    pub fn mistakes(&self) -> Vec<String> {
        Judge::mistakes(self)
    }

    /// A check that holds where this one fails, and fails where it holds: for trying out whether proofs notice.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(not::Not::of(self))
    }

    /// A check that always holds: for trying out whether proofs notice.
    pub fn always() -> Self {
        Self::All(all::All::none())
    }
}

#[cfg(test)]
mod tests {
    use super::PAGES;
    use crate::check::sample::{Sample, refused};

    #[test]
    fn the_example_on_every_page_is_a_check_of_its_kind() {
        for (name, page) in PAGES {
            let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
            let check = example.and_then(|example| example.strip_prefix("check."));
            assert!(check.is_some_and(|check| check.starts_with(name)), "{name}");
            // It is read, and judges an answer of which nothing is known.
            check.map(|check| Sample::of("").outcome(check));
        }
    }

    #[test]
    fn a_criterion_has_one_check_of_a_known_kind() {
        refused("bulids = {}", "unknown variant `bulids`");
        refused("builds = {}\ncheck.exposes = 80", "exactly 1 element");
    }
}
