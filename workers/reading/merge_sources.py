"""Merging several sources of one document, field by field.

The order of trust is: data embedded in the file, the QR code, text read from the picture. No value is made up, and none
is lost: if sources differ, the field gets the more trusted value, is DOUBTFUL and names the other values.
`Field.source` is the source of its value.

Guarantees for finance:

- A value is CHECKED if two independent sources agree, whatever doubts each had: both would have to be wrong in the
  same way. Two values from the same source confirm nothing.
- An invoice's QR code is intact if its checksum is right. Its values fill fields that could not be read. These are
  CHECKED only if the code provably belongs to this document: at least two of its values agree with the print, and none
  differs. A code from elsewhere, or on a page without any other readable value, confirms nothing.
- A wrong checksum means "unconfirmed", never "forged": such a code is trusted less than the print.
- A code does not beat what is plainly printed: where the two differ, the code's value leads only if the code is intact
  and more of its values agree with the print than differ from it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.checking.invoice_qr import InvoiceQr, parse_invoice_qr
from bot.domain.checking.money import money
from bot.domain.document import Field, Source, Status
from bot.domain.prompt import squeezed
from bot.domain.roles import Role

_TRUST = (Source.EMBEDDED, Source.QR, Source.MODEL, Source.CPU, Source.NONE)
_TRUST_IN_PRINT = (Source.EMBEDDED, Source.MODEL, Source.CPU, Source.QR, Source.NONE)
_ENOUGH = 2  # agreeing values that show that a code belongs to the document


def merge(*sources: Sequence[Field], trust: Sequence[Source] = _TRUST) -> tuple[Field, ...]:
    """Merge sources, all of which have fields with the same keys in the same order; `trust` names the best first.

    The order of the sources does not matter. A value that only one source has keeps its status and doubts.
    """
    return tuple(_merged(column, trust) for column in zip(*sources, strict=True))


def _merged(column: Sequence[Field], trust: Sequence[Source]) -> Field:
    filled = sorted((field for field in column if field.value), key=lambda field: _trust_rank(field, trust))
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


def _trust_rank(field: Field, trust: Sequence[Source]) -> tuple[bool, int, str, tuple[str, ...], str]:
    """Return a sort key: fields without doubts first, then by trust; the rest only makes the order unique."""
    doubtful = field.status is Status.DOUBTFUL
    return doubtful, trust.index(field.source), field.value, field.doubts, repr((field.status.value, field.page))


def _same(one: Field, other: Field) -> bool:
    return squeezed(one.value) == squeezed(other.value)


def against_layer(
    fields: Sequence[Field], layer: Mapping[int, Sequence[Field]], secret: Collection[str] = ()
) -> tuple[Field, ...]:
    """Hold fields that were read on pictures of pages against the text that the file holds of these pages.

    `layer` has the fields found in it, by page. Where it says something else, the field keeps its value, is DOUBTFUL
    and names both, but for the keys in `secret`. Where it says the same, that confirms nothing: nobody sees it.
    """
    values = {number: {field.key: field.value for field in of_page} for number, of_page in layer.items()}
    return tuple(
        field if field.page is None else _against(field, values.get(field.page, {}), secret) for field in fields
    )


def _against(field: Field, in_layer: Mapping[str, str], secret: Collection[str]) -> Field:
    other = in_layer.get(field.key, "")
    if not field.value or not other or squeezed(other) == squeezed(field.value):
        return field
    doubt = texts.warnings.doubt_text_layer(field.value, "" if field.key in secret else other)
    return replace(field, status=Status.DOUBTFUL, doubts=(*field.doubts, doubt))


def invoice_codes(codes: Iterable[str]) -> tuple[InvoiceQr, ...]:
    """Return the distinct invoices among the texts of codes, sorted by invoice code and number."""
    parsed = {qr for code in codes if (qr := parse_invoice_qr(code)) is not None}
    return tuple(sorted(parsed, key=lambda qr: (qr.code, qr.number, qr.amount, qr.issued, qr.check_code)))


def with_qr(fields: Sequence[Field], codes: Sequence[InvoiceQr]) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Merge an invoice's QR code into its fields; return the fields, and doubts about the whole document.

    Of several codes, the one with the printed number is used; if no single code has it, none is, and there is a doubt.
    """
    number = next((field.value for field in fields if field.role is Role.INVOICE_NUMBER), "")
    chosen = codes if len(codes) == 1 else [qr for qr in codes if qr.number == number]
    if len(chosen) != 1:
        return tuple(fields), (texts.warnings.several_invoice_codes(len(codes)),) if codes else ()
    (qr,) = chosen
    coded = _fit_to_print(qr, fields, qr_fields(qr, fields))
    pairs = [(read, code) for read, code in zip(fields, coded, strict=True) if read.value and code.value]
    agreeing = sum(_same(read, code) for read, code in pairs)
    leads = qr.intact is True and agreeing >= len(pairs) - agreeing
    merged = merge(fields, coded, trust=_TRUST if leads else _TRUST_IN_PRINT)
    if not qr.intact or agreeing < max(_ENOUGH, len(pairs)):
        return merged, ()
    return tuple(_confirmed(field) for field in merged), ()


def _fit_to_print(qr: InvoiceQr, fields: Sequence[Field], coded: Sequence[Field]) -> tuple[Field, ...]:
    """Return the code's fields; one that is not known to be intact casts no doubt on what two sources agree on."""
    return tuple(
        code.emptied if not qr.intact and read.status is Status.CHECKED and not _same(read, code) else code
        for read, code in zip(fields, coded, strict=True)
    )


def _confirmed(field: Field) -> Field:
    is_from_code_alone = field.source is Source.QR and field.status is Status.UNCHECKED
    return replace(field, status=Status.CHECKED) if is_from_code_alone else field


def qr_fields(qr: InvoiceQr, like: Sequence[Field]) -> tuple[Field, ...]:
    """Return the values of `qr` as fields like those of `like`, in their order; MISSING for those it does not have.

    Its amount is the total with tax on fully digital invoices, and the sum without tax on older kinds; where it is
    unknown which, it counts for the one that is printed with the same amount.
    """
    values = {
        Role.INVOICE_CODE: qr.code,
        Role.INVOICE_NUMBER: qr.number,
        Role.ISSUE_DATE: qr.issued.isoformat(),
        Role.CHECK_CODE: qr.check_code,
    }
    if (role := _amount_role(qr, like)) is not None:
        values[role] = f"{qr.amount:.2f}"
    doubts = (texts.warnings.doubt_qr_unconfirmed(),) if qr.intact is False else ()
    status = Status.DOUBTFUL if doubts else Status.UNCHECKED
    return tuple(
        replace(field.emptied, value=value, status=status, source=Source.QR, doubts=doubts)
        if field.role is not None and (value := values.get(field.role, ""))
        else field.emptied
        for field in like
    )


def _amount_role(qr: InvoiceQr, like: Sequence[Field]) -> Role | None:
    if qr.amount_has_tax is not None:
        return Role.TOTAL_WITH_TAX if qr.amount_has_tax else Role.AMOUNT_WITHOUT_TAX
    printed = {field.role: money(field.value) for field in like if field.value}
    sums = (Role.TOTAL_WITH_TAX, Role.AMOUNT_WITHOUT_TAX)
    return next((role for role in sums if printed.get(role) == qr.amount), None)
