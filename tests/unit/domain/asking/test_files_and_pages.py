"""What people want besides a kind of document: files, and certain pages."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.prompt_files import load
from bot.domain.asking.files_and_pages import PageRange
from bot.domain.asking.request import Request, understand
from bot.domain.attachment_format import Format
from bot.domain.task import Refer, Say
from tests.learning.trial import content_for

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
XLSX, DOCX, JSON = Format.XLSX, Format.DOCX, Format.JSON


def asked(text: str) -> Request:
    return understand(text, PROMPTS, bot_names=("小白",))


@pytest.mark.parametrize(
    ("said", "formats"),
    [
        *(
            (said, (XLSX,))
            for said in ("导出表格", "帮我导出成表格", "导出 Excel", "发我一份 excel", "ＥＸＣＥＬ", "xlsx")
        ),
        *(
            (said, (XLSX,))
            for said in ("小白，给我一份表格", "要表格版", "整理成一张表格", "电子表格", "导出", "导出一下")
        ),
        *((said, (XLSX,)) for said in ("导出结果，谢谢", "export to excel please", "把它导出成 Excel 表格给我")),
        *(
            (said, (DOCX,))
            for said in ("要 Word", "要 word 版", "导出成word文档", "转成 Word 文档", "导出文档", "docx")
        ),
        *((said, (DOCX,)) for said in ("send me the word file", "as word", "导出PDF")),
        *((said, (JSON,)) for said in ("导出 JSON", "JSON", "json格式", "要 json 文件", "导出成 json。")),
        ("要 word 和 excel", (DOCX, XLSX)),
        ("导出表格和 JSON", (XLSX, JSON)),
    ],
)
def test_a_file_that_is_asked_for_and_nothing_else(said: str, formats: tuple[Format, ...]) -> None:
    assert asked(said) == Request(formats=formats)


@pytest.mark.parametrize(
    ("said", "name", "only", "formats"),
    [
        ("识别发票并导出表格", "invoice", (), (XLSX,)),
        ("把发票导出成 Excel", "invoice", (), (XLSX,)),
        ("导出发票的表格", "invoice", (), (XLSX,)),
        ("识别发票，导出excel和json", "invoice", (), (XLSX, JSON)),
        ("翻译成英文，导出 word", "translate_en", (), (DOCX,)),
        ("提取金额、日期，并发我一份excel", "extract", ("金额", "日期"), (XLSX,)),
        ("提取金额，要 Excel", "extract", ("金额",), (XLSX,)),
        ("不要excel，只要金额", "extract", ("金额",), ()),
    ],
)
def test_a_file_beside_something_else(said: str, name: str, only: tuple[str, ...], formats: tuple[Format, ...]) -> None:
    found = asked(said)
    assert found.prompt is not None
    assert (found.prompt.name, found.wanted_fields, found.formats) == (name, only, formats)


@pytest.mark.parametrize(
    ("said", "name"),
    [("提取表格", "table"), ("表格", "table"), ("转成表格", "table"), ("只要表格", "table"), ("转文档", "markdown")],
)
def test_a_table_on_the_page_is_no_file(said: str, name: str) -> None:
    found = asked(said)
    assert found.prompt is not None
    assert (found.prompt.name, found.formats) == (name, ())


@pytest.mark.parametrize(
    "said", ["read every word", "the word count", "password", "keyword", "不要 Excel", "别发excel"]
)
def test_words_that_ask_for_no_file(said: str) -> None:
    assert asked(said).formats == ()


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("第 11 到 20 页", PageRange(first=10, number=10)),
        ("第11页到第20页", PageRange(first=10, number=10)),
        ("第十一至二十页", PageRange(first=10, number=10)),
        ("11-20页", PageRange(first=10, number=10)),
        ("20～11 页", PageRange(first=10, number=10)),
        ("pages 3-5", PageRange(first=2, number=3)),
        ("第三页", PageRange(first=2, number=1)),
        ("看第 12 页", PageRange(first=11, number=1)),
        ("第一百零二页", PageRange(first=101, number=1)),
        ("page 3", PageRange(first=2, number=1)),
        ("前3页", PageRange(number=3)),
        ("从第 5 页开始", PageRange(first=4)),
        ("第二十一页以后", PageRange(first=20)),
        *(
            (said, PageRange(further=True))
            for said in ("继续", "后面的页", "剩下的", "下一页", "继续读", "接着读后面的页")
        ),
        *((said, PageRange(further=True)) for said in ("其余的页", "读一下后面的内容", "continue", "继续，谢谢")),
        ("第0页", None),
        ("后面", None),
    ],
)
def test_the_pages_that_are_meant(said: str, span: PageRange | None) -> None:
    assert asked(said).pages == span


def test_pages_beside_something_else() -> None:
    fields = asked("提取第3页的金额")
    assert (fields.wanted_fields, fields.pages) == (("金额",), PageRange(first=2, number=1))
    translation = asked("第2页翻译成中文")
    assert translation.prompt is not None
    assert (translation.prompt.name, translation.pages) == ("translate_zh", PageRange(first=1, number=1))
    rest = asked("继续提取金额")
    assert (rest.wanted_fields, rest.pages) == (("金额",), PageRange(further=True))


@pytest.mark.parametrize("said", ["", "你好", "谢谢", "这是什么", "在吗"])
def test_talk_asks_for_nothing(said: str) -> None:
    assert not asked(said).asks_anything


@pytest.mark.parametrize("part", ["做一下给我", "导出的成为到", "第一百零", "请帮我都全部", "继续后面的", "一份个张"])
def test_a_long_message_takes_no_time(part: str) -> None:
    assert asked((part * 5_000)[:20_000]).wanted_fields == ()


@given(st.text(st.sampled_from("导出表格要一份第到页继续前word excel json1十百、的,- "), max_size=40))
def test_whatever_is_said_is_understood_or_not(said: str) -> None:
    found = asked(said)
    assert found.pages is None or found.pages.first >= 0


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("麻烦导出一份excel，财务急着要", Format.XLSX),
        ("export to excel pls, boss is waiting", Format.XLSX),
        ("把这些弄个excel 老板催了", Format.XLSX),
        ("转成word 我要改", Format.DOCX),
        ("整份文字都提出来 我要贴到word里", Format.DOCX),
        ("导出表格，月底要交", Format.XLSX),
    ],
)
def test_why_a_file_is_wanted_may_be_said_beside(said: str, wanted: Format) -> None:
    content = content_for(said)
    assert isinstance(content, Refer)
    assert content.read.formats == (wanted,)


@pytest.mark.parametrize(
    "said",
    [
        "系统里导出来的excel格式不对",
        "这个excel你自己改吧",
        "excel表我昨天发你了",
        "那个word模板在哪下载",
        "你发的excel打不开",
        "excel谁会用",
    ],
)
def test_talk_of_files_asks_for_none(said: str) -> None:
    assert isinstance(content_for(said), Say)
