//! The page that a learner stays on: where they are, the lesson's step, what holds and what does not, and the keys.

use crate::{
    check::{Outcome, Verdict, Verdicts},
    lint::Finding,
    output::{check::advice_lines, style::Style, wrapped},
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
    /// What goes on, or came of it, in a line.
    pub status: String,
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
    let columns = columns.min(100);
    let mut page = Vec::new();
    let left = say!("Task {}  {}", view.task.0, view.task.1);
    let right = say!("{} of {}, {} passed", view.place.0, view.place.1, view.passed);
    let gap = columns
        .saturating_sub(console::measure_text_width(&left) + console::measure_text_width(&right))
        .max(1);
    page.push(format!("{}{}{}", style.head(left), " ".repeat(gap), style.dim(right)));
    page.push(style.dim("-".repeat(columns)));
    let mut foot = vec![String::new()];
    if !view.status.is_empty() {
        foot.push(console::truncate_str(&view.status, columns, "...").into_owned());
    }
    foot.push(keys(view, style));
    let room = rows.saturating_sub(page.len() + foot.len());
    let mut body = if view.success.is_empty() {
        body(view, columns, room, style)
    } else {
        success(view, columns, style)
    };
    body.truncate(room);
    body.resize(room, String::new());
    page.extend(body);
    page.extend(foot);
    page
}

fn keys(view: &Guided, style: Style) -> String {
    if !view.success.is_empty() {
        return say!(
            "{} next task   {} lesson   {} list   {} diff   {} quit",
            style.code(say!("Enter")),
            style.code("l"),
            style.code("t"),
            style.code("d"),
            style.code("q")
        );
    }
    let shown: Vec<String> = key_names()
        .iter()
        .map(|(key, name)| format!("{} {name}", style.code(key)))
        .collect();
    shown.join("   ")
}

fn lines(text: &str, columns: usize, indent: &str) -> Vec<String> {
    wrapped(text, columns, indent).lines().map(str::to_owned).collect()
}

fn success(view: &Guided, columns: usize, style: Style) -> Vec<String> {
    let mut page = vec![
        String::new(),
        style.good(say!("Task {} is passed.", view.task.0)),
        String::new(),
    ];
    for paragraph in &view.success {
        page.extend(lines(paragraph, columns, ""));
        page.push(String::new());
    }
    page.extend(advice_lines(&view.advice, columns, style));
    page
}

fn body(view: &Guided, columns: usize, room: usize, style: Style) -> Vec<String> {
    let mut page = Vec::new();
    // In a low window the hint that was asked for takes the step's place.
    let is_low = room < 12 && view.hint.is_some();
    if let Some((number, of, text)) = view.step.as_ref().filter(|_| !is_low) {
        let first = plain(text);
        page.push(style.head(say!("Step {number} of {of}"; number, of)));
        let mut text = lines(&first, columns.saturating_sub(2), "");
        let most = (room / 3).clamp(2, 8);
        if text.len() > most {
            text.truncate(most);
            if let Some(last) = text.last_mut() {
                last.push_str(" ... (l)");
            }
        }
        page.extend(text.into_iter().map(|line| format!("  {line}")));
        page.push(String::new());
    }
    if !view.error.is_empty() {
        let word = if view.not_begun { say!("next:") } else { say!("error:") };
        let indent = " ".repeat(word.chars().count());
        let dressed = if view.not_begun {
            style.care(word)
        } else {
            style.fail(word)
        };
        let room = columns.saturating_sub(indent.len() + 1);
        let wrapped = view.error.iter().flat_map(|line| lines(line, room, ""));
        page.extend(wrapped.enumerate().map(|(row, line)| {
            let label = if row == 0 { &dressed } else { &indent };
            format!("{label} {line}")
        }));
        return page;
    }
    let Some(verdicts) = &view.verdicts else {
        return page;
    };
    page.extend(tally(verdicts, view.so_far, columns, style));
    page.push(String::new());
    if let Some(hint) = &view.hint {
        page.extend(
            lines(hint, columns.saturating_sub(2), "")
                .into_iter()
                .map(|line| format!("  {}", style.care(line))),
        );
        page.push(String::new());
    }
    let left = room.saturating_sub(page.len());
    page.extend(failures(verdicts, columns, left, style));
    let advice = advice_lines(&view.advice, columns, style);
    if page.len() + 1 + advice.len() <= room && !advice.is_empty() {
        page.push(String::new());
        page.extend(advice);
    }
    page
}

