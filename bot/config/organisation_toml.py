"""The TOML of ocrbot.toml to an `Organisation`; strict, and every problem at once."""

from bot.config.toml_tables import TomlTable, read_toml
from bot.domain.organisation import (
    FILE,
    FILE_KINDS,
    MOST_ATTACHMENTS,
    MOST_MEMBERS,
    MOST_PAGES,
    REMEMBER_MINUTES,
    Company,
    DuplicateScope,
    Gate,
    Organisation,
)
from bot.domain.problems import Problem, suggestion
from bot.domain.receipt import CARD_CALLS, Receipt, ReceiptRules

_KEYS = (
    "organisation",
    "access",
    "defaults",
    "companies",
    "duplicates",
    "masking",
    "limits",
    "receipt",
    "prompts",
    "files",
)
_RECEIPT = ReceiptRules()
_RECEIPT_KEYS = ("mode", "after_seconds", "card_template", "card_key", "card_calls_a_month")
_ORGANISATION_KEYS = ("provider", "contact", "bot_names", "admins")
_ACCESS_KEYS = ("conversations", "people", "single_chats")


def read_organisation(source: str) -> tuple[Organisation, list[Problem]]:
    """Return what the TOML `source` of ocrbot.toml says, and all that is wrong with it."""
    table = read_toml(source, file=FILE)
    table.allow(_KEYS)
    own, access = table.table("organisation"), table.table("access")
    own.allow(_ORGANISATION_KEYS)
    access.allow(_ACCESS_KEYS)
    duplicates, masking, limits = table.table("duplicates"), table.table("masking"), table.table("limits")
    duplicates.allow(("scope",))
    masking.allow(("groups",))
    limits.allow(("attachments", "pages", "archive_files", "remember_minutes"))
    prompts = table.table("prompts")
    prompts.allow(("gate",))
    organisation = Organisation(
        provider=own.text("provider", required=False),
        contact=own.text("contact", required=False),
        bot_names=own.words("bot_names", spoken=True),
        admins=own.words("admins", spoken=True),
        conversations=access.words("conversations", spoken=True),
        people=access.words("people", spoken=True),
        single_chats=access.flag("single_chats", default=True),
        defaults=table.texts("defaults"),
        files=_files(table.table("files")),
        companies=tuple(_company(row) for row in table.tables("companies")),
        duplicate_scope=duplicates.choice("scope", DuplicateScope, DuplicateScope.GROUP),
        masking=masking.flag("groups", default=True),
        most_attachments=limits.number("attachments", default=MOST_ATTACHMENTS, least=1, most=20),
        most_pages=limits.number("pages", default=MOST_PAGES, least=1, most=100),
        most_members=limits.number("archive_files", default=MOST_MEMBERS, least=1, most=50),
        remember_minutes=limits.number("remember_minutes", default=REMEMBER_MINUTES, least=0, most=60),
        receipt=_receipt(table.table("receipt")),
        gate=prompts.choice("gate", Gate, Gate.CHECK),
    )
    return organisation, table.report.problems


def _files(table: TomlTable) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = tuple((conversation, table.words(conversation)) for conversation in table.values)
    for conversation, kinds in found:
        for kind in kinds:
            if kind not in FILE_KINDS:
                table.wrong(
                    conversation, f'holds "{kind}"; known are {", ".join(FILE_KINDS)}{suggestion(kind, FILE_KINDS)}'
                )
    return found


def _company(table: TomlTable) -> Company:
    table.allow(("name", "tax_number"))
    return Company(name=table.text("name"), tax_number=table.text("tax_number"))


def _receipt(table: TomlTable) -> ReceiptRules:
    table.allow(_RECEIPT_KEYS)
    return ReceiptRules(
        mode=table.choice("mode", Receipt, _RECEIPT.mode),
        after_seconds=table.number("after_seconds", default=_RECEIPT.after_seconds, least=0, most=60),
        card_template=table.text("card_template", required=False),
        card_key=table.text("card_key", required=False),
        card_calls=table.number("card_calls_a_month", default=CARD_CALLS, least=0, most=10_000_000),
    )
