//! An image as JSON; `docs/inspect-json.md` is its schema.

use std::io::{Result, Write};

use serde_json::{Value, json};

use crate::{
    clean,
    image::{CiResult, Image},
    output::inspect::{report::Inspected, waste},
};

/// Writes an image; with its files where `image` is given, with the outcome of limits where there are any.
pub fn inspected_json(
    out: &mut dyn Write,
    found: &Inspected,
    image: Option<&Image>,
    ruled: Option<&[CiResult]>,
) -> Result<()> {
    let analysis = &found.analysis;
    let layers: Vec<Value> = (0..analysis.layers.len())
        .map(|index| layer(found, image, index))
        .collect();
    let wasted: Vec<Value> = analysis
        .waste
        .iter()
        .map(|waste| {
            let told = waste::tell(found, waste);
            json!({
                "bytes": waste.bytes,
                "files": waste.files,
                "cause": waste.cause,
                "topic": waste.topic,
                "below": format!("/{}", waste.below),
                "written-by-layer": waste.written,
                "hidden-by-layer": waste.hidden,
                "written-by-line": found.lines.get(waste.written).copied().flatten(),
                "hidden-by-line": waste.hidden.and_then(|by| found.lines.get(by).copied().flatten()),
                "largest": waste.largest.iter().map(|(path, bytes)| {
                    json!({ "path": format!("/{path}"), "bytes": bytes })
                }).collect::<Vec<_>>(),
                "what": told.what,
                "why": told.why,
                "instead": told.fix,
            })
        })
        .collect();
    let like = &analysis.like_dive;
    let document = json!({
        "schema": "dockerlab/inspect/1",
        "image": found.name,
        "image-id": found.id,
        "engine-size": found.engine_size,
        "platform": analysis.platform,
        "dockerfile": found.dockerfile,
        "base-layers": found.base,
        "bytes": analysis.stored,
        "visible-bytes": analysis.visible,
        "hidden-bytes": analysis.hidden,
        "wasted-bytes": analysis.wasted(),
        "paths": analysis.paths,
        "refused-entries": analysis.refused,
        "layers": layers,
        "waste": wasted,
        "like-dive": {
            "efficiency": like.efficiency(),
            "wasted-bytes": like.wasted_bytes,
            "user-wasted-percent": like.user_wasted_percent(),
            "file-count": like.file_count,
            "files": like.files,
        },
        "limits": ruled.map(|ruled| ruled.iter().map(|rule| json!({
            "key": rule.key,
            "limit": rule.limit,
            "found": rule.found,
            "passed": rule.passed,
        })).collect::<Vec<_>>()),
    });
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    writeln!(out)
}

fn layer(found: &Inspected, image: Option<&Image>, index: usize) -> Value {
    let Some(layer) = found.analysis.layers.get(index) else {
        return Value::Null;
    };
    let step = found.steps.get(index).copied().flatten();
    let mut value = json!({
        "index": index,
        "diff-id": layer.diff_id,
        "created-by": layer.created_by,
        "instruction": found.instruction(index),
        "line": found.lines.get(index).copied().flatten(),
        "place": found.place(index),
        "seconds": step.map(|(seconds, _)| seconds),
        "cached": step.map(|(_, cached)| cached),
        "bytes": layer.bytes,
        "hidden-bytes": layer.hidden,
        "entries": layer.entries,
        "added": layer.added,
        "changed": layer.changed,
        "removed": layer.removed,
    });
    let entries = image
        .and_then(|image| image.layers.get(index))
        .map(|layer| &layer.entries);
    if let (Some(entries), Some(object)) = (entries, value.as_object_mut()) {
        object.insert("files".to_owned(), json!(entries));
    }
    value
}
