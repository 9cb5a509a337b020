"""The text of an OFD is what a person sees of it."""

import pytest

from tests.fakes.embedded_files import ofd
from workers.files.file_type import identify
from workers.files.format_protocol import OpenRequest
from workers.files.ofd import open_file

_PLAIN = 'Boundary="20 50 150 5" Size="4"'
_CODE = '<ofd:TextCode X="0" Y="4" DeltaX="g 5 4">价税合计一元</ofd:TextCode>'


def page_text(hidden: str) -> str:
    code = '<ofd:TextCode X="0" Y="4">发票</ofd:TextCode>'
    shown = f'<ofd:TextObject ID="1" Boundary="20 10 150 5" Size="4">{code}</ofd:TextObject>'
    content = (
        '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Area><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox>'
        f"</ofd:Area><ofd:Content><ofd:Layer>{shown}{hidden}</ofd:Layer></ofd:Content></ofd:Page>"
    )
    file = identify(ofd(more={"Doc_0/Pages/Page_0/Content.xml": content}))
    with open_file(OpenRequest(file=file)) as opened:
        return opened.embedded.text if opened.embedded else ""


def text_object(attributes: str = "", inside: str = "", place: str = _PLAIN) -> str:
    return f'<ofd:TextObject ID="2" {place} {attributes}>{inside}{_CODE}</ofd:TextObject>'


@pytest.mark.parametrize(
    "hidden",
    [
        text_object('Visible="false"'),
        text_object('Alpha="0"'),
        text_object('Fill="false"'),
        text_object(inside='<ofd:FillColor Value="255 255 255"/>'),
        text_object(inside='<ofd:FillColor Value="250 250 245"/>'),
        text_object(inside='<ofd:FillColor Value="0 0 0 0"/>'),
        text_object(inside='<ofd:FillColor Value="0 0 0" Alpha="0"/>'),
        text_object(place='Boundary="20 50 150 5" Size="0.1"'),
        text_object('CTM="0.01 0 0 0.01 0 0"'),
        text_object(place='Boundary="300 50 150 5" Size="4"'),
        text_object(place='Boundary="20 50 0 0" Size="4"').replace('X="0"', 'X="50"'),
        f'<ofd:PageBlock Visible="false">{text_object()}</ofd:PageBlock>',
    ],
    ids=[
        "not visible", "transparent", "not filled", "white", "nearly white", "white in CMYK", "transparent colour",
        "tiny", "tiny by its matrix", "off the page", "beyond its boundary", "in a hidden block",
    ],
)  # fmt: skip
def test_a_text_that_nobody_sees_is_left_out(hidden: str) -> None:
    text = page_text(hidden)

    assert "发票" in text
    assert "价税合计" not in text


@pytest.mark.parametrize(
    "shown",
    [
        text_object(),
        text_object('Visible="true" Alpha="255"'),
        text_object(inside='<ofd:FillColor Value="156 82 35" ColorSpace="5"/>'),
        text_object(inside='<ofd:FillColor ColorSpace="5" Index="3"/>'),
        text_object('Fill="false" Stroke="true"', inside='<ofd:StrokeColor Value="255 0 0"/>'),
        text_object(place='Boundary="160 50 -24 5" Size="4"').replace('X="0"', 'X="-24"'),
        text_object('CTM="0.3528 0 0 0.3528 0 0"', place='Boundary="20 50 150 5" Size="9"'),
    ],
)
def test_a_text_that_is_seen_is_read(shown: str) -> None:
    assert "价税合计" in page_text(shown)
