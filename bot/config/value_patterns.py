"""Whether a regular expression of a prompt file can be used: it must take no longer than the text is long."""

import re
from collections.abc import Iterator

from bot.domain.prompt import UnusablePattern, value_pattern

_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[^():]*:?|\(|\)|[*+]\??|\{\d*,?\d*\}\??|.", re.DOTALL)
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")  # how a part begins that repeats what is before it without an end


def unusable(pattern: str, *, has_value: bool = True) -> Iterator[str]:
    """Yield what is wrong with a pattern and what to do; `has_value` of those whose first group is a value."""
    try:
        groups = value_pattern(pattern).groups
    except UnusablePattern as error:
        yield f"holds {pattern}, {error}"
        return
    if _nests_repeats(pattern):
        yield f"holds {pattern}, which repeats without an end what repeats itself, as (a+)+ does: repeat it once"
    elif has_value and not groups:
        yield f"holds {pattern}, which needs the value in round brackets: (…)"


def _nests_repeats(pattern: str) -> bool:
    """Return whether a part that repeats without an end holds another one."""
    groups, closed = [False], False  # whether each open group, and the one just closed, holds such a part
    for part in _PART.findall(pattern):
        if _ENDLESS.match(part):
            if closed:
                return True
            groups[-1] = True
        elif part.startswith("(") and not part.startswith("(?#"):
            groups.append(False)
        elif part == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] = groups[-1] or closed
            continue
        closed = False
    return False
