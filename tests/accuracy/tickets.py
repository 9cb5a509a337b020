"""Travel documents: a taxi receipt and a train ticket."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.accuracy import people
from tests.accuracy.sheet import Drawn, Sheet
from tests.samples.drawing import Colour, seal

_RED: Colour = (190, 60, 60)
_BROWN: Colour = (120, 70, 40)
_PRINT: Colour = (62, 60, 96)
_STATIONS = (
    ("北京南", "Beijingnan"),
    ("上海虹桥", "Shanghaihongqiao"),
    ("杭州东", "Hangzhoudong"),
    ("南京南", "Nanjingnan"),
    ("西安北", "Xi'anbei"),
    ("成都东", "Chengdudong"),
    ("武汉", "Wuhan"),
    ("长沙南", "Changshanan"),
    ("郑州东", "Zhengzhoudong"),
    ("苏州", "Suzhou"),
)
_SEATS = (("二等座", "ABCDF"), ("一等座", "ACDF"), ("商务座", "ACF"), ("新空调硬卧", ""))


def taxi(rng: Random) -> Drawn:
    """A receipt on a strip of thermal paper: preprinted labels, and values of the meter a little off their lines."""
    day = people.day(rng, 2018, 2025)
    start = datetime(day.year, day.month, day.day, rng.randint(6, 21), rng.randint(0, 59))  # noqa: DTZ001 - a ticket
    end = start + timedelta(minutes=rng.randint(8, 70))
    distance, price = Decimal(rng.randint(21, 480)) / 10, Decimal(rng.choice(("2.00", "2.30", "2.50", "3.00")))
    total = (10 + distance * price).quantize(Decimal("0.1"))
    plate = rng.choice("京沪粤苏浙陕川鄂") + rng.choice("ABE") + rng.choice(("T", "")) + people.digits(rng, 4)
    truth = {
        "发票代码": "1" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "上车时间": f"{start:%H:%M}",
        "下车时间": f"{end:%H:%M}",
        "单价": str(price),
        "里程": f"{distance}km",
        "总金额": f"{total}0",
    }
    sheet = Sheet((420, 1060), (247, 243, 236))
    sheet.put(210, 60, people.town(rng) + "市出租汽车", 26, face="sans", ink=_BROWN, anchor="mm")
    sheet.put(210, 100, "专用发票", 26, face="sans", ink=_BROWN, anchor="mm")
    sheet.put(210, 190, "发 票 联", 30, face="kai", ink=_BROWN, anchor="mm")
    sheet.put(210, 222, "INVOICE", 20, ink=_BROWN, anchor="mm")
    mark = seal((70, 46), "全国统一发票监制章", [("国家税务总局", 13, 2)], "税务局")
    sheet.picture.paste(mark, (210 - mark.width // 2, 112), mark)
    for y, label in ((280, "发票代码"), (330, "发票号码")):
        sheet.put(40, y, label, 26, face="sans", ink=_BROWN)
        sheet.put(160, y, truth[label], 28, face="sans", ink=_RED)
    _meter(sheet, {**truth, "车号": plate, "日期": day.isoformat()}, rng)
    return Drawn(picture=sheet.picture, truth=truth)


def _meter(sheet: Sheet, truth: dict[str, str], rng: Random) -> None:
    rows = (
        ("电话", "Tel", "96" + people.digits(rng, 3)),
        ("车号", "Taxi No.", truth["车号"]),
        ("证号", "Certificate No.", people.digits(rng, 6)),
        ("日期", "Date", truth["日期"]),
        ("上车", "Get on", truth["上车时间"]),
        ("下车", "Get off", truth["下车时间"]),
        ("单价", "Unit Price", truth["单价"] + "元"),
        ("里程", "Mileage", truth["里程"]),
        ("等候", "Wait", f"00:{rng.randint(0, 20):02d}:{rng.randint(0, 59):02d}"),
        ("金额", "Sum", f"￥{truth['总金额']}元"),
    )
    off = rng.randint(-10, 4)
    for row, (label, english, value) in enumerate(rows):
        y = 400 + 62 * row
        sheet.put(50, y, label + "：", 25, ink=_BROWN)
        sheet.put(50, y + 26, english, 17, ink=_BROWN)
        sheet.put(380, y + off, value, 27, face="sans", ink=_PRINT, anchor="rm")


def train(rng: Random) -> Drawn:
    """The blue paper ticket: it has hardly any labels, so the form of each value shows what it is."""
    (start, start_latin), (end, end_latin) = rng.sample(_STATIONS, 2)
    day = people.day(rng, 2018, 2025)
    hour, minute = rng.randint(6, 22), rng.randint(0, 59)
    seat_class, letters = rng.choice(_SEATS)
    coach = rng.randint(1, 16)
    berth = f"{rng.randint(1, 18):02d}{rng.choice(letters)}号" if letters else f"{rng.randint(1, 20):03d}号下铺"
    price = f"{rng.randint(20, 900)}.{rng.choice('05')}"
    number = people.identity(rng, people.day(rng, 1965, 2002))
    name = people.person(rng)
    truth = {
        "车次": rng.choice("GDCZ") + str(rng.randint(1, 3999)),
        "出发站": start,
        "到达站": end,
        "乘车日期": day.isoformat(),
        "开车时间": f"{hour:02d}:{minute:02d}",
        "座位号": f"{coach:02d}车{berth}",
        "席别": seat_class,
        "票价": price + "0",
        "姓名": name,
        "身份证号": f"{number[:10]}****{number[14:]}",
    }
    sheet = Sheet((1000, 640), (206, 226, 238))
    sheet.put(50, 50, rng.choice("ABCDEFGZ") + people.digits(rng, 6), 34, face="sans", ink=_RED)
    sheet.put(950, 50, f"检票口{rng.randint(1, 20)}{rng.choice('AB')}", 30, face="sans", anchor="rm")
    for x, station, latin in ((190, start, start_latin), (790, end, end_latin)):
        sheet.put(x, 122, f"{station}站", 46, face="sans", anchor="mm")
        sheet.put(x, 168, latin, 26, anchor="mm")
    sheet.put(490, 112, truth["车次"], 46, anchor="mm")
    sheet.draw.line((410, 146, 570, 146), fill=(24, 24, 28), width=3)
    sheet.draw.line((556, 138, 570, 146), fill=(24, 24, 28), width=3)
    sheet.put(60, 226, f"{day:%Y年%m月%d日} {truth['开车时间']}开", 34, face="sans")
    sheet.put(650, 226, truth["座位号"], 34, face="sans")
    sheet.put(60, 282, f"￥{price}元", 36, face="sans")
    sheet.put(660, 282, seat_class, 34, face="sans")
    sheet.put(60, 338, "限乘当日当次车", 30, face="sans")
    sheet.put(60, 430, truth["身份证号"], 34, face="sans")
    sheet.put(400, 430, name, 34, face="sans")
    sheet.draw.rectangle((100, 470, 720, 550), outline=(60, 60, 70), width=2)
    sheet.put(410, 492, "买票请到12306 发货请到95306", 26, face="sans", anchor="mm")
    sheet.put(410, 528, "中国铁路祝您旅途愉快", 26, face="sans", anchor="mm")
    sheet.put(60, 596, people.digits(rng, 21) + " " + start + "售", 26, face="sans")
    return Drawn(picture=sheet.picture, truth=truth)
