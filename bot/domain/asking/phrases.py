"""Find out what a person does with a message by its shape. The words and shapes are those of `grammar`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.domain.asking.acts import act_in_clauses, act_said
from bot.domain.asking.bot_names import without_bot_names
from bot.domain.asking.clauses import clauses_of, fields_in_clauses
from bot.domain.asking.corrections import correction_in
from bot.domain.asking.grammar import SHAPES, Act, Shape
from bot.domain.asking.lexicon import Lexicon, lexicon
from bot.domain.asking.phrase_words import WORDS
from bot.domain.asking.plain_words import in_plain_words, with_names_meant, with_plain_ending
from bot.domain.asking.questions import fields_asked
from bot.domain.asking.typos import without_typos
from bot.domain.prompt import squeezed, squeezed_word
from bot.domain.prompt_set import PromptSet

_END = ""  # in a tree of words: a word ends here
_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+(?=\S)|(?<=\S)\s+(?=[^\x00-\x7f])")  # beside a Chinese character
_SPACES = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_LONGEST = 80  # characters: what is longer says more than one thing
_BETWEEN = r"[,;:!?。、…~]*"
_OPENING = re.compile(
    r"^(?:[,;:!?.。、…~]|请问|请|麻烦你|麻烦|帮我|帮忙|替我|能不能|可不可以|可以帮我|能帮我|能|那么|那个(?=[^的])|嗨|诶|哎"
    r"|please|pls|couldyou|canyou)"
)
_CLOSING = re.compile(
    r"(?:[,;:!?.。、…~]|来着|吧|呢|吗|嘛|(?<![什怎多这那要])么|呀|啊|哦|哈|哇|呗|呐|哟|啦|喔|诶|咯|急+|please|pls"
    r"|(?<=[\u4e00-\u9fff])(?<![一上以如右左当天地手底楼台足线])下)$"
)
_REMARK = re.compile(
    r"^(?:好的?|收到|谢谢你?|多谢|谢了|嗯+|哦+|对了|你好|您好|在吗|ok|thanks?)[,;:!?.。、…~啊哈呀]+"
    r"|[,;:!?.。、…~]*(?:谢谢[你您]?|谢[啦了]|多谢[你您]?|感谢|拜托了?|辛苦了?|麻烦[啦了]|thanks|thx)[啦了哈啊呀!。~]*$",
)
_SEPARATOR = re.compile(r"[、,;和与及跟]|以及|还有|and")
_MOST_FIELDS = 8
_PAPER = frozenset({"which", "measure", "noun", "of"})  # which paper a question is about
_SHORTEST_FIELD = 2  # characters
_LONGEST_FIELD, _LONGEST_UNKNOWN = 24, 10  # characters
QUESTION = "QUESTION"  # the token of the shape that `questions` finds
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕"
    "罗毕郝邬傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛米贝戴宋庞熊纪舒祝董梁杜阮蓝闵席季贾江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡"
    "凌霍万柯卢莫丁邓洪包石崔龚程裴陆荣翁侯段富焦谷宁仇武刘景叶白蒲赖卓乔闻翟谭温庄晏柴阎冉易廖曾关肖欧聂晁敖辛辜简饶"
)
_SLOTS = {
    "FIELDS": rf"(?P<fields>.{{1,{_LONGEST_FIELD * 2}}}?)",
    "FIELD": rf"(?P<fields>.{{1,{_LONGEST_FIELD}}}?)",
    "VALUE": r"(?P<value>(?!.*(?:多少|什么|谁|哪|几)).{1,40}?)",
    "NUMBER": r"(?P<value>[¥$]?\d[\d.,:/年月日号%-]{0,30}(?:元|块钱|块|万元|万|个点|点)?)了?",
    "NOT": r"(?:[¥$]?\d[\d.,/-]*(?![\d.])[年月日号点%元块万个了]{0,2}|[\u4e00-\u9fff]{1,20}?)",
    "NAME": r"(?P<name>(?!金额|项目|高铁|车票|明天|方案|时间|房租|路费|安全|单据|小票)"
    rf"(?:[小老阿][\u4e00-\u9fff]|[{_SURNAMES}](?![张份个页条天年])[\u4e00-\u9fff]{{1,3}}?))",
    "REST": r"(?:.{0,30}?)",
}
_IS_IT = re.compile(r"(?<![不就还])是(?!不是|否)(.{1,20})[吗嘛么][?!。]*$")  # 金额是100吗 means 金额是不是100
# What is no field's name, although a question may be asked about it.
_NO_FIELD = re.compile(
    r"[我你您他她它谁哪啥吗总哥姐]|什么|怎么|为什么|这里|今天|明天|昨天|天气|现在|人家|大家|时候|意思|应该|有没有|是不是|能不能"
    r"|可不可以|名字$|公司$|的|客户|社保|公积金|个税|工资|奖金|补贴|补助|基数|部|经理|主任|同事|分机|客服|物业|标准|政策|规定|流程|制度|要求|前台|财务|行政|人事|老板|领导|食堂|会议|办公|wifi|密码"
)
# How the name of a field ends that is on no kind of document; other words are things of the world, such as 年终奖.
_FIELD_END = re.compile(
    r"(?:号|号码|编码|代码|日期|时间|[期限量率额价费款]|人|方|单位|型号|规格|地址|方式|条款|名称|等级|材质|电话|比例|数|度|力)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What a message does, with the names of fields as the person wrote them, and the value given for one."""

    act: Act
    fields: tuple[str, ...] = ()
    value: str = ""
    language: str = ""


