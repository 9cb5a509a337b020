"""Sentences that are put together, and lists of them that must be whole."""

import re
from pathlib import Path

import pytest

from bot.domain import texts

ROOT = Path(__file__).parents[4]
REASON = re.compile(r"""(?:Refused|Failure)\(\s*(?:reason=)?"([a-z_]+)\"""")
ON_THE_COMMAND_LINE = {  # what is counted nowhere
    ROOT / "bot/domain/trials.py",
    ROOT / "workers/commands/read.py",
    ROOT / "workers/commands/prompt_trials.py",
}


def reasons() -> set[str]:
    files = [path for folder in ("bot", "workers") for path in (ROOT / folder).rglob("*.py")]
    return {
        reason
        for path in files
        if path not in ON_THE_COMMAND_LINE
        for reason in REASON.findall(path.read_text(encoding="utf-8"))
    }


def failed(reason: str) -> str:
    return texts.commands.statistics_period(
        messages=1, kinds=[], failures=[(reason, 2)], cancelled=0, mean=0.0, slowest=0.0
    )


@pytest.mark.parametrize("reason", [*sorted(reasons()), "pdf_locked", "kind_word", "given_up", "interrupted"])
def test_statistics_name_every_reason_in_chinese(reason: str) -> None:
    named = failed(reason).rpartition("未读出：")[2].removesuffix(" 2")
    assert named != reason
    assert not re.search("[a-z_]{4,}", named)


def test_statistics_name_a_reason_once_however_it_came_about() -> None:
    many = texts.commands.statistics_period(
        messages=9,
        kinds=[],
        failures=[("file_too_large", 1), ("kind_word", 2), ("too_large", 3), ("kind_text", 1)],
        cancelled=0,
        mean=0.0,
        slowest=0.0,
    )
    assert many.rpartition("未读出：")[2] == "文件太大 4、文件类型不支持 3"


def test_the_same_paper_in_one_message_is_told_of_in_whole_sentences() -> None:
    assert texts.several.seen_in_this_message(1, "number") == "🔁 重复：这张与本条消息的第 1 个相同"
    assert texts.several.seen_in_this_message(2, "content") == (
        "🔁 可能重复：没有读到完整的号码，但销售方、日期和金额都与本条消息的第 2 个相同"
    )
