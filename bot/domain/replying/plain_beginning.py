"""The beginning of an answer without Markdown and without addresses, for a platform that refused the whole."""

import re
from typing import Final

_MOST: Final = 500  # characters
_LINK: Final = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,2000}\)")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>()（）]{1,2000}", re.IGNORECASE)
_MARKS: Final = re.compile(r"^[#>]{1,6} ?|[*`~]", re.MULTILINE)


def plain_beginning(text: str) -> str:
    """Return the first 500 characters of Markdown as plain text: links by their words, no address."""
    plain = _MARKS.sub("", _ADDRESS.sub("", _LINK.sub(r"\1", text[: 4 * _MOST]))).strip()
    return plain if len(plain) <= _MOST else plain[:_MOST].rstrip() + "……"
