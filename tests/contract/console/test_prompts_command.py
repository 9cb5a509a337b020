"""`ocrbot prompts check`, `match`, `render` and `schema` as an admin meets them, and the command as a process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bot.domain.errors import Misconfigured
from tests.fakes.fake_terminal import Terminal

ROOT = Path(__file__).resolve().parents[3]


# check


def test_check_says_what_it_found(terminal: Terminal) -> None:
    assert terminal.run("check") == 0
    assert "没有问题" in terminal.lines[0]
    row = next(line for line in terminal.lines if line.strip().startswith("invoice.toml"))
    assert "发票" in row
    assert "invoice" in row
    assert "专票" in row


def test_check_notes_what_an_engine_without_prompts_cannot_do(terminal: Terminal) -> None:
    assert terminal.run("check") == 0
    assert "translate_en、translate_zh 要用 GPU 上的模型" in terminal.screen
    terminal.takes_prompts = True
    assert terminal.run("check") == 0
    assert "说明" not in terminal.screen


def test_check_names_every_problem_with_its_place(small: Terminal) -> None:
    small.change("minutes", 'title = "会议纪要"', 'titel = "会议纪要"')
    small.change("text", "text = '读'", "text = '读'\noutput = 'txt'")
    assert small.run("check") == 1
    folder = small.config / "prompts"
    assert f'{folder}/minutes.toml:1:titel: is not a known key; did you mean "title"?' in small.lines
    assert any(line.startswith(f"{folder}/text.toml:3:output: ") for line in small.lines)
    assert "2 个文件里有" in small.lines[-1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('commands = ["纪要"]', 'commands = ["文字"]', '"文字"'),
        ('"samples/minutes.png"', '"samples/minute.png"', "samples/minute.png"),
        ('title = "会议纪要"', "title = “会议纪要”", "curly"),
        ('["纪要"]', '["纪要"，"会议"]', "full-width"),
        ("{{fields}}", "{{fields}} {{inptu}}", '"input"'),
    ],
)
def test_check_finds_what_admins_get_wrong(small: Terminal, old: str, new: str, said: str) -> None:
    small.change("minutes", old, new)
    assert small.run("check") == 1
    assert said in small.screen


def test_check_reads_the_organisation_too(small: Terminal) -> None:
    (small.config / "ocrbot.toml").write_text("[defaults]\ncid = 'minute'\n", encoding="utf-8")
    assert small.run("check") == 1
    assert f"{small.config}/ocrbot.toml:" in small.screen
    assert '"minutes"' in small.screen


def test_check_takes_another_folder(small: Terminal, tmp_path: Path) -> None:
    other = Terminal(tmp_path / "elsewhere")
    with pytest.raises(Misconfigured, match="elsewhere"):
        other.run("check")
    assert other.run("check", str(small.config)) == 0


# match


@pytest.mark.parametrize(
    ("message", "first", "said"),
    [
        ("读一下发票", "invoice", "第 4 个字起的「发票」是它的标题"),
        ("专票", "invoice", "commands"),
        ("报销一下", "invoice", "hints"),
        ("发票只要总金额", "invoice", "总金额 → 价税合计"),
        ("发票只要总金额", "invoice", "标题"),
        ("提取 金额 和 日期", "extract", "金额、日期"),
        ("翻译成英文", "translate_en", "translate_zh「翻译」"),
        ("自由提取", "extract", "还缺"),
        ("看看这个", "由图上的内容决定", "text（文字）"),
        ("导出表格", "附 xlsx 文件", "由图上的内容决定"),
        ("识别发票的第 3 页，要 Word", "附 docx 文件，只读指明的页", "invoice（发票）"),
        ("取消", "命令「取消」", "取消"),
    ],
)
def test_match_says_which_prompt_answers_and_why(terminal: Terminal, message: str, first: str, said: str) -> None:
    assert terminal.run("match", message) == 0
    assert first in terminal.lines[0]
    assert said in terminal.screen


def test_match_shows_the_words_that_recognise_a_page(small: Terminal) -> None:
    image = str(small.config / "samples" / "minutes.png")
    assert small.run("match", "看看", "--image", image) == 0
    assert "图上认出 minutes（会议纪要）" in small.lines
    assert "2/2 个词「参会人员」「决议事项」" in small.screen
    small.change("minutes", '"决议事项"]', '"决定"]')
    assert small.run("match", "看看", "--image", image) == 0
    assert "没有认出" in small.screen
    assert "1/2 个词「参会人员」" in small.screen
    assert small.run("match", "文字", "--image", image) == 0
    assert "不改变选择" in small.screen


def test_match_tells_why_a_picture_cannot_be_read(small: Terminal) -> None:
    empty = small.config / "empty.png"
    empty.touch()
    assert small.run("match", "看看", "--image", str(empty)) == 1
    assert "0 字节" in small.screen
    with pytest.raises(Misconfigured, match="nowhere"):
        small.run("match", "看看", "--image", "nowhere.png")


# render


def test_render_shows_exactly_what_is_sent(terminal: Terminal) -> None:
    terminal.takes_prompts = True
    assert terminal.run("render", "invoice") == 0
    assert "['发票名称', '发票代码', " in terminal.screen
    assert "temperature=0.0" in terminal.screen
    assert "rapid" not in terminal.screen
    assert terminal.run("render", "发票", "--json") == 0
    body = json.loads(terminal.screen)
    assert [one["role"] for one in body["messages"]] == ["system", "user"]


def test_render_puts_in_what_a_person_would_say(terminal: Terminal) -> None:
    assert terminal.run("render", "extract", "--input", "金额、日期") == 0
    assert "['金额', '日期']" in terminal.screen
    assert terminal.run("render", "extract") == 0
    assert "--input" in terminal.screen


def test_an_unknown_prompt_is_named_with_the_nearest(terminal: Terminal) -> None:
    with pytest.raises(Misconfigured, match=r"invioce.*invoice"):
        terminal.run("render", "invioce")


# schema


def test_schema_is_written_once(small: Terminal) -> None:
    path = small.config / "prompt.schema.json"
    assert small.run("schema") == 0
    assert "title" in json.loads(path.read_text(encoding="utf-8"))["properties"]
    assert str(path) in small.screen
    assert small.run("schema") == 0
    assert "没有改动" in small.screen
    assert [one.name for one in small.config.iterdir() if one.name.startswith(".")] == []


# as processes


def ocrbot(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OCRBOT_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", "prompts", *arguments],
        env={**environment, "PYTHONPATH": str(ROOT), **settings},
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_bad_set_ends_with_1_and_links_from_where_it_was_typed(small: Terminal) -> None:
    small.change("minutes", "commands", "comands")
    ended = ocrbot("check", folder=small.config, OCRBOT_CONFIG_DIR=str(small.config))
    assert ended.returncode == 1
    assert ended.stdout.startswith("prompts/minutes.toml:2:comands: ")
    assert ended.stderr == ""


def test_an_unknown_name_ends_with_2_and_one_sentence(small: Terminal) -> None:
    ended = ocrbot("render", "minute", folder=small.config, OCRBOT_CONFIG_DIR=str(small.config))
    assert ended.returncode == 2
    assert ended.stderr.startswith("ocrbot: ")
    assert "minutes" in ended.stderr


def test_a_real_reading_shows_its_raw_lines(small: Terminal) -> None:
    image = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(image).text((20, 30), "TOTAL 12.50", fill="black", font_size=48)
    image.save(small.config / "receipt.png")
    ended = ocrbot("try", "text", "receipt.png", folder=small.config, OCRBOT_CONFIG_DIR=str(small.config))
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    raw, reply = ended.stdout.split("回复")
    assert "receipt.png ← text（文字），引擎 rapid" in raw
    assert "12.50" in raw
    assert "12.50" in reply
