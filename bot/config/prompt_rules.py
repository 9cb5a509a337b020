"""The rules between the keys of a prompt file; each breach has the key's path and a sentence."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.config.prompt_model import DuplicatesTable, ExampleTable, PromptFile, ReplyTable
from bot.config.toml_file import KeyPath
from bot.domain.checking.registry import RULES
from bot.domain.problems import suggestion
from bot.domain.prompt import INPUT, CheckSpec, Output

Breach = tuple[KeyPath, str]

PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")
FIELDS_PLACEHOLDER = "fields"
_INPUT_PLACEHOLDER = "input"
_BROKEN_PLACEHOLDER = re.compile(r"(?<!\{)\{\s*(fields|input)\s*\}(?!\})|｛+\s*(?:fields|input)\s*｝+")
_FEWEST_COLUMNS = 2  # fewer do not distinguish the header of a table from other words


def breaches(file: PromptFile) -> Iterator[Breach]:
    """Yield all breaches of the rules in a file."""
    field_keys, column_keys = [field.key for field in file.fields], [column.key for column in file.columns]
    yield from _text_breaches(file)
    yield from _field_breaches(file)
    yield from _column_breaches(file)
    yield from _recognition_breaches(file)
    if file.cpu_as_good and (file.needs_model or file.output not in {Output.FIELDS, Output.TEXT}):
        yield ("cpu_as_good",), 'needs output = "fields" or "text" without needs_model: the CPU engine reads no other'
    yield from _unknown_keys(("headline",), file.headline, field_keys)
    for word in file.checks:
        for sentence in _check_breaches(word, field_keys, column_keys):
            yield ("checks",), sentence
    yield from _reply_breaches(file.reply, field_keys)
    if file.duplicates is not None:
        yield from _duplicate_breaches(file.duplicates, field_keys)
    for number, example in enumerate(file.examples):
        yield from _example_breaches(example, ("examples", number, "fields"), [field.name for field in file.fields])


def check_spec(word: str) -> CheckSpec:
    """Return the check that an entry of `checks` names, such as `same_amount:words,figures`."""
    name, _, keys = word.partition(":")
    return CheckSpec(name=name.strip(), keys=tuple(key.strip() for key in keys.split(",") if key.strip()))


def _text_breaches(file: PromptFile) -> Iterator[Breach]:
    used = [match[1] for match in PLACEHOLDER.finditer(file.text)]
    known = [FIELDS_PLACEHOLDER, _INPUT_PLACEHOLDER]
    for word in used:
        if word not in known:
            yield ("text",), f"holds {{{{{word}}}}}, which stands for nothing{suggestion(word, known)}"
    for match in _BROKEN_PLACEHOLDER.finditer(file.text):
        yield ("text",), f"holds {match[0]}; placeholders are written {{{{fields}}}} and {{{{input}}}}"
    if bool(file.fields) != (FIELDS_PLACEHOLDER in used):
        yield ("text",), "needs {{fields}} where there are fields, and only there"
    if file.fields and _INPUT_PLACEHOLDER in used and file.output is Output.FIELDS:
        yield ("text",), f"holds {INPUT} beside [[fields]]: it asks for the one or for the other"


def _field_breaches(file: PromptFile) -> Iterator[Breach]:
    for label, values in (("key", [row.key for row in file.fields]), ("name", [row.name for row in file.fields])):
        for value in _repeated_values(values):
            yield ("fields",), f'holds the {label} "{value}" twice'
    if file.output is Output.FIELDS and not file.fields and not _takes_input(file):
        yield ("fields",), f'is missing; output = "fields" needs at least one, or {INPUT} in its text'
    if file.output is not Output.FIELDS and file.fields:
        yield ("fields",), 'needs output = "fields"'


def _column_breaches(file: PromptFile) -> Iterator[Breach]:
    if file.columns and not file.fields:
        yield ("columns",), "needs [[fields]] beside it: a table stands in a document with fields"
    if 0 < len(file.columns) < _FEWEST_COLUMNS:
        yield ("columns",), f"needs at least {_FEWEST_COLUMNS} columns, for the head of a table is known by them"
    for name in _repeated_values(row.name for row in file.columns):
        yield ("columns",), f'holds the name "{name}" twice'
    own_keys = [row.key for row in file.columns]
    for key in _repeated_values([*own_keys, *(row.key for row in file.fields)]):
        if key in own_keys:
            yield ("columns",), f'holds the key "{key}", which another column or field has'


def _recognition_breaches(file: PromptFile) -> Iterator[Breach]:
    words = {
        "detect": file.detect,
        "detect_codes": file.detect_codes,
        "titles": file.titles,
        "signs": file.signs,
        "hints": file.hints,
    }
    if file.titles and not file.detect:
        yield ("titles",), "needs detect beside it: a title counts on a page with one of those words"
    if file.signs and not file.detect:
        yield ("signs",), "needs detect beside it: most papers of a kind have words of their own"
    if file.table_ends and not file.columns:
        yield ("table_ends",), "needs [[columns]]: it ends their table"
    for key in [key for key, listed in words.items() if listed and _takes_input(file)]:
        yield (key,), f"cannot be used with {INPUT}: what is recognised comes without any input"


def _check_breaches(word: str, field_keys: Collection[str], column_keys: Collection[str]) -> Iterator[str]:
    check = check_spec(word)
    rule = RULES.get(check.name)
    if rule is None:
        yield f'names "{check.name}", which is no check{suggestion(check.name, RULES)}'
        return
    if len(check.keys) != rule.keys and not (rule.more and len(check.keys) > rule.keys):
        yield f'has "{word}" with {len(check.keys)} keys behind the colon, "{check.name}" takes {rule.keys}'
    for place, key in enumerate(check.keys):
        whose, known = ("column", column_keys) if place < rule.columns else ("field", field_keys)
        if key not in known:
            yield f'names "{key}", which is no {whose}\'s key{suggestion(key, known)}'


def _reply_breaches(reply: ReplyTable, field_keys: Sequence[str]) -> Iterator[Breach]:
    yield from _unknown_keys(("reply", "order"), reply.order, field_keys)
    for number, group in enumerate(reply.groups):
        yield from _unknown_keys(("reply", "groups", number, "fields"), group.fields, field_keys)
    yield from _unknown_keys(("reply", "fold"), reply.fold, field_keys)
    for key in _repeated_values([*reply.order, *reply.fold, *(key for group in reply.groups for key in group.fields)]):
        yield ("reply", "order"), f'and the other lists of the reply hold "{key}" more than once'


def _duplicate_breaches(duplicates: DuplicatesTable, field_keys: Sequence[str]) -> Iterator[Breach]:
    yield from _unknown_keys(("duplicates", "otherwise"), duplicates.otherwise, field_keys)
    yield from _unknown_keys(("duplicates", "number"), filter(None, [duplicates.number]), field_keys)
    yield from _unknown_keys(("duplicates", "code"), filter(None, [duplicates.code]), field_keys)


def _example_breaches(example: ExampleTable, path: KeyPath, field_names: Sequence[str]) -> Iterator[Breach]:
    if not example.fields and not example.contains:
        yield path, "or contains must say what the answer has to hold"
    for name in example.fields:
        if field_names and name not in field_names:
            yield path, f'names "{name}", which is no field\'s name{suggestion(name, field_names)}'


def _unknown_keys(path: KeyPath, keys: Iterable[str], field_keys: Sequence[str]) -> Iterator[Breach]:
    for key in keys:
        if key not in field_keys:
            yield path, f'names "{key}", which is no field\'s key{suggestion(key, field_keys)}'


def _repeated_values(values: Iterable[str]) -> list[str]:
    values = list(values)
    return sorted({value for value in values if value and values.count(value) > 1})


def _takes_input(file: PromptFile) -> bool:
    return _INPUT_PLACEHOLDER in (match[1] for match in PLACEHOLDER.finditer(file.text))
