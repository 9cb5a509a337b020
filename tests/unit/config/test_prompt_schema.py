import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config.prompt_schema import FILE, prompt_schema, schema_text
from bot.config.prompt_toml import read_prompt

CONFIG = Path(__file__).parents[3] / "config"
GOOD = """\
title = "车票"
text = '''读 {{fields}}'''
output = "fields"
detect = ["车次", "票价"]
checks = ["invoice"]
fields = [{ name = "车次", key = "train", type = "text" }, { name = "票价", key = "price", type = "money" }]
reply = { order = ["train"], groups = [{ heading = "钱", fields = ["price"] }] }
examples = [{ image = "samples/a.png", fields = { "车次" = "G1" } }]
"""


def wrong(schema: dict[str, Any], value: Any, path: str = "") -> list[str]:
    """What an editor would underline: the part of JSON schema that the file uses."""
    kinds: dict[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    if "enum" in schema:
        return [] if value in schema["enum"] else [path]
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return [path]
    if isinstance(value, int):
        return [] if isinstance(value, bool) or schema["minimum"] <= value <= schema["maximum"] else [path]
    found = [] if all(len(value) >= schema.get(key, 0) for key in ("minLength", "minItems")) else [path]
    found += [path] if "anyOf" in schema and not any(_sized(one, value) for one in schema["anyOf"]) else []
    if isinstance(value, str):
        return found if re.search(schema.get("pattern", ""), value) else [*found, path]
    if isinstance(value, list):
        return found + [place for item in value for place in wrong(schema["items"], item, f"{path}[]")]
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema["additionalProperties"]
        found += [f"{path}.{key}" for key in schema.get("required", ()) if key not in value]
        for key, inner in value.items():
            of = known.get(key, more)
            found += [f"{path}.{key}"] if of is False else wrong(of, inner, f"{path}.{key}")
    return found


def _sized(schema: dict[str, int], value: list[Any]) -> bool:
    return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))


def test_the_file_beside_the_prompts_is_current() -> None:
    assert (CONFIG / FILE).read_text(encoding="utf-8") == schema_text(), "run: ocrbot prompts schema"


def test_every_shipped_prompt_fits_the_schema() -> None:
    for path in (CONFIG / "prompts").glob("*.toml"):
        assert wrong(prompt_schema(), tomllib.loads(path.read_text(encoding="utf-8"))) == [], path.name


def test_every_shipped_prompt_names_the_schema_for_editors() -> None:
    for path in (CONFIG / "prompts").glob("*.toml"):
        assert path.read_text(encoding="utf-8").startswith(f"#:schema ../{FILE}\n"), path.name


def test_a_good_file_fits() -> None:
    assert read_prompt(GOOD, name="ticket").problems == ()
    assert wrong(prompt_schema(), tomllib.loads(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('title = "车票"', 'titel = "车票"', ".titel"),
        ('title = "车票"', 'title = ""', ".title"),
        ('"money"', '"monye"', ".fields[].type"),
        ('key = "train"', 'key = "Train"', ".fields[].key"),
        ('name = "票价"', 'name = "票\'价"', ".fields[].name"),
        ('["invoice"]', '["invioce"]', ".checks[]"),
        ('["车次", "票价"]', '["车次"]', ".detect"),
        ('heading = "钱"', 'head = "钱"', ".reply.groups[].head"),
        ('output = "fields"', 'output = "field"', ".output"),
        ('image = "samples/a.png", ', "", ".examples[].image"),
    ],
)
def test_what_the_check_refuses_an_editor_underlines(old: str, new: str, place: str) -> None:
    source = GOOD.replace(old, new, 1)
    assert read_prompt(source, name="ticket").problems
    assert place in wrong(prompt_schema(), tomllib.loads(source))


def test_the_schema_is_json_of_the_draft_that_editors_know() -> None:
    assert json.loads(schema_text())["$schema"].startswith("http://json-schema.org/draft-07/")
