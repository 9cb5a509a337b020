"""Documents of a business: a contract, a licence, a waybill and a nameplate."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import numpy as np
import zxingcpp
from PIL import Image

from tests.accuracy import people
from tests.accuracy.sheet import Drawn, Sheet
from tests.samples.camera import cloud
from tests.samples.contract import Contract, draw_contract
from tests.samples.drawing import Colour, seal, star
from tests.samples.invoice import in_words

_GOLD: Colour = (176, 132, 60)


def contract(rng: Random) -> Drawn:
    """The page that `tests.samples.contract` draws, between two other parties."""
    signed = people.day(rng, 2019, 2025)
    starts = signed + timedelta(days=rng.choice((0, 0, 1, 7)))
    ends = starts + timedelta(days=rng.choice((364, 729, 180)))
    total = Decimal(rng.randint(120, 9000)) * 100
    kind = rng.choice(("采购合同", "设备买卖合同", "办公用品供货合同"))
    one = Contract(
        title=kind,
        number=f"{rng.choice(('QH', 'YC', 'HT'))}-{signed.year}-{people.digits(rng, 4)}",
        first=people.company(rng),
        second=people.company(rng),
        total=total,
        words=in_words(total),
        signed=signed,
        starts=starts,
        ends=ends,
        signers=(people.person(rng), people.person(rng)),
    )
    truth = {
        "合同编号": one.number,
        "合同名称": kind,
        "甲方": one.first,
        "乙方": one.second,
        "合同金额（大写）": one.words,
        "合同金额（小写）": f"{total}.00",
        "签订日期": signed.isoformat(),
        "生效日期": starts.isoformat(),
        "到期日期": ends.isoformat(),
    }
    return Drawn(picture=draw_contract(one), truth=truth)


def licence(rng: Random) -> Drawn:
    """A 营业执照 of the form in use since 2019: two columns, labels spread, the code at the upper left."""
    town, founded, capital = people.town(rng), people.day(rng, 1999, 2024), rng.choice((50, 100, 200, 500, 1000))
    words = {50: "伍拾", 100: "壹佰", 200: "贰佰", 500: "伍佰", 1000: "壹仟"}[capital]
    scope = "技术开发、技术服务；办公用品、机械设备、电子产品的销售；货物进出口；道路货物运输"
    truth = {
        "名称": people.company(rng),
        "统一社会信用代码": people.tax_id(rng),
        "类型": rng.choice(("有限责任公司（自然人独资）", "有限责任公司", "有限责任公司（自然人投资或控股）")),
        "法定代表人": people.person(rng),
        "注册资本": f"{words}万元整",
        "成立日期": founded.isoformat(),
        "住所": people.address(rng),
        "经营范围": scope,
    }
    sheet = Sheet((1500, 1060), (252, 249, 240))
    sheet.draw.rectangle((30, 30, 1470, 1030), outline=_GOLD, width=8)
    sheet.draw.ellipse((690, 60, 810, 180), fill=(190, 50, 44))
    sheet.put(750, 240, "营 业 执 照", 84, face="serif", anchor="mm", bold=2)
    sheet.put(750, 310, "（副  本）", 34, face="serif", anchor="mm")
    sheet.put(110, 150, "统一社会信用代码", 26, face="serif")
    sheet.put(110, 190, truth["统一社会信用代码"], 30, face="serif", bold=1)
    pairs = (
        (110, 400, "名　　称", truth["名称"]),
        (110, 460, "类　　型", truth["类型"]),
        (110, 520, "法定代表人", truth["法定代表人"]),
        (830, 400, "注册资本", truth["注册资本"]),
        (830, 460, "成立日期", f"{founded:%Y年%m月%d日}"),
    )
    for x, y, label, value in pairs:
        sheet.put(x, y, label, 26, face="serif", bold=1)
        sheet.put(x + 156, y, value, 26, face="serif")
    sheet.put(830, 520, "住　　所", 26, face="serif", bold=1)
    sheet.wrapped(986, 520, truth["住所"], 26, width=420, step=40)
    sheet.put(110, 590, "经营范围", 26, face="serif", bold=1)
    sheet.wrapped(266, 590, scope, 26, width=480, step=40)
    sheet.put(830, 830, "登记机关", 30, face="serif", bold=1)
    issued = founded + timedelta(days=rng.randint(0, 400))
    sheet.put(1180, 930, f"{issued.year} 年 {issued.month:02d} 月 {issued.day:02d} 日", 26, face="serif", anchor="mm")
    mark = seal((86, 86), town + "市市场监督管理局", [])
    star(mark, 30)
    sheet.picture.paste(mark, (1090, 760), mark)
    return Drawn(picture=sheet.picture, truth=truth)


def waybill(rng: Random) -> Drawn:
    """An express waybill: the bar code with its number below it, then the recipient and the sender."""
    prefix = rng.choice(("SF", "YT", "JT", "ZTO"))
    number = prefix + people.digits(rng, 13 if prefix == "SF" else 12)
    truth = {
        "运单号": number,
        "收件人姓名": people.person(rng),
        "收件人电话": people.mobile(rng),
        "收件人地址": people.address(rng),
        "寄件人姓名": people.person(rng),
        "寄件人电话": people.mobile(rng),
        "寄件人地址": people.address(rng),
    }
    sheet = Sheet((800, 1080))
    sheet.draw.rectangle((24, 24, 776, 1056), outline=(20, 20, 20), width=3)
    for y in (130, 330, 560, 790):
        sheet.draw.line((24, y, 776, y), fill=(20, 20, 20), width=2)
    sheet.put(50, 76, "云程速运", 44, face="sans", bold=1)
    sheet.put(750, 76, f"{rng.randint(100, 999)}-{people.digits(rng, 2)}-{people.digits(rng, 3)}", 44, anchor="rm")
    code = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(np.array(code.to_image(scale=4, add_hrt=False, add_quiet_zones=False))).convert("RGB")
    sheet.picture.paste(bars.resize((bars.width, 120), Image.Resampling.NEAREST), (400 - bars.width // 2, 150))
    spoilt = rng.random() < 0.25
    if spoilt:
        _tear(sheet, rng)
    sheet.put(400, 298, f"运单号：{number}", 30, face="sans", anchor="mm")
    for y, side in ((380, "收件人"), (610, "寄件人")):
        width = sheet.put(50, y, f"{side}：", 28, face="sans", bold=1)
        sheet.put(50 + width, y, truth[f"{side}姓名"], 30, face="sans")
        width = sheet.put(400, y, "电话：", 28, face="sans", bold=1)
        sheet.put(400 + width, y, truth[f"{side}电话"], 30, face="sans")
        width = sheet.put(50, y + 60, "地址：", 28, face="sans", bold=1)
        sheet.wrapped(50 + width, y + 60, truth[f"{side}地址"], 28, width=600, step=42)
    sheet.put(50, 840, f"物品：{rng.choice(('文件', '办公用品', '电子产品'))}", 26, face="sans")
    sheet.put(400, 840, f"件数：1   重量：{rng.randint(1, 20)}.{rng.randint(0, 9)}kg", 26, face="sans")
    sheet.put(50, 960, "签收人：", 26, face="sans")
    sheet.put(400, 960, "签收日期：", 26, face="sans")
    return Drawn(picture=sheet.picture, truth=truth, spoilt=spoilt)


def _tear(sheet: Sheet, rng: Random) -> None:
    """Cover a strip of the bar code from top to bottom, like a tear in the label; the number below stays."""
    middle = 400 + rng.randint(-60, 60)
    shape = [(middle - 40, 140), (middle + 30, 140), (middle + 45, 280), (middle - 30, 280)]
    sheet.draw.polygon(shape, fill=(196, 170, 130))


_PRODUCTS = (
    ("闸阀", "Z41H-16C"),
    ("截止阀", "J41H-25"),
    ("离心泵", "IS80-65-160"),
    ("压力表", "Y-100"),
    ("球阀", "Q41F-16P"),
)


def nameplate(rng: Random) -> Drawn:
    """A plate of brushed metal with a ruled table: the label at the left of each line, its value behind it."""
    product, model = rng.choice(_PRODUCTS)
    made = people.day(rng, 2010, 2025)
    printed = rng.choice((f"{made:%Y-%m-%d}", f"{made:%Y年%m月%d日}", f"{made:%Y.%m}"))
    truth = {
        "名称": product,
        "型号": model,
        "编号": f"{made:%Y}{people.digits(rng, 5)}",
        "压力等级": rng.choice(("PN16", "PN25", "PN40", "1.6MPa")),
        "材质": rng.choice(("WCB", "304", "CF8", "HT200")),
        "制造商": people.company(rng),
        "出厂日期": printed,
    }
    sheet = Sheet((1000, 680))
    shade = 0.85 + 0.2 * cloud((1000, 680), (2, 200), np.random.default_rng(rng.randrange(10**6)))
    metal = np.array([196, 198, 202], np.float32) * shade[:, :, None]
    sheet.picture.paste(Image.fromarray(np.clip(metal, 0, 255).astype(np.uint8)), (0, 0))
    sheet.draw.rounded_rectangle((20, 20, 980, 660), 24, outline=(30, 30, 34), width=5)
    sheet.put(500, 84, truth["制造商"], 40, face="sans", anchor="mm")
    labels = (
        ("产品名称", product),
        ("产品型号", model),
        ("出厂编号", truth["编号"]),
        ("压力等级", truth["压力等级"]),
        ("材质", truth["材质"]),
        ("出厂日期", printed),
        ("制造商", truth["制造商"]),
    )
    for row, (label, value) in enumerate(labels):
        y = 170 + 68 * row
        sheet.draw.rectangle((70, y - 34, 930, y + 34), outline=(40, 40, 46), width=2)
        sheet.draw.line((290, y - 34, 290, y + 34), fill=(40, 40, 46), width=2)
        sheet.put(180, y, label, 30, face="sans", anchor="mm")
        sheet.put(320, y, value, 32, face="sans")
    return Drawn(picture=sheet.picture, truth=truth)
