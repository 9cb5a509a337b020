"""How duplicates of a document are recognised (查重), and whose documents are compared."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.document import Field, Match, Status
from bot.domain.message import DingTalkConversation, Recipient
from bot.domain.organisation import DuplicateScope
from bot.domain.prompt import DuplicateKeys, squeezed

_WHOLE_NUMBER: Final = 20  # digits of a 数电票's number, which needs no code: it is unique in the country


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Something by which two documents can be the same; `digest` reveals no value."""

    match: Match
    digest: str
    decides: bool = True  # False: stored only for documents that have nothing better to compare


def likenesses(fields: Sequence[Field], keys: DuplicateKeys, data: bytes, *, paper: int = 0) -> tuple[Likeness, ...]:
    """Return what identifies a document with these `fields`, one `paper` of the file `data`, the surest first.

    Papers count from 0. That is its number (20 digits alone, fewer together with its code), the fields that replace the
    number if none of them is doubtful, and the file's bytes.
    """
    return tuple(_likenesses(fields, keys, data, paper))


def _likenesses(fields: Sequence[Field], keys: DuplicateKeys, data: bytes, paper: int) -> Iterator[Likeness]:
    values = {field.key: squeezed(field.value) for field in fields if field.value and "*" not in field.value}
    sure = {field.key for field in fields if field.status is not Status.DOUBTFUL}
    number, code = values.get(keys.number, ""), values.get(keys.code, "")
    numbered = bool(number) and (not keys.code or len(number) == _WHOLE_NUMBER or bool(code))
    if numbered:
        alone = not keys.code or len(number) == _WHOLE_NUMBER
        yield Likeness(match=Match.NUMBER, digest=_digest(Match.NUMBER, *(() if alone else (code,)), number))
    if keys.otherwise and all(key in values and key in sure for key in keys.otherwise):
        content = _digest(Match.CONTENT, *(values[key] for key in keys.otherwise))
        yield Likeness(match=Match.CONTENT, digest=content, decides=not numbered)
    which = (str(paper),) if paper else ()
    yield Likeness(match=Match.FILE, digest=_digest(Match.FILE, hashlib.sha256(data).hexdigest(), *which))


def scope_of(recipient: Recipient, scope: DuplicateScope) -> str | None:
    """Return a name shared by all people whose documents are compared with each other, None if none are compared.

    People outside the company have no staff id: conversation and nickname replace it. A client of the API is a person
    and a group of its own.
    """
    if scope is DuplicateScope.OFF:
        return None
    if scope is DuplicateScope.COMPANY:
        return scope.value
    if not isinstance(recipient, DingTalkConversation):
        return f"{scope.value} {recipient.person}"
    if scope is DuplicateScope.GROUP:
        return f"{scope.value} {recipient.conversation_id}"
    return f"{scope.value} {recipient.staff_id or f'{recipient.conversation_id} {recipient.nick}'}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
