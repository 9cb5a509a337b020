import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.replying.escape_markdown import neutralise, neutralise_line

# Both presets: what CommonMark does with HTML and what GitHub adds, with automatic links.
RENDERERS = (
    MarkdownIt("commonmark"),
    MarkdownIt("gfm-like"),
    MarkdownIt("default", {"html": True, "linkify": True}).enable("linkify"),
)
PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "hardbreak"}
MARKS = "<>[]()*_`~|\\@&#-+=.!/:;\"'$^{} \t\n　"
WORDS = (
    "http://", "https://", "//", "www.", ".com", ".cn", "a.b", "localhost", "mailto:", "xn--", "&amp;", "&#60;", "&lt",
    "@all", "<b>", "<!--", "-->", "```", "~~~", "---", "===", "- ", "1. ", "12) ", "    ", "| - |", "![", "](", "[a]: ",
    "甲方", "￥52.70", "2019-05-08", "A-1", "\u200b", "\u202e", "\r\n", "\u2028", "\x00", "# ", "> ", "\ud800", "é",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS) | st.sampled_from(MARKS) | st.text(max_size=3) | st.from_regex("[0-9]{1,12}"))


def tokens(text: str) -> list[Token]:
    """Return the tokens of all renderers, without the links of mail addresses to themselves."""
    block = [token for renderer in RENDERERS for token in renderer.parse(text)]
    return [*block, *(child for token in block for child in without_mail_links(token.children or []))]


def without_mail_links(children: list[Token]) -> list[Token]:
    mailed = [
        place
        for place, token in enumerate(children)
        if token.type == "link_open" and token.attrs["href"] == f"mailto:{children[place + 1].content}"
    ]
    left_out = {place + step for place in mailed for step in (0, 2)}
    return [token for place, token in enumerate(children) if place not in left_out]


def shown(text: str, renderer: MarkdownIt = RENDERERS[2]) -> str:
    parts = []
    for token in renderer.parse(text):
        parts += ["\n" if child.type == "hardbreak" else child.content for child in token.children or ()]
        if token.type == "paragraph_close":
            parts.append("\n\n")
    return "".join(parts).strip()


INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"


def visible(text: str) -> str:
    return "".join(
        char
        for char in text
        if char.isspace() or (unicodedata.category(char) not in {"Cc", "Cf", "Cs"} and char not in INVISIBLE)
    )


@given(TEXTS.map("".join))
@example("a\n=\n===\nb\n-\n---")
@example("www.1688.com 12306.cn file.pdf")
@example("1.\n2)\n+\n-")
@example("> 1. # a\n\n    code\n\ttab")
@example("a_b_c _d_ e_ _f")
@example("a|b\n-|-\n1|2")
@example("w\u200bww.\u200bx.com")
@example("&\u200bamp; &#x3c;")
@example("😀.com -.com")
@example("甲.com 乙@丙.中国")
@example("a  b   \n   c")
@example("a@b.com a@b.com.pdf http:a@b.com")
def test_neutral_text_renders_as_paragraphs_and_shows_what_it_says(text: str) -> None:
    neutral = neutralise(text)
    assert {token.type for token in tokens(neutral)} <= PLAIN
    assert re.findall(r"\d+", neutral) == re.findall(r"\d+", visible(text))
    assert re.findall(r"\d+", shown(neutral)) == re.findall(r"\d+", visible(text))
    assert re.sub(r"\s", "", shown(neutral)) == re.sub(r"\s", "", neutral)


@given(TEXTS.map("".join))
def test_to_neutralise_twice_changes_nothing_more(text: str) -> None:
    assert neutralise(neutralise(text)) == neutralise(text)


@given(TEXTS.map("".join))
def test_a_neutral_line_stays_inert_in_the_middle_of_a_line_and_in_a_list(text: str) -> None:
    line = neutralise_line(text)
    assert "\n" not in line
    assert {token.type for token in tokens(f"备注：{line} ✅")} <= PLAIN
    listed = {token.type for token in tokens(f"- 备注：{line}")}
    assert listed <= PLAIN | {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}


@given(st.text(st.characters(categories=("Lo", "Nd"), max_codepoint=0x9FFF), max_size=60))
def test_letters_and_digits_never_change(text: str) -> None:
    assert neutralise(text) == visible(text)


@pytest.mark.parametrize(
    "plain",
    [
        "2019-05-08",
        "A-1",
        "价税合计(小写) ￥52.70",
        "价税合计（大写）⊗伍拾贰圆柒角整",
        "￥-1,234.50",
        "-5.00",
        "+86 138",
        "税率13%",
        "1.甲方",
        "1、甲方",
        "第3.2条",
        "AT&T、R&D",
        "91310000MA1FL0000X",
        "甲：乙；“丙”！",
        "5#楼",
        "2024/05/28 09:01:30",
        "US$100",
        "a=b",
        "　　首行缩进",
        "scan_2024_v1",
        "合同_终稿",
        "li_ming@firm-a.com.cn",
        "邮箱：a.b+c@d.com，li@firm.cn。",
        "张三@销售部",
        "发票.pdf、1.ofd、scan_2024_v1.xlsx",
    ],
)
def test_what_cannot_be_taken_for_markdown_stays_as_it_is(plain: str) -> None:
    assert neutralise(plain) == plain


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("3. 甲方", "3.\u00a0甲方"),
        ("3)  甲方", "3)\u00a0甲方"),
        ("3.\n甲方", "3.\u00a0  \n甲方"),
        ("_甲_ a__b", "＿甲＿ a＿＿b"),
        ("- 5.00", "－ 5.00"),
        ("# 标题", "＃ 标题"),
        ("#标题", "＃标题"),
        ("甲\n---", "甲  \n－－－"),
        ("甲\n===", "甲  \n＝＝＝"),
        ("@all 你好", "＠all 你好"),
        ("@李四 a@all", "＠李四 a＠all"),
        ("https://a@b.com/x", "https:／／a@b．com/x"),
        ("票据.zip a.com.pdf/x", "票据．zip a．com．pdf/x"),
        ("[点我](https://evil.com)", "［点我］(https:／／evil．com)"),
        ("<a atId=1>", "＜a atId=1＞"),
        ("www.1688.com", "www．1688．com"),
        ("&lt;b&gt;", "＆lt;b＆gt;"),
        ("a*b_c`d~e|f\\g", "a＊b_c｀d～e｜f＼g"),
        ("甲\u200b乙\u202e丙\ufeff", "甲乙丙"),
        ("甲\r\n乙\n\n\n丙\n", "甲  \n乙\n\n丙"),
        ("    代码", "代码"),
        ("\ud83d", ""),
        ("", ""),
    ],
)
def test_what_a_renderer_would_act_on_becomes_its_look_alike(text: str, neutral: str) -> None:
    assert neutralise(text) == neutral


def test_numbered_lines_and_names_of_files_are_copied_as_they_were() -> None:
    shown_lines = shown(neutralise("1. 甲方\n6.乙方 scan_2024_v1.0")).splitlines()
    assert [line.replace("\u00a0", " ") for line in shown_lines] == ["1. 甲方", "6.乙方 scan_2024_v1.0"]
