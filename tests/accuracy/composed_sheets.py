"""Sheets with several papers: glued on A4 or lying on a desk, slightly turned, touching, apart or over each other."""

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from tests.accuracy import business_documents, invoices, people, slips, tickets, vouchers
from tests.accuracy.labelled import labelled_papers
from tests.accuracy.sheet import BLACK, Drawn
from tests.samples.drawing import Colour, font

_PIXELS = 200 / 25.4  # of a millimetre
_WIDTH, _HEIGHT, _EDGE = 210, 297, 4  # millimetres
_BAND = 24  # millimetres at the top for the words of the form that the papers are glued on
_COLOURS: tuple[Colour, ...] = ((252, 252, 250), (252, 252, 250), (236, 230, 214), (150, 132, 112))

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """A paper that lies on sheets: the prompt that reads it, the function that draws it, its width in millimetres."""

    prompt: str
    draw: Callable[[Random], Drawn]
    width: int


SMALL = (
    PaperKind(prompt="taxi", draw=tickets.taxi, width=57),
    PaperKind(prompt="train", draw=tickets.train, width=87),
    PaperKind(prompt="machine_invoice", draw=slips.toll_slip, width=57),
    PaperKind(prompt="coach_ticket", draw=slips.coach_ticket, width=100),
    PaperKind(prompt="payment", draw=slips.payment, width=66),
)
WIDE = (
    PaperKind(prompt="invoice", draw=invoices.fully_digital, width=200),
    PaperKind(prompt="invoice", draw=invoices.older_electronic, width=200),
    PaperKind(prompt="train", draw=vouchers.rail_invoice, width=198),
    PaperKind(prompt="air", draw=vouchers.itinerary, width=200),
    PaperKind(prompt="fiscal_bill", draw=vouchers.fiscal_bill, width=190),
    PaperKind(prompt="bank_receipt", draw=vouchers.bank_receipt, width=200),
    PaperKind(prompt="trip_list", draw=slips.trip_list, width=190),
)
_RECEIPT = WIDE[5]
WAYBILL = PaperKind(prompt="waybill", draw=business_documents.waybill, width=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedPaper:
    """A paper on a sheet: its kind, what stands on it, and its corners in pixels of the sheet."""

    prompt: str
    drawn: Drawn
    corners: tuple[Point, ...]

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies on the paper."""
        pairs = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedSheet:
    """A sheet with its papers and the words on it that belong to none."""

    name: str
    kind: str
    data: bytes
    papers: tuple[PastedPaper, ...]
    words: tuple[str, ...] = ()


def composed_sheets(each: int, cache: Path) -> Iterator[ComposedSheet]:
    """Yield `each` sheets of every kind; their pictures are cached in `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    for kind, make in _KINDS.items():
        for number in range(each):
            name = f"{kind} {number}"
            sheet = make(people.seeded_random(f"sheet {name}"))
            file = cache / f"{name}.jpg"
            if not file.exists():
                file.write_bytes(sheet.jpeg())
            yield ComposedSheet(
                name=name, kind=kind, data=file.read_bytes(), papers=tuple(sheet.papers), words=tuple(sheet.words)
            )


class _Pasting:
    """A sheet while papers are put on it; sizes and places in millimetres."""

    def __init__(self, rng: Random, width: float = _WIDTH, height: float = _HEIGHT, scale: float = 1.0) -> None:
        self.rng = rng
        self.width, self.height, self.scale = width, height, _PIXELS * scale
        self.picture = Image.new("RGB", (round(width * self.scale), round(height * self.scale)), rng.choice(_COLOURS))
        self.papers: list[PastedPaper] = []
        self.words: list[str] = []
        self.gap = rng.choice((-3.0, 0.0, 0.0, 3.0, 8.0))

    def jpeg(self) -> bytes:
        """Return the picture as a scanner or a phone stores it."""
        stream = io.BytesIO()
        self.picture.save(stream, "JPEG", quality=88)
        return stream.getvalue()

    def band(self) -> None:
        """Write the head of the form that papers are glued on."""
        rng = self.rng
        words = (
            ("原始凭证粘贴单", 105, 8, 6.0),
            (f"报销部门：{rng.choice(('行政部', '市场部', '财务部'))}", 30, 18, 4.0),
            (f"报销人：{people.person(rng)}", 105, 18, 4.0),
            (f"合计金额：{rng.randint(100, 900)}.{rng.randint(10, 99)}元", 170, 18, 4.0),
        )
        draw = ImageDraw.Draw(self.picture)
        for text, x, y, size in words:
            place = (x * self.scale, y * self.scale)
            draw.text(place, text, font=font("serif", size * self.scale), fill=BLACK, anchor="mm")
            self.words.append(text)

    def put(self, kind: PaperKind, left: float, top: float, drawn: Drawn, turn: float) -> None:
        """Put a paper with its upper left corner at about (left, top), turned by `turn` degrees."""
        width = kind.width * self.scale
        size = round(width), round(width * drawn.picture.height / drawn.picture.width)
        page = drawn.picture.resize(size, Image.Resampling.LANCZOS)
        angle = math.radians(-turn)
        x, y = (left + kind.width / 2) * self.scale, top * self.scale + size[1] / 2
        corners = tuple(
            (
                x + across * size[0] / 2 * math.cos(angle) - down * size[1] / 2 * math.sin(angle),
                y + across * size[0] / 2 * math.sin(angle) + down * size[1] / 2 * math.cos(angle),
            )
            for across, down in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        )
        turned = page.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        mask = Image.new("L", size, 255).rotate(turn, Image.Resampling.BICUBIC, expand=True)
        corner = round(x - turned.width / 2), round(y - turned.height / 2)
        shadow = mask.filter(ImageFilter.GaussianBlur(4)).point(lambda value: value * 2 // 5)
        self.picture.paste((90, 90, 90), (corner[0] + 2, corner[1] + 3), shadow)
        self.picture.paste(turned, corner, mask)
        self.papers.append(PastedPaper(prompt=kind.prompt, drawn=drawn, corners=corners))

    def shelves(self, kinds: Sequence[PaperKind], top: float) -> None:
        """Put papers in rows from `top` on, as far as they fit."""
        left, tallest = float(_EDGE), 0.0
        for kind in kinds:
            drawn = kind.draw(self.rng)
            height = kind.width * drawn.picture.height / drawn.picture.width
            if left + kind.width > self.width - _EDGE:
                left, top, tallest = float(_EDGE), top + tallest + self.gap, 0.0
            if top + height > self.height - 2:
                continue
            self.put(kind, left, top, drawn, self.rng.uniform(-1.6, 1.6))
            left, tallest = left + kind.width + self.gap, max(tallest, height)


def _tickets(rng: Random) -> _Pasting:
    """Small papers of several kinds, three to eight of them as far as they fit."""
    sheet = _Pasting(rng)
    if rng.random() < 0.4:
        sheet.band()
    count = rng.randint(3, 8)
    kinds = sorted(rng.choices(SMALL, k=count), key=lambda kind: kind.prompt)
    sheet.shelves(kinds, _BAND if sheet.words else _EDGE)
    return sheet


def _alike(rng: Random) -> _Pasting:
    """Small papers of one kind, as of one journey after the other."""
    sheet = _Pasting(rng)
    sheet.shelves([rng.choice(SMALL)] * rng.randint(2, 8), _EDGE)
    return sheet


def _stacked(rng: Random) -> _Pasting:
    """Two wide papers below each other."""
    sheet = _Pasting(rng)
    sheet.shelves(rng.choices(WIDE, k=2), _EDGE)
    return sheet if len(sheet.papers) > 1 else _stacked(rng)


def _receipts(rng: Random) -> _Pasting:
    """The receipts of a bank, two or three to a page."""
    sheet = _Pasting(rng)
    sheet.shelves([_RECEIPT] * rng.randint(2, 3), _EDGE)
    return sheet


def _mixed(rng: Random) -> _Pasting:
    """A wide paper, and small ones below it."""
    sheet = _Pasting(rng)
    sheet.shelves([rng.choice(WIDE), *rng.choices(SMALL, k=rng.randint(1, 4))], _EDGE)
    return sheet if len(sheet.papers) > 1 else _mixed(rng)


def _beside(rng: Random) -> _Pasting:
    """Two wide papers beside each other."""
    sheet = _Pasting(rng, width=430, height=200, scale=0.8)
    sheet.shelves(rng.choices(WIDE, k=2), _EDGE + 4)
    return sheet


def real_sheets() -> Iterator[ComposedSheet]:
    """Yield sheets of two labelled real papers each, beside or below each other; none if the papers are missing."""
    papers = [paper for paper in labelled_papers() if paper.kind in _PROMPTS and paper.file.suffix in {".png", ".jpg"}]
    for number, (one, other) in enumerate(combinations(papers, 2)):
        pictures = [Image.open(paper.file).convert("RGB") for paper in (one, other)]
        beside = number % 2 == 0
        step = pictures[0].width + 20 if beside else 0, 0 if beside else pictures[0].height + 20
        size = (
            step[0] + max(pictures[1].width, 0 if beside else pictures[0].width),
            step[1] + max(pictures[1].height, pictures[0].height if beside else 0),
        )
        sheet = Image.new("RGB", size, (225, 222, 216))
        pasted = []
        for paper, picture, (left, top) in zip((one, other), pictures, ((0, 0), step), strict=True):
            sheet.paste(picture, (left, top))
            right, bottom = left + picture.width, top + picture.height
            drawn = Drawn(picture=picture, truth=paper.fields, rows=paper.rows)
            corners = ((left, top), (right, top), (right, bottom), (left, bottom))
            pasted.append(PastedPaper(prompt=_PROMPTS[paper.kind], drawn=drawn, corners=corners))
        stream = io.BytesIO()
        sheet.save(stream, "JPEG", quality=92)
        name = f"{one.file.stem} and {other.file.stem}"
        yield ComposedSheet(name=name, kind="real", data=stream.getvalue(), papers=tuple(pasted))


_PROMPTS = {
    "发票": "invoice",
    "航空运输电子客票行程单": "air",
    "铁路电子客票": "train",
    "出租车票": "taxi",
    "营业执照": "licence",
}
_KINDS: dict[str, Callable[[Random], _Pasting]] = {
    "tickets": _tickets,
    "alike": _alike,
    "stacked": _stacked,
    "receipts": _receipts,
    "mixed": _mixed,
    "beside": _beside,
}
