//! `check.exposes`: the image names a port as one that it serves on.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, is_a_port},
    spelling::listed,
};
use crate::{
    check::{
        case::{Case, swallowed},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Keyword,
};

/// A TCP port.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
        if case.evidence.image.known().is_none() && !ports.contains(&wanted) && self.unset(case).is_some() {
            // The builder may know the variable.
            return case.image().err().unwrap_or(Outcome::Pass);
        }
        Outcome::pass_if(ports.contains(&wanted), || self.failure(case, &ports))
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        is_a_port(self.0)
    }
}

impl Exposes {
    /// The line of an EXPOSE with a variable in it.
    fn unset(&self, case: &Case<'_>) -> Option<u32> {
        let expose = case
            .planned?
            .instructions
            .iter()
            .find(|instruction| instruction.keyword == Keyword::Expose && instruction.text.contains('$'));
        expose.map(|instruction| instruction.start_line)
    }

    fn failure(&self, case: &Case<'_>, ports: &[String]) -> Failure {
        let port = self.0;
        let exposed = case
            .planned
            .map(|planned| planned.exposed.as_slice())
            .unwrap_or_default();
        let failure =
            |found: String, line: Option<u32>| Failure::new(say!("port {port} exposed"; port), found).at(case.at(line));
        if let Some(line) = self.unset(case) {
            return failure(say!("the variable in EXPOSE does not give this port").to_owned(), Some(line))
                .why(say!("EXPOSE can use variables from ARG and ENV above it in the same stage. A variable not set there is empty."))
                .cause("variable", say!("Write `EXPOSE {port}` on line {line}, or set the variable above it with ENV or ARG."; port, line));
        }
        if ports.is_empty() {
            if let Some(line) = case.swallowed("EXPOSE", &port.to_string()) {
                return swallowed(line, failure);
            }
            return failure(say!("no port is exposed").to_owned(), None)
                .cause("none", say!("Add `EXPOSE {port}` to the Dockerfile."; port));
        }
        let udp = format!("{port}/udp");
        let on = |wanted: &str| exposed.iter().find(|(found, _)| found == wanted).map(|(_, line)| *line);
        let found = say!("it exposes {}", listed(ports, "and"));
        if ports.contains(&udp) {
            let at = on(&udp);
            let line = at.unwrap_or_default();
            return failure(found, at)
                .why(say!("HTTP uses TCP. Without a protocol, EXPOSE means TCP."))
                .cause(
                    "udp",
                    say!("Change line {line} to `EXPOSE {port}`, without `/udp`."; line, port),
                );
        }
        match exposed.last().map(|(_, line)| *line) {
            Some(line) => failure(found, Some(line)).cause(
                "another-port",
                say!("Change line {line} to `EXPOSE {port}`."; line, port),
            ),
            None => failure(found, None).cause(
                "inherited",
                say!("That port comes from the base image: add `EXPOSE {port}`."; port),
            ),
        }
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
