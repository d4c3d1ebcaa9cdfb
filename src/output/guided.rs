//! The page that a learner stays on: what to do next, what fails, the build's steps, the lesson's step, and the keys.

use jiff::Timestamp;

use crate::{
    check::{Failure, Outcome, Verdict, Verdicts},
    lint::Finding,
    output::{build_steps::BuildSteps, check::advice_lines, markdown::render as markdown, style::Style, wrapped},
    quantity,
};

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct Guided {
    /// The task's id and title.
    pub task: (String, String),
    /// Its place in the course, from 1, and how many tasks there are.
    pub place: (usize, usize),
    /// How many tasks are passed.
    pub passed: usize,
    /// The learner's file.
    pub file: Option<String>,
    /// The lesson's step that is next: its number, how many there are, and its Markdown.
    pub step: Option<(usize, usize, String)>,
    /// What was judged last.
    pub verdicts: Option<Verdicts>,
    /// Whether that was from the files alone.
    pub so_far: bool,
    /// What the lint rules say of what the task teaches; shown where there is room below the verdicts.
    pub advice: Vec<Finding>,
    /// What is being done, or the result, in a line.
    pub status: String,
    /// The steps of the build that is under way or was the last.
    pub build: BuildSteps,
    /// The time, from which the seconds of a running step are counted.
    pub now: Timestamp,
    /// An error to show instead of verdicts.
    pub error: Vec<String>,
    /// Whether that only says that nothing was begun yet.
    pub not_begun: bool,
    /// A hint to show.
    pub hint: Option<String>,
    /// What is said after passing; then the page waits for Enter.
    pub success: Vec<String>,
}

/// The keys of the page.
fn key_names() -> [(&'static str, &'static str); 8] {
    [
        ("c", say!("check")),
        ("h", say!("hint")),
        ("l", say!("lesson")),
        ("i", say!("inspect")),
        ("t", say!("list")),
        ("d", say!("diff")),
        ("r", say!("reset")),
        ("q", say!("quit")),
    ]
}

/// The page's lines, as many as there are rows.
pub fn guided_page(view: &Guided, columns: usize, rows: usize, style: Style) -> Vec<String> {
    let columns = columns.min(120);
    let mut page = Vec::new();
    let left = say!("Task {}  {}", view.task.0, view.task.1);
    let right = say!("{} of {}, {} passed", view.place.0, view.place.1, view.passed);
    let gap = columns
        .saturating_sub(console::measure_text_width(&left) + console::measure_text_width(&right))
        .max(1);
    page.push(format!("{}{}{}", style.head(left), " ".repeat(gap), style.dim(right)));
    let is_low = rows < LOW;
    let mut foot = Vec::new();
    if !is_low {
        page.push(style.dim("-".repeat(columns)));
        foot.push(String::new());
    }
    if view.success.is_empty() && view.error.is_empty() && !is_low {
        let tally = view
            .verdicts
            .iter()
            .map(|verdicts| tally(verdicts, view.so_far, columns, style));
        foot.extend(tally);
    }
    if !view.status.is_empty() {
        foot.push(console::truncate_str(&view.status, columns, "...").into_owned());
    }
    foot.extend(keys(view, columns, style));
    let room = rows.saturating_sub(page.len() + foot.len());
    let parts = if view.success.is_empty() {
        open_task(view, columns, is_low, style)
    } else {
        passed_task(view, columns, style)
    };
    let mut body = fitted(&parts, room, is_low, style);
    body.resize(room, String::new());
    page.extend(body);
    page.extend(foot);
    page
}

/// The keys, in one row or two.
fn keys(view: &Guided, columns: usize, style: Style) -> Vec<String> {
    let shown: Vec<(String, &str)> = if view.success.is_empty() {
        key_names().map(|(key, name)| (key.to_owned(), name)).into()
    } else {
        let others = key_names().into_iter().filter(|(key, _)| "ltdq".contains(key));
        let enter = (say!("Enter").to_owned(), say!("next task"));
        std::iter::once(enter)
            .chain(others.map(|(key, name)| (key.to_owned(), name)))
            .collect()
    };
    let shown: Vec<String> = shown
        .iter()
        .map(|(key, name)| format!("{} {name}", style.code(key)))
        .collect();
    let is_narrow = |line: &String| console::measure_text_width(line) <= columns;
    let one = [shown.join("   "), shown.join("  ")].into_iter().find(is_narrow);
    one.map_or_else(
        || {
            let (first, second) = shown.split_at(shown.len().div_ceil(2));
            vec![first.join("   "), second.join("   ")]
        },
        |line| vec![line],
    )
}

