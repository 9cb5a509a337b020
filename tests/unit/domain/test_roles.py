"""What a field is to the code: by its key, or by the role that its prompt file gives it."""

import json

import pytest

from bot.domain.document import Document, Field, Source, Status
from bot.domain.errors import Misconfigured
from bot.domain.prompt import FieldSpec, Output, Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.roles import COLUMN_ROLES, Role
from bot.domain.wire import decode, encode

_TEXT = Prompt(name="text", title="文字", text="读")


def _document(*fields: Field) -> Document:
    return Document(prompt="a", title="甲", engine="rapid", seconds=1.0, pages=1, text="", fields=fields)


def _spec(key: str, role: Role | None = None) -> FieldSpec:
    return FieldSpec(name=key, key=key, role=role)


def _set(*, columns: tuple[FieldSpec, ...] = (), without: tuple[Role, ...] = (), **keys: Role | None) -> PromptSet:
    fields = tuple(_spec(key, role) for key, role in keys.items())
    prompt = Prompt(
        name="a", title="甲", text="读", output=Output.FIELDS, fields=fields, columns=columns, without=without
    )
    return PromptSet(prompts=(_TEXT, prompt))


def test_a_key_that_is_a_roles_name_gives_the_role() -> None:
    assert FieldSpec(name="发票号码", key="invoice_number").role is Role.INVOICE_NUMBER
    assert FieldSpec(name="号", key="bill_no").role is None
    assert FieldSpec(name="号", key="bill_no", role=Role.INVOICE_NUMBER).role is Role.INVOICE_NUMBER
    assert FieldSpec(name="号", key="payee", role=Role.INVOICE_NUMBER).role is Role.INVOICE_NUMBER


def test_what_is_built_for_a_field_has_its_role() -> None:
    spec = FieldSpec(name="号", key="bill_no", role=Role.INVOICE_NUMBER)
    sure = spec.field("123", Source.CPU, page=2)
    assert (sure.name, sure.key, sure.role, sure.value, sure.status, sure.page) == (
        "号", "bill_no", Role.INVOICE_NUMBER, "123", Status.UNCHECKED, 2,
    )  # fmt: skip
    assert spec.field("123", Source.CPU, doubts=["不清楚"]).status is Status.DOUBTFUL
    assert spec.missing == sure.emptied == Field(name="号", key="bill_no", role=Role.INVOICE_NUMBER)


def test_payloads_keep_roles_and_those_without_any_are_read() -> None:
    document = _document(Field(name="号", key="bill_no", role=Role.INVOICE_NUMBER), Field(name="币种", key="currency"))
    assert decode(Document, encode(document)) == document
    payload = json.loads(encode(document))
    for field in payload["body"]["fields"]:
        del field["role"]
    earlier = decode(Document, json.dumps(payload, separators=(",", ":")).encode())
    assert [field.role for field in earlier.fields] == [None, Role.CURRENCY]


def test_every_role_has_a_term_of_its_own() -> None:
    terms = [role.term for role in Role]
    assert all(terms)
    assert len({*terms}) == len(terms)


def test_a_role_belongs_to_one_field() -> None:
    with pytest.raises(Misconfigured, match='fields gives the role "payee" to "payee" and "b"'):
        _set(payee=None, b=Role.PAYEE)
    columns = (_spec("n", Role.ITEM_NAME), _spec("item_name"))
    with pytest.raises(Misconfigured, match='columns gives the role "item_name" to "n" and "item_name"'):
        _set(columns=columns, b=None)


def test_columns_and_fields_have_roles_of_their_own() -> None:
    with pytest.raises(Misconfigured, match='fields gives "b" the role "tax_rate", which only columns have'):
        _set(b=Role.TAX_RATE)
    with pytest.raises(Misconfigured, match='columns gives "n" the role "payee", which only fields have'):
        _set(columns=(_spec("n", Role.PAYEE), _spec("unit")), b=None)
    assert Role.TAX_RATE in COLUMN_ROLES
    _set(amount=None)  # a contract's amount: its key claims no column's role


def test_a_prompt_cannot_be_without_a_role_that_it_has() -> None:
    with pytest.raises(Misconfigured, match='without names the role "payee", which "b" has'):
        _set(without=(Role.PAYEE,), b=Role.PAYEE)
