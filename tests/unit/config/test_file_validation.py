"""What an admin is told when several things are wrong with a file, whatever they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.file_validation import validate
from bot.config.organisation_toml import read_organisation
from bot.config.prompt_model import PromptFile
from bot.config.prompt_toml import read_prompt
from bot.config.toml_file import TomlFile

NAMES = st.sampled_from(
    [
        "title",
        "text",
        "output",
        "fields",
        "columns",
        "name",
        "key",
        "reply",
        "groups",
        "order",
        "examples",
        "duplicates",
        "number",
        "checks",
        "lines",
        "required",
        "commands",
        "detect",
        "image",
        "0",
        "x",
    ]
)
SCALARS = st.sampled_from(["", "fields", "a", "甲", "{{fields}}", "invoice:a", "\f", 0, 3, -1.5, float("nan"), True])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=20
)


def said(source: str) -> list[str]:
    return [str(problem) for problem in read_prompt(source, name="ticket").problems]


def test_a_value_of_the_wrong_type_hides_no_other_problem() -> None:
    source = """\
title = "车票"
commands = "车票"
text = '''{{fields}}'''
output = "fields"
headline = ["prise"]

[[fields]]
name = "票价"
key = "price"
type = "monye"
lines = 21
required = "yes"
"""
    assert sorted(said(source)) == [
        (
            "ticket.toml:10: fields[1].type must be one of text, digits, date, money, money_words, code, tax_id, "
            'id_number, bank_card, phone, time, date_time, plate, number, rate; did you mean "money"?'
        ),
        "ticket.toml:11: fields[1].lines must be a whole number from 1 to 20",
        "ticket.toml:12: fields[1].required must be true or false",
        "ticket.toml:2: commands must be a list of strings",
        'ticket.toml:5: headline names "prise", which is no field\'s key; did you mean "price"?',
    ]


def test_a_key_that_cannot_be_used_is_no_reason_to_call_it_unknown() -> None:
    source = (
        "title = '车票'\noutput = 'fields'\ntext = '{{fields}}'\nheadline = ['Price']\n[[fields]]\n"
        "name = '票价'\nkey = 'Price'\n"
    )
    assert said(source) == [
        "ticket.toml:7: fields[1].key must be lower-case letters, digits and _, a letter first",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('commands = ["票", ""]', "commands holds an empty string"),
        ('commands = ["\\frac"]', "commands holds control characters (U+000C); write backslashes in '''…'''"),
        ("reply = 3", "reply must be a table, under [reply]"),
        ("reply = { groups = [3] }", "reply.groups must be a list of tables, each under [[reply.groups]]"),
        ("examples = [{ image = 'a', fields = 3 }]", 'must be a table of strings: { name = "value" }'),
        ("detect_codes = 2025-03-18", "detect_codes must be a list of strings"),
        ("duplicates = []", "duplicates must be a table, under [duplicates]"),
    ],
)
def test_each_kind_of_value_has_its_sentence(line: str, problem: str) -> None:
    found = said(f"title = '车票'\ntext = '读'\n{line}\n")
    assert any(one.startswith("ticket.toml:3: ") and problem in one for one in found), found


def test_what_is_wrong_in_a_table_on_one_line_is_placed_there() -> None:
    source = "title = '车票'\noutput = 'fields'\ntext = '{{fields}}'\nfields = [{ name = '票价', key = 'Price' }]\n"
    assert said(source) == [
        "ticket.toml:4: fields[1].key must be lower-case letters, digits and _, a letter first",
    ]


def test_the_second_group_of_a_reply_has_its_own_lines() -> None:
    source = """\
title = "车票"
text = "{{fields}}"
output = "fields"
fields = [{ name = "票价", key = "price" }]
[[reply.groups]]
heading = "钱"
fields = ["price"]
[[reply.groups]]
heading = "人"
fields = ["prise"]
"""
    (problem,) = said(source)
    assert problem.startswith("ticket.toml:10: reply.groups[2].fields names")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("[files]\n'c1' = ['xlsx', 'xlsx']", 'ocrbot.toml:2: files.c1 holds "xlsx" twice'),
        ("files = 3", "ocrbot.toml:1: files must be a table, under [files]"),
        ("[limits]\npages = 1.5", "ocrbot.toml:2: limits.pages must be a whole number from 1 to 100"),
        ("[[access]]\npeople = []", "ocrbot.toml:1: access must be a table, under [access]"),
    ],
)
def test_so_it_is_in_the_organisations_file(source: str, problem: str) -> None:
    assert [str(one) for one in read_organisation(source)[1]] == [problem]


@given(st.dictionaries(NAMES, VALUES, max_size=10))
def test_whatever_stands_in_a_file_its_usable_part_comes_back(values: dict[str, Any]) -> None:
    file, problems = validate(PromptFile, TomlFile(name="any.toml", lines=(), values=values))
    assert isinstance(file, PromptFile)
    assert problems or file.title
