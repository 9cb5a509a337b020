"""Invoices of both forms: 数电票 and the older electronic one."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

import segno
from PIL import Image

from bot.domain.checking.invoice_qr import qr_checksum
from tests.accuracy import people
from tests.accuracy.sheet import Drawn, Sheet
from tests.samples import invoice as digital
from tests.samples.drawing import Colour, Pen, font, seal, spread, stacked

COLUMNS = ("名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
_GOODS = (
    ("*纸制品*复印纸", "80g 500张", "箱", 13),
    ("*餐饮服务*餐费", "", "", 6),
    ("*信息技术服务*软件维护", "", "次", 6),
    ("*文具*中性笔", "0.5mm 黑", "盒", 13),
    ("*运输服务*客运服务费", "", "次", 3),
    ("*电子计算机*显示器", "P2422H", "台", 13),
    ("*住宿服务*住宿费", "", "天", 6),
)
_FORM: Colour = (140, 74, 32)
_INK: Colour = (16, 16, 20)


_LONG = (
    "*信息技术服务*企业级业务系统年度运行维护及技术支持服务",
    "*研发和技术服务*工业园区安全生产风险评估技术咨询服务费",
)


def fully_digital(rng: Random) -> Drawn:
    """A 数电票 as `tests.samples.invoice` draws it."""
    special = rng.random() < 0.5
    one = digital.Invoice(
        title="电子发票（增值税专用发票）" if special else "电子发票（普通发票）",
        number="25" + people.digits(rng, 18),
        date=f"{people.day(rng, 2023, 2025):%Y%m%d}",
        buyer=people.company(rng),
        buyer_code=people.tax_body(rng),
        seller=people.company(rng),
        seller_code=people.tax_body(rng),
        items=_items(rng),
        remark=rng.choice(("订单号：" + people.digits(rng, 11), "合同编号QH-2025-" + people.digits(rng, 4))),
        clerk=people.person(rng),
    )
    return Drawn(picture=digital.draw_invoice(one), truth=digital.truth(one), rows=_rows(one.items))


def _rows(items: Sequence[digital.Item]) -> tuple[Mapping[str, str], ...]:
    return tuple(dict(zip(COLUMNS, item.cells, strict=True)) for item in items)


def _items(rng: Random) -> tuple[digital.Item, ...]:
    """Articles, sometimes with a name of two lines at the end, sometimes with something taken off the first."""
    items = _articles(rng)
    if rng.random() < 0.25:
        last = digital.Item(
            name=rng.choice(_LONG), unit="项", quantity=Decimal(1), price=people.money(rng, 900, 9000), rate=6
        )
        items = (*items[:3], last)
    if rng.random() < 0.25:
        off = (items[0].amount / 10).quantize(Decimal("0.01"))
        rebate = digital.Item(
            name=items[0].name, unit="", quantity=Decimal(0), price=Decimal(0), rate=items[0].rate, discount=off
        )
        items = (items[0], rebate, *items[1:3])
    return items


def _articles(rng: Random) -> tuple[digital.Item, ...]:
    return tuple(
        digital.Item(
            name=name,
            model=model,
            unit=unit,
            quantity=Decimal(rng.randint(1, 24)),
            price=people.money(rng, 5, 900),
            rate=rate,
        )
        for name, model, unit, rate in rng.sample(_GOODS, rng.randint(1, 4))
    )


def older_electronic(rng: Random) -> Drawn:
    """A 增值税电子普通发票 as it was from 2015 to 2024: a code, a short number and a cipher of 112 characters."""
    sheet = Sheet((1230, 800), (250, 250, 248))
    items = _items(rng)
    amount = sum((item.amount for item in items), Decimal(0))
    tax = sum((item.tax for item in items), Decimal(0))
    on = people.day(rng, 2016, 2023)
    title = people.town(rng)[:2] + "增值税电子普通发票"
    truth = {
        "发票名称": title,
        "发票代码": "0" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "开票日期": on.isoformat(),
        "校验码": people.digits(rng, 20),
        "机器编号": people.digits(rng, 12),
        "购买方名称": people.company(rng),
        "购买方纳税人识别号": people.tax_id(rng),
        "销售方名称": people.company(rng),
        "销售方纳税人识别号": people.tax_id(rng),
        "合计金额": str(amount),
        "合计税额": str(tax),
        "价税合计": str(amount + tax),
        "价税合计（大写）": digital.in_words(amount + tax),
        "收款人": people.person(rng),
        "复核": people.person(rng),
        "开票人": people.person(rng),
        "备注": "订单号:" + people.digits(rng, 11),
    }
    _frame(sheet)
    _head(sheet, truth, amount)
    _parties(sheet, truth, rng)
    _lines(sheet, items)
    _foot(sheet, truth)
    return Drawn(picture=sheet.picture, truth=truth, rows=_rows(items))


def _frame(sheet: Sheet) -> None:
    line = sheet.draw.line
    sheet.draw.rectangle((46, 170, 1184, 700), outline=_FORM, width=2)
    for y in (290, 542, 588):
        line((46, y, 1184, y), fill=_FORM, width=2)
    for x in (86, 698, 726):
        line((x, 170, x, 290), fill=_FORM, width=2)
        line((x, 588, x, 700), fill=_FORM, width=2)
    for x in (352, 438, 508, 640, 782, 960, 1006):
        line((x, 290, x, 542), fill=_FORM, width=1)
    line((352, 542, 352, 588), fill=_FORM, width=2)


def _head(sheet: Sheet, truth: dict[str, str], amount: Decimal) -> None:
    code, number, day = truth["发票代码"], truth["发票号码"], truth["开票日期"]
    body = f"01,10,{code},{number},{amount},{day.replace('-', '')},{truth['校验码']},"
    stream = io.BytesIO()
    segno.make(f"{body}{qr_checksum(body.encode()):04X},", error="m").save(stream, kind="png", scale=3, border=2)
    sheet.picture.paste(Image.open(stream).convert("RGB"), (70, 16))
    sheet.put(615, 72, truth["发票名称"], 38, face="kai", ink=_FORM, anchor="mm")
    for y in (110, 116):
        sheet.draw.line((420, y, 810, y), fill=_FORM, width=2)
    check = truth["校验码"]
    year, month, date = day.split("-")
    for y, label, value in (
        (48, "发票代码:", code),
        (80, "发票号码:", number),
        (112, "开票日期:", f"{year}年{month}月{date}日"),
        (144, "校 验 码:", " ".join(check[at : at + 5] for at in range(0, 20, 5))),
    ):
        sheet.put(874, y, label, 18, face="kai", ink=_FORM)
        sheet.put(964, y, value, 18)
    sheet.put(60, 150, "机器编号:", 18, face="kai", ink=_FORM)
    sheet.put(148, 150, truth["机器编号"], 18)
    mark = seal((74, 50), "全国统一发票监制章", [("国家税务总局", 14, 2)], "云州市税务局")
    sheet.picture.paste(mark, (615 - mark.width // 2, 58), mark)


def _parties(sheet: Sheet, truth: dict[str, str], rng: Random) -> None:
    caption = Pen(face="kai", size=19, ink=_FORM)
    for top, who, side in ((188, "购买方", "购买方"), (604, "销售方", "销售方")):
        stacked(sheet.draw, (66, top + 42), who, caption, 30)
        rows = (
            ("名        称:", truth[f"{side}名称"]),
            ("纳税人识别号:", truth[f"{side}纳税人识别号"]),
            ("地 址、电 话:", f"{people.address(rng)} 0571-{people.digits(rng, 8)}"),
            ("开户行及账号:", f"云州银行{people.town(rng)}支行 {people.digits(rng, 19)}"),
        )
        for row, (label, value) in enumerate(rows):
            sheet.put(94, top + 27 * row, label, 18, face="kai", ink=_FORM)
            sheet.put(216, top + 27 * row, value, 20 if row < 2 else 15)
    stacked(sheet.draw, (712, 230), "密码区", caption, 36)
    stacked(sheet.draw, (712, 644), "备注", caption, 46)
    for row in range(4):
        cipher = "".join(rng.choice("0123456789+-*/<>") for _ in range(28))
        sheet.put(744, 190 + 27 * row, cipher, 20, face="sans")


def _lines(sheet: Sheet, items: tuple[digital.Item, ...]) -> None:
    heads = ("货物或应税劳务、服务名称", "规格型号", "单位", "数 量", "单 价", "金 额", "税率", "税 额")
    centres = (200, 395, 473, 574, 711, 871, 983, 1095)
    rights = (56, 356, 473, 634, 776, 954, 983, 1178)
    anchors = ("lm", "lm", "mm", "rm", "rm", "rm", "mm", "rm")
    for x, head in zip(centres, heads, strict=True):
        sheet.put(x, 306, head, 17, face="kai", ink=_FORM, anchor="mm")
    y = 336
    for item in items:
        name, *more = digital.wrapped(item.name, font("serif", 16), 290)
        for x, anchor, cell in zip(rights, anchors, (name, *item.cells[1:]), strict=True):
            sheet.put(x, y, cell, 16, anchor=anchor)
        for part in more:
            y += 24
            sheet.put(rights[0], y, part, 16, anchor=anchors[0])
        y += 28


def _foot(sheet: Sheet, truth: dict[str, str]) -> None:
    spread(sheet.draw, (130, 524), "合计", Pen(face="kai", size=19, ink=_FORM), 80)
    sheet.put(954, 524, "¥" + truth["合计金额"], 19, anchor="rm")
    sheet.put(1178, 524, "¥" + truth["合计税额"], 19, anchor="rm")
    sheet.put(200, 566, "价税合计(大写)", 19, face="kai", ink=_FORM, anchor="mm")
    sheet.draw.ellipse((364, 556, 384, 576), outline=_INK, width=2)
    for slope in (1, -1):
        sheet.draw.line((368, 566 - 6 * slope, 380, 566 + 6 * slope), fill=_INK, width=2)
    sheet.put(392, 566, truth["价税合计（大写）"], 20)
    sheet.put(850, 566, "(小写)", 19, face="kai", ink=_FORM)
    sheet.put(916, 566, "¥" + truth["价税合计"], 20)
    sheet.put(736, 606, truth["备注"], 17)
    for x, label, name in ((70, "收款人:", "收款人"), (390, "复核:", "复核"), (640, "开票人:", "开票人")):
        width = sheet.put(x, 728, label, 19, face="kai", ink=_FORM)
        sheet.put(x + width + 4, 728, truth[name], 19)
    sheet.put(900, 728, "销售方:(章)", 19, face="kai", ink=_FORM)
    mark = seal((92, 62), truth["销售方名称"][:13], [(truth["销售方纳税人识别号"], 11, 0), ("发票专用章", 16, 26)])
    sheet.picture.paste(mark, (970, 640), mark)
