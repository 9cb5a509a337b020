from workers.parsing.json_marks import CUT_WORD, STRING_BODY, TAIL, WORD, as_written
from workers.parsing.json_reader import DEPTH, KEY_LENGTH, NOTHING, Reader


class NotJsonError(ValueError):
    """The text is not the beginning of any JSON."""


class StrictReader(Reader):
    """Reads what is JSON, or the beginning of it; raises `NotJsonError` for anything else."""

    def members(self, path: tuple[str, ...]) -> str:
        """Read an object from behind its brace; return it as lines of keys and values."""
        rows = []
        while True:
            self.space()
            if self.take("}") or self.at_end():
                break
            key = self._string()
            self.space()
            if self.at_end():
                break
            if not self.take(":"):
                raise NotJsonError
            self.confirm()
            rows.append(f"{key} {self._value((*path, key[:KEY_LENGTH]))}")
            if not self._more("}"):
                break
        if not self.ended:
            self.confirm()
        return "\n".join(rows)

    def _items(self, path: tuple[str, ...]) -> str:
        items = []
        while True:
            self.space()
            if self.take("]") or self.at_end():
                break
            items.append(self._value(path, listed=True))
            if not self._more("]"):
                break
        return "\n".join(items)

    def _more(self, closing: str) -> bool:
        self.space()
        if self.at_end() or self.take(closing):
            return False
        if not self.take(","):
            raise NotJsonError
        return True

    def _value(self, path: tuple[str, ...], *, listed: bool = False) -> str:
        self.space()
        if self.at_end():
            return ""
        opening = self.text[self.pos]
        if opening in "{[" and len(path) < DEPTH:
            self.pos += 1
            inner = (*path, "") if listed and opening == "[" else path
            value = self.members(path) if opening == "{" else self._items(inner)
        else:
            value = self._string() if opening == '"' else self._word()
        if not listed:
            self.keep(path, value)
            if opening in "{[" and not self.ended:
                self.confirm()
        return value

    def _string(self) -> str:
        body = STRING_BODY.match(self.text, self.pos)
        if body is None:
            raise NotJsonError
        self.pos = body.end()
        if not self.take('"'):
            if TAIL.fullmatch(self.text, self.pos) is None or "\n" in body[1]:
                raise NotJsonError
            self.pos = len(self.text)
            self.ended = True
        return as_written(body[1])

    def _word(self) -> str:
        word = WORD.match(self.text, self.pos)
        if word is None or word.end() == len(self.text):
            word = CUT_WORD.fullmatch(self.text, self.pos)
        if word is None:
            raise NotJsonError
        self.pos = word.end()
        return "" if word[0] in NOTHING else word[0]
