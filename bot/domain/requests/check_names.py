"""Which of a prompt's checks each field of a paper passes and fails, by their names in the prompt file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.checking.registry import CheckContext, apply_checks
from bot.domain.document import Document, Field, Row, Status
from bot.domain.prompt import CheckSpec, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChecks:
    """The checks of one field."""

    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


NO_CHECKS = NamedChecks()


def check_names(paper: Document, prompt: Prompt, context: CheckContext) -> Mapping[str, NamedChecks]:
    """Return for the keys of a paper's fields the checks of `prompt` that they pass and fail, each run by itself.

    Checks that need the codes on the pages say nothing unless `context` has these.
    """
    fields = tuple(map(_unchecked, paper.fields))
    rows = tuple(Row(cells=tuple(map(_unchecked, row.cells))) for row in paper.rows)
    found: dict[str, NamedChecks] = {}
    for check in prompt.checks:
        for field in _checked(fields, rows, check, context):
            before = found.get(field.key, NO_CHECKS)
            name = check.name
            if field.status is Status.CHECKED:
                found[field.key] = replace(before, passed=(*before.passed, name))
            elif field.status is Status.DOUBTFUL:
                found[field.key] = replace(before, failed=(*before.failed, name))
    return found


def _checked(
    fields: Sequence[Field], rows: Sequence[Row], check: CheckSpec, context: CheckContext
) -> tuple[Field, ...]:
    return apply_checks(fields, rows, (check,), context).fields


def _unchecked(field: Field) -> Field:
    return replace(field, status=Status.UNCHECKED, doubts=()) if field.value else field
