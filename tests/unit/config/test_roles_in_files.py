"""Roles as prompt files give them, and the tables that list them for admins."""

import re
from pathlib import Path

import pytest

from bot.config.prompt_files import find_problems, load
from bot.config.prompt_toml import read_prompt
from bot.domain.checking.role_uses import Use, uses_of
from bot.domain.roles import COLUMN_ROLES, Role

_CONFIG = Path(__file__).resolve().parents[3] / "config"
_READMES = ("README.md", "README.zh-CN.md")
_GOOD = """\
title = "单据"
output = "fields"
text = '''读 {{fields}}'''
without = ["check_code"]

[[fields]]
name = "号码"
key = "bill_no"
role = "invoice_number"

[[fields]]
name = "收款人"
key = "payee"

[[columns]]
name = "品名"
key = "goods"
role = "item_name"

[[columns]]
name = "数量"
key = "count"
"""


def _problem(old: str, new: str) -> str:
    assert old in _GOOD
    (problem,) = read_prompt(_GOOD.replace(old, new, 1), name="bill").problems
    return str(problem)


def _folder(tmp_path: Path, source: str) -> Path:
    (tmp_path / "text.toml").write_text("title = '文字'\ntext = '读'\n", encoding="utf-8")
    (tmp_path / "bill.toml").write_text(source, encoding="utf-8")
    return tmp_path


def test_fields_and_columns_have_the_roles_that_their_file_gives_them(tmp_path: Path) -> None:
    prompt = load(_folder(tmp_path, _GOOD)).named("bill")
    assert prompt is not None
    assert [spec.role for spec in prompt.fields] == [Role.INVOICE_NUMBER, Role.PAYEE]
    assert [spec.role for spec in prompt.columns] == [Role.ITEM_NAME, None]
    assert prompt.without == (Role.CHECK_CODE,)


def test_an_unknown_role_is_named_with_the_nearest() -> None:
    said = _problem('role = "invoice_number"', 'role = "invoice_nubmer"')
    assert said.startswith("bill.toml:9: fields[1].role")
    assert 'did you mean "invoice_number"?' in said
    assert 'did you mean "item_name"?' in _problem('role = "item_name"', 'role = "item_nam"')
    assert 'did you mean "check_code"?' in _problem('["check_code"]', '["check_cod"]')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "payee"', 'key = "payee"\nrole = "invoice_number"', '"invoice_number" to "bill_no" and "payee"'),
        ('key = "bill_no"\nrole = "invoice_number"', 'key = "b"\nrole = "payee"', 'role "payee" to "b" and "payee"'),
        ('role = "invoice_number"', 'role = "amount"', '"bill_no" the role "amount", which only columns have'),
        ('role = "item_name"', 'role = "drawer"', '"goods" the role "drawer", which only fields have'),
        ('["check_code"]', '["invoice_number"]', 'the role "invoice_number", which "bill_no" has'),
    ],
)
def test_roles_that_do_not_fit_together_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in _GOOD
    (problem,) = find_problems(_folder(tmp_path, _GOOD.replace(old, new, 1)))
    assert (problem.file, problem.line > 0) == ("bill.toml", True)
    assert said in problem.what


@pytest.mark.parametrize("readme", _READMES)
def test_the_readme_lists_every_role_with_its_term_and_what_hangs_on_it(readme: str) -> None:
    text = (_CONFIG / readme).read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", text, flags=re.MULTILINE)
    rows = [row for row in table if row[0] in {*Role}]
    assert [(name, term) for name, term, _ in rows] == [(role.value, role.term) for role in Role]
    # Each use has words of its own: as many parts in a row as the role has uses, the same words for the same use.
    words: dict[Use, set[str]] = {}
    for name, _, uses in rows:
        parts = re.split(r"；|; ", uses)
        assert len(parts) == len(uses_of(Role(name))), name
        for use, part in zip(uses_of(Role(name)), parts, strict=True):
            words.setdefault(use, set()).add(part)
    assert all(len(said) == 1 for said in words.values())
    assert len({*map(frozenset, words.values())}) == len(Use)


@pytest.mark.parametrize("readme", _READMES)
def test_the_readme_names_the_roles_of_columns(readme: str) -> None:
    text = (_CONFIG / readme).read_text(encoding="utf-8")
    listed = next(line for line in text.split("\n\n") if "`item_name`" in line and "|" not in line)
    assert {*re.findall(r"`(\w+)`", listed)} == COLUMN_ROLES
