"""Papers that offices are handed: invoices for used cars and by machine, hospital bills, orders, receipts, taxes."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from tests.accuracy import people
from tests.accuracy.sheet import BLACK, Drawn, Sheet
from tests.accuracy.vouchers import Form
from tests.samples.amount_in_words import amount_in_words
from tests.samples.drawing import Colour

_BROWN: Colour = (130, 70, 30)
_GREY: Colour = (120, 120, 126)
_CARS = ("云程牌YC7150A", "青禾牌QH7201C", "恒泰牌HT6470D")
_SERVICES = ("会议场地服务费", "住宿费", "餐费", "设备维修费", "广告制作费")
_CARES = ("床位费", "诊察费", "检查费", "化验费", "治疗费", "护理费", "卫生材料费", "西药费")
_GOODS = ("A4打印纸70g整箱5包", "无线键盘石墨黑", "人体工学办公椅", "中性笔0.5mm 12支")
_TAXES = ("增值税", "城市维护建设税", "教育费附加", "地方教育附加", "印花税")


def used_car(rng: Random) -> Drawn:
    """The invoice for a used car (二手车销售统一发票), 241 by 178 mm: two people, and the market between them."""
    issued, total = people.day(rng, 2018, 2024), Decimal(rng.randint(80, 2600) * 100)
    truth = {
        "发票名称": "二手车销售统一发票",
        "发票代码": "0" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "开票日期": issued.isoformat(),
        "购买方名称": people.person(rng),
        "购买方纳税人识别号": people.identity(rng, people.day(rng, 1965, 2000)),
        "销售方名称": people.person(rng),
        "销售方纳税人识别号": people.identity(rng, people.day(rng, 1965, 2000)),
        "车牌照号": rng.choice("京沪粤苏浙陕") + "B" + people.digits(rng, 5),
        "登记证号": people.digits(rng, 12),
        "车辆类型": rng.choice(("小型轿车", "小型普通客车")),
        "车辆识别代号": "LYC" + people.digits(rng, 14),
        "厂牌型号": rng.choice(_CARS),
        "转入地车辆管理所": f"{people.town(rng)}市车辆管理所",
        "价税合计": f"{total:.2f}",
        "价税合计（大写）": amount_in_words(total),
        "二手车市场": f"{people.town(rng)}二手车交易市场有限公司",
        "二手车市场纳税人识别号": people.tax_id(rng),
    }
    form = Form(2410, 1780)
    form.put(850, 110, truth["发票名称"], 70, ink=_BROWN)
    form.put(130, 290, f"开票日期 {truth['开票日期']}", 36)
    form.put(1600, 230, f"发票代码 {truth['发票代码']}", 36)
    form.put(1600, 290, f"发票号码 {truth['发票号码']}", 36)
    form.box(100, 330, 2310, 1640)
    rows = (
        ("买方单位/个人", "购买方名称", "单位代码/身份证号码", "购买方纳税人识别号"),
        ("买方单位/个人住址", people.address(rng), "电话", people.mobile(rng)),
        ("卖方单位/个人", "销售方名称", "单位代码/身份证号码", "销售方纳税人识别号"),
        ("卖方单位/个人住址", people.address(rng), "电话", people.mobile(rng)),
        ("车牌照号", "车牌照号", "登记证号", "登记证号", "车辆类型", "车辆类型"),
        ("车架号/车辆识别代码", "车辆识别代号", "厂牌型号", "厂牌型号"),
        ("车价合计（大写）", "价税合计（大写）", "小写", "价税合计"),
        ("转入地车辆管理所名称", "转入地车辆管理所"),
        ("二手车市场", "二手车市场", "纳税人识别号", "二手车市场纳税人识别号"),
        ("地址", people.address(rng), "电话", people.mobile(rng)),
    )
    for at, row in enumerate(rows):
        places = ((120, 520), (1300, 1680)) if len(row) < 5 else ((120, 520), (880, 1100), (1560, 1800))
        for pair, (left, value_left) in enumerate(places[: len(row) // 2]):
            form.put(left, 400 + 110 * at, row[2 * pair], 33, ink=_BROWN)
            form.put(value_left, 400 + 110 * at, truth.get(row[2 * pair + 1], row[2 * pair + 1]), 35, face="sans")
    form.put(1100, 1700, f"开票人：{people.person(rng)}", 36)
    return Drawn(picture=form.sheet.picture, truth=truth)


def machine_printed(rng: Random) -> Drawn:
    """An invoice printed by machine (通用机打发票), 210 by 140 mm."""
    issued = people.day(rng, 2016, 2021)
    items = [(name, people.money(rng, 20, 4000)) for name in rng.sample(_SERVICES, rng.randint(1, 3))]
    total = sum((price for _, price in items), Decimal(0))
    truth = {
        "发票名称": f"{people.town(rng)}省国家税务局通用机打发票",
        "发票代码": "1" + people.digits(rng, 11),
        "发票号码": people.digits(rng, 8),
        "开票日期": issued.isoformat(),
        "购买方名称": people.company(rng),
        "购买方纳税人识别号": people.tax_id(rng),
        "销售方名称": people.company(rng),
        "销售方纳税人识别号": people.tax_id(rng),
        "价税合计": f"{total:.2f}",
        "价税合计（大写）": amount_in_words(total),
    }
    form = Form(2100, 1400)
    form.put(560, 90, truth["发票名称"], 56, ink=_BROWN)
    form.put(980, 170, "发票联", 44, ink=_BROWN)
    form.put(1440, 230, f"发票代码　{truth['发票代码']}", 36)
    form.put(1440, 290, f"发票号码　{truth['发票号码']}", 36)
    form.put(120, 290, f"开票日期：{issued:%Y年%m月%d日}", 34)
    form.put(120, 380, f"付款方名称：{truth['购买方名称']}", 34)
    form.put(120, 440, f"付款方识别号：{truth['购买方纳税人识别号']}", 34)
    form.put(120, 500, f"机打代码：{truth['发票代码']}", 32)
    form.put(1000, 500, f"机打号码：{truth['发票号码']}", 32)
    lefts = (140, 900, 1080, 1300, 1640)
    for at, row in enumerate(
        (("项目", "单位", "数量", "单价", "金额"), *((n, "次", "1", f"{p:.2f}", f"{p:.2f}") for n, p in items))
    ):
        for left, cell in zip(lefts, row, strict=True):
            form.put(left, 590 + 70 * at, cell, 33)
    form.put(140, 930, f"合计人民币（大写）：{truth['价税合计（大写）']}", 34)
    form.put(1400, 930, f"（小写）￥{total:.2f}", 34)
    form.put(120, 1040, f"收款方名称：{truth['销售方名称']}", 34)
    form.put(120, 1100, f"收款方识别号：{truth['销售方纳税人识别号']}", 34)
    form.put(1300, 1220, f"开票人：{people.person(rng)}", 34)
    return Drawn(picture=form.sheet.picture, truth=truth)


def hospital_stay(rng: Random) -> Drawn:
    """The bill for a stay in hospital (医疗住院收费票据（电子）), 210 by 127 mm, with its items in two columns."""
    left_on = people.day(rng, 2021, 2025)
    items = [(name, people.money(rng, 50, 4000)) for name in rng.sample(_CARES, rng.randint(4, 8))]
    total = sum((price for _, price in items), Decimal(0))
    fund, other = (total * Decimal(rng.choice(("0.5", "0.7")))).quantize(Decimal("0.01")), people.money(rng, 0, 90)
    cash = total - fund - other
    truth = {
        "票据名称": f"{people.town(rng)}省医疗住院收费票据（电子）",
        "票据代码": "3306" + people.digits(rng, 4),
        "票据号码": people.digits(rng, 10),
        "校验码": "".join(rng.choice("abcdef0123456789") for _ in range(5)) + people.digits(rng, 1),
        "交款人": people.person(rng),
        "开票日期": left_on.isoformat(),
        "金额合计（大写）": amount_in_words(total),
        "金额合计（小写）": f"{total:.2f}",
        "病历号": people.digits(rng, 8),
        "住院号": people.digits(rng, 10),
        "住院科别": rng.choice(("普外科", "骨科", "心血管内科")),
        "住院时间": f"{left_on - timedelta(days=rng.randint(3, 20))}至{left_on}",
        "预缴金额": f"{rng.randint(1, 9) * 1000}.00",
        "医疗机构类型": "综合医院",
        "医保类型": rng.choice(("职工基本医疗保险", "城乡居民基本医疗保险")),
        "医保统筹基金支付": f"{fund:.2f}",
        "其他支付": f"{other:.2f}",
        "个人账户支付": "0.00",
        "个人现金支付": f"{cash:.2f}",
    }
    form = Form(2100, 1270)
    form.put(640, 80, truth["票据名称"], 52)
    for middle, one, two in ((170, "票据代码", "票据号码"), (210, "交款人", "校验码"), (250, "开票日期", "")):
        form.put(122, middle, f"{one}：{truth[one]}", 28)
        form.put(1250, middle, f"{two}：{truth[two]}" if two else "", 28)
    form.box(100, 280, 2000, 590, ink=BLACK)
    for place in (150, 1150):
        form.put(place, 305, "项目名称", 28)
        form.put(place + 560, 305, "金额（元）", 28)
    for at, (name, price) in enumerate(items):
        form.put(150 + 1000 * (at % 2), 360 + 50 * (at // 2), name, 28)
        form.put(710 + 1000 * (at % 2), 360 + 50 * (at // 2), f"{price:.2f}", 28)
    form.put(124, 565, f"金额合计（大写） {truth['金额合计（大写）']}", 28)
    form.put(1251, 565, f"（小写） {total:.2f}", 28)
    names = [*truth][8:]
    for at, name in enumerate(names):
        form.put(122 + 650 * (at % 3), 650 + 60 * (at // 3), f"{name}：{truth[name]}", 28)
    form.put(122, 1180, "收款单位（章）：", 28)
    return Drawn(picture=form.sheet.picture, truth=truth)


def order_page(rng: Random) -> Drawn:
    """The page of an order in a shop's app, 1080 pixels wide, drawn at two thirds: values end at the right edge."""
    when = people.day(rng, 2022, 2025)
    price, shipping = people.money(rng, 10, 2000), Decimal(rng.choice((0, 0, 6)))
    truth = {
        "金额": f"{price + shipping:.2f}",
        "状态": rng.choice(("已完成", "交易成功", "待收货")),
        "支付时间": f"{when:%Y-%m-%d} {rng.randint(7, 22):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}",
        "商户全称": f"{people.town(rng)}办公用品旗舰店",
        "支付方式": rng.choice(("微信支付", "支付宝", "在线支付")),
        "交易单号": people.digits(rng, rng.choice((12, 19))),
    }
    sheet = Sheet((720, 1240), (250, 250, 250))
    sheet.put(360, 60, "订单详情", 30, face="sans", anchor="mm")
    sheet.put(36, 140, truth["状态"], 36, face="sans")
    sheet.put(36, 260, f"{truth['商户全称']} >", 27, face="sans")
    sheet.put(36, 330, rng.choice(_GOODS), 26, face="sans")
    sheet.put(684, 330, f"￥{price:.2f}", 26, face="sans", anchor="rm")
    rows = (
        ("商品总额", f"￥{price:.2f}"), ("运费", f"+￥{shipping:.2f}"), ("实付款", f"￥{price + shipping:.2f}"),
        ("订单编号", f"{truth['交易单号']}　复制"), ("付款时间", truth["支付时间"]), ("支付方式", truth["支付方式"]),
    )  # fmt: skip
    for at, (label, value) in enumerate(rows):
        sheet.put(36, 450 + 74 * at, label, 26, face="sans", ink=_GREY)
        sheet.put(684, 450 + 74 * at, value, 26, face="sans", anchor="rm")
    return Drawn(picture=sheet.picture, truth=truth)


