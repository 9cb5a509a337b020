"""The kinds of documents as what was learned sees them, prepared once for a set of prompts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.domain.asking.field_names import specs_named
from bot.domain.asking.learned.features import Hint, Look
from bot.domain.asking.learned.topics import topic_of
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet

EVIDENCE = 6
_MOST_NAMES = 2000  # that are remembered


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownKind:
    """A kind of document with the topics of its fields and columns."""

    prompt: Prompt
    topics: Mapping[str, str]  # by the names of fields
    meant: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what names were found to mean

    def named(self, name: str) -> tuple[str, ...]:
        """Return the names of the fields, or else columns, that are meant by `name`."""
        if name not in self.meant:
            if len(self.meant) >= _MOST_NAMES:
                self.meant.clear()
            self.meant[name] = tuple(spec.name for spec in specs_named(name, self.prompt))
        return self.meant[name]

    def evidence_in(self, look: Look, hint: Hint) -> Mapping[str, Sequence[float]]:
        """Return by the names of fields what else speaks for each, as EVIDENCE numbers; not those without any.

        The numbers are: its name is said; a way of asking for it is; it is the only name said; the grammar found it;
        and it did so in the message as a whole; it is one of several names.
        """
        found: dict[str, list[float]] = {}
        number = 0
        for place, names in ((0, _whole(look.names, hint.names)), (1, look.ways), (3, hint.names)):
            for name in names:
                meant = self.named(name)
                number += bool(meant) and not place
                if meant:
                    found.setdefault(meant[0], [0.0] * EVIDENCE)[place] = 1.0
        for evidence in found.values():
            evidence[2] = evidence[0] * (number == 1)
            evidence[4] = evidence[3] * hint.whole
            evidence[5] = evidence[0] * (number > 1)
        return found


def _whole(names: Sequence[str], longer: Sequence[str]) -> Sequence[str]:
    """Return the names that are no part of a longer one in Latin letters: the room of room rate is no 房号."""
    latin = [name for name in longer if name.isascii()]
    return [name for name in names if not any(name != one and name in one for one in latin)] if latin else names


def known_kind(prompt: Prompt) -> KnownKind:
    """Return a kind with its topics."""
    specs = (*prompt.fields, *prompt.columns)
    return KnownKind(prompt=prompt, topics={spec.name: topic_of(prompt.name, spec.name) for spec in specs})


def known_kinds(prompts: PromptSet) -> tuple[KnownKind, ...]:
    """Return the kinds that have fields; remembered for a set, whose comparison would take longer than a message."""
    return _known_kinds(_Same(prompts))


class _Same:
    """A set of prompts that equals itself alone."""

    __slots__ = ("prompts",)

    def __init__(self, prompts: PromptSet) -> None:
        self.prompts = prompts

    def __hash__(self) -> int:
        return id(self.prompts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.prompts is self.prompts


@lru_cache(maxsize=4)
def _known_kinds(same: _Same) -> tuple[KnownKind, ...]:
    return tuple(known_kind(prompt) for prompt in same.prompts.prompts if prompt.fields)
