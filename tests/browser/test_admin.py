"""What an admin does at the page: a prompt is edited, tried, accepted and rolled back, and the house looked at."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import SAMPLES, Desk, sign_in
from tests.browser.test_for_everybody import look_at
from tests.browser.test_reading import READ_MILLISECONDS


def edit(page: Page, name: str) -> Locator:
    """Open a prompt file in the editor; return its text area."""
    page.goto(f"/#/prompts/{name}")
    area = page.get_by_label(f"{name}.toml 的内容")
    expect(area).not_to_have_value("")
    return area


def replace(area: Locator, old: str, new: str) -> None:
    source = area.input_value()
    assert old in source
    area.fill(source.replace(old, new, 1))


def saved(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".editor-head").get_by_text("已保存")).to_be_visible()


def kind(page: Page, name: str) -> Locator:
    """The row of a prompt file in the list of all."""
    return page.locator(".kinds tr").filter(has=page.get_by_text(f"{name}.toml", exact=True))


def examples(page: Page) -> Locator:
    return page.get_by_role("region", name="例子")


def test_a_mistake_is_named_with_its_line_and_not_saved(page: Page) -> None:
    sign_in(page, "head")
    area = edit(page, "hotel")
    line = area.input_value().split("\n").index('output = "fields"') + 1
    replace(area, 'output = "fields"', 'output = "fild"')
    faults = page.get_by_role("region", name="检查")
    expect(faults.get_by_text("must be one of")).to_be_visible()
    expect(faults.get_by_role("button", name=f"第 {line} 行")).to_be_visible()
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    replace(area, 'output = "fild"', 'output = "fields"')
    expect(faults.get_by_text("没有问题")).to_be_visible()


def test_what_may_stand_there_is_chosen_by_key(page: Page) -> None:
    sign_in(page, "head")
    area = edit(page, "waybill")
    replace(area, 'output = "fields"', "output = ")
    end = area.input_value().index("output = ") + len("output = ")
    area.evaluate("(area, end) => { area.focus(); area.setSelectionRange(end, end); }", end)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    offered = page.get_by_role("listbox")
    expect(offered.get_by_role("option", name="fields")).to_be_visible()
    page.keyboard.press("Control+Space")
    page.keyboard.press("ArrowDown")
    expect(offered.get_by_role("option", name="fields")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    assert 'output = "fields"' in area.input_value()


def test_a_draft_is_still_there_when_one_comes_back_to_it(page: Page) -> None:
    sign_in(page, "head")
    area = edit(page, "contract")
    replace(area, "title =", "# a thought\ntitle =")
    page.get_by_role("link", name="所有种类").click()
    expect(kind(page, "contract").get_by_text("有未保存的修改")).to_be_visible()
    page.get_by_role("link", name="合同").click()
    expect(page.get_by_label("contract.toml 的内容")).to_have_value(area.input_value())
    page.get_by_role("button", name="放弃修改").click()
    page.get_by_role("dialog").get_by_role("button", name="放弃修改").click()
    expect(page.locator(".editor-head").get_by_text("已保存")).to_be_visible()


def test_what_somebody_else_saved_is_not_overwritten(page: Page, desk: Desk) -> None:
    sign_in(page, "head")
    area = edit(page, "trip_list")
    with desk.api("head") as api:
        before = api.get("/v1/prompts/trip_list/source").json()
        theirs = {"source": before["source"] + "# theirs\n"}
        assert api.put("/v1/prompts/trip_list/source", json=theirs, headers={"If-Match": before["etag"]}).is_success
    replace(area, "title =", "# mine\ntitle =")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("有人改了这个文件")
    page.get_by_role("button", name="载入现在的文件").click()
    page.get_by_role("dialog").get_by_role("button", name="放弃修改").click()
    expect(area).to_have_value(theirs["source"])


def test_a_prompt_is_edited_tried_accepted_and_rolled_back(page: Page) -> None:
    sign_in(page, "head")
    page.goto("/#/prompts")
    run_and_accept(page)
    area = edit(page, "invoice")
    replace(area, 'name = "价税合计"', 'name = "合计总额"')
    replace(area, '"价税合计" = "3712.55", "开票日期"', '"合计总额" = "3712.55", "开票日期"')
    replace(area, '"价税合计" = "3712.55"', '"合计总额" = "3712.55"')
    saved(page)
    trial = page.get_by_role("region", name="试读一个文件")
    trial.get_by_label("文件", exact=True).set_input_files(SAMPLES / "digital_invoice.png")
    trial.get_by_role("button", name="试一试").click()
    expect(trial.get_by_text("读完了")).to_be_visible(timeout=READ_MILLISECONDS)
    expect(trial.get_by_role("row", name="合计总额")).to_contain_text("3712.55")
    trial.get_by_text("第 1 次问引擎").click()
    expect(trial.locator("details[open] pre")).to_contain_text("25992000000001234567")
    page.get_by_role("link", name="所有种类").click()
    expect(kind(page, "invoice").get_by_text("已修改")).to_be_visible()
    page.get_by_role("button", name="退回到").first.click()
    page.get_by_role("dialog").get_by_role("button", name="退回到这份").click()
    expect(kind(page, "invoice").get_by_text("已接受")).to_be_visible()
    assert 'name = "价税合计"' in edit(page, "invoice").input_value()


def run_and_accept(page: Page) -> None:
    """Have all examples read, and accept the set."""
    panel = examples(page)
    expect(panel.get_by_role("button", name="接受这一份")).to_be_disabled()
    panel.get_by_role("button", name="运行例子").click()
    expect(panel.get_by_text("个例子，")).to_be_visible(timeout=3 * READ_MILLISECONDS)
    expect(panel.get_by_role("row", name="samples/digital_invoice.png").get_by_text("✓")).to_be_visible()
    panel.get_by_role("button", name="接受这一份").click()
    expect(page.get_by_role("region", name="接受过的").get_by_text("在用")).to_be_visible()


def test_which_kind_a_file_would_get_is_told_with_its_words(page: Page) -> None:
    sign_in(page, "head")
    page.goto("/#/prompts")
    panel = page.get_by_role("region", name="会认成哪一种")
    panel.get_by_label("要认的文件").set_input_files(SAMPLES / "digital_invoice.png")
    expect(panel.get_by_text("digital_invoice.png 会认成：发票")).to_be_visible(timeout=READ_MILLISECONDS)
    expect(panel.get_by_role("listitem").first).to_contain_text("发票")


def test_a_kind_is_retired_after_a_question_unless_others_need_it(page: Page, desk: Desk) -> None:
    sign_in(page, "head")
    with desk.api("head") as api:
        parcel = {"source": "title = \"包裹\"\ntext = '''提取包裹上的文字。'''\n"}
        assert api.put("/v1/prompts/parcel/source", json=parcel, headers={"If-None-Match": "*"}).is_success
    edit(page, "parcel")
    page.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="不了").click()
    page.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(kind(page, "waybill")).to_be_visible()
    expect(kind(page, "parcel")).to_have_count(0)
    edit(page, "text")
    page.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(page.get_by_role("alert")).to_contain_text("别的文件还要用到它")


def test_the_house_shows_what_waits_and_who_works(page: Page) -> None:
    sign_in(page, "head")
    page.get_by_role("link", name="运行").click()
    queue = page.get_by_role("region", name="队列")
    for step in ("取文件", "识别", "答复", "回执"):
        expect(queue.get_by_role("row", name=step)).not_to_contain_text("没有")
    expect(page.get_by_text("一切正常")).to_be_visible()
    expect(page.get_by_role("region", name="客户端（今天）").get_by_role("row", name="finance")).to_be_visible()
    page.get_by_role("button", name="暂停刷新").click()
    expect(page.get_by_role("button", name="继续刷新")).to_be_visible()


def test_a_reader_sees_neither_prompts_nor_house(page: Page) -> None:
    sign_in(page, "finance")
    expect(page.get_by_role("link", name="提示词")).to_have_count(0)
    expect(page.get_by_role("link", name="运行")).to_have_count(0)
    page.goto("/#/house")
    expect(page.get_by_text("把文件拖到这里")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_admins_views_have_no_serious_finding(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "head")
    page.goto("/#/house")
    expect(page.get_by_role("region", name="队列")).to_be_visible()
    look_at(page, "house")
    page.goto("/#/prompts")
    expect(kind(page, "invoice")).to_be_visible()
    look_at(page, "prompts")
    area = edit(page, "taxi")
    replace(area, 'output = "fields"', 'output = "fild"')
    expect(page.get_by_text("must be one of")).to_be_visible()
    look_at(page, "editor")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"
