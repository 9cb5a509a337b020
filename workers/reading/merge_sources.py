"""Merges several sources of one document, field by field.

The order of trust is: the file's own data, the QR code, what was read on the picture. No value is made up and none
disappears: where sources differ, the field has the more trusted value, is DOUBTFUL and names the other value, and
`Field.source` says where its value comes from.

What finance may rely on:

- Two independent sources that agree make a value CHECKED, whatever doubts each had: both would have to be wrong in
  the same way. One source that agrees with itself confirms nothing.
- An invoice's QR code whose checksum fits is intact. Its values fill fields that could not be read, and these are
  CHECKED only where the code provably belongs to this paper: at least two of its values agree with what is printed
  and none differs. A code from elsewhere, or on a page where nothing else could be read, confirms nothing.
- A checksum that does not fit means "unconfirmed", never "forged": such a code is trusted less than the print.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.checking.invoice_qr import InvoiceQr, parse_invoice_qr
from bot.domain.document import Field, Source, Status
from bot.domain.prompt import squeezed
from bot.domain.roles import Role

_TRUST = (Source.EMBEDDED, Source.QR, Source.MODEL, Source.CPU, Source.NONE)
_AMOUNT_KINDS = frozenset({"01", "04", "10", "31", "32"})  # of the others nobody knows which sum they carry
_ENOUGH = 2  # values that agree, so that a code belongs to the paper it was found on


def merge(*sources: Sequence[Field]) -> tuple[Field, ...]:
    """Merge sources, each of which has fields of the same keys in the same order.

    The result does not depend on the order of the sources. A value from one source keeps its status and doubts.
    """
    return tuple(_merged(column) for column in zip(*sources, strict=True))


def _merged(column: Sequence[Field]) -> Field:
    filled = sorted((field for field in column if field.value), key=_trust_rank)
    if not filled:
        return max(column, key=lambda field: field.doubts)
    best = filled[0]
    differing = [field for field in filled if not _same(field, best)]
    if differing:
        named = dict.fromkeys((field.source.value, field.value) for field in (best, *differing))
        doubt = texts.warnings.doubt_sources_differ([*named])
        return replace(best, status=Status.DOUBTFUL, doubts=tuple(dict.fromkeys((*best.doubts, doubt))))
    placed = next((field for field in filled if field.box is not None), best)
    best = replace(best, page=placed.page, box=placed.box)
    independent = {field.source for field in filled}
    return replace(best, status=Status.CHECKED, doubts=()) if len(independent) > 1 else best


def _trust_rank(field: Field) -> tuple[bool, int, str, tuple[str, ...], str]:
    """Return a sort key: fields without doubts first, then by trust; the rest only makes the order unique."""
    doubtful = field.status is Status.DOUBTFUL
    return doubtful, _TRUST.index(field.source), field.value, field.doubts, repr((field.status.value, field.page))


def _same(one: Field, other: Field) -> bool:
    return squeezed(one.value) == squeezed(other.value)


def invoice_codes(codes: Iterable[str]) -> tuple[InvoiceQr, ...]:
    """Return the different invoices among the texts of `codes`, in the order of their numbers."""
    parsed = {qr for code in codes if (qr := parse_invoice_qr(code)) is not None}
    return tuple(sorted(parsed, key=lambda qr: (qr.code, qr.number, qr.amount, qr.issued, qr.check_code)))


def with_qr(fields: Sequence[Field], codes: Sequence[InvoiceQr]) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Merge an invoice's QR code into its fields; return them and doubts about the whole document.

    Of several codes the one with the printed number is used; where none has it none is used, and a doubt says so.
    """
    number = next((field.value for field in fields if field.role is Role.INVOICE_NUMBER), "")
    chosen = codes if len(codes) == 1 else [qr for qr in codes if qr.number == number]
    if len(chosen) != 1:
        return tuple(fields), (texts.warnings.several_invoice_codes(len(codes)),) if codes else ()
    (qr,) = chosen
    coded = qr_fields(qr, fields)
    merged = merge(fields, coded)
    pairs = [(read, code) for read, code in zip(fields, coded, strict=True) if read.value and code.value]
    agreeing = sum(_same(read, code) for read, code in pairs)
    if not qr.intact or agreeing < max(_ENOUGH, len(pairs)):
        return merged, ()
    return tuple(_confirmed(field) for field in merged), ()


def _confirmed(field: Field) -> Field:
    is_alone = field.source is Source.QR and field.status is Status.UNCHECKED
    return replace(field, status=Status.CHECKED) if is_alone else field


def qr_fields(qr: InvoiceQr, like: Sequence[Field]) -> tuple[Field, ...]:
    """Return what `qr` says as the fields of `like`, in their order; what it does not say is MISSING.

    The amount is the total with tax on fully digital invoices and the sum without it on the older kinds.
    """
    values = {
        Role.INVOICE_CODE: qr.code,
        Role.INVOICE_NUMBER: qr.number,
        Role.ISSUE_DATE: qr.issued.isoformat(),
        Role.CHECK_CODE: qr.check_code,
    }
    if qr.kind in _AMOUNT_KINDS:
        values[Role.TOTAL_WITH_TAX if qr.amount_has_tax else Role.AMOUNT_WITHOUT_TAX] = f"{qr.amount:.2f}"
    doubts = (texts.warnings.doubt_qr_unconfirmed(),) if qr.intact is False else ()
    status = Status.DOUBTFUL if doubts else Status.UNCHECKED
    return tuple(
        replace(field.emptied, value=value, status=status, source=Source.QR, doubts=doubts)
        if field.role is not None and (value := values.get(field.role, ""))
        else field.emptied
        for field in like
    )
