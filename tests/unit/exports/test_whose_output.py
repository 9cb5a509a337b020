"""Files say whose output they hold, where it gets into no number."""

import io
import json
import zipfile
from dataclasses import replace

import docx
import openpyxl
import pytest

from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain.attachment_format import Format
from bot.domain.document import Document
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.reply import render
from tests.fakes.engine_profiles import GLM_OCR, V1_0
from tests.fakes.read_documents import invoice, page, task
from workers.exports import make

NOTICE, TERMS = V1_0.licence.notice, V1_0.licence.terms


def read_by_hunyuanocr() -> Document:
    return replace(invoice("1", "2"), engine="hunyuan", credit=V1_0.credit)


def test_json_says_it_beside_the_values() -> None:
    data = make(answer_view(task(1), [read_by_hunyuanocr()]), Format.JSON)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (result,) = json.loads(archive.read(archive.namelist()[0]))["results"]
    assert result["output_of"] == {"model": "HunyuanOCR", "notice": NOTICE, "terms": TERMS}


def test_a_workbook_says_it_in_its_properties_and_on_a_last_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(make(answer_view(task(1), [read_by_hunyuanocr()]), Format.XLSX)))
    assert "HunyuanOCR" in book.properties.description
    assert TERMS in book.properties.description
    assert book.sheetnames[-1] == "说明"
    assert [cell.value for cell in book["说明"][2]] == ["HunyuanOCR", NOTICE, TERMS]


@pytest.mark.parametrize("read", [page("你好"), replace(page("你好"), credit=GLM_OCR.credit)])
def test_a_workbook_has_no_such_sheet_where_no_licence_wants_one(read: Document) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make(answer_view(task(1), [read]), Format.XLSX)))
    assert "说明" not in book.sheetnames
    assert "内容出自" in book.properties.description


def test_a_word_document_says_it_below_each_page() -> None:
    document = docx.Document(io.BytesIO(make(answer_view(task(1), [read_by_hunyuanocr()]), Format.DOCX)))
    below = "\n".join(paragraph.text for paragraph in document.sections[0].footer.paragraphs)
    assert f"内容出自HunyuanOCR（{NOTICE}）；{TERMS}。" in below


def test_two_sources_are_both_named_once() -> None:
    read = [read_by_hunyuanocr(), read_by_hunyuanocr(), replace(page("你好"), engine="embedded")]
    assert [credit.model for credit in answer_view(task(3), read).credits] == ["HunyuanOCR", "文件自带数据"]


def test_a_reply_shows_what_the_licence_wants_shown() -> None:
    last = render(answer_view(task(1), [read_by_hunyuanocr()]), MESSAGE_LIMITS).parts[-1].splitlines()[-1]
    assert "HunyuanOCR" in last
    assert NOTICE in last
    assert TERMS not in last
