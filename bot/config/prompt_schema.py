"""The JSON schema of a prompt file, for editors that complete and check TOML (Even Better TOML, taplo).

It is generated from the file's model. Rules between keys and between prompts are left to `ocrbot prompts check`.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.config.prompt_model import PromptFile

FILE = "prompt.schema.json"


class _TomlSchema(GenerateJsonSchema):
    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema without null, which TOML does not have."""
        return self.generate_inner(schema["schema"])


def prompt_schema() -> dict[str, Any]:
    """Return the schema in draft 7, which editors support."""
    schema = PromptFile.model_json_schema(schema_generator=_TomlSchema)
    inlined = _without_references(schema, schema.pop("$defs"))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ocrbot: a kind of document",
        **{key: inlined[key] for key in ("type", "properties", "required", "additionalProperties")},
    }


def schema_text() -> str:
    """Return the contents of the schema's file."""
    return json.dumps(prompt_schema(), ensure_ascii=False, indent=2) + "\n"


def _without_references(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a part of the schema with every $ref replaced by its definition."""
    if isinstance(node, list):
        return [_without_references(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    definition = definitions.get(node.get("$ref", "").rpartition("/")[2], {})
    inlined = {key: value for key, value in definition.items() if key != "description"}  # that is a docstring
    return {
        key: _without_references(value, definitions)
        for key, value in {**inlined, **node}.items()
        if not _is_noise(key, value)
    }


def _is_noise(key: str, value: Any) -> bool:
    """Return whether a part is of no use to editors: pydantic's titles, resolved references, empty defaults."""
    if key == "default":
        return value in ("", None) or isinstance(value, list | dict)
    return key == "$ref" or (key == "title" and isinstance(value, str))
