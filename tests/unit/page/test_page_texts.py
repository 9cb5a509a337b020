"""The sentences of the page: the same in both languages, and none that a module asks for is missing."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.api.page.assets import FOLDER

ROOMS = sorted(path.stem for path in (FOLDER / "texts" / "zh").glob("*.json"))
SAID = re.compile(r"""\bt\(\s*["'`]([a-z_]+(?:\.[a-z_]+)+)["'`]""")
PLURAL = {"one", "other"}


def sentences(language: str, room: str) -> dict[str, str]:
    """Return the sentences of a room by their path; a sentence with plural forms counts once, as its last one."""
    texts = json.loads((FOLDER / "texts" / language / f"{room}.json").read_text(encoding="utf-8"))
    return dict(_flat(texts, room))


def _flat(texts: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(texts, str):
        yield path, texts
    elif set(texts) <= PLURAL:
        yield path, texts["other"]
    else:
        for key, value in texts.items():
            yield from _flat(value, f"{path}.{key}")


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_say_the_same(room: str) -> None:
    chinese, english = sentences("zh", room), sentences("en", room)
    assert chinese.keys() == english.keys()
    assert {key for key in chinese if places(chinese[key]) != places(english[key])} == set()


def test_no_module_asks_for_a_sentence_that_is_not_there() -> None:
    said = {key for room in ROOMS for key in sentences("zh", room)}
    asked = {
        (path.name, key) for path in FOLDER.rglob("*.js") for key in SAID.findall(path.read_text(encoding="utf-8"))
    }
    assert {(name, key) for name, key in asked if key not in said} == set()


def test_no_module_holds_a_sentence_of_its_own() -> None:
    chinese = re.compile(r"[一-鿿]")
    found = {
        path.name
        for path in FOLDER.rglob("*.js")
        if chinese.search(re.sub(r'"中文"', "", path.read_text(encoding="utf-8")))
    }
    assert found == set()


def test_no_module_writes_markup_as_text() -> None:
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function")
    found = {path.name for path in FOLDER.rglob("*.js") if markup.search(path.read_text(encoding="utf-8"))}
    assert found == set()


def test_no_file_asks_another_site_for_anything() -> None:
    elsewhere = re.compile(r"https?://(?!www\.w3\.org/2000/svg)")
    files = [*FOLDER.rglob("*.*"), *(Path(FOLDER.parent) / "templates").iterdir()]
    assert {path.name for path in files if elsewhere.search(path.read_text(encoding="utf-8"))} == set()
