"""How a Chinese sentence with values in it becomes the English one with the same values.

A template has names in braces for what varies: `金额 {amount} 加税额 {tax}`. Its English has the same names. Most
values stay as they are; those with a name of `_TOLD` are told in English themselves.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A Chinese sentence as a pattern, and its English; `weight` is the number of characters that never vary."""

    pattern: re.Pattern[str]
    english: str
    weight: int

    def of(self, match: re.Match[str]) -> str:
        """Return the English with the values of a match."""
        return self.english.format_map({name: _told(name, value) for name, value in match.groupdict().items()})


def translations(pairs: Iterable[tuple[str, str]]) -> tuple[Translation, ...]:
    """Return the translations of templates with their English, those with the longest fixed text first."""
    return tuple(sorted((_translation(*pair) for pair in pairs), key=lambda one: -one.weight))


def _translation(chinese: str, english: str) -> Translation:
    parts = _NAME.split(chinese)
    pattern = "".join(f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return Translation(
        pattern=re.compile(pattern, re.DOTALL), english=english, weight=sum(len(part) for part in parts[::2])
    )


def _told(name: str, value: str) -> str:
    return _TOLD[name](value) if name in _TOLD else value


def _listed(value: str) -> str:
    listed = value.replace("、", ", ")
    return re.sub(r" 等( \d+ [个家])?$", " and others", listed)


def _alternatives(value: str) -> str:
    return _listed(value).replace("”或“", "” or “").replace(" 或 ", " or ").replace("（", " (").replace("）", ")")


def _pages(value: str) -> str:
    """Return “Page 2” for “第 2 页”, “Pages 2–4” for “第 2–4 页”, and “The picture” for “图”."""
    numbers = value.removeprefix("第 ").removesuffix(" 页")
    if numbers == value:
        return "The picture"
    return f"{'Page' if numbers.isdecimal() else 'Pages'} {_listed(numbers)}"


def _worded(words: Mapping[str, str]) -> Callable[[str], str]:
    """Return how to tell a list of words and values, each word as in `words`."""
    known = re.compile("|".join(map(re.escape, words)))
    return lambda value: known.sub(lambda match: words[match[0]], value).replace("，", ", ")


_TOLD: Final[Mapping[str, Callable[[str], str]]] = {
    "names": _listed,
    "either": _alternatives,
    "pages": _pages,
    "further": lambda value: _pages(value.replace(" 到 ", "–")).lower(),
    "sources": _worded(
        {"文件数据为": "the file says", "二维码为": "the QR code says", "图上读作": "the picture was read as"}
    ),
    "places": _worded(
        {"附带的数据为": "the attached data say", "文件属性为": "its properties say", "版面为": "its page says"}
    ),
    "parts": lambda value: value.replace(" 加 ", " and "),
    "files": lambda value: _listed(value.replace("」「", "”, “").replace("「", "“").replace("」", "”")),
}
