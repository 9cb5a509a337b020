"""What shows who somebody is or has learned: a passport, the pages of a household's book, certificates."""

from datetime import date, timedelta
from random import Random

from tests.accuracy import people
from tests.accuracy.sheet import Drawn
from tests.accuracy.vouchers import Form
from tests.samples.drawing import Colour

_BLUE: Colour = (70, 90, 150)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NAMES = (("陈", "CHEN"), ("王", "WANG"), ("李", "LI"), ("周", "ZHOU"), ("黄", "HUANG"))
_GIVEN = (("思雨", "SIYU"), ("明远", "MINGYUAN"), ("浩然", "HAORAN"), ("丽华", "LIHUA"))
_PROVINCES = (("浙江", "ZHEJIANG"), ("广东", "GUANGDONG"), ("江苏", "JIANGSU"))
_SUBJECTS = ("会计学", "软件工程", "国际经济与贸易", "机械设计制造及其自动化", "护理学")
_ONES = "〇一二三四五六七八九"
_WEIGHTS = (7, 3, 1)


def passport(rng: Random) -> Drawn:
    """The page with the data of a passport, 125 by 88 mm, with the two lines for machines (ICAO 9303, TD3)."""
    born, issued = people.day(rng, 1965, 2004), people.day(rng, 2016, 2024)
    until = date(issued.year + 10, issued.month, min(issued.day, 28))
    (family, family_latin), (given, given_latin), (place, place_latin) = map(rng.choice, (_NAMES, _GIVEN, _PROVINCES))
    number = "E" + rng.choice("ABCDEFGHJK") + people.digits(rng, 7)
    sex = rng.choice(("男/M", "女/F"))
    truth = {
        "护照号": number,
        "姓名": family + given,
        "性别": sex,
        "国籍": "中国/CHINESE",
        "出生日期": _printed(born),
        "签发日期": _printed(issued),
        "有效期至": _printed(until),
        "签发地点": f"{place}/{place_latin}",
    }
    form = Form(1250, 880, (240, 236, 226))
    form.put(90, 50, "护照", 34, ink=_BLUE)
    form.put(90, 95, "PASSPORT", 22, ink=_BLUE)
    cells = (
        (430, 40, "类型/Type", "P"), (570, 40, "国家码/Country Code", "CHN"), (890, 40, "护照号/Passport No.", number),
        (430, 125, "姓名/Name", truth["姓名"]), (430, 240, "性别/Sex", sex),
        (600, 240, "国籍/Nationality", truth["国籍"]), (890, 240, "出生日期/Date of birth", truth["出生日期"]),
        (430, 325, "出生地点/Place of birth", truth["签发地点"]),
        (890, 325, "签发日期/Date of issue", truth["签发日期"]),
        (430, 410, "签发地点/Place of issue", truth["签发地点"]),
        (890, 410, "有效期至/Date of expiry", truth["有效期至"]), (430, 495, "签发机关/Authority", "国家移民管理局"),
    )  # fmt: skip
    for left, top, label, value in cells:
        form.put(left, top, label, 17, ink=_BLUE)
        form.put(left, top + 34, value, 28, face="sans")
    form.put(430, 195, f"{family_latin}, {given_latin}", 26, face="sans")
    form.sheet.draw.rectangle((60, 100, 260, 350), fill=(150, 150, 160))
    body = f"{number}{_digit(number)}CHN{born:%y%m%d}{_digit(f'{born:%y%m%d}')}{sex[-1]}{until:%y%m%d}"
    lines = f"POCHN{family_latin}<<{given_latin}".ljust(44, "<"), (body + _digit(f"{until:%y%m%d}")).ljust(44, "<")
    for at, text in enumerate(lines):
        for place_of, char in enumerate(text):
            form.put(60 + 26 * place_of, 740 + 70 * at, char, 34, face="sans")
    return Drawn(picture=form.sheet.picture, truth=truth)


def _printed(day: date) -> str:
    return f"{day.day:02d} {day.month}月/{_MONTHS[day.month - 1]} {day.year}"


