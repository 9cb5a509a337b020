"""Pages of an OFD are drawn as they are meant: each object in its place, its colour and its order."""

import io
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pylopdf_fonts_zh_cn
import pytest
from PIL import Image

from bot.domain.errors import Refused
from tests.fakes.embedded_files import ofd
from tests.fakes.outlined_ofd import NAMESPACE, page_xml, resources, scanned_ofd
from workers.files.file_type import identify
from workers.files.format_protocol import OpenRequest
from workers.files.ofd import open_file
from workers.files.ofd_drawing.font_tables import glyphs_by_character

WHITE, BLACK, RED, GREEN, BLUE = (255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)
_SQUARE = "M 0 0 L 10 0 L 10 10 L 0 10 C"
_FILLED = 'Fill="true" Stroke="false"'
_DOT = 200 / 25.4  # pixels to a mm


class Drawn:
    """A page that was drawn, asked by mm."""

    def __init__(self, data: bytes, page: int = 0) -> None:
        with open_file(OpenRequest(file=identify(data), as_pictures=True)) as opened:
            self.image = opened.pages.page(page).image
        self.dots = np.asarray(self.image)

    def at(self, x: float, y: float) -> tuple[int, int, int]:
        red, green, blue = self.dots[round(y * _DOT), round(x * _DOT)]
        return int(red), int(green), int(blue)

    def has_ink(self, left: float, top: float, right: float, bottom: float) -> bool:
        first_column, first_row, last_column, last_row = (round(side * _DOT) for side in (left, top, right, bottom))
        return bool((self.dots[first_row:last_row, first_column:last_column] < 128).any())


def page_of(objects: str, more: Mapping[str, str | bytes] | None = None, area: str = "0 0 60 40") -> bytes:
    content: dict[str, str | bytes] = {"Doc_0/Pages/Page_0/Content.xml": page_xml(objects, area)}
    return ofd(printed=((),), more=content | dict(more or {}))


