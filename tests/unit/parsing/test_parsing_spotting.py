import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.document import Box, Line
from workers.parsing.spotting import parse_spotting
from workers.parsing.tokens import clean


def boxes(text: str) -> list[tuple[str, tuple[int, int, int, int] | None]]:
    """Return lines as the model counts: on a picture of 1000 by 1000 pixels."""
    lines = parse_spotting(text, width=1000, height=1000)
    return [(line.text, corners(line.box) if line.box else None) for line in lines]


def corners(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<ref>亲爱的</ref><quad>(22,160),(888,788)</quad>", [("亲爱的", (22, 160, 888, 788))]),
        (
            "字符串1(312,22),(493,49)字符串2(401,0),(666,194)",
            [("字符串1", (312, 22, 493, 49)), ("字符串2", (401, 0, 666, 194))],
        ),
        ("ATLANTA (AP) Second(1,2),(3,4)", [("ATLANTA (AP) Second", (1, 2, 3, 4))]),
        ("金额(小写)(10,20),(30,40)", [("金额(小写)", (10, 20, 30, 40))]),
        ("Hello(1,2),(3,4),(5,6),(7,8)", [("Hello", (1, 2, 3, 4))]),
        ("line1\nline2(1,2),(3,42)", [("line1", (1, 2, 3, 22)), ("line2", (1, 22, 3, 42))]),
        ("(147,90),(925,415)", []),
        ("图片中没有坐标\n只有文字", [("图片中没有坐标", None), ("只有文字", None)]),
        ("坐标(12,34)处(10,20),(30,40)", [("坐标(12,34)处", (10, 20, 30, 40))]),
        ("坐标(12,34)(10,20),(30,40)", [("坐标(12,34)", (10, 20, 30, 40))]),
        ("学年(2019,2020),(2021,2022)(10,20),(30,40)", [("学年(2019,2020),(2021,2022)", (10, 20, 30, 40))]),
        ('甲(1,2),(3,4)乙(10,80"', [("甲", (1, 2, 3, 4)), ("乙", None)]),
        ("甲(1,2),(3,4)乙(10,80),(30", [("甲", (1, 2, 3, 4)), ("乙", None)]),
        ("甲(1,2),(3,4)乙(10,80)", [("甲", (1, 2, 3, 4)), ("乙", None)]),
        ("甲(1,2),(3,4)乙(10,", [("甲", (1, 2, 3, 4)), ("乙", None)]),
        ("甲(1,2),(3,4)见第(3)条", [("甲", (1, 2, 3, 4)), ("见第(3)条", None)]),
        ("坐标(10,20)", [("坐标(10,20)", None)]),
        ('甲(10,20),(30"乙(1,2),(3,4)', [("甲", None), ("乙", (1, 2, 3, 4))]),
        ("甲(1,2),(3,4)\n乙(5,6),(7,8)\n", [("甲", (1, 2, 3, 4)), ("乙", (5, 6, 7, 8))]),
        ("甲( 1, 2 ), (3 ,4)", [("甲", (1, 2, 3, 4))]),
        ("甲(30,40),(10,20)", [("甲", (10, 20, 30, 40))]),
        ("甲(990,990),(1020,1020)", [("甲", (990, 990, 1000, 1000))]),
        ("甲(5,5),(5,5)", [("甲", (5, 5, 6, 6))]),
        ("甲(1000,1000),(1000,1000)", [("甲", (999, 999, 1000, 1000))]),
    ],
)
def test_lines_and_their_boxes(text: str, expected: list[tuple[str, tuple[int, int, int, int] | None]]) -> None:
    assert boxes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<ref>a(1,2),(3,4)b</ref><quad>(5,6),(7,8)</quad>", [("a(1,2),(3,4)b", (5, 6, 7, 8))]),
        ("<ref>甲</ref><ref>乙</ref><quad>(5,6),(7,8)</quad>", [("甲", None), ("乙", (5, 6, 7, 8))]),
        ("<ref>甲</ref>\n<quad>(5,6),(7,8)</quad>\n乙(1,2),(3,4)", [("甲", (5, 6, 7, 8)), ("乙", (1, 2, 3, 4))]),
        ("<ref>甲</ref>(5,6),(7,8)<ref>乙</ref>(1,2),(3,4)", [("甲", (5, 6, 7, 8)), ("乙", (1, 2, 3, 4))]),
        ("<ref>甲<quad>(5,6),(7,8)</quad>", [("甲", (5, 6, 7, 8))]),
        ("<ref>甲</ref><quad>(5,6),(7", [("甲", None)]),
        ("<ref>甲</ref><quad>(5,6),(7,8)</qu", [("甲", (5, 6, 7, 8))]),
        ("<ref>甲</ref><quad>(5,6),(7,8)</quad><ref>乙", [("甲", (5, 6, 7, 8)), ("乙", None)]),
        ("<ref>甲(1,2),(3,4)乙(5,6),(7,8)", [("甲", (1, 2, 3, 4)), ("乙", (5, 6, 7, 8))]),
        ("<quad>(5,6),(7,8)</quad>", []),
    ],
)
def test_tags_say_what_is_text(text: str, expected: list[tuple[str, tuple[int, int, int, int] | None]]) -> None:
    assert boxes(text) == expected


