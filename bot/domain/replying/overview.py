"""Several files in one answer: what they come to, then a line each, in their order."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.document import Document, Field, Outcome, Status
from bot.domain.replying.arrangement import arrange
from bot.domain.replying.chat_text import lines
from bot.domain.replying.disclosure import prompt_of
from bot.domain.replying.document_view import VALUE_CHARACTERS as _VALUE
from bot.domain.replying.document_view import (
    doubt_list,
    has_fields,
    headlined,
    paragraphs,
    reasons,
    seen,
    value_of,
)
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.replying.formatting import MARKS, short, with_sign
from bot.domain.replying.totals import GrandTotal, LeftOut, Summand, sum_of
from bot.domain.task import Task
from bot.domain.texts import chat as texts

_NAME_CHARACTERS = 20


def overview(task: Task, outcomes: Sequence[Outcome], *, doubts: bool) -> str:
    """Return the sum, a line for each file, and with `doubts` what is to be looked at again in which."""
    found = _asked_sum(task, outcomes)
    rows = "\n".join(_line(task, number, outcome) for number, outcome in enumerate(outcomes, 1))
    told = [one for pair in enumerate(outcomes, 1) for one in _reasons(task, *pair)] if doubts else []
    return paragraphs(
        [f"**{first_line(task, outcomes)}**", lines(_about(found)) if found else "", rows, doubt_list(told)]
    )


def first_line(task: Task, outcomes: Sequence[Outcome]) -> str:
    """Return what people want to know first: the sum and how sure it is, else what the files are."""
    found = _asked_sum(task, outcomes)
    if found is not None:
        kinds = [(neutralise_line(title), number) for title, number in found.kinds]
        counted, papers = len(found.counted), sum(number for _, number in kinds)
        left_out = counted if counted < papers else 0
        return texts.several_total(kinds, with_sign(str(found.total)), MARKS.get(found.status, ""), left_out)
    titles = Counter(outcome.title for outcome in outcomes if isinstance(outcome, Document))
    named = [(neutralise_line(title), number) for title, number in titles.items()]
    return texts.several_files(len(outcomes), named, len(outcomes) - sum(titles.values()))


def short_title(task: Task, outcomes: Sequence[Outcome]) -> str:
    """Return what the list of conversations shows."""
    found = _asked_sum(task, outcomes)
    if found is None:
        return texts.several_title(len(outcomes))
    return texts.several_total_title(sum(number for _, number in found.kinds), with_sign(str(found.total)))


def _asked_sum(task: Task, outcomes: Sequence[Outcome]) -> GrandTotal | None:
    """Return the sum, None where there is none or where other fields were asked for."""
    found = sum_of(task, outcomes)
    if found is None or not task.to_read.wanted_fields:
        return found
    shown = [set(map(id, headlined(task, one))) & set(map(id, _fields(task, one))) for one in _documents(outcomes)]
    return found if any(shown) else None


def _about(found: GrandTotal) -> list[str]:
    """Say of the sum what is in it that may be wrong, and what is not in it."""
    unsure = [entry for entry in found.counted if entry.status is Status.DOUBTFUL]
    unchecked = [entry.number for entry in found.counted if entry.status is Status.UNCHECKED]
    repeated = [entry.number for entry in found.counted if entry.repeated]
    negative = [entry for entry in found.counted if entry.amount < 0]
    return [
        texts.sum_left_out([(entry.number, _why(entry)) for entry in found.entries if entry.left is not None]),
        texts.sum_doubtful(_amounts(unsure)),
        texts.sum_repeated(repeated),
        texts.sum_unchecked(unchecked, everything=len(unchecked) == len(found.counted)),
        texts.sum_negative(_amounts(negative)),
    ]


def _amounts(entries: Iterable[Summand]) -> list[tuple[int, str]]:
    return [(entry.number, with_sign(str(entry.amount))) for entry in entries]


def _why(entry: Summand) -> str:
    reasons_by = {
        LeftOut.SAME: texts.left_same(entry.other),
        LeftOut.NO_TOTAL: texts.left_no_total(),
        LeftOut.FOREIGN: texts.left_foreign(),
        LeftOut.UNREAD: texts.left_unread(),
    }
    return reasons_by[entry.left] if entry.left is not None else ""


def _line(task: Task, number: int, outcome: Outcome) -> str:
    names = [neutralise_line(attachment.name) for attachment in task.attachments[number - 1 : number]]
    name = short("".join(names), _NAME_CHARACTERS)
    if not isinstance(outcome, Document):
        return f"{number}. {texts.line_failed(' '.join(neutralise(outcome.text).split()), name)}"
    if not has_fields(outcome):
        what = texts.line_text(neutralise_line(outcome.title), name, nothing=not outcome.text.strip())
        return f"{number}. {lines([what, seen(task, outcome)])}"
    title = neutralise_line(outcome.title)
    shown = headlined(task, outcome)
    values = [short(value_of(task, outcome, field), _VALUE) for field in shown]
    if task.to_read.wanted_fields:
        shown = _fields(task, outcome)
        values = [_named(task, outcome, field) for field in shown]
    mark = "⚠️" if reasons(outcome, shown if task.to_read.wanted_fields else outcome.fields) else _mark(shown)
    return f"{number}. {lines([texts.line_fields([title, *values], mark, name), seen(task, outcome)])}"


def _mark(fields: Sequence[Field]) -> str:
    """Return ✅ where all that is shown was checked."""
    return MARKS[Status.CHECKED] if fields and all(field.status is Status.CHECKED for field in fields) else ""


def _named(task: Task, document: Document, field: Field) -> str:
    return texts.line_field(neutralise_line(field.name), value_of(task, document, field) or "—")


def _fields(task: Task, document: Document) -> list[Field]:
    """Return what a line shows: what was asked for, else what stands in the headline."""
    shown = arrange(document.fields, prompt_of(task, document), task.to_read.wanted_fields)
    return list(shown.fields) if shown.chosen else headlined(task, document)


def _reasons(task: Task, number: int, outcome: Outcome) -> list[str]:
    if not isinstance(outcome, Document) or not has_fields(outcome):
        return []
    fields = _fields(task, outcome) if task.to_read.wanted_fields else outcome.fields
    return [texts.doubt_of(number, reason) for reason in reasons(outcome, fields)]


def _documents(outcomes: Sequence[Outcome]) -> list[Document]:
    return [outcome for outcome in outcomes if isinstance(outcome, Document)]