def path(
    place: str,
    data: str = _SQUARE,
    *,
    fill: str = "255 0 0",
    attributes: str = _FILLED,
    inside: str = "",
) -> str:
    colour = f'<ofd:FillColor Value="{fill}"/>' if fill else ""
    return (
        f'<ofd:PathObject ID="1" Boundary="{place}" {attributes}>{colour}{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def test_paths_are_filled_and_stroked_in_their_places_and_cut_at_their_bounds() -> None:
    drawn = Drawn(
        page_of(
            path("5 5 10 10")
            + path("20 5 5 10", fill="#00 #FF #00")  # half of it is beyond
            + path("35 5 10 10", attributes='Fill="true" Stroke="false" CTM="0.5 0 0 0.5 5 5"', fill="0 0 255")
            + path("5 25 10 10", fill="", attributes='LineWidth="2"')
            + path("20 25 10 10", f"{_SQUARE} M 3 3 L 7 3 L 7 7 L 3 7 C", attributes=f'{_FILLED} Rule="Even-Odd"')
            + path("35 25 10 10", "S 0 5 A 5 5 0 0 1 10 5 A 5 5 0 0 1 0 5 C")
            + path("48 25 10 10", "M 0 10 Q 5 -10 10 10 C")
        )
    )  # fmt: skip

    assert drawn.image.size == (472, 315)
    assert (drawn.at(10, 10), drawn.at(3, 10), drawn.at(16, 10)) == (RED, WHITE, WHITE)
    assert (drawn.at(22, 10), drawn.at(27, 10)) == (GREEN, WHITE)
    assert (drawn.at(38, 8), drawn.at(43, 13)) == (WHITE, BLUE)
    assert (drawn.at(10, 30), drawn.at(5.5, 30)) == (WHITE, BLACK)
    assert (drawn.at(25, 30), drawn.at(21, 30)) == (WHITE, RED)
    assert (drawn.at(40, 30), drawn.at(40, 26), drawn.at(35.5, 25.5)) == (RED, RED, WHITE)
    assert (drawn.at(53, 32), drawn.at(49, 27)) == (RED, WHITE)


def test_what_an_object_does_not_say_its_parameters_say_and_those_of_its_layer() -> None:
    parameters = (
        '<ofd:DrawParams><ofd:DrawParam ID="4" LineWidth="2"><ofd:FillColor Value="255 0 0"/><ofd:StrokeColor Value='
        '"0 0 255"/></ofd:DrawParam><ofd:DrawParam ID="5" Relative="4"><ofd:FillColor Value="0 255 0"/></ofd:DrawParam>'
        '<ofd:DrawParam ID="6" Relative="6"/></ofd:DrawParams>'
    )
    objects = (
        path("5 5 10 10", fill="", attributes='Fill="true"')
        + path("20 5 10 10", fill="", attributes='Fill="true" DrawParam="5"')
        + path("35 5 10 10", attributes='Fill="true" Stroke="false" DrawParam="6"')
    )
    drawn = Drawn(page_of(f'<ofd:PageBlock DrawParam="4">{objects}</ofd:PageBlock>', resources(parameters)))

    assert (drawn.at(10, 10), drawn.at(5.5, 10)) == (RED, BLUE)
    assert (drawn.at(25, 10), drawn.at(20.5, 10)) == (GREEN, BLUE)
    assert drawn.at(40, 10) == RED


def test_palettes_other_colour_spaces_gradients_and_opacity_give_colours() -> None:
    palette = "<ofd:Palette><ofd:CV>255 0 0</ofd:CV><ofd:CV>0 0 255</ofd:CV></ofd:Palette>"
    spaces = f'<ofd:ColorSpaces><ofd:ColorSpace ID="7" Type="RGB">{palette}</ofd:ColorSpace></ofd:ColorSpaces>'
    segments = '<ofd:Segment><ofd:Color Value="255 0 0"/></ofd:Segment>' * 3
    gradient = f"<ofd:FillColor><ofd:AxialShd>{segments}</ofd:AxialShd></ofd:FillColor>"
    drawn = Drawn(
        page_of(
            path("5 5 10 10", fill="", inside='<ofd:FillColor ColorSpace="7" Index="1"/>')
            + path("20 5 10 10", fill="0 255 255 0")
            + path("35 5 10 10", fill="", inside=gradient)
            + path("5 20 10 10", fill="", inside='<ofd:FillColor Value="0 0 0" Alpha="128"/>')
            + path("20 20 10 10", attributes='Fill="true" Stroke="false" Alpha="0"')
            + path("35 20 10 10", fill="", inside="<ofd:FillColor><ofd:Pattern/></ofd:FillColor>")
            + path("48 20 10 10", attributes='Fill="true" Stroke="false" Visible="false"'),
            resources(spaces),
        )
    )

    assert drawn.at(10, 10) == BLUE
    assert drawn.at(25, 10)[0] > 200
    assert drawn.at(25, 10)[1] < 100
    assert drawn.at(40, 10) == RED
    assert 120 < drawn.at(10, 25)[0] < 136
    assert {drawn.at(x, 25) for x in (25, 40, 53)} == {WHITE}


def test_clips_let_through_what_all_of_them_let_through() -> None:
    clip = (
        "<ofd:Clip><ofd:Area {}><ofd:Path Boundary='{}'><ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:Path>"
        "</ofd:Area></ofd:Clip>"
    )
    left_half = clip.format("", "0 0 5 10", "M 0 0 L 5 0 L 5 10 L 0 10 C")
    upper_half = clip.format("CTM='0.1 0 0 0.1 0 0'", "0 0 100 50", "M 0 0 L 100 0 L 100 50 L 0 50 C")
    drawn = Drawn(
        page_of(path("5 5 10 10", inside=f'<ofd:Clips TransFlag="false">{left_half}{upper_half}</ofd:Clips>'))
    )

    assert drawn.at(7, 7) == RED
    assert {drawn.at(*place) for place in ((12, 7), (7, 12), (12, 12))} == {WHITE}


def test_templates_lie_behind_or_in_front_and_annotations_on_top() -> None:
    document = (
        f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 60 40</ofd:PhysicalBox>"
        '</ofd:PageArea><ofd:TemplatePage ID="8" BaseLoc="T8.xml"/><ofd:TemplatePage ID="9" BaseLoc="T9.xml" '
        'ZOrder="Foreground"/></ofd:CommonData><ofd:Pages><ofd:Page ID="100" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>"
    )
    annotations = (
        f'<ofd:PageAnnot {NAMESPACE}><ofd:Annot ID="1"><ofd:Appearance Boundary="20 0 20 20">'
        f'{path("0 5 10 10", fill="0 255 0")}</ofd:Appearance></ofd:Annot><ofd:Annot ID="2" Visible="false">'
        f'<ofd:Appearance Boundary="40 0 20 20">{path("0 5 10 10")}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>'
    )
    used = '<ofd:Template TemplateID="8"/><ofd:Template TemplateID="9"/><ofd:Template TemplateID="77"/>'
    own = path("5 5 10 10", fill="255 0 0") + path("20 5 10 10", fill="255 0 0")
    page = f"<ofd:Page {NAMESPACE}>{used}<ofd:Content><ofd:Layer>{own}</ofd:Layer></ofd:Content></ofd:Page>"
    place = "<ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc>"
    listed = f'<ofd:Annotations {NAMESPACE}><ofd:Page PageID="100">{place}</ofd:Page></ofd:Annotations>'
    drawn = Drawn(
        ofd(
            printed=((),),
            more={
                "Doc_0/Document.xml": document,
                "Doc_0/Pages/Page_0/Content.xml": page,
                "Doc_0/T8.xml": page_xml(path("5 5 10 20", "M 0 0 L 10 0 L 10 20 L 0 20 C", fill="0 0 255") + used),
                "Doc_0/T9.xml": page_xml(path("5 5 5 5", fill="0 255 0") + used),
                "Doc_0/Annots/Annotations.xml": listed,
                "Doc_0/Annots/Page_0/Annotation.xml": annotations,
            },
        )
    )

    assert (drawn.at(12, 20), drawn.at(12, 12), drawn.at(7, 7)) == (BLUE, RED, GREEN)
    assert (drawn.at(25, 10), drawn.at(45, 10)) == (GREEN, WHITE)


def test_composites_are_drawn_where_they_are_used_with_the_resources_of_the_page() -> None:
    content = f"<ofd:Content>{path('0 0 10 10')}</ofd:Content>"
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="30" Width="10" Height="10">'
        f"{content}</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    use = '<ofd:CompositeObject ID="2" ResourceID="30" Boundary="{x} 5 10 10" CTM="0.5 0 0 0.5 0 0"/>'
    page = page_xml(use.format(x=5) + use.format(x=20), "0 0 60 40").replace(
        "<ofd:Area>", "<ofd:PageRes>Own.xml</ofd:PageRes><ofd:Area>"
    )
    drawn = Drawn(
        page_of("", {"Doc_0/Pages/Page_0/Content.xml": page, "Doc_0/Own.xml": f"<ofd:Res {NAMESPACE}>{unit}</ofd:Res>"})
    )

    assert (drawn.at(7, 7), drawn.at(22, 7), drawn.at(12, 12)) == (RED, RED, WHITE)


def _png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def _black_jbig2(side: int) -> bytes:
    """A page whose every pixel is set by its default, which has no other segments (ITU-T T.88, 7.4.8)."""
    page = side.to_bytes(4) * 2 + bytes(8) + b"\x04\0\0"
    return b"\x97JB2\r\n\x1a\n\x01" + (1).to_bytes(4) + bytes(4) + b"\x30\0\x01" + len(page).to_bytes(4) + page


def test_pictures_keep_their_transparency_and_may_be_jbig2() -> None:
    seal = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    seal.paste((255, 0, 0, 255), (0, 0, 10, 20))
    names = {"40": "seal.png", "41": "code.jb2", "42": "blue.png", "43": "mask.png", "44": "broken.png"}
    media = "".join(
        f'<ofd:MultiMedia ID="{number}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        for number, name in names.items()
    )
    mask = Image.new("L", (20, 20), 0)
    mask.paste(255, (0, 0, 20, 10))
    files: dict[str, str | bytes] = {
        "Doc_0/Res/seal.png": _png(seal),
        "Doc_0/Res/code.jb2": _black_jbig2(16),
        "Doc_0/Res/blue.png": _png(Image.new("RGB", (20, 20), BLUE)),
        "Doc_0/Res/mask.png": _png(mask),
        "Doc_0/Res/broken.png": _png(seal)[:50],
    }
    shown = '<ofd:ImageObject ID="3" ResourceID="{}" Boundary="{} 5 10 10" CTM="10 0 0 10 0 0" {}/>'
    drawn = Drawn(
        page_of(
            path("5 5 10 10", fill="0 255 0")
            + shown.format(40, 5, "")
            + shown.format(41, 20, "")
            + shown.format(42, 35, 'ImageMask="43"')
            + shown.format(44, 48, "")
            + '<ofd:ImageObject ID="4" ResourceID="42" Boundary="5 25 10 10"/>',
            resources(f"<ofd:MultiMedias>{media}</ofd:MultiMedias>") | files,
        )
    )

    assert (drawn.at(7, 10), drawn.at(13, 10)) == (RED, GREEN)
    assert drawn.at(25, 10) == BLACK
    assert (drawn.at(40, 7), drawn.at(40, 13)) == (BLUE, WHITE)
    assert (drawn.at(53, 10), drawn.at(10, 30)) == (WHITE, BLUE)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "TIFF", "GIF"])
