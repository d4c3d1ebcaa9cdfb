//! Every mistake in the keys of a course's TOML file, where reading it as a whole stops at the first.
//!
//! The schema of what is read says which keys there are, and of which type: the one that editors get as well. Not a
//! crate's: those that check JSON against a schema know no lines, and tell of a wrong kind once for each kind there is.

use schemars::JsonSchema;
use serde::Deserialize as _;
use serde_json::Value;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use crate::{check::criteria::Kind, course::mistake::Mistake};

/// How alike two names must be for one to be meant by the other, from 0 to 1.
const ALIKE: f64 = 0.7;

/// The JSON schema of a file that is read as `T`.
pub(super) fn schema_of<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

/// The mistakes in a file's keys; none where all of them are known and of the right type.
pub(super) fn mistakes<T: JsonSchema>(file: &str, text: &str) -> Vec<Mistake> {
    // A file that is no TOML is told by its first mistake: those behind it often follow from it.
    let Ok(table) = DeTable::parse(text) else {
        return Vec::new();
    };
    let schema = schema_of::<T>();
    let mut walk = Walk {
        file,
        text,
        schema: &schema,
        mistakes: Vec::new(),
    };
    walk.table(table.get_ref(), None, &schema);
    walk.mistakes
}

struct Walk<'a> {
    file: &'a str,
    text: &'a str,
    schema: &'a Value,
    mistakes: Vec<Mistake>,
}

impl<'a> Walk<'a> {
    fn tell(&mut self, at: usize, message: String) {
        self.mistakes.push(Mistake::at(self.file, self.text, at, message));
    }

    /// Checks a table's keys; `at` is where it starts, none for the file itself.
    fn table(&mut self, table: &DeTable<'_>, at: Option<usize>, schema: &'a Value) {
        let Some(properties) = schema["properties"].as_object() else {
            return;
        };
        let mut meant = Vec::new();
        for (key, value) in table {
            match properties.get(key.get_ref().as_ref()) {
                Some(property) => self.value(key.get_ref(), value, property),
                None if schema["additionalProperties"] == Value::Bool(false) => {
                    let known: Vec<&str> = properties.keys().map(String::as_str).collect();
                    meant.extend(self.unknown(say!("unknown key"), key.get_ref(), key.span().start, &known));
                }
                None => {}
            }
        }
        let required = schema["required"].as_array().into_iter().flatten();
        for key in required.filter_map(Value::as_str) {
            if !table.contains_key(key) && !meant.contains(&key) {
                let message = say!("`{}` is missing", key);
                match at {
                    Some(at) => self.tell(at, message),
                    None => self.mistakes.push(Mistake::of_file(self.file, &message)),
                }
            }
        }
    }