def receipt_slip(rng: Random) -> Drawn:
    """A receipt that one party fills in for money taken (收款收据), 175 by 85 mm."""
    when, amount = people.day(rng, 2020, 2025), people.money(rng, 50, 9000)
    truth = {
        "编号": people.digits(rng, 7),
        "日期": when.isoformat(),
        "付款单位": people.company(rng),
        "事由": rng.choice(("场地租赁押金", "培训费", "物业管理费", "展位费")),
        "金额（大写）": amount_in_words(amount),
        "金额（小写）": f"{amount:.2f}",
        "收款人": people.person(rng),
        "经手人": people.person(rng),
    }
    form = Form(1750, 850)
    form.put(690, 90, "收　款　收　据", 60)
    form.put(1320, 90, f"No {truth['编号']}", 40)
    form.put(700, 175, f"{when.year} 年 {when.month} 月 {when.day} 日", 36)
    form.put(120, 280, f"今收到　{truth['付款单位']}", 40)
    form.put(120, 380, f"交　来　{truth['事由']}", 40)
    form.put(120, 480, f"人民币（大写）　{truth['金额（大写）']}", 40)
    form.put(1250, 480, f"￥{amount:.2f}", 42)
    form.put(120, 680, "收款单位（盖章）", 34)
    form.put(800, 680, f"收款人　{truth['收款人']}", 34)
    form.put(1250, 680, f"经手人　{truth['经手人']}", 34)
    return Drawn(picture=form.sheet.picture, truth=truth)


