"""The parts of a message that lists what it asks for: 登记用：姓名、编号、发证日期都列出来."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.asking.learned.features import Look, look_at
from bot.domain.asking.learned.masking import plain
from bot.domain.asking.lexicon import Lexicon
from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.prompt import squeezed

_JOINT = re.compile(r"[、，,；;：:。.？?！!\s/+]+|还有|以及|连同|和|跟|及|与|顺便")
_BEFORE_LIST = re.compile(r"^(?:请|麻烦|帮我|给我|我?就?只?要|把|提取?|摘|填表?用?|登记用?)+(?=..)")
_BEHIND_LIST = re.compile(
    r"(?<=..)(?:都|全|全部|一起|分别|各|各是|是)*(?:要|列|念|报|发|给|抄|写|摘|整理|提|录)*(?:个?表)?"
    r"(?:一下|出来|给我|我|下|多少|什么|谢谢|[一二两三四五六]?[项样个]|即可|就行)*$"
)
_MOST_PARTS, _LONGEST_PART = 8, 16  # characters
_SAYS_NOTHING: Final = frozenset({PartOfSpeech.FILLER, PartOfSpeech.OF, PartOfSpeech.PAPER, PartOfSpeech.BREAK})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPart:
    """A part of a list as its features, and the name of a field if that is all that it says."""

    look: Look
    name: str = ""


def listed_parts(message: str, lexicon: Lexicon) -> Sequence[ListedPart]:
    """Return the parts of a message that lists things, none of one that does not."""
    split = [part for part in _JOINT.split(message) if part.strip()]
    parts = [_BEHIND_LIST.sub("", _BEFORE_LIST.sub("", part)) for part in split]
    if not 1 < len(parts) <= _MOST_PARTS or max(map(len, parts)) > _LONGEST_PART:
        return ()
    return [ListedPart(look=look_at(part, lexicon), name=_only_name(part, lexicon)) for part in parts]


def _only_name(part: str, lexicon: Lexicon) -> str:
    said = [token for token in lexicon.tokens_of(squeezed(plain(part))) if token.part not in _SAYS_NOTHING]
    is_name = len(said) == 1 and said[0].part is PartOfSpeech.FIELD and not said[0].is_question
    return said[0].word if is_name else ""
