import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.prompt_files import load
from bot.config.prompt_toml import read_prompt
from bot.domain.errors import Misconfigured
from bot.domain.prompt import FieldType, Output, Prompt, recognise
from bot.domain.prompt_set import PromptSet

PROMPTS = Path(__file__).parents[3] / "config" / "prompts"

MINIMAL = """\
title = "车票"
text = '''提取图片中的: {{fields}} 的字段内容。'''
output = "fields"
commands = ["车票"]
detect = ["车次", "票价"]

[[fields]]
name = "车次"
key = "train"

[[fields]]
name = "票价"
key = "price"
type = "money"
labels = ["价格"]
"""


def problem(source: str, name: str = "ticket") -> str:
    problems = read_prompt(source, name=name).problems
    assert problems
    return "\n".join(map(str, problems))


def changed(old: str, new: str) -> str:
    assert old in MINIMAL
    return MINIMAL.replace(old, new, 1)


def test_a_prompt_file_becomes_a_prompt_with_its_fields_rendered() -> None:
    read = read_prompt(MINIMAL, name="ticket")
    assert read.problems == ()
    prompt = read.prompt
    assert (prompt.name, prompt.title, prompt.output) == ("ticket", "车票", Output.FIELDS)
    assert prompt.text == "提取图片中的: ['车次', '票价'] 的字段内容。"
    assert prompt.fields[1].type is FieldType.MONEY
    assert prompt.fields[1].labels == ("价格",)
    assert prompt.sha256 == hashlib.sha256(MINIMAL.encode()).hexdigest()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (changed('labels = ["价格"]', 'lables = ["价格"]'), ("ticket.toml:15:", "fields[2].lables", '"labels"')),
        (changed('title = "车票"', 'titel = "车票"'), ("ticket.toml:1:", "titel", '"title"')),
        (changed('title = "车票"', ""), ("title is missing",)),
        (changed('title = "车票"', 'title = "  "'), ("ticket.toml:1:", "title must not be empty")),
        (changed('title = "车票"', "title = 3"), ("ticket.toml:1:", "title must be a string")),
        (changed('"money"', '"monye"'), ("ticket.toml:14:", "fields[2].type", '"money"')),
        (changed('output = "fields"', 'output = "field"'), ("ticket.toml:3:", "output", '"fields"')),
        (changed('commands = ["车票"]', 'commands = "车票"'), ("ticket.toml:4:", "commands must be a list")),
        (changed('commands = ["车票"]', "commands = [1]"), ("ticket.toml:4:", "commands must be a list")),
        (changed('commands = ["车票"]', 'commands = ["车 票", "车票"]'), ("ticket.toml:4:", '"车票" twice')),
        (changed('["车次", "票价"]', '["车次"]'), ("ticket.toml:5:", "detect", "at least 2")),
        (changed('key = "price"', 'key = "train"'), ('the key "train" twice',)),
        (changed('key = "price"', 'key = "Price"'), ("ticket.toml:13:", "lower-case")),
        (changed('name = "票价"', 'name = "票\'价"'), ("ticket.toml:12:", "fields[2].name")),
        (changed('name = "票价"', 'name = "车次"'), ('the name "车次" twice',)),
        (changed("{{fields}}", "{{feilds}}"), ("ticket.toml:2:", "{{feilds}}", '"fields"')),
        (changed("{{fields}}", ""), ("ticket.toml:2:", "needs {{fields}}")),
        (changed('output = "fields"\n', ""), ('output = "fields"',)),
        ('title = "甲"\ntext = "乙"\noutput = "fields"', ("fields is missing",)),
        ('title = "甲"\ntext = "乙"\nfields = 3', ("ticket.toml:3:", "[[fields]]")),
        ('headline = ["prise"]\n' + MINIMAL, ("ticket.toml:1:", '"prise"', '"price"')),
        ('title = "甲\n', ("ticket.toml", "line 1")),
    ],
)
def test_what_is_wrong_is_named_with_its_place(source: str, words: tuple[str, ...]) -> None:
    said = problem(source)
    for word in words:
        assert word in said


@pytest.mark.parametrize("escape", [r"\frac", r"\times", r"\beta", r"\rho", "\\u200bx"])
def test_a_backslash_that_toml_took_for_an_escape_is_reported(escape: str) -> None:
    said = problem(f'title = "甲"\ntext = "用 {escape} 表示"')
    assert "ticket.toml:2: text holds control characters" in said


def test_every_problem_of_a_file_is_reported_at_once() -> None:
    said = problem('titel = "甲"\noutput = "fileds"')
    assert len(said.splitlines()) == 4
    assert all(line.startswith("ticket.toml") for line in said.splitlines())


def test_a_file_name_that_cannot_be_a_prompt_name_is_reported() -> None:
    assert "lower-case" in problem(MINIMAL, name="火车票")


@given(st.text())
def test_any_source_gives_a_prompt_or_problems(source: str) -> None:
    read = read_prompt(source, name="any")
    assert read.problems or read.prompt.title


