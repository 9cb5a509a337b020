"""Long replies on a platform with limits of its own."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message_limits import MessageLimits
from bot.domain.replying.split_message import size, split

NARROW = MessageLimits(text_bytes=600, messages=3, file_bytes=1)


def test_a_reply_is_cut_by_the_limits_it_is_given() -> None:
    body = "\n".join(f"第 {number} 行" for number in range(200))
    parts = split(body, NARROW, title="标题", ending="> 编号 1")
    assert len(parts) == 3
    assert parts[0].startswith("(1/3)\n\n第 0 行")
    assert "没有发出" in parts[-1]
    assert parts[-1].endswith("> 编号 1")
    wide = MessageLimits(text_bytes=60_000, messages=3, file_bytes=1)
    assert split(body, wide, title="标题", ending="> 编号 1") == (f"{body}\n\n> 编号 1",)


@given(st.text(max_size=3000))
def test_no_message_is_larger_than_the_limits(body: str) -> None:
    parts = split(body, NARROW, title="标题")
    assert 1 <= len(parts) <= NARROW.messages
    assert all(size("标题") + size(part) <= NARROW.text_bytes for part in parts)
