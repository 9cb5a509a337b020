"""Papers of every day on the measures of their forms: fixed and roll invoices, bills of hotels and clinics, cards."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from tests.accuracy import people
from tests.accuracy.sheet import BLACK, Drawn, Sheet
from tests.accuracy.vouchers import Form
from tests.samples.amount_in_words import amount_in_words
from tests.samples.drawing import Colour

_RED: Colour = (196, 60, 54)
_BROWN: Colour = (130, 70, 30)
_THERMAL: Colour = (62, 60, 66)
_GOODS = ("工作餐", "矿泉水", "会议用水果", "打印纸", "停车服务", "文件夹")
_CARES = ("诊查费", "西药费", "化验费", "检查费", "治疗费", "卫生材料费")
_MAKES = ("云程牌YC6480A", "青禾牌QH7151BEV", "恒泰牌HT5030XXY")


def fixed_amount(rng: Random) -> Drawn:
    """An invoice of a fixed amount, 175 by 77 mm: nothing but code, number and amount is printed."""
    amount = rng.choice((1, 2, 5, 10, 20, 50, 100))
    truth = {
        "发票名称": f"{people.town(rng)}省国家税务局通用定额发票",
        "发票代码": "1" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "价税合计（大写）": amount_in_words(Decimal(amount)).replace("圆", "元"),
    }
    form = Form(1750, 770, (250, 242, 232))
    form.put(390, 110, truth["发票名称"], 56, ink=_BROWN)
    form.put(790, 200, "发票联", 46, ink=_BROWN)
    for at, name in enumerate(("发票代码", "发票号码")):
        form.put(980, 290 + 70 * at, name, 36, ink=_BROWN)
        form.put(1180, 290 + 70 * at, truth[name], 42, face="sans", ink=_RED)
    form.put(160, 420, truth["价税合计（大写）"], 90, ink=_RED)
    form.put(150, 560, "收款单位（盖发票专用章有效）", 34, ink=_BROWN)
    form.put(980, 560, "开票日期：    年   月   日", 34, ink=_BROWN)
    form.put(150, 680, "本发票限于当年十二月三十一日前填开使用有效", 26, ink=_BROWN)
    return Drawn(picture=form.sheet.picture, truth=truth)


def roll_invoice(rng: Random) -> Drawn:
    """A roll invoice (增值税普通发票（卷票）), 76 by 178 mm."""
    issued, count = people.day(rng, 2018, 2024), rng.randint(1, 3)
    items = [(name, people.money(rng, 3, 300)) for name in rng.sample(_GOODS, count)]
    total = sum((price for _, price in items), Decimal(0))
    truth = {
        "发票代码": "0" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "开票日期": issued.isoformat(),
        "销售方名称": people.company(rng),
        "销售方纳税人识别号": people.tax_id(rng),
        "购买方名称": people.company(rng),
        "购买方纳税人识别号": people.tax_id(rng),
        "价税合计": f"{total:.2f}",
        "价税合计（大写）": amount_in_words(total),
        "校验码": people.digits(rng, 20),
    }
    sheet = Sheet((608, 1424), (248, 246, 240))
    sheet.put(304, 60, "增值税普通发票（卷票）", 32, anchor="mm", ink=_BROWN)
    sheet.put(304, 110, "发 票 联", 28, anchor="mm", ink=_BROWN)
    rows = (
        ("发票代码", truth["发票代码"]),
        ("发票号码", truth["发票号码"]),
        ("机打号码", truth["发票号码"]),
        ("机器编号", people.digits(rng, 12)),
        ("销售方名称", truth["销售方名称"]),
        ("纳税人识别号", truth["销售方纳税人识别号"]),
        ("开票日期", f"{issued:%Y-%m-%d}"),
        ("收款员", people.person(rng)),
        ("购买方名称", truth["购买方名称"]),
        ("纳税人识别号", truth["购买方纳税人识别号"]),
    )
    for at, (label, value) in enumerate(rows):
        width = sheet.put(40, 180 + 56 * at, f"{label}：", 25, ink=_BROWN)
        sheet.put(46 + width, 180 + 56 * at, value, 25, face="sans", ink=_THERMAL)
    lefts = (40, 240, 340, 480)
    for left, head in zip(lefts, ("项目", "单价", "数量", "金额"), strict=True):
        sheet.put(left, 760, head, 25, ink=_BROWN)
    for at, (name, price) in enumerate(items):
        for left, cell in zip(lefts, (name, f"{price:.2f}", "1", f"{price:.2f}"), strict=True):
            sheet.put(left, 820 + 54 * at, cell, 24, face="sans", ink=_THERMAL)
    ends = (
        ("合计金额（小写）", f"￥{total:.2f}"),
        ("合计金额（大写）", amount_in_words(total)),
        ("校验码", truth["校验码"]),
    )
    for at, (label, value) in enumerate(ends):
        width = sheet.put(40, 1050 + 66 * at, f"{label}：", 25, ink=_BROWN)
        sheet.put(46 + width, 1050 + 66 * at, value, 25, face="sans", ink=_THERMAL)
    return Drawn(picture=sheet.picture, truth=truth)


def clinic_bill(rng: Random) -> Drawn:
    """A bill of a clinic (医疗门诊收费票据（电子）), 210 by 127 mm, with who pays which part below its items."""
    issued = people.day(rng, 2021, 2025)
    items = [(name, people.money(rng, 5, 600)) for name in rng.sample(_CARES, rng.randint(1, 4))]
    total = sum((price for _, price in items), Decimal(0))
    fund = (total * Decimal(rng.choice(("0", "0.5", "0.7")))).quantize(Decimal("0.01"))
    account = Decimal(0) if rng.random() < 0.5 else (total - fund) / 2
    account = account.quantize(Decimal("0.01"))
    truth = {
        "票据名称": f"{people.town(rng)}省医疗门诊收费票据（电子）",
        "票据代码": "3306" + people.digits(rng, 4),
        "票据号码": people.digits(rng, 10),
        "校验码": "".join(rng.choice("abcdef0123456789") for _ in range(6)),
        "交款人": people.person(rng),
        "开票日期": issued.isoformat(),
        "金额合计（大写）": amount_in_words(total),
        "金额合计（小写）": f"{total:.2f}",
        "门诊号": people.digits(rng, 10),
        "医疗机构类型": rng.choice(("综合医院", "社区卫生服务中心")),
        "医保类型": rng.choice(("职工基本医疗保险", "城乡居民基本医疗保险")),
        "医保统筹基金支付": f"{fund:.2f}",
        "个人账户支付": f"{account:.2f}",
        "个人现金支付": f"{total - fund - account:.2f}",
        "复核人": people.person(rng),
        "收款人": people.person(rng),
    }
    form = Form(2100, 1270)
    form.put(640, 100, truth["票据名称"], 54)
    for middle, one, other in ((200, "票据代码", "票据号码"), (240, "", "校验码"), (280, "交款人", "开票日期")):
        if one:
            form.put(122, middle, f"{one}：{truth[one]}", 28)
        form.put(1250, middle, f"{other}：{truth[other]}", 28)
    form.put(122, 240, "交款人统一社会信用代码：", 28)
    form.box(100, 310, 2000, 700, ink=BLACK)
    for left, head in ((180, "项目名称"), (640, "数量/单位"), (950, "金额（元）"), (1300, "备注")):
        form.put(left, 340, head, 28)
    for at, (name, price) in enumerate(items):
        for left, cell in ((150, name), (690, "1/次"), (980, f"{price:.2f}")):
            form.put(left, 395 + 50 * at, cell, 28)
    form.put(124, 672, f"金额合计（大写） {truth['金额合计（大写）']}", 28)
    form.put(1251, 672, f"（小写） {total:.2f}", 28)
    others = (
        ("门诊号", truth["门诊号"], "医疗机构类型", truth["医疗机构类型"], "性别", rng.choice("男女")),
        ("医保类型", truth["医保类型"], "就诊日期", issued.isoformat(), "医保编号", people.digits(rng, 9)),
        ("医保统筹基金支付", truth["医保统筹基金支付"], "其他支付", "0.00", "个人账户支付", truth["个人账户支付"]),
        ("个人现金支付", truth["个人现金支付"], "个人自付", "0.00", "个人自费", "0.00"),
    )
    for at, cells in enumerate(others):
        for place, left in enumerate((122, 780, 1400)):
            form.put(left, 760 + 60 * at, f"{cells[2 * place]}：{cells[2 * place + 1]}", 28)
    form.put(122, 1180, "收款单位（章）：", 28)
    form.put(900, 1180, f"复核人：{truth['复核人']}", 28)
    form.put(1413, 1180, f"收款人：{truth['收款人']}", 28)
    return Drawn(picture=form.sheet.picture, truth=truth)


def hotel_bill(rng: Random) -> Drawn:
    """The bill that a hotel prints on A5 (148 by 210 mm) when a guest leaves."""
    arrival, nights = people.day(rng, 2020, 2025), rng.randint(1, 5)
    departure, rate = arrival + timedelta(days=nights), people.money(rng, 150, 900)
    total = rate * nights
    truth = {
        "酒店名称": f"{people.town(rng)}{rng.choice(('云程', '青禾', '恒泰'))}大酒店",
        "客人姓名": people.person(rng),
        "房号": str(rng.randint(201, 2818)),
        "入住日期": arrival.isoformat(),
        "离店日期": departure.isoformat(),
        "合计": f"{total:.2f}",
    }
    form = Form(1480, 2100)
    form.put(400, 130, truth["酒店名称"], 60)
    form.put(580, 220, "宾客账单", 46)
    pairs = (
        (("客人姓名", truth["客人姓名"]), ("房号", truth["房号"])),
        (("入住日期", truth["入住日期"]), ("离店日期", truth["离店日期"])),
        (("账号", people.digits(rng, 8)), ("人数", "1")),
    )
    for at, pair in enumerate(pairs):
        for (label, value), left in zip(pair, (120, 800), strict=True):
            form.put(left, 330 + 70 * at, f"{label}：{value}", 36)
    for left, head in ((120, "日期"), (420, "项目"), (800, "消费"), (1120, "付款")):
        form.put(left, 570, head, 36)
    for night in range(nights):
        day = arrival + timedelta(days=night)
        for left, cell in ((120, day.isoformat()), (420, "房费"), (800, f"{rate:.2f}")):
            form.put(left, 640 + 60 * night, cell, 34)
    form.put(120, 640 + 60 * nights, departure.isoformat(), 34)
    form.put(420, 640 + 60 * nights, "微信支付", 34)
    form.put(1120, 640 + 60 * nights, f"{total:.2f}", 34)
    form.put(120, 1100, f"消费合计：{total:.2f}", 38)
    form.put(800, 1100, "余额：0.00", 38)
    form.put(120, 1900, "宾客签名：", 36)
    return Drawn(picture=form.sheet.picture, truth=truth)


def vehicle_sale(rng: Random) -> Drawn:
    """The invoice for a vehicle (机动车销售统一发票), 241 by 178 mm: values stand in boxes beside their labels."""
    issued, total = people.day(rng, 2018, 2024), Decimal(rng.randint(40000, 400000))
    net = (total / Decimal("1.13")).quantize(Decimal("0.01"))
    truth = {
        "发票名称": "机动车销售统一发票",
        "发票代码": "1" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "开票日期": issued.isoformat(),
        "机器编号": people.digits(rng, 12),
        "购买方名称": people.company(rng),
        "购买方纳税人识别号": people.tax_id(rng),
        "车辆类型": rng.choice(("轿车", "多用途乘用车", "轻型厢式货车")),
        "厂牌型号": rng.choice(_MAKES),
        "产地": f"{people.town(rng)}市",
        "合格证号": "YC" + people.digits(rng, 13),
        "发动机号码": people.digits(rng, 7) + "A",
        "车辆识别代号": "LYC" + people.digits(rng, 14),
        "价税合计": f"{total:.2f}",
        "价税合计（大写）": amount_in_words(total),
        "销售方名称": people.company(rng),
        "销售方纳税人识别号": people.tax_id(rng),
        "税率": "13%",
        "税额": f"{total - net:.2f}",
        "不含税价": f"{net:.2f}",
    }
    form = Form(2410, 1780)
    form.put(850, 110, truth["发票名称"], 70, ink=_BROWN)
    form.put(1120, 190, "发票联", 46, ink=_BROWN)
    form.put(130, 290, f"开票日期 {issued.isoformat()}", 36)
    form.put(1600, 230, f"发票代码 {truth['发票代码']}", 36)
    form.put(1600, 290, f"发票号码 {truth['发票号码']}", 36)
    form.box(100, 330, 2310, 1640)
    left, middle, right = 120, 900, 1600
    cells = (
        (430, ((left, "机器编号", 330, truth["机器编号"]),)),
        (520, ((left, "购买方名称", 330, truth["购买方名称"]),)),
        (610, ((left, "纳税人识别号/统一社会信用代码/身份证明号码", 860, truth["购买方纳税人识别号"]),)),
        (
            700,
            (
                (left, "车辆类型", 330, truth["车辆类型"]),
                (middle, "厂牌型号", 1080, truth["厂牌型号"]),
                (right, "产地", 1800, truth["产地"]),
            ),
        ),
        (790, ((left, "合格证号", 330, truth["合格证号"]), (middle, "进口证明书号", 1140, ""))),
        (
            880,
            (
                (left, "发动机号码", 330, truth["发动机号码"]),
                (middle, "车辆识别代号/车架号码", 1300, truth["车辆识别代号"]),
            ),
        ),
        (970, ((left, "价税合计", 330, truth["价税合计（大写）"]), (right, "小写", 1720, f"￥{total:.2f}"))),
        (
            1060,
            (
                (left, "销货单位名称", 360, truth["销售方名称"]),
                (right, "电话", 1720, "0579" + people.digits(rng, 7)),
            ),
        ),
        (
            1150,
            ((left, "纳税人识别号", 360, truth["销售方纳税人识别号"]), (right, "账号", 1720, people.digits(rng, 14))),
        ),
        (1240, ((left, "地址", 330, people.address(rng)), (right, "开户银行", 1780, "云州银行"))),
        (1330, ((left, "增值税税率或征收率", 480, "13%"), (middle, "增值税税额", 1120, f"￥{total - net:.2f}"))),
        (1420, ((left, "不含税价", 330, f"￥{net:.2f}"), (right, "限乘人数", 1780, "5"))),
    )
    for y, row in cells:
        for at, label, value_left, value in row:
            form.put(at, y, label, 33, ink=_BROWN)
            form.put(value_left, y, value, 35, face="sans")
    form.put(1500, 1700, f"开票人 {people.person(rng)}", 36)
    return Drawn(picture=form.sheet.picture, truth=truth)


def business_card(rng: Random) -> Drawn:
    """A business card, 90 by 54 mm."""
    truth = {
        "姓名": people.person(rng),
        "职务": rng.choice(("销售经理", "总经理", "高级工程师", "财务主管")),
        "公司": people.company(rng),
        "手机": people.mobile(rng),
        "邮箱": f"{''.join(rng.choice('abcdefghkmnprstuvwxy') for _ in range(6))}@example.com",
        "地址": people.address(rng),
    }
    sheet = Sheet((1080, 648))
    sheet.put(80, 110, truth["公司"], 42, face="sans")
    width = sheet.put(80, 240, truth["姓名"], 60, face="sans")
    sheet.put(120 + width, 250, truth["职务"], 34, face="sans")
    for at, name in enumerate(("手机", "邮箱", "地址")):
        sheet.put(80, 390 + 66 * at, f"{name}：{truth[name]}", 32, face="sans")
    return Drawn(picture=sheet.picture, truth=truth)


def vehicle_licence(rng: Random) -> Drawn:
    """The front of a vehicle's licence, 88 by 60 mm, with an English label below each Chinese one."""
    first = people.day(rng, 2012, 2024)
    truth = {
        "号牌号码": rng.choice("京沪粤苏浙陕川鄂") + rng.choice("ABC") + people.digits(rng, 5),
        "车辆类型": rng.choice(("小型轿车", "小型普通客车", "轻型厢式货车")),
        "所有人": people.company(rng),
        "住址": people.address(rng),
        "使用性质": rng.choice(("非营运", "租赁")),
        "品牌型号": rng.choice(_MAKES),
        "车辆识别代号": "LYC" + people.digits(rng, 14),
        "发动机号码": people.digits(rng, 7) + "A",
        "注册日期": first.isoformat(),
        "发证日期": (first + timedelta(days=rng.randint(0, 20))).isoformat(),
    }
    sheet = Sheet((1056, 720), (236, 240, 234))
    sheet.put(528, 50, "中华人民共和国机动车行驶证", 40, anchor="mm", ink=_RED)
    sheet.put(528, 92, "Vehicle License of the People's Republic of China", 22, anchor="mm", ink=_RED)
    rows = (
        (150, ((40, "号牌号码", "Plate No."), (560, "车辆类型", "Vehicle Type"))),
        (230, ((40, "所有人", "Owner"),)),
        (310, ((40, "住址", "Address"),)),
        (390, ((40, "使用性质", "Use Character"), (440, "品牌型号", "Model"))),
        (470, ((330, "车辆识别代号", "VIN"),)),
        (550, ((330, "发动机号码", "Engine No."),)),
        (640, ((330, "注册日期", "Register Date"), (690, "发证日期", "Issue Date"))),
    )
    for y, row in rows:
        for left, name, english in row:
            width = sheet.put(left, y, name, 24)
            sheet.put(left, y + 27, english, 15)
            sheet.put(left + width + 24, y + 6, truth[name], 29, face="sans")
    return Drawn(picture=sheet.picture, truth=truth)


