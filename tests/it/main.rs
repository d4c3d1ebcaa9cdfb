//! The program from outside. Modules named `needs_engine_…` fail without the engines that `scripts/test` brings up, and
//! `needs_browser` without the browser that `scripts/browser` sets up; all others need neither.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::default_trait_access,
    clippy::format_collect,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed"
)]

mod additions;
mod clean_output;
mod course;
mod course_author;
mod course_registry;
mod courses;
mod disk_trouble;
mod failed_builds;
mod grammar;
mod grammar_in_text;
mod house;
mod inspect;
mod installation;
mod instructor;
mod kept_evidence;
mod kills;
mod language;
mod lint;
mod lint_peer;
mod needs_browser;
mod needs_engine_context;
mod needs_engine_course;
mod needs_engine_course_push;
mod needs_engine_failed_builds;
mod needs_engine_grade;
mod needs_engine_grammar;
mod needs_engine_kills;
mod needs_engine_kinds;
mod needs_engine_lint;
mod needs_engine_lint_check;
mod needs_engine_own_containers;
mod needs_engine_page;
mod needs_engine_prove;
mod needs_engine_push;
mod needs_engine_shared;
mod needs_engine_structure;
mod needs_engine_structure_peer;
mod needs_engine_trouble;
mod needs_engine_workflow;
mod page;
mod parse_peer;
mod plain_english;
mod proofs;
mod random;
mod screens;
mod state;
mod support;
mod watch;
mod wrong_use;
