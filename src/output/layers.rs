//! An image's layers as a table.

use crate::{check::evidence::ImageEvidence, image::instruction_of, quantity};

/// A line a layer, base first: its size, a bar, and the instruction that made it.
pub fn layers(image: &ImageEvidence, columns: usize) -> Vec<String> {
    let largest = image.layers.iter().map(|layer| layer.bytes).max().unwrap_or(1).max(1);
    let own = image.base.as_ref().and_then(|base| base.layers).unwrap_or(0);
    let room = columns.min(100).saturating_sub(36).max(20);
    let mut lines = vec![
        say!(
            "{} in all, {}",
            quantity::size(image.size),
            quantity::count(image.layers.len(), "layer")
        ),
        String::new(),
    ];
    for (index, layer) in image.layers.iter().enumerate() {
        let bar = usize::try_from(layer.bytes.saturating_mul(16) / largest).unwrap_or(16);
        let made_by = instruction_of(&layer.created_by);
        let text: String = made_by.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().filter(|c| !c.is_control()).take(room).collect();
        let whose = if index < own { say!("base") } else { say!("own ") };
        lines.push(format!(
            "{whose} {:>9}  {:<16}  {} {text}",
            quantity::size(layer.bytes),
            "#".repeat(bar),
            made_by.keyword
        ));
    }
    lines
}
