"""What became of messages, by what the look-alike has recorded and nothing else."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.task import task_id
from bot.lookalike import Entry

_NUMBER = re.compile(r"编号\s*([0-9a-f]{20})")
_MARK = texts.answers.repeat_notice().strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that somebody posted; `expects` is in its answer, in a chat `alone` there is no other message."""

    message_id: str
    conversation: str
    expects: str
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A visible outcome of a message: what its person sees, and whether it says that it may be a repetition."""

    text: str
    marked: bool
    when: float  # Unix seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How many messages had which outcomes."""

    messages: int
    answered: int = 0
    sentences: int = 0  # that say why there is no answer
    lost: tuple[str, ...] = ()  # the tasks of messages without an outcome
    marked: int = 0  # messages with further outcomes, of which all but one say that they may be repetitions
    twice: tuple[str, ...] = ()  # the tasks of messages with further outcomes that do not say so
    wrong: tuple[str, ...] = ()  # what else must not be, as sentences

    def holds(self, *, may_repeat: bool) -> bool:
        """Return whether each message has one visible outcome, or more where that `may_repeat` and they say so."""
        return not (self.lost or self.twice or self.wrong) and (may_repeat or not self.marked)


def outcomes_of(sent: Sequence[Sent], entries: Iterable[Entry]) -> dict[str, list[Outcome]]:
    """Return the outcomes of each message in their order, by its id."""
    alone = {each.conversation: each.message_id for each in sent if each.alone}
    by_task = {task_id(each.message_id): each.message_id for each in sent}
    known = set(by_task.values())
    found = defaultdict[str, list[Outcome]](list)
    for entry in entries:
        if not entry.from_bot:
            continue
        if entry.conversation in alone:
            parts = {alone[entry.conversation]: entry.text}
        else:
            parts = _sections(entry.text, by_task)
            parts |= {entry.answers: entry.text} if not parts and entry.answers in known else {}
        for message_id, text in parts.items():
            found[message_id].append(Outcome(text=text, marked=_MARK in text, when=entry.when))
    return found


def judge(sent: Sequence[Sent], entries: Iterable[Entry]) -> Verdict:
    """Return what became of these messages."""
    outcomes = outcomes_of(sent, entries)
    firsts = {each.message_id: outcomes[each.message_id][:1] for each in sent}
    answered = sum(each.expects in outcome.text for each in sent for outcome in firsts[each.message_id])
    again = [each.message_id for each in sent if len(outcomes[each.message_id]) > 1]
    twice = [message_id for message_id in again if sum(not one.marked for one in outcomes[message_id]) > 1]
    return Verdict(
        messages=len(sent),
        answered=answered,
        sentences=sum(map(len, firsts.values())) - answered,
        lost=tuple(task_id(each.message_id) for each in sent if not firsts[each.message_id]),
        marked=len(again) - len(twice),
        twice=tuple(map(task_id, twice)),
    )


def _sections(text: str, by_task: dict[str, str]) -> dict[str, str]:
    """Return the parts of a message that several answers may share, by the message that each answers."""
    sections, begin = dict[str, str](), 0
    for number in _NUMBER.finditer(text):
        if number[1] in by_task:
            message_id = by_task[number[1]]
            sections[message_id] = sections.get(message_id, "") + text[begin : number.end()]
        begin = number.end()
    return sections


def told_of(sent: Sequence[Sent], entries: Iterable[Entry]) -> str:
    """Return all outcomes of messages as lines for a person: the task, what it expects, what was seen and when."""
    outcomes = outcomes_of(sent, entries)
    lines = list[str]()
    for each in sent:
        lines.append(f"{task_id(each.message_id)} {each.message_id} expects {each.expects!r}")
        lines += [f"    {outcome.when:.2f} {outcome.text!r}" for outcome in outcomes[each.message_id]]
    return "\n".join(lines)
