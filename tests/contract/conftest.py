import shutil
from pathlib import Path

import pytest

from tests.fakes.fake_terminal import Terminal, small_set

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("accepted"))
    return Terminal(tmp_path / "config")


@pytest.fixture
def small(tmp_path: Path) -> Terminal:
    return small_set(tmp_path / "config")
