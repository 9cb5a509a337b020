"""Papers of journeys: a ship's ticket, an itinerary on paper, an invoice for tolls, and what lists tolls."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.accuracy import people
from tests.accuracy.sheet import BLACK, Drawn
from tests.accuracy.vouchers import Form
from tests.samples.amount_in_words import amount_in_words
from tests.samples.drawing import Colour

_BLUE: Colour = (60, 100, 160)
_BROWN: Colour = (130, 70, 30)
_PORTS = ("云州港", "青禾半岛码头", "南岭客运港", "白石港", "长桥码头")
_AIRPORTS = (("长沙", "CSX"), ("广州", "CAN"), ("成都", "CTU"), ("北京", "PEK"), ("西安", "XIY"))
_STATIONS = ("云州北", "青禾东", "南岭", "白石西", "长桥南", "望江")


def ship_ticket(rng: Random) -> Drawn:
    """A ticket of a ferry, 150 by 80 mm."""
    when, identity = people.day(rng, 2020, 2025), people.identity(rng, people.day(rng, 1965, 2002))
    start, end = rng.sample(_PORTS, 2)
    truth = {
        "发票代码": "1" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "出发站": start,
        "到达站": end,
        "乘车日期": when.isoformat(),
        "开车时间": f"{rng.randint(6, 18):02d}:{rng.choice(('00', '20', '30', '50'))}",
        "船名": f"{rng.choice(('云程', '青禾', '恒泰'))}{rng.randint(1, 9)}号",
        "票价": f"{people.money(rng, 12, 300):.2f}",
        "姓名": people.person(rng),
        "身份证号": f"{identity[:4]}**********{identity[14:]}",
    }
    form = Form(1500, 800, (238, 246, 250))
    form.put(480, 70, "水路旅客运输客票", 54)
    names = {
        "出发站": "始发港",
        "到达站": "目的港",
        "乘车日期": "开航日期",
        "开车时间": "开航时间",
        "身份证号": "证件号码",
    }
    for at, name in enumerate(truth):
        value = f"￥{truth[name]}元" if name == "票价" else truth[name]
        form.put(90 + 720 * (at % 2), 180 + 95 * (at // 2), f"{names.get(name, name)}：{value}", 38, face="sans")
    form.put(90, 720, "请提前30分钟检票上船，当日当班有效", 32)
    return Drawn(picture=form.sheet.picture, truth=truth)


def paper_itinerary(rng: Random) -> Drawn:
    """An itinerary on paper, 241 by 102 mm: each label is printed in Chinese and, below that, in English."""
    issued = people.day(rng, 2018, 2024)
    flight = issued - timedelta(days=rng.randint(1, 20))
    (start, start_code), (end, end_code) = rng.sample(_AIRPORTS, 2)
    parts = {"票价": Decimal(rng.randint(30, 280) * 10), "民航发展基金": Decimal(50), "燃油附加费": Decimal(30)}
    identity = people.identity(rng, people.day(rng, 1965, 2002))
    truth = {
        "印刷序号": people.digits(rng, 11),
        "旅客姓名": people.person(rng),
        "有效身份证件号码": identity,
        **{name: f"{amount:.2f}" for name, amount in parts.items()},
        "合计": f"{sum(parts.values()):.2f}",
        "电子客票号码": "784" + people.digits(rng, 10),
        "验证码": people.digits(rng, 4),
        "填开单位": f"{people.town(rng)}航空服务有限公司",
        "填开日期": issued.isoformat(),
    }
    row = {
        "自": f"{start}{start_code}",
        "至": f"{end}{end_code}",
        **people.flight(rng, flight),
    }
    form = Form(2410, 1020)
    form.put(800, 60, "航空运输电子客票行程单", 52, ink=_BLUE)
    form.put(1790, 110, f"印刷序号：{truth['印刷序号']}", 32)
    for left, label, english in (
        (120, "旅客姓名", "NAME OF PASSENGER"),
        (650, "有效身份证件号码", "ID.NO."),
        (1500, "签注", "ENDORSEMENTS/RESTRICTIONS"),
    ):
        form.put(left, 180, f"{label} {english}", 24, ink=_BLUE)
        form.put(left, 228, truth.get(label, "不得签转"), 34)
    heads = (
        (560, "承运人", "CARRIER"), (740, "航班号", "FLIGHT"), (920, "座位等级", "CLASS"), (1110, "日期", "DATE"),
        (1340, "时间", "TIME"), (1530, "客票级别/客票类别", "FARE BASIS"), (2200, "免费行李", "ALLOW"),
    )  # fmt: skip
    for left, label, english in heads:
        form.put(left, 300, label, 26, ink=_BLUE)
        form.put(left, 338, english, 22, ink=_BLUE)
        form.put(left, 395, row.get(label, "20K" if label == "免费行李" else "YRT"), 34)
    for middle, label, place in ((395, "自 FROM", row["自"]), (465, "至 TO", row["至"]), (535, "至 TO", "VOID")):
        form.put(120, middle, label, 26, ink=_BLUE)
        form.put(260, middle, place, 34)
    sums = (
        (400, "票价", "FARE", "CNY"), (760, "民航发展基金", "CAAC DEVELOPMENT FUND", "CN"),
        (1160, "燃油附加费", "FUEL SURCHARGE", "YQ"), (1560, "其他税费", "OTHER TAXES", ""),
        (1960, "合计", "TOTAL", "CNY"),
    )  # fmt: skip
    for left, label, english, sign in sums:
        form.put(left, 615, label, 26, ink=_BLUE)
        form.put(left, 652, english, 22, ink=_BLUE)
        form.put(left, 702, f"{sign}{truth[label]}" if label in truth else "", 34)
    form.put(120, 800, f"电子客票号码 {truth['电子客票号码']}", 30)
    form.put(900, 800, f"验证码 {truth['验证码']}", 30)
    form.put(900, 880, f"填开单位 {truth['填开单位']}", 30)
    form.put(1850, 880, f"填开日期 {truth['填开日期']}", 30)
    return Drawn(picture=form.sheet.picture, truth=truth, rows=(row,))


def toll_invoice(rng: Random) -> Drawn:
    """An electronic invoice for tolls, 215 by 140 mm: its lines have a plate and days in the place of goods."""
    issued, plate = people.day(rng, 2019, 2024), rng.choice("京沪粤苏浙陕") + "A" + people.digits(rng, 5)
    passed = [issued - timedelta(days=rng.randint(1, 20)) for _ in range(rng.randint(1, 3))]
    nets = [people.money(rng, 5, 200) for _ in passed]
    taxes = [(net * Decimal("0.03")).quantize(Decimal("0.01")) for net in nets]
    net, tax = sum(nets, Decimal(0)), sum(taxes, Decimal(0))
    truth = {
        "发票代码": "0" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "开票日期": issued.isoformat(),
        "校验码": people.digits(rng, 20),
        "购买方名称": people.company(rng),
        "购买方纳税人识别号": people.tax_id(rng),
        "合计金额": f"{net:.2f}",
        "合计税额": f"{tax:.2f}",
        "价税合计": f"{net + tax:.2f}",
        "价税合计（大写）": amount_in_words(net + tax),
        "开票人": people.person(rng),
    }
    form = Form(2150, 1400)
    form.put(740, 90, "增值税电子普通发票", 60, ink=_BROWN)
    form.put(120, 90, "通行费", 52)
    for at, name in enumerate(("发票代码", "发票号码", "校验码")):
        form.put(1480, 70 + 50 * at, f"{name}：{truth[name]}", 30)
    form.put(1480, 220, f"开票日期：{issued:%Y年%m月%d日}", 30)
    form.box(90, 260, 2060, 1230)
    for at, char in enumerate("购买方"):
        form.put(110, 290 + 50 * at, char, 30, ink=_BROWN)
    form.put(180, 290, f"名　　　　称：{truth['购买方名称']}", 30)
    form.put(180, 350, f"纳税人识别号：{truth['购买方纳税人识别号']}", 30)
    heads = ("项目名称", "车牌号", "类型", "通行日期起", "通行日期止", "金额", "税率", "税额")
    lefts = (130, 560, 760, 930, 1180, 1440, 1640, 1840)
    for left, head in zip(lefts, heads, strict=True):
        form.put(left, 470, head, 30, ink=_BROWN)
    rows = []
    for at, (day, amount, of_line) in enumerate(zip(passed, nets, taxes, strict=True)):
        cells = (
            "*经营租赁*通行费",
            plate,
            "客车",
            f"{day:%Y%m%d}",
            f"{day:%Y%m%d}",
            f"{amount:.2f}",
            "3%",
            f"{of_line:.2f}",
        )
        for left, cell in zip(lefts, cells, strict=True):
            form.put(left, 540 + 60 * at, cell, 30)
        names = ("名称", *heads[1:])
        rows.append(dict(zip(names, cells, strict=True)) | dict.fromkeys(("通行日期起", "通行日期止"), day.isoformat()))
    form.put(180, 860, "合　　　　计", 30, ink=_BROWN)
    form.put(1420, 860, f"￥{net:.2f}", 30)
    form.put(1820, 860, f"￥{tax:.2f}", 30)
    form.put(180, 950, "价税合计（大写）", 30, ink=_BROWN)
    form.put(560, 950, truth["价税合计（大写）"], 34)
    form.put(1480, 950, f"（小写）￥{net + tax:.2f}", 32)
    form.put(1100, 1310, f"开票人：{truth['开票人']}", 30)
    return Drawn(picture=form.sheet.picture, truth=truth, rows=tuple(rows))


def toll_summary(rng: Random) -> Drawn:
    """A summary of tolls, or the journeys of a card; half of them each, on the width of A4."""
    return _summary(rng) if rng.random() < 0.5 else _journeys(rng)


def _trips(rng: Random) -> list[tuple[datetime, datetime, str, str, Decimal]]:
    trips = []
    for _ in range(rng.randint(2, 5)):
        day = people.day(rng, 2023, 2025)
        entered = datetime(day.year, day.month, day.day, rng.randint(6, 20), rng.randint(0, 59), 12)  # noqa: DTZ001
        start, end = rng.sample(_STATIONS, 2)
        trips.append(
            (entered, entered + timedelta(minutes=rng.randint(20, 170)), start, end, people.money(rng, 5, 200))
        )
    return trips


def _summary(rng: Random) -> Drawn:
    trips, requested = _trips(rng), people.day(rng, 2025, 2025)
    total = sum((trip[-1] for trip in trips), Decimal(0))
    truth = {
        "汇总单号": people.digits(rng, 20),
        "购买方名称": people.company(rng),
        "购买方纳税人识别号": people.tax_id(rng),
        "开票申请日期": requested.isoformat(),
        "车牌号": rng.choice("京沪粤苏浙陕") + "A" + people.digits(rng, 5),
        "票据数量": str(len(trips)),
        "行程数": str(len(trips)),
        "合计": f"{total:.2f}",
    }
    form = Form(2100, 1400)
    form.put(620, 100, "通行费电子票据汇总单", 58)
    printed = {"购买方纳税人识别号": "购买方税号", "车牌号": "车牌号码", "行程数": "行程数量", "合计": "交易金额"}
    for at, name in enumerate(truth):
        value = f"￥{truth[name]}" if name == "合计" else truth[name]
        form.put(120 + 1100 * (at % 2), 220 + 60 * (at // 2), f"{printed.get(name, name)}：{value}", 32)
    heads, lefts = ("序号", "通行时间", "入口站", "出口站", "交易金额", "票据号码"), (120, 260, 720, 1060, 1400, 1720)
    rows = tuple(
        {
            "序号": str(at),
            "通行时间": f"{left:%Y-%m-%d %H:%M:%S}",
            "入口站": start,
            "出口站": end,
            "交易金额": f"{amount:.2f}",
        }
        for at, (_, left, start, end, amount) in enumerate(trips, 1)
    )
    for place, head in zip(lefts, heads, strict=True):
        form.put(place, 520, head, 30)
        for at, row in enumerate(rows):
            form.put(place, 590 + 70 * at, row.get(head, people.digits(rng, 8)), 30)
    form.put(120, 1000, "合计", 30)
    form.put(1400, 1000, f"{total:.2f}", 30)
    form.put(120, 1250, "本汇总单不作为报销凭证，仅作为票据汇总信息的展示。", 28)
    return Drawn(picture=form.sheet.picture, truth=truth, rows=rows)


def _journeys(rng: Random) -> Drawn:
    trips = _trips(rng)
    total = sum((trip[-1] for trip in trips), Decimal(0))
    truth = {"车牌号": rng.choice("京沪粤苏浙陕") + "E" + people.digits(rng, 5), "合计": f"{total:.2f}"}
    form = Form(2100, 1300)
    form.put(860, 100, "ETC通行明细", 58)
    form.put(120, 230, f"车牌号：{truth['车牌号']}", 32)
    form.put(900, 230, f"卡号：{people.digits(rng, 20)}", 32)
    lefts = {"序号": 120, "入口站": 240, "入口时间": 580, "出口站": 1020, "出口时间": 1360, "交易金额": 1800}
    printed = {"入口站": "入口收费站", "出口站": "出口收费站", "交易金额": "通行金额（元）"}
    rows = tuple(
        {
            "序号": str(at),
            "入口站": start,
            "入口时间": f"{entered:%Y-%m-%d %H:%M:%S}",
            "出口站": end,
            "出口时间": f"{left:%Y-%m-%d %H:%M:%S}",
            "交易金额": f"{amount:.2f}",
        }
        for at, (entered, left, start, end, amount) in enumerate(trips, 1)
    )
    for name, place in lefts.items():
        form.put(place, 360, printed.get(name, name), 30, ink=BLACK)
        for at, row in enumerate(rows):
            form.put(place, 440 + 70 * at, row[name], 30)
    form.put(120, 440 + 70 * len(rows), "合计", 30)
    form.put(1800, 440 + 70 * len(rows), f"{total:.2f}", 30)
    return Drawn(picture=form.sheet.picture, truth=truth, rows=rows)