/// Below so many rows there are only what to do next, the status and the keys.
const LOW: usize = 16;

/// A part of the page, and what becomes of it where rows are few.
struct Part {
    /// Its heading, which is never shown alone.
    head: Option<String>,
    lines: Vec<String>,
    /// Parts of a low rank get their rows first.
    rank: u8,
    /// Rows below which it is left out, unless its rank is 0 or 1.
    least: usize,
    /// Whether its last lines matter most, and not its first.
    from_end: bool,
    /// Said in place of so many lines that are cut off.
    more: fn(usize) -> String,
    /// Whether an empty line goes before it.
    apart: bool,
}

impl Part {
    /// A part that is shown whole or not at all.
    fn new(rank: u8, lines: Vec<String>) -> Self {
        Self {
            head: None,
            rank,
            least: lines.len(),
            lines,
            from_end: false,
            more: |_| say!("  ... more in a taller window").to_owned(),
            apart: true,
        }
    }

    fn headed(mut self, head: String) -> Self {
        self.head = Some(head);
        self
    }

    fn at_least(mut self, rows: usize) -> Self {
        self.least = rows.min(self.lines.len());
        self
    }

    fn head_rows(&self) -> usize {
        usize::from(self.head.is_some())
    }

    /// What is shown of it in so many rows.
    fn cut(&self, rows: usize, style: Style) -> Vec<String> {
        let rows = rows.saturating_sub(self.head_rows());
        let mut shown: Vec<String> = self.head.iter().cloned().collect();
        let hidden = self.lines.len().saturating_sub(rows);
        if hidden == 0 || rows == 0 {
            shown.extend(self.lines.iter().take(rows).cloned());
        } else if self.from_end {
            shown.push(style.dim((self.more)(hidden + 1)));
            shown.extend(self.lines.iter().skip(hidden + 1).cloned());
        } else {
            shown.extend(self.lines.iter().take(rows - 1).cloned());
            shown.push(style.dim((self.more)(hidden + 1)));
        }
        shown
    }
}

/// The parts in their order, in so many rows: first each gets the least that it needs, by rank, then what it has beyond.
fn fitted(parts: &[Part], room: usize, is_low: bool, style: Style) -> Vec<String> {
    let parts: Vec<&Part> = parts.iter().filter(|part| !part.lines.is_empty()).collect();
    let mut by_rank: Vec<usize> = (0..parts.len()).collect();
    by_rank.sort_by_key(|index| parts[*index].rank);
    let gap = |index: usize| usize::from(parts[index].apart && !is_low);
    let mut rows = vec![0; parts.len()];
    // The first part on the page has no empty line before it.
    let mut left = room + usize::from(!is_low);
    for &index in &by_rank {
        let part = parts[index];
        let free = left.saturating_sub(part.head_rows() + gap(index));
        let least = if part.rank <= 1 {
            part.least.min(free)
        } else {
            part.least
        };
        if least > 0 && least <= free {
            rows[index] = least + part.head_rows();
            left -= rows[index] + gap(index);
        }
    }
    for &index in &by_rank {
        if rows[index] > 0 {
            let more = (parts[index].lines.len() + parts[index].head_rows() - rows[index]).min(left);
            rows[index] += more;
            left -= more;
        }
    }
    let mut page = Vec::new();
    for (index, part) in parts.iter().enumerate().filter(|(index, _)| rows[*index] > 0) {
        if gap(index) > 0 && !page.is_empty() {
            page.push(String::new());
        }
        page.extend(part.cut(rows[index], style));
    }
    page
}

fn lines(text: &str, columns: usize, indent: &str) -> Vec<String> {
    wrapped(text, columns, indent).lines().map(str::to_owned).collect()
}

