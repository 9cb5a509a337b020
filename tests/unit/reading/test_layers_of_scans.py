"""Scans that carry a text with them: the picture speaks, and people are told where the text says something else."""

from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bot.config.prompt_files import load
from bot.domain.document import Document, Field, Status
from bot.domain.roles import Role
from tests.fakes.lying_pdfs import LyingPdf, Ruse
from tests.fakes.paged_files import WidthEngine
from workers.files.file_type import identify
from workers.files.pdf.client import PdfFile
from workers.reading.document import ReadRequest, read_document
from workers.reading.merge_sources import against_layer

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
PRINTED = [
    "电子发票（普通发票）",
    "发票号码：24992000000001234567",
    "开票日期：2024年05月28日",
    "价税合计（大写）壹佰零陆圆整（小写）¥106.00",
]
SCAN = Image.new("RGB", (595, 842), "silver")


def read(layer: list[str]) -> Document:
    """Read a scan on which PRINTED is seen, and with which `layer` comes."""
    data = LyingPdf(hidden=layer, ruse=Ruse(mode=3), scan=SCAN).data()
    with PdfFile(data) as file:
        width, _ = file.contents(0).size
    request = ReadRequest(
        file=identify(data), prompt=PROMPTS.default, candidates=PROMPTS.candidates, today=date(2026, 1, 1)
    )
    return read_document(request, WidthEngine(says={width: PRINTED}))


def field(document: Document, role: Role) -> Field:
    return next(field for field in document.fields if field.role is role)


def test_where_the_text_of_a_scan_says_something_else_both_values_are_told() -> None:
    document = read([line.replace("106.00", "1060.00").replace("壹佰零陆圆整", "") for line in PRINTED])
    total = field(document, Role.TOTAL_WITH_TAX)
    assert (total.value, total.status) == ("106.00", Status.DOUBTFUL)
    assert any("106.00" in doubt and "1060.00" in doubt for doubt in total.doubts)
    number = field(document, Role.INVOICE_NUMBER)
    assert not any("附带的文字" in doubt for doubt in number.doubts)


def test_the_text_of_a_scan_that_says_the_same_confirms_nothing() -> None:
    with_layer, without = read(PRINTED), read([])
    assert with_layer.fields == without.fields
    assert with_layer.doubts == without.doubts


@pytest.mark.parametrize("secret", [(), ("name",)])
def test_a_value_that_groups_do_not_see_is_not_told_from_the_text_either(secret: tuple[str, ...]) -> None:
    seen = Field(name="姓名", key="name", value="张三", status=Status.UNCHECKED, page=0)
    layer = {0: [Field(name="姓名", key="name", value="李四")]}
    (told,) = against_layer([seen], layer, secret)
    assert told.status is Status.DOUBTFUL
    assert ("李四" in told.doubts[0]) is not bool(secret)


def test_only_the_text_of_the_same_page_counts() -> None:
    seen = Field(name="姓名", key="name", value="张三", status=Status.CHECKED, page=0)
    assert against_layer([seen], {1: [Field(name="姓名", key="name", value="李四")]}) == (seen,)
