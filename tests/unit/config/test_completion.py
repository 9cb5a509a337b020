"""What an editor may offer where somebody writes in a prompt file."""

import pytest

from bot.config.editing.completion import Completion, completions

FIELDS = """output = "fields"
[[fields]]
name = "会议主题"
key = "topic"
[[fields]]
name = "日期"
key = "date"
"""


def offered(text: str) -> list[Completion]:
    """Return what is offered at the mark `|`."""
    before = text.partition("|")[0].split("\n")
    found = completions(text.replace("|", "", 1), line=len(before), column=len(before[-1]))
    return list(found.items)


def written(text: str, label: str) -> str:
    """Return the line of the mark `|` once the offer of this label is taken, with the cursor as `|`."""
    before = text.partition("|")[0].split("\n")
    found = completions(text.replace("|", "", 1), line=len(before), column=len(before[-1]))
    item = next(item for item in found.items if item.label == label)
    line = before[-1][: found.start] + item.insert
    return line[: len(line) - item.back] + "|" + line[len(line) - item.back :]


@pytest.mark.parametrize(
    ("text", "label", "line"),
    [
        ("out|", "output", 'output = "|"'),
        ("|", "text", "text = '''|'''"),
        ("needs|", "needs_model", "needs_model = true|"),
        ("check|", "checks", "checks = [|]"),
        ('output = "|"', "fields", 'output = "fields|'),
        ("output = |", "markdown", 'output = "markdown"|'),
        ("adds_up = f|", "false", "adds_up = false|"),
        ("[[fi|", "[[fields]]", "[[fields]]|"),
        ("[re|", "[reply]", "[reply]|"),
        ("[[fields]]\nty|", "type", 'type = "|"'),
        ('[[fields]]\ntype = "mo|"', "money_words", 'type = "money_words|'),
        ('[[fields]]\nrole = "buyer|"', "buyer_tax_id", 'role = "buyer_tax_id|'),
        ('checks = ["bank|"]', "bank_card", 'checks = ["bank_card:|'),
        ("checks = [|]", "invoice", 'checks = ["invoice"|'),
        ("text = '''提取 {{|", "{{fields}}", "text = '''提取 {{fields}}|"),
    ],
)
def test_what_is_chosen_stands_there_with_the_cursor_where_one_goes_on(text: str, label: str, line: str) -> None:
    assert written(text, label) == line


@pytest.mark.parametrize(
    "text",
    [
        "headline = [|]\n" + FIELDS,
        'headline = [\n  "topic",\n  |\n]\n' + FIELDS,
        FIELDS + '[reply]\norder = ["|',
        FIELDS + '[duplicates]\nnumber = "|"',
        FIELDS.replace("output", 'checks = ["in_order:|"]\noutput'),
    ],
)
def test_where_keys_of_fields_belong_those_of_the_file_are_offered(text: str) -> None:
    assert [item.label for item in offered(text)] == ["topic", "date"]


def test_keys_that_the_table_has_already_are_not_offered_again() -> None:
    labels = {item.label for item in offered('[[fields]]\nname = "甲"\nkey = "a"\n|\n[[columns]]\ntype = "date"')}
    assert "type" in labels
    assert not labels & {"name", "key", "elements_of_all"}


def test_a_key_is_explained() -> None:
    (found,) = [item for item in offered("most|") if item.label == "most_tokens"]
    assert "token" in found.detail


@pytest.mark.parametrize("text", ['title = "发票|"', "# a note|", 'text = "自由的话|"', "most_tokens = |"])
def test_where_anything_may_stand_nothing_is_offered(text: str) -> None:
    assert offered(text) == []


@pytest.mark.parametrize("text", ["", "[", "]]]", "a = [[[", "'''", '"', "=\n=\n", "[[x.y]]\nz = "])
def test_no_text_is_too_broken(text: str) -> None:
    lines = text.split("\n")
    for line in range(len(lines) + 3):
        for column in range(len(text) + 3):
            completions(text, line=line, column=column)
