import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engines.vllm.loops import LoopGuard, tail_repeats, trim_loop

_PAGE = "".join(f"第{number}条 甲方应当在{number * 7}日内付款；" for number in range(400))
_UNIT = "发票号码：12345678 "


def stops_at(text: str, step: int = 7) -> int | None:
    """Return after how many characters the guard stops a stream."""
    guard = LoopGuard()
    for start in range(0, len(text), step):
        if guard.feed(text[start : start + step]):
            return start + step
    return None


def test_a_page_without_a_loop_runs_to_its_end() -> None:
    assert stops_at(_PAGE) is None


def test_a_loop_is_stopped_by_the_next_look() -> None:
    stopped = stops_at(_PAGE[:4500] + _UNIT * 1000)

    assert stopped is not None
    assert stopped < 4500 + 2 * 1000


@pytest.mark.parametrize("unit", ["。", "ab", "x" * 100 + "y", "".join(map(chr, range(0x4E00, 0x4E00 + 256)))])
def test_units_of_up_to_256_characters_are_noticed(unit: str) -> None:
    assert tail_repeats(_PAGE[:4000] + unit * (256 // len(unit) + 8) + unit[: len(unit) // 2])


@pytest.mark.parametrize(
    "tail",
    [
        "." * 200,
        _UNIT * 7,
        "".join(map(chr, range(0x4E00, 0x4E00 + 257))) * 3,
        "<td></td>" * 20,
        ("<tr>" + "<td></td>" * 10 + "</tr>") * 12,
        "|  |  |  |\n" * 40,
        "".join(f"<tr><td>{number}</td><td></td><td></td></tr>" for number in range(1, 41)),
        "".join(f"{day}日 早班 王小样 8:00\n" for day in range(1, 32)),
        "".join(f"2025-03-{day:02} 消费 {day * 7}.00\n" for day in range(1, 32)) * 3,
    ],
)
def test_what_pages_repeat_themselves_is_no_loop(tail: str) -> None:
    assert not tail_repeats(_PAGE[:4000] + tail)


def test_a_sheet_of_labels_is_no_loop() -> None:
    label = "品名：签字笔 规格：0.5 mm 黑色 产地：云州 条码：6912345678901 单价：2.50 元 合格证 检验员：07\n"

    assert stops_at(label * 15) is None


@pytest.mark.parametrize(
    ("begins_at", "loop", "by"),
    [
        (100, _UNIT * 900, 1001),
        (1000, "甲方：某公司\n乙方：某某公司\n" * 500, 2000),  # lines that alternate
        (1000, _PAGE[3000:3300] * 40, 4000),  # a unit of more than 20 tokens and of more than 256 characters
        (1000, _PAGE[3000:3900] * 10, 9000),
        (1000, "<tr><td></td><td></td><td></td></tr>\n" * 400, 4000 + 1000),  # a table of empty cells
        (1000, "|  |  |  |\n" * 900, 4000 + 1000),
        (1000, "".join(f"{number}. 甲方应当付款。\n" for number in range(900)), 2500),  # a numbering that counts up
        (1000, "".join(f"<tr><td>{number}</td><td></td></tr>" for number in range(900)), 4500),
    ],
)
def test_a_loop_of_any_kind_is_noticed_soon(begins_at: int, loop: str, by: int) -> None:
    stopped = stops_at(_PAGE[:begins_at] + loop)

    assert stopped is not None
    assert stopped <= by + 7  # the piece of the stream in which it is noticed


def test_numbers_that_change_otherwise_are_a_list() -> None:
    rows = "".join(f"<tr><td>{number}</td><td>{number * number % 97}.50</td></tr>" for number in range(300))

    assert stops_at(_PAGE[:1000] + rows) is None


def test_a_stopped_stream_stays_stopped() -> None:
    guard = LoopGuard()

    assert guard.feed(_UNIT * 1000)
    assert guard.feed("以上")


def test_the_guard_holds_no_more_than_it_looks_at() -> None:
    guard = LoopGuard()
    for char in _PAGE * 10:
        guard.feed(char)

    assert sum(map(len, guard._parts)) <= 8000


def test_of_a_loop_one_unit_is_kept() -> None:
    assert trim_loop(_PAGE[:3000] + "尾" + _UNIT * 50 + _UNIT[:5]) == (_PAGE[:3000] + "尾" + _UNIT, True)


def test_a_unit_that_ends_in_repeats_itself_is_trimmed_as_a_whole() -> None:
    unit = "合计" + "." * 40

    assert trim_loop(_PAGE[:3000] + unit * 20) == (_PAGE[:3000] + unit, True)


@pytest.mark.parametrize("text", ["", _PAGE, _PAGE + "." * 100, _PAGE + _UNIT * 9, _UNIT * 20])
def test_texts_without_a_loop_stay(text: str) -> None:
    assert trim_loop(text) == (text, False)


def test_a_stream_known_to_loop_is_trimmed_however_short() -> None:
    assert trim_loop("甲" + _UNIT * 8, known=True) == ("甲" + _UNIT, True)


@given(unit=st.text(min_size=1, max_size=8), head=st.text(max_size=20), repeats=st.integers(8, 30), known=st.booleans())
def test_trimming_keeps_a_beginning_with_the_unit(unit: str, head: str, repeats: int, *, known: bool) -> None:
    text = head + unit * repeats
    kept, trimmed = trim_loop(text, known=known)

    assert text.startswith(kept)
    assert trimmed is known
    assert not trimmed or len(kept) <= len(head) + len(unit)
