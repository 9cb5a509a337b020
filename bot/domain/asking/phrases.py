"""Find out what a person does with a message by its shape. The words and shapes are those of `grammar`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from bot.domain.asking.bot_names import without_bot_names
from bot.domain.asking.field_names import fields_named, is_synonym
from bot.domain.asking.grammar import SHAPES, Act, Shape
from bot.domain.asking.implied_fields import IMPLIED
from bot.domain.asking.phrase_words import WORDS
from bot.domain.prompt import FieldSpec, Prompt, squeezed, squeezed_word

_END = ""  # in a tree of words: a word ends here
_LONGEST = 60  # characters: what is longer says more than one thing
_BETWEEN = r"[,;:!?。、…~]*"
_OPENING = re.compile(
    r"^(?:[,;:!?.。、…~]|请问|请|麻烦你|麻烦|帮我|帮忙|替我|能不能|可不可以|可以帮我|能帮我|能|那么|那个(?=[^的])|嗨|诶|哎"
    r"|please|pls|couldyou|canyou)"
)
_CLOSING = re.compile(r"(?:[,;:!?.。、…~]|吧|呢|吗|嘛|(?<![什怎多这那要])么|呀|啊|哦|哈|哇|呗|呐|哟|please|pls)$")
_SEPARATOR = re.compile(r"[、,;和与及跟]|以及|还有|and")
_MOST_FIELDS = 8
_PAPER = frozenset({"which", "measure", "noun", "of"})  # which paper a question is about
_SHORTEST_FIELD = 2  # characters
_LONGEST_FIELD, _LONGEST_UNKNOWN = 24, 10  # characters
_SLOTS = {
    "FIELDS": rf"(?P<fields>.{{1,{_LONGEST_FIELD * 2}}}?)",
    "FIELD": rf"(?P<fields>.{{1,{_LONGEST_FIELD}}}?)",
    "VALUE": r"(?P<value>(?!.*(?:多少|什么|谁|哪|几)).{1,40}?)",
    "NAME": r"(?P<name>(?![这那刚上前我你])[\u4e00-\u9fff·]{2,4}?)",
}
_FIELD_IMPLIED = {squeezed_word(said): (name,) for name, phrases in IMPLIED.items() for said in phrases}
_IS_IT = re.compile(r"(?<![不就还])是(?!不是|否)(.{1,20})[吗嘛么][?!。]*$")  # 金额是100吗 means 金额是不是100
# What is no field's name, although a question may be asked about it.
_NO_FIELD = re.compile(
    r"[我你您他她它谁哪啥吗]|什么|怎么|为什么|这里|今天|天气|现在|人家|大家|时候|意思|应该|有没有|是不是|能不能|可不可以|名字$|公司$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What a message does, with the names of fields as the person wrote them, and the value given for one."""

    act: Act
    fields: tuple[str, ...] = ()
    value: str = ""
    language: str = ""


def phrase_in(text: str, prompts: Sequence[Prompt], bot_names: Sequence[str] = ()) -> Phrase | None:
    """Return what `text` does as a whole, None if it has no shape of the grammar.

    Names of kinds of documents count as nouns, so that 这张发票多少钱 and 这张多少钱 are the same question.
    """
    message = without_bot_names(text, bot_names)
    if not message or len(message) > _LONGEST:
        return None
    specs = tuple(spec for prompt in prompts for spec in (*prompt.fields, *prompt.columns))
    # The words of `call_words`, without folding each of them for every message.
    words = (word for prompt in prompts for word in (prompt.title, *prompt.commands, *prompt.hints))
    kinds = tuple(sorted({squeezed_word(word) for word in words}))
    # 金额 日期 is a list of two, 帮我 看看 is not.
    spellings = dict.fromkeys(
        _bare(squeezed(spelling))
        for spelling in (
            re.sub(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])", "、", message),
            message,
            _IS_IT.sub(r"是不是\1", message),
        )
    )
    for shape, patterns in _patterns(kinds):
        for pattern, spelling in product(patterns, spellings):
            match = pattern.fullmatch(spelling)
            phrase = _phrase(shape, match, specs, kinds) if match is not None else None
            if phrase is not None:
                return phrase
    return None