def test_a_scan_is_drawn_as_fine_as_it_is_and_the_right_way_up(form: str) -> None:
    scan = Image.new("RGB", (2480, 3508), "white")
    scan.paste((0, 0, 0), (0, 0, 400, 400))

    drawn = Drawn(scanned_ofd(scan, form=form))

    assert abs(drawn.image.width - 2480) <= 1
    assert abs(drawn.image.height - 3508) <= 1
    assert drawn.dots[200, 200].max() < 30
    assert min(drawn.dots[3300, 200].min(), drawn.dots[200, 2300].min()) > 225


def text(place: str, words: str, *, font: str = "", attributes: str = "", inside: str = "") -> str:
    return (
        f'<ofd:TextObject ID="5" Boundary="{place}" Font="{font}" Size="6" {attributes}>{inside}'
        f'<ofd:TextCode X="0" Y="6" DeltaX="g {max(1, len(words) - 1)} 6">{words}</ofd:TextCode></ofd:TextObject>'
    )


def test_text_stands_in_its_place_whatever_font_it_names() -> None:
    drawn = Drawn(
        page_of(
            text("5 5 30 8", "中中") + text("5 20 30 8", "中", attributes='CTM="0 1 -1 0 10 0"')
            + text("30 20 30 8", "中", attributes='Fill="false"')
            + text("40 5 30 8", "中", inside='<ofd:FillColor Value="255 255 255"/>')
        )
    )  # fmt: skip

    assert drawn.has_ink(5, 5, 11, 12)
    assert drawn.has_ink(11, 5, 17, 12)
    assert not drawn.has_ink(18, 5, 60, 12)
    assert drawn.has_ink(8, 20, 15, 26)
    assert not drawn.has_ink(16, 14, 60, 40)


