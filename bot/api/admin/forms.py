"""The JSON of the admins' part of the API. Times are ISO 8601 with a zone."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.config.editing.completion import Completions
from bot.domain.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemForm:
    """One problem in a file; `line` counts from 1, 0 if it is of no line."""

    file: str
    line: int
    key: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionForm:
    """One thing that may stand at the cursor; `back`: characters between what is written and the cursor afterwards."""

    label: str
    insert: str
    detail: str
    back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionsForm:
    """What may replace the text from column `start` (from 0) of the cursor's line to the cursor."""

    start: int
    items: list[CompletionForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForm:
    """The text of a prompt file. Its `etag` goes into If-Match when it is saved."""

    name: str
    source: str
    etag: str
    writable: bool
    problems: list[ProblemForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckForm:
    """What is wrong with a draft, and what it would be. `elsewhere` are the problems that it causes in other files."""

    problems: list[ProblemForm]
    elsewhere: list[ProblemForm]
    notes: list[str]  # what it loses by roles that no field has
    title: str
    sent: str  # what the model is told, the person's input aside; "" while anything is wrong
    takes_input: bool
    completions: CompletionsForm | None


def problem_forms(problems: Sequence[Problem]) -> list[ProblemForm]:
    """Return problems as JSON."""
    return [ProblemForm(file=one.file, line=one.line, key=one.key, what=one.what) for one in problems]


def completions_form(found: Completions) -> CompletionsForm:
    """Return completions as JSON."""
    items = [
        CompletionForm(label=one.label, insert=one.insert, detail=one.detail, back=one.back) for one in found.items
    ]
    return CompletionsForm(start=found.start, items=items)
