//! The class on one page that loads nothing: grades, tasks, where people get stuck, sizes, and Dockerfiles that are alike.

use std::io::{Result, Write};

use super::{cell::number, report::page};
use crate::{
    grading::{Alike, Gradebook, GradebookCriterion, GradebookTask, Row},
    output::html::{lines, text},
    quantity,
};

/// Writes the page. `alike` are Dockerfiles of a task that are alike; `link` is where a learner's report is.
pub fn class_page(
    out: &mut dyn Write,
    book: &Gradebook,
    alike: &[(String, Vec<Alike>)],
    link: &dyn Fn(&Row) -> String,
) -> Result<()> {
    let mut body = summary(book);
    body.push_str(&section(say!("To look at"), &to_look_at(book, link)));
    body.push_str(&section(say!("Tasks"), &tasks(book)));
    body.push_str(&section(say!("Where learners get stuck"), &stuck(book)));
    body.push_str(&section(say!("Criteria"), &criteria(book)));
    body.push_str(&section(say!("Sizes of the images"), &sizes(book)));
    body.push_str(&section(say!("Dockerfiles that are alike"), &similar(book, alike)));
    body.push_str(&section(say!("Learners"), &learners(book, link)));
    page(out, &book.course, body)
}

fn section(heading: &str, body: &str) -> String {
    if body.is_empty() {
        return String::new();
    }
    format!("<h2>{}</h2>\n{body}\n", text(heading))
}

