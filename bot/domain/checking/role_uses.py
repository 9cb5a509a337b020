"""What hangs on each role, and what a prompt loses where none of its fields has one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.prompt import FieldSpec, Prompt, squeezed
from bot.domain.roles import COLUMN_ROLES, Role

INVOICE_CHECK = "invoice"
"""The check by whose name a prompt says that its documents are invoices: it knows their fields by role."""


class Use(StrEnum):
    """Something that code does with fields that it knows by their roles."""

    WORDS = "words"  # compare 大写 with 小写
    SUM = "sum"  # compare 金额 and 税额 with 价税合计
    TAX_NUMBER = "tax_number"  # check its length and check digit
    NUMBER = "number"  # check its length, and whether a code goes with it
    DIGITAL = "digital"  # tell a fully digital invoice, whose number is longer, by its title
    LENGTH = "length"  # check how many digits it has
    DATE = "date"  # check the date, and the tax against the rates of that day
    QR = "qr"  # compare with what the invoice's QR code says
    EMBEDDED = "embedded"  # take the value from the data of an OFD or XML invoice
    PLACE = "place"  # find the value by its place where no label stands before it
    PARTY = "party"  # tell which party a label belongs to that both have
    YUAN = "yuan"  # tell whether amounts are yuan: written with ￥ and added up


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
_OF_INVOICES = frozenset({*Role}) - _PERSONS - {Role.CURRENCY}

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
    Use.EMBEDDED: _OF_INVOICES,
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
"""The roles that each use asks for; it asks for each of them by itself."""

_OF_THE_CHECK = (Use.WORDS, Use.SUM, Use.TAX_NUMBER, Use.NUMBER, Use.DIGITAL, Use.LENGTH, Use.DATE, Use.QR)
_NEEDED = frozenset(role for use in _OF_THE_CHECK for role in ROLES[use])
# Other documents have fields of these names too, which mean nothing to the code.
_PLAIN_WORDS = frozenset({Role.PAYEE, Role.REVIEWER, Role.DRAWER, Role.REMARKS}) | COLUMN_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRole:
    """A role that no field of a prompt has, and what does not happen therefore."""

    role: Role
    uses: tuple[Use, ...]
    spec: FieldSpec | None = None  # the field or column that has the role's name and should have the role


def uses_of(role: Role, *, checked: bool = True) -> tuple[Use, ...]:
    """Return what hangs on a role: all of it, or without `checked` what is done without the invoice's check."""
    return tuple(use for use, roles in ROLES.items() if role in roles and (checked or use not in _OF_THE_CHECK))


def lost_roles(prompt: Prompt) -> tuple[LostRole, ...]:
    """Return the roles that a prompt lacks and has a use for, in their order; what it is `without` is not lost.

    It has a use for the roles that a check it names needs, and for those whose Chinese name one of its fields has:
    such a field was most likely given another key.
    """
    return tuple(_lost_roles(prompt))


def _lost_roles(prompt: Prompt) -> Iterator[LostRole]:
    is_invoice = any(check.name == INVOICE_CHECK for check in prompt.checks)
    had = {*prompt.without, *(spec.role for spec in (*prompt.fields, *prompt.columns))}
    for role in Role:
        if role in had or (role in _PLAIN_WORDS and not is_invoice):
            continue
        spec = _field_like(role, prompt)
        if spec is not None or (is_invoice and role in _NEEDED):
            yield LostRole(role=role, uses=uses_of(role, checked=is_invoice), spec=spec)


def _field_like(role: Role, prompt: Prompt) -> FieldSpec | None:
    """Return the field that has the name of a role, for a column's role the column that has it as name or label."""
    term = squeezed(role.term)
    if role in COLUMN_ROLES:
        named = (one for one in prompt.columns if term in map(squeezed, (one.name, *one.labels)))
    else:
        named = (one for one in prompt.fields if squeezed(one.name) == term)
    return next((one for one in named if one.role is None), None)
