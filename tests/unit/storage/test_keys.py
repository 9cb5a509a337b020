import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.keys.families import FAMILIES, OCRBOT_FAMILIES
from bot.storage.keys.family import KeyFamily, RedisType
from bot.storage.keys.rq import RQ_FAMILIES
from bot.storage.keys.table import tables
from bot.storage.keys.tasks import FILE, LATEST_OF_PERSON, OPEN_OF_PERSON, TASK
from tests.fakes.redis_schema import families_of

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "redis.md"
IN_MARKS = re.compile(r"<!-- keys -->\n\n(.*)\n<!-- end of keys -->", re.DOTALL)

_PLAIN = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]), min_size=1)
_ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
# Words of the patterns themselves are what could make one key of two families.
_WORDS = st.sampled_from([word for family in FAMILIES for word in re.findall(r"[a-z-]+", family.pattern)])


@st.composite
def keys(draw: st.DrawFn) -> tuple[KeyFamily, str]:
    family = draw(st.sampled_from(FAMILIES))
    parts = [draw(_WORDS | (_ANY if part in family.colons else _PLAIN)) for part in family.parts]
    return family, family.key(*parts)


def test_a_key_is_made_of_its_parts_in_their_order() -> None:
    assert FILE.key("abc", 2) == "ocrbot:file:abc:2"
    assert LATEST_OF_PERSON.key("cid=", "$:LWCP_v1:$x") == "ocrbot:last:cid=:$:LWCP_v1:$x"
    assert TASK.prefix + "abc" == TASK.key("abc")


@pytest.mark.parametrize("parts", [(), ("abc",), ("abc", 1, 2)])
def test_a_key_with_a_part_too_few_or_too_many_is_refused(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        FILE.key(*parts)


def test_parts_hold_colons_only_where_they_may() -> None:
    assert OPEN_OF_PERSON.matches("ocrbot:mine:$:LWCP_v1:$x")
    assert not TASK.matches("ocrbot:task:a:b")
    assert not TASK.matches("ocrbot:task:")
    assert not TASK.matches("xocrbot:task:a")


@given(keys())
def test_no_key_is_of_two_families(found: tuple[KeyFamily, str]) -> None:
    family, key = found
    assert families_of(key) == [family]


def test_every_pattern_is_declared_once_and_says_what_operators_ask() -> None:
    patterns = [family.pattern for family in FAMILIES]
    assert sorted(set(patterns)) == sorted(patterns)
    for family in FAMILIES:
        for sentence in (family.holds, family.if_deleted):
            assert re.fullmatch(r"[A-Z`].*\.", sentence), family.pattern
            assert "|" not in sentence
        assert family.written_by
        assert family.seconds or family.lifetime
        assert set(family.colons) <= set(family.parts)


def test_all_but_the_ledger_and_the_names_in_a_bucket_have_a_time_to_live() -> None:
    assert [family.pattern for family in OCRBOT_FAMILIES if family.seconds is None] == [
        "ocrbot:ledger",
        "ocrbot:bucket",
    ]


def test_keys_are_ours_or_rqs() -> None:
    assert all(family.pattern.startswith("ocrbot:") for family in OCRBOT_FAMILIES)
    assert all(family.pattern.startswith("rq:") for family in RQ_FAMILIES)
    assert {family.written_by for family in RQ_FAMILIES} == {"RQ"}


def test_who_writes_a_key_is_a_module() -> None:
    for family in OCRBOT_FAMILIES:
        for module in family.written_by.split(", "):
            assert (ROOT / "bot" / "storage" / f"{module}.py").is_file(), family.pattern


@pytest.mark.parametrize(
    ("prefix", "modules"), [("ocrbot", {"tasks.py", "shared.py", "request_keys.py"}), ("rq", {"rq.py"})]
)
def test_no_other_module_spells_a_key(prefix: str, modules: set[str]) -> None:
    product = [
        path for room in ("bot", "workers") for kind in ("py", "lua") for path in (ROOT / room).rglob(f"*.{kind}")
    ]
    spelling = re.compile(rf"\b{prefix}:[a-z{{]")
    assert {path.name for path in product if spelling.search(path.read_text(encoding="utf-8"))} == modules


def test_the_page_for_operators_says_what_is_declared() -> None:
    found = IN_MARKS.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] == tables(), "put the output of python -m bot.storage.keys.table between the marks of docs/redis.md"


def test_times_to_live_read_as_people_say_them() -> None:
    rows = {line.split("|")[1].strip(" `"): line.split("|")[3].strip() for line in tables().splitlines() if "`" in line}
    assert rows["ocrbot:claim:{task_id}"] == "26 hours"
    assert rows["ocrbot:result:{digest}"] == "1 hour"
    assert rows["ocrbot:refused:{mode}"] == "10 minutes"
    assert rows["ocrbot:day:{date}"] == "10 days"
    assert rows["ocrbot:ledger"].startswith("none")


def test_types_are_those_that_redis_names() -> None:
    assert {family.type for family in FAMILIES} <= set(RedisType)
