"""`ocrbot prompts` as an admin meets it."""

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot import prompt_parser
from bot.domain.document import Document, Failure, Field, Line, Outcome, Reading, Source, Status
from bot.domain.errors import Misconfigured
from bot.domain.organisation import Company
from bot.domain.prompts import FieldSpec, Prompt, recognise
from bot.domain.trials import Call, Trial
from bot.prompt_commands import Console
from workers import prompt_trials

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "config"


class Pages:
    """A `Reader` for which a picture is its own text, in UTF-8."""

    engine = "rapid"
    takes_prompts = False

    def read(
        self, data: bytes, prompt: Prompt, candidates: Sequence[Prompt] = (), *, companies: Sequence[Company] = ()
    ) -> Trial:
        text = data.decode()
        taken = recognise(text, candidates) or prompt
        return Trial(outcome=self.outcome(text, taken), calls=(_call(text),))

    def outcome(self, text: str, taken: Prompt) -> Outcome:
        if not text:
            return Failure(reason="file_empty", text="这个文件是空的（0 字节），请重新发送。")
        return Document(
            prompt=taken.name,
            title=taken.title,
            engine=self.engine,
            seconds=1.5,
            pages=1,
            text=text,
            fields=tuple(_field(spec, text) for spec in taken.fields),
        )


def _field(spec: FieldSpec, text: str) -> Field:
    """A line of the page is the field's name and its value; a value with ! behind it is marked as checked."""
    found = next((line.split("：")[1] for line in text.splitlines() if line.startswith(f"{spec.name}：")), "")
    status = Status.CHECKED if found.endswith("!") else Status.UNCHECKED if found else Status.MISSING
    source = Source.CPU if found else Source.NONE
    return Field(name=spec.name, key=spec.key, value=found.rstrip("!"), status=status, source=source)


def _call(text: str) -> Call:
    lines = tuple(Line(text=line, confidence=0.9) for line in text.splitlines())
    return Call(prompt="", width=40, height=30, reading=Reading(text=text, lines=lines, seconds=1.25))


class Terminal:
    """Runs commands on a configuration folder as the command line does, in this process."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.reader = Pages()
        self.takes_prompts = False
        self.said: list[str] = []

    def run(self, *words: str) -> int:
        parser = ArgumentParser()
        prompt_parser.fill(parser)
        options = parser.parse_args(words)
        self.said = []
        console = Console(
            config=self.config,
            takes_prompts=self.takes_prompts,
            reader=lambda: self.reader,
            request=self.request,
            say=self.said.append,
        )
        code: int = options.prompts(console, options)
        return code

    @staticmethod
    def request(prompt: Prompt) -> Mapping[str, Any]:
        return prompt_trials.request(prompt, model="tencent/HunyuanOCR", revision="")

    @property
    def screen(self) -> str:
        return "\n".join(self.said)

    def change(self, name: str, old: str, new: str) -> None:
        path = self.config / "prompts" / f"{name}.toml"
        source = path.read_text(encoding="utf-8")
        assert old in source
        path.write_text(source.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    shutil.copytree(SHIPPED, tmp_path / "config", ignore=shutil.ignore_patterns("accepted"))
    return Terminal(tmp_path / "config")


@pytest.fixture
def small(tmp_path: Path) -> Terminal:
    """Two kinds, and a picture of one."""
    config = tmp_path / "config"
    (config / "prompts").mkdir(parents=True)
    (config / "samples").mkdir()
    (config / "prompts" / "text.toml").write_text("title = '文字'\ntext = '读'\n", encoding="utf-8")
    (config / "prompts" / "minutes.toml").write_text(MINUTES, encoding="utf-8")
    (config / "samples" / "minutes.png").write_text(PAGE, encoding="utf-8")
    return Terminal(config)


MINUTES = """\
title = "会议纪要"
commands = ["纪要"]
detect = ["参会人员", "决议事项"]
output = "fields"
text = '''读 {{fields}}'''

