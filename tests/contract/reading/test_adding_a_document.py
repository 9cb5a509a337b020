"""A newcomer adds a kind of document as config/README.md says, and touches no code."""

import io
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bot.config import folder as config_folder
from bot.domain.asking.request import understand
from bot.domain.document import Document
from bot.domain.prompt_set import PromptSet
from tests.samples.drawing import font
from workers.engines.cpu.local import LocalRapid
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

CONFIG = Path(__file__).parents[3] / "config"
LINES = (
    "会议主题：新品发布筹备",
    "会议日期：2025年3月18日",
    "主持人：陈样",
    "联系电话：13800138000",
    "参会人员：产品部、市场部全体",
    "一、确定新品发布的时间和地点。",
)


def block(readme: str) -> str:
    text = (CONFIG / readme).read_text(encoding="utf-8")
    found = re.search(r"<!-- minutes:begin -->\n```toml\n(.*?)```\n<!-- minutes:end -->", text, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def page() -> bytes:
    sheet = Image.new("RGB", (1240, 900), "white")
    draw = ImageDraw.Draw(sheet)
    draw.text((620, 110), "会议纪要", font=font("sans", 52), fill="black", anchor="mm")
    for row, line in enumerate(LINES):
        draw.text((140, 230 + 80 * row), line, font=font("serif", 32), fill="black", anchor="lm")
    data = io.BytesIO()
    sheet.save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def config(tmp_path: Path, page: bytes) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(CONFIG, folder)
    (folder / "prompts" / "minutes.toml").write_text(block("README.md"), encoding="utf-8")
    (folder / "samples" / "minutes.png").write_bytes(page)
    return folder


def read(page: bytes, prompts: PromptSet) -> Document:
    return read_document(
        ReadRequest(file=identify(page), prompt=prompts.default, candidates=prompts.candidates, today=date(2026, 1, 1)),
        LocalRapid(),
    )


def test_both_languages_show_the_same_file() -> None:
    assert block("README.md") == block("README.zh-CN.md")


def test_the_file_is_found_good_and_without_the_picture_that_is_said(config: Path) -> None:
    assert config_folder.find_problems(config) == []
    (config / "samples" / "minutes.png").unlink()
    assert "samples/minutes.png" in "\n".join(map(str, config_folder.find_problems(config)))


def test_the_new_kind_is_called_recognised_and_read_and_its_example_holds(config: Path, page: bytes) -> None:
    prompts = config_folder.load(config).prompts
    minutes = prompts.named("minutes")
    assert minutes is not None
    assert understand("整理一下会议记录", prompts).prompt == minutes
    document = read(page, prompts)
    assert document.prompt == "minutes"
    values = {field.name: field.value for field in document.fields}
    assert values == {
        "会议主题": "新品发布筹备",
        "会议日期": "2025-03-18",
        "主持人": "陈样",
        "联系电话": "13800138000",
    }
    (example,) = [example for example in prompts.examples if example.prompt == "minutes"]
    assert dict(example.fields).items() <= values.items()
    assert all(word in document.text for word in example.contains)


def test_the_shipped_kinds_leave_the_page_alone(page: bytes) -> None:
    assert read(page, config_folder.load(CONFIG).prompts).prompt == "text"
