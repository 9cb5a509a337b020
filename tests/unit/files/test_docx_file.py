"""Word documents as people make them, and as nobody does."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.document import Document, Source
from bot.domain.errors import Refused
from bot.domain.page_text.blocks import read_blocks
from bot.domain.page_text.tables import Table
from tests.fakes.embedded_files import zipped
from tests.fakes.no_engine import NoEngine
from tests.fakes.paged_files import page, png
from workers.files.file_type import identify
from workers.files.zip_archive import Archive, ArchiveAllowance, Skipped, readable_files
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def written(fill: Callable[[Any], object]) -> bytes:
    document = docx.Document()
    fill(document)
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def replaced(data: bytes, name: str, content: bytes | None) -> bytes:
    """The document with other bytes for one of its parts, or without it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {one: archive.read(one) for one in archive.namelist() if one != name}
    return zipped(members if content is None else members | {name: content})


def read(data: bytes, prompt: str = "text") -> Document:
    (chosen,) = [one for one in (PROMPTS.default, *PROMPTS.candidates) if one.name == prompt]
    return read_document(ReadRequest(file=identify(data), prompt=chosen, today=date(2026, 1, 1)), NoEngine())


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read(data)
    assert caught.value.text.endswith("。")
    return caught.value


def notice(document: Any) -> None:
    document.add_heading("会议通知", 0)
    document.add_paragraph("各部门：")
    document.add_paragraph("定于周五下午两点开会。\n请带上材料。")
    document.add_heading("议程", 1)
    table = document.add_table(2, 3)
    for cell, text in zip(table._cells, ["时间", "内容", "主讲", "14:00", "预算", "王小样"], strict=True):
        cell.text = text
    document.add_paragraph("行政部")


NOTICE = written(notice)
NAMES = ["p", "r", "t", "tbl", "tr", "tc", "sdt", "sdtContent", "ins", "del", "txbxContent"]


def elements(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    merged = "<w:tcPr><w:gridSpan w:val='3'/><w:vMerge/></w:tcPr>"
    children = st.lists(inside, max_size=4).map("".join)
    return st.builds(
        lambda name, content: f"<w:{name}>{merged if name == 'tc' else ''}{content}</w:{name}>",
        st.sampled_from(NAMES),
        children,
    )


def test_text_headings_and_tables_come_in_their_order() -> None:
    document = read(written(notice))

    assert document.text == (
        "会议通知\n\n各部门：\n定于周五下午两点开会。\n请带上材料。\n\n议程\n\n"
        "| 时间 | 内容 | 主讲 |\n|---|---|---|\n| 14:00 | 预算 | 王小样 |\n\n行政部"
    )
    assert (document.engine, document.pages, document.pages_left, document.doubts) == ("embedded", 1, 0, ())


def test_merged_cells_stay_merged() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(3, 3)
        for number, cell in enumerate(table._cells):
            cell.text = str(number)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
        table.cell(1, 2).merge(table.cell(2, 2)).text = "高"

    (table,) = tables_in(read(written(fill)).text)

    spans = [[(cell.text, cell.columns, cell.rows) for cell in row] for row in table.rows]
    assert spans == [
        [("宽", 2, 1), ("2", 1, 1)],
        [("3", 1, 1), ("4", 1, 1), ("高", 1, 2)],
        [("6", 1, 1), ("7", 1, 1)],
    ]


def test_a_table_in_a_cell_is_part_of_the_cell() -> None:
    def fill(document: Any) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "外"
        cell.add_table(1, 2).cell(0, 1).text = "内"

    (table,) = tables_in(read(written(fill)).text)

    assert [cell.text for cell in table.cells] == ["外\n内"]


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


PLACES = [
    (f"<w:p {W}><w:ins>{run('新增的')}</w:ins><w:del>{run('删掉的')}</w:del></w:p>", "新增的"),
    (f"<w:sdt {W}><w:sdtContent><w:p>{run('控件里的')}</w:p></w:sdtContent></w:sdt>", "控件里的"),
    (f"<w:p {W}><w:hyperlink>{run('链接')}</w:hyperlink><w:r><w:tab/></w:r>{run('后')}</w:p>", "链接 后"),
    (
        f"<w:p {W}>{run('旁')}<w:r><w:pict><w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent></w:pict></w:r></w:p>",
        "旁\n框",
    ),
]


def tables_in(text: str) -> list[Table]:
    return [block for block in read_blocks(text, markup=False) if isinstance(block, Table)]


@pytest.mark.parametrize(("xml", "text"), PLACES, ids=["tracked", "control", "link", "box"])
def test_text_that_stands_elsewhere_than_in_plain_paragraphs_is_read(xml: str, text: str) -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("前")
        document.element.body.insert(1, parse_xml(xml))

    assert read(written(fill)).text == f"前\n{text}"


def test_fields_are_found_in_paragraphs_and_in_tables() -> None:
    def fill(document: Any) -> None:
        document.add_heading("采购合同", 0)
        document.add_paragraph("甲方：青禾样例科技有限公司")
        document.add_paragraph("乙方：云州示例办公用品有限公司")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ["合同编号", "QH-2024-0528", "签订日期", "2024年05月28日"], strict=True):
            cell.text = text

    fields = {field.name: field for field in read(written(fill), "contract").fields if field.value}

    assert fields["甲方"].value == "青禾样例科技有限公司"
    assert fields["乙方"].value == "云州示例办公用品有限公司"
    assert fields["合同编号"].value == "QH-2024-0528"
    assert {field.source for field in fields.values()} == {Source.EMBEDDED}


