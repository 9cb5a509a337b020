import re
from pathlib import Path

import pytest

STORAGE = Path(__file__).resolve().parents[3] / "bot" / "storage"
SCRIPTS = sorted((STORAGE / "lua").glob("*.lua"))
FUNCTIONS = sorted((STORAGE / "lua" / "functions").glob("*.lua"))
LOADED = re.compile(r'scripts\.load\(redis, "(\w+)"(?:, functions="(\w+)")?\)')


def loads() -> set[tuple[str, str]]:
    return {found for path in STORAGE.rglob("*.py") for found in LOADED.findall(path.read_text(encoding="utf-8"))}


def code(path: Path) -> str:
    """A script without its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_says_first_what_goes_in_and_what_comes_out(path: Path) -> None:
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    assert all(line.startswith("--") for line in head.splitlines())
    for what in ("KEYS:", "ARGV:", "Answer:"):
        assert f"-- {what}" in head


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_names_its_arguments_before_it_does_anything(path: Path) -> None:
    numbered = re.compile(r"(?:KEYS|ARGV)\[\d+\]")
    before, _, after = code(path).partition("redis.call")
    assert not numbered.search(after)
    assert numbered.search(before) or "ipairs(KEYS)" in before


@pytest.mark.parametrize("path", [*SCRIPTS, *FUNCTIONS], ids=lambda path: path.stem)
def test_no_script_spells_a_key(path: Path) -> None:
    assert not re.search(r"'\w+:", code(path))


def test_every_file_is_loaded_and_every_load_has_its_file() -> None:
    assert {name for name, _ in loads()} == {path.stem for path in SCRIPTS}
    assert {functions for _, functions in loads()} - {""} == {path.stem for path in FUNCTIONS}


def test_a_script_that_calls_shared_functions_says_after_which_file() -> None:
    for name, functions in loads():
        head = (STORAGE / "lua" / f"{name}.lua").read_text(encoding="utf-8").partition("\n\n")[0]
        assert re.findall(r"After functions/(\w+)\.lua", head) == [functions] * bool(functions)
