"""Slips and pages of every day: a trip list, the slip of a toll booth, a coach ticket, a payment, a driving licence."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.accuracy import people
from tests.accuracy.sheet import Drawn, Sheet
from tests.accuracy.vouchers import Form
from tests.samples.drawing import Colour

_GREY: Colour = (120, 120, 126)
_THERMAL: Colour = (70, 70, 76)
_STOPS = ("样例湖小区-南门", "云州南站-西广场", "青禾大厦", "南岭国际机场T2", "人民医院-东门", "科技园三期")


def trip_list(rng: Random) -> Drawn:
    """A page of A4 with the trips of a few days, as ride services make it."""
    count = rng.randint(1, 5)
    first = people.day(rng, 2023, 2025)
    fares = [people.money(rng, 8, 160) for _ in range(count)]
    times = sorted(
        datetime(first.year, first.month, first.day, rng.randint(6, 22), rng.randint(0, 59))  # noqa: DTZ001 - printed
        + timedelta(days=rng.randint(0, 4))
        for _ in range(count)
    )
    total, phone = sum(fares, Decimal(0)), people.mobile(rng)
    requested = times[-1].date() + timedelta(days=rng.randint(0, 9))
    truth = {
        "标题": "滴滴出行-行程单",
        "申请日期": requested.isoformat(),
        "行程起": f"{times[0]:%Y-%m-%d}",
        "行程止": f"{times[-1]:%Y-%m-%d}",
        "行程人手机号": phone,
        "笔数": str(count),
        "合计": f"{total:.2f}",
    }
    form = Form(2100, 1700)
    form.put(755, 130, truth["标题"], 70)
    form.put(885, 220, "DIDI TRAVEL - TRIP TABLE", 26)
    form.put(206, 330, f"申请日期：{truth['申请日期']}")
    form.put(1031, 330, f"行程起止日期：{truth['行程起']} 至 {truth['行程止']}")
    form.put(206, 380, f"行程人手机号：{phone}")
    form.put(1031, 380, f"共{count}笔行程，合计{total:.2f}元")
    heads = (
        (160, "序号"), (260, "车型"), (410, "上车时间"), (640, "城市"), (790, "起点"), (1180, "终点"),
        (1560, "里程[公里]"), (1760, "金额[元]"), (1950, "备注"),
    )  # fmt: skip
    for left, head in heads:
        form.put(left, 500, head, 30)
    rows = []
    for at, (when, fare) in enumerate(zip(times, fares, strict=True)):
        start, end = rng.sample(_STOPS, 2)
        row = {
            "序号": str(at + 1),
            "车型": rng.choice(("快车", "特惠快车", "专车")),
            "上车时间": f"{when:%m-%d %H:%M}",
            "城市": people.town(rng) + "市",
            "起点": start,
            "终点": end,
            "里程": f"{Decimal(rng.randint(11, 480)) / 10}",
            "金额": f"{fare:.2f}",
        }
        rows.append(row)
        for (left, _), name in zip(heads, row, strict=False):
            form.put(left, 590 + 80 * at, row[name], 28)
    form.put(1772, 1620, "页码：1/1", 28)
    return Drawn(picture=form.sheet.picture, truth=truth, rows=tuple(rows))


def toll_slip(rng: Random) -> Drawn:
    """The slip of a toll booth, 57 mm wide, on thermal paper."""
    when, amount = people.day(rng, 2018, 2024), Decimal(rng.randint(1, 60) * 5)
    truth = {
        "发票代码": "1" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "开票日期": when.isoformat(),
        "入口": people.town(rng) + "东",
        "出口": people.town(rng) + "南",
        "价税合计": f"{amount:.2f}",
    }
    sheet = Sheet((440, 720), (244, 243, 240))
    sheet.put(220, 50, people.town(rng) + "省高速公路", 28, anchor="mm", ink=_THERMAL)
    sheet.put(220, 95, "通行费发票", 30, anchor="mm", ink=_THERMAL)
    lines = (
        *((label, truth[label]) for label in ("发票代码", "发票号码", "入口", "出口")),
        ("车型", "客一"),
        ("金额", f"{amount:.2f}元"),
        ("日期", when.isoformat()),
        ("收费员", people.digits(rng, 6)),
    )
    for at, (label, value) in enumerate(lines):
        sheet.put(40, 170 + 62 * at, f"{label}：{value}", 28, face="sans", ink=_THERMAL)
    return Drawn(picture=sheet.picture, truth=truth)


def coach_ticket(rng: Random) -> Drawn:
    """The ticket of a coach, 150 by 70 mm."""
    when, identity = people.day(rng, 2019, 2025), people.identity(rng, people.day(rng, 1965, 2002))
    start, end = rng.sample(("云州", "青禾", "南岭", "白石", "长桥"), 2)
    truth = {
        "发票代码": "1" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "出发站": f"{start}客运站",
        "到达站": f"{end}客运站",
        "乘车日期": when.isoformat(),
        "开车时间": f"{rng.randint(6, 20):02d}:{rng.randint(0, 59):02d}",
        "座位号": str(rng.randint(1, 45)),
        "票价": f"{people.money(rng, 10, 260):.2f}",
        "姓名": people.person(rng),
        "身份证号": f"{identity[:6]}********{identity[14:]}",
    }
    form = Form(1500, 760, (250, 246, 236))
    form.put(440, 70, "道路旅客运输专用发票", 46)
    places = (
        ("发票代码", 80, 160), ("发票号码", 800, 160), ("出发站", 80, 250), ("到达站", 800, 250), ("乘车日期", 80, 340),
        ("开车时间", 800, 340), ("座位号", 80, 430), ("票价", 800, 430), ("姓名", 80, 520), ("身份证号", 800, 520),
    )  # fmt: skip
    printed = {"开车时间": "发车时间", "座位号": "座号"}
    for name, left, middle in places:
        value = f"￥{truth[name]}元" if name == "票价" else truth[name]
        form.put(left, middle, f"{printed.get(name, name)}：{value}", 38, face="sans")
    form.put(80, 640, "检票口：3  班次：K1208", 34)
    return Drawn(picture=form.sheet.picture, truth=truth)


def payment(rng: Random) -> Drawn:
    """The page of a payment on a phone, 1080 pixels wide, drawn at two thirds."""
    when = people.day(rng, 2022, 2025)
    truth = {
        "金额": f"-{people.money(rng, 3, 3000):.2f}",
        "状态": "支付成功",
        "支付时间": f"{when:%Y-%m-%d} {rng.randint(7, 22):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}",
        "商品": "商户单号" + people.digits(rng, 8),
        "商户全称": people.company(rng),
        "支付方式": "零钱",
        "交易单号": "4200" + people.digits(rng, 24),
        "商户单号": people.digits(rng, 20),
    }
    truth["商品"] = rng.choice(("工作午餐", "办公用品", "停车费"))
    sheet = Sheet((720, 1180))
    sheet.put(360, 60, "账单详情", 30, face="sans", anchor="mm")
    sheet.put(360, 200, truth["商户全称"][:8], 30, face="sans", anchor="mm")
    sheet.put(360, 270, truth["金额"], 58, face="sans", anchor="mm")
    labels = (
        ("当前状态", "状态"),
        ("支付时间", "支付时间"),
        ("商品", "商品"),
        ("商户全称", "商户全称"),
        ("支付方式", "支付方式"),
    )
    for at, (label, name) in enumerate((*labels, ("交易单号", "交易单号"), ("商户单号", "商户单号"))):
        sheet.put(40, 420 + 80 * at, label, 27, face="sans", ink=_GREY)
        sheet.put(210, 420 + 80 * at, truth[name], 27, face="sans")
    return Drawn(picture=sheet.picture, truth=truth)


def driving_licence(rng: Random) -> Drawn:
    """The front of a driving licence, 88 by 60 mm."""
    born = people.day(rng, 1965, 2002)
    first = people.day(rng, 2005, 2018)
    truth = {
        "证号": people.identity(rng, born),
        "姓名": people.person(rng),
        "性别": rng.choice("男女"),
        "住址": people.address(rng),
        "出生日期": born.isoformat(),
        "初次领证日期": first.isoformat(),
        "准驾车型": rng.choice(("C1", "C2", "B2", "A1")),
        "有效期起": first.isoformat(),
        "有效期止": first.replace(year=first.year + 10, day=min(first.day, 28)).isoformat(),
    }
    sheet = Sheet((1050, 720), (238, 240, 232))
    sheet.put(525, 60, "中华人民共和国机动车驾驶证", 42, anchor="mm")
    sheet.put(525, 105, "Driving License of the People's Republic of China", 24, anchor="mm")
    sheet.put(60, 170, "证号", 30)
    sheet.put(180, 170, truth["证号"], 34, face="sans")
    for left, label, value in ((60, "姓名", truth["姓名"]), (420, "性别", truth["性别"]), (640, "国籍", "中国")):
        sheet.put(left, 240, label, 30)
        sheet.put(left + 110, 240, value, 32)
    sheet.put(60, 310, "住址", 30)
    sheet.put(170, 310, truth["住址"], 30)
    dates = (("出生日期", "出生日期", 400), ("初次领证日期", "初次领证日期", 470), ("准驾车型", "准驾车型", 540))
    for label, name, middle in dates:
        sheet.put(420, middle, label, 30)
        sheet.put(680, middle, truth[name], 32, face="sans")
    sheet.put(60, 640, "有效期限", 30)
    sheet.put(240, 640, f"{truth['有效期起']} 至 {truth['有效期止']}", 32, face="sans")
    return Drawn(picture=sheet.picture, truth=truth)
