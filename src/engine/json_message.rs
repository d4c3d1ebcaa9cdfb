//! One line of a stream of messages: what a classic build, a pull and a push answer with.
//!
//! The fields are those of docker's `jsonmessage.JSONMessage`. A line that cannot be read says nothing.

use serde::Deserialize;
use serde_json::Value;

/// A message. Any field may be absent or null.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct JsonMessage {
    stream: Option<String>,
    status: Option<String>,
    id: Option<String>,
    #[serde(rename = "progressDetail")]
    progress: Option<Progress>,
    aux: Value,
    error: Option<String>,
    error_detail: Option<Detail>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default)]
struct Progress {
    current: u64,
    total: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    message: Option<String>,
}

impl JsonMessage {
    /// Reads a line.
    pub(super) fn read(line: &[u8]) -> Self {
        serde_json::from_slice(line).unwrap_or_default()
    }

    /// Why the request failed; none while it has not.
    pub(super) fn failure(&self) -> Option<&str> {
        let detail = self.error_detail.as_ref().and_then(|detail| detail.message.as_deref());
        detail.or(self.error.as_deref())
    }

    /// What the classic builder prints.
    pub(super) fn stream(&self) -> &str {
        self.stream.as_deref().unwrap_or_default()
    }

    /// What happens to a layer or an image.
    pub(super) fn status(&self) -> &str {
        self.status.as_deref().unwrap_or_default()
    }

    /// The short id of the layer.
    pub(super) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// Bytes of the layer that were sent, and all of them. The engine counts what surrounds the files only in the
    /// first, so that it can exceed the second.
    pub(super) fn progress(&self) -> (u64, u64) {
        let Progress { current, total } = self.progress.unwrap_or_default();
        (current, total.max(current))
    }

    /// A text that only one kind of request answers with: the image's id, the manifest's digest.
    pub(super) fn aux(&self, key: &str) -> Option<&str> {
        self.aux.get(key)?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_in_the_words_of_its_detail() {
        let read = |line: &str| JsonMessage::read(line.as_bytes());
        let both = read(r#"{"error":"short","errorDetail":{"code":1,"message":"in full"}}"#);
        assert_eq!(both.failure(), Some("in full"));
        assert_eq!(read(r#"{"error":"short"}"#).failure(), Some("short"));
        assert_eq!(read(r#"{"error":"short","errorDetail":{}}"#).failure(), Some("short"));
        assert_eq!(read(r#"{"status":"Pushed","id":"a1"}"#).failure(), None);
        assert_eq!(read("no JSON").failure(), None);
        let nulls = read(r#"{"status":"Pushing","id":null,"error":null,"errorDetail":null,"progressDetail":null}"#);
        assert_eq!(
            (nulls.status(), nulls.failure(), nulls.progress()),
            ("Pushing", None, (0, 0))
        );
        assert_eq!(read(r#"{"aux":{"ID":"sha256:1"}}"#).aux("ID"), Some("sha256:1"));
        assert_eq!(read(r#"{"aux":["ID"]}"#).aux("ID"), None);
    }
}
