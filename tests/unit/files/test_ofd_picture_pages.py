"""Which pages of an OFD are read as pictures: those whose print is not in text objects that a person sees."""

import pytest
from PIL import Image

from bot.domain.errors import Refused
from tests.fakes.embedded_files import invoice_xml, ofd
from tests.fakes.outlined_ofd import Printed, outlined_ofd, page_xml, resources, scanned_ofd
from workers.files.file_type import identify
from workers.files.format_protocol import OpenedFile, OpenRequest, PageWindow
from workers.files.ofd import open_file

LINES: tuple[Printed, ...] = (
    (20, 20, 5, "出行行程单"),
    (20, 30, 5, "合计35.50元，已经支付"),
    (20, 40, 5, "起点青州站"),
)
STAMP = (
    '<ofd:TextObject ID="1" Boundary="10 10 90 6" Size="4"><ofd:TextCode X="0" Y="4">{}</ofd:TextCode></ofd:TextObject>'
)
SCAN = Image.new("RGB", (210, 297), "white")
PATH = '<ofd:PathObject ID="2" Boundary="0 0 90 9" {}><ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:PathObject>'
LOGO, LINE = PATH.format('Fill="true"', "M 0 0 B 1 1 2 2 3 3 C"), PATH.format("", "M 0 0 L 90 0")
WHOLE = PageWindow()


def opened(data: bytes, window: PageWindow = WHOLE, *, as_pictures: bool = False) -> OpenedFile:
    with open_file(OpenRequest(file=identify(data), window=window, as_pictures=as_pictures)) as file:
        return file


def one_page(objects: str, **members: str) -> bytes:
    return ofd(printed=((),), more={"Doc_0/Pages/Page_0/Content.xml": page_xml(objects), **members})


@pytest.mark.parametrize(
    "data",
    [
        outlined_ofd(LINES),
        outlined_ofd(LINES, more=STAMP.format("第1页")),
        scanned_ofd(SCAN),
        scanned_ofd(SCAN, more=STAMP.format("扫描全能王")),
        scanned_ofd(SCAN, more=STAMP.format("合计 1000 元").replace("Size", 'Visible="false" Size')),
        one_page(STAMP.format("\ue123\ue124\ue125\ufffd") + LINE),
        one_page(STAMP.format("\ue123\ue124\ue125")),
        one_page('<ofd:CompositeObject ID="3" Boundary="0 0 99 99" ResourceID="9"/>'),
    ],
    ids=[
        "outlines",
        "with a number",
        "scan",
        "with a mark",
        "with hidden text",
        "no letters",
        "none at all",
        "composite",
    ],
)
def test_a_page_whose_print_is_not_in_its_texts_is_a_picture(data: bytes) -> None:
    file = opened(data)

    assert list(file.pages.numbers) == [0]
    assert (file.embedded, file.count, file.left) == (None, 1, 0)


@pytest.mark.parametrize(
    "data",
    [
        one_page(STAMP.format("价税合计")),
        one_page(STAMP.format("价税合计") + LINE * 40),
        one_page(STAMP.format("价税合计壹佰零陆圆整") + LOGO * 60),
        scanned_ofd(SCAN, more=STAMP.format("价税合计（大写）壹佰零陆圆整，" * 4)),
        ofd(attached=invoice_xml(), printed=((),)),
        ofd(attached=invoice_xml(), printed=((),), more={"Doc_0/Pages/Page_0/Content.xml": page_xml(LOGO * 99)}),
    ],
    ids=["text", "a table", "a logo", "a background", "data", "data and outlines"],
)
def test_a_page_with_text_or_a_file_with_data_is_taken_at_its_word(data: bytes) -> None:
    file = opened(data)

    assert list(file.pages.numbers) == []
    assert file.embedded is not None
    assert file.embedded.text
    assert list(file.code_pages.numbers) == [0]


def test_every_page_can_be_had_as_a_picture_even_one_with_text() -> None:
    file = opened(ofd(attached=invoice_xml(), printed=((("1", "一"),), (("2", "二"),))), as_pictures=True)

    assert list(file.pages.numbers) == [0, 1]
    assert file.embedded is None
    assert file.pages.page(1).image.size == file.pages.size(1) == (1654, 2339)


def test_pages_with_text_and_without_lie_in_one_file_and_are_opened_by_the_window() -> None:
    words = page_xml(STAMP.format("第三页"))
    pages = [LINES] * 5
    data = outlined_ofd(*pages)
    members = {f"Doc_0/Pages/Page_{number}/Content.xml": words for number in (2,)}
    mixed = ofd(
        printed=((),) * 5,
        more={
            f"Doc_0/Pages/Page_{number}/Content.xml": page_xml(LOGO * 60) for number in range(5)
        } | members,
    )  # fmt: skip

    whole, part = opened(mixed), opened(mixed, PageWindow(first=1, most=2))
    assert (list(whole.pages.numbers), whole.count, whole.left) == ([0, 1, 3, 4], 5, 0)
    assert whole.embedded is not None
    assert [(line.text, line.page) for line in whole.embedded.lines] == [("第三页", 2)]
    assert (list(part.pages.numbers), part.first, part.count, part.left) == ([1], 1, 2, 2)
    assert "5 页" in part.doubts[0]
    with pytest.raises(Refused) as refused:
        opened(data, PageWindow(first=5))
    assert refused.value.reason == "no_such_page"


def test_an_ofd_with_nothing_on_its_pages_is_refused() -> None:
    for data in (one_page(""), one_page(LINE.replace("ID", 'Visible="false" ID')), ofd(printed=(), more=resources(""))):
        with pytest.raises(Refused) as refused:
            opened(data)
        assert refused.value.reason == "ofd_without_text"
