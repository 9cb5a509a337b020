"""OFDs whose letters are paths, read by the CPU engine: what is printed comes out as it would from text."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.document import Document, Source, Status
from tests.fakes.embedded_files import ofd
from tests.fakes.no_engine import NoEngine
from tests.fakes.outlined_ofd import Printed, outlined_ofd, page_xml
from workers.engines.base import Engine
from workers.engines.cpu.local import LocalRapid
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
INVOICE: tuple[Printed, ...] = (
    (78, 8, 6, "电子发票（普通发票）"),
    (130, 20, 3.5, "发票号码：24992000000001234567"),
    (130, 27, 3.5, "开票日期：2024年05月28日"),
    (12, 40, 3.5, "购买方名称：青禾样例科技有限公司"),
    (12, 47, 3.5, "统一社会信用代码/纳税人识别号：91990000MA0A1B2C3A"),
    (12, 70, 3.5, "合计"),
    (120, 70, 3.5, "¥100.00"),
    (170, 70, 3.5, "¥6.00"),
    (12, 80, 3.5, "价税合计（大写）"),
    (60, 80, 3.5, "壹佰零陆圆整"),
    (130, 80, 3.5, "（小写）¥106.00"),
    (12, 100, 3.5, "开票人：赵小样"),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalRapid]:
    running = LocalRapid(runtime="onnxruntime")
    yield running
    running.close()


def read(data: bytes, engine: Engine) -> Document:
    return read_document(
        ReadRequest(file=identify(data), prompt=PROMPTS.default, candidates=PROMPTS.candidates, today=date(2026, 1, 1)),
        engine,
    )


def test_an_invoice_in_outlines_is_read_and_checked(engine: LocalRapid) -> None:
    document = read(outlined_ofd(INVOICE), engine)
    found = {field.key: field for field in document.fields if field.value}

    assert (document.prompt, document.engine, document.pages) == ("invoice", engine.name, 1)
    assert {key: found[key].value for key in found if key != "invoice_title"} == {
        "invoice_number": "24992000000001234567",
        "issue_date": "2024-05-28",
        "buyer_name": "青禾样例科技有限公司",
        "buyer_tax_id": "91990000MA0A1B2C3A",
        "amount_without_tax": "100.00",
        "tax_amount": "6.00",
        "total_with_tax": "106.00",
        "total_in_words": "壹佰零陆圆整",
        "drawer": "赵小样",
    }
    assert found["total_with_tax"].status is Status.CHECKED
    assert Source.EMBEDDED not in {field.source for field in found.values()}


def test_the_same_with_text_asks_no_engine() -> None:
    objects = "".join(
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 150 9" Size="{size}"><ofd:TextCode X="0" Y="{size}">{text}'
        "</ofd:TextCode></ofd:TextObject>"
        for x, y, size, text in INVOICE
    )

    document = read(ofd(printed=((),), more={"Doc_0/Pages/Page_0/Content.xml": page_xml(objects)}), NoEngine())

    assert (document.prompt, document.engine) == ("invoice", "embedded")
    assert {field.value for field in document.fields} >= {"24992000000001234567", "106.00", "赵小样"}
