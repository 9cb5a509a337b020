"""What a caller of the API asks for, in the terms of the chat: the same prompts, fields and pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.asking.field_names import has_all
from bot.domain.asking.request import fill
from bot.domain.organisation import Organisation
from bot.domain.prompt import Output, Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.requests.client import Client
from bot.domain.task import Read
from bot.domain.texts import api as texts
from bot.domain.texts.api import WrongValue

MOST_FIELDS: Final = 30
LONGEST_FIELD: Final = 40  # characters
_PAGES = re.compile(r"([1-9]\d{0,3})(?:-([1-9]\d{0,3})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of files, as the caller wrote it; "" and () leave it to the page."""

    prompt: str = ""  # the name of one
    fields: tuple[str, ...] = ()  # any names
    pages: str = ""  # 3, 1-3 or 4-


def read_wanted(
    wanted: Wanted, client: Client, prompts: PromptSet, organisation: Organisation
) -> Read | tuple[WrongValue, ...]:
    """Return how to read what is wanted, or what is wrong with it. The files are not in it yet."""
    pages = pages_wanted(wanted.pages, organisation.most_pages)
    named = prompts.named(wanted.prompt)
    wrong = (*_wrong_prompt(wanted.prompt, named, client, prompts), *_wrong_fields(wanted, named, prompts))
    if pages is None:
        wrong = (*wrong, texts.wrong_pages())
    if wrong or pages is None:
        return wrong
    read = Read(
        prompt=named or prompts.default,
        candidates=() if named else tuple(one for one in prompts.candidates if client.may_use(one.name)),
        kind_named=named is not None,
        wanted_fields=wanted.fields,
        first_page=pages[0],
        most_pages=pages[1],
        companies=organisation.companies,
        duplicates=organisation.duplicate_scope,
        full_text_word=prompts.default.title,
    )
    return _for_fields(read, named, prompts) if wanted.fields else read


def pages_wanted(pages: str, most: int) -> tuple[int, int] | None:
    """Return the first page of `3`, `1-3` or `4-`, from 0, and how many to read, `most` at most; None if wrong."""
    if not pages:
        return 0, most
    match = _PAGES.fullmatch(pages)
    first, last = (int(match[1]), match[2]) if match else (0, "")
    number = int(last) - first + 1 if last else 1 if match and "-" not in pages else most
    return (first - 1, min(number, most)) if match and number > 0 else None


def _wrong_prompt(name: str, named: Prompt | None, client: Client, prompts: PromptSet) -> tuple[WrongValue, ...]:
    allowed = [one.name for one in prompts.prompts if client.may_use(one.name)]
    if name and (named is None or name not in allowed):
        return (texts.wrong_prompt(allowed),)
    return () if allowed else (texts.wrong_prompt(allowed),)


def _wrong_fields(wanted: Wanted, named: Prompt | None, prompts: PromptSet) -> tuple[WrongValue, ...]:
    names = wanted.fields
    if len(names) > MOST_FIELDS or any(not name.isprintable() or len(name) > LONGEST_FIELD for name in names):
        return (texts.wrong_fields(MOST_FIELDS, LONGEST_FIELD),)
    if named is not None and named.takes_input and not names:
        return (texts.fields_missing(),)
    is_extraction = named is not None and named.takes_input
    if named is not None and names and not is_extraction and not has_all(named, names) and prompts.extraction is None:
        return (texts.wrong_fields(MOST_FIELDS, LONGEST_FIELD),)
    return ()


def _for_fields(read: Read, named: Prompt | None, prompts: PromptSet) -> Read:
    """Return how to read for fields by name: the kind's own where it has them all, else as 提取 does in the chat."""
    names = read.wanted_fields
    if named is not None and not named.takes_input and has_all(named, names):
        return read
    free = named if named is not None and named.takes_input else prompts.extraction
    if free is None:
        return read
    candidates = [one for one in read.candidates if one.output is Output.FIELDS and has_all(one, names)]
    return replace(read, prompt=fill(free, names, prompts.fields), candidates=tuple(candidates))


def field_names(given: Sequence[str]) -> tuple[str, ...]:
    """Return the names in values that are repeated or separated by commas, each once."""
    parts = (part.strip() for value in given for part in re.split("[,，、]", value))
    return tuple(dict.fromkeys(filter(None, parts)))
