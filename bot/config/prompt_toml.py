"""Reads a prompt file into a `Prompt`, strictly, and reports all its problems at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config.file_types import is_key
from bot.config.file_validation import validate
from bot.config.prompt_model import ColumnTable, DuplicatesTable, FieldTable, PromptFile, ReplyTable
from bot.config.prompt_rules import FIELDS_PLACEHOLDER, PLACEHOLDER, breaches, check_spec
from bot.config.toml_file import parse_toml
from bot.domain.problems import Problem
from bot.domain.prompt import DuplicateKeys, Example, FieldGroup, FieldSpec, Layout, Output, Prompt, list_of
from bot.domain.roles import role_named


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSource:
    """The contents of one file. If it has problems, the prompt is only good for finding more of them."""

    prompt: Prompt
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    lines: Mapping[str, int] = field(default_factory=dict)  # of the keys at the top level, from 1


def read_prompt(source: str, *, name: str) -> PromptSource:
    """Return the contents of the TOML `source` of `name`.toml, with all its problems."""
    toml = parse_toml(source, name=f"{name}.toml")
    problems = [toml.error] if toml.error else []
    if not is_key(name):
        problems.append(toml.problem((), "the file's name must be lower-case letters, digits and _, a letter first"))
    if problems and not toml.values:
        return PromptSource(prompt=Prompt(name=name, title="", text=""), examples=(), problems=tuple(problems))
    file, invalid = validate(PromptFile, toml)
    problems += [*invalid, *(toml.problem(path, what) for path, what in breaches(file))]
    return PromptSource(
        prompt=_converted_prompt(file, name=name, sha256=hashlib.sha256(source.encode()).hexdigest()),
        examples=tuple(
            Example(prompt=name, image=table.image, fields=tuple(table.fields.items()), contains=table.contains)
            for table in file.examples
        ),
        problems=tuple(problems),
        lines={key: toml.line((key,)) for key in toml.values},
    )


def _converted_prompt(file: PromptFile, *, name: str, sha256: str) -> Prompt:
    return Prompt(
        name=name,
        title=file.title,
        text=_rendered_text(file),
        output=file.output,
        commands=file.commands,
        hints=file.hints,
        detect=file.detect,
        detect_codes=file.detect_codes,
        titles=file.titles,
        signs=file.signs,
        most_lines=file.most_lines,
        fields=tuple(map(_field_spec, file.fields)),
        columns=tuple(map(_field_spec, file.columns)),
        table_ends=file.table_ends,
        adds_up=file.adds_up,
        checks=tuple(map(check_spec, file.checks)),
        sha256=sha256,
        headline=file.headline,
        layout=_converted_layout(file.reply),
        duplicates=_duplicate_keys(file.duplicates),
        # An engine without prompts can only read, not translate.
        needs_model=file.needs_model or file.output is Output.TRANSLATION,
        cpu_as_good=file.cpu_as_good,
        most_tokens=file.most_tokens,
        own_task=file.task,
        without=tuple(role for word in file.without if (role := role_named(word)) is not None),
    )


def _field_spec(row: FieldTable | ColumnTable) -> FieldSpec:
    return FieldSpec(**{**dict(row), "role": role_named(row.role)})


def _rendered_text(file: PromptFile) -> str:
    """Return the prompt's text with the fields' names filled in; the person's input is filled in later."""
    names = list_of([row.name for row in file.fields])
    return PLACEHOLDER.sub(lambda match: names if match[1] == FIELDS_PLACEHOLDER else f"{{{{{match[1]}}}}}", file.text)


def _converted_layout(reply: ReplyTable) -> Layout:
    groups = tuple(FieldGroup(heading=group.heading, keys=group.fields) for group in reply.groups)
    return Layout(order=reply.order, groups=groups, fold=reply.fold)


def _duplicate_keys(table: DuplicatesTable | None) -> DuplicateKeys | None:
    return None if table is None else DuplicateKeys(**dict(table))
