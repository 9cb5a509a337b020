"""What a question word stands for beside a name of its type: 多少 asks in 手续费多少 for no other sum."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.domain.asking.learned.features import Hint, Look
from bot.domain.asking.learned.kinds import KnownKind
from bot.domain.asking.words.verbs import DATE, SUM
from bot.domain.prompt import FieldType

IN_PASSING: Final = frozenset({"酒店", "宾馆", "旅馆", "饭店", "hotel", "公司", "银行"})
_GENERAL: Final = {SUM: frozenset({FieldType.MONEY}), DATE: frozenset({FieldType.DATE, FieldType.DATE_TIME})}


def without_general_names(look: Look, hint: Hint, kind: KnownKind) -> tuple[Look, Hint]:
    """Return what a message says without the names for which only a question word stands beside one of their type.

    Nor with those that say where something is asked for: the 宾馆 of 宾馆总共刷了几百 is no 酒店名称.
    """
    names = {*look.names, *hint.names}
    if names & IN_PASSING and ((names - IN_PASSING) or look.ways):
        look = replace(look, names=tuple(name for name in look.names if name not in IN_PASSING))
        hint = replace(hint, names=tuple(name for name in hint.names if name not in IN_PASSING))
        names -= IN_PASSING
    general = {name for name in _GENERAL if name not in look.names and (name in names or name in look.ways)}
    others = names - general
    if not general or not others:
        return look, hint
    types = _types(kind)
    said = {types.get(meant[0]) for name in others if (meant := kind.named(name))}
    left_out = {name for name in general if said & _GENERAL[name]}
    if not left_out:
        return look, hint
    return (
        replace(look, ways=tuple(name for name in look.ways if name not in left_out)),
        replace(hint, names=tuple(name for name in hint.names if name not in left_out)),
    )


@lru_cache(maxsize=256)
def _types(kind: KnownKind) -> Mapping[str, FieldType]:
    return {spec.name: spec.type for spec in (*kind.prompt.columns, *kind.prompt.fields)}
