"""A zip of a picture, an OFD and a scan, with real processes: one answer, in order."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from bot.lookalike import File
from tests.e2e.deployment import Deploy
from tests.fakes.embedded_files import QR, VALUES, invoice_xml, ofd
from tests.fakes.paged_files import scanned

pytestmark = pytest.mark.e2e
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
TRUTH = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["digital_invoice.png"]["fields"]


def _archive() -> bytes:
    pictures = [Image.open(SAMPLES / name).convert("RGB") for name in ("digital_invoice.png", "whiteboard.jpg")]
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("票/10 扫描.pdf", scanned(pictures[1], pictures[0], pictures[1]))
        archive.writestr("票/2.ofd", ofd(attached=invoice_xml(VALUES, code=QR)))
        archive.writestr("票/1.png", (SAMPLES / "digital_invoice.png").read_bytes())
        archive.writestr("票/说明.txt", "说明")
    return body.getvalue()


async def test_a_zip_of_all_kinds_is_one_answer_in_order(deploy: Deploy) -> None:
    async with deploy() as h:
        member = h.dingtalk.member("张三")
        single = h.dingtalk.single(member)
        single.post(member, File("报销.zip", _archive()))
        reply = await h.dingtalk.next_reply(single, timeout=180)
        total = TRUTH["价税合计"]
        expected = ("1. 发票", total, "1.png", "2. 发票", "106.00", "2.ofd", "3. 发票", total, "10 扫描", "说明")
        place = 0
        for words in expected:
            place = reply.text.index(words, place)
        # The same paper as a picture and as the second page of a scan: read alike, it is one invoice.
        assert "与本条消息的第 1 个相同" in reply.text
