"""What messages lead to, after a paper of some kind was posted: whether it is what they ask."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.asking.command_words import command_in
from bot.domain.asking.field_names import specs_named
from bot.domain.asking.intent import decide
from bot.domain.asking.learned.request import understood
from bot.domain.asking.request import Request
from bot.domain.message import ConversationKind, DingTalkConversation, Message
from bot.domain.organisation import Organisation
from bot.domain.task import Content, FieldsOfKind, Refer, RunCommand, Say
from tests.learning.compose import Example
from tests.learning.corpus import PROMPTS

ORGANISATION = Organisation(admins=("s1",))
SENDER = DingTalkConversation(
    robot_code="r", conversation_id="c", conversation_kind=ConversationKind.SINGLE, staff_id="s1"
)
COMMONEST = "invoice"  # what people have posted last where the list says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a message led to."""

    way: Example
    content: Content
    request: Request

    @property
    def told(self) -> FieldsOfKind | None:
        """What it does after the paper, if it is about fields of it."""
        kind = COMMONEST if self.way.paper == "-" else self.way.paper
        return next((one for one in self.request.by_kind if one.kind == kind), None)

    @property
    def acts(self) -> bool:
        """Whether something is done about the paper, or a command is run: not only said a line."""
        if isinstance(self.content, Refer) and self.told is None and self.content.otherwise:
            return False  # unless its words are on the paper, which are not known here
        return not isinstance(self.content, Say)

    @property
    def is_right(self) -> bool:
        """Whether one of the expected results came out."""
        return any(self._has(result) for result in self.way.expected.split(" or "))

    def _has(self, result: str) -> bool:
        head, _, detail = result.partition(":")
        command = command_in(self.way.said) or self.request.command
        if head == "command" or command is not None or isinstance(self.content, RunCommand):
            return head == "command" and command is not None and command.value == detail
        if head == "none":
            return not self.acts and self.line == texts.talk.not_understood()
        if self.told is not None:
            if head == "wrong":  # a correction without a value is answered by asking for it
                return self.told.act == "correct" and not self.request.given
            return self.told.act == head and are_meant(self.told.fields, detail, self.way.paper)
        return self._has_without_fields(head, detail)

    @property
    def line(self) -> str:
        """What is said if nothing is done about the paper."""
        return self.content.otherwise if isinstance(self.content, Refer) else getattr(self.content, "text", "")

    def _has_without_fields(self, head: str, detail: str) -> bool:
        request, phrase = self.request, self.request.phrase
        if head in {"ask", "correct"}:
            corrected = phrase.fields if phrase is not None and phrase.act == "correct" else ()
            names = request.wanted_fields if head == "ask" else corrected
            return self.acts and are_meant(names, detail, self.way.paper)
        named = request.prompt.name if request.prompt is not None and not request.wanted_fields else ""
        act = phrase.act.value if phrase is not None else "read" if named and self.acts else ""
        return {
            "files": detail in request.formats,
            "pages": request.pages is not None,
            "kind": named == detail,
        }.get(head, act == head)

    def __str__(self) -> str:
        told = f"{self.told.act} {'+'.join(self.told.fields)}" if self.told else ""
        request = self.request
        act = request.phrase.act.value if request.phrase else ""
        prompt = request.prompt.name if request.prompt else ""
        found = (type(self.content).__name__, request.command or "", told or act, prompt, *request.wanted_fields)
        return f"{self.way.paper} | {self.way.expected} | {self.way.said} -> {' '.join(filter(None, found))}"


def tried(ways: Iterable[Example]) -> list[Outcome]:
    """Return what each message led to."""
    return [Outcome(way=way, content=content_for(way.said), request=understood(way.said, PROMPTS, ())) for way in ways]


def content_for(said: str) -> Content:
    message = Message(id="m1", conversation=SENDER, created_at=1.0, text=said)
    return decide(message, PROMPTS, ORGANISATION, now=2.0).content


def fields_meant(names: Sequence[str], paper: str, others: Collection[str] = ()) -> frozenset[str]:
    """Return the names of the paper's fields or columns that are meant, "?" for a name that means none.

    One of the `others`, which the kind has no field for, is meant by a name that has it in it or is a part of it.
    """
    prompt = PROMPTS.named(paper)
    if prompt is None:
        return frozenset({"?"})
    meant = [
        {spec.name for spec in specs_named(name, prompt)}
        | {other for other in others if other in name or (len(name) > 1 and name in other)}
        for name in names
    ]
    return frozenset[str]().union(*meant) | ({"?"} if not all(meant) else set())


def are_meant(names: Sequence[str], expected: str, paper: str) -> bool:
    """Return whether `names` mean the expected fields and no others."""
    groups = [set(group.split("/")) for group in expected.split("+")]
    prompt = PROMPTS.named(paper)
    known = {spec.name for spec in (*prompt.fields, *prompt.columns)} if prompt is not None else set()
    meant = fields_meant(names, paper, set().union(*groups) - known)
    return meant <= set().union(*groups) and all(meant & group for group in groups)


def report(title: str, outcomes: Sequence[Outcome]) -> str:
    """Return the share that is right, how much about no paper acts, and a line for each miss."""
    misses = [outcome for outcome in outcomes if not outcome.is_right]
    aside = [outcome for outcome in outcomes if "none" in outcome.way.expected.split(" or ")]
    taken = [outcome for outcome in aside if outcome.acts]
    right = len(outcomes) - len(misses)
    share = right / len(outcomes) if outcomes else 1
    heading = f"[{title}] {right} of {len(outcomes)}: {share:.1%}; {len(taken)} of {len(aside)} about no paper act"
    return "\n".join([heading, *map(str, misses)])
