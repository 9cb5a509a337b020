"""Reads JSON as models write it: strictly if it is JSON, else by what it must mean.

Nothing is made up: values and numbers stay as they stand in the text. A value that ends with the text, instead of by
its own end, is marked as cut.
"""

import re
from dataclasses import dataclass

from workers.parsing.json_strict import (
    AFTER_ITEM,
    AFTER_VALUE,
    ANY_KEY,
    BARE_EVENT,
    BARE_ITEM,
    BETWEEN,
    CLOSING,
    DEPTH,
    FENCE,
    KEY_LENGTH,
    KEYS,
    LAST_BRACE,
    NOTHING,
    OBJECT,
    QUOTED_KEY,
    QUOTES,
    RESUME,
    JsonReader,
    JsonValue,
    NotJsonError,
    StrictReader,
    as_written,
    event_in,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonReading:
    """The values in a text: `repaired` if it was not valid JSON, `complete` if nothing was cut off."""

    values: tuple[JsonValue, ...] = ()
    repaired: bool = False
    complete: bool = True
    present: bool = False  # there was an object, even an empty one


class LenientReader(JsonReader):
    """Reads text that resembles JSON. A string ends at the quote that is followed by a key or the end of the object."""

    def members(self, path: tuple[str, ...]) -> str:
        """Read an object after its opening brace, and return it as lines of keys and values."""
        rows = []
        while not self.ended:
            self.pos = BETWEEN.match(self.text, self.pos).end()  # type: ignore[union-attr] # it also matches nothing
            if self.take("}｝") or FENCE.match(self.text, self.pos):
                self.confirm()
                break
            if self.at_end():
                break
            key = ANY_KEY.match(self.text, self.pos)
            if key is None:
                self._skip()
                continue
            self.pos = key.end()
            self.confirm()
            name = as_written(key[1].strip(QUOTES))
            value = self._value((*path, name[:KEY_LENGTH]), quoted=key[1][0] in QUOTES)
            rows.append(f"{name} {value}")
        return "\n".join(rows)

    def _skip(self) -> None:
        """Skip to the next key or the end of the object."""
        following = RESUME.search(self.text, self.pos + 1)
        self.pos = following.start() if following else len(self.text)

    def _value(self, path: tuple[str, ...], *, quoted: bool) -> str:
        self.space()
        if self.at_end():
            return ""
        opening = self.text[self.pos]
        unterminated = False
        if opening in "{｛[" and len(path) < DEPTH:
            self.pos += 1
            value = self._items(path) if opening == "[" else self.members(path)
        elif opening in CLOSING:
            value, unterminated = self._string(AFTER_VALUE[quoted])
        else:
            value = self._bare(quoted=quoted)
        if unterminated:
            self.unterminated.add(len(self.values))
        self.keep(path, value)
        return value

    def _items(self, path: tuple[str, ...]) -> str:
        items = []
        while not self.ended:
            self.pos = BETWEEN.match(self.text, self.pos).end()  # type: ignore[union-attr] # it also matches nothing
            if self.take("]") or self.at_end() or self.text[self.pos] in "}｝" or FENCE.match(self.text, self.pos):
                break
            opening = self.text[self.pos]
            if opening in "{｛[" and len(path) < DEPTH:
                self.pos += 1
                items.append(self._items((*path, "")) if opening == "[" else self.members(path))
            elif opening in CLOSING:
                items.append(self._string(AFTER_ITEM)[0])
            else:
                word = BARE_ITEM.match(self.text, self.pos)
                items.append(word[0].strip() if word else "")
                self.pos = word.end() if word else self.pos + 1
        return "\n".join(items)

    def _string(self, after: re.Pattern[str]) -> tuple[str, bool]:
        """Read a string, and return it and whether it lacks an end of its own."""
        closing = CLOSING[self.text[self.pos]]
        start = self.pos + 1
        for event in event_in(closing).finditer(self.text, start):
            mark = event[0][0]
            if mark == "\\":
                continue
            if mark == "\n":
                ends = KEYS[True].match(self.text, event.end()) or LAST_BRACE.match(self.text, event.end())
                unterminated = True
            else:
                ends = after.match(self.text, event.end())
                unterminated = ends is None
                ends = ends or self._next_key(event.start(), start)
            if ends:
                self.pos = event.start() if unterminated else event.end()
                body = self.text[start : event.start()]
                return as_written(body.rstrip(" \t\r\n,，}｝") if unterminated else body), unterminated
        self.pos = len(self.text)
        body = self.text[start:].rstrip()
        if body[-1:] and body[-1] in closing:  # the closing quote is the end of the text
            return as_written(body[:-1]), False
        self.ended = True
        return as_written(body), True

    def _next_key(self, at: int, start: int) -> re.Match[str] | None:
        """Return the next key if the quote at `at` opens one, after a comma, instead of closing this string."""
        before = self.text[max(start, at - 4) : at].rstrip()
        return QUOTED_KEY.match(self.text, at) if before[-1:] in {",", "，"} else None

    def _bare(self, *, quoted: bool) -> str:
        """Read a value without quotes, up to the next key or the end of the object."""
        start = self.pos
        end = len(self.text)
        for event in BARE_EVENT.finditer(self.text, start):
            mark = event[0][0]
            closes = mark in "}｝" or mark == "`"
            if closes or KEYS[quoted].match(self.text, event.end()) or LAST_BRACE.match(self.text, event.end()):
                end = event.start()
                break
        self.pos = end
        body = self.text[start:end].strip()
        if body[-1:] and body[-1] in QUOTES and not any(quote in body[:-1] for quote in QUOTES):
            body = body[:-1]
        return "" if body in NOTHING else as_written(body)


def read_json(text: str) -> JsonReading:
    """Return the values of all objects in `text`, whatever stands around them; none if there is no object."""
    values: list[JsonValue] = []
    repaired, complete, start = False, True, OBJECT.search(text)
    present = start is not None
    while start is not None:
        # After the first error the rest is not tried strictly again, so every character is read at most twice.
        reader = LenientReader(text, start.end()) if repaired else _strict_reader_or_lenient(text, start.end())
        if isinstance(reader, LenientReader):
            repaired = True
            reader.members(())
        values += reader.json_values()
        complete = complete and not reader.ended
        start = OBJECT.search(text, max(reader.pos, start.end()))
    return JsonReading(values=tuple(values), repaired=repaired, complete=complete, present=present)


def read_members(text: str, *, whole: bool) -> JsonReading:
    """Return the values of lines such as `key: value`; the last one counts as cut unless the text is `whole`."""
    reader = LenientReader(text, 0)
    reader.members(())
    if whole:
        reader.confirm()
    return JsonReading(values=tuple(reader.json_values()), repaired=True, complete=whole, present=True)


def _strict_reader_or_lenient(text: str, start: int) -> StrictReader | LenientReader:
    reader = StrictReader(text, start)
    try:
        reader.members(())
    except NotJsonError:
        return LenientReader(text, start)
    return reader
