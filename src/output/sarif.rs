//! SARIF 2.1.0 (OASIS): the envelope around rules and results.

use serde_json::{Value, json};

/// A document of one run.
pub(super) fn sarif(rules: &[Value], results: &[Value]) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "defaultSourceLanguage": "dockerfile",
            "tool": {"driver": {
                "name": "dockerlab",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "results": results,
        }],
    })
}
