"""The parts of a message that lists what it asks for: 登记用：姓名、编号、发证日期都列出来."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.asking.learned.features import Hint, Look, look_at
from bot.domain.asking.learned.masking import plain
from bot.domain.asking.lexicon import Lexicon, Token
from bot.domain.asking.questions import fields_asked, joined
from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.prompt import squeezed

_JOINT = re.compile(r"[、，,；;：:。.？?！!\s/+]+|还有|以及|连同|和|跟|及|与|顺便")
_LATIN_JOINT = re.compile(r"[,;:.?!&+/]+(?:\s+(?:and|also)\b)?(?=\s|$)|[&+/]|\b(?:and|n|plus|as well as|also|then)\b")
_BEFORE_LIST = re.compile(r"^(?:请|麻烦|帮我|给我|我?就?只?要|把|提取?|摘|填表?用?|登记用?)+(?=..)")
_BEHIND_LIST = re.compile(
    r"(?<=..)(?:都|全|全部|一起|分别|各|各是|是)*(?:要|列|念|报|发|给|抄|写|摘|整理|提|录)*(?:个?表)?"
    r"(?:一下|出来|给我|我|下|多少|什么|谢谢|[一二两三四五六]?[项样个]|即可|就行)*$"
)
_MOST_PARTS, _LONGEST_PART, _LONGEST_LATIN_PART = 8, 16, 40  # characters
_SAYS_NOTHING: Final = frozenset({PartOfSpeech.FILLER, PartOfSpeech.OF, PartOfSpeech.PAPER, PartOfSpeech.BREAK})
_SAID_OF_NAMES: Final = _SAYS_NOTHING | {PartOfSpeech.FIELD, PartOfSpeech.MUCH, PartOfSpeech.WHAT, PartOfSpeech.IS}
_SHORT_NAMES: Final = {"税": "税额", "钱": "金额", "号": "号码", "价": "金额", "名": "名称"}
"""What one character means that is all that is said in a part of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPart:
    """A part of a list as its features, what the grammar takes it for, and the name that is all that it says."""

    look: Look
    hint: Hint
    name: str = ""


def listed_parts(message: str, lexicon: Lexicon) -> Sequence[ListedPart]:
    """Return the parts of a message that lists things, none of one that does not."""
    said = plain(message)
    if said.isascii():
        parts = [part for part in _LATIN_JOINT.split(said) if part.strip()]
        everything = [*lexicon.latin_tokens_of(said)]
    else:
        split = [part for part in _JOINT.split(message) if part.strip()]
        parts = [_BEHIND_LIST.sub("", _BEFORE_LIST.sub("", part)) for part in split]
        everything = joined(lexicon.tokens_of(squeezed(said.replace(" ", ","))), lexicon)
    whole = [token.word for token in everything if token.part is PartOfSpeech.FIELD and not token.is_question]
    longest = _LONGEST_LATIN_PART if said.isascii() else _LONGEST_PART
    if len(parts) <= 1 or max(map(len, parts)) > longest or len(parts) > _MOST_PARTS:
        return () if said.isascii() else _named_alone(everything, whole, lexicon)
    return [_part(part, whole, lexicon) for part in parts]


def _part(part: str, whole: Sequence[str], lexicon: Lexicon) -> ListedPart:
    meant = plain(part)
    names = () if meant.isascii() else fields_asked(squeezed(meant), lexicon)
    return ListedPart(
        look=look_at(part, lexicon),
        hint=Hint(act="ask" if names else "none", names=names, whole=bool(names)),
        name=_with_owner(_only_name(meant, lexicon), whole),
    )


def _named_alone(tokens: Sequence[Token], names: Sequence[str], lexicon: Lexicon) -> Sequence[ListedPart]:
    """Return the names that stand one behind the other and are all that a message says: 付款方户名账号."""
    if not 1 < len(names) <= _MOST_PARTS or any(token.part not in _SAID_OF_NAMES for token in tokens):
        return ()
    return [ListedPart(look=look_at(name, lexicon), hint=Hint(), name=name) for name in names]


def _with_owner(name: str, whole: Sequence[str]) -> str:
    """Return a name as the whole message means it: the 账号 of 付款方户名和账号 is the 付款方账号."""
    longer = [one for one in whole if name and one.endswith(name)]
    return longer[0] if len(longer) == 1 else name


def _only_name(meant: str, lexicon: Lexicon) -> str:
    tokens = lexicon.latin_tokens_of(meant) if meant.isascii() else lexicon.tokens_of(squeezed(meant))
    said = [token for token in tokens if token.part not in _SAYS_NOTHING]
    if len(said) == 1 and said[0].word in _SHORT_NAMES:
        return _SHORT_NAMES[said[0].word]
    is_name = len(said) == 1 and said[0].part is PartOfSpeech.FIELD and not said[0].is_question
    return said[0].word if is_name else ""