def test_pictures_that_are_not_read_are_counted() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("附图如下")
        document.add_picture(io.BytesIO(png(page(100))))

    document = read(written(fill))

    assert (document.text, document.doubts) == ("附图如下", (texts.unreadable.docx_pictures_unread(1),))


def test_a_document_of_pictures_alone_is_refused() -> None:
    assert refusal(written(lambda one: one.add_picture(io.BytesIO(png(page(100)))))).reason == "docx_without_text"


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_half_a_document_is_refused(share: float) -> None:
    data = written(notice)
    assert refusal(data[: int(len(data) * share)]).reason in {"docx_broken", "kind_archive"}


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe<", b"<w:document", b"<document/>"])
def test_a_document_without_its_text_is_refused(content: bytes | None) -> None:
    assert refusal(replaced(written(notice), "word/document.xml", content)).reason == "docx_broken"


def test_without_styles_headings_are_paragraphs() -> None:
    assert read(replaced(written(notice), "word/styles.xml", b"<x")).text.startswith("会议通知\n各部门：")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_document_is_read_or_refused(damage: list[tuple[float, int]]) -> None:
    data = bytearray(NOTICE)
    for place, value in damage:
        data[int(place * len(data))] = value
    with suppress(Refused):
        read(bytes(data))


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.sampled_from(["字", "<w:br/>"]), elements, max_leaves=30))
def test_elements_in_any_order_are_read_or_refused(xml: str) -> None:
    content = f"<w:document {W}><w:body>{xml}</w:body></w:document>".encode()
    with suppress(Refused):
        read(replaced(NOTICE, "word/document.xml", content))


def bombs() -> Iterator[tuple[str, bytes, str]]:
    def body(inside: bytes, doctype: bytes = b"") -> bytes:
        return doctype + f"<w:document {W}><w:body>".encode() + inside + b"</w:body></w:document>"

    def text(inside: bytes) -> bytes:
        return b"<w:p><w:r><w:t>" + inside + b"</w:t></w:r></w:p>"

    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    nested = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "哈哈哈">{entities}]>'.encode()
    yield "entities", body(text(b"&a9;"), nested), "docx_broken"
    yield "files", body(text(b"&a;"), b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "docx_broken"
    yield "zeros", bytes(200 * 2**20), "docx_too_large"
    yield "elements", body(b"<w:p/>" * 500_000), "docx_too_large"
    yield "paragraphs", body(b"<w:p/>" * 50_000), "docx_too_large"
    yield (
        "cells",
        body(b"<w:tbl><w:tr>" + (b"<w:tc>" + text(b"x") + b"</w:tc>") * 50_000 + b"</w:tr></w:tbl>"),
        "docx_too_large",
    )
    yield "text", body(text(b"x" * 10**7)), "docx_too_large"
    yield "depth", body(b"<w:sdt>" * 5000 + b"</w:sdt>" * 5000), "docx_broken"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("content", "reason"), [pytest.param(*one, id=name) for name, *one in bombs()])
def test_a_hostile_document_is_refused(content: bytes, reason: str) -> None:
    assert refusal(replaced(written(notice), "word/document.xml", content)).reason == reason


@pytest.mark.timeout(20)
def test_the_longest_document_is_read() -> None:
    def fill(document: Any) -> None:
        template = document.add_paragraph("第条甲方应当于收到货物后三十日内付清全部货款。" * 2)._p
        for _ in range(4000):
            template.addnext(parse_xml(template.xml))

    assert read(written(fill), "contract").text.count("\n") == 4000


@pytest.mark.timeout(20)
@pytest.mark.parametrize("cells", [1, 19_000], ids=["rows", "columns"])
def test_the_largest_tables_are_read(cells: int) -> None:
    cell = f"<w:tc {W}><w:tcPr><w:gridSpan w:val='99999'/><w:vMerge/></w:tcPr><w:p>{run('字')}</w:p></w:tc>"
    table = f"<w:tbl>{f'<w:tr>{cell * cells}</w:tr>' * (19_000 // cells)}</w:tbl>"
    content = f"<w:document {W}><w:body>{table}</w:body></w:document>".encode()

    assert "字" in read(replaced(written(notice), "word/document.xml", content), "contract").text


@pytest.mark.timeout(120)  # compared with each other, they took many minutes
def test_long_paragraphs_with_labels_are_read() -> None:
    def fill(document: Any) -> None:
        template = document.add_paragraph("甲方：乙方：合同金额：" * 40)._p
        for _ in range(700):
            template.addnext(parse_xml(template.xml))

    assert read(written(fill), "contract").text.count("合同金额：") == 701 * 40


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "WordDocument".encode("utf-16-le"), "（.doc）"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "x"}), "Excel"),
        (zipped({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}), "PPT"),
    ],
)
def test_other_office_files_get_a_sentence(data: bytes, text: str) -> None:
    assert text in refusal(data).text


def test_a_document_in_a_zip_is_read_and_one_is_no_zip_of_files() -> None:
    data = written(notice)
    found = readable_files(Archive(identify(zipped({"通知.docx": data}))), ArchiveAllowance(files=5), Skipped())

    assert [(path, file.data) for path, file in found] == [("通知.docx", data)]
    with pytest.raises(Refused, match=re.escape(texts.unreadable.file_archive())):
        Archive(identify(data))
