//! `check.exposes`: the image names a port as one that it serves on.

use serde::Deserialize;

use super::{Judge, spelling::listed};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// A TCP port.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Exposes(u16);

impl Judge for Exposes {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let ports: Vec<String> = match case.evidence.image.known() {
            Some(image) => image.exposed.clone(),
            None => match case.planned() {
                Ok(planned) => planned.exposed.iter().map(|(port, _)| port.clone()).collect(),
                Err(outcome) => return outcome,
            },
        };
        let wanted = format!("{}/tcp", self.0);
        Outcome::pass_if(ports.contains(&wanted), || {
            let found = if ports.is_empty() {
                "no port is exposed".to_owned()
            } else {
                format!("it exposes {}", listed(&ports, "and"))
            };
            let line = case
                .planned
                .and_then(|planned| planned.exposed.last())
                .map(|(_, line)| *line);
            Failure::new(format!("port {} exposed", self.0), found).at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn a_port_is_exposed_for_tcp() {
        for text in [
            "EXPOSE 8000",
            "EXPOSE 80 8000/tcp",
            "EXPOSE 7999-8001",
            "ARG P=8000\nEXPOSE $P",
        ] {
            Sample::of(&format!("FROM b\n{text}\n")).passes("exposes = 8000");
        }
        Sample::of("FROM b\nEXPOSE 8000/udp\n").fails_at("exposes = 8000", "8000/udp", 2);
        Sample::of("FROM b\n").fails("exposes = 8000", "no port");
        Sample::of("FROM b\nEXPOSE 80\n")
            .image(|image| image.exposed.push("8000/tcp".to_owned()))
            .passes("exposes = 8000");
        assert!(is_refused("exposes = 80000"));
    }
}
