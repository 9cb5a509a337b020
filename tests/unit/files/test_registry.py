import io

import docx
import pytest
from PIL import Image

from bot.domain.errors import Refused
from bot.domain.limits import MOST_READ_BYTES
from tests.fakes.embedded_files import invoice_xml, ofd, pdf, zipped
from tests.fakes.paged_files import page, png, tiff
from workers.files.file_type import FileKind, IdentifiedFile, identify
from workers.files.format_protocol import OpenRequest, PageWindow
from workers.files.registry import FORMATS, is_readable, open_file


def word() -> bytes:
    document, body = docx.Document(), io.BytesIO()
    document.add_paragraph("字")
    document.save(body)
    return body.getvalue()


def jpeg() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(body, "JPEG")
    return body.getvalue()


FILES = {
    "png": png(page(100)),
    "jpeg": jpeg(),
    "tiff": tiff(page(100), page(100)),
    "pdf": pdf([(30, 30, "字")]),
    "ofd": ofd(),
    "xml": invoice_xml().encode(),
    "docx": word(),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_each_file_is_of_exactly_one_format_and_gives_text_or_pages(data: bytes) -> None:
    file = identify(data)

    assert [one.recognises(file) for one in FORMATS].count(True) == 1
    assert is_readable(file)
    with open_file(OpenRequest(file=file)) as opened:
        assert opened.embedded is not None or opened.pages.numbers


@pytest.mark.parametrize("kind", [kind for kind in FileKind if not is_readable(IdentifiedFile(data=b"PK", kind=kind))])
def test_every_kind_without_a_format_is_refused_with_a_sentence(kind: FileKind) -> None:
    with pytest.raises(Refused) as refused:
        open_file(OpenRequest(file=IdentifiedFile(data=b"", kind=kind)))

    assert refused.value.reason == f"kind_{kind}"
    assert refused.value.text.endswith("。")


def test_a_file_that_is_too_large_is_not_opened() -> None:
    with pytest.raises(Refused) as refused:
        open_file(OpenRequest(file=IdentifiedFile(data=bytes(MOST_READ_BYTES + 1), kind=FileKind.PDF)))

    assert refused.value.reason == "file_too_large"


@pytest.mark.parametrize("name", ["tiff", "pdf"])
def test_a_window_past_the_last_page_is_refused(name: str) -> None:
    request = OpenRequest(file=identify(FILES[name]), window=PageWindow(first=9))
    with pytest.raises(Refused) as refused, open_file(request):
        pass

    assert refused.value.reason == "no_such_page"


def test_a_zip_of_files_is_of_no_format() -> None:
    assert not is_readable(identify(zipped({"a.png": FILES["png"], "b.docx": FILES["docx"]})))