def _bare(message: str) -> str:
    """Return `message` without polite phrases, fillers, and particles and punctuation at its ends, never empty."""
    while True:
        shorter = _CLOSING.sub("", _OPENING.sub("", message)).replace("一下", "")
        if shorter in ("", message):
            return message
        message = shorter


def _phrase(shape: Shape, match: re.Match[str], specs: Sequence[FieldSpec], kinds: Sequence[str]) -> Phrase | None:
    parts = match.groupdict()
    names = _FIELD_IMPLIED.get(parts.get("implied") or "", shape.fields)
    if parts.get("fields"):
        names = tuple(dict.fromkeys(filter(None, _SEPARATOR.split(parts["fields"]))))
        names = tuple(part for name in names for part in _run_together(name))
        known = all(_is_field(name, specs, kinds) for name in names)
        if not names or len(names) > _MOST_FIELDS or not (known or (not shape.known and _may_be_field(names))):
            return None
    return Phrase(
        act=shape.act,
        fields=names,
        value=parts.get("value") or "",
        language=parts.get("language") or "",
    )


def _run_together(name: str) -> tuple[str, ...]:
    """Return the two fields of which `name` is made, such as 抬头税号, or `name` alone."""
    if len(name) > _LONGEST_UNKNOWN or is_synonym(name):
        return (name,)
    halves = ((name[:at], name[at:]) for at in range(_SHORTEST_FIELD, len(name) - _SHORTEST_FIELD + 1))
    return next((pair for pair in halves if all(map(is_synonym, pair))), (name,))


def _is_field(name: str, specs: Sequence[FieldSpec], kinds: Sequence[str]) -> bool:
    """Return whether `name` means a field or a column of some kind, as a word of its own: 识别 is no 识别号."""
    if name in kinds or len(name) < _SHORTEST_FIELD:
        return False
    return is_synonym(name) or any(
        any(name == squeezed_word(word) or squeezed_word(word).endswith(name) for word in (spec.name, *spec.labels))
        for spec in fields_named(name, specs)
    )


def _may_be_field(names: Sequence[str]) -> bool:
    return all(_SHORTEST_FIELD <= len(name) <= _LONGEST_UNKNOWN and not _NO_FIELD.search(name) for name in names)


@lru_cache(maxsize=8)
def _patterns(kinds: tuple[str, ...]) -> tuple[tuple[Shape, tuple[re.Pattern[str], ...]], ...]:
    """Return the patterns of each shape: 发票号码 is first a field's name as a whole, then the number of an invoice."""
    return tuple(
        (shape, tuple(re.compile(_pattern(shape.tokens, kinds, lazy=lazy)) for lazy in (True, False)))
        for shape in SHAPES
    )


def _pattern(tokens: str, kinds: tuple[str, ...], *, lazy: bool) -> str:
    return _BETWEEN.join(["", *(_token(token, kinds, lazy=lazy) for token in tokens.split()), ""])


def _token(token: str, kinds: tuple[str, ...], *, lazy: bool) -> str:
    name = token.rstrip("?*")
    if name in _SLOTS:
        return _SLOTS[name]
    if name == "LANGUAGE":
        return f"(?P<language>{_any_of(WORDS['language'])})"
    if name == "IMPLIED":
        return f"(?P<implied>{_any_of(_FIELD_IMPLIED)})"
    words = (*WORDS[name], *kinds) if name == "noun" else WORDS[name]
    return f"(?:{_any_of(words)}){token[len(name) :]}{'?' if lazy and name in _PAPER else ''}"


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of `words`, the longest first, that looks at each character of a message once.

    `_bare` leaves 一下 out of messages, and so it is left out of the words.
    """
    tree: dict[str, Any] = {}
    for word in {squeezed_word(word).replace("一下", "") for word in words} - {""}:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[_END] = {}
    return _branches(tree)


def _branches(tree: Mapping[str, Any]) -> str:
    endings = [re.escape(char) + _branches(node) for char, node in sorted(tree.items()) if char != _END]
    if not endings:
        return ""
    alone = len(endings) == 1 and _END not in tree
    return endings[0] if alone else f"(?:{'|'.join(endings)}){'?' if _END in tree else ''}"