def _digit(text: str) -> str:
    values = (int(char) if char.isdigit() else ord(char) - 55 for char in text)
    return str(sum(value * _WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def household(rng: Random) -> Drawn:
    """The first page of a household's book, or the page of one person, 143 by 105 mm; half of them each."""
    return _first_page(rng) if rng.random() < 0.5 else _person(rng)


def _first_page(rng: Random) -> Drawn:
    issued = people.day(rng, 2005, 2024)
    truth = {
        "户别": rng.choice(("家庭户", "集体户", "非农业家庭户")),
        "户主姓名": people.person(rng),
        "户号": people.digits(rng, 9),
        "住址": people.address(rng),
        "签发日期": issued.isoformat(),
    }
    form = Form(1430, 1050, (250, 247, 238))
    for middle, row in ((180, ("户别", "户主姓名")), (320, ("户号", "住址"))):
        for name, left in zip(row, (90, 700), strict=True):
            form.put(left, middle, name if len(name) > 2 else "　".join(name), 36)
            if name != "住址":
                form.put(left + 190, middle, truth[name], 38)
    address = truth["住址"]
    for at, part in enumerate((address[:12], address[12:])):
        form.put(890, 320 + (44 * (2 * at - 1) // 2 if address[12:] else 0), part, 38)
    form.box(60, 110, 1380, 400)
    form.put(200, 620, "省级公安机关户口专用章", 32)
    form.put(800, 620, "户口登记机关户口专用章", 32)
    form.put(160, 820, f"承办人签章：{people.person(rng)}", 32)
    form.put(800, 820, f"{issued.year} 年 {issued.month} 月 {issued.day} 日签发", 32)
    return Drawn(picture=form.sheet.picture, truth=truth)


def _person(rng: Random) -> Drawn:
    born = people.day(rng, 1960, 2018)
    number, town = people.identity(rng, born), people.town(rng)
    truth = {
        "姓名": people.person(rng),
        "与户主关系": rng.choice(("妻", "长子", "女", "户主")),
        "性别": "男" if int(number[16]) % 2 else "女",
        "出生地": f"{town}市",
        "民族": rng.choice(("汉族", "回族", "满族")),
        "籍贯": f"{people.town(rng)}市",
        "出生日期": born.isoformat(),
        "公民身份号码": number,
    }
    form = Form(1430, 1050, (250, 247, 238))
    form.put(520, 60, "常住人口登记卡", 44)
    rows = (
        (("姓　名", truth["姓名"]), ("户主或与户主关系", truth["与户主关系"])),
        (("曾用名", ""), ("性　别", truth["性别"])),
        (("出生地", truth["出生地"]), ("民　族", truth["民族"])),
        (("籍　贯", truth["籍贯"]), ("出生日期", f"{born.year}年{born.month}月{born.day}日")),
        (("公民身份证件编号", number), ("身　高", "")),
        (("文化程度", "大学本科"), ("婚姻状况", "已婚")),
        (("服务处所", ""), ("职　业", "")),
    )
    for at, row in enumerate(rows):
        for (label, value), left, place in zip(row, (80, 800), (400, 1120), strict=True):
            form.put(left, 160 + 95 * at, label, 32)
            form.put(place, 160 + 95 * at, value, 34)
    form.put(120, 960, f"承办人签章：{people.person(rng)}", 30)
    return Drawn(picture=form.sheet.picture, truth=truth)


def certificate(rng: Random) -> Drawn:
    """A diploma, which says it in sentences, or a professional qualification with labels; on A4 across."""
    return _diploma(rng) if rng.random() < 0.5 else _qualification(rng)


def _in_han(day: date) -> str:
    return f"{''.join(_ONES[int(char)] for char in str(day.year))}年{_han(day.month)}月{_han(day.day)}日"


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _ONES[tens]) + "十" if tens else "") + (_ONES[ones] if ones else "")


def _diploma(rng: Random) -> Drawn:
    left = people.day(rng, 2008, 2024)
    subject, school = rng.choice(_SUBJECTS), f"{people.town(rng)}财经大学"
    truth = {
        "证书名称": "毕业证书",
        "姓名": people.person(rng),
        "专业": subject,
        "颁发机构": school,
        "证书编号": people.digits(rng, 18),
        "发证日期": left.isoformat(),
    }
    form = Form(2970, 2100, (250, 246, 234))
    form.put(1180, 260, "毕 业 证 书", 110)
    begun = date(left.year - 4, 9, 1)
    born = _in_han(people.day(rng, 1986, 2000))
    form.put(420, 640, f"学生　{truth['姓名']}　性别　{rng.choice('男女')}，　{born}生，于{_in_han(begun)[:-2]}", 62)
    form.put(300, 760, f"至{_in_han(left)[:8]}在本校　{subject}　专业四年制本科学习，", 62)
    form.put(300, 880, "修完教学计划规定的全部课程，成绩合格，准予毕业。", 62)
    form.put(400, 1360, f"校　名：{school}", 56)
    form.put(1800, 1360, f"校　长：{people.person(rng)}", 56)
    form.put(400, 1520, f"证书编号：{truth['证书编号']}", 56)
    form.put(1800, 1520, _in_han(left), 56)
    return Drawn(picture=form.sheet.picture, truth=truth)


def _qualification(rng: Random) -> Drawn:
    born = people.day(rng, 1970, 1998)
    approved = born + timedelta(days=rng.randint(9000, 10000))
    truth = {
        "证书名称": "专业技术人员职业资格证书",
        "姓名": people.person(rng),
        "身份证号": people.identity(rng, born),
        "专业": rng.choice(("一级造价工程师", "中级会计师", "注册安全工程师")),
        "发证日期": approved.isoformat(),
        "证书编号": people.digits(rng, 18),
    }
    form = Form(2970, 2100)
    form.put(1200, 200, "中华人民共和国", 70)
    form.put(840, 340, truth["证书名称"], 100)
    lines = (
        ("姓　　名", truth["姓名"]), ("证件号码", truth["身份证号"]), ("专　　业", truth["专业"]),
        ("批准日期", f"{approved:%Y年%m月%d日}"), ("管 理 号", truth["证书编号"]),
    )  # fmt: skip
    for at, (label, value) in enumerate(lines):
        form.put(1200, 640 + 140 * at, f"{label}：{value}", 60)
    return Drawn(picture=form.sheet.picture, truth=truth)
