"""The log of a process: one line an event, and nothing in it that somebody's paper or a secret could stand in."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.domain.errors import OcrbotError


def configure(style: Literal["text", "json"], *, level: int = logging.INFO) -> None:
    """Send this process's log to standard error: one line an event, key=value or JSON, UTC, other libraries' too."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event", "task", "step"], drop_missing=True
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _with_trace, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # of libraries: what they say below that may hold addresses with tokens
    logging.getLogger("ocrbot").setLevel(level)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("workers").setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def without_words(error: BaseException) -> str:
    """Return where an error was raised and what led to it, without what others' errors say: it may quote a paper."""
    return "\n".join(_lines(error))


def _with_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put an error's trace in the place of the error; neither its words nor any variable's value is shown."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["trace"] = without_words(error)
    return event


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        said = f": {cause}" if isinstance(cause, OcrbotError) else ""
        yield f"{type(cause).__name__}{said}"
        yield "".join(traceback.format_tb(cause.__traceback__)).rstrip()
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
