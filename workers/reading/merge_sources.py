"""Several sources of one document made into one answer, field by field.

The order of trust is: what the file carries, the QR code, what was read on the picture. No value is made up and none
disappears: where sources differ the more trusted value is shown, the field is DOUBTFUL and names the other, and
`Field.source` tells whose value it is.

What finance may rely on:

- Two independent sources that agree make a value CHECKED, whatever each of them doubted: to be wrong, both would have
  to be wrong in the same way. One source twice agrees with itself and confirms nothing.
- An invoice's QR code whose checksum fits is intact. What it says alone fills a field that could not be read, and is
  CHECKED only where the code is shown to belong to this paper: at least two of its values agree with what is printed
  and none differs. A code pasted on from elsewhere, or on a page where nothing else could be read, confirms nothing.
- A checksum that does not fit means "unconfirmed", never "forged": such a code comes after what is printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.checking.invoice_qr import InvoiceQr, parse_invoice_qr
from bot.domain.document import Field, Source, Status
from bot.domain.prompt import squeezed
from bot.domain.roles import Role
from bot.domain.texts import chat as texts

_TRUST = (Source.EMBEDDED, Source.QR, Source.MODEL, Source.CPU, Source.NONE)
_AMOUNT_KINDS = frozenset({"01", "04", "10", "31", "32"})  # of the others nobody knows which sum they carry
_ENOUGH = 2  # values that agree, so that a code belongs to the paper it was found on


def merge(*sources: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields of all sources in one: each source has a field for each of the same keys, in the same order.

    The result does not depend on the order of the sources. A value that only one has keeps its status and doubts.
    """
    return tuple(_merged(column) for column in zip(*sources, strict=True))


def _merged(column: Sequence[Field]) -> Field:
    said = sorted((field for field in column if field.value), key=_rank)
    if not said:
        return max(column, key=lambda field: field.doubts)
    best = said[0]
    differing = [field for field in said if not _same(field, best)]
    if differing:
        named = dict.fromkeys((field.source.value, field.value) for field in (best, *differing))
        doubt = texts.doubt_sources_differ([*named])
        return replace(best, status=Status.DOUBTFUL, doubts=tuple(dict.fromkeys((*best.doubts, doubt))))
    placed = next((field for field in said if field.box is not None), best)
    best = replace(best, page=placed.page, box=placed.box)
    independent = {field.source for field in said}
    return replace(best, status=Status.CHECKED, doubts=()) if len(independent) > 1 else best


def _rank(field: Field) -> tuple[bool, int, str, tuple[str, ...], str]:
    """Return what comes first: what is not doubted, then by trust; the rest only makes the order one."""
    doubtful = field.status is Status.DOUBTFUL
    return doubtful, _TRUST.index(field.source), field.value, field.doubts, repr((field.status.value, field.page))


def _same(one: Field, other: Field) -> bool:
    return squeezed(one.value) == squeezed(other.value)


def invoice_codes(codes: Iterable[str]) -> tuple[InvoiceQr, ...]:
    """Return the different invoices among the texts of `codes`, in the order of their numbers."""
    parsed = {qr for code in codes if (qr := parse_invoice_qr(code)) is not None}
    return tuple(sorted(parsed, key=lambda qr: (qr.code, qr.number, qr.amount, qr.issued, qr.check_code)))


def with_qr(fields: Sequence[Field], codes: Sequence[InvoiceQr]) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Merge what an invoice's QR code says into its fields; return them and doubts about the whole.

    Of several codes the one with the printed number counts; where none has it, none does, and that is said.
    """
    number = next((field.value for field in fields if field.role is Role.INVOICE_NUMBER), "")
    chosen = codes if len(codes) == 1 else [qr for qr in codes if qr.number == number]
    if len(chosen) != 1:
        return tuple(fields), (texts.several_invoice_codes(len(codes)),) if codes else ()
    (qr,) = chosen
    said = qr_fields(qr, fields)
    merged = merge(fields, said)
    pairs = [(read, code) for read, code in zip(fields, said, strict=True) if read.value and code.value]
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
    doubts = (texts.doubt_qr_unconfirmed(),) if qr.intact is False else ()
    status = Status.DOUBTFUL if doubts else Status.UNCHECKED
    return tuple(
        replace(field.emptied, value=value, status=status, source=Source.QR, doubts=doubts)
        if field.role is not None and (value := values.get(field.role, ""))
        else field.emptied
        for field in like
    )
