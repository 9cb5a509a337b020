"""How the files of an earlier task are to be read for a question about it."""

from dataclasses import replace

from bot.domain import texts
from bot.domain.asking.grammar import Act
from bot.domain.asking.printed.rows_with_words import rows_with_words
from bot.domain.document import Document
from bot.domain.organisation import DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.replying.disclosure import disclosed
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.join_markdown import paragraphs
from bot.domain.task import PageChoice, Read, Refer, Say
from workers.steps.follow_ups.earlier import Earlier, has_all_fields, kinds_read, prompts_of

_MOST_ROWS = 8  # of all papers


def of_its_kinds(question: Refer, earlier: Earlier) -> Refer | Say:
    """Return what a question asks of papers of the kinds that were read, or the answer if it asks nothing of them.

    What was read before counts too: after the whole text of an invoice its total may be asked for.
    """
    read = question.read
    kinds = {task.task_id: kinds_read(task) for task in earlier.chain} if read.by_kind else {}
    for task in earlier.chain:
        told = [one for one in read.by_kind if one.kind in kinds[task.task_id]] if kinds else []
        if told and read.wanted_fields and kinds[task.task_id] - {one.kind for one in told}:
            return replace(question, read=replace(read, by_kind=(), given=""))  # others are searched for them by name
        if told and not read.given and all(one.act == Act.CORRECT for one in told):
            return Say(text=texts.talk.what_is_wrong(*told[0].fields[:1]))
        if told and task is earlier:
            return replace(question, read=read.for_kinds(kinds[task.task_id]), inherits=True)
        if told and task.read is not None:
            prompt, *others = [one for one in prompts_of(task.read) if one.name in {found.kind for found in told}]
            asked = replace(read.for_kinds(kinds[task.task_id]), prompt=prompt, candidates=tuple(others))
            return replace(question, read=asked, inherits=False)
    if any(kinds.values()) or (read.find and not read.by_kind):
        return Say(text=_answer_as_printed(question, earlier) or question.otherwise) if question.otherwise else question
    return question


def _answer_as_printed(question: Refer, earlier: Earlier) -> str:
    """Return the rows of the papers that have words of the question, as Markdown; "" if none has."""
    read, before = question.read, earlier.read
    documents = (outcome for outcome in earlier.outcomes if isinstance(outcome, Document))
    known = {prompt.name: prompt for prompt in prompts_of(before)} if before is not None else {}
    papers = [paper for document in documents for paper in document.papers]
    shown = [disclosed(paper, known.get(paper.prompt)) if read.masked else paper for paper in papers]
    found = (row for paper in shown for row in rows_with_words(paper.text, read.find, guess=True))
    rows = [*map(neutralise_line, found)][:_MOST_ROWS]
    legend = texts.answers.legend(checked=False, unchecked=True)
    return paragraphs([texts.answers.printed(rows), legend]) if rows else ""


def resolved_content(question: Refer, earlier: Earlier) -> Read | Say:
    """Return how to read the files of the earlier task; with its prompts if the question names no kind itself."""
    # A question is no posting, so that it neither counts nor is reported as a duplicate; unless the first answer was
    # never sent, or the question is about other pages, which may have papers that were not read yet.
    has_other_pages = question.pages is not PageChoice.SAME and all(file.posted for file in earlier.attachments)
    duplicates = question.read.duplicates if earlier.unanswered or has_other_pages else DuplicateScope.OFF
    read, before = replace(question.read, attachments=earlier.attachments, duplicates=duplicates), earlier.read
    read = replace(read, only_files=read.only_files and earlier.answered)
    if before is None:
        return read
    if not question.again:
        read = replace(read, corrections=(*before.corrections, *read.corrections))
    if question.pages is PageChoice.FURTHER:
        return _further(read, question, earlier, before)
    if question.pages is PageChoice.SAME and not question.read.attachments:
        read = replace(read, first_page=before.first_page, most_pages=before.most_pages)
    if question.inherits:
        return _inheriting(read, before, before.prompt, before.candidates)
    # The reply needs the prompts that the adopted documents were read with.
    names = {prompt.name for prompt in prompts_of(read)}
    known = {kind.name: kind for task in earlier.chain if task.read for kind in reversed(prompts_of(task.read))}
    kinds = [kind for kind in known.values() if kind.name not in names and has_all_fields(kind, read.wanted_fields)]
    return replace(read, candidates=(*read.candidates, *kinds) if read.candidates else ())


def _further(read: Read, question: Refer, earlier: Earlier, before: Read) -> Read | Say:
    """Return how to read the pages after those that were read, of the files that have any."""
    left = earlier.documents_left
    if not left:
        return Say(text=texts.guidance.nothing_further())
    first = left[0][1]
    begin = first.first_page + first.pages
    same_begin = tuple(attachment for attachment, document in left if document.first_page + document.pages == begin)
    most = min(read.most_pages, max(document.pages_left for _, document in left))
    read = replace(read, attachments=same_begin, first_page=begin, most_pages=most)
    if not question.inherits:
        return read
    if first.others:  # the rest may hold papers of any kind
        return _inheriting(read, before, before.prompt, before.candidates)
    # A page in the middle may not show the kind of its document.
    kind = next((prompt for prompt in prompts_of(before) if prompt.name == first.prompt), before.prompt)
    return _inheriting(read, before, kind, ())


def _inheriting(read: Read, before: Read, prompt: Prompt, candidates: tuple[Prompt, ...]) -> Read:
    wanted = read.wanted_fields or before.wanted_fields
    return replace(read, prompt=prompt, candidates=candidates, wanted_fields=wanted, note="")
