"""Values for fields, made up for examples of corrections."""

import random
from collections.abc import Callable, Mapping

from bot.domain.prompt import FieldSpec, FieldType

_SURNAMES, _GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁沈",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉力健俊婷玉兰红波宁欣怡浩然子涵梓轩雨桐思远",
)
_PLACES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "南京",
    "苏州",
    "成都",
    "武汉",
    "西安",
    "长沙",
    "青岛",
    "无锡",
    "宁波",
    "佛山",
]
_FIRMS = [
    "恒信",
    "云帆",
    "明达",
    "华瑞",
    "鼎盛",
    "天成",
    "博远",
    "星海",
    "瑞丰",
    "中科",
    "联创",
    "嘉禾",
    "金石",
    "东方",
    "启航",
]
_TRADES = ["科技", "贸易", "建材", "物流", "餐饮", "机械", "电子", "信息技术", "商务", "医药", "文化传媒", "工程"]


def value_of(spec: FieldSpec, dice: random.Random) -> str:
    """Return a value that the field may have."""
    return _BY_TYPE.get(spec.type, _text)(spec, dice)


def _digits(dice: random.Random, number: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(number))


def _money(_spec: FieldSpec, dice: random.Random) -> str:
    amount = dice.randint(3, 99999)
    return dice.choice(
        (
            f"{amount}",
            f"{amount}.{_digits(dice, 2)}",
            f"{amount}元",
            f"{amount:,}.00",
            f"{amount}块",
            f"¥{amount}.5",
            "三百二",
            f"{amount}块5",
        )
    )


def _date(_spec: FieldSpec, dice: random.Random) -> str:
    year, month, day = dice.randint(2015, 2026), dice.randint(1, 12), dice.randint(1, 28)
    return dice.choice(
        (
            f"{year}-{month:02}-{day:02}",
            f"{month}月{day}号",
            f"{day}号",
            f"{year}年{month}月{day}日",
            f"{year}.{month}.{day}",
            f"{month}月{day}日",
        )
    )


def _time(_spec: FieldSpec, dice: random.Random) -> str:
    hour, minute = dice.randint(0, 23), dice.randint(0, 59)
    return dice.choice((f"{hour}:{minute:02}", f"{hour:02}:{minute:02}", f"{hour}点{minute}分", f"{hour}点", "八点半"))


def _number(_spec: FieldSpec, dice: random.Random) -> str:
    return dice.choice(
        (
            str(dice.randint(1, 500)),
            f"{dice.randint(1, 99)}.{dice.randint(1, 9)}",
            f"{dice.randint(2, 90)}个",
            f"{dice.randint(2, 90)}公里",
        )
    )


def _code(_spec: FieldSpec, dice: random.Random) -> str:
    letters = "".join(dice.choice("ABCDEFGHJKLMNPQRTUWXY") for _ in range(2))
    return dice.choice(
        (
            f"{letters}{_digits(dice, 6)}",
            f"{letters}-{_digits(dice, 4)}-{_digits(dice, 3)}",
            _digits(dice, 8),
            f"{letters}{_digits(dice, 12)}",
        )
    )


def _text(spec: FieldSpec, dice: random.Random) -> str:
    name = spec.name
    if any(
        part in name for part in ("方名称", "单位", "商户", "全称", "公司", "制造商", "甲方", "乙方", "酒店", "机构")
    ):
        firm = dice.choice(_FIRMS) + dice.choice(_TRADES)
        return dice.choice((f"{dice.choice(_PLACES)}{firm}有限公司", f"{firm}有限公司", firm, dice.choice(_FIRMS)))
    if any(part in name for part in ("地址", "住址", "住所", "地点", "地")):
        return f"{dice.choice(_PLACES)}市{dice.choice('东西南北中')}山路{dice.randint(1, 300)}号"
    if "姓名" in name or name.endswith("人") or "代表" in name or name in {"经营者", "复核"}:
        return dice.choice(_SURNAMES) + "".join(dice.choice(_GIVEN) for _ in range(dice.randint(1, 2)))
    if "站" in name or name in {"自", "至", "起点", "终点", "入口", "出口"}:
        return dice.choice(_PLACES) + dice.choice(("", "南", "东", "西", "站", "北站"))
    if name in {"车次", "航班号", "班次"}:
        return dice.choice("GDCKZ") + str(dice.randint(1, 9999))
    return dice.choice(
        (
            "办公用品",
            "技术服务费",
            "二等座",
            "Q235B",
            "不锈钢304",
            "美元",
            "小型轿车",
            "普通发票",
            "高级",
            "月结30天",
            "C1",
            "汉族",
            "男",
            "打印纸",
            "经理",
        )
    )


_BY_TYPE: Mapping[FieldType, Callable[[FieldSpec, random.Random], str]] = {
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.DATE_TIME: _date,
    FieldType.NUMBER: _number,
    FieldType.CODE: _code,
    FieldType.DIGITS: lambda _spec, dice: _digits(dice, dice.choice((8, 10, 12, 20))),
    FieldType.BANK_CARD: lambda _spec, dice: _digits(dice, 19),
    FieldType.PHONE: lambda _spec, dice: "1" + dice.choice("3589") + _digits(dice, 9),
    FieldType.ID_NUMBER: lambda _spec, dice: _digits(dice, 17) + dice.choice("0123456789X"),
    FieldType.TAX_ID: lambda _spec, dice: "91" + _digits(dice, 6) + f"MA{dice.choice('ABCDEFGH')}{_digits(dice, 5)}XK",
    FieldType.PLATE: lambda _spec, dice: dice.choice("京沪粤苏浙") + dice.choice("ABCDE") + _digits(dice, 5),
    FieldType.RATE: lambda _spec, dice: dice.choice(("13%", "6%", "9%", "3%", "1%", "6个点", "免税")),
    FieldType.MONEY_WORDS: lambda _spec, dice: dice.choice(("叁佰贰拾元整", "伍仟元整", "壹万贰仟元整")),
}
