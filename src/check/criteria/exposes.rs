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
            Some(image) => image.config.exposed_ports.clone(),
            None => match case.planned() {
                Ok(planned) => planned.exposed.iter().map(|(port, _)| port.clone()).collect(),
                Err(outcome) => return outcome,
            },
        };
        let wanted = format!("{}/tcp", self.0);
        Outcome::pass_if(ports.contains(&wanted), || {
            let found = if ports.is_empty() {
                say!("no port is exposed").to_owned()
            } else {
                say!("it exposes {}", listed(&ports, "and"))
            };
            let line = case
                .planned
                .and_then(|planned| planned.exposed.last())
                .map(|(_, line)| *line);
            Failure::new(say!("port {} exposed", self.0), found).at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused, strings};

    #[test]
    fn every_spelling_of_the_port_passes() {
        for expose in [
            "EXPOSE 8000",
            "expose 8000/tcp",
            "EXPOSE 80 8000/TCP 443",
            "EXPOSE 7999-8001",
            "ARG PORT=8000\nEXPOSE $PORT",
            "EXPOSE 8000\nEXPOSE 9000",
        ] {
            Sample::of(&format!("FROM x\n{expose}\n"))
                .passes("exposes = 8000")
                .is_provisional("exposes = 8000");
        }
    }

    #[test]
    fn another_port_or_protocol_fails() {
        Sample::of("FROM x\nEXPOSE 80\nEXPOSE 8000/udp\n").fails_at("exposes = 8000", "`80/tcp` and `8000/udp`", 3);
        Sample::of("FROM x\n# EXPOSE 8000\n").fails("exposes = 8000", "no port is exposed");
        Sample::of("").skips("exposes = 8000");
    }

    #[test]
    fn the_image_has_the_last_word() {
        let ports = |ports: &[&str]| {
            Sample::of("FROM x\nEXPOSE 8000\n").image(|image| image.config.exposed_ports = strings(ports))
        };
        ports(&["80/tcp", "8000/tcp"])
            .passes("exposes = 8000")
            .is_settled("exposes = 8000");
        ports(&["18000/tcp"]).fails_at("exposes = 8000", "it exposes `18000/tcp`", 2);
    }

    #[test]
    fn its_setting_is_a_port() {
        refused(r#"exposes = "8000/tcp""#, "invalid type");
        refused("exposes = 65536", "invalid value");
        refused("exposes = [8000]", "invalid type");
    }
}
