"""Documents that are read as text: whiteboards, tables, plain pages, documents with headings, and subtitles."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import numpy as np
from PIL import Image

from tests.accuracy import people
from tests.accuracy.sheet import Drawn, Sheet
from tests.samples.camera import cloud
from tests.samples.drawing import Colour, font
from tests.samples.invoice import wrapped

_INKS: tuple[Colour, ...] = ((38, 40, 46), (28, 62, 152), (190, 40, 44), (20, 116, 70))
_TASKS = ("发票识别上线", "整理合同模板", "给客户演示", "GPU 服务器报价", "更新接口文档", "补充测试数据", "联系供应商")
_WHEN = ("周一前", "周五", "3月18日", "月底", "下周三 14:00", "Q2")
_SENTENCES = (
    "会议决定由采购部在月底前完成三家供应商的比价，并将结果报财务部复核。",
    "系统上线后，每张票据平均处理时间由 45 秒降到 6 秒，差错率低于 0.3%。",
    "各部门应当指定一名联系人，负责收集原始凭证并在两个工作日内提交。",
    "本季度差旅费用同比下降 12.5%，其中交通费减少最多，住宿费基本持平。",
    "如遇网络中断，请先保存本地副本，待恢复后再统一上传，不要重复提交。",
    "The new build runs on two servers and keeps every document in the house.",
    "设备验收须由使用部门、技术部门和供应商三方共同签字后方可付款。",
    "档案室开放时间为每周一至周五 9:00—17:30，借阅需登记并按期归还。",
)
_HEADINGS = ("工作概况", "主要进展", "存在问题", "下一步计划", "费用说明", "附则")
_SAID = (
    "我们明天早上八点出发",
    "这件事还没有结束",
    "你怎么知道他会来",
    "请把文件放在桌上",
    "雨下得越来越大了",
    "谁也没想到会是这样",
)
_IN_ENGLISH = (
    "We leave at eight tomorrow",
    "It is not over yet",
    "How do you know he will come",
    "Nobody saw it coming",
)


def whiteboard(rng: Random) -> Drawn:
    """A board with a heading and a list in markers of several colours, with lines as uneven as handwriting."""
    sheet = Sheet((1500, 1060), (244, 246, 246))
    shade = 0.93 + 0.07 * cloud((1500, 1060), (5, 4), np.random.default_rng(rng.randrange(10**6)))
    sheet.picture.paste(Image.fromarray(np.clip(246 * shade[:, :, None].repeat(3, 2), 0, 255).astype(np.uint8)), (0, 0))
    lines = [f"周会 {rng.randint(1, 12)}月{rng.randint(1, 28)}日"]
    lines += [
        f"{number}. {task} - {rng.choice(_WHEN)}"
        for number, task in enumerate(rng.sample(_TASKS, rng.randint(4, 6)), 1)
    ]
    lines.append(f"预算: {rng.randint(1, 90) * 1000} 元以内")
    for row, line in enumerate(lines):
        x, y = 110 + rng.randint(0, 50), 120 + 115 * row + rng.randint(-8, 8)
        sheet.put(x, y, line, 66 if row == 0 else 54, face="kai", ink=rng.choice(_INKS), bold=1)
    return Drawn(picture=sheet.picture, text="\n".join(lines))


def table(rng: Random) -> Drawn:
    """A ruled table of four columns with a header."""
    rows: list[Sequence[str]] = [("序号", "物品名称", "数量", "金额")]
    goods = rng.sample(
        ("打印纸", "签字笔", "文件夹", "显示器", "键盘鼠标", "硒鼓", "会议椅", "白板"), rng.randint(4, 7)
    )
    rows += [
        (str(number), name, str(rng.randint(2, 80)), str(people.money(rng, 10, 4000)))
        for number, name in enumerate(goods, 1)
    ]
    edges = (60, 200, 620, 860, 1140)
    sheet = Sheet((1200, 160 + 80 * len(rows)))
    for row, cells in enumerate(rows):
        for (left, right), cell in zip(pairwise(edges), cells, strict=True):
            sheet.draw.rectangle((left, 60 + 80 * row, right, 140 + 80 * row), outline=(30, 30, 34), width=2)
            sheet.put((left + right) / 2, 100 + 80 * row, cell, 32, face="sans", anchor="mm")
    return Drawn(picture=sheet.picture, text="\n".join(" ".join(cells) for cells in rows))


def plain(rng: Random) -> Drawn:
    """A page of paragraphs."""
    sheet = Sheet((1100, 1300))
    sentences = rng.sample(_SENTENCES, rng.randint(4, 6))
    _write(sheet, sentences, 110)
    return Drawn(picture=sheet.picture, text="\n".join(sentences))


def document(rng: Random) -> Drawn:
    """A report: its title, headings with numbers, and a paragraph below each."""
    sheet = Sheet((1100, 1400))
    title = f"{people.town(rng)}项目{rng.choice(('月度', '季度', '年度'))}报告"
    sheet.put(550, 100, title, 46, face="sans", anchor="mm", bold=1)
    lines, y = [title], 200
    for number, (heading, body) in enumerate(zip(rng.sample(_HEADINGS, 3), rng.sample(_SENTENCES, 3), strict=True)):
        lines += [f"{'一二三'[number]}、{heading}", body]
        sheet.put(90, y, lines[-2], 36, face="sans", bold=1)
        y = _write(sheet, [body], y + 66) + 30
    return Drawn(picture=sheet.picture, text="\n".join(lines))


def _write(sheet: Sheet, paragraphs: Sequence[str], y: int) -> int:
    for paragraph in paragraphs:
        for line in wrapped(paragraph, font("serif", 30), 920):
            sheet.put(90, y, line, 30)
            y += 48
        y += 22
    return y


def subtitles(rng: Random) -> Drawn:
    """A frame of a film: light and colour, and one or two outlined lines of text at the bottom."""
    random = np.random.default_rng(rng.randrange(10**6))
    sheet = Sheet((1280, 720))
    tones = np.array([rng.randint(40, 190) for _ in range(3)], np.float32)
    light = 0.4 + 0.8 * cloud((1280, 720), (6, 4), random)
    sheet.picture.paste(Image.fromarray(np.clip(light[:, :, None] * tones, 0, 255).astype(np.uint8)), (0, 0))
    lines = [rng.choice(_SAID)]
    if rng.random() < 0.5:
        lines.append(rng.choice(_IN_ENGLISH))
    for line, (y, size) in zip(lines, ((610, 46), (668, 32)), strict=False):
        used = font("sans", size)
        sheet.draw.text(
            (640, y), line, font=used, fill=(250, 250, 246), anchor="mm", stroke_width=2, stroke_fill=(8, 8, 10)
        )
    return Drawn(picture=sheet.picture, text="\n".join(lines))
