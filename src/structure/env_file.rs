//! Files of variables, as `envFile` names them: `NAME=value`, `export NAME=value` and `NAME: value`, quotes and comments.

use super::mistake::Mistake;

/// The variables of a file, in order.
///
/// # Errors
/// The first line that is none. container-structure-test then takes nothing from the file.
pub fn variables(text: &str) -> Result<Vec<(String, String)>, Mistake> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let wrong = || Mistake::at(number, say!("not `NAME=value`"));
        let (name, value) = line.split_once(['=', ':']).ok_or_else(wrong)?;
        let name = name.trim();
        if name.is_empty() || !name.chars().all(|c| c == '_' || c == '.' || c.is_ascii_alphanumeric()) {
            return Err(wrong());
        }
        found.push((name.to_owned(), unquoted(value.trim())));
    }
    Ok(found)
}

/// A value without its quotes, or without the comment behind it.
fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some((inner, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return if quote == '"' {
                inner.replace("\\n", "\n")
            } else {
                inner.to_owned()
            };
        }
    }
    let end = value.find(" #").unwrap_or(value.len());
    value[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_with_quotes_and_comments() {
        let text = "# c\nA=1\nexport B=\"x y\"\nC='a b' # c\nD=\nE: e\nF=a#b # c\n";
        let pairs: Vec<String> = variables(text)
            .unwrap()
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(pairs, ["A=1", "B=x y", "C=a b", "D=", "E=e", "F=a#b"]);
        assert_eq!(variables("A=1\nBARE\n").unwrap_err().line, 2);
    }
}
