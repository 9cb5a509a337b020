"""Patterns for the shapes of the grammar. A pattern is made when a message first holds the words that it needs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from bot.domain.asking.grammar import SHAPES, Shape
from bot.domain.asking.words.phrase_words import WORDS
from bot.domain.prompt import squeezed_word

_END = ""  # in a tree of words: a word ends here
_BETWEEN = r"[,;:!?。、…~]*"
_PAPER = frozenset({"which", "measure", "noun", "of"})  # which paper a question is about
_LONGEST_FIELD = 24  # characters
QUESTION: Final = "QUESTION"  # the token of the shape that `questions` finds
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕"
    "罗毕郝邬傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛米贝戴宋庞熊纪舒祝董梁杜阮蓝闵席季贾江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡"
    "凌霍万柯卢莫丁邓洪包石崔龚程裴陆荣翁侯段富焦谷宁仇武刘景叶白蒲赖卓乔闻翟谭温庄晏柴阎冉易廖曾关肖欧聂晁敖辛辜简饶"
)
_SLOTS = {
    "FIELDS": rf"(?P<fields>.{{1,{_LONGEST_FIELD * 2}}}?)",
    "FIELD": rf"(?P<fields>.{{1,{_LONGEST_FIELD}}}?)",
    "VALUE": r"(?P<value>(?!.*(?:多少|什么|谁|哪|几))(?:[^,;!?。]|(?<=\d),(?=\d)){1,40}?)",
    "NUMBER": r"(?P<value>[¥$]?\d[\d.,:/年月日号%-]{0,30}(?:元|块钱|块|万元|万|个点|点)?)了?",
    "NOT": r"(?:[¥$]?\d[\d.,/-]*(?![\d.])[年月日号点%元块万个了]{0,2}|[\u4e00-\u9fff]{1,20}?)",
    "NAME": r"(?P<name>(?!.{0,4}你)(?!金额|项目|高铁|车票|明天|方案|时间|房租|路费|安全|单据|小票)"
    rf"(?:[小老阿][\u4e00-\u9fff]|[{_SURNAMES}](?![张份个页条天年])[\u4e00-\u9fff]{{1,3}}?))",
    "REST": r"(?:.{0,30}?)",
}


def shapes_for(spellings: Sequence[str], kinds: tuple[str, ...]) -> Iterator[tuple[Shape, re.Pattern[str] | None]]:
    """Yield the shapes that the squeezed `spellings` of a message may have, in order, with their patterns.

    The pattern is None for the shape that `questions` finds.
    """
    classes = {name for text in spellings for name in _classes_in(text, kinds)}
    for shape, needed in _needed():
        if shape.tokens == QUESTION:
            yield shape, None
        elif classes >= needed:
            yield shape, _compiled(shape.tokens, kinds)


def _classes_in(text: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield the classes of the words in `text`."""
    classes, beginnings = _classes(kinds)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            word = text[start:end]
            if word not in beginnings:
                break
            yield from classes.get(word, ())


@lru_cache(maxsize=8)
def _classes(kinds: tuple[str, ...]) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """Return the classes of each word, and every beginning of a word."""
    classes: dict[str, tuple[str, ...]] = {}
    for name, words in WORDS.items():
        for word in map(_bare, (*words, *kinds) if name == "noun" else words):
            classes[word] = (*classes.get(word, ()), name)
    return classes, frozenset(word[:end] for word in classes for end in range(1, len(word) + 1))


@lru_cache(maxsize=1)
def _needed() -> tuple[tuple[Shape, frozenset[str]], ...]:
    """Return the classes of which a message with each shape holds a word."""
    return tuple(
        (
            shape,
            frozenset(
                token.lower() for token in shape.tokens.split() if token.lower() in WORDS and token not in _PAPER
            ),
        )
        for shape in SHAPES
    )


@lru_cache(maxsize=1024)
def _compiled(tokens: str, kinds: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_pattern(tokens, kinds))


def _pattern(tokens: str, kinds: tuple[str, ...]) -> str:
    return _BETWEEN.join(["", *(_token(token, kinds) for token in tokens.split()), ""])


def _token(token: str, kinds: tuple[str, ...]) -> str:
    name = token.rstrip("?*")
    if name in _SLOTS:
        return _SLOTS[name]
    if name == "LANGUAGE":
        return f"(?P<language>{_any_of(WORDS['language'])})"
    words = (*WORDS[name], *kinds) if name == "noun" else WORDS[name]
    return f"(?:{_any_of(words)}){token[len(name) :]}{'?' if name in _PAPER else ''}"


@lru_cache(maxsize=256)
def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of `words`, the longest first, that looks at each character of a message once.

    Spellings of messages are without 一下, and so are the words.
    """
    tree: dict[str, Any] = {}
    for word in {*map(_bare, words)} - {""}:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[_END] = {}
    return _branches(tree)


def _bare(word: str) -> str:
    return squeezed_word(word).replace("一下", "")


def _branches(tree: Mapping[str, Any]) -> str:
    behind: dict[str, list[str]] = {}  # characters with the same endings
    for char, node in sorted(tree.items()):
        if char != _END:
            behind.setdefault(_branches(node), []).append(re.escape(char))
    if not behind:
        return ""
    endings = [(chars[0] if len(chars) == 1 else f"[{''.join(chars)}]") + rest for rest, chars in behind.items()]
    alone = len(endings) == 1 and _END not in tree
    return endings[0] if alone else f"(?:{'|'.join(endings)}){'?' if _END in tree else ''}"
