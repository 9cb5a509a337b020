"""Vouchers on the measures of real ones, in tenths of a millimetre: train and flight invoices, bills, receipts."""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import segno
from PIL import Image

from tests.accuracy import people
from tests.accuracy.sheet import BLACK, Drawn, Sheet
from tests.samples.amount_in_words import amount_in_words
from tests.samples.drawing import Colour, Face

_BROWN: Colour = (130, 70, 30)
_SCALE = 0.7  # pixels to a tenth of a millimetre: 178 dpi
_STATIONS = (
    ("北京南", "Beijingnan"),
    ("上海虹桥", "Shanghaihongqiao"),
    ("杭州东", "Hangzhoudong"),
    ("延平", "Yanping"),
)
_AIRPORTS = (("长沙", "CSX"), ("广州", "CAN"), ("成都", "CTU"), ("北京", "PEK"), ("西安", "XIY"))
_BANKS = ("样例银行", "云州银行", "青禾商业银行")


class Form:
    """A sheet on which text is put by its left and middle in tenths of a millimetre."""

    def __init__(self, width: int, height: int, colour: Colour = (255, 255, 255)) -> None:
        self.sheet = Sheet((round(width * _SCALE), round(height * _SCALE)), colour)

    def put(self, left: float, middle: float, text: str, size: float = 35, **how: Face | Colour | str | int) -> None:
        """Write `text`, `size` tenths of a millimetre high."""
        self.sheet.put(left * _SCALE, middle * _SCALE, text, size * _SCALE, **how)  # type: ignore[arg-type]

    def box(self, *corners: float, ink: Colour = _BROWN) -> None:
        """Draw a frame."""
        self.sheet.draw.rectangle([round(corner * _SCALE) for corner in corners], outline=ink, width=2)

    def code(self, left: float, top: float, side: float, text: str) -> None:
        """Draw a QR code."""
        stream = io.BytesIO()
        segno.make_qr(text).save(stream, kind="png", scale=4, border=2)
        picture = Image.open(stream).convert("RGB").resize((round(side * _SCALE),) * 2, Image.Resampling.BOX)
        self.sheet.picture.paste(picture, (round(left * _SCALE), round(top * _SCALE)))


