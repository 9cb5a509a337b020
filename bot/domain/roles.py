"""Roles: what a field or a column means to the code. Checks, totals and extraction ask for a role, never for a key.

Keys in a prompt file are the admin's choice. A field has the role that its `role` names, else the role of the same
name as its key. `bot.domain.checking.role_uses` lists everything that depends on roles.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Self

from bot.domain.problems import Problem


class Role(StrEnum):
    """A role by its name in prompt files, with the Chinese term printed on documents."""

    term: str

    def __new__(cls, name: str, term: str = "") -> Self:
        """Return the member of this name; looking one up, as `Role("…")` does, passes no `term`."""
        role = str.__new__(cls, name)
        role._value_ = name
        role.term = term
        return role

    # At the top of an invoice
    INVOICE_TITLE = "invoice_title", "发票名称"  # its printed title: 电子发票（普通发票）
    INVOICE_CODE = "invoice_code", "发票代码"  # 10 or 12 digits; a fully digital invoice (数电票) has none
    INVOICE_NUMBER = "invoice_number", "发票号码"  # 8 digits beside a code, 20 on a fully digital invoice
    ISSUE_DATE = "issue_date", "开票日期"
    CHECK_CODE = "check_code", "校验码"  # 20 digits
    MACHINE_NUMBER = "machine_number", "机器编号"  # of the tax control device, 12 digits

    # The two parties of an invoice
    BUYER_NAME = "buyer_name", "购买方名称"
    BUYER_TAX_ID = "buyer_tax_id", "购买方纳税人识别号"
    SELLER_NAME = "seller_name", "销售方名称"
    SELLER_TAX_ID = "seller_tax_id", "销售方纳税人识别号"

    # The sums of an invoice
    AMOUNT_WITHOUT_TAX = "amount_without_tax", "合计金额"
    TAX_AMOUNT = "tax_amount", "合计税额"
    TOTAL_WITH_TAX = "total_with_tax", "价税合计"  # in figures (小写)
    TOTAL_IN_WORDS = "total_in_words", "价税合计（大写）"

    # At the bottom of an invoice
    PAYEE = "payee", "收款人"
    REVIEWER = "reviewer", "复核"
    DRAWER = "drawer", "开票人"
    REMARKS = "remarks", "备注"

    # The columns of the table of goods and services on an invoice
    ITEM_NAME = "item_name", "项目名称"
    SPECIFICATION = "specification", "规格型号"
    UNIT = "unit", "单位"
    QUANTITY = "quantity", "数量"
    UNIT_PRICE = "unit_price", "单价"
    AMOUNT = "amount", "金额"  # of one line, without tax
    TAX_RATE = "tax_rate", "税率"
    LINE_TAX = "line_tax", "税额"  # of one line

    # The two persons on a waybill
    SENDER_NAME = "sender_name", "寄件人姓名"
    SENDER_PHONE = "sender_phone", "寄件人电话"
    SENDER_ADDRESS = "sender_address", "寄件人地址"
    RECEIVER_NAME = "receiver_name", "收件人姓名"
    RECEIVER_PHONE = "receiver_phone", "收件人电话"
    RECEIVER_ADDRESS = "receiver_address", "收件人地址"

    # Amounts of money on any document
    CURRENCY = "currency", "币种"  # of the amounts; the yuan if a document with Chinese on it names none


COLUMN_ROLES = frozenset(
    {
        Role.ITEM_NAME,
        Role.SPECIFICATION,
        Role.UNIT,
        Role.QUANTITY,
        Role.UNIT_PRICE,
        Role.AMOUNT,
        Role.TAX_RATE,
        Role.LINE_TAX,
    }
)
"""The roles that only columns have; all others belong to fields."""

_BY_NAME = {role.value: role for role in Role}


def role_named(key: str) -> Role | None:
    """Return the role of the same name as a key, None if there is none."""
    return _BY_NAME.get(key)


Holder = tuple[str, Role | None]  # the key and role of a field or column


def role_problems(
    file: str, fields: Sequence[Holder], columns: Sequence[Holder], without: Sequence[Role]
) -> Iterator[Problem]:
    """Yield the problems with roles in a prompt file: given twice, given to the wrong part, or given and disclaimed."""
    for place, holders, others in (("fields", fields, COLUMN_ROLES), ("columns", columns, {*Role} - COLUMN_ROLES)):
        for key, role in holders:
            # A key that merely equals the name of such a role does not ask for it.
            if role in others and role != key:
                whose = "columns" if role in COLUMN_ROLES else "fields"
                yield Problem(file=file, key=place, what=f'gives "{key}" the role "{role}", which only {whose} have')
        for role in dict.fromkeys(role for _, role in holders if role is not None):
            keys = [f'"{key}"' for key, other in holders if other is role]
            if len(keys) > 1:
                yield Problem(file=file, key=place, what=f'gives the role "{role}" to {" and ".join(keys)}')
    for key, role in (*fields, *columns):
        if role is not None and role in without:
            yield Problem(file=file, key="without", what=f'names the role "{role}", which "{key}" has')
