"""Domain types as JSON with a version, for Redis and between processes."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.domain.document import Outcome
from bot.domain.errors import Undecodable

VERSION = 1
_PREFIX = b'{"version":%d,"body":' % VERSION
_T = TypeVar("_T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def prepare(*kinds: type) -> None:
    """Build what encoding and decoding these kinds takes, some 20 ms each, where it is built once for many."""
    for kind in (*kinds, Outcome):
        _adapter(kind)


def encode(value: object) -> bytes:
    """Return `value`, a domain dataclass, as UTF-8 JSON, wrapped as `{"version": 1, "body": …}`."""
    kind: Any = type(value)
    return _PREFIX + _adapter(kind).dump_json(value) + b"}"


def decode(kind: type[_T], payload: bytes) -> _T:
    """Return the value in `payload`; raises `Undecodable` for any other version, shape or type."""
    value: _T = _decode(kind, payload)
    return value


def decode_outcome(payload: bytes) -> Outcome:
    """Return the `Document` or the `Failure` in `payload`; raises `Undecodable`."""
    outcome: Outcome = _decode(Outcome, payload)
    return outcome


def _decode(kind: Any, payload: bytes) -> Any:
    if not payload.startswith(_PREFIX) or not payload.endswith(b"}"):
        raise Undecodable(f"not a version {VERSION} payload: {payload[:40]!r}")
    try:
        return _adapter(kind).validate_json(payload[len(_PREFIX) : -1], strict=True)
    except ValidationError as error:
        raise Undecodable(f"not a {kind}: {error.errors(include_input=False)[0]['msg']}") from error
