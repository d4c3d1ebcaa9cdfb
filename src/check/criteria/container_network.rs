//! `check.container-network`: another container can reach one of the learner's own by a name.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, says_something},
    sighted::{Progress, called, made, one_of_them},
};
use crate::check::{
    case::Case,
    evidence::{Joined, Setup, Sighting},
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// How it can be reached.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContainerNetwork {
    /// The name under which it is found; any name where this is not given.
    #[serde(default)]
    name: Option<String>,
    /// Whether another container has to be on the network at the same time.
    #[serde(default = "yes")]
    with_another: bool,
}

fn yes() -> bool {
    true
}

impl Judge for ContainerNetwork {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let all = made(case);
        one_of_them(case, &self.expected(), |sighting, setup| {
            self.judge_one(sighting, setup, &all)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }

    fn mistakes(&self) -> Vec<String> {
        self.name.iter().flat_map(|name| says_something("name", name)).collect()
    }
}

impl ContainerNetwork {
    fn expected(&self) -> String {
        match (&self.name, self.with_another) {
            (Some(name), true) => say!("a container that another one can reach as `{name}`"; name),
            (Some(name), false) => say!("a container on a network of yours, under the name `{name}`"; name),
            (None, true) => say!("two containers on the same network of yours, at the same time").to_owned(),
            (None, false) => say!("a container on a network of yours").to_owned(),
        }
    }

    fn judge_one(&self, sighting: &Sighting, setup: &Setup, all: &[(&Sighting, &Setup)]) -> Progress {
        let container = called(sighting, setup);
        let failure = |found: String| Failure::new(self.expected(), found);
        let own: Vec<&Joined> = setup
            .networks
            .iter()
            .filter(|joined| joined.is_user_defined())
            .collect();
        let Some(first) = own.first() else {
            let found = match setup.networks.first() {
                Some(joined) => say!("container `{container}` is on the network `{}` only", joined.name; container),
                None => say!("container `{container}` is on no network"; container),
            };
            return Err((
                0,
                failure(found)
                    .why(say!(
                        "On Docker's default network, containers find each other by address only. Names work on networks that you create."
                    ))
                    .cause(
                        "default-network",
                        say!("Create a network with `docker network create NAME`, and start new containers with `--network NAME`."),
                    ),
            ));
        };
        let is_called = |joined: &&Joined| self.name.as_ref().is_none_or(|name| joined.names.contains(name));
        // Where it comes furthest on one of its networks, that counts.
        let mut closest: Option<(u8, Failure)> = None;
        for joined in own.iter().copied().filter(is_called) {
            match self.judge_network(joined, sighting, setup, all) {
                Ok(()) => return Ok(()),
                Err(failed) if closest.as_ref().is_none_or(|(right, _)| failed.0 > *right) => closest = Some(failed),
                Err(_) => {}
            }
        }
        Err(closest.unwrap_or_else(|| {
                let (network, wanted) = (&first.name, self.name.as_deref().unwrap_or_default());
                let names: Vec<String> = first.names.iter().map(|name| format!("`{name}`")).collect();
                let names = names.join(", ");
                (
                    1,
                    failure(say!("on the network `{network}`, container `{container}` is found as {names}"; network, container, names))
                        .cause(
                            "another-name",
                            say!("Start the container again with `--name {wanted}` or `--network-alias {wanted}`."; wanted),
                        ),
                )
        }))
    }