/// How many hold, and how many of the hidden ones.
fn tally(verdicts: &Verdicts, so_far: bool, columns: usize, style: Style) -> Vec<String> {
    let required: Vec<&Verdict> = verdicts.required().collect();
    let count = |word: &str| required.iter().filter(|verdict| verdict.outcome.word() == word).count();
    let hidden: Vec<&&Verdict> = required.iter().filter(|verdict| verdict.hidden).collect();
    let hidden_hold = hidden.iter().filter(|verdict| verdict.outcome == Outcome::Pass).count();
    let mut parts = vec![say!(
        "{} of {} met{}",
        count("pass"),
        required.len(),
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
    vec![console::truncate_str(&parts.join("   "), columns, "...").into_owned()]
}

/// One of a failure's details, its label beside the first of its lines.
fn part(page: &mut Vec<String>, label: &str, text: &str, columns: usize, style: Style) {
    for (row, line) in lines(text, columns.saturating_sub(16), "").into_iter().enumerate() {
        let label = if row == 0 { label } else { "" };
        page.push(format!("      {}{line}", style.dim(format!("{label:<10}"))));
    }
}

/// What does not hold: the first failure in full, the others by name, then what could not be judged.
fn failures(verdicts: &Verdicts, columns: usize, room: usize, style: Style) -> Vec<String> {
    let mut page = Vec::new();
    let named = |verdict: &Verdict| verdict.name().to_owned();
    let failed: Vec<(&Verdict, &crate::check::Failure)> = verdicts
        .required()
        .filter_map(|verdict| match &verdict.outcome {
            Outcome::Fail(failure) => Some((verdict, failure)),
            _ => None,
        })
        .collect();
    for (index, (verdict, failure)) in failed.iter().enumerate() {
        let name = lines(&named(verdict), columns.saturating_sub(6), "      ");
        page.push(format!(
            "{}  {}",
            style.fail(say!("FAIL")),
            name.first().map_or("", String::as_str)
        ));
        page.extend(name.into_iter().skip(1));
        if index > 0 {
            continue;
        }
        part(&mut page, say!("expected"), &failure.expected, columns, style);
        part(&mut page, say!("found"), &failure.found, columns, style);
        if let Some(place) = &failure.place {
            part(
                &mut page,
                say!("at"),
                &format!("{}:{}", place.file, place.line),
                columns,
                style,
            );
            page.push(format!("      {:>8}  {}", place.line, style.code(&place.text)));
        }
        for line in failure.details.iter().rev().take(4).rev() {
            part(&mut page, "", line, columns, style);
        }
        part(&mut page, say!("next"), &verdict.next, columns, style);
    }
    if page.len() > room && room > 0 {
        page.truncate(room - 1);
        page.push(style.dim(say!("  ... more in a taller window")));
    }
    page
}

/// Markdown's first paragraph without its marks.
fn plain(text: &str) -> String {
    let first = text.split("\n\n").next().unwrap_or(text);
    let mut plain = String::new();
    let mut rest = first;
    // Of a link only its text is shown.
    while let Some((before, link)) = rest.split_once('[') {
        let Some((label, after)) = link.split_once("](") else {
            break;
        };
        let Some((_, after)) = after.split_once(')') else { break };
        plain.push_str(before);
        plain.push_str(label);
        rest = after;
    }
    plain.push_str(rest);
    plain.replace("**", "")
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
