"""Invoices as lines with boxes, laid out like the printed forms, each with its true values."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.document import Box, Line

_HEIGHT = 20


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Form:
    """A kind of invoice: its lines, all with high confidence, and the true values of its fields by key."""

    name: str
    lines: tuple[Line, ...]
    truth: dict[str, str]

    def __repr__(self) -> str:
        return f"<{self.name}>"


def line(text: str, left: int, top: int, *, height: int = _HEIGHT, confidence: float | None = 0.99) -> Line:
    """Return a line of text: a Chinese character is as wide as it is high, any other half as wide."""
    width = sum(height if unicodedata.east_asian_width(char) in "WF" else height // 2 for char in text)
    box = Box(left=left, top=top, right=left + width, bottom=top + height)
    return Line(text=text, box=box, confidence=confidence)


def column(text: str, left: int, top: int, *, pitch: int = 24, apart: bool = False) -> list[Line]:
    """Return a vertical heading, as one line or, with `apart`, as one line for each character."""
    if apart:
        return [line(char, left, top + index * pitch) for index, char in enumerate(text)]
    box = Box(left=left, top=top, right=left + _HEIGHT, bottom=top + pitch * len(text))
    return [Line(text=text, box=box, confidence=0.99)]


def _party(left: int, top: int, values: Sequence[str], *, pitch: int = 26) -> list[Line]:
    """Return the block of a party on the form before 2023; an empty value leaves only its label."""
    labels = ("纳税人识别号：", "地址、电话：", "开户行及账号：")
    lines = [line("名", left, top), line(f"称：{values[0]}", left + 100, top)]
    return lines + [
        line(f"{label}{value}", left, top + pitch * (index + 1))
        for index, (label, value) in enumerate(zip(labels, values[1:], strict=True))
    ]


def _table(goods: Sequence[tuple[str, str, str]], amount: str, tax: str, *, top: int, name: str) -> list[Line]:
    heads = ((name, 120), ("规格型号", 400), ("单位", 520), ("数 量", 610), ("单 价", 720), ("税率", 980))
    lines = [line(text, left, top) for text, left in heads]
    lines += [line("金", 860, top), line("额", 890, top), line("税", 1090, top), line("额", 1120, top)]
    for index, (what, price, due) in enumerate(goods):
        row = top + 28 * (index + 1)
        lines += [line(what, 60, row), line("台", 530, row), line("2", 640, row), line("13%", 990, row)]
        lines += [line(price, 955 - 10 * len(price), row), line(due, 1175 - 10 * len(due), row)]
    row = top + 220
    lines += [line("合", 120, row), line("计", 190, row)]
    return [*lines, line(amount, 955 - 10 * len(amount), row), line(tax, 1175 - 10 * len(tax), row)]


_GOODS = (("*机电设备*水泵", "1000.00", "130.00"), ("*机电设备*阀门", "234.50", "30.49"))
_BUYER = ("北京青禾科技有限公司", "91110108MA01C8J45N", "北京市海淀区中关村大街1号010-62510001", "工商银行6222020200")
_SELLER = ("上海云帆设备制造有限公司", "91310115MA1K4A2B3R", "上海市浦东新区张江路88号", "建设银行4367421217")
_CIPHER = ("03*4-+82<76>91/0+5", "27*1/-+>3<<0+8/+44", "-+*6>0885<+74-<431", ">772+0826<07//400<")

_OLD_TRUTH = {
    "invoice_code": "011002100311",
    "invoice_number": "47561238",
    "issue_date": "2021-11-26",
    "check_code": "58392017463920175846",
    "machine_number": "661903847265",
    "buyer_name": _BUYER[0],
    "buyer_tax_id": _BUYER[1],
    "seller_name": _SELLER[0],
    "seller_tax_id": _SELLER[1],
    "amount_without_tax": "1234.50",
    "tax_amount": "160.49",
    "total_with_tax": "1394.99",
    "total_in_words": "壹仟叁佰玖拾肆圆玖角玖分",
    "payee": "赵大海",
    "reviewer": "钱小江",
    "drawer": "孙晓河",
    "remarks": "合同编号HT7788",
}


def _old_body(buyer: Sequence[str], *, apart: bool) -> list[Line]:
    lines = column("购买方", 50, 215, pitch=30, apart=apart) + _party(90, 205, buyer)
    lines += column("密码区", 740, 215, pitch=30, apart=apart)
    lines += [line(text, 790, 205 + 26 * index) for index, text in enumerate(_CIPHER)]
    lines += _table(_GOODS, "¥1234.50", "¥160.49", top=320, name="货物或应税劳务、服务名称")
    lines += [line("价税合计(大写)", 110, 580), line("⊗壹仟叁佰玖拾肆圆玖角玖分", 400, 580)]
    lines += [line("(小写)¥1394.99", 880, 580)]
    lines += column("销售方", 50, 635, pitch=30, apart=apart) + _party(90, 620, _SELLER)
    lines += [*column("备注", 740, 640, pitch=40, apart=True), line("合同编号HT7788", 790, 622)]
    lines += [line("收款人：赵大海", 80, 745), line("复核：钱小江", 360, 745), line("开票人：孙晓河", 640, 745)]
    return [*lines, line("销售方：(章)", 900, 745), line("发票专用章", 1000, 690), line(_SELLER[1], 960, 672)]


def electronic_general() -> Form:
    """增值税电子普通发票."""
    lines = [line("北京增值税电子普通发票", 380, 60, height=40), line("国家税务总局", 520, 118)]
    lines += [line("发票代码：011002100311", 880, 40), line("发票号码：47561238", 880, 75)]
    lines += [line("开票日期：2021年11月26日", 880, 110), line("校验码：58392 01746 39201 75846", 880, 145)]
    lines += [line("机器编号：661903847265", 60, 150)]
    truth = _OLD_TRUTH | {"invoice_title": "北京增值税电子普通发票"}
    return Form(name="electronic", lines=(*lines, *_old_body(_BUYER, apart=False)), truth=truth)


def electronic_to_a_person() -> Form:
    """`electronic_general` for a buyer without a tax number, with headings read character by character."""
    form = electronic_general()
    body = _old_body(("个人", "", "", ""), apart=True)
    truth = form.truth | {"buyer_name": "个人", "buyer_tax_id": ""}
    return Form(name="electronic to a person", lines=(*form.lines[:7], *body), truth=truth)


def paper_general() -> Form:
    """增值税普通发票 on paper: code and number without labels, the code twice."""
    lines = [line("上海增值税普通发票", 400, 60, height=40), line("031002100104", 90, 70, height=30)]
    lines += [line("No", 860, 66, height=30), line("47561238", 910, 66, height=30)]
    lines += [line("031002100104", 1060, 60), line("47561238", 1060, 90), line("发票联", 560, 125)]
    lines += [line("校验码 58392 01746 39201 75846", 90, 130), line("开票日期：2021年11月26日", 880, 150)]
    truth = _OLD_TRUTH | {"invoice_title": "上海增值税普通发票", "invoice_code": "031002100104", "machine_number": ""}
    return Form(name="paper general", lines=(*lines, *_old_body(_BUYER, apart=False)), truth=truth)


def paper_special() -> Form:
    """增值税专用发票 on paper: a code of ten digits, no check code."""
    lines = [line("江苏增值税专用发票", 400, 60, height=40), line("3200211130", 90, 70, height=30)]
    lines += [line("№ 47561238", 860, 66, height=30), line("3200211130", 1060, 60), line("47561238", 1060, 90)]
    lines += [line("抵扣联", 560, 125), line("开票日期：2021年11月26日", 880, 150)]
    truth = _OLD_TRUTH | {"invoice_title": "江苏增值税专用发票", "invoice_code": "3200211130"}
    truth |= {"machine_number": "", "check_code": ""}
    return Form(name="paper special", lines=(*lines, *_old_body(_BUYER, apart=True)), truth=truth)


def digital(*, remark: str = "项目编号XM-2024-17", apart: bool = False) -> Form:
    """数电票: 20 digits, parties side by side."""
    lines = [line("电子发票（增值税专用发票）", 360, 40, height=38), line("国家税务总局", 560, 100)]
    lines += [line("发票号码：24312000000098765432", 880, 50), line("开票日期：2024年05月28日", 880, 85)]
    label = "统一社会信用代码/纳税人识别号："
    for heading, left, (name, tax_id, *_) in (("购买方信息", 40, _BUYER), ("销售方信息", 620, _SELLER)):
        lines += column(heading, left, 150, apart=apart)
        lines += [line(f"名称：{name}", left + 45, 165), line(label, left + 45, 225), line(tax_id, left + 365, 225)]
    lines += _table(_GOODS, "¥1234.50", "¥160.49", top=290, name="项目名称")
    lines += [line("价税合计（大写）", 110, 550), line("⊗", 380, 550), line("壹仟叁佰玖拾肆圆玖角玖分", 410, 550)]
    lines += [line("（小写）", 860, 550), line("¥1394.99", 945, 550)]
    lines += column("备注", 45, 610, pitch=40, apart=True)
    lines += [line(remark, 90, 600)] if remark else []
    lines += [line("开票人：孙晓河", 100, 720)]
    absent = ("invoice_code", "check_code", "machine_number", "payee", "reviewer")
    truth = _OLD_TRUTH | dict.fromkeys(absent, "")
    truth |= {"invoice_title": "电子发票（增值税专用发票）", "invoice_number": "24312000000098765432"}
    truth |= {"issue_date": "2024-05-28", "remarks": remark}
    return Form(name="digital", lines=tuple(lines), truth=truth)


def all_forms() -> tuple[Form, ...]:
    """Return every form."""
    return (
        electronic_general(),
        electronic_to_a_person(),
        paper_general(),
        paper_special(),
        digital(),
        digital(remark="", apart=True),
    )
