"""What an admin is told about a prompt file that does not hold together."""

from pathlib import Path

import pytest

from bot.config.prompt_files import find_problems, load
from bot.config.prompt_toml import read_prompt
from bot.domain.problems import Problem
from bot.domain.prompt import CheckSpec, Example, FieldGroup, FieldType, Layout, Output

GOOD = """\
title = "会议纪要"
commands = ["纪要"]
hints = ["开会"]
detect = ["会议纪要", "参会人员"]
detect_codes = ["MTG,"]
output = "fields"
checks = ["invoice"]
text = '''提取图片中的: {{ fields }} 的字段内容，并按照 JSON 格式返回。'''

[[fields]]
name = "主题"
key = "subject"
labels = ["会议主题"]
required = true

[[fields]]
name = "主持人电话"
key = "phone"
type = "phone"
masked = true

[reply]
order = ["phone"]
fold = ["subject"]

[[examples]]
image = "samples/meeting.png"
contains = ["周会"]

[examples.fields]
"主题" = "周会"
"""


def problems(source: str) -> list[Problem]:
    return list(read_prompt(source, name="meeting").problems)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_all_that_a_file_may_hold_is_read() -> None:
    read = read_prompt(GOOD, name="meeting")
    assert read.problems == ()
    prompt = read.prompt
    assert prompt.text == "提取图片中的: ['主题', '主持人电话'] 的字段内容，并按照 JSON 格式返回。"
    assert (prompt.hints, prompt.detect_codes, prompt.output) == (("开会",), ("MTG,",), Output.FIELDS)
    assert prompt.checks == (CheckSpec(name="invoice"),)
    assert prompt.layout == Layout(order=("phone",), fold=("subject",))
    assert (prompt.fields[0].required, prompt.fields[1].masked, prompt.fields[1].type) == (True, True, FieldType.PHONE)
    assert read.examples == (
        Example(prompt="meeting", image="samples/meeting.png", fields=(("主题", "周会"),), contains=("周会",)),
    )


def test_groups_have_a_heading_and_keys() -> None:
    source = changed('[reply]\norder = ["phone"]', '[[reply.groups]]\nheading = "人"\nfields = ["phone"]\n[reply]')
    assert read_prompt(source, name="meeting").prompt.layout.groups == (FieldGroup(heading="人", keys=("phone",)),)


@pytest.mark.parametrize(
    ("source", "line", "key", "words"),
    [
        (changed('commands = ["纪要"]', "commands = [“纪要”]"), 2, "", ("not TOML", "“ is a curly or Chinese quote")),
        (changed('commands = ["纪要"]', 'commands = ["纪要"，"记录"]'), 2, "", ("， is full-width punctuation",)),
        (changed('title = "会议纪要"', 'title＝"会议纪要"'), 1, "", ("＝ is full-width", "wants =")),
        (changed('["纪要"]', '["纪要，记录"]'), 2, "commands", ("holds ，", '"纪要，记录"')),
        (changed('["纪要"]', '["纪要、记录"]'), 2, "commands", ("holds 、",)),
        (changed('["纪要"]', '["“纪要”"]'), 2, "commands", ("curly quote “",)),
        (changed('"会议纪要", "参会人员"', '"会议纪要；参会人员", "甲"'), 4, "detect", ("holds ；",)),
        (changed("{{ fields }}", "｛｛fields｝｝"), 8, "text", ("placeholders are written {{fields}}",)),
        (changed("{{ fields }}", "{fields}"), 8, "text", ("holds {fields}",)),
        (changed("{{ fields }}", "{{fields}}{{input}}"), 8, "text", ("beside [[fields]]",)),
        (changed('["invoice"]', '["invoce"]'), 7, "checks", ('did you mean "invoice"',)),
        (changed('["invoice"]', '["invoice:subject"]'), 7, "checks", ("with 1 keys behind the colon",)),
        (changed("required = true", 'required = "yes"'), 14, "fields[1].required", ("must be true or false",)),
        (changed('order = ["phone"]', 'order = ["fone"]'), 23, "reply.order", ('did you mean "phone"',)),
        (changed('order = ["phone"]', 'ordr = ["phone"]'), 23, "reply.ordr", ('did you mean "order"',)),
        (changed('fold = ["subject"]', 'fold = ["phone"]'), 23, "reply.order", ('"phone" more than once',)),
        (changed("samples/meeting.png", "../meeting.png"), 27, "examples[1].image", ("below the configuration",)),
        (changed('"主题" = "周会"', '"主体" = "周会"'), 26, "examples[1].fields", ('did you mean "主题"',)),
        (changed('contains = ["周会"]', 'contans = ["周会"]'), 28, "examples[1].contans", ('"contains"',)),
    ],
)
def test_what_is_wrong_is_named_with_its_place(source: str, line: int, key: str, words: tuple[str, ...]) -> None:
    said = [problem for problem in problems(source) if all(word in str(problem) for word in words)]
    assert said, problems(source)
    assert (said[0].line, said[0].key) == (line, key)
    assert str(said[0]).startswith(f"meeting.toml:{line}: ")


def test_words_of_a_form_may_hold_what_is_printed_there() -> None:
    assert problems(changed('labels = ["会议主题"]', 'labels = ["地址、电话", "(大写)", "No."]')) == []


