"""A container's limit of processor time counts, also where it may run on every core."""

import os
from pathlib import Path

import pytest

from bot.cores import available_cores

ALL = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("group", "cores"),
    [("100000 100000\n", 1), ("50000 100000\n", 1), ("max 100000\n", ALL), ("6400000 100000\n", ALL), ("?\n", ALL)],
)
def test_the_limit_of_a_group_counts(tmp_path: Path, group: str, cores: int) -> None:
    (tmp_path / "cpu.max").write_text(group, encoding="ascii")
    assert available_cores(tmp_path / "cpu.max") == cores


def test_without_a_group_every_core_counts(tmp_path: Path) -> None:
    assert available_cores(tmp_path / "cpu.max") == ALL
