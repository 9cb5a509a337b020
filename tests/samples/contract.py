"""One page of a purchase contract between two invented companies."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PIL import Image, ImageDraw

from tests.samples.drawing import Colour, font, seal, star

SIZE = (1240, 1754)
_LEFT, _RIGHT = 132, 1108
_INK: Colour = (22, 22, 26)
# What one line must keep together: numbers and Latin words, and punctuation with what it belongs to.
_UNIT = re.compile(r"[（《“]*(?:[!-~¥]+|.)[，。、；：）》”]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What is agreed; the totals in figures and in words are the same."""

    title: str = "采购合同"
    number: str
    first: str  # 甲方
    second: str
    total: Decimal
    words: str
    signed: date
    starts: date
    ends: date
    signers: tuple[str, str]

    @property
    def parties(self) -> tuple[str, str]:
        """The lines that name them."""
        return f"甲方（采购方）：{self.first}", f"乙方（供应方）：{self.second}"


SAMPLE = Contract(
    number="QH-2025-0318",
    first="青禾样例科技有限公司",
    second="云州示例办公用品有限公司",
    total=Decimal(128600),
    words="壹拾贰万捌仟陆佰圆整",
    signed=date(2025, 3, 18),
    starts=date(2025, 3, 18),
    ends=date(2026, 3, 17),
    signers=("陈样", "林例"),
)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _clauses(contract: Contract) -> tuple[tuple[str, str], ...]:
    first, rest = contract.total * 3 / 10, contract.total * 7 / 10
    return (
        (
            "第一条　标的",
            "甲方向乙方采购台式计算机及配套设备共四十套，型号、数量和单价见附件一《设备清单》，附件一是本合同的组成部分。",
        ),
        (
            "第二条　合同金额",
            f"合同总价为人民币（大写）{contract.words}（小写：¥{contract.total:,.2f}），含13%的增值税。",
        ),
        (
            "第三条　付款方式",
            (
                f"本合同签订后7个工作日内，甲方向乙方支付合同总价的30%，即¥{first:,.2f}；"
                f"设备验收合格后15日内支付其余70%，即¥{rest:,.2f}。"
            ),
        ),
        ("第四条　交货", "乙方应于2025年4月30日前将全部设备送达甲方指定地点，运输及保险费用由乙方承担。"),
        (
            "第五条　违约责任",
            (
                "乙方逾期交货的，每逾期一日按合同总价的万分之五向甲方支付违约金；"
                "甲方逾期付款的，按同一标准向乙方支付违约金。"
            ),
        ),
        ("第六条　争议解决", "因本合同发生的争议，双方应协商解决；协商不成的，提交甲方所在地人民法院诉讼解决。"),
        (
            "第七条　其他",
            (
                f"本合同自{_day(contract.starts)}起生效，至{_day(contract.ends)}终止，"
                "一式两份，双方各执一份，具有同等效力。"
            ),
        ),
    )


PHRASES = (
    "采购合同",
    "合同编号：QH-2025-0318",
    *SAMPLE.parties,
    "壹拾贰万捌仟陆佰圆整",
    "¥128,600.00",
    "¥38,580.00",
    "¥90,020.00",
    "2025年4月30日",
    "违约责任",
    "万分之五",
    "争议解决",
    "签订日期：2025年3月18日",
)


def draw_contract(contract: Contract = SAMPLE) -> Image.Image:
    """The page as a scanner at 150 dots an inch gives it, 1240 × 1754."""
    page = Image.new("RGB", SIZE, (253, 253, 251))
    draw = ImageDraw.Draw(page)
    draw.text((_RIGHT, 108), f"合同编号：{contract.number}", font=font("serif", 24), fill=_INK, anchor="rm")
    draw.text((620, 190), contract.title, font=font("sans", 50), fill=_INK, anchor="mm", stroke_width=1)
    y = 276
    for party in contract.parties:
        draw.text((_LEFT, y), party, font=font("serif", 27), fill=_INK, anchor="lm")
        y += 48
    preamble = "甲乙双方根据《中华人民共和国民法典》，经平等协商，就办公设备采购事宜订立本合同，共同遵守。"
    y = _paragraph(draw, y + 14, preamble)
    y += 10
    for heading, text in _clauses(contract):
        draw.text((_LEFT, y + 6), heading, font=font("sans", 27), fill=_INK, anchor="lm")
        y = _paragraph(draw, y + 47, text) + 10
    _signatures(page, draw, contract)
    draw.text((620, 1690), "第 1 页，共 1 页", font=font("serif", 21), fill=_INK, anchor="mm")
    return page


def _paragraph(draw: ImageDraw.ImageDraw, y: int, text: str) -> int:
    """Write a paragraph with its first line indented; gives where the next may begin."""
    used = font("serif", 26)
    line, left = "", _LEFT + 52
    for unit in _UNIT.findall(text):
        if left + used.getlength(line + unit) > _RIGHT:
            draw.text((left, y), line, font=used, fill=_INK, anchor="lm")
            y, line, left = y + 41, "", _LEFT
        line += unit
    draw.text((left, y), line, font=used, fill=_INK, anchor="lm")
    return y + 41


def _signatures(page: Image.Image, draw: ImageDraw.ImageDraw, contract: Contract) -> None:
    first, second = contract.signers
    for x, who, company, person in (
        (_LEFT, "甲方（盖章）：", contract.first, first),
        (650, "乙方（盖章）：", contract.second, second),
    ):
        draw.text((x, 1500), who, font=font("serif", 26), fill=_INK, anchor="lm")
        draw.text((x, 1552), "授权代表：", font=font("serif", 26), fill=_INK, anchor="lm")
        draw.text((x + 136, 1550), person, font=font("kai", 36), fill=(24, 34, 92), anchor="lm")
        draw.text((x, 1604), f"签订日期：{_day(contract.signed)}", font=font("serif", 26), fill=_INK, anchor="lm")
        mark = seal((92, 92), company, [("合同专用章", 19, 48)])
        star(mark, 28)
        mark = mark.rotate(-7 if x == _LEFT else 5, Image.Resampling.BICUBIC)
        page.paste(mark, (x + 228, 1408), mark)