    /// How far a container gets on a network on which it is found.
    fn judge_network(
        &self,
        joined: &Joined,
        sighting: &Sighting,
        setup: &Setup,
        all: &[(&Sighting, &Setup)],
    ) -> Progress {
        let container = called(sighting, setup);
        let failure = |found: String| Failure::new(self.expected(), found);
        if !self.with_another || !joined.others.is_empty() {
            return Ok(());
        }
        let on_it = |other: &&&(&Sighting, &Setup)| {
            other.0.container != sighting.container && other.1.networks.iter().any(|others| others.id == joined.id)
        };
        let others: Vec<&(&Sighting, &Setup)> = all.iter().filter(|other| on_it(&other)).collect();
        if others.iter().any(|(_, other)| setup.ran_beside(other)) {
            return Ok(());
        }
        let network = &joined.name;
        Err(match others.last() {
            Some((other, with)) => {
                let other = called(other, with);
                (
                    3,
                    failure(say!("containers `{other}` and `{container}` were on the network `{network}`, but not at the same time"; other, container, network))
                        .cause(
                            "not-together",
                            say!("Let one of them run, for example with `--detach`, while you start the other."),
                        ),
                )
            }
            None => (
                2,
                failure(say!("container `{container}` is the only one on the network `{network}`"; container, network))
                    .cause(
                        "alone",
                        say!("Start a second container with `--network {network}`, and check while both run."; network),
                    ),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::sample::{Sample, mounted, refused, strings};

    const WEB: &str = r#"container-network = { name = "web" }"#;
    const ANY: &str = "container-network = {}";
    const ALONE: &str = "container-network = { with-another = false }";

    fn on(container: &str, network: &str, names: &[&str], ran: (i64, i64)) -> Sighting {
        let mut sighting = mounted(container, 1, vec![]);
        let setup = sighting.setup.as_mut().unwrap();
        (setup.started_ms, setup.ended_ms) = ran;
        setup.networks.push(Joined {
            name: network.to_owned(),
            id: format!("id of {network}"),
            names: strings(names),
            others: Vec::new(),
        });
        sighting
    }

    fn seen<const N: usize>(sightings: [Sighting; N]) -> Sample {
        Sample::of("FROM x\n").sightings(sightings)
    }

    #[test]
    fn two_that_ran_on_one_network_reach_each_other_by_name() {
        let web = || on("a", "net", &["a", "web"], (1, 0));
        seen([web(), on("b", "net", &["b"], (5, 9))])
            .passes(WEB)
            .passes(ANY)
            .is_settled(WEB);
        let mut with_a_database = web();
        with_a_database.setup.as_mut().unwrap().networks[0].others = strings(&["db"]);
        seen([with_a_database]).passes(WEB);
        seen([on("a", "net", &["a"], (1, 0))]).passes(ALONE);
        let mut on_two = on("a", "front", &["web"], (1, 0));
        let back = on("a", "back", &["web"], (1, 0)).setup.unwrap().networks;
        on_two.setup.as_mut().unwrap().networks.extend(back);
        seen([on_two, on("b", "back", &["b"], (1, 0))]).passes(WEB);
    }

    #[test]
    fn what_nobody_can_reach_fails_by_its_cause() {
        let web = || on("a", "net", &["a", "web"], (1, 4));
        let b = |network, ran| on("b", network, &["b"], ran);
        seen([on("a", "bridge", &["web"], (1, 0)), b("bridge", (1, 0))])
            .fails_by(WEB, "default-network")
            .fails_by(ALONE, "default-network");
        seen([on("a", "net", &["a"], (1, 0)), b("net", (1, 0))])
            .fails_by(WEB, "another-name")
            .fails(WEB, "is found as `b`")
            .passes(ANY);
        seen([web(), b("other", (1, 0))]).fails_by(ANY, "alone");
        seen([web(), b("net", (5, 9))])
            .fails_by(WEB, "not-together")
            .fails_by(ANY, "not-together");
        seen([web()]).fails_by(WEB, "alone");
        seen([mounted("a", 1, vec![])])
            .fails_by(WEB, "default-network")
            .fails(WEB, "is on no network");
    }

    #[test]
    fn without_an_engine_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(WEB);
        Sample::of("FROM x\n").engine().fails_by(WEB, "no-container");
        refused("container-network = { alias = \"web\" }", "unknown field");
    }
}
