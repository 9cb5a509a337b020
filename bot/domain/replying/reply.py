"""Render an answer as the messages and files to send."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.attachment_format import Format
from bot.domain.document import Status
from bot.domain.message_limits import MessageLimits
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.attachments import file_name, formats_for
from bot.domain.replying.document_view import FailureView, OutcomeView
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.replying.excerpt import LONG
from bot.domain.replying.formatting import short
from bot.domain.replying.join_markdown import paragraphs
from bot.domain.replying.overview import (
    asked_total,
    duplicates,
    left_over,
    overview,
    reasons_by_file,
    short_title,
    signatures_by_file,
)
from bot.domain.replying.section import VALUE_CHARACTERS, headline, section, short_section
from bot.domain.replying.split_message import split
from bot.domain.replying.totals import GrandTotal

_TITLE_CHARACTERS = VALUE_CHARACTERS
_NAME_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Markdown ready to send: the list of conversations shows `title`; each part is one message within the limits."""

    title: str
    parts: tuple[str, ...]
    files: tuple[Format, ...] = ()  # to send after the parts; their contents are made then


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How an answer is divided between messages and files."""

    answer: AnswerView
    total: GrandTotal | None
    files: tuple[Format, ...] = ()  # that hold the whole answer
    long: frozenset[int] = frozenset()  # numbers of the documents of whose text the chat shows an excerpt

    @property
    def gathered(self) -> bool:
        """Whether each document gets just a line: with the fields asked for, or because a file holds the rest."""
        return bool(self.files or self.answer.only) and len(self.answer.with_fields) > 1


def render(answer: AnswerView, limits: MessageLimits) -> Reply:
    """Return the reply: a ready answer, or the outcomes of all files in messages and, if they can be sent, files."""
    if answer.ready:
        return _ready_reply(answer.ready, limits)
    if not answer.takes_files:
        no_file = texts.attachments.no_file_outside() if answer.formats and answer.documents else ""
        return _reply(_plan_without_files(answer), limits, no_file)
    plan = _plan_with_files(answer)
    names = [file_name(answer, kind) for kind in plan.files]
    if names and answer.only_files and len(answer.documents) == len(answer.outcomes):
        return _announcement(plan, limits, names)
    return _reply(plan, limits, texts.attachments.files_follow(names) if names else "")


def render_in_full(answer: AnswerView, limits: MessageLimits) -> Reply:
    """Return the reply entirely in messages, for when its files could not be sent."""
    return _ready_reply(answer.ready, limits) if answer.ready else _reply(_plan_without_files(answer), limits, "")


def _ready_reply(text: str, limits: MessageLimits) -> Reply:
    title = short(text.split("\n", maxsplit=1)[0], _TITLE_CHARACTERS)
    return Reply(title=title, parts=split(text, limits, title=title))


def _plan_without_files(answer: AnswerView) -> _Plan:
    return _Plan(answer=answer, total=asked_total(answer))


def _plan_with_files(answer: AnswerView) -> _Plan:
    texts_only = [view for view in answer.documents if not view.has_fields]
    most = LONG // max(1, len(texts_only))
    long = frozenset(view.number for view in texts_only if view.characters > most)
    files = formats_for(answer, long=bool(long))
    return _Plan(answer=answer, total=asked_total(answer), files=files, long=long)


def _reply(plan: _Plan, limits: MessageLimits, about_files: str) -> Reply:
    answer = plan.answer
    title = short(_title(plan), _TITLE_CHARACTERS)
    ends = [about_files, answer.note]
    ends = ends if answer.asks_duplicate else [_legend(answer), _recognised_note(answer), *ends]
    parts = split(paragraphs([*_sections(plan), *ends]), limits, title=title, ending=f"> {_footer(answer)}")
    return Reply(title=title, parts=parts, files=plan.files)


def _announcement(plan: _Plan, limits: MessageLimits, names: Sequence[str]) -> Reply:
    """Return a line that names the files, which hold what the person was told before, and the duplicates once more."""
    title = short(_title(plan), _TITLE_CHARACTERS)
    repeated = (view.posted_before for view in plan.answer.documents)
    text = paragraphs([*repeated, texts.attachments.files_follow(names)])
    return Reply(
        title=title, parts=split(text, limits, title=title, ending=f"> {_footer(plan.answer)}"), files=plan.files
    )


def _title(plan: _Plan) -> str:
    answer = plan.answer
    if answer.is_several:
        return short_title(answer, plan.total)
    if not answer.documents:
        return texts.failures.bug_title()
    (view,) = answer.documents
    return " ".join(headline(view)) if view.headline else texts.answers.reply_title(view.title)


def _sections(plan: _Plan) -> Iterable[str]:
    answer = plan.answer
    if answer.asks_duplicate:
        yield duplicates(answer)
        return
    if answer.is_several:
        yield overview(answer, plan.total)
        yield reasons_by_file(answer) if plan.gathered else ""
        yield signatures_by_file(answer) if plan.gathered and not answer.only else ""
    for view in answer.outcomes:
        text = _section(plan, view)
        if answer.is_several and text:
            yield f"### {_heading(answer, view)}"
        yield text
    yield left_over(answer)


def _section(plan: _Plan, view: OutcomeView) -> str:
    """Return the section of one file below the overview, "" if the overview says it all."""
    several = plan.answer.is_several
    if isinstance(view, FailureView):
        return "" if several else neutralise(view.failure.text)
    if view.has_fields:
        return "" if plan.gathered else section(plan.answer, view)
    if several and not view.has_text:
        return ""
    return short_section(plan.answer, view) if view.number in plan.long else section(plan.answer, view)


def _heading(answer: AnswerView, view: OutcomeView) -> str:
    place = "" if isinstance(view, FailureView) else view.place
    name = " ".join(filter(None, [short(neutralise_line(view.name), _NAME_CHARACTERS), place]))
    return texts.answers.section(view.number, len(answer.outcomes), name)


def _legend(answer: AnswerView) -> str:
    """Return the meaning of the marks in the answer: of those fields that it shows."""
    shown = (view.shown.fields if answer.only and view.shown.chosen else view.fields for view in answer.documents)
    statuses = {field.status for fields in shown for field in fields}
    return texts.answers.legend(checked=Status.CHECKED in statuses, unchecked=Status.UNCHECKED in statuses)


def _recognised_note(answer: AnswerView) -> str:
    """Return which kinds were recognised without being named, and how to ask for something else.

    Who asks for some of the fields, and gets them, has seen that.
    """
    if answer.only and any(view.shown.chosen for view in answer.documents):
        return ""
    titles = dict.fromkeys(view.document.title for view in answer.documents if view.recognised)
    if not titles:
        return ""
    return texts.answers.taken_for([*map(neutralise_line, titles)], answer.default_title, remembered=answer.remembered)


def _footer(answer: AnswerView) -> str:
    views = () if answer.only or answer.asks_duplicate else answer.documents  # a line must not wrap below a line
    titles = dict.fromkeys(view.title for view in views)
    engines = dict.fromkeys(neutralise_line(credit.model) for credit in answer.credits)
    notices = dict.fromkeys(neutralise_line(credit.notice) for credit in answer.credits)
    seconds = sum(view.document.seconds for view in views)
    last = texts.answers.footer([*titles], [*engines], seconds, answer.task_id)
    stand_ins = dict.fromkeys((view.document.engine, view.document.instead_of) for view in answer.documents)
    stood_in = (texts.answers.stood_in(engine, away) for engine, away in stand_ins if away)
    return " · ".join(filter(None, (last, *stood_in, *notices, neutralise_line(answer.notice))))
