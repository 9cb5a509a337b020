"""Reads ocrbot.toml into an `Organisation`, strictly, and reports all problems at once."""

from typing import Annotated

from pydantic import Field

from bot.config.file_types import (
    FileTable,
    Flag,
    Number,
    OptionalText,
    Pairs,
    SpokenWords,
    Text,
    any_words,
    rules,
    whole_number,
)
from bot.config.file_validation import validate
from bot.config.toml_file import parse_toml
from bot.domain.attachment_format import Format
from bot.domain.limits import MOST_ATTACHMENTS, MOST_MEMBERS, MOST_PAGES
from bot.domain.organisation import FILE, REMEMBER_MINUTES, Company, DuplicateScope, Gate, Organisation
from bot.domain.problems import Problem
from bot.domain.receipt import CARD_CALLS, Receipt, ReceiptRules

_RECEIPT = ReceiptRules()


class _OrganisationSection(FileTable):
    provider: OptionalText = ""
    contact: OptionalText = ""
    bot_names: SpokenWords = ()
    admins: SpokenWords = ()


class _AccessSection(FileTable):
    conversations: SpokenWords = ()
    people: SpokenWords = ()
    single_chats: Flag = True


class _CompanySection(FileTable):
    name: Text
    tax_number: Text


class _DuplicateScopeSection(FileTable):
    scope: DuplicateScope = DuplicateScope.GROUP


class _MaskingSection(FileTable):
    groups: Flag = True


class _LimitsSection(FileTable):
    attachments: Annotated[Number, whole_number(1, 20)] = MOST_ATTACHMENTS
    pages: Annotated[Number, whole_number(1, 100)] = MOST_PAGES
    archive_files: Annotated[Number, whole_number(1, 50)] = MOST_MEMBERS
    remember_minutes: Annotated[Number, whole_number(0, 60)] = REMEMBER_MINUTES


class _ReceiptSection(FileTable):
    mode: Receipt = _RECEIPT.mode
    after_seconds: Annotated[Number, whole_number(0, 60)] = _RECEIPT.after_seconds
    card_template: OptionalText = ""
    card_key: OptionalText = ""
    card_calls_a_month: Annotated[Number, whole_number(0, 10_000_000)] = CARD_CALLS


class _PromptsSection(FileTable):
    gate: Gate = Gate.CHECK


class _FileSection(FileTable):
    organisation: _OrganisationSection = _OrganisationSection()
    access: _AccessSection = _AccessSection()
    defaults: Pairs = Field({})
    files: dict[str, Annotated[tuple[Format, ...], rules(any_words)]] = Field({})
    companies: tuple[_CompanySection, ...] = ()
    duplicates: _DuplicateScopeSection = _DuplicateScopeSection()
    masking: _MaskingSection = _MaskingSection()
    limits: _LimitsSection = _LimitsSection()
    receipt: _ReceiptSection = _ReceiptSection()
    prompts: _PromptsSection = _PromptsSection()


def read_organisation(source: str) -> tuple[Organisation, list[Problem]]:
    """Return the organisation in the TOML `source` of ocrbot.toml, and all problems of the file."""
    toml = parse_toml(source, name=FILE)
    if toml.error:
        return Organisation(), [toml.error]
    file, problems = validate(_FileSection, toml)
    return _converted(file), problems


def _converted(file: _FileSection) -> Organisation:
    return Organisation(
        **dict(file.organisation),
        **dict(file.access),
        defaults=tuple(file.defaults.items()),
        files=tuple(file.files.items()),
        companies=tuple(Company(**dict(row)) for row in file.companies),
        duplicate_scope=file.duplicates.scope,
        masking=file.masking.groups,
        most_attachments=file.limits.attachments,
        most_pages=file.limits.pages,
        most_members=file.limits.archive_files,
        remember_minutes=file.limits.remember_minutes,
        receipt=_receipt_rules(file.receipt),
        gate=file.prompts.gate,
    )


def _receipt_rules(table: _ReceiptSection) -> ReceiptRules:
    return ReceiptRules(
        mode=table.mode,
        after_seconds=table.after_seconds,
        card_template=table.card_template,
        card_key=table.card_key,
        card_calls=table.card_calls_a_month,
    )
