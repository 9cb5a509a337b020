"""What many requests have in common, prompts and companies: named by digest, and told to a reader that asks for it."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, Final

from bot.domain import wire
from bot.domain.errors import Undecodable
from bot.domain.shared_parts import Naming, PartsByIdentity
from workers.readers.base import FileRequest

_MOST_KNOWN: Final = 256  # parts that a reader keeps: the prompts of a deployment, and what some people wrote

Tell = Callable[[Sequence[str]], bytes]
"""Returns the parts of these digests, as `joined` joins them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRequest:
    """A `FileRequest` that names its prompts and companies by their digests, and does not tell whose file it is."""

    prompt: str
    candidates: tuple[str, ...]
    companies: str  # "" for none
    today: date
    first_page: int
    most_pages: int
    request_id: str
    pictures: bool = False
    behind: bool = False

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests that it names, each once."""
        named = (self.prompt, *self.candidates, *([self.companies] if self.companies else []))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Namer:
    """Names the parts of requests; what was encoded once is remembered by its identity."""

    _encoded: PartsByIdentity = field(default_factory=lambda: PartsByIdentity(wire.encode_part))

    def named(self, request: FileRequest) -> tuple[NamedRequest, Mapping[str, bytes]]:
        """Return a request that names its parts, and these parts by digest."""
        naming = Naming(part=self._encoded.part)
        named = NamedRequest(
            prompt=naming.name(request.prompt),
            candidates=tuple(map(naming.name, request.candidates)),
            companies=naming.name(request.companies) if request.companies else "",
            today=request.today,
            first_page=request.first_page,
            most_pages=request.most_pages,
            request_id=request.request_id,
            pictures=request.pictures,
            behind=request.behind,
        )
        return named, naming.parts


@dataclass(frozen=True, slots=True)
class KnownParts:
    """The parts that a reader keeps decoded, those that were used last. Safe to use from several threads."""

    _parts: "OrderedDict[str, object]" = field(default_factory=OrderedDict)
    _changing: Lock = field(default_factory=Lock)

    def request(self, named: NamedRequest, tell: Tell) -> FileRequest:
        """Return the request with its parts; `tell` is called at most once, for those that are not known yet.

        Raises `Undecodable`, and what `tell` raises.
        """
        with self._changing:  # what another file has just asked for is waited for
            part = self._together(named.digests, tell)
        return FileRequest(
            prompt=part[named.prompt],
            candidates=tuple(part[digest] for digest in named.candidates),
            companies=part[named.companies] if named.companies else (),
            today=named.today,
            first_page=named.first_page,
            most_pages=named.most_pages,
            request_id=named.request_id,
            pictures=named.pictures,
            behind=named.behind,
        )

    def _together(self, digests: Sequence[str], tell: Tell) -> Mapping[str, Any]:
        missing = [digest for digest in digests if digest not in self._parts]
        if missing:
            told = tell(missing).split(b"\n")
            if len(told) != len(missing):
                raise Undecodable(f"{len(told)} parts of {len(missing)} that were asked for")
            self._parts.update(zip(missing, map(wire.decode_part, told), strict=True))
        for digest in digests:
            self._parts.move_to_end(digest)
        found = {digest: self._parts[digest] for digest in digests}
        while len(self._parts) > _MOST_KNOWN:
            self._parts.popitem(last=False)
        return found


def joined(parts: Mapping[str, bytes], digests: Sequence[str]) -> bytes:
    """Return those of these digests that there are, one a line: JSON on one line has no line break."""
    return b"\n".join(parts[digest] for digest in digests if digest in parts)
