"""The results of checks on fields, and the status that follows from them. No verdict changes a value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.document import Field, Source, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One check's result on the fields of these keys; `reason` is empty if they passed.

    A check passes fields only if it would have caught a misreading: a plausible form gives no verdict.
    """

    keys: tuple[str, ...]
    reason: str = ""


def with_verdicts(fields: Sequence[Field], verdicts: Iterable[Verdict]) -> tuple[Field, ...]:
    """Return the fields, in their order: CHECKED if all verdicts on them passed, DOUBTFUL if one did not.

    Fields that are doubtful, have no value or get no verdict keep their status.
    """
    verdicts = tuple(verdicts)
    return tuple(_with_own_verdicts(field, verdicts) for field in fields)


def with_name_of_check(before: Sequence[Field], after: Sequence[Field], name: str) -> tuple[Field, ...]:
    """Return the fields `after` a check, with its name on those that it confirmed and those that it made doubtful."""
    return tuple(_with_name(then, now, name) for then, now in zip(before, after, strict=True))


def _with_name(then: Field, now: Field, name: str) -> Field:
    if now.doubts != then.doubts and now.status is Status.DOUBTFUL:
        return replace(now, failed=(*now.failed, name))
    if now.status is Status.CHECKED and then.status is Status.UNCHECKED:
        return replace(now, passed=(*now.passed, name))
    return now


def _with_own_verdicts(field: Field, verdicts: Iterable[Verdict]) -> Field:
    own = [verdict for verdict in verdicts if field.key in verdict.keys and field.value]
    reasons = [verdict.reason for verdict in own if verdict.reason]
    if field.source is Source.EMBEDDED:
        reasons = [texts.warnings.in_file(reason) for reason in reasons]
    if reasons:
        return replace(field, status=Status.DOUBTFUL, doubts=tuple(dict.fromkeys((*field.doubts, *reasons))))
    return replace(field, status=Status.CHECKED) if own and field.status is Status.UNCHECKED else field
