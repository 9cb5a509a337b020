"""Notes that go with goods, in the forms of printed blocks of three copies and of merchants' programs."""

from decimal import Decimal
from random import Random

from tests.accuracy import people
from tests.accuracy.sheet import BLACK, Drawn
from tests.accuracy.vouchers import Form
from tests.samples.amount_in_words import amount_in_words

_GOODS = (
    ("不锈钢螺栓", "M8*30", "个"),
    ("PVC电线管", "20mm", "米"),
    ("中性笔", "0.5mm", "盒"),
    ("东北大米", "25kg", "袋"),
    ("深沟球轴承", "6204", "套"),
    ("防火涂料", "20L", "桶"),
    ("瓦楞纸箱", "3层5号", "个"),
)
_HEADS = ("序号", "规格", "单位", "数量", "单价", "金额", "备注")
_LEFTS = (130, 800, 1070, 1210, 1420, 1650, 1950)


def delivery_note(rng: Random) -> Drawn:
    """A note with prices that whoever takes the goods signs (送货单), 241 by 140 mm, the table ruled or not."""
    when = people.day(rng, 2021, 2025)
    lines = [
        (*goods, rng.randint(1, 60), Decimal(rng.randint(50, 60000)) / 100)
        for goods in rng.sample(_GOODS, rng.randint(1, 4))
    ]
    total = sum((count * price for *_, count, price in lines), Decimal(0))
    is_sale = rng.random() < 1 / 3
    truth = {
        "单据名称": "销货清单" if is_sale else "送货单",
        "单号": ("XS" if is_sale else "") + people.digits(rng, 10 if is_sale else 7),
        "日期": when.isoformat(),
        "收货单位": people.company(rng),
        "供货单位": people.company(rng),
        "金额（大写）": amount_in_words(total),
        "金额（小写）": f"{total:.2f}",
    }
    rows = tuple(
        {
            "名称": name,
            "规格": model,
            "单位": unit,
            "数量": f"{count}",
            "单价": f"{price:.2f}",
            "金额": f"{count * price:.2f}",
        }
        for name, model, unit, count, price in lines
    )
    form = Form(2410, 1400)
    form.put(840, 80, truth["供货单位"], 44)
    form.put(1040, 160, "　".join(truth["单据名称"]) if not is_sale else truth["单据名称"], 56)
    form.put(1750, 160, f"{'单号：' if is_sale else 'No. '}{truth['单号']}", 36)
    form.put(120, 250, f"{'客户名称' if is_sale else '收货单位'}：{truth['收货单位']}", 36)
    day = f"销售日期：{truth['日期']}" if is_sale else f"{when.year} 年 {when.month} 月 {when.day} 日"
    form.put(1750, 250, day, 36)
    form.box(100, 300, 2310, 1060, ink=BLACK)
    for left, head in zip((*_LEFTS, 270), (*_HEADS, "货品名称" if is_sale else "品名"), strict=True):
        form.put(left, 345, head, 34)
    for number, row in enumerate(rows, 1):
        level = 345 + 90 * number
        for left, text in zip((*_LEFTS[1:6], 270), (*[*row.values()][1:], row["名称"]), strict=True):
            form.put(left, level, text, 32)
        form.put(150, level, f"{number}", 32)
    if rng.random() < 1 / 2:
        for level in range(390, 960, 90):
            form.box(100, 300, 2310, level, ink=BLACK)
    form.put(130, 1010, f"合计金额（大写）：{truth['金额（大写）']}", 36)
    form.put(1500, 1010, f"（小写）￥{total:.2f}", 36)
    form.put(120, 1140, "注：以上货品请核对数量，如有质量问题请在三日内通知本公司。", 30)
    form.put(120, 1240, "送货单位及经手人（盖章）：", 34)
    form.put(1300, 1240, "收货单位及经手人（盖章）：", 34)
    return Drawn(picture=form.sheet.picture, truth=truth, rows=rows)
