"""Warnings and failures in English: each sentence has one, and what is in it stays."""

import inspect
import re
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import get_type_hints

import pytest

from bot.domain.texts import failures, unreadable, warnings
from bot.domain.texts.english import failures as english_failures
from bot.domain.texts.english import unreadable as english_unreadable
from bot.domain.texts.english import warnings as english_warnings
from bot.domain.texts.english.sentences import english, in_language

TWINS = [(warnings, english_warnings), (failures, english_failures), (unreadable, english_unreadable)]
VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,#%-]*")
CHINESE = re.compile("[\u3400-\u9fff、。，；：「」（）]")

# An ending of others, and one that only chats are told.
WITHOUT = {"in_file", "archive_note"}

# What a parameter may be, where its type does not say it.
GIVEN: dict[str, list[tuple[object, ...]]] = {
    "reading_doubtful": [
        ("coordinates",),
        ("empty",),
        ("loop",),
        ("cut",),
        ("summary",),
        ("unparsable",),
        ("untranslated",),
    ],
    "doubt_sources_differ": [
        ([("embedded", "3,400.00"), ("qr", "3400.01"), ("model", "3,406.00")],),
        ([("qr", "044001900111"), ("cpu", "044001900117")],),
        ([("cpu", "1.00"), ("model", "7.00")],),
    ],
    "doubt_places_differ": [([(warnings.PLACE_ATTACHED, "2024-01-02"), (warnings.PLACE_PRINTED, "2024-01-05")],)],
    "doubt_second_engine": [("12.50", "72.50"), ("12.50", "")],
    "doubt_text_layer": [("12.50", "72.50"), ("12.50", "")],
    "weak_picture": [(kind, pages) for kind in ("small", "dark", "blurred") for pages in ([], [2], [2, 7])],
    "too_blurry": [([],), ([2],), (range(1, 15),)],
    "several_papers_on_page": [([],), ([2, 3],)],
    "pages_offered": [(1, 20, 45), (1, 1, 2)],
    "doubt_buyer_unknown": [([("Acme Ltd", "91440101MA5AQ1QN7K")],), ([(f"Acme {n}", f"9144{n}") for n in range(5)],)],
    "archive_locked": [(["a.pdf"],), ([f"{n}.pdf" for n in range(5)],)],
    "picture_too_many_pixels": [(20_000, 9_000, 100_000_000)],
    "doubt_parts": [(["100.00", "6.00", "107.00"],)],
}
BY_TYPE: dict[object, Sequence[object]] = {
    str: ("3,400.00", "A-17 2024-05-06", "gasoline 92#", "¥12.5", "4.0 %"),
    int: (37, 41, 53),
    Sequence[str]: (["Acme Ltd", "Globex", "12.00"], ["Acme Ltd"]),
    Sequence[int]: ([18, 20], [18]),
}


def sentence_functions(module: ModuleType) -> dict[str, Callable[..., str]]:
    found = inspect.getmembers(module, inspect.isfunction)
    return {name: one for name, one in found if one.__module__ == module.__name__ and not name.startswith("_")}


def arguments(name: str, function: Callable[..., str]) -> list[tuple[object, ...]]:
    if name in GIVEN:
        return GIVEN[name]
    types = [kind for parameter, kind in get_type_hints(function).items() if parameter != "return"]
    return [
        tuple(BY_TYPE[kind][(number + turn) % len(BY_TYPE[kind])] for number, kind in enumerate(types))
        for turn in (0, 1)
    ]


CASES = [
    pytest.param(function, given, id=f"{name}-{number}")
    for module, _ in TWINS
    for name, function in sentence_functions(module).items()
    if name not in WITHOUT
    for number, given in enumerate(arguments(name, function))
]


@pytest.mark.parametrize(("function", "given"), CASES)
def test_a_sentence_has_an_english_one_with_the_same_values(
    function: Callable[..., str], given: tuple[object, ...]
) -> None:
    told = english(function(*given))
    assert told
    assert not CHINESE.search(told.replace("“日”", ""))
    kept = set(VALUE.findall(function(*given))) & set(VALUE.findall(" ".join(map(str, _flat(given)))))
    assert {value for value in kept if value not in told} == set()


def _flat(given: object) -> list[object]:
    if isinstance(given, str | int):
        return [given]
    return [leaf for one in given for leaf in _flat(one)] if isinstance(given, Sequence) else []


@pytest.mark.parametrize(("chinese", "in_english"), TWINS)
def test_every_sentence_function_has_a_twin_and_no_twin_is_left_over(
    chinese: ModuleType, in_english: ModuleType
) -> None:
    assert set(in_english.SENTENCES) == set(sentence_functions(chinese))
    assert {name for name, pairs in in_english.SENTENCES.items() if not pairs} <= WITHOUT


def test_every_template_is_of_a_sentence_that_is_told() -> None:
    told = {english(case.values[0](*case.values[1])) for case in CASES}  # type: ignore[operator, misc]
    heads = [
        re.split(r"\{", pair[1])[0] for _, module in TWINS for pairs in module.SENTENCES.values() for pair in pairs
    ]
    assert [head for head in heads if not any(one.startswith(head) for one in told)] == []


def test_a_value_from_the_file_itself_is_told_with_who_to_ask() -> None:
    doubt = warnings.in_file(warnings.doubt_sum("100.00", "6.00", "107.00"))
    assert english(doubt) == (
        "The amount 100.00 and the tax 6.00 do not add up to the total 107.00; "
        "the file itself says so: ask who issued it"
    )


def test_names_and_values_stay_as_they_are() -> None:
    assert english(warnings.doubt_buyer_unknown([("广州海珠商贸有限公司", "91440101MA5AQ1QN7K")])) == (
        "The buyer is not this company; it should be “广州海珠商贸有限公司 (91440101MA5AQ1QN7K)”; "
        "confirm it before it is reimbursed"
    )
    assert english(warnings.required_missing(["发票号码", "开票日期"])) == (
        "Not read: 发票号码, 开票日期; look at the original"
    )


def test_several_sentences_are_told_one_after_the_other() -> None:
    sentences = unreadable.archive_empty() + unreadable.archive_locked(["a.pdf"]) + unreadable.archive_over(3, 50)
    assert english(sentences).endswith(
        "These have passwords: “a.pdf”. Send them without. At most 50 are read at once; send the other 3 anew."
    )


def test_what_has_no_english_stays_chinese() -> None:
    assert in_language("这句话没有英文。", "en") == "这句话没有英文。"
    assert in_language(warnings.doubt_unclear(), "zh") == warnings.doubt_unclear()
