//! The command line's own help in the person's language.

use clap::{Arg, ArgAction, Command};

use crate::language::{Language, translated};

/// The command line, its help in the language that is spoken.
///
/// What clap itself writes of (headings, `--help`, `--version`, `help`) is English in clap, so it is replaced.
pub(super) fn localized(command: Command) -> Command {
    if Language::current() == Language::ENGLISH {
        command
    } else {
        dressed(command, true)
    }
}

fn dressed(mut command: Command, top: bool) -> Command {
    command = texts(command)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(say!("Commands"))
        .help_template(format!(
            "{{before-help}}{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            say!("Usage:")
        ))
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help(say!("Print help")),
        )
        .mut_subcommands(|inner| dressed(inner, false));
    if top {
        command = command
            .arg(
                Arg::new("version")
                    .short('V')
                    .long("version")
                    .action(ArgAction::Version)
                    .help(say!("Print version")),
            )
            .subcommand(
                Command::new("help")
                    .about(say!("Print this message or the help of the given command"))
                    .arg(Arg::new("command").num_args(0..)),
            );
    }
    command
}

fn texts(mut command: Command) -> Command {
    let say = |text: Option<&clap::builder::StyledStr>| text.and_then(|text| translated(&text.to_string()));
    if let Some(text) = say(command.get_about()) {
        command = command.about(text);
    }
    if let Some(text) = say(command.get_long_about()) {
        command = command.long_about(text);
    }
    if let Some(text) = say(command.get_after_help()) {
        command = command.after_help(text);
    }
    command.mut_args(|mut arg| {
        if let Some(text) = say(arg.get_help()) {
            arg = arg.help(text);
        }
        if let Some(text) = say(arg.get_long_help()) {
            arg = arg.long_help(text);
        }
        // What clap writes around the values is English.
        let values = arg.get_possible_values();
        if arg.get_action().takes_values() && !values.is_empty() {
            let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            arg = arg
                .help(say!("{help} (one of: {})", names.join(", "); help))
                .hide_possible_values(true)
                .hide_default_value(true);
        }
        arg
    })
}

/// Every text of the command line that has a translation or should have one: abouts, helps, what stands after them.
#[cfg(test)]
fn all_texts(command: &Command) -> Vec<String> {
    let mut found: Vec<String> = [command.get_about(), command.get_long_about(), command.get_after_help()]
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    for arg in command.get_arguments() {
        found.extend(
            [arg.get_help(), arg.get_long_help()]
                .into_iter()
                .flatten()
                .map(ToString::to_string),
        );
    }
    for inner in command.get_subcommands() {
        found.extend(all_texts(inner));
    }
    found
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    #[test]
    fn every_help_text_is_in_each_complete_language() {
        let texts = all_texts(&crate::cli::Cli::command());
        for language in Language::all().filter(|language| language.is_complete()).skip(1) {
            let missing: Vec<&String> = texts
                .iter()
                .filter(|text| language.translation(text).is_none())
                .collect();
            assert!(missing.is_empty(), "{}: {missing:#?}", language.code());
        }
    }
}
