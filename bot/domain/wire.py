"""Domain types as JSON with a version, for Redis and between processes.

All is written with version 2, tasks that name their prompts and companies by digest with version 3. Payloads of version
1 are read too, and upgraded.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.domain.document import Outcome
from bot.domain.errors import Undecodable
from bot.domain.message import Recipient
from bot.domain.organisation import Company
from bot.domain.prompt import Prompt
from bot.domain.shared_parts import Naming, Part, Resolving
from bot.domain.task import Task
from bot.domain.wire_v1 import UPGRADES

VERSION = 2
NAMING_VERSION = 3
_SHARED: Any = Prompt | tuple[Company, ...]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What can be told of a task that this version cannot read: whom to answer, since when, how many files it has."""

    recipient: Recipient
    received_at: float  # Unix seconds
    files: int = 0


class MissingParts(Exception):  # noqa: N818 - the caller fetches them and tries again
    """A task names parts that the caller does not know: `digests`. Of `task` only the content is incomplete."""

    def __init__(self, digests: tuple[str, ...], task: Task) -> None:
        super().__init__(f"not known: {', '.join(digests)}")
        self.digests = digests
        self.task = task


_VERSION_OF = re.compile(rb'\s*\{\s*"version"\s*:\s*(\d{1,9})\b')


def _prefix(version: int) -> bytes:
    return b'{"version":%d,"body":' % version


_PREFIX, _PREFIX_BEFORE, _PREFIX_NAMING = _prefix(VERSION), _prefix(VERSION - 1), _prefix(NAMING_VERSION)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def prepare(*kinds: type) -> None:
    """Build the adapters for these kinds, some 20 ms each, before a process forks."""
    for kind in (*kinds, Outcome, _SHARED):
        _adapter(kind)


def encode(value: object) -> bytes:
    """Return `value`, a domain dataclass, as UTF-8 JSON, wrapped as `{"version": 2, "body": …}`."""
    return _PREFIX + _json(value) + b"}"


def encode_task(task: Task, part: Callable[[object], Part]) -> tuple[bytes, Mapping[str, bytes]]:
    """Return a task as JSON that names its prompts and companies by digest, and these parts by digest.

    `part` makes a part of a value that was encoded with `encode_part`.
    """
    naming = Naming(part=part)
    return _PREFIX_NAMING + _json(task, naming) + b"}", naming.parts


def encode_part(value: object) -> bytes:
    """Return a prompt or a list of companies as JSON."""
    return _PREFIX + _adapter(_SHARED).dump_json(value) + b"}"


def decode_part(payload: bytes) -> object:
    """Return the prompt or the list of companies in `payload`; raises `Undecodable`."""
    part: object = _decode(_SHARED, payload)
    return part


def decode_task(payload: bytes, known: Mapping[str, object]) -> Task:
    """Return the task in `payload`, of any version, with the parts that it names from `known`.

    Raises `Undecodable`, or `MissingParts` with all that are not among them.
    """
    if not payload.startswith(_PREFIX_NAMING):
        return decode(Task, payload)
    resolving = Resolving(known=known)
    task: Task = _body(Task, payload, len(_PREFIX_NAMING), resolving)
    if resolving.missing:
        raise MissingParts(tuple(dict.fromkeys(resolving.missing)), task)
    return task


def envelope_of(payload: bytes) -> Envelope | None:
    """Return what can be told of a task in a payload of whatever version; None if it holds no task of any."""
    try:
        body = json.loads(payload)["body"]
        address = body.get("recipient", body.get("address"))
        recipient = _adapter(Recipient).validate_json(json.dumps(address), strict=True)
        return Envelope(recipient=recipient, received_at=float(body["received_at"]), files=_files_in(body))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def is_newer(payload: bytes) -> bool:
    """Return whether a later version than this wrote a payload."""
    version = _VERSION_OF.match(payload)
    return version is not None and int(version[1]) > NAMING_VERSION


def _files_in(body: Mapping[str, Any]) -> int:
    content = body.get("content", body)
    files = content.get("read", content).get("attachments", ())
    return len(files) if isinstance(files, list) else 0


def _json(value: object, naming: Naming | None = None) -> bytes:
    kind: Any = type(value)
    if not isinstance(value, Task):
        return _adapter(kind).dump_json(value)
    # Pydantic serialises a union twice, first as a trial: serialise the member by its own type instead.
    content: Any = type(value.content)
    envelope = _adapter(kind).dump_json(value, exclude={"content"})
    return envelope[:-1] + b',"content":' + _adapter(content).dump_json(value.content, context=naming) + b"}"


def decode(kind: type[_T], payload: bytes) -> _T:
    """Return the value in `payload`, written with this version or the one before; else raises `Undecodable`."""
    value: _T = _decode(kind, payload)
    return value


def decode_outcome(payload: bytes) -> Outcome:
    """Return the `Document` or `Failure` in `payload`; raises `Undecodable` if it holds neither."""
    outcome: Outcome = _decode(Outcome, payload)
    return outcome


def _decode(kind: Any, payload: bytes) -> Any:
    if payload.startswith(_PREFIX):
        return _body(kind, payload, len(_PREFIX))
    if not payload.startswith(_PREFIX_BEFORE):
        raise Undecodable(f"not a payload of version {VERSION} or {VERSION - 1}: {payload[:40]!r}")
    if kind not in UPGRADES:
        return _body(kind, payload, len(_PREFIX_BEFORE))
    old_kind, upgrade = UPGRADES[kind]
    return upgrade(_body(old_kind, payload, len(_PREFIX_BEFORE)))


def _body(kind: Any, payload: bytes, begin: int, context: Resolving | None = None) -> Any:
    if not payload.endswith(b"}"):
        raise Undecodable(f"cut off: {payload[-40:]!r}")
    try:
        return _adapter(kind).validate_json(payload[begin:-1], strict=True, context=context)
    except ValidationError as error:
        raise Undecodable(f"not a {kind}: {error.errors(include_input=False)[0]['msg']}") from error
