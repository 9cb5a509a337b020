"""Keys renamed in the prompt files: with roles everything is as before, without them each loss is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.config import prompt_files
from bot.domain.checking.role_uses import LostRole, Use, lost_roles
from bot.domain.document import Document, Field, Row
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.roles import Role
from tests.fakes.embedded_files import QR, digital_xml, invoice_xml, ofd
from tests.fakes.invoice_forms import Form, all_forms, line
from tests.fakes.no_engine import NoEngine
from tests.fakes.renamed_prompts import rename_keys, renamed
from workers.extraction.fields import find_fields
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document
from workers.reading.merge_sources import invoice_codes, with_qr

_TODAY = date(2026, 1, 1)
_PROMPTS = Path(__file__).resolve().parents[4] / "config" / "prompts"
SHIPPED = prompt_files.load(_PROMPTS)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> PromptSet:
    """The shipped prompts with other keys and no roles."""
    return prompt_files.load(rename_keys(_PROMPTS, tmp_path_factory.mktemp("bare"), with_roles=False))


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> PromptSet:
    """The shipped prompts with other keys and the roles that the old ones gave."""
    return prompt_files.load(rename_keys(_PROMPTS, tmp_path_factory.mktemp("roles"), with_roles=True))


def _of(prompts: PromptSet, name: str) -> Prompt:
    prompt = prompts.named(name)
    assert prompt is not None
    return prompt


def _with_old_keys(fields: Sequence[Field]) -> list[Field]:
    return [replace(field, key=field.key.removeprefix(renamed(""))) for field in fields]


def _same(rows: Sequence[Row], others: Sequence[Row]) -> bool:
    return [_with_old_keys(row.cells) for row in rows] == [list(row.cells) for row in others]


def _lost(prompt: Prompt) -> dict[Role, LostRole]:
    return {lost.role: lost for lost in lost_roles(prompt)}


def test_the_shipped_prompts_lose_nothing() -> None:
    assert [lost for prompt in SHIPPED.prompts for lost in lost_roles(prompt)] == []


def test_with_roles_renamed_keys_lose_nothing(roles: PromptSet) -> None:
    assert [spec.key for spec in _of(roles, "invoice").fields][2] == "own_invoice_number"
    assert [lost for prompt in roles.prompts for lost in lost_roles(prompt)] == []


def test_without_roles_every_role_that_renamed_keys_lose_is_named(bare: PromptSet) -> None:
    for prompt in SHIPPED.prompts:
        is_invoice = any(check.name == "invoice" for check in prompt.checks)
        # Elsewhere a field is known as what it was by the term of its role: 币种, not 币别.
        fields = {spec.role for spec in prompt.fields if spec.role and (is_invoice or spec.name == spec.role.term)}
        columns = {spec.role for spec in prompt.columns if spec.role is not None}
        # A contract's amount and a taxi's price have names of columns' roles, which are nothing to a field.
        had = {role for role in fields if role not in {Role.AMOUNT, Role.UNIT_PRICE}} | columns
        assert _lost(_of(bare, prompt.name)).keys() == had, prompt.name


def test_each_loss_says_what_is_not_done_and_which_field_it_was(bare: PromptSet) -> None:
    lost = _lost(_of(bare, "invoice"))
    assert lost[Role.INVOICE_NUMBER].uses == (Use.NUMBER, Use.QR, Use.EMBEDDED)
    assert lost[Role.TOTAL_WITH_TAX].uses == (Use.WORDS, Use.SUM, Use.QR, Use.EMBEDDED, Use.PLACE)
    spec = lost[Role.ITEM_NAME].spec
    assert spec is not None
    assert spec.key == "own_item_name"
    assert _lost(_of(bare, "taxi"))[Role.INVOICE_NUMBER].uses == (Use.EMBEDDED,)
    assert _lost(_of(bare, "contract"))[Role.CURRENCY].uses == (Use.YUAN,)


def test_an_invoice_whose_field_was_taken_out_loses_what_its_check_needs() -> None:
    invoice = _of(SHIPPED, "invoice")
    fields = tuple(spec for spec in invoice.fields if spec.role not in {Role.MACHINE_NUMBER, Role.PAYEE})
    (lost,) = lost_roles(replace(invoice, fields=fields))
    assert (lost.role, lost.spec) == (Role.MACHINE_NUMBER, None)
    assert lost_roles(replace(invoice, fields=fields, without=(Role.MACHINE_NUMBER,))) == ()


@pytest.mark.parametrize("form", all_forms(), ids=repr)
def test_with_roles_forms_are_found_checked_and_held_against_their_code_as_before(
    form: Form, roles: PromptSet, bare: PromptSet
) -> None:
    invoice, other = _of(SHIPPED, "invoice"), _of(roles, "invoice")
    number = form.truth["invoice_number"]
    codes = invoice_codes([f"01,32,,{number},{form.truth['total_with_tax']},20250318,,"])
    found = find_fields(form.lines, invoice.fields)
    assert _with_old_keys(find_fields(form.lines, other.fields)) == list(found)
    merged, doubts = with_qr(find_fields(form.lines, other.fields), codes)
    assert (tuple(_with_old_keys(merged)), doubts) == with_qr(found, codes)
    assert _with_old_keys(find_fields(form.lines, _of(bare, "invoice").fields)) != list(found)


def test_with_roles_a_label_that_both_persons_have_belongs_to_one_of_them(roles: PromptSet, bare: PromptSet) -> None:
    lines = [
        line("寄件人：张三", 20, 20),
        line("电话：13800138000", 20, 60),
        line("收件人：李四", 20, 140),
        line("电话：13900139000", 20, 180),
    ]
    found = find_fields(lines, _of(SHIPPED, "waybill").fields)
    assert {"13800138000", "13900139000"} <= {field.value for field in found}
    assert _with_old_keys(find_fields(lines, _of(roles, "waybill").fields)) == list(found)
    assert {field.value for field in find_fields(lines, _of(bare, "waybill").fields)} == {"", "张三", "李四"}


_FILES = {
    "ofd": ofd(attached=invoice_xml(code=QR)),
    "xml": invoice_xml(code=QR).encode(),
    "digital": digital_xml().encode(),
}


@pytest.mark.parametrize("name", _FILES)
def test_with_roles_a_files_own_data_are_taken_and_checked_as_before(name: str, roles: PromptSet) -> None:
    before, after = _read(_FILES[name], SHIPPED), _read(_FILES[name], roles)
    assert any(field.value for field in before.fields)
    assert _with_old_keys(after.fields) == list(before.fields)
    assert after.doubts == before.doubts
    assert _same(after.rows, before.rows)


def _read(data: bytes, prompts: PromptSet) -> Document:
    request = ReadRequest(file=identify(data), prompt=prompts.default, candidates=prompts.candidates, today=_TODAY)
    return read_document(request, NoEngine())
