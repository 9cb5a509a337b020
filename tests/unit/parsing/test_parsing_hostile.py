"""Texts that make careless patterns look at every character again for every other one."""

from collections.abc import Callable
from typing import Any

import pytest

from workers.engines.vllm.loops import LoopGuard, trim_loop
from workers.parsing.answers import is_no_text, looks_like_summary, parse_translation
from workers.parsing.documents import document_text
from workers.parsing.fields import parse_fields
from workers.parsing.spotting import parse_spotting, without_markup
from workers.parsing.tokens import clean
from workers.parsing.unasked_boxes import without_unasked_boxes

_SIZE = 200_000
_UNITS = [
    *(
        "(",
        "(1",
        "(1,2)",
        "(1,2),",
        "(1,2),(3",
        "(1,2),(3,4)",
        "a(1,2),(3,4)",
        "<ref>",
        "<ref>a",
        "<quad>",
        "</ref>",
        "<pFig>",
    ),
    *("<pFig>a</pFig>", "{", '{"', '{"a":', '{"a":{', '{"a":[', "[", '"', '"a', '"a":', '"a": "', '"a": "b", '),
    *("{a:1}", '{"a":1 b}', "'", "“", "\\", '\\"', ",", ", ", " ", "\n", "\n ", "}", "} ", "`", "```", "```a", "$$"),
    *("$$a", "|", "|-", "|---|\n", "<table>", "<table", "<td", "<td ", "<td><br>", "<tr>", "</table>", "-", "a"),
    *("图", "图中", "翻译成", "翻译成英文", "flowchart TD\n", "&", "<｜hy_", "<｜", "任何", "没有"),
]


def spotting(text: str) -> object:
    return parse_spotting(text, width=1000, height=1000)


def fields(text: str) -> object:
    return parse_fields(text, ["a", "b"])


def guarded(text: str) -> object:
    guard = LoopGuard()
    return [guard.feed(text[start : start + 50]) for start in range(0, len(text), 50)]


_PARSERS: list[Callable[[str], Any]] = [
    clean,
    spotting,
    fields,
    document_text,
    parse_translation,
    without_markup,
    without_unasked_boxes,
    is_no_text,
    looks_like_summary,
    guarded,
]


@pytest.mark.parametrize("parse", _PARSERS)
@pytest.mark.timeout(120)  # a pattern that goes back over the text takes hours
def test_a_hostile_text_of_200_000_characters_ends(parse: Callable[[str], Any]) -> None:
    for unit in _UNITS:
        parse((unit * (_SIZE // len(unit) + 1))[:_SIZE])


@pytest.mark.parametrize("unit", ["a", '"a": "b", ', "".join(map(chr, range(0x4E00, 0x8E00)))])
def test_a_loop_of_200_000_characters_is_trimmed(unit: str) -> None:
    assert trim_loop(unit * (_SIZE // len(unit))) == (unit, True)
