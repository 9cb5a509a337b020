"""Domain types as JSON with a version, for Redis and between processes."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.domain.errors import Undecodable

VERSION = 1
_PREFIX = b'{"version":%d,"body":' % VERSION
_T = TypeVar("_T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def encode(value: object) -> bytes:
    """Return `value`, a domain dataclass, as UTF-8 JSON, wrapped as `{"version": 1, "body": …}`."""
    return _PREFIX + _adapter(type(value)).dump_json(value) + b"}"


def decode(kind: type[_T], payload: bytes) -> _T:
    """Return the value in `payload`; raises `Undecodable` for any other version, shape or type."""
    if not payload.startswith(_PREFIX) or not payload.endswith(b"}"):
        raise Undecodable(f"not a version {VERSION} payload: {payload[:40]!r}")
    try:
        value: _T = _adapter(kind).validate_json(payload[len(_PREFIX) : -1])
    except ValidationError as error:
        raise Undecodable(f"not a {kind}: {error.errors(include_input=False)[0]['msg']}") from error
    return value
