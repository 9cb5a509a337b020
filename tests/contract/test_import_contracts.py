"""Each contract of import-linter in pyproject.toml catches an import that it forbids, and no other contract does."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
NAMES = [contract["name"] for contract in CONTRACTS]
LINTER = Path(sys.executable).with_name("lint-imports")

# By contract: the package into which a module is planted, or the module that is added to, and what it imports.
VIOLATIONS = {
    "the bot's rooms: data walks down the list and does not come back up": ("bot/domain", "bot.storage"),
    "the API's rooms: data walks down the list and does not come back up": ("bot/api/problems.py", "bot.api.limits"),
    "the API knows neither DingTalk nor how anything is read": ("bot/api/routes", "bot.dingtalk.limits"),
    "the workers' rooms: data walks down the list and does not come back up": ("workers/layout", "workers.files"),
    "a reply is made from views, which are made once from a document: data walks down the list": (
        "bot/domain/replying/masking.py",
        "bot.domain.replying.reply",
    ),
    "the bot never imports the workers; only the wiring joins them": ("bot/service", "workers.jobs"),
    "the workers import the domain, and of the bot's other rooms only what is in Redis": (
        "workers/reading",
        "bot.config",
    ),
    "only the steps and the workers' entry know what is in Redis": ("workers/reading", "redis"),
    "the domain does no I/O, has no clock and no environment": ("bot/domain/checking", "time"),
    "extraction, parsing and layout do no I/O": ("workers/extraction", "httpx"),
    "the engines do not know each other": ("workers/engines/cpu", "workers.engines.vllm"),
    "dingtalk_stream is imported in one file": ("bot/dingtalk", "dingtalk_stream"),
    "rq is imported by the queue and by the workers' entry": ("bot/storage", "rq"),
    "the look-alike shares no code with what is tried on it": ("bot/lookalike", "bot.domain"),
    "only the demo starts the look-alike": ("bot/service", "bot.lookalike"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for package in ("bot", "workers"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def broken_contracts(copy: Path) -> list[str]:
    done = subprocess.run(
        [LINTER, "--no-logo", "--cache-dir", copy / "cache"],
        cwd=copy,
        env={"COLUMNS": "500", "NO_COLOR": "1"},  # one line for each contract, however long its name
        capture_output=True,
        text=True,
        check=False,
    )
    checked = [name for name in NAMES if f"\n{name} KEPT" in done.stdout or f"\n{name} BROKEN" in done.stdout]
    assert checked == NAMES, done.stdout + done.stderr
    return [name for name in NAMES if f"\n{name} BROKEN" in done.stdout]


def test_every_contract_has_its_violation() -> None:
    assert sorted(VIOLATIONS) == sorted(NAMES)


def test_the_code_keeps_every_contract(copy: Path) -> None:
    assert broken_contracts(copy) == []


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_forbidden_import_breaks_its_contract_and_no_other(copy: Path, contract: str) -> None:
    place, imported = VIOLATIONS[contract]
    planted = copy / place if place.endswith(".py") else copy / place / "planted.py"
    before = planted.read_text(encoding="utf-8") if planted.exists() else None
    planted.write_text(f"{before or ''}\nimport {imported}\n", encoding="utf-8")
    try:
        assert broken_contracts(copy) == [contract]
    finally:
        planted.unlink()
        if before is not None:
            planted.write_text(before, encoding="utf-8")