fn summary(book: &Gradebook) -> String {
    let graded: Vec<f64> = book.rows.iter().filter_map(|row| row.points).collect();
    let told = say!(
        "{}, {} graded, {} to look at.",
        quantity::count(book.rows.len(), "submission"),
        graded.len(),
        book.to_look_at()
    );
    let middle = median(graded).map(|points| {
        let points = quantity::point(number(points));
        say!("The median is {points} of {}.", number(book.out_of); points)
    });
    let made = say!("dockerlab {}, {}, {}", book.program, book.engine, book.at);
    format!(
        "<p>{} {}</p>\n<p class=\"soft\">{}</p>\n",
        text(&told),
        text(&middle.unwrap_or_default()),
        text(&made)
    )
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn called(row: &Row, link: &dyn Fn(&Row) -> String) -> String {
    format!("<a href=\"{}\">{}</a>", text(&link(row)), text(row.called()))
}

fn to_look_at(book: &Gradebook, link: &dyn Fn(&Row) -> String) -> String {
    let rows = book.rows.iter().filter(|row| row.points.is_none());
    let rows: Vec<String> = rows
        .map(|row| {
            let why = if row.graded.is_none() {
                say!("not checked yet").to_owned()
            } else {
                row.look.join("; ")
            };
            format!("<tr><td>{}</td><td>{}</td></tr>\n", called(row, link), text(&why))
        })
        .collect();
    let rows = rows.concat();
    if rows.is_empty() {
        rows
    } else {
        format!("<table>{rows}</table>")
    }
}

/// Parts of a whole as a bar: met, unmet, unknown.
fn bar(met: usize, unmet: usize, unknown: usize) -> String {
    let all = (met + unmet + unknown).max(1);
    let part = |class: &str, count: usize| {
        let thousandth = count * 1000 / all;
        format!(
            "<i class=\"{class}\" style=\"width:{}.{}%\"></i>",
            thousandth / 10,
            thousandth % 10
        )
    };
    let label = say!("{met} met, {unmet} not met, {unknown} not checked"; met, unmet, unknown);
    format!(
        "<div class=\"stack\" role=\"img\" aria-label=\"{0}\" title=\"{0}\">{1}{2}{3}</div>",
        text(&label),
        part("met", met),
        part("unmet", unmet),
        part("unknown", unknown)
    )
}

fn tasks(book: &Gradebook) -> String {
    let rows: Vec<String> = book
        .tasks
        .iter()
        .map(|task| {
            let count = |words: &[&str]| book.rows.iter().filter(|row| words.contains(&row.task_word(&task.id))).count();
            let passed = count(&["passed"]);
            let failed = count(&["failed", "unreadable", "missing"]);
            let absent = book.rows.iter().filter(|row| row.word() == "absent").count();
            let failed = failed + absent;
            let unknown = book.rows.len() - passed - failed;
            format!(
                "<tr><td>{}</td><td class=\"number\">{passed}</td><td class=\"number\">{failed}</td><td class=\"number\">{unknown}</td><td>{}</td></tr>\n",
                text(&format!("{}  {}", task.id, task.title)),
                bar(passed, failed, unknown)
            )
        })
        .collect();
    let rows = rows.concat();
    let head = head(&[
        say!("Task"),
        say!("passed"),
        say!("not passed"),
        say!("not checked"),
        "",
    ]);
    format!("<div class=\"wide\"><table>{head}{rows}</table></div>")
}

fn head(names: &[&str]) -> String {
    let cells: Vec<String> = names.iter().map(|name| format!("<th>{}</th>", text(name))).collect();
    let cells = cells.concat();
    format!("<tr>{cells}</tr>\n")
}

/// The criteria that failed first, by how many learners they stopped.
fn stuck(book: &Gradebook) -> String {
    let mut found: Vec<(usize, &GradebookTask, &GradebookCriterion)> = Vec::new();
    for task in &book.tasks {
        for criterion in &task.criteria {
            let is_first = |row: &&Row| {
                let verdicts = row.task(&task.id).map(|one| &one.verdicts);
                verdicts
                    .and_then(|verdicts| verdicts.first_failure())
                    .is_some_and(|first| first.criterion == criterion.id)
            };
            let count = book.rows.iter().filter(is_first).count();
            if count > 0 {
                found.push((count, task, criterion));
            }
        }
    }
    found.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let rows: Vec<String> = found
        .iter()
        .take(10)
        .map(|(count, task, criterion)| {
            let name = say!("Task {}: {}", task.id, criterion.says);
            format!("<tr><td class=\"number\">{count}</td><td>{}</td></tr>\n", text(&name))
        })
        .collect();
    let rows = rows.concat();
    if rows.is_empty() {
        return rows;
    }
    let told = say!("How many learners each criterion stopped first:");
    format!("<p class=\"soft\">{}</p><table>{rows}</table>", text(told))
}

fn criteria(book: &Gradebook) -> String {
    let mut tables = String::new();
    for task in &book.tasks {
        let rows: Vec<String> = task
            .criteria
            .iter()
            .map(|criterion| {
                let words: Vec<&str> = book
                    .rows
                    .iter()
                    .filter_map(|row| Some(row.verdict(&task.id, &criterion.id)?.outcome.word()))
                    .collect();
                let count = |wanted: &str| words.iter().filter(|word| **word == wanted).count();
                let (met, unmet) = (count("pass"), count("fail"));
                format!(
                    "<tr><td>{}</td><td class=\"number\">{met}</td><td class=\"number\">{unmet}</td><td>{}</td></tr>\n",
                    text(&criterion.says),
                    bar(met, unmet, words.len() - met - unmet)
                )
            })
            .collect();
        let rows = rows.concat();
        let head = head(&[say!("Criterion"), say!("met"), say!("not met"), ""]);
        tables.push_str(&format!(
            "<details open><summary>{}</summary><div class=\"wide\"><table>{head}{rows}</table></div></details>\n",
            text(&format!("{}  {}", task.id, task.title))
        ));
    }
    tables
}

/// A line of dots a task: each image's size.
fn sizes(book: &Gradebook) -> String {
    const LEFT: u64 = 60;
    const WIDE: u64 = 900;
    const HIGH: u64 = 34;
    let of = |task: &GradebookTask| -> Vec<(u64, String)> {
        let rows = book.rows.iter();
        rows.filter_map(|row| Some((row.task(&task.id)?.image_size?, row.called().to_owned())))
            .collect()
    };
    let all: Vec<(&GradebookTask, Vec<(u64, String)>)> = book.tasks.iter().map(|task| (task, of(task))).collect();
    let Some(most) = all.iter().flat_map(|(_, sizes)| sizes).map(|(size, _)| *size).max() else {
        return String::new();
    };
    let at = |size: u64| LEFT + (WIDE - LEFT - 20) * (size / 1000) / (most / 1000).max(1);
    let mut drawn = String::new();
    for (index, (task, sizes)) in all.iter().enumerate() {
        let y = HIGH * u64::try_from(index).unwrap_or_default() + 24;
        drawn.push_str(&format!(
            "<text x=\"4\" y=\"{}\">{}</text><line x1=\"{LEFT}\" x2=\"{WIDE}\" y1=\"{y}\" y2=\"{y}\"/>",
            y + 4,
            text(&task.id)
        ));
        for (size, who) in sizes {
            let title = format!("{who}: {}", quantity::size(*size));
            drawn.push_str(&format!(
                "<circle cx=\"{}\" cy=\"{y}\" r=\"6\"><title>{}</title></circle>",
                at(*size),
                text(&title)
            ));
        }
    }
    let high = HIGH * u64::try_from(all.len()).unwrap_or_default() + 30;
    let axis = [most / 4, most / 2, most / 4 * 3, most].map(|size| {
        let shown = text(&quantity::size(size));
        format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{shown}</text>",
            at(size) + 20,
            high - 6
        )
    });
    let label = text(say!("The size of each learner's image, by task"));
    format!(
        "<svg viewBox=\"0 0 {WIDE} {high}\" role=\"img\" aria-label=\"{label}\">{drawn}{}</svg>",
        axis.concat()
    )
}