def rail_invoice(rng: Random) -> Drawn:
    """A fully digital train ticket, 210 by 140 mm; one in four is for a ticket that was given back."""
    (start, start_latin), (end, end_latin) = rng.sample(_STATIONS, 2)
    issued = people.day(rng, 2024, 2025)
    travel = issued - timedelta(days=rng.randint(1, 30))
    total = Decimal(rng.randint(2000, 90000)) / 100
    buyer, buyer_id, number = people.company(rng), people.tax_id(rng), "25" + people.digits(rng, 18)
    identity = people.identity(rng, people.day(rng, 1965, 2002))
    is_refund = rng.random() < 0.25
    rate = 6 if is_refund else 9
    net = (total / (1 + Decimal(rate) / 100)).quantize(Decimal("0.01"))
    truth = {
        "发票名称": "电子发票（铁路电子客票）",
        "发票号码": number,
        "开票日期": issued.isoformat(),
        "车次": rng.choice("GDCZ") + str(rng.randint(1, 3999)),
        "出发站": start,
        "到达站": end,
        "乘车日期": travel.isoformat(),
        "开车时间": f"{rng.randint(6, 22):02d}:{rng.randint(0, 59):02d}",
        "座位号": f"{rng.randint(1, 16):02d}车{rng.randint(1, 18):02d}{rng.choice('ABCDF')}号",
        "席别": rng.choice(("二等座", "一等座", "商务座")),
        ("退票费" if is_refund else "票价"): f"{total:.2f}",
        "姓名": people.person(rng),
        "身份证号": f"{identity[:10]}****{identity[14:]}",
        "电子客票号": people.digits(rng, 25),
        "购买方名称": buyer,
        "购买方纳税人识别号": buyer_id,
    }
    if is_refund:
        truth |= {"金额": f"{net:.2f}", "税率": f"{rate}%", "税额": f"{total - net:.2f}"}
    form = Form(2100, 1400)
    form.put(635, 101, truth["发票名称"], 62, ink=_BROWN)
    form.put(93, 195, f"发票号码:{number}", 32)
    form.put(1525, 187, f"开票日期:{issued:%Y年%m月%d日}", 32)
    for left, station, latin in ((340, start, start_latin), (1452, end, end_latin)):
        form.put(left, 329, f"{station}站", 62)
        form.put(left, 415, latin, 24)
    form.put(938, 333, truth["车次"], 34)
    form.put(94, 499, f"{travel:%Y年%m月%d日}", 34)
    form.put(445, 496, f"{truth['开车时间']}开", 34)
    form.put(700, 496, truth["座位号"], 34)
    form.put(1271, 495, truth["席别"], 38)
    form.put(91, 616, f"{'退票费' if is_refund else '票价'}:￥{total:.2f}", 42)
    if is_refund:
        for left, label in ((91, "金额"), (700, "税率"), (1000, "税额")):
            form.put(left, 710, f"{label}:{'￥' * (label != '税率')}{truth[label]}", 32)
    form.put(94, 812, truth["身份证号"], 32)
    form.put(470, 812, truth["姓名"], 32)
    form.put(95, 1010, f"电子客票号:{truth['电子客票号']}", 36)
    form.put(92, 1095, f"购买方名称:{buyer}", 36)
    form.put(1080, 1095, f"统一社会信用代码:{buyer_id}", 36)
    form.put(766, 1247, "买票请到12306 发货请到95306", 32)
    form.put(843, 1300, "中国铁路祝您旅途愉快", 36)
    form.code(1660, 590, 290, f"01,51,,{number},{total:.2f},{issued:%Y%m%d},,{people.digits(rng, 4)}")
    return Drawn(picture=form.sheet.picture, truth=truth)


