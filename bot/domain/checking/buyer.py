"""Whether an invoice is made out to one of the organisation's companies (抬头)."""

import unicodedata
from collections.abc import Iterator, Sequence

from bot.domain.checking.verdicts import Verdict
from bot.domain.organisation import Company
from bot.domain.texts import chat as texts

_BRACKETS = str.maketrans("[]{}【】〔〕〈〉《》", "()()()()()()")
_PERSON = "个人"


def check_buyer(
    keys: tuple[str, ...], buyer: tuple[str, str], companies: Sequence[Company]
) -> tuple[list[Verdict], list[str]]:
    """Return verdicts on the buyer, a name and a tax number, and doubts about what is not on the invoice.

    Both must be one company's. Without companies nothing is checked; where neither value was read, it is said.
    """
    name, tax_number = buyer
    if not companies:
        return [], []
    if plain(name).startswith(_PERSON) and not tax_number:
        return [Verdict(keys=keys[:1], reason=texts.doubt_buyer_is_a_person(_names(companies)))], []
    meant = _meant(name, tax_number, companies)
    if meant is None:
        shown = [(company.name, company.tax_number) for company in companies]
        reason = texts.doubt_buyer_unknown(shown)
        return [Verdict(keys=keys, reason=reason)], [] if name or tax_number else [
            texts.gap_no_buyer(_names(companies))
        ]
    return list(_verdicts(keys, name, tax_number, meant)), _gaps(name, tax_number, meant)


def _meant(name: str, tax_number: str, companies: Sequence[Company]) -> Company | None:
    """Return the company that both values are, else the one of that number, else the one of that name."""
    numbered = [one for one in companies if tax_number and plain(one.tax_number) == plain(tax_number)]
    named = [one for one in companies if name and plain(one.name) == plain(name)]
    both = [one for one in numbered if one in named]
    return next(iter((*both, *numbered, *named)), None)


def _verdicts(keys: tuple[str, ...], name: str, tax_number: str, meant: Company) -> Iterator[Verdict]:
    name_fits, number_fits = plain(name) == plain(meant.name), plain(tax_number) == plain(meant.tax_number)
    if name_fits and number_fits:
        yield Verdict(keys=keys)
    if name and not name_fits:
        yield Verdict(keys=keys[:1], reason=texts.doubt_buyer_name(meant.name))
    if tax_number and not number_fits:
        yield Verdict(keys=keys[1:], reason=texts.doubt_buyer_tax_number(meant.tax_number))


def _gaps(name: str, tax_number: str, meant: Company) -> list[str]:
    missing = [] if name else [texts.gap_no_buyer_name(meant.name)]
    return missing if tax_number else [*missing, texts.gap_no_buyer_tax_number(meant.tax_number)]


def _names(companies: Sequence[Company]) -> list[str]:
    return [company.name for company in companies]


def plain(text: str) -> str:
    """Return `text` as two names are compared: NFKC, one kind of brackets, upper case, no white space."""
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS).upper()
    return "".join(folded.split())
