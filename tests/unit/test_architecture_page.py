"""The page for newcomers names every room, and no room or file that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
INSIDE = {"bot/lookalike", "workers/engines", "workers/files"}  # rooms whose own folders the page leaves to them


def rooms_on_the_page() -> set[str]:
    tree = PAGE.partition("<!-- rooms -->")[2].split("```")[1]
    rooms, above = set(), [""]
    for line in tree.strip("\n").split("\n"):
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth:] = [line.split()[0]]
        rooms.add("".join(above).rstrip("/"))
    return rooms


def test_every_room_is_on_the_page() -> None:
    packages = {
        str(path.parent.relative_to(ROOT))
        for package in ("bot", "workers")
        for path in (ROOT / package).rglob("__init__.py")
    }
    known = {name for name in packages if not any(name.startswith(f"{room}/") for room in INSIDE)}
    assert known <= rooms_on_the_page()


def test_the_page_names_nothing_that_is_not_there() -> None:
    assert [room for room in rooms_on_the_page() if not (ROOT / room).exists()] == []
    named = {path for path in re.findall(r"`((?:bot|workers|config|docs)/[\w/.]+)`", PAGE) if "NAME" not in path}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
