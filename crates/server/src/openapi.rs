//! The OpenAPI description of the twins, drawn from the list of pages.

use serde_json::{Map, Value, json};

use crate::asked::TWIN;
use crate::pages::{PAGES, Page};

/// OpenAPI 3.1.
pub(crate) fn description() -> Value {
    let paths: Map<String, Value> = PAGES
        .iter()
        .map(|page| (format!("{}{TWIN}", page.path), path_item(page)))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "OnRecord",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every page has its twin in JSON. Offsets are UTF-8 bytes, half-open.",
        },
        "paths": paths,
        "components": {"schemas": {"Fault": fault_schema()}},
    })
}

fn path_item(page: &Page) -> Value {
    let fault = json!({
        "description": "what is wrong, where, and what to do next",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}},
    });
    json!({"get": {
        "operationId": page.name,
        "summary": page.about,
        "parameters": parameters(page),
        "responses": {
            "200": {
                "description": page.about,
                "content": {"application/json": {"schema": {
                    "type": "object",
                    "required": ["format_version"],
                    "properties": {"format_version": {"type": "integer"}},
                }}},
            },
            "default": fault,
        },
    }})
}

/// Parameters from the struct that reads them; those in the path are told by the path.
fn parameters(page: &Page) -> Vec<Value> {
    let schema = (page.query)();
    let properties = schema.get("properties").and_then(Value::as_object);
    let required = schema.get("required").and_then(Value::as_array);
    let described = properties.into_iter().flatten().map(|(name, property)| {
        let in_path = page.path.contains(&format!("{{{name}}}"));
        let mut property = property.clone();
        let description = property
            .as_object_mut()
            .and_then(|p| p.remove("description"));
        let is_required = required.is_some_and(|names| names.iter().any(|n| n == name));
        json!({
            "name": name,
            "in": if in_path { "path" } else { "query" },
            "required": in_path || is_required,
            "description": description,
            "schema": property,
        })
    });
    described.collect()
}

fn fault_schema() -> Value {
    json!({
        "type": "object",
        "required": ["format_version", "error"],
        "properties": {
            "format_version": {"type": "integer"},
            "error": {
                "type": "object",
                "required": ["status", "what", "where", "what_next"],
                "properties": {
                    "status": {"type": "integer"},
                    "what": {"type": "string"},
                    "where": {"type": "string"},
                    "what_next": {"type": "string"},
                },
            },
        },
    })
}
