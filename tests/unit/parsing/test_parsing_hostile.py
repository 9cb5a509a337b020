"""Texts that make careless patterns look at every character again for every other one."""

from collections.abc import Callable
from typing import Any

import pytest

from workers import parsing

_SIZE = 200_000
_UNITS = [
    *("(", "(1", "(1,2)", "(1,2),", "(1,2),(3", "(1,2),(3,4)", "<ref>", "<ref>a", "<quad>", "</ref>", "<pFig>"),
    *("<pFig>a</pFig>", "{", '{"', '{"a":', '{"a":{', '{"a":[', "[", '"', '"a', '"a":', '"a": "', '"a": "b", '),
    *("{a:1}", '{"a":1 b}', "'", "“", "\\", '\\"', ",", ", ", " ", "\n", "\n ", "}", "} ", "`", "```", "```a", "$$"),
    *("$$a", "|", "|-", "|---|\n", "<table>", "<table", "<td", "<td ", "<td><br>", "<tr>", "</table>", "-", "a"),
    *("图", "图中", "翻译成", "翻译成英文", "flowchart TD\n", "&", "<｜hy_", "<｜", "任何", "没有"),
]


def spotting(text: str) -> object:
    return parsing.parse_spotting(text, width=1000, height=1000)


def fields(text: str) -> object:
    return parsing.parse_fields(text, ["a", "b"])


def guarded(text: str) -> object:
    guard = parsing.LoopGuard()
    return [guard.feed(text[start : start + 50]) for start in range(0, len(text), 50)]


_PARSERS: list[Callable[[str], Any]] = [
    parsing.clean,
    spotting,
    fields,
    parsing.document_text,
    parsing.parse_translation,
    parsing.parse_subtitles,
    parsing.is_no_text,
    parsing.looks_like_summary,
    guarded,
]


@pytest.mark.parametrize("parse", _PARSERS)
@pytest.mark.timeout(120)  # a pattern that goes back over the text takes hours
def test_a_hostile_text_of_200_000_characters_ends(parse: Callable[[str], Any]) -> None:
    for unit in _UNITS:
        parse((unit * (_SIZE // len(unit) + 1))[:_SIZE])


@pytest.mark.parametrize("unit", ["a", '"a": "b", ', "".join(map(chr, range(0x4E00, 0x8E00)))])
def test_a_loop_of_200_000_characters_is_trimmed(unit: str) -> None:
    assert parsing.trim_loop(unit * (_SIZE // len(unit))) == (unit, True)
