"""The figures that people read are those that the code goes by."""

from pathlib import Path

import pytest

from bot.domain.limits import (
    MEGABYTE,
    MOST_FILE_BYTES,
    MOST_MEMBERS,
    MOST_PAGES,
    MOST_UNPACKED_BYTES,
)

ROOT = Path(__file__).resolve().parents[3]
FILE, UNPACKED = MOST_FILE_BYTES // MEGABYTE, MOST_UNPACKED_BYTES // MEGABYTE


@pytest.mark.parametrize(
    ("readme", "figures"),
    [
        (
            "README.md",
            (
                f"scanned file {MOST_PAGES} pages",
                f"of a zip {MOST_MEMBERS} files",
                f"at most {FILE} MB",
                f"{UNPACKED} MB together",
            ),
        ),
        (
            "README.zh-CN.md",
            (
                f"一次读 {MOST_PAGES} 页",
                f"一次读 {MOST_MEMBERS} 个文件",
                f"每个最多 {FILE} MB",
                f"合计 {UNPACKED} MB",
                f"逐页识别，一次 {MOST_PAGES} 页",
            ),
        ),
    ],
)
def test_the_readmes_name_the_limits(readme: str, figures: tuple[str, ...]) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [figure for figure in figures if figure not in text] == []
