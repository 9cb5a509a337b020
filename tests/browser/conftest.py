"""What the tests of the page share. They run in `make test-page` only, since a machine may have no browser."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.desk import Desk, desk_open

CHROMIUM = os.environ.get("OCRBOT_TEST_CHROMIUM", "")

PATIENCE_MILLISECONDS = 30_000  # a busy machine breaks nothing
expect.set_options(timeout=PATIENCE_MILLISECONDS)

collect_ignore_glob = [] if CHROMIUM else ["test_*.py"]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_open(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield launched
        launched.close()


@pytest.fixture
def page(desk: Desk, browser: Browser) -> Iterator[Page]:
    """A page at a desk's width, in Chinese, where nobody is signed in; what goes wrong in it fails the test."""
    yield from watched(desk, browser, width=1440)


@pytest.fixture
def phone(desk: Desk, browser: Browser) -> Iterator[Page]:
    yield from watched(desk, browser, width=390)


def watched(desk: Desk, browser: Browser, *, width: int) -> Iterator[Page]:
    context = browser.new_context(
        base_url=desk.url, viewport={"width": width, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    wrong: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if _is_wrong(message.text, message.type) else None)
    yield opened
    context.close()
    assert wrong == []


def _is_wrong(text: str, kind: str) -> bool:
    """Whether a message of the console is a mistake of the page; that an answer was refused is none."""
    return kind == "error" and not text.startswith("Failed to load resource")
