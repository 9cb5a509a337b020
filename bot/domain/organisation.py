"""What an organisation decides about its bot: whom it serves, what it hides, in whose name it speaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.message import Address, ConversationKind
from bot.domain.problems import Problem, suggestion
from bot.domain.prompts import PromptSet
from bot.domain.receipt import CARD_CALLS, CARD_KEY, CARD_TEMPLATE, Receipt, ReceiptRules
from bot.domain.toml_tables import Table, read_toml

FILE = "ocrbot.toml"
FILE_KINDS = ("xlsx", "docx", "json")
MOST_ATTACHMENTS = 9  # of one message: what a phone's album lets people choose at once
MOST_PAGES = 20  # of one file that are read as pictures
MOST_MEMBERS = 20  # of the archives in one message
REMEMBER_MINUTES = 10  # that a question may do without a picture
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


class DuplicateScope(StrEnum):
    """Among whose invoices the same one counts as a duplicate."""

    OFF = "off"
    PERSON = "person"
    GROUP = "group"
    COMPANY = "company"


class Gate(StrEnum):
    """What changed prompts must have passed before a running bot takes them."""

    CHECK = "check"  # `ocrbot prompts check`
    EXAMPLES = "examples"  # and their examples: `ocrbot prompts test --accept`


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A buyer that invoices may be made out to: both must be on them."""

    name: str
    tax_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """All of it. Conversations and people go by DingTalk's ids; none at all means everybody."""

    provider: str = ""  # who provides the service, one line
    contact: str = ""  # whom to turn to, one line
    bot_names: tuple[str, ...] = ()  # what people call the bot without an @
    admins: tuple[str, ...] = ()  # staff ids
    conversations: tuple[str, ...] = ()  # groups that may use it
    people: tuple[str, ...] = ()  # staff ids that may use it
    single_chats: bool = True
    defaults: tuple[tuple[str, str], ...] = ()  # conversation to the prompt for messages that name none
    files: tuple[tuple[str, tuple[str, ...]], ...] = ()  # conversation to the kinds of files that go with its answers
    companies: tuple[Company, ...] = ()
    duplicate_scope: DuplicateScope = DuplicateScope.GROUP
    masking: bool = True  # of masked fields, in groups
    most_attachments: int = MOST_ATTACHMENTS
    most_pages: int = MOST_PAGES
    most_members: int = MOST_MEMBERS
    remember_minutes: int = REMEMBER_MINUTES  # 0: every question needs its picture
    receipt: ReceiptRules = _RECEIPT
    gate: Gate = Gate.CHECK

    def default_for(self, conversation_id: str) -> str | None:
        """Return the name of the prompt that this conversation's messages are read with when they name none."""
        return dict(self.defaults).get(conversation_id)

    def files_for(self, conversation_id: str) -> tuple[str, ...]:
        """Return the kinds of files that go with this conversation's answers when a message names none."""
        return dict(self.files).get(conversation_id, ())

    def serves(self, address: Address) -> bool:
        """Whether somebody may use the bot where they wrote from; admins may everywhere."""
        if address.staff_id and address.staff_id in self.admins:
            return True
        if self.people and address.staff_id not in self.people:
            return False
        if address.conversation_kind is ConversationKind.SINGLE:
            return self.single_chats
        return not self.conversations or address.conversation_id in self.conversations

    def masks(self, address: Address) -> bool:
        """Whether masked fields are hidden where this answer goes."""
        return self.masking and address.conversation_kind is ConversationKind.GROUP


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


def misfits(organisation: Organisation, prompts: PromptSet) -> list[Problem]:
    """Return the defaults that no prompt can serve."""
    return list(_misfits(organisation, prompts))


def _misfits(organisation: Organisation, prompts: PromptSet) -> Iterable[Problem]:
    names = [prompt.name for prompt in prompts.prompts]
    for conversation, name in organisation.defaults:
        prompt = prompts.named(name)
        if prompt is None:
            what = f'names "{name}", which is no prompt{suggestion(name, names)}'
            yield Problem(file=FILE, key=f"defaults.{conversation}", what=what)
        elif prompt.takes_input:
            what = f'names "{name}", which needs to be told what to find'
            yield Problem(file=FILE, key=f"defaults.{conversation}", what=what)


def _files(table: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = tuple((conversation, table.words(conversation)) for conversation in table.values)
    for conversation, kinds in found:
        for kind in kinds:
            if kind not in FILE_KINDS:
                table.wrong(
                    conversation, f'holds "{kind}"; known are {", ".join(FILE_KINDS)}{suggestion(kind, FILE_KINDS)}'
                )
    return found


def _company(table: Table) -> Company:
    table.allow(("name", "tax_number"))
    return Company(name=table.text("name"), tax_number=table.text("tax_number"))


def _receipt(table: Table) -> ReceiptRules:
    table.allow(_RECEIPT_KEYS)
    return ReceiptRules(
        mode=table.choice("mode", Receipt, _RECEIPT.mode),
        after_seconds=table.number("after_seconds", default=_RECEIPT.after_seconds, least=0, most=60),
        card_template=table.text("card_template", required=False) or CARD_TEMPLATE,
        card_key=table.text("card_key", required=False) or CARD_KEY,
        card_calls=table.number("card_calls_a_month", default=CARD_CALLS, least=0, most=10_000_000),
    )
