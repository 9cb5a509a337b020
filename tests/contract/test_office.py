"""Another office program opens what is made; skipped where LibreOffice is not installed."""

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from bot.domain.attachment_format import Format
from bot.domain.replying.answer_view import answer_view
from tests.fakes.read_documents import invoice, page, task
from workers.exports import make

SOFFICE = shutil.which("soffice")
DOCUMENT = "# 采购说明\n\n| 名称 | 金额 |\n|---|---|\n| 阀门 | 1,234.50 |\n\n- 第一项\n\n结尾"

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


def shown(folder: Path, data: bytes, kind: Format) -> str:
    """The text of all pages that LibreOffice makes of a file."""
    source = folder / f"made.{kind.value}"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pdf = pypdfium2.PdfDocument(folder / "made.pdf")
    pages = [one.get_textpage().get_text_range() for one in pdf]
    pdf.close()
    return "\n".join(pages)


def test_a_table_of_invoices_is_shown_with_its_sum(tmp_path: Path) -> None:
    read = [invoice("25992000000001234567", "3712.55"), invoice("33207675", "52.70", day="2019-05-08")]
    text = shown(tmp_path, make(answer_view(task(2), read), Format.XLSX), Format.XLSX)
    for words in ("发票号码", "25992000000001234567", "2019-05-08", "3,712.55", "3,765.25", "已核对"):
        assert words in text


def test_a_document_is_shown_with_its_heading_table_and_list(tmp_path: Path) -> None:
    made = make(answer_view(task(1, prompt="markdown"), [page(DOCUMENT, "markdown")]), Format.DOCX)
    text = shown(tmp_path, made, Format.DOCX)
    for words in ("采购说明", "阀门", "1,234.50", "第一项", "结尾"):
        assert words in text
    assert "#" not in text
    assert "|" not in text