def test_a_font_in_the_file_is_used_by_its_characters_and_by_the_numbers_of_its_glyphs() -> None:
    font = pylopdf_fonts_zh_cn.sans_path().read_bytes()
    fonts = '<ofd:Fonts><ofd:Font ID="60" FontName="X"><ofd:FontFile>x.otf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    glyph = (
        '<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1"><ofd:Glyphs>{}</ofd:Glyphs></ofd:CGTransform>'
    )
    number = glyphs_by_character(font)[ord("田")]
    objects = text("5 5 10 8", "田", font="60") + text("30.4 5 10 8", "?", font="60", inside=glyph.format(number))
    drawn = Drawn(page_of(objects, {**resources(fonts), "Doc_0/Res/x.otf": font}))
    one, other = (drawn.dots[32:110, left : left + 60].astype(int) for left in (36, 236))
    bars = ((other < 128).sum(axis=(0, 2)) > 75).tolist()

    assert drawn.has_ink(5, 5, 11, 12)
    assert np.abs(one - other).max() < 90
    assert sum(now and not before for before, now in pairwise(bars)) == 3  # the letter has three upright strokes


def test_after_two_pages_with_too_much_on_them_the_file_is_given_up() -> None:
    deep = "<ofd:PageBlock>" * 60 + path("5 5 10 10") + "</ofd:PageBlock>" * 60
    pages = (path("5 5 10 10"), deep, path("5 5 10 10"), deep, path("5 5 10 10"))
    members = {f"Doc_0/Pages/Page_{number}/Content.xml": page_xml(objects) for number, objects in enumerate(pages)}
    outcomes = []
    with open_file(OpenRequest(file=identify(ofd(printed=((),) * 5, more=members)))) as opened:
        for number in range(5):
            try:
                outcomes.append(opened.pages.page(number).image.mode)
            except Refused as refused:
                outcomes.append(refused.reason)

    assert outcomes == ["RGB", "ofd_page_heavy", "RGB", "ofd_page_heavy", "ofd_page_heavy"]