fn similar(book: &Gradebook, alike: &[(String, Vec<Alike>)]) -> String {
    let mut told = String::new();
    for (task, groups) in alike {
        for group in groups {
            let rows: Vec<&Row> = group.learners.iter().filter_map(|at| book.rows.get(*at)).collect();
            let names: Vec<&str> = rows.iter().map(|row| row.called()).collect();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of 1")]
            let percent = (group.part * 100.0) as u32;
            let heading = say!("Task {task}, {percent} % the same: {}", names.join(", "); task, percent);
            let files: String = rows
                .iter()
                .take(4)
                .filter_map(|row| {
                    let dockerfile = row.task(task)?.dockerfile.as_deref()?;
                    let shown: String = dockerfile.chars().take(8_000).collect();
                    Some(format!(
                        "<div><p class=\"soft\">{}</p><pre>{}</pre></div>",
                        text(row.called()),
                        lines(&shown)
                    ))
                })
                .collect();
            told.push_str(&format!(
                "<details><summary>{}</summary><div class=\"beside\">{files}</div></details>\n",
                text(&heading)
            ));
        }
    }
    if told.is_empty() {
        return told;
    }
    let note =
        say!("Compared without comments and blanks. Short tasks have few different answers, so this proves nothing.");
    format!("<p class=\"soft\">{}</p>\n{told}", text(note))
}

fn learners(book: &Gradebook, link: &dyn Fn(&Row) -> String) -> String {
    let mut names = vec![say!("Learner").to_owned(), say!("Points").to_owned()];
    names.extend(book.tasks.iter().map(|task| task.id.clone()));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let shown = |points: Option<f64>| points.map_or_else(|| "?".to_owned(), |points| quantity::point(number(points)));
    let rows: Vec<String> = book
        .rows
        .iter()
        .map(|row| {
            let tasks: Vec<String> = row
                .tasks
                .iter()
                .map(|task| {
                    let class = match task.points {
                        None => "care",
                        Some(points) if points + 0.005 >= task.of => "good",
                        Some(points) if points <= 0.0 => "fail",
                        Some(_) => "",
                    };
                    format!("<td class=\"number {class}\">{}</td>", shown(task.points))
                })
                .collect();
            let tasks = tasks.concat();
            format!(
                "<tr><td>{}</td><td class=\"number\">{}</td>{tasks}</tr>\n",
                called(row, link),
                shown(row.points)
            )
        })
        .collect();
    let rows = rows.concat();
    format!("<div class=\"wide\"><table>{}{rows}</table></div>", head(&names))
}
