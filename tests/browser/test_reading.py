"""What a person does with documents: drop them, look at what was read, correct it, add it up, take it along."""

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.browser.desk import SAMPLES, Desk, sign_in, until_listed

READ_MILLISECONDS = 240_000  # the first file waits until the networks are loaded


def drop(page: Page, *names: str) -> None:
    """Drop files on the page as from a folder."""
    files = [[name, list((SAMPLES / name).read_bytes())] for name in names]
    page.evaluate(
        """files => {
            const carried = new DataTransfer();
            for (const [name, bytes] of files) carried.items.add(new File([new Uint8Array(bytes)], name));
            const event = {dataTransfer: carried, bubbles: true, cancelable: true};
            for (const kind of ["dragenter", "dragover", "drop"])
                document.body.dispatchEvent(new DragEvent(kind, event));
        }""",
        files,
    )


def entry(page: Page, name: str) -> Locator:
    return page.locator(".entry", has_text=name).first


def read(page: Page, name: str) -> str:
    """Have a sample read, open it, and return its id."""
    if page.locator(".entry", has_text=name).count() == 0:
        drop(page, name)
    expect(entry(page, name).get_by_text("已完成")).to_be_visible(timeout=READ_MILLISECONDS)
    entry(page, name).get_by_role("link").click()
    expect(page.locator(".field").first).to_be_visible()
    return page.url.rpartition("/")[2]


@pytest.fixture
def invoice(page: Page) -> Page:
    sign_in(page)
    read(page, "digital_invoice.png")
    return page


def test_a_dropped_file_appears_at_once_and_is_read(page: Page) -> None:
    sign_in(page)
    drop(page, "whiteboard.jpg")
    expect(entry(page, "whiteboard.jpg")).to_be_visible()
    expect(entry(page, "whiteboard.jpg").get_by_text("已完成")).to_be_visible(timeout=READ_MILLISECONDS)


def test_boxes_stand_where_the_api_says(invoice: Page, desk: Desk) -> None:
    identifier = invoice.url.rpartition("/")[2]
    with desk.api("finance") as api:
        document = api.get(f"/v1/documents/{identifier}").json()
    (size,) = document["pictures"]
    picture = invoice.locator(".sheet img").bounding_box()
    assert picture is not None
    placed = [field for field in document["papers"][0]["fields"] if field["box"]]
    assert len(placed) > 8
    for field in placed:
        shown = invoice.locator(f'.box[data-key="{field["key"]}"]').bounding_box()
        assert shown is not None
        across, down = picture["width"] / size["width"], picture["height"] / size["height"]
        left, top, right, bottom = field["box"]
        expected = (left * across, top * down, (right - left) * across, (bottom - top) * down)
        found = (shown["x"] - picture["x"], shown["y"] - picture["y"], shown["width"], shown["height"])
        assert found == pytest.approx(expected, abs=4), field["name"]  # the line around it is 3 pixels wide


def test_a_field_shows_its_box_and_a_box_its_field(invoice: Page) -> None:
    line = invoice.locator(".field", has_text="价税合计").first
    key = line.get_attribute("data-key")
    line.hover()
    expect(invoice.locator(f'.box[data-key="{key}"]')).to_have_class(re.compile("pointed"))
    invoice.locator(".document-title").hover()
    expect(invoice.locator(".box.pointed")).to_have_count(0)
    invoice.locator(f'.box[data-key="{key}"]').hover()
    expect(line).to_have_class(re.compile("pointed"))


def test_how_sure_a_field_is_stands_there_in_words(invoice: Page) -> None:
    expect(invoice.locator(".field", has_text="发票号码").first).to_contain_text("已核对")
    expect(invoice.locator(".field", has_text="开票人").first).to_contain_text("未核对")


