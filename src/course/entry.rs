//! A criterion as an author writes it: complete in itself, or a shared one of `criteria.toml` with what a task changes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::check::{Criterion, criteria::Kind};

/// One `[[criterion]]` of a `task.toml` or of `criteria.toml`; the fields are those of [`Criterion`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Entry {
    /// The id of the shared criterion that this one is, save for what else it says.
    #[serde(rename = "use")]
    pub(super) shared: Option<String>,
    /// Its id: letters, digits and dashes, once in a task.
    pub(super) id: Option<String>,
    /// The number of the lesson's step that it checks, from 1.
    step: Option<usize>,
    /// What holds where it is met, a clause: "the base image is ubuntu 20.04".
    pub(super) says: Option<String>,
    /// Why that matters, for learners who fail it.
    pub(super) why: Option<String>,
    /// What to do next, for learners who fail it.
    pub(super) next: Option<String>,
    /// Whether learners see it only once they met or failed it.
    hidden: Option<bool>,
    /// Whether it is only remarked on, and never in the way of passing.
    remark: Option<bool>,
    /// Whether it is counted separately, and not needed to pass.
    optional: Option<bool>,
    /// What it is worth when a class is graded, from 0 to 1000: 1 where it is not given.
    points: Option<f64>,
    /// Earlier criteria that have to be met before it is checked.
    needs: Option<Vec<String>>,
    /// Earlier criteria whose failure explains a failure of this one.
    follows_from: Option<Vec<String>>,
    /// What is checked: one kind and its parameters.
    check: Option<Kind>,
    /// Why no wrong answer can break this criterion alone.
    no_lone_proof: Option<String>,
    /// Hints, the gentlest first; the last one shows the spelling with a gap, `…`.
    pub(super) hints: Option<Vec<String>>,
}

/// The criteria that tasks share, by id.
pub(super) type Shared = BTreeMap<String, Entry>;

impl Entry {
    /// The id that its criterion gets; empty where it names none.
    pub(super) fn name(&self) -> &str {
        self.id.as_deref().or(self.shared.as_deref()).unwrap_or_default()
    }

    /// The keys that are there with nothing in them.
    pub(super) fn empty_keys(&self) -> Vec<&'static str> {
        let is_empty = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
        let mut keys: Vec<&str> = [
            ("id", &self.id),
            ("says", &self.says),
            ("why", &self.why),
            ("next", &self.next),
        ]
        .into_iter()
        .filter(|(_, text)| is_empty(text))
        .map(|(key, _)| key)
        .collect();
        if let Some(hints) = &self.hints
            && (hints.is_empty() || hints.iter().any(|hint| hint.trim().is_empty()))
        {
            keys.push("hints");
        }
        keys
    }

    /// The criterion, what is missing taken from the shared one that it uses.
    ///
    /// # Errors
    /// What is wrong, a lower-case fragment: no shared criterion has that id, or a key is missing in both.
    pub(super) fn criterion(&self, shared: &Shared) -> Result<Criterion, String> {
        let base = match &self.shared {
            Some(id) => Some(
                shared
                    .get(id)
                    .ok_or_else(|| say!("`use`: criteria.toml has no criterion `{id}`"; id))?,
            ),
            None => None,
        };
        macro_rules! either {
            ($key:ident) => {
                self.$key.clone().or_else(|| base?.$key.clone())
            };
            ($key:ident or missing) => {
                either!($key).ok_or_else(|| say!("`{}` is missing", stringify!($key)))?
            };
        }
        Ok(Criterion {
            id: self
                .id
                .clone()
                .or_else(|| self.shared.clone())
                .ok_or_else(|| say!("`{}` is missing", "id"))?,
            step: either!(step),
            says: either!(says or missing),
            why: either!(why or missing),
            next: either!(next or missing),
            hidden: either!(hidden).unwrap_or_default(),
            remark: either!(remark).unwrap_or_default(),
            optional: either!(optional).unwrap_or_default(),
            points: either!(points),
            needs: either!(needs).unwrap_or_default(),
            follows_from: either!(follows_from).unwrap_or_default(),
            check: either!(check or missing),
            no_lone_proof: either!(no_lone_proof),
            hints: either!(hints or missing),
        })
    }
}