[[examples]]
image = "samples/minutes.png"
fields = { "参会人员" = "甲、乙" }
contains = ["决议事项", "甲"]

[[fields]]
name = "参会人员"
key = "people"

[[fields]]
name = "主持人"
key = "chair"
"""
PAGE = "会议纪要\n参会人员：甲、乙\n决议事项：无"


# check


def test_check_says_what_it_found(terminal: Terminal) -> None:
    assert terminal.run("check") == 0
    assert "没有问题" in terminal.said[0]
    row = next(line for line in terminal.said if line.strip().startswith("invoice.toml"))
    assert "发票" in row
    assert "invoice" in row
    assert "专票" in row


def test_check_notes_what_an_engine_without_prompts_cannot_do(terminal: Terminal) -> None:
    assert terminal.run("check") == 0
    assert "translate_en、translate_zh 要用 HunyuanOCR" in terminal.screen
    terminal.takes_prompts = True
    assert terminal.run("check") == 0
    assert "说明" not in terminal.screen


def test_check_names_every_problem_with_its_place(small: Terminal) -> None:
    small.change("minutes", 'title = "会议纪要"', 'titel = "会议纪要"')
    small.change("text", "text = '读'", "text = '读'\noutput = 'txt'")
    assert small.run("check") == 1
    folder = small.config / "prompts"
    assert f'{folder}/minutes.toml:1:titel: is not a known key; did you mean "title"?' in small.said
    assert any(line.startswith(f"{folder}/text.toml:3:output: ") for line in small.said)
    assert "2 个文件里有" in small.said[-1]


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
    ],
)
def test_match_says_which_prompt_answers_and_why(terminal: Terminal, message: str, first: str, said: str) -> None:
    assert terminal.run("match", message) == 0
    assert first in terminal.said[0]
    assert said in terminal.screen


def test_match_shows_the_words_that_recognise_a_page(small: Terminal) -> None:
    image = str(small.config / "samples" / "minutes.png")
    assert small.run("match", "看看", "--image", image) == 0
    assert "图上认出 minutes（会议纪要）" in small.said
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


# try


def test_try_shows_the_reading_from_the_raw_lines_to_the_reply(small: Terminal) -> None:
    assert small.run("try", "会议纪要", str(small.config / "samples" / "minutes.png")) == 0
    assert "引擎 rapid，1.50 秒" in small.said[0]
    assert "40×30 像素，1.25 秒" in small.screen
    assert "    0.90    参会人员：甲、乙" in small.said
    assert "  参会人员  甲、乙  未核对  CPU 引擎" in small.said
    assert "  主持人    —       未见    —" in small.said
    assert "未见：主持人" in small.said[-1]
    assert "会议纪要 · CPU 引擎" in small.said[-1]


def test_try_of_what_cannot_be_read_ends_with_1(small: Terminal) -> None:
    empty = small.config / "empty.png"
    empty.touch()
    assert small.run("try", "minutes", str(empty)) == 1
    assert "0 字节" in small.screen


def test_try_asks_for_what_a_person_would_say(terminal: Terminal) -> None:
    image = terminal.config / "page.png"
    image.write_text("金额：12.00", encoding="utf-8")
    with pytest.raises(Misconfigured, match="--input"):
        terminal.run("try", "extract", str(image))
    assert terminal.run("try", "extract", str(image), "--input", "金额，日期") == 0
    assert "金额：12.00" in terminal.said[-1]
    assert "未见：日期" in terminal.said[-1]


# test, history, rollback


def test_examples_that_are_right_pass_without_any_accepted_run(small: Terminal) -> None:
    assert small.run("test") == 0
    row = next(line for line in small.said if "minutes.png" in line)
    assert row.split() == ["minutes", "samples/minutes.png", "4/4", "—", "1.5", "✓"]
    assert "1 个例子，1 个全对" in small.screen
    assert "还没有接受过" in small.screen


def test_an_example_that_was_never_right_has_to_be_accepted_first(small: Terminal) -> None:
    small.change("minutes", '"甲、乙"', '"甲、丙"')
    assert small.run("test") == 1
    assert "参会人员：应为「甲、丙」，得到「甲、乙」" in small.screen
    assert "minutes（samples/minutes.png）" in small.said[-1]
    assert small.run("test", "--accept") == 0
    assert small.run("test") == 0
    assert "上次也不对" in small.screen


def test_a_change_that_makes_an_example_worse_is_named(small: Terminal) -> None:
    small.run("test", "--accept")
    small.change("minutes", '"参会人员", "决议事项"', '"参会人员", "决定"')
    assert small.run("check") == 0
    assert small.run("test") == 1
    assert "认出：应为「minutes」，得到「text」（上次是对的）" in small.screen
    assert "变差了：minutes（samples/minutes.png）" in small.said[-1]
    assert small.run("test", "minutes", "--accept") == 0
    assert small.run("test") == 0


def test_a_wrong_value_that_is_marked_as_checked_is_told(small: Terminal) -> None:
    (small.config / "samples" / "minutes.png").write_text(PAGE.replace("甲、乙", "甲、己!"), encoding="utf-8")
    assert small.run("test") == 1
    assert "得到「甲、己」，还标了 ✅" in small.screen


def test_a_picture_that_cannot_be_read_any_more_is_worse(small: Terminal) -> None:
    small.run("test", "--accept")
    (small.config / "samples" / "minutes.png").write_text("", encoding="utf-8")
    assert small.run("test") == 1
    assert "读不了：这个文件是空的" in small.screen
    assert "变差了" in small.said[-1]


def test_a_picture_that_is_gone_does_not_keep_the_others_from_being_read(small: Terminal) -> None:
    small.change("text", "text = '读'", "text = '读'\n[[examples]]\nimage = 'samples/gone.png'\ncontains = ['甲']")
    assert small.run("test") == 1
    assert "gone.png" in small.screen
    assert "2 个例子，1 个全对" in small.screen


def test_nothing_is_accepted_while_the_engine_is_away(small: Terminal) -> None:
    class Away(Pages):
        def outcome(self, text: str, taken: Prompt) -> Outcome:
            return Failure(reason="unavailable", text="识别引擎连不上。")

    small.run("test", "--accept")
    small.reader = Away()
    with pytest.raises(Misconfigured, match="连不上"):
        small.run("test", "--accept")
    assert len([*(small.config / "accepted").iterdir()]) == 1


def test_engines_are_not_compared_with_each_other(small: Terminal) -> None:
    small.run("test", "--accept")
    small.reader.engine = "hunyuan"
    assert small.run("test") == 0
    assert "还没有接受过" in small.screen
    small.run("test", "--accept")
    small.reader.engine = "rapid"
    assert small.run("test") == 0
    assert "4/4" in next(line for line in small.said if "minutes.png" in line).split()[3]


def test_what_an_engine_cannot_do_is_skipped(small: Terminal) -> None:
    small.change("minutes", "title =", "needs_model = true\ntitle =")
    assert small.run("test") == 0
    assert "HunyuanOCR" in small.screen


def test_free_extraction_looks_for_the_names_of_its_example(terminal: Terminal) -> None:
    (terminal.config / "samples" / "free.png").write_text("金额：12.00\n日期：三月", encoding="utf-8")
    path = terminal.config / "prompts" / "extract.toml"
    example = '\n[[examples]]\nimage = "samples/free.png"\nfields = { "金额" = "12.00", "日期" = "三月" }\n'
    path.write_text(path.read_text(encoding="utf-8") + example, encoding="utf-8")
    assert terminal.run("test", "extract") == 0
    assert "2/2" in terminal.screen


def test_a_set_without_examples_says_so(small: Terminal) -> None:
    assert small.run("test", "text") == 0
    assert "text.toml 里没有 [[examples]]" in small.screen


def test_accepted_sets_come_back_whole_and_nothing_is_lost(small: Terminal) -> None:
    prompts = small.config / "prompts"
    first = {path.name: path.read_bytes() for path in prompts.iterdir()}
    assert small.run("history") == 0
    assert "还没有接受过" in small.screen
    small.run("test", "--accept")
    small.change("minutes", '"纪要"', '"会议记录"')
    (prompts / "note.toml").write_text("title = '便条'\ntext = '读'\n", encoding="utf-8")
    second = {path.name: path.read_bytes() for path in prompts.iterdir()}
    small.run("history")
    assert "新增 note.toml" in small.said[-1]
    assert "改了 minutes.toml" in small.said[-1]
    assert small.run("rollback") == 0
    assert {path.name: path.read_bytes() for path in prompts.iterdir()} == first
    assert "去掉 note.toml" in small.said[-1]
    saved = small.said[0].split("存为 ")[1].split("；")[0]
    assert small.run("history") == 0
    assert len(small.said) == 5
    assert "退回前的存底" in small.screen
    assert small.run("rollback", saved) == 0
    assert {path.name: path.read_bytes() for path in prompts.iterdir()} == second


def test_what_is_accepted_is_what_was_read(small: Terminal) -> None:
    read = (small.config / "prompts" / "minutes.toml").read_bytes()

    class Meddled(Pages):
        def outcome(self, text: str, taken: Prompt) -> Outcome:
            (small.config / "prompts" / "minutes.toml").write_bytes(read + b"# later\n")
            return super().outcome(text, taken)

    small.reader = Meddled()
    assert small.run("test", "--accept") == 0
    assert small.run("rollback") == 0
    assert (small.config / "prompts" / "minutes.toml").read_bytes() == read


def test_rollback_goes_back_step_by_step(small: Terminal) -> None:
    sources = []
    for word in ("一", "二", "三"):
        small.change("minutes", "commands = [", f'commands = ["{word}", ')
        sources.append((small.config / "prompts" / "minutes.toml").read_bytes())
        small.run("test", "--accept")
    for expected in (sources[1], sources[0]):
        assert small.run("rollback") == 0
        assert (small.config / "prompts" / "minutes.toml").read_bytes() == expected
    with pytest.raises(Misconfigured, match="没有更早"):
        small.run("rollback")
    with pytest.raises(Misconfigured, match="2099"):
        small.run("rollback", "2099")
    assert small.run("test") == 0


def test_a_set_that_todays_check_refuses_is_not_put_back(small: Terminal) -> None:
    small.run("test", "--accept")
    small.change("minutes", '"纪要"', '"会议记录"')
    record = next((small.config / "accepted").iterdir())
    old = record / "prompts" / "minutes.toml"
    old.write_text(old.read_text(encoding="utf-8").replace("title", "titel"), encoding="utf-8")
    before = (small.config / "prompts" / "minutes.toml").read_bytes()
    with pytest.raises(Misconfigured, match="titel"):
        small.run("rollback")
    assert (small.config / "prompts" / "minutes.toml").read_bytes() == before


def test_a_record_that_was_tampered_with_is_named(small: Terminal) -> None:
    small.run("test", "--accept")
    record = next((small.config / "accepted").iterdir()) / "record.json"
    record.write_text("{}", encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"record\.json"):
        small.run("test")


def test_a_record_says_when_and_by_whom_and_holds_the_files(small: Terminal) -> None:
    small.run("test", "--accept")
    (folder,) = (small.config / "accepted").iterdir()
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert folder.name == record["id"]
    assert record["by"]
    assert record["results"]["rapid"][0]["prompt"] == "minutes"
    assert {path.name for path in (folder / "prompts").iterdir()} == {"minutes.toml", "text.toml"}


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
