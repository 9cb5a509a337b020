"""What an organisation decides about its bot: whom it serves, what it hides, in whose name it speaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.problems import Problem, suggestion
from bot.domain.prompt import PromptSet
from bot.domain.receipt import ReceiptRules

FILE = "ocrbot.toml"
FILE_KINDS = ("xlsx", "docx", "json")
MOST_ATTACHMENTS = 9  # of one message: what a phone's album lets people choose at once
MOST_PAGES = 20  # of one file that are read as pictures
MOST_MEMBERS = 20  # of the archives in one message
REMEMBER_MINUTES = 10  # that a question may do without a picture
_RECEIPT = ReceiptRules()


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

    def serves(self, conversation: DingTalkConversation) -> bool:
        """Whether somebody may use the bot where they wrote from; admins may everywhere."""
        if conversation.staff_id and conversation.staff_id in self.admins:
            return True
        if self.people and conversation.staff_id not in self.people:
            return False
        if conversation.conversation_kind is ConversationKind.SINGLE:
            return self.single_chats
        return not self.conversations or conversation.conversation_id in self.conversations

    def masks(self, conversation: DingTalkConversation) -> bool:
        """Whether masked fields are hidden where this answer goes."""
        return self.masking and conversation.conversation_kind is ConversationKind.GROUP


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