def test_what_is_recognised_has_no_input() -> None:
    source = 'title = "甲"\ntext = "输出 {{input}} 的值。"\ndetect = ["乙乙", "丙丙"]'
    (problem,) = problems(source)
    assert problem.key == "detect"
    assert "without any input" in problem.what


def test_a_translation_needs_the_model_and_so_does_what_says_so() -> None:
    def needs(source: str) -> bool:
        return read_prompt(f'title = "甲"\ntext = "乙"\n{source}', name="one").prompt.needs_model

    assert needs('output = "translation"')
    assert needs("needs_model = true")
    assert not needs('output = "table"')


def test_an_apostrophe_in_a_comment_breaks_no_line_number() -> None:
    source = "# the admin's own\n" + changed('["纪要"]', '["纪要，记录"]')
    assert problems(source)[0].line == 3


def folder(tmp_path: Path, **sources: str) -> Path:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    for name, source in sources.items():
        (prompts / f"{name}.toml").write_text(source, encoding="utf-8")
    return prompts


TEXT = "title = '文字'\ntext = '读'\n"


def test_all_problems_of_a_folder_are_found_at_once(tmp_path: Path) -> None:
    free = "title = '{}'\noutput = 'fields'\ntext = '{{{{input}}}}'\n"
    prompts = folder(
        tmp_path,
        text=TEXT,
        meeting=GOOD,
        other="title = '纪 要'\ntext = '读'",
        broken="titel = '甲'",
        one=free.format("甲"),
        two=free.format("乙"),
    )
    said = "\n".join(map(str, find_problems(prompts)))
    assert 'broken.toml:1: titel is not a known key; did you mean "title"?' in said
    assert 'other.toml:1: title holds "纪要", which calls meeting.toml already' in said
    assert "two.toml:3: text one.toml has output" in said
    assert "samples/meeting.png" in said


def test_a_broken_file_is_not_taken_for_a_missing_one(tmp_path: Path) -> None:
    prompts = folder(tmp_path, text="title = 3", meeting=GOOD)
    assert "missing; it is the prompt" not in "\n".join(map(str, find_problems(prompts)))


def test_examples_come_with_the_set(tmp_path: Path) -> None:
    assert [example.image for example in load(folder(tmp_path, text=TEXT, meeting=GOOD)).examples] == [
        "samples/meeting.png"
    ]


def test_words_that_call_two_kinds_are_named_though_the_file_has_other_problems(tmp_path: Path) -> None:
    other = "title = '乙'\noutput = 'txt'\ncommands = [\n  '纪 要',\n]\ntext = '读'\n"
    prompts = folder(tmp_path, text=TEXT, meeting=GOOD, other=other)

    said = [str(problem) for problem in find_problems(prompts) if problem.file == "other.toml"]

    assert said == [
        'other.toml:2: output must be one of text, fields, markdown, translation, table, boxes; did you mean "text"?',
        'other.toml:3: commands holds "纪要", which calls meeting.toml already',
    ]


BILL = """\
title = "单"
output = "fields"
text = '''{{fields}}'''
checks = ["line_sum:amount,total"]

[[fields]]
name = "合计"
key = "total"
type = "money"
"""
COLUMNS = """
[[columns]]
name = "金额"
key = "amount"
type = "money"
required = true

[[columns]]
name = "税率"
key = "rate"
type = "rate"
labels = ["征收率"]
"""


def test_columns_are_read_and_checks_may_name_them() -> None:
    read = read_prompt(BILL + COLUMNS, name="bill")

    assert [(one.key, one.type.value, one.required, one.labels) for one in read.prompt.columns] == [
        ("amount", "money", True, ()),
        ("rate", "rate", False, ("征收率",)),
    ]
    assert read.problems == ()
    assert read.prompt.checks == (CheckSpec(name="line_sum", keys=("amount", "total")),)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('key = "amount"', 'key = "total"'), 'columns holds the key "total", which another column or field has'),
        (
            ('key = "amount"', 'key = "Amount"'),
            "columns[1].key must be lower-case letters",
        ),
        (('name = "金额"', 'name = "税率"'), 'columns holds the name "税率" twice'),
        (("required = true", "masked = true"), "columns[1].masked is not a known key"),
        (
            ("line_sum:amount", "line_sum:amont"),
            'checks names "amont", which is no column\'s key; did you mean',
        ),
        (("line_sum:amount,total", "line_sum:amount,rate"), 'checks names "rate", which is no field\'s key'),
        (("line_sum:amount,total", "line_sum:amount"), 'checks has "line_sum:amount" with 1 keys behind the colon'),
    ],
)
def test_a_mistake_in_a_column_is_named_with_its_place(change: tuple[str, str], problem: str) -> None:
    source = BILL + COLUMNS.replace(*change) if change[0] in COLUMNS else BILL.replace(*change) + COLUMNS

    said = "\n".join(map(str, read_prompt(source, name="bill").problems))

    assert problem in said


def test_columns_need_fields_beside_them_and_a_second_column() -> None:
    alone = "title = '单'\ntext = '读'\n" + COLUMNS
    single = BILL + COLUMNS.partition("\n\n")[0]

    assert "columns needs [[fields]] beside it" in "\n".join(map(str, read_prompt(alone, name="bill").problems))
    assert "columns needs at least 2 columns" in "\n".join(map(str, read_prompt(single, name="bill").problems))