def itinerary(rng: Random) -> Drawn:
    """A fully digital itinerary of one flight, 241 by 115 mm: the values stand below their labels."""
    issued = people.day(rng, 2024, 2025)
    flight = issued + timedelta(days=rng.randint(1, 30))
    (start, start_code), (end, end_code) = rng.sample(_AIRPORTS, 2)
    fare, fuel = people.money(rng, 200, 2400), Decimal(rng.choice((0, 20, 40, 70)))
    tax = ((fare + fuel) * Decimal("0.09")).quantize(Decimal("0.01"))
    parts = {"票价": fare, "燃油附加费": fuel, "增值税税额": tax, "民航发展基金": Decimal(50), "其他税费": Decimal(0)}
    total = sum(parts.values(), Decimal(0))
    number, identity = "25" + people.digits(rng, 18), people.identity(rng, people.day(rng, 1965, 2002))
    truth = {
        "发票号码": number,
        "旅客姓名": people.person(rng),
        "有效身份证件号码": f"{identity[:6]}******{identity[12:]}",
        **{name: f"{amount:.2f}" for name, amount in parts.items()},
        "增值税税率": "9%",
        "合计": f"{total:.2f}",
        "电子客票号码": "784" + people.digits(rng, 10),
        "填开单位": f"{people.town(rng)}航空股份有限公司",
        "填开日期": issued.isoformat(),
        "购买方名称": people.company(rng),
        "购买方纳税人识别号": people.tax_id(rng),
    }
    row = {
        "自": f"{start_code}{start}",
        "至": f"{end_code}{end}",
        **people.flight(rng, flight),
    }
    form = Form(2410, 1150)
    form.put(650, 90, "电子发票（航空运输电子客票行程单）", 52, ink=_BROWN)
    form.put(150, 210, "国内国际标识：国内")
    form.put(1720, 280, f"发票号码：{number}")
    for left, label, value in (
        (150, "旅客姓名", truth["旅客姓名"]),
        (660, "有效身份证件号码", truth["有效身份证件号码"]),
    ):
        form.put(left, 350, label, ink=_BROWN)
        form.put(left, 405, value)
    heads = ((610, "承运人"), (760, "航班号"), (890, "座位等级"), (1060, "日期"), (1290, "时间"))
    for left, label in heads:
        form.put(left, 480, label, ink=_BROWN)
        form.put(left, 570, row[label])
    form.put(1420, 480, "客票级别/客票类别", ink=_BROWN)
    form.put(1760, 480, "免费行李", ink=_BROWN)
    form.put(1820, 570, "20K")
    form.put(150, 570, f"自：{start_code} {start}")
    form.put(150, 650, f"至：{end_code} {end}")
    lefts = (610, 840, 1070, 1240, 1470, 1700, 1930)
    labels = ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
    for left, label in zip(lefts, labels, strict=True):
        form.put(left, 760, label, 32, ink=_BROWN)
        form.put(left + 30, 815, truth[label] if label == "增值税税率" else f"CNY {truth[label]}", 32)
    form.put(150, 900, f"电子客票号码：{truth['电子客票号码']}")
    form.put(770, 900, f"验证码：{people.digits(rng, 4)}")
    form.put(770, 980, f"填开单位：{truth['填开单位']}")
    form.put(1850, 980, f"填开日期：{issued:%Y-%m-%d}")
    form.put(150, 1060, f"购买方名称：{truth['购买方名称']}")
    form.put(1220, 1060, f"统一社会信用代码/纳税人识别号：{truth['购买方纳税人识别号']}")
    form.code(2120, 60, 190, f"01,61,,{number},{total:.2f},{issued:%Y%m%d},,{people.digits(rng, 4)}")
    return Drawn(picture=form.sheet.picture, truth=truth, rows=(row,))


def fiscal_bill(rng: Random) -> Drawn:
    """A bill of a public body, 190 by 127 mm, with a QR code whose address has code, number and check code."""
    issued = people.day(rng, 2021, 2025)
    amounts = [people.money(rng, 5, 900) for _ in range(rng.choice((1, 1, 2)))]
    total = sum(amounts, Decimal(0))
    names = rng.sample(("车辆通行费（限于政府还贷）", "考试报名费", "排污费", "住宿费", "培训费"), len(amounts))
    code, number = "3202" + people.digits(rng, 4), "000" + people.digits(rng, 7)
    check = "".join(rng.choice("abcdefABCDEF0123456789") for _ in range(6))
    truth = {
        "票据名称": f"{people.town(rng)}省非税收入统一票据（电子）",
        "票据代码": code,
        "票据号码": number,
        "校验码": check,
        "交款人": people.company(rng),
        "交款人统一社会信用代码": people.tax_id(rng),
        "开票日期": issued.isoformat(),
        "金额合计（大写）": amount_in_words(total),
        "金额合计（小写）": f"{total:.2f}",
        "复核人": people.person(rng),
        "收款人": people.person(rng),
    }
    form = Form(1900, 1270)
    form.put(520, 120, truth["票据名称"], 58)
    left_side = (("票据代码", 261), ("交款人统一社会信用代码", 294), ("交款人", 327))
    for label, middle in left_side:
        form.put(122, middle, f"{label}：{truth[label]}", 28)
    for label, middle in (("票据号码", 261), ("校验码", 295), ("开票日期", 327)):
        form.put(1212, middle, f"{label}：{truth[label]}", 28)
    form.box(100, 350, 1800, 860, ink=BLACK)
    for left, head in (
        (146, "项目编码"),
        (465, "项目名称"),
        (790, "单位"),
        (950, "数量"),
        (1111, "标准"),
        (1287, "金额（元）"),
    ):
        form.put(left, 381, head, 28)
    rows = []
    for at, (name, amount) in enumerate(zip(names, amounts, strict=True)):
        item = {"项目编码": "103" + people.digits(rng, 4), "项目名称": name, "单位": "次", "数量": "1"}
        rows.append({**item, "标准": f"{amount:.2f}", "金额": f"{amount:.2f}"})
        places = (("项目编码", 124), ("项目名称", 275), ("单位", 800), ("数量", 975), ("标准", 1111), ("金额", 1400))
        for column, left in places:
            form.put(left, 427 + 50 * at, rows[at][column], 28)
    form.put(124, 832, f"金额合计（大写） {truth['金额合计（大写）']}", 28)
    form.put(1151, 832, f"（小写） {total:.2f}", 28)
    form.put(122, 1196, "收款单位（章）：", 28)
    form.put(1066, 1196, f"复核人：{truth['复核人']}", 28)
    form.put(1413, 1196, f"收款人：{truth['收款人']}", 28)
    form.code(1590, 60, 180, f"http://einvoice.example.cn/page/{code}/{number}/{check}")
    return Drawn(picture=form.sheet.picture, truth=truth, rows=tuple(rows))