def test_a_doubtful_cell_shows_its_place_on_the_picture(page: Page) -> None:
    def with_doubt(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        if document.get("status") == "done":
            document["papers"][0]["rows"][1][0] |= {"status": "doubtful", "doubts": ["字迹不清"]}
        route.fulfill(response=answer, json=document)

    page.route("**/v1/documents/*?file=1", with_doubt)
    sign_in(page)
    read(page, "digital_invoice.png")
    shown = page.locator(".rows tbody tr").nth(1).locator("td").first.locator("img.cut-out")
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("image => image.naturalWidth") > shown.evaluate("image => image.naturalHeight")


def test_a_corrected_value_says_who_and_what_it_was_before(invoice: Page, desk: Desk) -> None:
    line = invoice.locator(".field", has_text="开票人").first
    line.get_by_role("button", name="更正").click()
    line.get_by_role("textbox").fill("王大样")
    line.get_by_role("textbox").press("Escape")
    expect(line).to_contain_text("王小样")
    line.get_by_role("button", name="更正").click()
    line.get_by_role("textbox").fill("王大样")
    line.get_by_role("textbox").press("Enter")
    expect(line).to_contain_text("已更正")
    expect(line).to_contain_text("原来读作“王小样”")
    expect(line).to_contain_text("finance")
    identifier = invoice.url.rpartition("/")[2]
    with desk.api("finance") as api:
        fields = api.get(f"/v1/documents/{identifier}").json()["papers"][0]["fields"]
    (field,) = (one for one in fields if one["name"] == "开票人")
    assert (field["value"], field["correction"]["after"]) == ("王小样", "王大样")
    invoice.reload()
    expect(invoice.locator(".field", has_text="开票人").first).to_contain_text("王大样")


def test_what_is_selected_is_added_up_and_exported(page: Page) -> None:
    sign_in(page)
    for name in ("digital_invoice.png", "invoice_photo.jpg"):
        read(page, name)
        page.get_by_role("link", name="所有文件").click()
        until_listed(page)
    for name in ("digital_invoice.png", "invoice_photo.jpg"):
        entry(page, name).get_by_role("checkbox").check()
    page.get_by_role("button", name="合计").click()
    expect(page.locator(".sums .sum")).to_contain_text(re.compile(r"¥ \d+\.\d\d"))
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 xlsx").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    values = [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value]
    assert any("25992000000001234567" in value for value in values)


def test_one_document_is_exported_as_json(invoice: Page) -> None:
    with invoice.expect_download() as download:
        invoice.get_by_role("link", name="导出 json").click()
    exported = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert "25992000000001234567" in json.dumps(exported)


def test_a_deleted_document_is_gone_after_a_question(page: Page) -> None:
    sign_in(page)
    page.set_input_files(
        "#chooser", [FilePayload(name="废弃.png", mimeType="", buffer=(SAMPLES / "contract.png").read_bytes())]
    )
    expect(entry(page, "废弃.png").get_by_role("link")).to_be_visible()
    entry(page, "废弃.png").get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="不了").click()
    expect(entry(page, "废弃.png")).to_be_visible()
    entry(page, "废弃.png").get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.locator(".entry", has_text="废弃.png")).to_have_count(0)
    page.reload()
    expect(page.locator(".entry", has_text="废弃.png")).to_have_count(0)


def test_a_file_that_cannot_be_read_says_why(page: Page) -> None:
    sign_in(page)
    page.set_input_files("#chooser", [FilePayload(name="坏.pdf", mimeType="", buffer=b"%PDF-1.7\nnothing")])
    expect(entry(page, "坏.pdf").get_by_text("没有读成")).to_be_visible(timeout=READ_MILLISECONDS)
    assert len(entry(page, "坏.pdf").locator(".entry-state p").inner_text()) > 8


def test_a_screenshot_is_pasted(page: Page) -> None:
    sign_in(page)
    page.evaluate(
        """bytes => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}));
            document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true}));
        }""",
        list((SAMPLES / "digital_invoice.png").read_bytes()),
    )
    expect(entry(page, "截图").get_by_text("已完成")).to_be_visible(timeout=READ_MILLISECONDS)
