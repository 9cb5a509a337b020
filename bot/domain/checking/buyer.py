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
    """Return verdicts on the buyer's name and tax number, and doubts about what is missing.

    Both must belong to the same company. Without companies nothing is checked.
    """
    name, tax_number = buyer
    if not companies:
        return [], []
    if _comparable(name).startswith(_PERSON) and not tax_number:
        return [Verdict(keys=keys[:1], reason=texts.warnings.doubt_buyer_is_a_person(_company_names(companies)))], []
    company = _company_meant(name, tax_number, companies)
    if company is None:
        reason = texts.warnings.doubt_buyer_unknown([(company.name, company.tax_number) for company in companies])
        return [Verdict(keys=keys, reason=reason)], [] if name or tax_number else [
            texts.warnings.gap_no_buyer(_company_names(companies))
        ]
    return list(_buyer_verdicts(keys, name, tax_number, company)), _missing_parts(name, tax_number, company)


def _company_meant(name: str, tax_number: str, companies: Sequence[Company]) -> Company | None:
    """Return the company with this name and number, else the one with the number, else the one with the name."""
    by_number = [company for company in companies if tax_number and _same(company.tax_number, tax_number)]
    by_name = [company for company in companies if name and _same(company.name, name)]
    by_both = [company for company in by_number if company in by_name]
    return next(iter((*by_both, *by_number, *by_name)), None)


def _buyer_verdicts(keys: tuple[str, ...], name: str, tax_number: str, company: Company) -> Iterator[Verdict]:
    name_fits = _same(name, company.name)
    number_fits = _same(tax_number, company.tax_number)
    if name_fits and number_fits:
        yield Verdict(keys=keys)
    if name and not name_fits:
        yield Verdict(keys=keys[:1], reason=texts.warnings.doubt_buyer_name(company.name))
    if tax_number and not number_fits:
        yield Verdict(keys=keys[1:], reason=texts.warnings.doubt_buyer_tax_number(company.tax_number))


def _missing_parts(name: str, tax_number: str, company: Company) -> list[str]:
    missing = [] if name else [texts.warnings.gap_no_buyer_name(company.name)]
    return missing if tax_number else [*missing, texts.warnings.gap_no_buyer_tax_number(company.tax_number)]


def _company_names(companies: Sequence[Company]) -> list[str]:
    return [company.name for company in companies]


def _same(first: str, second: str) -> bool:
    return _comparable(first) == _comparable(second)


def _comparable(text: str) -> str:
    """Return `text` in NFKC, with one kind of brackets, in upper case, without white space."""
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS).upper()
    return "".join(folded.split())
