import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import ADMIN, READER, TOKENS, Desk, sign_in, until_listed


def test_a_wrong_token_is_told_and_signs_nobody_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("客户端令牌").fill("ocr_" + "w" * 43)
    page.get_by_role("button", name="用令牌登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.context.cookies() == []


def test_the_token_does_not_stay_in_the_browser(page: Page) -> None:
    sign_in(page)
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("ocrbot_session", True, "Strict")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert TOKENS["finance"] not in kept
    assert cookie["value"] not in kept


def test_who_signs_out_is_out(page: Page, desk: Desk) -> None:
    sign_in(page)
    (cookie,) = page.context.cookies()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("客户端令牌")).to_be_visible()
    page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": desk.url}])
    page.reload()
    expect(page.get_by_label("客户端令牌")).to_be_visible()


def test_a_readers_bar_has_no_places_of_admins(page: Page) -> None:
    sign_in(page)
    expect(page.get_by_role("navigation", name="页面").get_by_role("link")).to_have_text(["识别"])
    page.goto("/#/house")
    expect(page.get_by_text("把文件拖到这里")).to_be_visible()


def test_an_admin_of_the_bot_signs_in_with_dingtalk(page: Page) -> None:
    with_dingtalk(page, ADMIN)
    expect(page.get_by_role("navigation", name="页面").get_by_role("link")).to_have_text(
        ["识别", "聊天", "提示词", "运行"]
    )
    expect(page.locator(".who")).to_have_text(ADMIN)
    page.get_by_role("link", name="运行").click()
    expect(page.get_by_role("region", name="队列")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("客户端令牌")).to_be_visible()


def test_anybody_else_who_signs_in_with_dingtalk_is_a_reader(page: Page) -> None:
    with_dingtalk(page, READER)
    expect(page.get_by_role("navigation", name="页面").get_by_role("link")).to_have_text(["识别"])
    expect(page.locator(".who")).to_have_text(READER)


def with_dingtalk(page: Page, nick: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="用钉钉登录").or_(page.get_by_role("button", name="用钉钉登录")).click()
    page.get_by_role("link", name=nick).click()
    until_listed(page)


def test_nothing_inline_runs_and_nothing_comes_from_elsewhere(browser: Browser, desk: Desk) -> None:
    asked: list[str] = []
    page = browser.new_page(base_url=desk.url, locale="zh-CN")  # not watched: it is to refuse something
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page)
    assert [url for url in asked if not url.startswith((desk.url, "blob:"))] == []
    ran = page.evaluate(
        """() => {
            const script = document.createElement("script");
            try { script.textContent = "window.ran = true"; } catch { return "refused"; }
            document.body.append(script);
            return window.ran === true;
        }"""
    )
    page.context.close()
    assert ran in (False, "refused")


def test_the_language_and_the_theme_are_kept(page: Page) -> None:
    sign_in(page)
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.get_by_text("Drop files here")).to_be_visible()
    page.get_by_role("button", name=re.compile("Theme")).click()
    page.get_by_role("button", name=re.compile("Theme")).click()
    page.reload()
    expect(page.get_by_text("Drop files here")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-theme") == "dark"
