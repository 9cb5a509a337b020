"""Domain types as JSON with a version, for Redis and between processes.

Payloads are written with the present version. Those of the version before are read too, and upgraded.
"""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.domain.document import Outcome
from bot.domain.errors import Undecodable
from bot.domain.task import Task
from bot.domain.wire_v1 import UPGRADES

VERSION = 2
_T = TypeVar("_T")


def _prefix(version: int) -> bytes:
    return b'{"version":%d,"body":' % version


_PREFIX, _PREFIX_BEFORE = _prefix(VERSION), _prefix(VERSION - 1)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def prepare(*kinds: type) -> None:
    """Build the adapters for these kinds, some 20 ms each, before a process forks."""
    for kind in (*kinds, Outcome):
        _adapter(kind)


def encode(value: object) -> bytes:
    """Return `value`, a domain dataclass, as UTF-8 JSON, wrapped as `{"version": 2, "body": …}`."""
    return _PREFIX + _json(value) + b"}"


def _json(value: object) -> bytes:
    kind: Any = type(value)
    if not isinstance(value, Task):
        return _adapter(kind).dump_json(value)
    # Pydantic serialises a union twice, first as a trial: serialise the member by its own type instead.
    content: Any = type(value.content)
    envelope = _adapter(kind).dump_json(value, exclude={"content"})
    return envelope[:-1] + b',"content":' + _adapter(content).dump_json(value.content) + b"}"


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


def _body(kind: Any, payload: bytes, begin: int) -> Any:
    if not payload.endswith(b"}"):
        raise Undecodable(f"cut off: {payload[-40:]!r}")
    try:
        return _adapter(kind).validate_json(payload[begin:-1], strict=True)
    except ValidationError as error:
        raise Undecodable(f"not a {kind}: {error.errors(include_input=False)[0]['msg']}") from error
