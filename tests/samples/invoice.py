"""A fully digital general invoice (数电票) as the form has been since 2023, with invented data."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import segno
from PIL import Image, ImageDraw, ImageFont

from tests.samples.drawing import Colour, Pen, font, seal, spread, stacked

SIZE = (1240, 820)
_LEFT, _RIGHT = 44, 1196
_FORM: Colour = (128, 42, 24)
_INK: Colour = (18, 18, 22)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of goods; the amounts follow from quantity, price and rate."""

    name: str
    model: str = ""
    unit: str
    quantity: Decimal
    price: Decimal
    rate: int  # per cent
    discount: Decimal | None = None  # what this line takes off; such a line has neither quantity nor price

    @property
    def amount(self) -> Decimal:
        """Without tax."""
        if self.discount is not None:
            return -self.discount
        return (self.quantity * self.price).quantize(Decimal("0.01"))

    @property
    def cells(self) -> tuple[str, ...]:
        """What is printed below the eight labels."""
        sold = ("", "", "") if self.discount is not None else (self.unit, str(self.quantity), str(self.price))
        return (self.name, self.model, *sold, str(self.amount), f"{self.rate}%", str(self.tax))

    @property
    def tax(self) -> Decimal:
        """The tax on the amount."""
        return (self.amount * self.rate / 100).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What is printed; `date` is YYYYMMDD and the tax numbers come without their check character."""

    title: str = "电子发票（普通发票）"
    number: str
    date: str
    buyer: str
    buyer_code: str
    seller: str
    seller_code: str
    items: Sequence[Item]
    remark: str
    clerk: str

    @property
    def amount(self) -> Decimal:
        """The sum without tax."""
        return sum((item.amount for item in self.items), Decimal("0.00"))

    @property
    def tax(self) -> Decimal:
        """The sum of the taxes."""
        return sum((item.tax for item in self.items), Decimal("0.00"))


SAMPLE = Invoice(
    number="25992000000001234567",
    date="20250318",
    buyer="青禾样例科技有限公司",
    # No region has the number 990000, so that neither can be a real company's.
    buyer_code="91990000MA0A1B2C3",
    seller="云州示例办公用品有限公司",
    seller_code="91990000MA7K5H8D4",
    items=(
        Item(name="*纸制品*A4复印纸", model="80g 500张", unit="箱", quantity=Decimal(12), price=Decimal(165), rate=13),
        Item(name="*文具*中性笔", model="0.5mm 黑", unit="盒", quantity=Decimal(30), price=Decimal("18.5"), rate=13),
        Item(name="*信息技术服务*打印机维护", unit="次", quantity=Decimal(1), price=Decimal(800), rate=6),
    ),
    remark="样例发票，仅供测试，不作报销凭证",
    clerk="王小样",
)


def credit_code(body: str) -> str:
    """The 17 characters with the check character of GB 32100-2015 behind them."""
    total = sum(_ALPHABET.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True))
    return body + _ALPHABET[(31 - total % 31) % 31]


def in_words(amount: Decimal) -> str:
    """An amount below a hundred million yuan in capital numerals: 叁仟柒佰壹拾贰圆伍角伍分."""
    cents = int(amount * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = (
        (_section(yuan // 10000) + "万" if yuan >= 10000 else "") + _section(yuan % 10000, after=yuan >= 10000) + "圆"
    )
    if not jiao and not fen:
        return text + "整"
    return text + (_DIGITS[jiao] + "角" if jiao else "零") + (_DIGITS[fen] + "分" if fen else "")


def _section(value: int, *, after: bool = False) -> str:
    digits = f"{value:04d}"
    text = "".join(_DIGITS[int(d)] + u if d != "0" else "零" for d, u in zip(digits, "仟佰拾 ", strict=True)).replace(
        " ", ""
    )
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.rstrip("零") if after else text.strip("零")


def qr_text(invoice: Invoice) -> str:
    """The string in the code: the type 32 has no code and no check code, and carries the total with tax."""
    body = f"01,32,,{invoice.number},{invoice.amount + invoice.tax},{invoice.date},,"
    register = 0
    for byte in body.encode():
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ 0x8005 if register & 0x8000 else register << 1) & 0xFFFF
    return f"{body}{register:04X}"


def truth(invoice: Invoice) -> dict[str, str]:
    """The fields as they should be read: the date in ISO form, money as plain decimals."""
    total = invoice.amount + invoice.tax
    return {
        "发票名称": invoice.title,
        "发票号码": invoice.number,
        "开票日期": f"{invoice.date[:4]}-{invoice.date[4:6]}-{invoice.date[6:]}",
        "购买方名称": invoice.buyer,
        "购买方纳税人识别号": credit_code(invoice.buyer_code),
        "销售方名称": invoice.seller,
        "销售方纳税人识别号": credit_code(invoice.seller_code),
        "合计金额": str(invoice.amount),
        "合计税额": str(invoice.tax),
        "价税合计": str(total),
        "价税合计（大写）": in_words(total),
        "开票人": invoice.clerk,
        "备注": invoice.remark,
    }


def draw_invoice(invoice: Invoice) -> Image.Image:
    """The form as it looks when its PDF is opened, 1240 × 820."""
    page = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(page)
    _rules(draw)
    _head(page, draw, invoice)
    _parties(draw, invoice)
    _goods(draw, invoice)
    _totals(draw, invoice)
    mark = seal((84, 55), "全国统一发票监制章", [("国家税务总局", 17, 2)], "云州市税务局")
    page.paste(mark, (SIZE[0] // 2 - mark.width // 2, 54), mark)
    return page


def _rules(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((_LEFT, 176, _RIGHT, 742), outline=_FORM, width=2)
    for y in (294, 604, 658):
        draw.line((_LEFT, y, _RIGHT, y), fill=_FORM, width=2)
    for x in (84, 620, 660):
        draw.line((x, 176, x, 294), fill=_FORM, width=2)
    draw.line((84, 658, 84, 742), fill=_FORM, width=2)
    draw.line((336, 604, 336, 658), fill=_FORM, width=2)
    for y in (104, 110):
        draw.line((400, y, 840, y), fill=_FORM, width=2)


def _head(page: Image.Image, draw: ImageDraw.ImageDraw, invoice: Invoice) -> None:
    stream = io.BytesIO()
    segno.make(qr_text(invoice), error="m").save(stream, kind="png", scale=4, border=2)
    code = Image.open(stream).convert("RGB")
    page.paste(code, (52, 22))
    size = min(42, 440 / len(invoice.title))
    draw.text((620, 70), invoice.title, font=font("kai", size), fill=_FORM, anchor="mm", stroke_width=1)
    label, value = font("kai", 22), font("serif", 21)
    day = f"{invoice.date[:4]}年{invoice.date[4:6]}月{invoice.date[6:]}日"
    for y, name, text in ((62, "发票号码：", invoice.number), (100, "开票日期：", day)):
        draw.text((852, y), name, font=label, fill=_FORM, anchor="lm")
        draw.text((962, y), text, font=value, fill=_INK, anchor="lm")


def _parties(draw: ImageDraw.ImageDraw, invoice: Invoice) -> None:
    caption, label, value = Pen(face="kai", size=19, ink=_FORM), font("kai", 20), font("serif", 20)
    for x, who, name, code in (
        (64, "购买方信息", invoice.buyer, credit_code(invoice.buyer_code)),
        (640, "销售方信息", invoice.seller, credit_code(invoice.seller_code)),
    ):
        stacked(draw, (x, 235), who, caption, 21)
        draw.text((x + 32, 210), "名称：", font=label, fill=_FORM, anchor="lm")
        draw.text((x + 94, 210), name, font=value, fill=_INK, anchor="lm")
        draw.text((x + 32, 264), "统一社会信用代码/纳税人识别号：", font=font("kai", 18), fill=_FORM, anchor="lm")
        draw.text((x + 306, 264), code, font=font("serif", 19), fill=_INK, anchor="lm")


_NAME_WIDTH = 300
_COLUMNS = (  # heading, where it stands, where its values stand and how they are anchored
    ("项目名称", 190, 54, "lm"),
    ("规格型号", 420, 368, "lm"),
    ("单 位", 536, 536, "mm"),
    ("数 量", 652, 694, "rm"),
    ("单 价", 778, 822, "rm"),
    ("金 额", 910, 952, "rm"),
    ("税率/征收率", 1030, 1030, "mm"),
    ("税 额", 1146, 1188, "rm"),
)


def wrapped(text: str, used: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The lines of `text` where each is at most `width` wide, broken anywhere as these forms do."""
    lines = [""]
    for character in text:
        if used.getlength(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


def _goods(draw: ImageDraw.ImageDraw, invoice: Invoice) -> None:
    for heading, x, _, _ in _COLUMNS:
        draw.text((x, 314), heading, font=font("kai", 20), fill=_FORM, anchor="mm")
    y = 352
    for item in invoice.items:
        name, *more = wrapped(item.name, font("serif", 19), _NAME_WIDTH)
        for (_, _, x, anchor), cell in zip(_COLUMNS, (name, *item.cells[1:]), strict=True):
            draw.text((x, y), cell, font=font("serif", 19), fill=_INK, anchor=anchor)
        for part in more:
            y += 32
            draw.text((_COLUMNS[0][2], y), part, font=font("serif", 19), fill=_INK, anchor=_COLUMNS[0][3])
        y += 36
    spread(draw, (140, 578), "合计", Pen(face="kai", size=21, ink=_FORM), 70)
    for x, money in ((952, invoice.amount), (1188, invoice.tax)):
        draw.text((x, 578), f"¥{money}", font=font("serif", 20), fill=_INK, anchor="rm")


def _totals(draw: ImageDraw.ImageDraw, invoice: Invoice) -> None:
    total = invoice.amount + invoice.tax
    draw.text((190, 631), "价税合计（大写）", font=font("kai", 21), fill=_FORM, anchor="mm")
    draw.ellipse((362, 620, 384, 642), outline=_INK, width=2)
    for slope in (1, -1):
        draw.line((366, 631 - 7 * slope, 380, 631 + 7 * slope), fill=_INK, width=2)
    draw.text((398, 631), in_words(total), font=font("serif", 22), fill=_INK, anchor="lm")
    draw.text((868, 631), "（小写）", font=font("kai", 21), fill=_FORM, anchor="lm")
    draw.text((956, 631), f"¥{total}", font=font("serif", 22), fill=_INK, anchor="lm")
    stacked(draw, (64, 700), "备注", Pen(face="kai", size=19, ink=_FORM), 30)
    draw.text((98, 684), invoice.remark, font=font("serif", 19), fill=_INK, anchor="lm")
    draw.text((110, 776), "开票人：", font=font("kai", 21), fill=_FORM, anchor="lm")
    draw.text((194, 776), invoice.clerk, font=font("serif", 20), fill=_INK, anchor="lm")