def phrase_in(text: str, prompts: PromptSet, bot_names: Sequence[str] = ()) -> Phrase | None:
    """Return what `text` does as a whole, None if it has no shape of the grammar.

    Names of kinds of documents count as nouns, so that 这张发票多少钱 and 这张多少钱 are the same question.
    """
    message = without_typos(without_bot_names(text, bot_names))
    if not message or len(message) > _LONGEST:
        return None
    words = lexicon(prompts.kind_words, prompts.field_words)
    plain = in_plain_words(message)
    spellings = _spellings(message)
    for shape, pattern in _patterns(prompts.kind_words):
        if pattern is None:
            listed = squeezed(_SPACE.sub("、", plain))
            fields = fields_asked(listed, words) or fields_asked(with_plain_ending(listed), words)
            if fields:
                return Phrase(act=shape.act, fields=fields)
            continue
        matches = filter(None, map(pattern.fullmatch, spellings))
        phrase = next(filter(None, (_phrase(shape, match, words) for match in matches)), None)
        if phrase is not None:
            return phrase
    act = act_said(squeezed(message), prompts.kind_words)
    return Phrase(act=act) if act is not None else None


def phrase_in_clauses(text: str, prompts: PromptSet) -> Phrase | None:
    """Return what the clauses of `text` do, which has no shape as a whole, None if they do nothing."""
    message = without_typos(text)
    if not message or len(message) > _LONGEST:
        return None
    plain, words = in_plain_words(message), lexicon(prompts.kind_words, prompts.field_words)
    said = squeezed(_SPACES.sub(",", message))
    given = correction_in(said, words) or correction_in(with_names_meant(squeezed(_SPACES.sub(",", plain)), words), words)
    if given is not None:
        return Phrase(act=Act.CORRECT if given.value else Act.WRONG, fields=(given.name,) if given.name else (), value=given.value)
    spaced = squeezed(_SPACES.sub(",", plain))
    meant = with_names_meant(spaced, words)
    fields = fields_in_clauses(meant, words)
    if fields:
        return Phrase(act=Act.ASK, fields=fields)
    act = act_in_clauses(clauses_of(spaced), prompts.kind_words)
    return Phrase(act=act) if act is not None else None


def _spellings(message: str) -> tuple[str, ...]:
    """Return the ways to spell `message` in which its shape is looked for: 金额 日期 is a list, 帮我 看看 is none."""
    spaced = (_SPACE.sub("、", message), message, _IS_IT.sub(r"是不是\1", message))
    whole = squeezed(spaced[0])
    bare = (*map(_bare, map(squeezed, spaced)), squeezed(message), _bare(_REMARK.sub("", whole)))
    return tuple(dict.fromkeys(filter(None, bare)))


def _bare(message: str) -> str:
    """Return `message` without polite phrases, fillers, and particles and punctuation at its ends, never empty."""
    while True:
        shorter = _CLOSING.sub("", _OPENING.sub("", message)).replace("一下", "")
        if shorter in ("", message):
            return message
        message = shorter


def _phrase(shape: Shape, match: re.Match[str], words: Lexicon) -> Phrase | None:
    parts = match.groupdict()
    names = shape.fields
    if parts.get("fields"):
        names = tuple(dict.fromkeys(filter(None, _SEPARATOR.split(parts["fields"]))))
        known = all(_is_field(name, words) for name in names)
        if not names or len(names) > _MOST_FIELDS or not (known or (not shape.known and _may_be_field(names))):
            return None
    return Phrase(
        act=shape.act,
        fields=names,
        value=parts.get("value") or "",
        language=parts.get("language") or "",
    )


def _is_field(name: str, words: Lexicon) -> bool:
    """Return whether `name` is the name of one field of some kind of document."""
    return fields_asked(name, words) == (name,)


def _may_be_field(names: Sequence[str]) -> bool:
    return all(
        _SHORTEST_FIELD <= len(name) <= _LONGEST_UNKNOWN and not _NO_FIELD.search(name) and _FIELD_END.search(name)
        for name in names
    )


@lru_cache(maxsize=8)
def _patterns(kinds: tuple[str, ...]) -> tuple[tuple[Shape, re.Pattern[str] | None], ...]:
    """Return the pattern of each shape, None for the one that `questions` finds."""
    return tuple(
        (shape, None if shape.tokens == QUESTION else re.compile(_pattern(shape.tokens, kinds))) for shape in SHAPES
    )


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
    behind: dict[str, list[str]] = {}  # characters with the same endings
    for char, node in sorted(tree.items()):
        if char != _END:
            behind.setdefault(_branches(node), []).append(re.escape(char))
    if not behind:
        return ""
    endings = [(chars[0] if len(chars) == 1 else f"[{''.join(chars)}]") + rest for rest, chars in behind.items()]
    alone = len(endings) == 1 and _END not in tree
    return endings[0] if alone else f"(?:{'|'.join(endings)}){'?' if _END in tree else ''}"
