"""The overview of several files in one answer: their total, then a line for each."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.domain import texts
from bot.domain.document import Status
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.document_view import DocumentView, FailureView, OutcomeView
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.replying.field_view import FieldView
from bot.domain.replying.formatting import MARKS, short, with_sign
from bot.domain.replying.join_markdown import bold, lines, paragraphs
from bot.domain.replying.proofs import invoice_of
from bot.domain.replying.section import VALUE_CHARACTERS, reason_list, reasons, value_or_dash
from bot.domain.replying.totals import GrandTotal, LeftOut, Summand, sum_of

_NAME_CHARACTERS = 20
_LEFT_OVER_CHARACTERS = 200
_WHY_LEFT_OUT: Mapping[LeftOut, Callable[[], str]] = {
    LeftOut.NO_TOTAL: texts.several.left_no_total,
    LeftOut.FOREIGN: texts.several.left_foreign,
    LeftOut.NO_AMOUNT: texts.several.left_no_amount,
    LeftOut.NO_INVOICE: texts.several.left_no_invoice,
    LeftOut.UNREAD: texts.several.left_unread,
}


def overview(answer: AnswerView, total: GrandTotal | None) -> str:
    """Return the total, if there is one, and a line for each file, or for each paper in it."""
    rows = "\n".join(f"{view.number}. {_line(answer, view)}" for view in answer.outcomes)
    told_apart = (
        texts.several.papers_told_apart(answer.files, len(answer.outcomes))
        if total is not None and answer.has_files_of_papers
        else ""
    )
    remarks = lines([told_apart, *(_remarks_on_total(total) if total else ())])
    return paragraphs([bold(_first_line(answer, total)), remarks, rows])


def left_over(answer: AnswerView) -> str:
    """Return what belongs to no paper of the files, the beginning of each, "" if nothing does."""
    return lines(
        [
            texts.several.left_over(short(neutralise_line(" ".join(text.split())), _LEFT_OVER_CHARACTERS))
            for text in answer.left_over
        ]
    )


def signatures_by_file(answer: AnswerView) -> str:
    """Return what the signatures of files prove, each sentence once with the numbers of its files."""
    said: dict[str, list[int]] = {}
    for view in answer.with_fields:
        said.setdefault(view.signed, []).append(view.number)
    return lines(
        texts.several.of_files(neutralise_line(sentence), numbers) for sentence, numbers in said.items() if sentence
    )


def duplicates(answer: AnswerView) -> str:
    """Return for each paper whether it was handed in before, in a line."""
    return lines(
        [
            f"{view.number}. {_duplicate_line(view)}" if answer.is_several else _duplicate_line(view)
            for view in answer.outcomes
        ]
    )


def _duplicate_line(view: OutcomeView) -> str:
    if isinstance(view, FailureView):
        return neutralise_line(view.failure.text)
    if view.posted_before:
        return view.posted_before
    looked_up = view.prompt is not None and view.prompt.duplicates is not None
    return texts.talk.never_posted_before() if looked_up else texts.talk.duplicates_unknown()


def reasons_by_file(answer: AnswerView) -> str:
    """Return what a person should check, and in which file."""
    return reason_list(
        [
            texts.several.doubt_of(view.number, reason)
            for view in answer.with_fields
            for reason in reasons(view, _fields_of_line(answer, view))
        ]
    )


def short_title(answer: AnswerView, total: GrandTotal | None) -> str:
    """Return the title that the list of conversations shows."""
    if total is None:
        title = texts.answers.several_papers_title if answer.has_files_of_papers else texts.answers.several_title
        return title(len(answer.outcomes))
    return texts.several.several_total_title(sum(number for _, number in total.kinds), with_sign(str(total.total)))


def asked_total(answer: AnswerView) -> GrandTotal | None:
    """Return the total of the files, None if there is none or the person asked for other fields."""
    total = sum_of(answer.outcomes)
    if total is None or not answer.only:
        return total
    shown = (
        {field.key for field in view.headline} & {field.key for field in view.in_line} for view in answer.documents
    )
    return total if any(shown) else None


def _first_line(answer: AnswerView, total: GrandTotal | None) -> str:
    """Return the total and how sure it is or, without a total, what kinds of files there are."""
    if total is not None:
        kinds = [(neutralise_line(title), number) for title, number in total.kinds]
        counted, documents = len(total.counted), sum(number for _, number in kinds)
        in_sum = counted if counted < documents else 0
        return texts.several.several_total(kinds, with_sign(str(total.total)), MARKS.get(total.status, ""), in_sum)
    titles = Counter(view.document.title for view in answer.documents)
    kinds = [(neutralise_line(title), number) for title, number in titles.items()]
    number, failed = len(answer.outcomes), len(answer.outcomes) - sum(titles.values())
    if answer.has_files_of_papers:
        return texts.several.several_papers(answer.files, number, kinds, failed)
    return texts.several.several_files(number, kinds, failed)


def _remarks_on_total(total: GrandTotal) -> list[str]:
    """Return sentences about what may be wrong with the total and what is not in it."""
    unsure = [entry for entry in total.counted if entry.status is Status.DOUBTFUL]
    unchecked = [entry.number for entry in total.counted if entry.status is Status.UNCHECKED]
    repeated = [entry.number for entry in total.counted if entry.repeated]
    negative = [entry for entry in total.counted if entry.amount < 0]
    return [
        texts.several.sum_left_out(
            [(entry.number, _why_left_out(entry)) for entry in total.entries if entry.left_out is not None]
        ),
        texts.several.sum_doubtful(_amounts(unsure)),
        texts.several.sum_repeated(repeated),
        texts.several.sum_unchecked(unchecked, everything=len(unchecked) == len(total.counted)),
        texts.several.sum_negative(_amounts(negative)),
    ]


def _amounts(entries: Iterable[Summand]) -> list[tuple[int, str]]:
    return [(entry.number, with_sign(str(entry.amount))) for entry in entries]


def _why_left_out(entry: Summand) -> str:
    if entry.left_out is None:
        return ""
    if entry.left_out is LeftOut.SAME:
        return texts.several.left_same(entry.same_as)
    return _WHY_LEFT_OUT[entry.left_out]()


def _line(answer: AnswerView, view: OutcomeView) -> str:
    name = short(neutralise_line(view.name), _NAME_CHARACTERS)
    if isinstance(view, FailureView):
        return texts.several.line_failed(" ".join(neutralise(view.failure.text).split()), name)
    name = " ".join(filter(None, [name, view.place]))
    if not view.has_fields:
        return lines([texts.several.line_text(view.title, name, nothing=not view.has_text), view.posted_before])
    shown = view.in_line if answer.only else view.headline
    values = [_named_value(field) if answer.only else short(field.chat_value, VALUE_CHARACTERS) for field in shown]
    doubtful = reasons(view, _fields_of_line(answer, view))
    mark = MARKS[Status.DOUBTFUL] if doubtful else _mark_if_all_checked(shown)
    line = texts.several.line_fields([view.title, *values], mark, name)
    return lines([line, _whose_proof(answer, view), view.posted_before])


def _whose_proof(answer: AnswerView, view: DocumentView) -> str:
    """Return to which invoice a trip list or a receipt belongs, and whether the amounts agree; "" for others."""
    proven = invoice_of(view, answer.outcomes)
    if proven is None:
        return ""
    names = view.title, proven.invoice.number, proven.invoice.title
    if proven.agrees:
        return texts.several.proof_agrees(*names)
    return texts.several.proof_differs(*names, with_sign(str(abs(proven.own))), with_sign(str(proven.amount)))


def _mark_if_all_checked(fields: Sequence[FieldView]) -> str:
    """Return ✅ if all of `fields` are checked, else ""."""
    return MARKS[Status.CHECKED] if fields and all(field.status is Status.CHECKED for field in fields) else ""


def _named_value(field: FieldView) -> str:
    return texts.several.line_field(field.chat_name, value_or_dash(field))


def _fields_of_line(answer: AnswerView, view: DocumentView) -> Sequence[FieldView]:
    """Return the fields whose doubts a line reports: all, or those that were asked for."""
    return view.in_line if answer.only else view.fields