fn passed_task(view: &Guided, columns: usize, style: Style) -> Vec<Part> {
    let mut parts = vec![Part::new(0, vec![style.good(say!("Task {} is passed.", view.task.0))])];
    parts.extend(view.success.iter().map(|text| Part::new(1, lines(text, columns, ""))));
    parts.push(Part::new(2, advice_lines(&view.advice, columns, style)));
    parts.push(steps(view, 3, columns, style));
    parts
}

/// What to do next first, then what fails, the build's steps, the lesson's step and advice.
fn open_task(view: &Guided, columns: usize, is_low: bool, style: Style) -> Vec<Part> {
    if !view.error.is_empty() {
        let error = Part::new(0, error(view, columns, style));
        return vec![error, lesson_step(view, 2, columns, style)];
    }
    let mut parts = Vec::new();
    let failed = view.verdicts.as_ref().map(failures).unwrap_or_default();
    let mut others = failed.iter();
    if let Some((verdict, failure)) = others.next() {
        let mut first = if is_low {
            vec![failure_line(verdict, columns, style)]
        } else {
            failure_name(verdict, columns, style)
        };
        first.extend(failure_parts(verdict, failure, columns, style));
        parts.push(Part::new(1, first));
        let mut why = Vec::new();
        part(&mut why, say!("why"), &verdict.why, columns, style);
        let mut why = Part::new(5, why);
        why.apart = false;
        parts.push(why);
    }
    if let Some(hint) = &view.hint {
        let hint = lines(hint, columns.saturating_sub(2), "");
        parts.push(Part::new(
            0,
            hint.into_iter().map(|line| format!("  {}", style.care(line))).collect(),
        ));
    }
    let mut others = Part::new(
        2,
        others
            .map(|(verdict, _)| failure_line(verdict, columns, style))
            .collect(),
    )
    .at_least(2);
    others.more = |hidden| say!("  ... and {hidden} more"; hidden);
    parts.push(others);
    // Until the verdict comes, the build is what matters.
    let is_building = view.so_far && !view.build.is_empty();
    parts.push(steps(view, if is_building { 1 } else { 3 }, columns, style));
    parts.push(lesson_step(view, if failed.is_empty() { 2 } else { 4 }, columns, style));
    parts.push(Part::new(6, advice_lines(&view.advice, columns, style)));
    parts
}

fn error(view: &Guided, columns: usize, style: Style) -> Vec<String> {
    let word = if view.not_begun { say!("next:") } else { say!("error:") };
    let indent = " ".repeat(word.chars().count());
    let dressed = if view.not_begun {
        style.care(word)
    } else {
        style.fail(word)
    };
    let room = columns.saturating_sub(indent.len() + 1);
    let wrapped = view.error.iter().flat_map(|line| lines(line, room, ""));
    wrapped
        .enumerate()
        .map(|(row, line)| {
            let label = if row == 0 { &dressed } else { &indent };
            format!("{label} {line}")
        })
        .collect()
}

/// The steps of the build; where rows are few, the last ones.
fn steps(view: &Guided, rank: u8, columns: usize, style: Style) -> Part {
    let mut part = Part::new(rank, view.build.lines(view.now, columns, style));
    if rank > 1 {
        part = part.at_least(3);
    }
    part.from_end = true;
    part.more = |hidden| say!("  ... {} before these", quantity::count(hidden, "line"));
    part.headed(style.head(say!("Steps of the build")))
}

/// The lesson's step.
fn lesson_step(view: &Guided, rank: u8, columns: usize, style: Style) -> Part {
    let Some((number, of, text)) = &view.step else {
        return Part::new(rank, Vec::new());
    };
    let text = markdown(&outdented(text), columns.saturating_sub(2), style);
    let lines = text.trim().lines().map(|line| format!("  {line}")).collect();
    let mut part = Part::new(rank, lines).at_least(2);
    part.more = |_| say!("  ... more in the lesson: press l").to_owned();
    part.headed(style.head(say!("Step {number} of {of}"; number, of)))
}

/// The Markdown of an item of a list without the indentation of its second and later lines.
fn outdented(item: &str) -> String {
    let indented = item.lines().skip(1).filter(|line| !line.trim().is_empty());
    let least = indented
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut lines = item.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + "\n" + line.get(least..).unwrap_or_default())
}

