//! Proofs: answers of which it is known how they must be judged, and whether a course judges them so.
//!
//! A right answer passes. A wrong one fails at the criteria that its name says, and at no others. Every criterion has
//! a wrong answer that only it catches, or a reason why there is none; a ladder of hints; and a why.
//! Nothing here builds or runs anything: `commands::instructor::prove` gathers the evidence.

mod answer;
mod verify;

pub use answer::{Answer, Awaited, ProofFile, read};
pub use verify::{Fault, Judged, Proved, Static, statically, verify};