    /// Tells a name that is unknown; the one that was probably meant.
    fn unknown(&mut self, what: &str, name: &str, at: usize, known: &[&'a str]) -> Option<&'a str> {
        let alike = known
            .iter()
            .map(|other| (strsim::jaro_winkler(name, other), *other))
            .filter(|(alike, _)| *alike >= ALIKE)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        self.tell(
            at,
            match alike {
                Some((_, other)) => say!("{what} `{name}`: did you mean `{other}`?"; what, name, other),
                None => say!("{what} `{name}`: known are {}", known.join(", "); what, name),
            },
        );
        alike.map(|(_, other)| other)
    }

    /// The schema behind references, and of what may be left out.
    fn resolved(&self, mut schema: &'a Value) -> &'a Value {
        let whole = self.schema;
        loop {
            let next = if let Some(path) = schema["$ref"].as_str() {
                whole.pointer(path.trim_start_matches('#'))
            } else if let Some(choices) = schema["anyOf"].as_array() {
                // Of one type, or left out. What may be of several types is left to the reader.
                let mut choices = choices.iter().filter(|choice| choice["type"] != "null");
                choices.next().filter(|_| choices.next().is_none())
            } else {
                None
            };
            match next {
                Some(next) => schema = next,
                None => return schema,
            }
        }
    }

    fn value(&mut self, key: &str, value: &Spanned<DeValue<'_>>, schema: &'a Value) {
        let schema = self.resolved(schema);
        let at = value.span().start;
        if let Some(kinds) = schema["oneOf"].as_array() {
            return self.check(value, kinds);
        }
        let wanted = match &schema["type"] {
            Value::String(wanted) => Some(wanted.as_str()),
            // What may be left out is of a type, or null.
            Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
            _ => None,
        };
        let Some(wanted) = wanted else { return };
        let found = value.get_ref();
        let fits = match wanted {
            "string" => found.is_str(),
            "integer" => found.is_integer(),
            "boolean" => found.is_bool(),
            "array" => found.is_array(),
            "object" => found.is_table(),
            _ => true,
        };
        if !fits {
            let (wanted, found) = (named(wanted), named(found.type_str()));
            return self.tell(at, say!("`{key}` must be {wanted}, not {found}"; key, wanted, found));
        }
        match found {
            DeValue::Array(items) => {
                for item in items {
                    self.value(key, item, &schema["items"]);
                }
            }
            DeValue::Table(table) => {
                self.table(table, Some(at), schema);
                for (_, value) in table.iter().filter(|_| schema["additionalProperties"].is_object()) {
                    self.value(key, value, &schema["additionalProperties"]);
                }
            }
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                let least = schema["minimum"].as_i64();
                let most = schema["maximum"].as_i64();
                let is_in =
                    |number: i64| least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
                if !number.is_some_and(is_in) {
                    let least = least.unwrap_or(i64::MIN);
                    self.tell(
                        at,
                        match most {
                            Some(most) => say!("`{key}` must be from {least} to {most}"; key, least, most),
                            None => say!("`{key}` must be {least} or more"; key, least),
                        },
                    );
                }
            }
            _ => {}
        }
    }

    /// A check: a table whose one key names its kind.
    fn check(&mut self, value: &Spanned<DeValue<'_>>, kinds: &'a [Value]) {
        let at = value.span().start;
        let Some(table) = value.get_ref().as_table() else {
            return self.tell(
                at,
                say!("`check` must be a kind and its parameters: `check.builds = {{}}`").to_owned(),
            );
        };
        if table.len() != 1 {
            let kinds: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
            return self.tell(
                at,
                say!(
                    "a criterion has one `check`, and this one has {}: {}; `check.all` makes one of several",
                    table.len(),
                    kinds.join(", ")
                ),
            );
        }
        let Some((name, parameters)) = table.iter().next() else {
            return;
        };
        let of_kind = |kind: &'a Value| kind["properties"].get(name.get_ref().as_ref());
        let Some(schema) = kinds.iter().find_map(of_kind) else {
            let known: Vec<&str> = kinds
                .iter()
                .filter_map(|kind| Some(kind["properties"].as_object()?.keys().next()?.as_str()))
                .collect();
            self.unknown(say!("unknown kind of check"), name.get_ref(), name.span().start, &known);
            return;
        };
        let before = self.mistakes.len();
        self.value(&format!("check.{}", name.get_ref()), parameters, schema);
        // What a type does not say, like a regular expression that is none.
        if self.mistakes.len() == before
            && let Err(error) = Kind::deserialize(ValueDeserializer::from(value.clone()))
        {
            let at = error.span().map_or(at, |span| span.start);
            self.tell(at, error.message().replace('\n', "; "));
        }
    }
}

/// A type as a person calls it.
fn named(kind: &str) -> &'static str {
    match kind {
        "string" => say!("text in quotes"),
        "integer" => say!("a whole number"),
        "float" => say!("a number with a fraction"),
        "boolean" => say!("true or false"),
        "array" => say!("a list"),
        "object" | "table" => say!("a table"),
        _ => say!("a date"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::task_folder::TaskTable;

    fn told(text: &str) -> Vec<String> {
        let mistakes = mistakes::<TaskTable>("task.toml", text);
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_mistakes_of_a_file_are_told_at_their_places_and_nothing_that_follows_from_them() {
        let text = "id = 1\ntitel = \"t\"\nsummary = \"s\"\nlearned = true\nimage = \"x:y\"\nport = 70000\n\n\
            [[criterion]]\nid = \"a\"\nsays = \"s\"\nhidden = \"yes\"\nhints = \"h\"\ncheck.bulids = {}\n\n\
            [[criterion]]\nid = \"b\"\ncheck.serves = { port = \"80\", patth = \"/\" }\n\n\
            [[criterion]]\nid = \"c\"\ncheck.prints = { any-of = [[\"a\"]], matches = \"(\" }\n\n\
            [[criterion]]\nid = \"d\"\ncheck = { builds = {}, exposes = 80 }\n";
        let told = told(text);
        let expected = [
            "task.toml:1:6: `id` must be text in quotes, not a whole number",
            "task.toml:2:1: unknown key `titel`: did you mean `title`?",
            "task.toml:4:11: `learned` must be true or false",
            "task.toml:6:8: `port` must be from 0 to 65535",
            "task.toml:11:10: `hidden` must be true or false, not text in quotes",
            "task.toml:12:9: `hints` must be a list, not text in quotes",
            "task.toml:13:7: unknown kind of check `bulids`: did you mean `builds`?",
            "task.toml:17:25: `port` must be a whole number, not text in quotes",
            "task.toml:17:31: unknown key `patth`: did you mean `path`?",
            "task.toml:21:",
            "task.toml:25:9: a criterion has one `check`, and this one has 2: builds, exposes",
        ];
        let mut left = told.clone();
        for expected in expected {
            let expected = expected.replace(
                "`learned` must be true or false",
                "`learned` must be text in quotes, not true or false",
            );
            let at = left.iter().position(|told| told.contains(&expected));
            assert!(at.is_some(), "not told: {expected}\n{told:#?}");
            left.remove(at.unwrap_or_default());
        }
        assert!(left.is_empty(), "{left:#?}");
    }

    #[test]
    fn what_is_right_has_no_mistake_and_what_is_no_toml_is_left_to_the_reader() {
        assert_eq!(told("id = "), Vec::<String>::new());
        let right = "id = \"a\"\ntitle = \"t\"\nsummary = \"s\"\nlearned = \"l\"\nimage = \"x\"\nport = 1\n\
            [[criterion]]\nid = \"a\"\ncheck.all = [{ not = { check = { env-absent = \"A\" }, expected = \"e\", found = \"f\" } }]\n";
        assert_eq!(told(right), Vec::<String>::new());
        let size = format!("{right}[[criterion]]\ncheck.bytes-in-layers = {{ paths = [\"a\"], at-most = \"5 MB\" }}\n");
        assert_eq!(told(&size), Vec::<String>::new());
        let size = told(&size.replace("5 MB", "5 miles"));
        assert!(size.len() == 1 && size[0].contains("is not a size"), "{size:?}");
    }
}
