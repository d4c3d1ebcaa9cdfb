//! The test of an image's configuration.

use std::collections::BTreeMap;

use super::{
    outcome::Problem,
    pattern::Pattern,
    suite::{MetadataTest, Mode, Variable},
};
use crate::image::Config;

/// The settings of an image's configuration that are not as the test expects.
pub(super) fn problems(
    test: &MetadataTest,
    config: &Config,
    bases: &BTreeMap<String, Result<bool, String>>,
    mode: Mode,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let value = |name: &str| {
        let set = config.env.iter().rev().find(|(known, _)| known == name);
        set.map(|(_, value)| value.as_str())
    };
    for variable in &test.env {
        problems.extend(compared("ENV", variable, value(&variable.name)));
    }
    for name in &test.unbound_env {
        if let Some(value) = value(name) {
            problems.push(Problem::new(
                say!("no variable `{name}`"; name),
                format!("`{name}={value}`"),
            ));
        }
    }
    for label in &test.labels {
        let found = config.labels.get(&label.name).map(String::as_str);
        problems.extend(compared("LABEL", label, found));
    }
    for (instruction, expected, found) in [
        ("CMD", &test.cmd, &config.cmd),
        ("ENTRYPOINT", &test.entrypoint, &config.entrypoint),
        ("ONBUILD", &test.on_build, &config.on_build),
        ("SHELL", &test.shell, &config.shell),
        ("HEALTHCHECK", &test.healthcheck, &config.healthcheck),
    ] {
        if let Some(expected) = expected
            && expected != found
        {
            problems.push(Problem::new(
                format!("{instruction} {}", json(expected)),
                format!("{instruction} {}", json(found)),
            ));
        }
    }
    let is_working_dir = test.working_dir == config.written_working_dir
        || mode == Mode::Helpful && test.working_dir == config.working_dir;
    if !test.working_dir.is_empty() && !is_working_dir {
        problems.push(differs("WORKDIR", &test.working_dir, &config.written_working_dir));
    }
    if !test.user.is_empty() && test.user != config.user {
        problems.push(differs("USER", &test.user, &config.user));
    }
    if !test.stop_signal.is_empty() && test.stop_signal != config.stop_signal {
        problems.push(differs("STOPSIGNAL", &test.stop_signal, &config.stop_signal));
    }
    if !test.base_image.is_empty() {
        let name = &test.base_image;
        let found = match bases.get(name) {
            Some(Ok(true)) => None,
            Some(Ok(false)) => Some(say!("the first layers of the image are others").to_owned()),
            Some(Err(why)) => Some(why.clone()),
            None => Some(say!("it was not looked at").to_owned()),
        };
        problems.extend(found.map(|found| Problem::new(say!("the layers of `{name}` come first"; name), found)));
    }
    let is_exposed = |port: &String| {
        config.exposed_ports.iter().any(|exposed| {
            let number = exposed.split('/').next().unwrap_or_default();
            number == port || mode == Mode::Helpful && exposed == port
        })
    };
    let exposed = || listed("EXPOSE", &config.exposed_ports);
    for port in test.exposed_ports.iter().filter(|port| !is_exposed(port)) {
        problems.push(Problem::new(say!("port {port} exposed"; port), exposed()));
    }
    for port in test.unexposed_ports.iter().filter(|port| is_exposed(port)) {
        problems.push(Problem::new(say!("port {port} not exposed"; port), exposed()));
    }
    let volumes = || listed("VOLUME", &config.volumes);
    for volume in test.volumes.iter().filter(|volume| !config.volumes.contains(volume)) {
        problems.push(Problem::new(format!("VOLUME {volume}"), volumes()));
    }
    for volume in test
        .unmounted_volumes
        .iter()
        .filter(|volume| config.volumes.contains(volume))
    {
        problems.push(Problem::new(say!("no VOLUME {volume}"; volume), volumes()));
    }
    problems
}

fn compared(instruction: &str, expected: &Variable, found: Option<&str>) -> Option<Problem> {
    let Variable { name, value, is_regex } = expected;
    let told = if *is_regex {
        say!("{instruction} `{name}` matching `{value}`"; instruction, name, value)
    } else {
        format!("{instruction} `{name}={value}`")
    };
    let Some(found) = found else {
        return Some(Problem::new(
            told,
            say!("{instruction} `{name}` is not set"; instruction, name),
        ));
    };
    let is_same = if *is_regex {
        match Pattern::new(value) {
            Ok(pattern) => pattern.is_in(found),
            Err(why) => return Some(Problem::new(told, say!("the expression is invalid: {why}"; why))),
        }
    } else {
        found == value
    };
    (!is_same).then(|| Problem::new(told, format!("`{name}={found}`")))
}

fn differs(instruction: &str, expected: &str, found: &str) -> Problem {
    let found = if found.is_empty() {
        say!("no {instruction} in the image"; instruction)
    } else {
        format!("{instruction} {found}")
    };
    Problem::new(format!("{instruction} {expected}"), found)
}

fn listed(instruction: &str, items: &[String]) -> String {
    if items.is_empty() {
        say!("no {instruction} in the image"; instruction)
    } else {
        format!("{instruction} {}", items.join(" "))
    }
}

/// Words as a Dockerfile writes them.
fn json(words: &[String]) -> String {
    serde_json::to_string(words).unwrap_or_default()
}
