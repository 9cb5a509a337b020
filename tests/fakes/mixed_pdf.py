"""A PDF of three pages: text, a scan, text."""

import io

from PIL import Image
from pypdfium2 import PdfDocument

from tests.fakes.embedded_files import pdf
from tests.fakes.paged_files import page, scanned


def mixed(middle: Image.Image | None = None) -> bytes:
    """Return the PDF, with `middle` as the scanned page."""
    with (
        PdfDocument(pdf([(30, 30, "first page")], [(30, 30, "third page")])) as text,
        PdfDocument(scanned(middle or page(600, 400))) as scan,
    ):
        text.import_pages(scan, index=1)
        data = io.BytesIO()
        text.save(data)
        return data.getvalue()
