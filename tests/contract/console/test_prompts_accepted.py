"""`ocrbot prompts try`, `test`, `history` and `rollback` as an admin meets them."""

import json
from pathlib import Path

import pytest

from bot.domain.document import Failure, Outcome
from bot.domain.errors import Misconfigured
from bot.domain.prompt import Prompt
from tests.fakes.fake_terminal import PAGE, Terminal, TextReader

ROOT = Path(__file__).resolve().parents[3]


# try


def test_try_shows_the_reading_from_the_raw_lines_to_the_reply(small: Terminal) -> None:
    assert small.run("try", "会议纪要", str(small.config / "samples" / "minutes.png")) == 0
    assert "引擎 rapid，1.50 秒" in small.lines[0]
    assert "40×30 像素，1.25 秒" in small.screen
    assert "    0.90    参会人员：甲、乙" in small.lines
    assert "  参会人员  甲、乙  未核对  CPU 引擎" in small.lines
    assert "  主持人    —       未见    —" in small.lines
    assert "未见：主持人" in small.lines[-1]
    assert "会议纪要 · CPU 引擎" in small.lines[-1]


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
    assert "金额：￥12.00" in terminal.lines[-1]
    assert "未见：日期" in terminal.lines[-1]


# test, history, rollback


def test_examples_that_are_right_pass_without_any_accepted_run(small: Terminal) -> None:
    assert small.run("test") == 0
    row = next(line for line in small.lines if "minutes.png" in line)
    assert row.split() == ["minutes", "samples/minutes.png", "4/4", "—", "1.5", "✓"]
    assert "1 个例子，1 个全对" in small.screen
    assert "还没有接受过" in small.screen


def test_an_example_that_was_never_right_has_to_be_accepted_first(small: Terminal) -> None:
    small.change("minutes", '"甲、乙"', '"甲、丙"')
    assert small.run("test") == 1
    assert "参会人员：应为「甲、丙」，得到「甲、乙」" in small.screen
    assert "minutes（samples/minutes.png）" in small.lines[-1]
    assert small.run("test", "--accept") == 0
    assert small.run("test") == 0
    assert "上次也不对" in small.screen


def test_a_change_that_makes_an_example_worse_is_named(small: Terminal) -> None:
    small.run("test", "--accept")
    small.change("minutes", '"参会人员", "决议事项"', '"参会人员", "决定"')
    assert small.run("check") == 0
    assert small.run("test") == 1
    assert "认出：应为「minutes」，得到「text」（上次是对的）" in small.screen
    assert "变差了：minutes（samples/minutes.png）" in small.lines[-1]
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
    assert "变差了" in small.lines[-1]


def test_a_picture_that_is_gone_does_not_keep_the_others_from_being_read(small: Terminal) -> None:
    small.change("text", "text = '读'", "text = '读'\n[[examples]]\nimage = 'samples/gone.png'\ncontains = ['甲']")
    assert small.run("test") == 1
    assert "gone.png" in small.screen
    assert "2 个例子，1 个全对" in small.screen


def test_nothing_is_accepted_while_the_engine_is_away(small: Terminal) -> None:
    class Away(TextReader):
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
    assert "4/4" in next(line for line in small.lines if "minutes.png" in line).split()[3]


def test_what_an_engine_cannot_do_is_skipped(small: Terminal) -> None:
    small.change("minutes", "title =", "needs_model = true\ntitle =")
    assert small.run("test") == 0
    assert "GPU 上的模型" in small.screen


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
    assert "新增 note.toml" in small.lines[-1]
    assert "改了 minutes.toml" in small.lines[-1]
    assert small.run("rollback") == 0
    assert {path.name: path.read_bytes() for path in prompts.iterdir()} == first
    assert "去掉 note.toml" in small.lines[-1]
    saved = small.lines[0].split("存为 ")[1].split("；")[0]
    assert small.run("history") == 0
    assert len(small.lines) == 5
    assert "退回前的存底" in small.screen
    assert small.run("rollback", saved) == 0
    assert {path.name: path.read_bytes() for path in prompts.iterdir()} == second


def test_what_is_accepted_is_what_was_read(small: Terminal) -> None:
    read = (small.config / "prompts" / "minutes.toml").read_bytes()

    class Meddled(TextReader):
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
