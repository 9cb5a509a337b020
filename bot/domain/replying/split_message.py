"""Split a long reply into messages within the platform's limits."""

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

from bot.domain import texts
from bot.domain.message_limits import MessageLimits
from bot.domain.replying.escape_markdown import guard_start
from bot.domain.replying.join_markdown import paragraphs

_NUMBERS = len("\n\n(10/10)\n\n") * 2  # the most bytes that the numbers of parts take
_FLAG_HALVES = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two of these letters make a flag
_LOOK_BACK = 200  # characters before the last possible cut that are searched for a good one


def size(text: str) -> int:
    """Return the size of `text` in bytes as a string in UTF-8 JSON, with Chinese not escaped."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - len('""')


def split(body: str, limits: MessageLimits, *, title: str, ending: str = "") -> tuple[str, ...]:
    """Return `body` as messages within `limits`, with room for the notice of a repeated send.

    `ending` closes the last message; several are numbered. If there are more messages than may be sent, the last one
    says how much is left out.
    """
    around = (title, ending, texts.answers.left_off(len(body)), texts.answers.repeat_notice(), "\n\n\n\n")
    parts = _packed(body, limits.text_bytes - _NUMBERS - sum(map(size, around)))
    if rest := parts[limits.messages :]:
        *kept, last = parts[: limits.messages]
        parts = [*kept, paragraphs([last, texts.answers.left_off(sum(map(len, rest)))])]
    total = len(parts)
    numbers = [texts.answers.part_number(number, total) if total > 1 else "" for number in range(1, total + 1)]
    endings = [""] * (total - 1) + [ending]
    return tuple(map(paragraphs, zip(numbers, parts, endings, strict=True)))


def _packed(body: str, room: int) -> list[str]:
    """Return `body` cut at line ends into pieces of at most `room` bytes, at least one."""
    parts: list[str] = []
    lines: list[str] = []
    used = 0
    for line in _short_lines(body, room):
        needed = size(line + "\n")
        if used + needed > room:
            parts.append("\n".join(lines).strip("\n"))
            lines, used = [], 0
        lines.append(line)
        used += needed
    parts.append("\n".join(lines).strip("\n"))
    return [part for part in parts if part.strip()] or [""]


def _short_lines(body: str, room: int) -> Iterator[str]:
    for line in body.split("\n"):
        rest = line
        while size(rest + "\n") > room:
            end = _end_of_piece(rest, room - size("\n"))
            yield rest[:end]
            rest = guard_start(rest[end:])
        yield rest


def _end_of_piece(line: str, room: int) -> int:
    """Return where to cut `line` to fit `room` bytes: after a word, else outside Latin words, numbers and clusters."""
    most = max(1, bisect_right(range(len(line) + 1), room, key=lambda end: size(line[:end])) - 1)
    ends = range(most, max(0, most - _LOOK_BACK), -1)
    after_words = (end for end in ends if not line[end - 1].isalnum() and not line[end].isdigit())
    between_words = (end for end in ends if not (_is_latin(line[end - 1]) and _is_latin(line[end])))
    whole = (end for end in (*after_words, *between_words, *ends) if not _continues_cluster(line, end))
    return next(whole, most)


def _is_latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in ".,-")


def _continues_cluster(line: str, end: int) -> bool:
    """Whether the character at `end` belongs to the one before: an accent, a skin tone, the second half of a flag."""
    before, after = line[:end], line[end]
    halves = len(before) - len(before.rstrip(_FLAG_HALVES))
    if after in _FLAG_HALVES and halves % 2:
        return True
    return unicodedata.category(after).startswith("M") or "\U0001f3fb" <= after <= "\U0001f3ff"
