"""One page of a purchase contract between two invented companies."""

import re

from PIL import Image, ImageDraw

from tests.samples.drawing import Colour, font, seal, star

SIZE = (1240, 1754)
_LEFT, _RIGHT = 132, 1108
_INK: Colour = (22, 22, 26)
# What one line must keep together: numbers and Latin words, and punctuation with what it belongs to.
_UNIT = re.compile(r"[（《“]*(?:[!-~¥]+|.)[，。、；：）》”]*")

PARTIES = (
    "甲方（采购方）：青禾样例科技有限公司",
    "乙方（供应方）：云州示例办公用品有限公司",
)
CLAUSES = (
    (
        "第一条　标的",
        "甲方向乙方采购台式计算机及配套设备共四十套，型号、数量和单价见附件一《设备清单》，附件一是本合同的组成部分。",
    ),
    ("第二条　合同金额", "合同总价为人民币（大写）壹拾贰万捌仟陆佰圆整（小写：¥128,600.00），含13%的增值税。"),
    (
        "第三条　付款方式",
        "本合同签订后7个工作日内，甲方向乙方支付合同总价的30%，即¥38,580.00；设备验收合格后15日内支付其余70%，即¥90,020.00。",
    ),
    ("第四条　交货", "乙方应于2025年4月30日前将全部设备送达甲方指定地点，运输及保险费用由乙方承担。"),
    (
        "第五条　违约责任",
        "乙方逾期交货的，每逾期一日按合同总价的万分之五向甲方支付违约金；甲方逾期付款的，按同一标准向乙方支付违约金。",
    ),
    ("第六条　争议解决", "因本合同发生的争议，双方应协商解决；协商不成的，提交甲方所在地人民法院诉讼解决。"),
    ("第七条　其他", "本合同自2025年3月18日起生效，至2026年3月17日终止，一式两份，双方各执一份，具有同等效力。"),
)
PHRASES = (
    "采购合同",
    "合同编号：QH-2025-0318",
    *PARTIES,
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


def draw_contract() -> Image.Image:
    """The page as a scanner at 150 dots an inch gives it, 1240 × 1754."""
    page = Image.new("RGB", SIZE, (253, 253, 251))
    draw = ImageDraw.Draw(page)
    draw.text((_RIGHT, 108), "合同编号：QH-2025-0318", font=font("serif", 24), fill=_INK, anchor="rm")
    draw.text((620, 190), "采购合同", font=font("sans", 50), fill=_INK, anchor="mm", stroke_width=1)
    y = 276
    for party in PARTIES:
        draw.text((_LEFT, y), party, font=font("serif", 27), fill=_INK, anchor="lm")
        y += 48
    preamble = "甲乙双方根据《中华人民共和国民法典》，经平等协商，就办公设备采购事宜订立本合同，共同遵守。"
    y = _paragraph(draw, y + 14, preamble)
    y += 10
    for heading, text in CLAUSES:
        draw.text((_LEFT, y + 6), heading, font=font("sans", 27), fill=_INK, anchor="lm")
        y = _paragraph(draw, y + 47, text) + 10
    _signatures(page, draw)
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


def _signatures(page: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    for x, who, company, person in (
        (_LEFT, "甲方（盖章）：", "青禾样例科技有限公司", "陈样"),
        (650, "乙方（盖章）：", "云州示例办公用品有限公司", "林例"),
    ):
        draw.text((x, 1500), who, font=font("serif", 26), fill=_INK, anchor="lm")
        draw.text((x, 1552), "授权代表：", font=font("serif", 26), fill=_INK, anchor="lm")
        draw.text((x + 136, 1550), person, font=font("kai", 36), fill=(24, 34, 92), anchor="lm")
        draw.text((x, 1604), "签订日期：2025年3月18日", font=font("serif", 26), fill=_INK, anchor="lm")
        mark = seal((92, 92), company, [("合同专用章", 19, 48)])
        star(mark, 28)
        mark = mark.rotate(-7 if x == _LEFT else 5, Image.Resampling.BICUBIC)
        page.paste(mark, (x + 228, 1408), mark)