def english_invoice(rng: Random) -> Drawn:
    """An invoice in English on A4 (210 by 297 mm)."""
    issued = people.day(rng, 2020, 2025)
    net = people.money(rng, 50, 9000)
    tax = (net * Decimal("0.08")).quantize(Decimal("0.01"))
    truth = {
        "发票号码": f"INV-{people.digits(rng, 6)}",
        "开票日期": issued.isoformat(),
        "购买方": rng.choice(("Yunzhou Trading Ltd.", "Qinghe Instruments Inc.", "Hengtai Logistics GmbH")),
        "不含税金额": f"{net:.2f}",
        "税额": f"{tax:.2f}",
        "合计": f"{net + tax:.2f}",
    }
    form = Form(1480, 2100)
    form.put(120, 140, "INVOICE", 80)
    form.put(120, 240, "Northwind Example Services", 40)
    form.put(120, 350, f"Invoice No.: {truth['发票号码']}", 36)
    form.put(120, 410, f"Invoice Date: {truth['开票日期']}", 36)
    form.put(120, 530, f"Bill To: {truth['购买方']}", 36)
    for left, head in ((120, "Description"), (820, "Qty"), (1120, "Amount")):
        form.put(left, 680, head, 36)
    for left, cell in ((120, "Consulting services"), (830, "1"), (1120, f"{net:,.2f}")):
        form.put(left, 760, cell, 36)
    for at, (label, amount) in enumerate((("Subtotal", net), ("Tax (8%)", tax), ("Total", net + tax))):
        form.put(800, 960 + 70 * at, label, 36)
        form.put(1120, 960 + 70 * at, f"{amount:,.2f}", 36)
    form.put(120, 1300, "Payment terms: 30 days net", 32)
    return Drawn(picture=form.sheet.picture, truth=truth)