/// How many criteria are met, and how many of the hidden ones.
fn tally(verdicts: &Verdicts, so_far: bool, columns: usize, style: Style) -> String {
    let count = |word: &str| verdicts.required_count(word);
    let (met, of) = verdicts.score();
    let hidden: Vec<&Verdict> = verdicts.required().filter(|verdict| verdict.hidden).collect();
    let hidden_hold = hidden.iter().filter(|verdict| verdict.outcome == Outcome::Pass).count();
    let mut parts = vec![say!(
        "{} of {} met{}",
        met,
        of,
        if so_far { say!(" so far") } else { "" }
    )];
    if count("fail") > 0 {
        parts.push(style.fail(format!("{} {}", count("fail"), say!("FAIL"))));
    }
    if count("skipped") > 0 {
        parts.push(style.care(format!("{} {}", count("skipped"), say!("SKIP"))));
    }
    let unknown = count("cannot-check");
    if unknown > 0 {
        let what = if so_far {
            say!("wait for the build")
        } else {
            say!("CANNOT CHECK")
        };
        parts.push(style.care(format!("{unknown} {what}")));
    }
    if !hidden.is_empty() {
        parts.push(say!("hidden: {hidden_hold} of {}", hidden.len(); hidden_hold));
    }
    // What does not fit is left out, the last first.
    while parts.len() > 1 && console::measure_text_width(&parts.join("   ")) > columns {
        parts.pop();
    }
    parts.join("   ")
}

/// One of a failure's details, its label beside the first of its lines.
fn part(page: &mut Vec<String>, label: &str, text: &str, columns: usize, style: Style) {
    for (row, line) in lines(text, columns.saturating_sub(16), "").into_iter().enumerate() {
        let label = if row == 0 { label } else { "" };
        page.push(format!("      {}{line}", style.dim(format!("{label:<10}"))));
    }
}

/// The required criteria that fail.
fn failures(verdicts: &Verdicts) -> Vec<(&Verdict, &Failure)> {
    let failed = verdicts.required().filter_map(|verdict| match &verdict.outcome {
        Outcome::Fail(failure) => Some((verdict, failure)),
        _ => None,
    });
    failed.collect()
}

/// A failure in one line.
fn failure_line(verdict: &Verdict, columns: usize, style: Style) -> String {
    let name = quantity::shortened(verdict.name(), columns.saturating_sub(6));
    format!("{}  {name}", style.fail(say!("FAIL")))
}

fn failure_name(verdict: &Verdict, columns: usize, style: Style) -> Vec<String> {
    let word = say!("FAIL");
    let indent = " ".repeat(console::measure_text_width(word) + 2);
    let name = lines(verdict.name(), columns, &indent).join("\n");
    format!("{}  {name}", style.fail(word))
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The parts of a failure: what to do first, what the name says already last.
fn failure_parts(verdict: &Verdict, failure: &Failure, columns: usize, style: Style) -> Vec<String> {
    let mut page = Vec::new();
    part(&mut page, say!("next"), &verdict.next, columns, style);
    part(&mut page, say!("found"), &failure.found, columns, style);
    for line in failure.details.iter().rev().take(4).rev() {
        part(&mut page, "", line, columns, style);
    }
    if let Some(place) = &failure.place {
        let at = format!("{}:{}", place.file, place.line);
        part(&mut page, say!("at"), &at, columns, style);
        page.push(format!("      {:>8}  {}", place.line, style.code(&place.text)));
    }
    part(&mut page, say!("expected"), &failure.expected, columns, style);
    page
}

/// Lines of a longer text from `top` on, with a foot that tells how to go on.
pub fn scrolled(title: &str, text: &[String], top: usize, columns: usize, rows: usize, style: Style) -> Vec<String> {
    let room = rows.saturating_sub(3);
    let mut page = vec![style.head(title)];
    page.push(style.dim("-".repeat(columns.min(100))));
    let shown: Vec<String> = text.iter().skip(top).take(room).cloned().collect();
    let end = top + shown.len();
    page.extend(shown);
    page.resize(room + 2, String::new());
    let place = if text.len() > room {
        say!("   {} of {}", quantity::count(end, "line"), text.len())
    } else {
        String::new()
    };
    page.push(say!(
        "{} up and down   {} back{}",
        style.code(say!("arrows, space")),
        style.code("q"),
        style.dim(place)
    ));
    page
}
