"""What people posted in chats, as an admin sees it on the page."""

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from redis import Redis

from bot.domain.document import Box, Document, OnlyPage
from bot.domain.task import Task
from bot.domain.texts import warnings
from bot.storage.keys.tasks import FILE, OUTCOME
from bot.storage.ledger import Closing
from bot.storage.store import Store
from tests.browser.desk import SAMPLES, Desk, sign_in
from tests.browser.test_for_everybody import look_at
from tests.fakes.read_documents import invoice, task

BOX = (900, 500, 1100, 560)  # of one value on the sample


def with_places(document: Document, quarters: int = 0) -> Document:
    fields = [
        replace(field, page=0, box=Box(**dict(zip(("left", "top", "right", "bottom"), BOX, strict=True))))
        if field.key == "total_with_tax"
        else field
        for field in document.fields
    ]
    return replace(document, fields=tuple(fields), only_page=OnlyPage(width=1240, height=820, quarters=quarters))


@pytest.fixture
def posted(desk: Desk) -> Iterator[Task]:
    """A message in a group with two files, both read and answered, of which one is no longer kept."""
    redis = Redis.from_url(desk.redis)
    store, now = Store(redis), redis.time()[0]
    message = replace(task(2, _2="行程.pdf"), received_at=float(now))
    message = replace(message, recipient=replace(message.conversation, nick="王小样"))
    store.claim([message], now=now)
    store.put_file(message.id, 0, (SAMPLES / "digital_invoice.png").read_bytes())
    doubts = {"total_with_tax": warnings.doubt_no_cents("3712")}
    read = invoice("25992000000001234567", "3712.55", doubtful=doubts)
    read = with_places(read)
    for index in range(2):
        store.put_outcome(message.id, index, read, remember_seconds=600)
    store.close(message.id, 2, Closing(now=now, remember_seconds=600, answered=True))
    yield message
    redis.delete(f"ocrbot:past:{message.id}", f"ocrbot:claim:{message.id}")
    redis.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_an_admin_sees_what_was_posted_and_what_was_read_of_it(page: Page, posted: Task, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "head")
    page.get_by_role("link", name="聊天").click()
    row = page.locator(".posting", has_text="王小样")
    expect(row).to_contain_text("已完成")
    look_at(page, "chats")
    row.get_by_role("link", name="图片1").click()
    expect(page.locator(".field", has_text="价税合计").first).to_contain_text("只读到“3712”")
    expect(page.locator(".sheet img")).to_have_js_property("complete", value=True)
    assert page.locator(".sheet img").evaluate("image => image.naturalWidth") > 0
    expect(page.get_by_role("button", name="更正")).to_have_count(0)
    look_at(page, "chat")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"
    page.get_by_role("link", name="行程.pdf").click()
    expect(page.get_by_text("文件本身已不再保留")).to_be_visible()
    assert posted.id in page.url


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_the_box_of_a_value_stands_on_the_picture_upright(page: Page, desk: Desk, posted: Task, quarters: int) -> None:
    """However the picture was posted, it is shown as it was read."""
    with Redis.from_url(desk.redis) as redis, Image.open(SAMPLES / "digital_invoice.png") as sample:
        store, data = Store(redis), io.BytesIO()
        sample.convert("RGB").rotate(-90 * quarters, expand=True).save(data, "PNG")
        redis.delete(FILE.key(posted.id, 0), OUTCOME.key(posted.id, 0))
        store.put_file(posted.id, 0, data.getvalue())
        read = with_places(invoice("25992000000001234567", "3712.55"), quarters)
        store.put_outcome(posted.id, 0, read, remember_seconds=600)
        shown_upright = np.asarray(sample.convert("L").resize((310, 205)), np.int16)
    sign_in(page, "head")
    page.goto(f"/#/chats/{posted.id}/1")
    expect(page.locator(".sheet img")).to_have_js_property("complete", value=True)
    box, sheet = page.locator(".box").bounding_box(), page.locator(".sheet").bounding_box()
    assert box is not None
    assert sheet is not None
    scale = sheet["width"] / 1240
    assert sheet["height"] == pytest.approx(820 * scale, abs=2)
    left, top, right, bottom = (value * scale for value in BOX)
    found = (box["x"] - sheet["x"], box["y"] - sheet["y"], box["width"], box["height"])
    assert found == pytest.approx((left, top, right - left, bottom - top), abs=4)  # the line around it is 3 pixels wide
    page.locator(".boxes").evaluate("overlay => overlay.remove()")
    with Image.open(io.BytesIO(page.locator(".sheet").screenshot())) as taken:
        shown = np.asarray(taken.convert("L").resize((310, 205)), np.int16)
    assert np.abs(shown - shown_upright).mean() < 12, "the picture itself is upright"


def test_a_reader_has_no_such_view(page: Page, posted: Task) -> None:
    sign_in(page, "finance")
    expect(page.get_by_role("link", name="聊天")).to_have_count(0)
    page.goto(f"/#/chats/{posted.id}")
    expect(page.get_by_text("把文件拖到这里")).to_be_visible()
    assert page.request.get(f"/v1/chat-documents/{posted.id}").status == 403
