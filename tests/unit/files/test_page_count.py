"""The pages of scanned PDFs, counted without opening them."""

import io

import pytest
from PIL import Image

from workers.files.page_count import scanned_pages


def scan(pages: int) -> bytes:
    images = [Image.new("RGB", (60, 80), "white") for _ in range(pages)]
    made = io.BytesIO()
    images[0].save(made, "PDF", save_all=True, append_images=images[1:])
    return made.getvalue()


@pytest.mark.parametrize("pages", [1, 2, 30])
def test_the_pages_of_a_scan_are_counted(pages: int) -> None:
    assert scanned_pages(scan(pages)) == pages


def test_pages_are_counted_one_by_one_where_no_count_is_readable() -> None:
    assert scanned_pages(scan(3).replace(b"/Count", b"/Other")) == 3


def test_a_pdf_with_text_of_its_own_and_other_files_count_as_unknown() -> None:
    assert scanned_pages(scan(3) + b"<< /Type /Font >>") == 0
    assert scanned_pages(b"\x89PNG /Count 9") == 0
    assert scanned_pages(b"") == 0