def tax_certificate(rng: Random) -> Drawn:
    """A certificate of taxes paid (税收完税证明, in the form of a table), on the width of A4."""
    issued = people.day(rng, 2021, 2025)
    paid = [(name, people.money(rng, 10, 30000)) for name in rng.sample(_TAXES, rng.randint(1, 4))]
    total = sum((amount for _, amount in paid), Decimal(0))
    truth = {
        "证明名称": "税收完税证明",
        "证明号码": people.digits(rng, 18),
        "填发日期": issued.isoformat(),
        "税务机关": f"国家税务总局{people.town(rng)}市税务局",
        "纳税人识别号": people.tax_id(rng),
        "纳税人名称": people.company(rng),
        "金额合计（大写）": amount_in_words(total),
        "金额合计（小写）": f"{total:.2f}",
    }
    form = Form(2100, 1300)
    form.put(850, 70, "中华人民共和国", 40)
    form.put(860, 140, truth["证明名称"], 60)
    form.put(1380, 140, f"No.{truth['证明号码']}", 34)
    form.put(120, 220, f"填发日期：{issued:%Y年%m月%d日}", 30)
    form.put(900, 220, f"税务机关：{truth['税务机关']}", 30)
    form.box(100, 250, 2000, 1000, ink=BLACK)
    for left, name in ((130, "纳税人识别号"), (1050, "纳税人名称")):
        form.put(left, 290, name, 30)
        form.put(left + 240, 290, truth[name], 30)
    heads = ("原凭证号", "税种", "品目名称", "税款所属时期", "入(退)库日期", "实缴(退)金额")
    lefts = (130, 480, 760, 1020, 1420, 1720)
    entered = (issued - timedelta(days=3)).isoformat()
    rows = tuple(
        dict(
            zip(
                heads,
                (people.digits(rng, 18), name, "市区", f"{entered}至{entered}", entered, f"{amount:.2f}"),
                strict=True,
            )
        )
        for name, amount in paid
    )
    for at, head in enumerate(heads):
        form.put(lefts[at], 370, head, 30)
        for line, row in enumerate(rows):
            form.put(lefts[at], 440 + 60 * line, row[head], 26)
    form.put(130, 860, f"金额合计　（大写）{truth['金额合计（大写）']}", 32)
    form.put(1700, 860, f"￥{total:.2f}", 32)
    form.put(800, 1100, "妥善保管　手写无效", 32)
    return Drawn(picture=form.sheet.picture, truth=truth, rows=rows)
