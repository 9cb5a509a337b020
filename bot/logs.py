"""The log of a process: one line per event, with nothing in it that could quote a document or a secret."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.domain.errors import OcrbotError


def configure(style: Literal["text", "json"], *, level: int = logging.INFO) -> None:
    """Log to standard error, libraries included: one line per event, as key=value or JSON, with UTC times."""
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
    root.setLevel(logging.WARNING)  # of libraries: lower levels may contain addresses with tokens
    logging.getLogger("ocrbot").setLevel(level)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("workers").setLevel(level)
    # Our own lines take no way through `logging`, which would cost more than all the rest of a line.
    structlog.configure(
        processors=[*shared, _with_trace, last],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def safe_trace(error: BaseException) -> str:
    """Return the traceback of an error and its causes without the messages of libraries, which may quote a document."""
    return "\n".join(_trace_lines(error))


def _with_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the error of an event by its `safe_trace`."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["trace"] = safe_trace(error)
    return event


def _trace_lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        message = f": {cause}" if isinstance(cause, OcrbotError) else ""
        yield f"{type(cause).__name__}{message}"
        yield "".join(traceback.format_tb(cause.__traceback__)).rstrip()
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
