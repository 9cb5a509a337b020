"""Invented people, companies, places and numbers whose check digits are right."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.samples.invoice import credit_code

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "样例试测云青禾明远嘉宁思晨雨桐子轩浩然欣怡建国志强丽华秀英文博海涛晓燕佳慧俊杰"
_TOWNS = ("云州", "青禾", "望江", "南岭", "清远坝", "白石", "长桥", "临海坪")
_WORDS = ("青禾", "云程", "恒泰", "明远", "瑞丰", "华创", "新宏", "博雅", "安信", "天润", "正源", "海纳")
_TRADES = ("科技", "贸易", "信息技术", "办公用品", "建筑工程", "物流", "餐饮管理", "机械设备", "电子商务", "文化传媒")
_ROADS = ("人民路", "建设大道", "青年街", "解放北路", "科技二路", "滨河东路", "新华街", "工业园三路")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def seeded_random(seed: str) -> Random:
    """Return the source of the random choices for one document, the same for the same seed."""
    return Random(seed)  # noqa: S311 - so that pictures are the same every time


def person(rng: Random) -> str:
    """A name of two or three characters."""
    return rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))


def town(rng: Random) -> str:
    """An invented town."""
    return rng.choice(_TOWNS)


def company(rng: Random) -> str:
    """A limited company."""
    branch = "（" + town(rng) + "）" if rng.random() < 0.15 else ""
    return f"{town(rng)}{''.join(rng.sample(_WORDS, 1))}{rng.choice(_TRADES)}{branch}有限公司"


def address(rng: Random) -> str:
    """A street, a house and mostly a room."""
    room = f"{rng.randint(1, 9)}幢{rng.randint(101, 2908)}室" if rng.random() < 0.7 else ""
    return f"{town(rng)}市{rng.choice('东西南北')}城区{rng.choice(_ROADS)}{rng.randint(1, 988)}号{room}"


def tax_body(rng: Random) -> str:
    """The first 17 characters of a 统一社会信用代码 of region 990000, which does not exist."""
    return "91990000MA" + "".join(rng.choice(_ALPHABET) for _ in range(7))


def tax_id(rng: Random) -> str:
    """A 统一社会信用代码."""
    return credit_code(tax_body(rng))


def identity(rng: Random, born: date) -> str:
    """A 公民身份号码 of region 990000."""
    body = f"990000{born:%Y%m%d}{rng.randint(1, 999):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _IDENTITY_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def card_number(rng: Random, length: int) -> str:
    """A card's number, the Luhn digit last."""
    body = "62" + digits(rng, length - 3)
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value // 10 + value % 10
    return body + str(-total % 10)


def digits(rng: Random, count: int) -> str:
    """Digits, the first of which may be 0."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def mobile(rng: Random) -> str:
    """A number of eleven digits."""
    return "1" + rng.choice("3578") + digits(rng, 9)


def day(rng: Random, first: int = 2018, last: int = 2025) -> date:
    """A day of the years from `first` to `last`."""
    start = date(first, 1, 1)
    return start + timedelta(days=rng.randrange((date(last, 12, 31) - start).days))


def flight(rng: Random, on: date) -> dict[str, str]:
    """What an itinerary prints in a row of its flights behind the places."""
    return {
        "承运人": rng.choice(("南航", "国航", "东航")),
        "航班号": f"CZ{rng.randint(1000, 9999)}",
        "座位等级": rng.choice("YZMKV"),
        "日期": on.isoformat(),
        "时间": f"{rng.randint(6, 22):02d}:{rng.randint(0, 59):02d}",
    }


def money(rng: Random, least: int, most: int) -> Decimal:
    """An amount from `least` to `most` yuan, mostly with cents."""
    cents = rng.randint(0, 99) if rng.random() < 0.7 else 0
    return Decimal(rng.randint(least, most)) + Decimal(cents) / 100