def test_boxes_are_pixels_of_the_picture() -> None:
    assert parse_spotting("甲(312,22),(493,49)", width=2480, height=3508) == (
        Line(text="甲", box=Box(left=773, top=77, right=1223, bottom=172)),
    )


def test_special_tokens_become_the_tags_they_stand_for() -> None:
    raw = (
        "<｜hy_place▁holder▁no▁112｜>甲<｜hy_place▁holder▁no▁113｜>"
        "<｜hy_place▁holder▁no▁110｜>(1,2),(3,4)<｜hy_place▁holder▁no▁111｜><｜hy_place▁holder▁no▁2｜>"
    )

    assert clean(raw) == "<ref>甲</ref><quad>(1,2),(3,4)</quad>"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<｜hy_place▁holder▁no▁114｜>图1<｜hy_place▁holder▁no▁115｜>", "<pFig>图1</pFig>"),
        ("<｜hy_begin▁of▁sentence｜>鱿鱼游戏<｜hy_Assistant｜>", "鱿鱼游戏"),
        ("鱿鱼游戏\n<｜hy_place▁holder▁no▁2｜>", "鱿鱼游戏"),
        ("鱿鱼游戏<｜hy_place▁hol", "鱿鱼游戏"),
        ("a < b ｜ c", "a < b ｜ c"),
        ("<ref>甲</ref>", "<ref>甲</ref>"),
        ("甲\x00\ud800乙\t丙", "甲乙\t丙"),
    ],
)
def test_cleaning_leaves_what_was_read(raw: str, text: str) -> None:
    assert clean(raw) == text


_WORDS = st.text(alphabet="甲乙丙 abc()（）:,，12¥.<>-", min_size=1, max_size=12).map(str.strip).filter(bool)
_PLACE = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).filter(lambda pair: pair[0] < pair[1])
_ITEMS = st.lists(st.tuples(_WORDS, _PLACE, _PLACE), max_size=8)


@given(_ITEMS)
def test_tagged_lines_round_trip(items: list[tuple[str, tuple[int, int], tuple[int, int]]]) -> None:
    written = "".join(f"<ref>{words}</ref><quad>({x[0]},{y[0]}),({x[1]},{y[1]})</quad>" for words, x, y in items)

    assert boxes(written) == [(words, (x[0], y[0], x[1], y[1])) for words, x, y in items]


@given(st.lists(st.tuples(st.text(alphabet="甲乙丙 a(b)", min_size=1).map(str.strip).filter(bool), _PLACE, _PLACE)))
def test_stripped_lines_round_trip(items: list[tuple[str, tuple[int, int], tuple[int, int]]]) -> None:
    written = "".join(f"{words}({x[0]},{y[0]}),({x[1]},{y[1]})" for words, x, y in items)

    assert boxes(written) == [(words, (x[0], y[0], x[1], y[1])) for words, x, y in items]


_BITS = st.lists(
    st.sampled_from(["<ref>", "</ref>", "<quad>", "</quad>", "(1,2)", "(3,40", ",", "(", ")", '"', "\n", "甲", "9999"])
    | st.text(max_size=4)
).map("".join)


@given(_BITS, st.integers(1, 5000), st.integers(1, 5000))
def test_lines_hold_nothing_but_the_text_and_boxes_are_in_the_picture(text: str, width: int, height: int) -> None:
    lines = parse_spotting(text, width=width, height=height)

    rest = iter(text)
    assert all(char in rest for line in lines for char in line.text)
    for box in (line.box for line in lines if line.box):
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height
