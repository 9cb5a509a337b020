"""From a prompt to the JSON that says what it finds."""

from collections.abc import Sequence
from typing import Any, Final

from bot.api.answers.json_models import PromptFieldJson, PromptJson
from bot.domain.prompt import FieldSpec, FieldType, Output, Prompt

_FORMS: Final[dict[FieldType, dict[str, Any]]] = {
    FieldType.DATE: {"anyOf": [{"format": "date"}, {"const": ""}]},
    FieldType.MONEY: {"pattern": r"^(-?[0-9]+(\.[0-9]+)?)?$"},
    FieldType.DIGITS: {"pattern": "^[0-9]*$"},
}


def prompt_json(prompt: Prompt) -> PromptJson:
    """Return what a caller needs to know of a prompt. A doubtful value need not have the form of its type."""
    return PromptJson(
        name=prompt.name,
        title=prompt.title,
        output=prompt.output.value,
        takes_fields=prompt.takes_input and prompt.output is Output.FIELDS,
        fields=[_field(spec) for spec in prompt.fields],
        columns=[_field(spec) for spec in prompt.columns],
        answer_schema=_schema(prompt),
    )


def _field(spec: FieldSpec) -> PromptFieldJson:
    return PromptFieldJson(
        key=spec.key, name=spec.name, type=spec.type.value, role=spec.role.value if spec.role else None
    )


def _schema(prompt: Prompt) -> dict[str, Any]:
    properties = _properties(prompt.fields)
    if prompt.columns:
        row = {"type": "object", "properties": _properties(prompt.columns)}
        properties["rows"] = {"type": "array", "items": row}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": prompt.title,
        "type": "object",
        "properties": properties,
    }


def _properties(specs: Sequence[FieldSpec]) -> dict[str, Any]:
    return {spec.key: {"type": "string", "title": spec.name, **_FORMS.get(spec.type, {})} for spec in specs}
