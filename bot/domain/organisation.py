"""An organisation's settings for its bot: whom it serves, what it hides, who provides it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.attachment_format import Format
from bot.domain.limits import MOST_ATTACHMENTS, MOST_MEMBERS, MOST_PAGES
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.problems import Problem, suggestion
from bot.domain.prompt_set import PromptSet
from bot.domain.receipt import ReceiptRules

FILE = "ocrbot.toml"
REMEMBER_MINUTES = 10  # during which a question about the last picture needs no picture
_RECEIPT = ReceiptRules()


class DuplicateScope(StrEnum):
    """Whose invoices are compared with each other to find duplicates."""

    OFF = "off"
    PERSON = "person"
    GROUP = "group"
    COMPANY = "company"


class Gate(StrEnum):
    """What changed prompts must pass before a running bot uses them."""

    CHECK = "check"  # `ocrbot prompts check`
    EXAMPLES = "examples"  # also their examples: `ocrbot prompts test --accept`


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A buyer that invoices may be made out to; they must show both its name and its tax number."""

    name: str
    tax_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody of the organisation, as DingTalk knows them."""

    staff_id: str
    nick: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The contents of ocrbot.toml. Conversations and people are DingTalk's ids; an empty list means all of them."""

    provider: str = ""  # who provides the service, one line
    contact: str = ""  # whom to turn to, one line
    bot_names: tuple[str, ...] = ()  # what people call the bot without an @
    admins: tuple[str, ...] = ()  # staff ids
    conversations: tuple[str, ...] = ()  # groups that may use it
    people: tuple[str, ...] = ()  # staff ids that may use it
    single_chats: bool = True
    defaults: tuple[tuple[str, str], ...] = ()  # from a conversation to the prompt for messages that name none
    files: tuple[tuple[str, tuple[Format, ...]], ...] = ()  # from a conversation to the files sent with its answers
    companies: tuple[Company, ...] = ()
    duplicate_scope: DuplicateScope = DuplicateScope.GROUP
    masking: bool = True  # hide masked fields in groups
    most_attachments: int = MOST_ATTACHMENTS
    most_pages: int = MOST_PAGES
    most_members: int = MOST_MEMBERS
    remember_minutes: int = REMEMBER_MINUTES  # 0: a question always needs its picture
    receipt: ReceiptRules = _RECEIPT
    gate: Gate = Gate.CHECK

    def default_for(self, conversation_id: str) -> str | None:
        """Return the name of the prompt for this conversation's messages that name none, None if it has no default."""
        return dict(self.defaults).get(conversation_id)

    def files_for(self, conversation_id: str) -> tuple[Format, ...]:
        """Return the formats of the files sent with this conversation's answers if the message names none."""
        return dict(self.files).get(conversation_id, ())

    def serves(self, conversation: DingTalkConversation) -> bool:
        """Whether this person may use the bot in this conversation; admins may use it everywhere."""
        if conversation.staff_id and conversation.staff_id in self.admins:
            return True
        if self.people and conversation.staff_id not in self.people:
            return False
        if conversation.conversation_kind is ConversationKind.SINGLE:
            return self.single_chats
        return not self.conversations or conversation.conversation_id in self.conversations

    def masks(self, conversation: DingTalkConversation) -> bool:
        """Whether answers to this conversation hide masked fields."""
        return self.masking and conversation.conversation_kind is ConversationKind.GROUP


def misfits(organisation: Organisation, prompts: PromptSet) -> list[Problem]:
    """Return the problems with conversations' defaults: prompts that do not exist or need input."""
    names = [prompt.name for prompt in prompts.prompts]
    problems = []
    for conversation, name in organisation.defaults:
        prompt = prompts.named(name)
        if prompt is None:
            what = f'names "{name}", which is no prompt{suggestion(name, names)}'
        elif prompt.takes_input:
            what = f'names "{name}", which needs to be told what to find'
        else:
            continue
        problems.append(Problem(file=FILE, key=f"defaults.{conversation}", what=what))
    return problems
