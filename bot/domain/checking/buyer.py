"""Whether an invoice is made out to one of the organisation's companies (抬头)."""

import unicodedata
from collections.abc import Iterator, Sequence

from bot.domain import texts
from bot.domain.checking.verdicts import Verdict
from bot.domain.organisation import Company

_BRACKETS = str.maketrans("[]{}【】〔〕〈〉《》", "()()()()()()")
_PERSON = "个人"


def check_buyer(
    keys: tuple[str, ...], buyer: tuple[str, str], companies: Sequence[Company]
) -> tuple[list[Verdict], list[str]]:
    """Return verdicts on the buyer, a name and a tax number, and doubts about what the invoice lacks.

    Both must belong to one company. Without companies nothing is checked; a doubt says where neither was read.
    """
    name, tax_number = buyer
    if not companies:
        return [], []
    if _comparable(name).startswith(_PERSON) and not tax_number:
        return [Verdict(keys=keys[:1], reason=texts.warnings.doubt_buyer_is_a_person(_names(companies)))], []
    meant = _company_meant(name, tax_number, companies)
    if meant is None:
        reason = texts.warnings.doubt_buyer_unknown([(company.name, company.tax_number) for company in companies])
        return [Verdict(keys=keys, reason=reason)], [] if name or tax_number else [
            texts.warnings.gap_no_buyer(_names(companies))
        ]
    return list(_verdicts(keys, name, tax_number, meant)), _gaps(name, tax_number, meant)


def _company_meant(name: str, tax_number: str, companies: Sequence[Company]) -> Company | None:
    """Return the company that has both values, else the one with that number, else the one with that name."""
    numbered = [one for one in companies if tax_number and _comparable(one.tax_number) == _comparable(tax_number)]
    named = [one for one in companies if name and _comparable(one.name) == _comparable(name)]
    both = [one for one in numbered if one in named]
    return next(iter((*both, *numbered, *named)), None)


def _verdicts(keys: tuple[str, ...], name: str, tax_number: str, meant: Company) -> Iterator[Verdict]:
    name_fits = _comparable(name) == _comparable(meant.name)
    number_fits = _comparable(tax_number) == _comparable(meant.tax_number)
    if name_fits and number_fits:
        yield Verdict(keys=keys)
    if name and not name_fits:
        yield Verdict(keys=keys[:1], reason=texts.warnings.doubt_buyer_name(meant.name))
    if tax_number and not number_fits:
        yield Verdict(keys=keys[1:], reason=texts.warnings.doubt_buyer_tax_number(meant.tax_number))


def _gaps(name: str, tax_number: str, meant: Company) -> list[str]:
    missing = [] if name else [texts.warnings.gap_no_buyer_name(meant.name)]
    return missing if tax_number else [*missing, texts.warnings.gap_no_buyer_tax_number(meant.tax_number)]


def _names(companies: Sequence[Company]) -> list[str]:
    return [company.name for company in companies]


def _comparable(text: str) -> str:
    """Return `text` as names are compared: NFKC, one kind of brackets, upper case, no white space."""
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS).upper()
    return "".join(folded.split())
