"""What `ocrbot read` prints of files with pages and of zips."""

import json
from pathlib import Path

import docx
import pytest

from bot.config.prompt_files import load
from bot.domain.organisation import Organisation
from tests.fakes.embedded_files import digital_xml, zipped
from tests.fakes.paged_files import WidthEngine, page, png, scanned
from workers.commands.read import ReadOptions, read_files

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")


def printed(capsys: pytest.CaptureFixture[str], file: Path, **wanted: object) -> tuple[int, list[dict[str, object]]]:
    code = read_files([file], ReadOptions(prompts=PROMPTS, **wanted), WidthEngine(), as_json=True)  # type: ignore[arg-type]
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_zip_is_one_result_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "票.zip"
    file.write_bytes(zipped({"b/10.png": png(page(402)), "b/9.pdf": scanned(page(403), page(404)), "a.txt": "x"}))
    code, lines = printed(capsys, file)

    assert [line["file"] for line in lines] == [f"{file}/b/9.pdf", f"{file}/b/10.png", str(file)]
    assert [line.get("text") for line in lines] == ["宽403\n\n宽404", "宽402", None]
    assert "a.txt" in str(lines[2]["error"])
    assert code == 1


def test_a_zip_with_nothing_to_read_is_one_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "空.zip"
    file.write_bytes(zipped({"a.txt": "x"}))
    code, (line,) = printed(capsys, file)

    assert (code, line["file"]) == (1, str(file))


def test_a_word_document_is_printed_with_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = docx.Document()
    document.add_heading("会议通知", 1)
    document.add_table(1, 2).cell(0, 1).text = "周五"
    file = tmp_path / "通知.docx"
    document.save(str(file))
    code, (line,) = printed(capsys, file)

    assert (code, line["engine"], line["text"]) == (0, "embedded", "会议通知\n\n|  | 周五 |\n|---|---|")


def test_pages_are_those_that_were_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(scanned(*(page(401 + number) for number in range(5))))
    code, (line,) = printed(capsys, file, organisation=Organisation(most_pages=2), first_page=1)

    assert (code, line["text"]) == (0, "宽402\n\n宽403")
    assert (line["first_page"], line["pages"], line["pages_left"]) == (1, 2, 2)


def test_lines_of_an_invoice_are_printed_below_its_fields(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "发票.xml"
    file.write_text(digital_xml(TaxRate="0.17"), encoding="utf-8")
    read_files([file], ReadOptions(prompts=PROMPTS), WidthEngine(), as_json=False)
    printed = capsys.readouterr().out.splitlines()
    (line,) = [said for said in printed if "钢笔" in said]

    assert line.startswith("  第 1 行：名称 *文具*钢笔，金额 100.00 ✅，税率 17% ⚠️（")
    assert printed.index(line) > printed.index("  合计金额：100.00 ✅")
