"""Cards: both sides of an ID card on one copy, and a bank card."""

from datetime import date
from random import Random

import numpy as np
from PIL import Image

from tests.accuracy import people
from tests.accuracy.sheet import Drawn, Sheet
from tests.samples.camera import cloud
from tests.samples.drawing import Colour

_BLUE: Colour = (60, 110, 160)
_PEOPLES = ("汉", "汉", "汉", "回", "满", "壮", "苗", "土家", "蒙古")
_BANKS = ("中国工商银行", "中国农业银行", "中国银行", "中国建设银行", "交通银行", "招商银行", "中国邮政储蓄银行")
_COLOURS: tuple[Colour, ...] = ((32, 84, 150), (150, 38, 44), (18, 104, 92), (70, 70, 82))


def identity(rng: Random) -> Drawn:
    """A copy of an ID card with its front above and its back below; labels are small, blue and without colons."""
    born = people.day(rng, 1960, 2004)
    number = people.identity(rng, born)
    since = people.day(rng, 2012, 2024)
    until = date(since.year + 20, since.month, min(since.day, 28))
    town = people.town(rng)
    truth = {
        "姓名": people.person(rng),
        "性别": "男" if int(number[16]) % 2 else "女",
        "民族": rng.choice(_PEOPLES),
        "出生": born.isoformat(),
        "住址": people.address(rng),
        "公民身份号码": number,
        "签发机关": f"{town}市公安局{rng.choice('东西南北')}城分局",
        "有效期限": f"{since:%Y.%m.%d}-{until:%Y.%m.%d}",
    }
    sheet = Sheet((1000, 1320))
    _front(sheet, truth, born, rng)
    _back(sheet, truth)
    return Drawn(picture=sheet.picture, truth=truth)


def _front(sheet: Sheet, truth: dict[str, str], born: date, rng: Random) -> None:
    sheet.draw.rounded_rectangle((60, 40, 940, 600), 30, fill=(226, 236, 242), outline=(170, 180, 190))
    for y, label in ((110, "姓名"), (180, "性别"), (250, "出生"), (320, "住址")):
        sheet.put(110, y, label[0], 26, face="sans", ink=_BLUE)
        sheet.put(152, y, label[1], 26, face="sans", ink=_BLUE)
    sheet.put(206, 110, truth["姓名"], 36, face="sans")
    sheet.put(206, 180, truth["性别"], 32, face="sans")
    sheet.put(300, 180, "民", 26, face="sans", ink=_BLUE)
    sheet.put(342, 180, "族", 26, face="sans", ink=_BLUE)
    sheet.put(394, 180, truth["民族"], 32, face="sans")
    parts = (
        (206, str(born.year)),
        (290, "年"),
        (344, str(born.month)),
        (392, "月"),
        (440, str(born.day)),
        (490, "日"),
    )
    for x, text in parts:
        if text in {"年", "月", "日"}:
            sheet.put(x, 250, text, 26, face="sans", ink=_BLUE)
        else:
            sheet.put(x, 250, text, 30, face="sans")
    sheet.wrapped(206, 320, truth["住址"], 32, width=360, step=46)
    sheet.put(110, 530, "公民身份号码", 26, face="sans", ink=_BLUE)
    sheet.put(320, 530, truth["公民身份号码"], 38, face="sans")
    sheet.draw.ellipse((690, 150, 800, 280), fill=(196, 170, 150))
    sheet.draw.rounded_rectangle((640, 290, 850, 450), 40, fill=(80 + rng.randint(0, 90), 90, 110))


def _back(sheet: Sheet, truth: dict[str, str]) -> None:
    sheet.draw.rounded_rectangle((60, 700, 940, 1260), 30, fill=(232, 240, 240), outline=(170, 180, 190))
    sheet.put(590, 800, "中华人民共和国", 50, face="serif", anchor="mm", bold=1)
    sheet.put(590, 890, "居 民 身 份 证", 62, face="serif", anchor="mm", bold=1)
    sheet.draw.ellipse((110, 750, 260, 900), fill=(190, 60, 50))
    for y, label in ((1110, "签发机关"), (1180, "有效期限")):
        sheet.put(260, y, label, 28, face="sans", bold=1)
        sheet.put(400, y, truth[label], 30, face="sans")


def bank(rng: Random) -> Drawn:
    """A debit card: the bank's name, the number in groups across a patterned ground, and when it ends."""
    number = people.card_number(rng, rng.choice((16, 19, 19)))
    until = f"{rng.randint(1, 12):02d}/{rng.randint(26, 35)}"
    truth = {"卡号": number, "银行": rng.choice(_BANKS), "卡类型": rng.choice(("储蓄卡", "借记卡")), "有效期": until}
    sheet = Sheet((1000, 640))
    base = np.array(rng.choice(_COLOURS), np.float32)
    shade = 0.8 + 0.5 * cloud((1000, 640), (6, 4), np.random.default_rng(rng.randrange(10**6)))
    ground = Image.fromarray(np.clip(base * shade[:, :, None], 0, 255).astype(np.uint8))
    sheet.picture.paste(ground, (0, 0))
    white: Colour = (240, 240, 236)
    sheet.put(80, 90, truth["银行"], 46, face="sans", ink=white)
    sheet.put(920, 90, truth["卡类型"], 30, face="sans", ink=white, anchor="rm")
    sheet.draw.rounded_rectangle((90, 210, 200, 290), 12, fill=(214, 186, 110))
    groups = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    sheet.put(82, 372, groups, 58, face="sans", ink=(40, 40, 44))
    sheet.put(80, 370, groups, 58, face="sans", ink=white)
    sheet.put(80, 460, "有效期至 VALID THRU", 22, face="sans", ink=white)
    sheet.put(360, 460, until, 34, face="sans", ink=white)
    sheet.put(80, 560, "ATM", 26, face="sans", ink=white)
    sheet.put(920, 560, "UnionPay 银联", 34, face="sans", ink=white, anchor="rm")
    return Drawn(picture=sheet.picture, truth=truth)
