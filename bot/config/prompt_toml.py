"""A prompt file's TOML as a `Prompt`; strict, and every problem of a file at once."""

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
    """What one file holds. With problems the prompt is only good for finding more of them."""

    prompt: Prompt
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    lines: Mapping[str, int] = field(default_factory=dict)  # of the keys at the file's top, from 1


def read_prompt(source: str, *, name: str) -> PromptSource:
    """Return what the TOML `source` of `name`.toml holds, and all that is wrong with it."""
    toml = parse_toml(source, name=f"{name}.toml")
    problems = [toml.error] if toml.error else []
    if not is_key(name):
        problems.append(toml.problem((), "the file's name must be lower-case letters, digits and _, a letter first"))
    if problems and not toml.values:
        return PromptSource(prompt=Prompt(name=name, title="", text=""), examples=(), problems=tuple(problems))
    file, wrong = validate(PromptFile, toml)
    problems += [*wrong, *(toml.problem(path, what) for path, what in breaches(file))]
    return PromptSource(
        prompt=_converted_prompt(file, name=name, sha256=hashlib.sha256(source.encode()).hexdigest()),
        examples=tuple(
            Example(prompt=name, image=one.image, fields=tuple(one.fields.items()), contains=one.contains)
            for one in file.examples
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
        fields=tuple(map(_field_spec, file.fields)),
        columns=tuple(map(_field_spec, file.columns)),
        checks=tuple(map(check_spec, file.checks)),
        sha256=sha256,
        headline=file.headline,
        layout=_converted_layout(file.reply),
        duplicates=_duplicate_keys(file.duplicates),
        # Reading is all that an engine without prompts can do; a translation is more.
        needs_model=file.needs_model or file.output is Output.TRANSLATION,
        without=tuple(role for word in file.without if (role := role_named(word)) is not None),
    )


def _field_spec(row: FieldTable | ColumnTable) -> FieldSpec:
    return FieldSpec(**{**dict(row), "role": role_named(row.role)})


def _rendered_text(file: PromptFile) -> str:
    """Return the prompt's text with the fields' names put in; what a person says comes later."""
    names = list_of([row.name for row in file.fields])
    return PLACEHOLDER.sub(lambda match: names if match[1] == FIELDS_PLACEHOLDER else f"{{{{{match[1]}}}}}", file.text)


def _converted_layout(reply: ReplyTable) -> Layout:
    groups = tuple(FieldGroup(heading=group.heading, keys=group.fields) for group in reply.groups)
    return Layout(order=reply.order, groups=groups, fold=reply.fold)


def _duplicate_keys(table: DuplicatesTable | None) -> DuplicateKeys | None:
    return None if table is None else DuplicateKeys(**dict(table))
