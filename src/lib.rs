//! dockerlab: an interactive workbook for learning and teaching Docker.
//!
//! **Ask the world once, judge the answers with pure functions, say the verdict where the learner is looking.**
//!
//! # The parts
//!
//! | part | what it is for |
//! |---|---|
//! | [`cli`] | the command line, and which command it means |
//! | [`commands`] | one file a verb |
//! | [`judging`] | a task found out, judged and kept; the lab with the edges that commands meet |
//! | [`output`] | reports to text, one file a format |
//! | [`terminal`] | EDGE: prompts, progress, raw mode; the only user of inquire, indicatif, ratatui and crossterm |
//! | [`disk`] | EDGE: the learner's folder |
//! | [`engine`] | EDGE: Docker; the only user of bollard and tokio |
//! | [`registry`] | EDGE: artifacts in registries; the only user of ureq |
//! | [`program`] | EDGE: other programs, asked with a bound |
//! | [`clean`] | what a terminal is sent: text and our own styling |
//! | [`proof`] | answers of which it is known how they must be judged |
//! | [`regular_file`] | EDGE: files that have to be regular ones, opened without waiting for what is none |
//! | [`grading`] | a class: rosters, submissions, points |
//! | [`progress`] | what the learner has done |
//! | [`course`] | tasks as data, and their mistakes told by file, line and key |
//! | [`check`] | probes, evidence, criteria, verdicts |
//! | [`image`] | archives, layers, the merged tree, hidden files, package databases |
//! | [`structure`] | structure tests: their files, what they ask, and how the answers are judged |
//! | [`lint`] | rules for Dockerfiles, one file each |
//! | [`dockerfile`] | source text to instructions, stages, shell words, `.dockerignore` |
//! | [`build_context`] | what disk makes and engine sends |
//! | [`error`], [`exit`], [`interrupt`], [`language`], [`quantity`], [`release`], [`settings`] | importable by all; import nothing but each other |
//!
//! # Invariants, held by tests
//!
//! - The core ([`dockerfile`], [`image`], [`lint`], [`check`], [`structure`], [`course`], [`progress`], [`grading`]) has no clock, environment, file, socket or
//!   terminal in it: values in, values out.
//! - Nothing imports upwards, and no files import each other in a circle (`tests/it/house.rs` reads the imports).
//! - A learner's file is never overwritten or deleted without a dated backup; our own are written whole or not at all.
//! - Only containers that carry our label are removed; ports are published on 127.0.0.1 alone.
//! - What builds, containers and archives give is bounded and stripped of control sequences where it comes in. All output is
//!   cleaned of them once more where it leaves, whatever it is ([`clean`]).

// First, for the macro that it defines.
#[macro_use]
pub mod language;

pub mod build_context;
pub mod check;
pub mod clean;
pub mod cli;
pub mod commands;
pub mod course;
pub mod disk;
pub mod dockerfile;
pub mod engine;
pub mod error;
pub mod exit;
pub mod grading;
pub mod image;
pub mod interrupt;
pub mod judging;
pub mod lint;
pub mod output;
pub mod program;
pub mod progress;
pub mod proof;
pub mod quantity;
pub mod registry;
pub mod regular_file;
pub mod release;
pub mod settings;
pub mod structure;
pub mod terminal;
