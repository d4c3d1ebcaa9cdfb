//! Debian's package database: `/var/lib/dpkg/status` and apt's `/var/lib/apt/extended_states` (deb822).

use std::collections::{BTreeMap, BTreeSet};

/// An installed package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AptPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it cannot do without (Depends and Pre-Depends): groups of alternatives.
    pub depends: Vec<Vec<String>>,
    /// What it recommends: groups of alternatives.
    pub recommends: Vec<Vec<String>>,
    /// Names that it stands for.
    pub provides: Vec<String>,
}

/// A package that is there only since another one recommends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommended {
    /// Its name.
    pub name: String,
    /// The packages that recommend it; none when it only came along with such a one.
    pub by: Vec<String>,
}

/// The installed packages of a status file.
pub fn installed(status: &str) -> Vec<AptPackage> {
    let mut found = Vec::new();
    for paragraph in status.split("\n\n") {
        let fields = fields(paragraph);
        let field = |name: &str| fields.get(name).copied().unwrap_or_default();
        if field("Package").is_empty() || !field("Status").ends_with(" installed") {
            continue;
        }
        let mut depends = groups(field("Depends"));
        depends.extend(groups(field("Pre-Depends")));
        found.push(AptPackage {
            name: field("Package").to_owned(),
            version: field("Version").to_owned(),
            depends,
            recommends: groups(field("Recommends")),
            provides: groups(field("Provides")).into_iter().flatten().collect(),
        });
    }
    found
}

/// The names of packages that apt installed by itself.
pub fn auto_installed(states: &str) -> BTreeSet<String> {
    states
        .split("\n\n")
        .map(fields)
        .filter(|fields| fields.get("Auto-Installed") == Some(&"1"))
        .filter_map(|fields| fields.get("Package").map(|name| (*name).to_owned()))
        .collect()
}

/// The single-line fields of a paragraph.
fn fields(paragraph: &str) -> BTreeMap<&str, &str> {
    paragraph
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.trim()))
        .collect()
}

/// `a (>= 1) | b:any, c` as groups of alternatives, names alone.
fn groups(text: &str) -> Vec<Vec<String>> {
    text.split(',')
        .map(|group| {
            group
                .split('|')
                .filter_map(|name| name.split_whitespace().next())
                .map(|name| name.split(':').next().unwrap_or(name).to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|group| !group.is_empty())
        .collect()
}

/// Which command installed each package, by apt's own record (`/var/log/apt/history.log`), the last one for a package
/// that was installed more than once.
pub fn apt_commands(history: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for paragraph in history.split("\n\n") {
        let fields = fields(paragraph);
        let (Some(command), Some(installed)) = (fields.get("Commandline"), fields.get("Install")) else {
            continue;
        };
        // `a:amd64 (1.0), b:amd64 (2, automatic)`
        for name in installed.split("), ").filter_map(|one| one.split([':', ' ']).next()) {
            found.insert(name.to_owned(), (*command).to_owned());
        }
    }
    found
}

/// The packages of `after` that are neither in `before`, nor asked for, nor needed by one that is: those that came in as
/// recommendations. Those that some package recommends come first.
pub fn recommended_only(before: &[AptPackage], after: &[AptPackage], auto: &BTreeSet<String>) -> Vec<Recommended> {
    let old: BTreeSet<&str> = before.iter().map(|package| package.name.as_str()).collect();
    let mut providers: BTreeMap<&str, Vec<&AptPackage>> = BTreeMap::new();
    for package in after {
        providers.entry(&package.name).or_default().push(package);
        for name in &package.provides {
            providers.entry(name).or_default().push(package);
        }
    }
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&AptPackage> = after
        .iter()
        .filter(|package| old.contains(package.name.as_str()) || !auto.contains(&package.name))
        .collect();
    while let Some(package) = open.pop() {
        if needed.insert(&package.name) {
            for name in package.depends.iter().flatten() {
                open.extend(providers.get(name.as_str()).into_iter().flatten());
            }
        }
    }
    let mut extra: Vec<Recommended> = after
        .iter()
        .filter(|package| !needed.contains(package.name.as_str()))
        .map(|package| Recommended {
            name: package.name.clone(),
            by: after
                .iter()
                .filter(|other| {
                    other
                        .recommends
                        .iter()
                        .flatten()
                        .any(|name| name == &package.name || package.provides.contains(name))
                })
                .map(|other| other.name.clone())
                .collect(),
        })
        .collect();
    extra.sort_by_key(|found| {
        let by_needed = found.by.iter().any(|name| needed.contains(name.as_str()));
        (!by_needed, found.by.is_empty(), found.name.clone())
    });
    extra
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "Package: python3-pip\nStatus: install ok installed\nVersion: 23\nDepends: python3:any (>= 3), wheel | wheel2\nRecommends: build-essential, python3-dev\nDescription: x\n Depends: nonsense\n\n\
        Package: python3\nStatus: install ok installed\nVersion: 3\n\n\
        Package: wheel2\nStatus: install ok installed\nVersion: 1\n\n\
        Package: build-essential\nStatus: install ok installed\nVersion: 12\nDepends: gcc\n\n\
        Package: gcc\nStatus: install ok installed\nVersion: 12\nPre-Depends: libc6\n\n\
        Package: libc6\nStatus: install ok installed\nVersion: 2\n\n\
        Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n";

    #[test]
    fn the_command_that_installed_a_package_is_in_apts_record() {
        let history = "\nStart-Date: 2026-11-01  10:00:00\nCommandline: apt-get install -y --no-install-recommends pip\n\
            Install: pip:amd64 (1:2.0, 3), wheel:all (0.3, automatic)\nEnd-Date: 2026-11-01  10:00:09\n\n\
            Start-Date: x\nCommandline: apt-get purge -y wheel\nPurge: wheel:all (0.3)\n\n\
            Start-Date: y\nCommandline: apt install git\nInstall: git:amd64 (2), wheel:all (0.3, automatic)\n";
        let found = apt_commands(history);
        assert_eq!(found.len(), 3);
        assert_eq!(found["pip"], "apt-get install -y --no-install-recommends pip");
        assert_eq!(found["wheel"], "apt install git");
        assert_eq!(apt_commands("no record"), BTreeMap::new());
    }

    #[test]
    fn what_came_in_as_a_recommendation_is_found() {
        let after = installed(STATUS);
        assert_eq!(after.len(), 6);
        let auto = auto_installed(
            "Package: python3\nAuto-Installed: 1\n\nPackage: wheel2\nAuto-Installed: 1\n\nPackage: build-essential\nAuto-Installed: 1\n\nPackage: gcc\nAuto-Installed: 1\n\nPackage: libc6\nAuto-Installed: 1\n",
        );
        let extra = recommended_only(&[], &after, &auto);
        assert_eq!(
            extra.iter().map(|found| found.name.as_str()).collect::<Vec<_>>(),
            ["build-essential", "gcc", "libc6"]
        );
        assert_eq!(extra[0].by, ["python3-pip"]);
        let all: BTreeSet<String> = BTreeSet::new();
        assert!(
            recommended_only(&[], &after, &all).is_empty(),
            "all were asked for by hand"
        );
    }
}
