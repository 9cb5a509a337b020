"""The sum of requests that were read, as the chat adds them up."""

from collections.abc import Sequence
from decimal import Decimal

from bot.api.answers.json_models import SumJson, SummandJson
from bot.domain.document import Status
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.totals import Summand, sum_of
from bot.domain.requests.selection import EndedRequest, combined


def sum_json(requests: Sequence[EndedRequest]) -> SumJson | None:
    """Return the sum of all papers of requests, one at least; None if fewer than two papers have an amount."""
    whole = combined(requests)
    view = answer_view(whole.task, whole.outcomes)
    total = sum_of(view.outcomes)
    if total is None:
        return None
    places = [(one.task.id, file) for one in requests for file in range(1, len(one.outcomes) + 1)]
    files = [view_.file_number for view_ in view.outcomes]
    return SumJson(
        total=_plain(total.total),
        status=total.status,
        counted=len(total.counted),
        kinds=dict(total.kinds),
        entries=[_entry(entry, *places[file - 1]) for entry, file in zip(total.entries, files, strict=True)],
    )


def _entry(entry: Summand, request_id: str, file: int) -> SummandJson:
    return SummandJson(
        id=request_id,
        file=file,
        title=entry.title,
        amount=None if entry.status is Status.MISSING else _plain(entry.amount),
        status=entry.status,
        left_out=entry.left_out.value if entry.left_out else None,
    )


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}"
