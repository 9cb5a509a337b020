"""Reading with the second engine what the first one, which is away, would read.

Only kinds of documents on which the second engine was measured to be as good are read so; all others wait.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot.domain.document import Document
from bot.domain.errors import Unavailable
from bot.domain.prompt import Prompt

_PAUSE_SECONDS: Final = 10.0

_log = structlog.get_logger("ocrbot.engines")


def may_stand_in(prompt: Prompt, candidates: Sequence[Prompt]) -> bool:
    """Return whether the second engine might be as good for a file read with `prompt` or one of the `candidates`."""
    return any(kind.cpu_as_good for kind in (prompt, *candidates))


def require_as_good(document: Document, prompts: Sequence[Prompt], away: Unavailable, name: str) -> Document:
    """Return what the second engine read instead of the engine `name`, marked as such.

    Raises what `away` says, why the first engine is not there, unless each paper is of a kind that the second one reads
    as well; as that costs a reading each time, it is not tried again at once.
    """
    as_good = {prompt.name for prompt in prompts if prompt.cpu_as_good}
    if not all(paper.prompt in as_good for paper in document.papers):
        raise Unavailable(str(away), retry_after=max(_PAUSE_SECONDS, away.retry_after or 0.0)) from away
    _log.warning("second engine stands in", prompt=document.prompt, away=name, error=str(away))
    return document.with_each(lambda paper: replace(paper, instead_of=name))
