"""The page without a mouse, on a phone, in both themes, for screen readers (axe-core); pictures of it are kept."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desk import sign_in, until_listed
from tests.browser.test_reading import READ_MILLISECONDS, drop, entry, read

PICTURES = os.environ.get("OCRBOT_TEST_PICTURES", "")
SERIOUS = ("serious", "critical")


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page, and fail for what axe-core finds serious in it, in both themes."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        if PICTURES:
            width = (page.viewport_size or {"width": 0})["width"]
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == [], (name, theme)


@pytest.mark.parametrize("width", [1440, 390])
def test_every_view_has_no_serious_finding(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    expect(page.get_by_label("客户端令牌")).to_be_visible()
    look_at(page, "sign-in")
    sign_in(page)
    read(page, "digital_invoice.png")
    expect(page.locator(".sheet img")).to_have_js_property("complete", value=True)
    look_at(page, "document")
    page.locator(".field").first.get_by_role("button").click()
    look_at(page, "correcting")
    page.goto("/#/read")
    expect(entry(page, "digital_invoice.png").get_by_text("已完成")).to_be_visible()
    entry(page, "digital_invoice.png").get_by_role("checkbox").check()
    look_at(page, "list")
    entry(page, "digital_invoice.png").get_by_role("button", name="删除").click()
    look_at(page, "question")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"


def test_all_of_it_works_without_a_mouse(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_label("客户端令牌")).to_be_visible()
    tab_to(page, "客户端令牌")
    page.keyboard.type("ocr_" + "f" * 43)
    page.keyboard.press("Enter")
    until_listed(page)
    if entry(page, "invoice_photo.jpg").count() == 0:
        drop(page, "invoice_photo.jpg")
    expect(entry(page, "invoice_photo.jpg").get_by_text("已完成")).to_be_visible(timeout=READ_MILLISECONDS)
    page.locator("main").focus()
    tab_to(page, "invoice_photo.jpg")
    page.keyboard.press("Enter")
    expect(page.locator(".field").first).to_be_visible()
    name = page.locator(".field .field-name").nth(1).inner_text()
    tab_to(page, f"更正 {name}")
    key = page.locator(".field").nth(1).get_attribute("data-key")
    expect(page.locator(f'.box.pointed[data-key="{key}"]')).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type("1234")
    page.keyboard.press("Enter")
    expect(page.locator(".field").nth(1)).to_contain_text("已更正")
    assert focused(page) == f"更正 {name}", "the focus is back where it was"


def test_rows_are_walked_with_the_arrow_keys(page: Page) -> None:
    sign_in(page)
    read(page, "digital_invoice.png")
    cells = page.locator(".rows tbody td")
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    expect(page.locator(".box.pointed")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(cells.nth(1)).to_be_focused()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"Tab does not reach {name}")


def focused(page: Page) -> str:
    """Return the name of what has the focus: its label, or its text."""
    name: str = page.evaluate(
        """() => {
            const at = document.activeElement;
            return at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText.trim() ?? at.innerText?.trim() ?? "";
        }"""
    )
    return name
