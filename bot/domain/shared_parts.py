"""Parts that many tasks have in common, such as prompts: on the wire a task may name one by its digest.

A part's digest is that of its bytes, so that a part never changes under a task that names it.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, SerializerFunctionWrapHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

_DIGEST_CHARACTERS: Final = 32  # 128 bits, for some parts hold words that people wrote
_MOST_KNOWN: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part as it is stored: its JSON under its digest."""

    digest: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A context for encoding: each shared part is named by its digest and collected in `parts`."""

    part: Callable[[object], Part]
    parts: dict[str, bytes] = field(default_factory=dict)  # payloads by digest

    def name(self, value: object) -> str:
        """Return the digest of a part and collect the part."""
        part = self.part(value)
        self.parts[part.digest] = part.payload
        return part.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolving:
    """A context for decoding: the parts that are known, and the digests that were asked for in vain."""

    known: Mapping[str, object]
    missing: list[str] = field(default_factory=list)

    def part(self, digest: str) -> object:
        """Return the part of this digest; if it is not known, None, so that all that are missing are found."""
        value = self.known.get(digest)
        if value is None:
            self.missing.append(digest)
        return value


@dataclass(frozen=True, slots=True)
class Shared:
    """An annotation: the value may stand on the wire as the digest of a shared part."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the value itself or, where the context knows parts, of a digest."""
        named = core_schema.with_info_after_validator_function(_resolved, core_schema.str_schema())
        return core_schema.union_schema(
            [named, handler(source)],
            mode="left_to_right",
            serialization=core_schema.wrap_serializer_function_ser_schema(
                _named, is_field_serializer=False, info_arg=True, schema=handler(source)
            ),
        )


def _resolved(digest: str, info: ValidationInfo) -> object:
    if not isinstance(info.context, Resolving):
        raise ValueError("a part is named where none is known")  # noqa: TRY004 - Pydantic reports it
    return info.context.part(digest)


def _named(value: object, write: SerializerFunctionWrapHandler, info: Any) -> object:
    is_named = isinstance(info.context, Naming) and value != ()  # an empty list is shorter than a digest
    return info.context.name(value) if is_named else write(value)


def digest_of(payload: bytes) -> str:
    """Return the digest under which a part is stored: 32 characters of [0-9a-f]."""
    return hashlib.sha256(payload).hexdigest()[:_DIGEST_CHARACTERS]


class PartsByIdentity:
    """The parts that a process encodes, so that each prompt of a configuration is encoded once, not once a message."""

    def __init__(self, encode: Callable[[object], bytes]) -> None:
        self._encode = encode
        self._known: OrderedDict[int, tuple[object, Part]] = OrderedDict()
        self._lock = Lock()

    def part(self, value: object) -> Part:
        """Return a value as a part."""
        known = self._known.get(id(value))
        if known is not None:  # the value is kept, so that no other gets its id
            return known[1]
        payload = self._encode(value)
        part = Part(digest=digest_of(payload), payload=payload)
        with self._lock:
            self._known[id(value)] = value, part
            while len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return part