def bank_receipt(rng: Random) -> Drawn:
    """A receipt of a bank, 210 by 94 mm, with the two parties side by side and their headings set vertically."""
    when = people.day(rng, 2021, 2025)
    amount, bank = people.money(rng, 10, 90000), rng.choice(_BANKS)
    truth = {
        "回单标题": f"{bank}客户专用回单",
        "日期": when.isoformat(),
        "流水号": "1108" + people.digits(rng, 5) + "FUPYO" + people.digits(rng, 5),
        "付款人全称": people.company(rng),
        "付款人账号": people.digits(rng, 20),
        "付款人开户行": f"{bank}{people.town(rng)}支行",
        "收款人全称": people.company(rng),
        "收款人账号": "62" + people.digits(rng, 17),
        "收款人开户行": f"{bank}{people.town(rng)}分行营业部",
        "币别": "人民币",
        "金额（大写）": amount_in_words(amount),
        "金额（小写）": f"{amount:.2f}",
        "凭证种类": "电子转账凭证",
        "凭证号码": people.digits(rng, 12),
    }
    form = Form(2100, 940)
    form.put(608, 110, truth["回单标题"], 54)
    form.put(140, 188, "币别：人民币")
    form.put(888, 188, f"{when:%Y年%m月%d日}")
    form.put(1368, 188, f"流水号：{truth['流水号']}")
    form.box(80, 205, 1890, 500)
    for left, party in ((101, "付款人"), (1003, "收款人")):
        for at, char in enumerate(party):
            form.put(left, 246 + 35 * at, char)
        for at, (label, of) in enumerate((("全　称", "全称"), ("账　号", "账号"), ("开户行", "开户行"))):
            form.put(left + 81, 232 + 49 * at, label)
            form.put(left + 223, 232 + 49 * at, truth[party + of], 33)
    form.put(165, 380, "金额")
    form.put(324, 380, f"（大写）人民币{truth['金额（大写）']}")
    form.put(1224, 380, f"（小写）￥{truth['金额（小写）']}")
    form.put(130, 431, "凭证种类")
    form.put(324, 431, truth["凭证种类"])
    form.put(1032, 431, "凭证号码")
    form.put(1226, 431, truth["凭证号码"])
    form.put(130, 480, "结算方式")
    form.put(324, 480, "汇划")
    form.put(1050, 480, "用　途")
    form.put(1223, 480, rng.choice(("货款", "办公费", "差旅费")), 33)
    form.put(87, 854, f"生成时间：{datetime(when.year, when.month, when.day, 23, 25):%Y-%m-%d %H:%M:%S}")  # noqa: DTZ001
    form.put(986, 854, "交易柜员：Z0108020")
    return Drawn(picture=form.sheet.picture, truth=truth)
