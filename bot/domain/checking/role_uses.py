"""What depends on each role, and what a prompt loses if none of its fields has it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.prompt import FieldSpec, Prompt, squeezed
from bot.domain.roles import COLUMN_ROLES, Role

INVOICE_CHECK = "invoice"
"""The check that marks a prompt's documents as invoices; it finds their fields by role."""


class Use(StrEnum):
    """Something that the code does with fields that it finds by role."""

    WORDS = "words"  # compare 大写 with 小写
    SUM = "sum"  # compare 金额 and 税额 with 价税合计
    TAX_NUMBER = "tax_number"  # check its length and check digit
    NUMBER = "number"  # check its length, and whether it needs a code
    DIGITAL = "digital"  # recognise a fully digital invoice, whose number is longer, by its title
    LENGTH = "length"  # check its number of digits
    DATE = "date"  # check the date, and the tax against the rates of that day
    QR = "qr"  # compare with what the invoice's QR code says
    EMBEDDED = "embedded"  # take the value from the data of an OFD or XML invoice
    PLACE = "place"  # find the value by its place if no label precedes it
    PARTY = "party"  # decide which party a label belongs to if both have it
    YUAN = "yuan"  # decide whether amounts are in yuan: only those get a ￥ and are added up


_PARTIES = frozenset({Role.BUYER_NAME, Role.BUYER_TAX_ID, Role.SELLER_NAME, Role.SELLER_TAX_ID})
_PERSONS = frozenset(
    {
        Role.SENDER_NAME,
        Role.SENDER_PHONE,
        Role.SENDER_ADDRESS,
        Role.RECEIVER_NAME,
        Role.RECEIVER_PHONE,
        Role.RECEIVER_ADDRESS,
    }
)
_INVOICE_ROLES = frozenset({*Role}) - _PERSONS - {Role.CURRENCY}

ROLES: Mapping[Use, frozenset[Role]] = {
    Use.WORDS: frozenset({Role.TOTAL_IN_WORDS, Role.TOTAL_WITH_TAX}),
    Use.SUM: frozenset({Role.AMOUNT_WITHOUT_TAX, Role.TAX_AMOUNT, Role.TOTAL_WITH_TAX}),
    Use.TAX_NUMBER: frozenset({Role.BUYER_TAX_ID, Role.SELLER_TAX_ID}),
    Use.NUMBER: frozenset({Role.INVOICE_NUMBER, Role.INVOICE_CODE}),
    Use.DIGITAL: frozenset({Role.INVOICE_TITLE}),
    Use.LENGTH: frozenset({Role.CHECK_CODE, Role.MACHINE_NUMBER}),
    Use.DATE: frozenset({Role.ISSUE_DATE}),
    Use.QR: frozenset(
        {
            Role.INVOICE_NUMBER,
            Role.INVOICE_CODE,
            Role.ISSUE_DATE,
            Role.CHECK_CODE,
            Role.TOTAL_WITH_TAX,
            Role.AMOUNT_WITHOUT_TAX,
        }
    ),
    Use.EMBEDDED: _INVOICE_ROLES,
    Use.PLACE: frozenset(
        {
            Role.INVOICE_TITLE,
            Role.INVOICE_CODE,
            Role.AMOUNT_WITHOUT_TAX,
            Role.TAX_AMOUNT,
            Role.TOTAL_WITH_TAX,
            Role.REMARKS,
        }
    ),
    Use.PARTY: _PARTIES | _PERSONS,
    Use.YUAN: frozenset({Role.CURRENCY}),
}
"""The roles that each use depends on; lacking any one of them affects it."""

_USES_OF_INVOICE_CHECK = (Use.WORDS, Use.SUM, Use.TAX_NUMBER, Use.NUMBER, Use.DIGITAL, Use.LENGTH, Use.DATE, Use.QR)
_NEEDED_BY_INVOICE_CHECK = frozenset(role for use in _USES_OF_INVOICE_CHECK for role in ROLES[use])
# Other documents have fields of these names too, without any meaning to the code.
_COMMON_NAMES = frozenset({Role.PAYEE, Role.REVIEWER, Role.DRAWER, Role.REMARKS}) | COLUMN_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRole:
    """A role that no field of a prompt has, and the uses lost with it."""

    role: Role
    uses: tuple[Use, ...]
    spec: FieldSpec | None = (
        None  # the field or column with the role's Chinese name, which probably should have the role
    )


def uses_of(role: Role, *, checked: bool = True) -> tuple[Use, ...]:
    """Return the uses of a role; without `checked`, only those that do not belong to the invoice check."""
    return tuple(
        use for use, roles in ROLES.items() if role in roles and (checked or use not in _USES_OF_INVOICE_CHECK)
    )


def lost_roles(prompt: Prompt) -> tuple[LostRole, ...]:
    """Return the roles that a prompt lacks but has a use for, in their order, except those it is `without`.

    It has a use for the roles that its checks need, and for those whose Chinese name one of its fields has: such a
    field was probably just given another key.
    """
    return tuple(_lost_roles(prompt))


def _lost_roles(prompt: Prompt) -> Iterator[LostRole]:
    is_invoice = any(check.name == INVOICE_CHECK for check in prompt.checks)
    covered = {*prompt.without, *(spec.role for spec in (*prompt.fields, *prompt.columns))}
    for role in Role:
        if role in covered or (role in _COMMON_NAMES and not is_invoice):
            continue
        spec = _field_like(role, prompt)
        if spec is not None or (is_invoice and role in _NEEDED_BY_INVOICE_CHECK):
            yield LostRole(role=role, uses=uses_of(role, checked=is_invoice), spec=spec)


def _field_like(role: Role, prompt: Prompt) -> FieldSpec | None:
    """Return the field named like a role but without one; for a column's role, the column so named or labelled."""
    term = squeezed(role.term)
    if role in COLUMN_ROLES:
        named = (spec for spec in prompt.columns if term in map(squeezed, (spec.name, *spec.labels)))
    else:
        named = (spec for spec in prompt.fields if squeezed(spec.name) == term)
    return next((spec for spec in named if spec.role is None), None)
