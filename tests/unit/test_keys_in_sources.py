"""Where the product may spell keys of fields and words of forms, and where it makes fields: in one place each."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.extraction import form_words

ROOT = Path(__file__).resolve().parents[2]
_ROLES = Path("bot/domain/roles.py")
# Words that are something else too: where, and what they are there.
_ELSEWHERE = {
    "bot/config/": {"name", "type", "number", "scope"},  # keys of the prompt and organisation files themselves
    "bot/console/": {"name", "type"},  # arguments, and parts of the request that is shown
    "bot/api/": {
        "date",
        "kind",
        "method",
        "model",
        "state",
        "total",
        "type",
    },  # of HTTP and JSON
    "bot/console/webhook_test.py": {"kind"},  # a part of events
    "bot/dingtalk/": {"name", "type"},  # parts of DingTalk's JSON
    "bot/dingtalk/sign_in.py": {"scope", "state"},  # parameters of OAuth 2
    "bot/domain/asking/field_names.py": {"total", "amount", "price", "number", "date"},  # what people say in English
    "bot/domain/asking/learned/general_names.py": {"hotel"},  # the same
    "bot/domain/asking/lexicon.py": {"car", "sex", "rate"},  # what people say in English, and a group of a pattern
    "bot/domain/asking/learned/request.py": {"kind"},  # a part of acts
    "bot/domain/asking/learned/topics.py": {
        "birth",
        "capital",
        "company",
        "departure",
        "item",
        "plate",
        "reviewer",
        "total",
    },  # names of topics
    "bot/domain/checking/registry.py": {"credit_code", "tax_rate", "line_tax"},  # names of checks
    "bot/domain/wire.py": {"address"},  # a part of tasks of earlier releases
    "bot/wiring/bot.py": {"room"},  # a background work
    "bot/wiring/api/process.py": {"room"},  # the same
    "bot/domain/webhooks/event.py": {"kind", "type"},  # parts of events
    "bot/mcp_server/answers.py": {"kind", "name"},  # parts of the API's JSON
    "bot/telemetry/api_metrics.py": {"method"},  # of HTTP
    "bot/domain/message.py": {"kind"},  # tells the alternatives of a union apart
    "bot/domain/task.py": {"kind"},  # the same
    "bot/domain/texts/": {"model", "number", "date"},  # sources, ways in which papers are the same, uses of roles
    "bot/storage/": {"name"},  # parts of Redis keys
    "bot/storage/requests/": {"state", "total"},  # fields of a hash
    "bot/storage/house/": {"birth", "model"},  # a field of RQ's worker, a part of an engine's note
    "workers/engines/": {"name", "type", "model"},  # parts of vLLM's JSON
    "bot/storage/keys/": {"name"},  # a part of keys in Redis
    "workers/readers/messages.py": {"kind"},  # tells the alternatives of a union apart
    "workers/files/pictures/tiff_directories.py": {"entry"},  # of a directory
    "workers/files/": {"name"},  # an attribute in XML
    "workers/exports/": {"type"},  # an attribute in XML
    "workers/exports/json_export.py": {"model", "number", "state"},  # of JSON for machines
}


def _keys() -> set[str]:
    """Return the keys of all fields and columns that come with the product."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "config" / "prompts").glob("*.toml")]
    return {one["key"] for file in files for place in ("fields", "columns") for one in file.get(place, [])}


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]):
        relative = path.relative_to(ROOT)
        if "lookalike" not in relative.parts and relative != _ROLES:
            yield relative, ast.parse(path.read_text(encoding="utf-8"))


def _spelled(source: ast.Module) -> Iterator[str]:
    """Yield the string literals of a module but the values of its enumerations, which are names of their own."""
    enumerations = {
        id(part)
        for node in ast.walk(source)
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "StrEnum" for base in node.bases)
        for member in node.body
        for part in ast.walk(member)
    }
    for node in ast.walk(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in enumerations:
            yield node.value


def _elsewhere(path: Path) -> set[str]:
    return {word for start, words in _ELSEWHERE.items() if path.as_posix().startswith(start) for word in words}


def test_no_code_spells_the_key_of_a_field() -> None:
    keys = _keys()
    spelled = {
        f"{path}: {word}" for path, source in _sources() for word in {*_spelled(source)} & keys - _elsewhere(path)
    }
    assert spelled == set()


@pytest.mark.parametrize("code", ['_TITLES = {"invoice_title"}', 'field.key == "total"', 'f(x["buyer_name"])'])
def test_a_key_in_code_would_be_seen(code: str) -> None:
    assert {*_spelled(ast.parse(code))} & _keys()


def test_the_words_of_forms_stand_in_one_place_of_extraction() -> None:
    words = {*form_words.FORM_LABELS, *form_words.VERTICAL_HEADINGS, *form_words.TABLE_ENDS, form_words.SUM_SIGN}
    spelled = {
        f"{path}: {word}"
        for path, source in _sources()
        if path.parent.name == "extraction" and path.name != "form_words.py"
        for word in {*_spelled(source)} & words
    }
    assert spelled == {"workers/extraction/embedded_fields.py: ¥"}  # which an amount in a file's data may begin with


def test_fields_are_built_for_a_spec_in_one_place() -> None:
    built = {
        path.as_posix()
        for path, source in _sources()
        for node in ast.walk(source)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Field"
        if any(keyword.arg == "key" for keyword in node.keywords)
    }
    assert built == {"bot/domain/document.py", "bot/domain/prompt.py"}
