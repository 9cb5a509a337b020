from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.document import Document, Failure, Outcome, Status
from bot.domain.replying.attachments import file_name, formats_for
from bot.domain.replying.disclosure import disclosed
from bot.domain.replying.document_view import VALUE_CHARACTERS, has_fields, headline, paragraphs, section
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.replying.excerpt import LONG, length
from bot.domain.replying.formatting import short
from bot.domain.replying.overview import overview, short_title
from bot.domain.replying.split_message import split
from bot.domain.task import Format, Say, Task
from bot.domain.texts import chat as texts

_TITLE_CHARACTERS = VALUE_CHARACTERS
_NAME_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Markdown ready to send: `title` shows in the conversation list, each part is one message within the limits."""

    title: str
    parts: tuple[str, ...]
    files: tuple[Format, ...] = ()  # that go after the parts; what is in them is made when they are sent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcomes:
    """What there is to tell, and the files that hold all of it."""

    task: Task
    outcomes: tuple[Outcome, ...]  # one for each attachment, as they may be shown
    files: tuple[Format, ...] = ()
    long: frozenset[int] = frozenset()  # indices of the documents that a file holds and the chat only begins

    @property
    def documents(self) -> list[Document]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, Document)]

    @property
    def several(self) -> bool:
        return len(self.outcomes) > 1

    @property
    def gathered(self) -> bool:
        """Whether the chat has a line for each paper: with what was asked for, or while a file holds the rest."""
        return bool(self.files or self.task.to_read.wanted_fields) and sum(map(has_fields, self.documents)) > 1


def render(task: Task, outcomes: Sequence[Outcome], *, files: bool = True) -> Reply:
    """Return the reply to `task`: its ready answer, else what came of each attachment, in their order.

    An attachment without an outcome gets a sentence too. Without `files`, or where the conversation takes none, all
    of it is in the parts: people outside the company get no files in a single chat.
    """
    if isinstance(task.content, Say):
        text = task.content.text
        title = short(text.split("\n")[0], _TITLE_CHARACTERS)
        return Reply(title=title, parts=split(text, title=title))
    answer = _answer(task, complete(task, outcomes), files=files and task.recipient.reachable)
    title = short(_title(answer), _TITLE_CHARACTERS)
    body = paragraphs([*_sections(answer), *_remarks(answer, asked=files)])
    parts = split(body, title=title, ending=f"> {_footer(answer)}")
    return Reply(title=title, parts=parts, files=answer.files)


def complete(task: Task, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Return an outcome for each attachment, as those may see it who read the answer."""
    missing = max(0, len(task.attachments) - len(outcomes))
    every = [*outcomes, *[Failure(reason="bug", text=texts.bug(task.id))] * missing]
    return tuple(disclosed(task, outcome) for outcome in every)


def _answer(task: Task, outcomes: tuple[Outcome, ...], *, files: bool) -> _Outcomes:
    answer = _Outcomes(task=task, outcomes=outcomes)
    if not files:
        return answer
    plain = {index: one for index, one in enumerate(outcomes) if isinstance(one, Document) and not has_fields(one)}
    most = LONG // max(1, len(plain))
    long = frozenset(index for index, document in plain.items() if length(document) > most)
    return replace(answer, files=formats_for(task, answer.documents, long=bool(long)), long=long)


def _title(answer: _Outcomes) -> str:
    if answer.several:
        return short_title(answer.task, answer.outcomes)
    if not answer.documents:
        return texts.bug_title()
    document = answer.documents[0]
    said = headline(answer.task, document)
    return " ".join(said) if len(said) > 1 else texts.reply_title(neutralise_line(document.title))


def _sections(answer: _Outcomes) -> Iterable[str]:
    if answer.several:
        yield overview(answer.task, answer.outcomes, doubts=answer.gathered)
    for index, outcome in enumerate(answer.outcomes):
        shown = _section(answer, index, outcome)
        if answer.several and shown:
            yield f"### {_heading(answer, index)}"
        yield shown


def _section(answer: _Outcomes, index: int, outcome: Outcome) -> str:
    """Return what is said of one file below the overview, nothing where all of it was said there."""
    if not isinstance(outcome, Document):
        return "" if answer.several else neutralise(outcome.text)
    if answer.gathered and has_fields(outcome):
        return ""
    if answer.several and not has_fields(outcome) and not outcome.text.strip():
        return ""
    return section(answer.task, outcome, brief=index in answer.long)


def _heading(answer: _Outcomes, index: int) -> str:
    names = [neutralise_line(attachment.name) for attachment in answer.task.attachments[index : index + 1]]
    return texts.section(index + 1, len(answer.outcomes), short("".join(names), _NAME_CHARACTERS))


def _remarks(answer: _Outcomes, *, asked: bool) -> Iterable[str]:
    """Yield what holds for the reply as a whole: the marks, what was recognised, the files, what was not read."""
    task = answer.task
    statuses = {field.status for document in answer.documents for field in document.fields}
    yield texts.legend(checked=Status.CHECKED in statuses, unchecked=Status.UNCHECKED in statuses)
    candidates = {candidate.name for candidate in task.to_read.candidates}
    recognised = [document.title for document in answer.documents if document.prompt in candidates]
    if recognised:
        titles = [neutralise_line(title) for title in dict.fromkeys(recognised)]
        yield texts.taken_for(
            titles, task.to_read.full_text_word or task.to_read.prompt.title, remembered=task.remember_seconds > 0
        )
    if answer.files:
        yield texts.files_follow([file_name(task, answer.outcomes, kind) for kind in answer.files])
    elif asked and task.to_read.formats and answer.documents and not task.recipient.reachable:
        yield texts.no_file_outside()
    yield task.to_read.note


def _footer(answer: _Outcomes) -> str:
    documents = answer.documents
    titles = dict.fromkeys(neutralise_line(document.title) for document in documents)
    engines = dict.fromkeys(neutralise_line(texts.engine_name(document.engine)) for document in documents)
    last = texts.footer([*titles], [*engines], sum(document.seconds for document in documents), answer.task.id)
    return " · ".join(filter(None, (last, neutralise_line(answer.task.service_notice))))
