"""A prompt file's TOML to a `Prompt`; strict, and every problem of a file at once."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.config.toml_tables import TomlTable, read_toml
from bot.domain.checking.registry import RULES
from bot.domain.problems import Problem, misconfigured, suggestion
from bot.domain.prompt import (
    INPUT,
    CheckSpec,
    DuplicateKeys,
    Example,
    FieldGroup,
    FieldSpec,
    FieldType,
    Layout,
    Output,
    Prompt,
    list_of,
)
from bot.domain.roles import Role, role_named

PROMPT_KEYS = (
    "title", "commands", "hints", "detect", "detect_codes", "headline", "text", "output", "needs_model", "fields",
    "columns", "checks", "without", "duplicates", "reply", "examples",
)  # fmt: skip
FIELD_KEYS = ("name", "key", "role", "type", "labels", "patterns", "lines", "required", "masked")
COLUMN_KEYS = ("name", "key", "role", "type", "labels", "required")
REPLY_KEYS = ("order", "fold", "groups")
DUPLICATE_KEYS = ("number", "code", "otherwise")
GROUP_KEYS = ("heading", "fields")
EXAMPLE_KEYS = ("image", "fields", "contains")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_BROKEN_PLACEHOLDER = re.compile(r"(?<!\{)\{\s*(fields|input)\s*\}(?!\})|｛+\s*(?:fields|input)\s*｝+")
_FIELDS, _INPUT = "fields", "input"
_COLUMNS = "columns"
_FEWEST_COLUMNS = 2  # by which the head of a table is told from other words
_FEWEST_DETECT_WORDS = 2
_MOST_LINES = 20  # of one value


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSource:
    """What one file holds; of no use but for its problems where there are any."""

    prompt: Prompt
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    lines: Mapping[str, int] = field(default_factory=dict)  # where the keys of the file's top stand, from 1


def parse_prompt(source: str, *, name: str) -> Prompt:
    """Return the prompt that the TOML `source` of `name`.toml holds.

    Raises `Misconfigured` with one line for each problem: file, line where it is known, key, what is wrong.
    """
    read = read_prompt(source, name=name)
    if read.problems:
        raise misconfigured(read.problems)
    return read.prompt


def read_prompt(source: str, *, name: str) -> PromptSource:
    """Return what the TOML `source` of `name`.toml holds, and all that is wrong with it."""
    table = read_toml(source, file=f"{name}.toml")
    report = table.report
    if not _NAME.fullmatch(name):
        report.add("the file's name must be lower-case letters, digits and _, a letter first")
    if report.problems and not table.values:
        empty = Prompt(name=name, title="", text="")
        return PromptSource(prompt=empty, examples=(), problems=tuple(report.problems))
    prompt = _read_prompt(table, name, hashlib.sha256(source.encode()).hexdigest())
    examples = tuple(_read_example(row, prompt) for row in table.tables("examples"))
    lines = {key: table.line(key) for key in table.values}
    return PromptSource(prompt=prompt, examples=examples, problems=tuple(report.problems), lines=lines)


def _read_prompt(table: TomlTable, name: str, sha256: str) -> Prompt:
    table.allow(PROMPT_KEYS)
    output = table.choice("output", Output, Output.TEXT)
    fields = tuple(_read_field(row) for row in table.tables(_FIELDS))
    text = _rendered(table, fields, output)
    _check_fields(table, fields, output, text)
    columns = tuple(_read_column(row) for row in table.tables(_COLUMNS))
    _check_columns(table, columns, fields)
    return Prompt(
        name=name,
        title=table.text("title"),
        text=text,
        output=output,
        commands=table.words("commands", spoken=True),
        hints=table.words("hints", spoken=True),
        detect=_detect(table, text),
        detect_codes=table.words("detect_codes", plain=True),
        fields=fields,
        columns=columns,
        checks=_checks(table, fields, columns),
        sha256=sha256,
        headline=_keys(table, "headline", fields),
        layout=_layout(table.table("reply"), fields),
        duplicates=_duplicates(table.table("duplicates"), fields),
        # Reading is all that an engine without prompts can do; a translation is more.
        needs_model=table.flag("needs_model") or output is Output.TRANSLATION,
        without=_roles(table, "without", table.words("without")),
    )


def _read_field(table: TomlTable) -> FieldSpec:
    table.allow(FIELD_KEYS)
    spec = FieldSpec(
        name=table.text("name"),
        key=table.text("key"),
        type=table.choice("type", FieldType, FieldType.TEXT),
        labels=table.words("labels"),
        patterns=_patterns(table),
        lines=table.number("lines", default=1, least=1, most=_MOST_LINES),
        required=table.flag("required"),
        masked=table.flag("masked"),
        role=_role(table),
    )
    _check_key(table, spec.key)
    if {"'", "\\"} & {*spec.name}:
        table.wrong("name", "must hold neither ' nor \\, for the model gets it in quotes")
    return spec


def _read_column(table: TomlTable) -> FieldSpec:
    """Read one column of the table that such a document holds: what only a value with a label has is no key of it."""
    table.allow(COLUMN_KEYS)
    spec = FieldSpec(
        name=table.text("name"),
        key=table.text("key"),
        type=table.choice("type", FieldType, FieldType.TEXT),
        labels=table.words("labels"),
        required=table.flag("required"),
        role=_role(table),
    )
    _check_key(table, spec.key)
    return spec


def _role(table: TomlTable) -> Role | None:
    roles = _roles(table, "role", [table.text("role", required="role" in table.values)])
    return roles[0] if roles else None


def _roles(table: TomlTable, key: str, words: Sequence[str]) -> tuple[Role, ...]:
    for word in words:
        if word and role_named(word) is None:
            table.wrong(key, f'names "{word}", which is no role{suggestion(word, [*Role])}')
    return tuple(role for word in words if (role := role_named(word)) is not None)


def _check_key(table: TomlTable, key: str) -> None:
    if key and not _NAME.fullmatch(key):
        table.wrong("key", "must be lower-case letters, digits and _, a letter first")


def _patterns(table: TomlTable) -> tuple[str, ...]:
    patterns = table.words("patterns", plain=True)
    for pattern in patterns:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            table.wrong("patterns", f"holds {pattern}, which is no regular expression: {error}")
            return ()
        if not groups:
            table.wrong("patterns", f"holds {pattern}, which needs the value in round brackets: (…)")
            return ()
    return patterns


def _check_fields(table: TomlTable, fields: tuple[FieldSpec, ...], output: Output, text: str) -> None:
    for label, values in (("key", [spec.key for spec in fields]), ("name", [spec.name for spec in fields])):
        for value in sorted({value for value in values if value and values.count(value) > 1}):
            table.wrong(_FIELDS, f'holds the {label} "{value}" twice')
    if output is Output.FIELDS and not fields and INPUT not in text:
        table.wrong(_FIELDS, f'is missing; output = "fields" needs at least one, or {INPUT} in its text')
    if output is not Output.FIELDS and fields:
        table.wrong(_FIELDS, 'needs output = "fields"')


def _check_columns(table: TomlTable, columns: tuple[FieldSpec, ...], fields: tuple[FieldSpec, ...]) -> None:
    if columns and not fields:
        table.wrong(_COLUMNS, "needs [[fields]] beside it: a table stands in a document with fields")
    if 0 < len(columns) < _FEWEST_COLUMNS:
        table.wrong(_COLUMNS, f"needs at least {_FEWEST_COLUMNS} columns, for the head of a table is known by them")
    names = [spec.name for spec in columns]
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        table.wrong(_COLUMNS, f'holds the name "{name}" twice')
    keys = [spec.key for spec in (*columns, *fields)]
    for key in sorted({spec.key for spec in columns if spec.key and keys.count(spec.key) > 1}):
        table.wrong(_COLUMNS, f'holds the key "{key}", which another column or field has')


def _detect(table: TomlTable, text: str) -> tuple[str, ...]:
    words = table.words("detect")
    if 0 < len(words) < _FEWEST_DETECT_WORDS:
        table.wrong("detect", f"needs at least {_FEWEST_DETECT_WORDS} words, for that many must stand on a page")
    if INPUT in text:
        for key in ("detect", "detect_codes", "hints"):
            if table.values.get(key):
                table.wrong(key, f"cannot be used with {INPUT}: what is recognised comes without any input")
    return words


def _keys(table: TomlTable, key: str, fields: Sequence[FieldSpec]) -> tuple[str, ...]:
    keys = table.words(key)
    known = [spec.key for spec in fields]
    for word in keys:
        if word not in known:
            table.wrong(key, f'names "{word}", which is no field\'s key{suggestion(word, known)}')
    return keys


def _checks(table: TomlTable, fields: Sequence[FieldSpec], columns: Sequence[FieldSpec]) -> tuple[CheckSpec, ...]:
    of_fields, of_columns = [spec.key for spec in fields], [spec.key for spec in columns]
    checks = []
    for word in table.words("checks", plain=True):
        name, _, rest = word.partition(":")
        keys = tuple(key.strip() for key in rest.split(",") if key.strip())
        rule = RULES.get(name.strip())
        if rule is None:
            table.wrong("checks", f'names "{name}", which is no check{suggestion(name, RULES)}')
            continue
        if len(keys) != rule.keys:
            table.wrong("checks", f'has "{word}" with {len(keys)} keys behind the colon, "{name}" takes {rule.keys}')
        for place, key in enumerate(keys):
            whose, known = ("column", of_columns) if place < rule.columns else ("field", of_fields)
            if key not in known:
                table.wrong("checks", f'names "{key}", which is no {whose}\'s key{suggestion(key, known)}')
        checks.append(CheckSpec(name=name.strip(), keys=keys))
    return tuple(checks)


def _layout(table: TomlTable, fields: Sequence[FieldSpec]) -> Layout:
    table.allow(REPLY_KEYS)
    layout = Layout(
        order=_keys(table, "order", fields),
        groups=tuple(_group(row, fields) for row in table.tables("groups")),
        fold=_keys(table, "fold", fields),
    )
    placed = [*layout.order, *layout.fold, *(key for group in layout.groups for key in group.keys)]
    for key in sorted({key for key in placed if placed.count(key) > 1}):
        table.wrong("order", f'and the other lists of the reply hold "{key}" more than once')
    return layout


def _duplicates(table: TomlTable, fields: Sequence[FieldSpec]) -> DuplicateKeys | None:
    if not table.values:
        return None
    table.allow(DUPLICATE_KEYS)
    known = [spec.key for spec in fields]
    keys = DuplicateKeys(
        number=table.text("number"),
        code=table.text("code", required=False),
        otherwise=_keys(table, "otherwise", fields),
    )
    for name, key in (("number", keys.number), ("code", keys.code)):
        if key and key not in known:
            table.wrong(name, f'names "{key}", which is no field\'s key{suggestion(key, known)}')
    return keys


def _group(table: TomlTable, fields: Sequence[FieldSpec]) -> FieldGroup:
    table.allow(GROUP_KEYS)
    return FieldGroup(heading=table.text("heading"), keys=_keys(table, _FIELDS, fields))


def _read_example(table: TomlTable, prompt: Prompt) -> Example:
    table.allow(EXAMPLE_KEYS)
    example = Example(
        prompt=prompt.name,
        image=table.text("image"),
        fields=table.texts(_FIELDS),
        contains=table.words("contains", plain=True),
    )
    if example.image.startswith(("/", "\\")) or ".." in example.image.split("/"):
        table.wrong("image", "must be a path below the configuration folder, such as samples/contract.png")
    if not example.fields and not example.contains:
        table.wrong(_FIELDS, "or contains must say what the answer has to hold")
    names = [spec.name for spec in prompt.fields]
    for name, _ in example.fields:
        if names and name not in names:
            table.wrong(_FIELDS, f'names "{name}", which is no field\'s name{suggestion(name, names)}')
    return example


def _rendered(table: TomlTable, fields: Sequence[FieldSpec], output: Output) -> str:
    """Return the prompt's text with the fields' names put in; what a person says comes later."""
    text = table.text("text", lines=True)
    used = [match[1] for match in _PLACEHOLDER.finditer(text)]
    known = [_FIELDS, _INPUT]
    for word in used:
        if word not in known:
            table.wrong("text", f"holds {{{{{word}}}}}, which stands for nothing{suggestion(word, known)}")
    for match in _BROKEN_PLACEHOLDER.finditer(text):
        table.wrong("text", f"holds {match[0]}; placeholders are written {{{{fields}}}} and {{{{input}}}}")
    if bool(fields) != (_FIELDS in used):
        table.wrong("text", "needs {{fields}} where there are fields, and only there")
    if fields and _INPUT in used and output is Output.FIELDS:
        table.wrong("text", f"holds {INPUT} beside [[fields]]: it asks for the one or for the other")
    names = list_of([spec.name for spec in fields])
    return _PLACEHOLDER.sub(lambda match: names if match[1] == _FIELDS else f"{{{{{match[1]}}}}}", text)
