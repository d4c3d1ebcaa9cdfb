//! How many kept evidences are judged in a second, for every task that has one in `benches/evidence`.
//! `cargo bench --bench judge`; the goal is 10,000 a second for the largest task.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{fs, path::Path, time::Instant};

use dockerlab::{
    check::{evidence::Evidence, judge},
    course::Course,
    language::Language,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let course = Course::embedded(Language::ENGLISH).map_err(|mistakes| format!("{mistakes:?}"))?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/evidence");
    for task in &course.tasks {
        let Ok(text) = fs::read_to_string(folder.join(format!("{}.json", task.id))) else {
            continue;
        };
        let evidence: Evidence = serde_json::from_str(&text)?;
        let passes = judge(&task.criteria, &evidence).passed();
        // The best of ten rounds: what else the machine does only adds to the time.
        let mut best = f64::INFINITY;
        for _ in 0..10 {
            let started = Instant::now();
            for _ in 0..1000 {
                std::hint::black_box(judge(&task.criteria, std::hint::black_box(&evidence)));
            }
            best = best.min(started.elapsed().as_secs_f64() / 1000.0);
        }
        println!(
            "task {:<4} {:>2} criteria  {:>9.0} judged a second  (passes: {passes})",
            task.id,
            task.criteria.len(),
            1.0 / best
        );
    }
    Ok(())
}