TEXT = Prompt(name="text", title="文字", text="读", commands=("文字", "全文", "text"))
TICKET = Prompt(name="ticket", title="车票", text="读", commands=("票",), detect=("车次", "票价", "座位号"))
INVOICE = Prompt(
    name="invoice",
    title="发票",
    text="读",
    commands=("发票", "增值税发票"),
    detect=("发票号码", "开票日期", "价税合计"),
)
SET = PromptSet(prompts=(INVOICE, TEXT, TICKET))


@pytest.mark.parametrize(
    ("said", "prompt"),
    [
        ("识别发票", INVOICE),
        ("按车票读", TICKET),
        ("火车票", TICKET),
        ("发票的文字", TEXT),
        ("不要全文，要发票", INVOICE),
        ("看一下", None),
        ("", None),
        ("TEXT please", TEXT),
        ("ｔｅｘｔ", TEXT),
        ("要text版", TEXT),
        ("context", None),
    ],
)
def test_a_command_word_in_a_message_calls_its_prompt(said: str, prompt: Prompt | None) -> None:
    assert SET.for_message(said) == prompt


@pytest.mark.parametrize(
    ("page", "prompt"),
    [
        ("发票号码：1\n开票日期：2", INVOICE),
        ("发 票 号 码：1\n开　票　日　期", INVOICE),
        ("发票号码发票号码", None),
        ("本合同的发票号码", None),
        ("发票号码 开票日期 车次 票价 座位号", TICKET),
        ("", None),
    ],
)
def test_a_page_is_recognised_by_two_of_its_words_and_the_most_win(page: str, prompt: Prompt | None) -> None:
    assert SET.recognise(page) == prompt


def test_a_page_is_recognised_among_the_given_candidates_only() -> None:
    assert recognise("发票号码 开票日期 车次 票价 座位号", (INVOICE,)) == INVOICE
    assert recognise("发票号码 开票日期", ()) is None


def test_prompts_that_share_a_command_word_do_not_make_a_set() -> None:
    with pytest.raises(Misconfigured, match=r'ticket\.toml: commands holds "text", which calls text\.toml already'):
        PromptSet(prompts=(TEXT, replace(TICKET, commands=("ＴＥＸＴ",))))


def test_a_set_needs_the_prompt_for_messages_that_name_none() -> None:
    with pytest.raises(Misconfigured, match=r"text\.toml: missing"):
        PromptSet(prompts=(TICKET,))
    with pytest.raises(Misconfigured, match=r"text\.toml: output must be"):
        PromptSet(prompts=(replace(TEXT, output=Output.FIELDS),))


def test_the_shipped_prompts_load_and_the_invoice_has_its_fields_in_order() -> None:
    prompts = load(PROMPTS)
    assert prompts.default.text == "提取图中的文字。"
    invoice = prompts.for_message("发票")
    assert invoice is not None
    names = [spec.name for spec in invoice.fields]
    assert names[:5] == ["发票名称", "发票代码", "发票号码", "开票日期", "校验码"]
    assert len(names) == 18
    assert invoice in prompts.candidates


@pytest.mark.parametrize(
    ("page", "recognised"),
    [
        ("电子发票（普通发票）\n发票号码：25312000000012345678\n开票日期：2025年05月28日\n价税合计（大写）", True),
        ("发票代码 161002018100\n发票号码 42609332\n单价 3.00\n上车 09:01\n总金额 77.10", False),
        ("乙方应向甲方开具增值税专用发票，纳税人识别号见附件，价税合计壹万元", False),
    ],
)
def test_the_shipped_invoice_prompt_tells_invoices_from_papers_that_speak_of_them(
    page: str, *, recognised: bool
) -> None:
    assert (load(PROMPTS).recognise(page) is not None) == recognised


def test_loading_reports_the_problems_of_all_files_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text("title = 1", encoding="utf-8")
    (tmp_path / "two.toml").write_bytes(b"title = '\xff'")
    (tmp_path / ".#three.toml").write_text("an editor's lock", encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load(tmp_path)
    said = str(caught.value)
    assert "one.toml:1: title must be a string" in said
    assert "two.toml: not UTF-8 at byte 9" in said
    assert "three" not in said


def test_loading_says_when_no_prompt_is_there(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no prompt files"):
        load(tmp_path / "nowhere")


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    (tmp_path / "text.toml").write_bytes(b"\xef\xbb\xbf" + "title = '文字'\r\ntext = '读'\r\n".encode())
    assert load(tmp_path).default.title == "文字"


def test_the_words_of_all_prompts_are_gathered_when_they_are_read() -> None:
    prompts = load(PROMPTS)
    assert {"发票", "报销", "idcard"} <= {*prompts.kind_words}
    assert {"价税合计", "税率", "发票号", "no"} <= {*prompts.field_words}
    assert replace(prompts, prompts=(prompts.default,)).field_words == ()
