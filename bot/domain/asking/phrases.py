"""Find out what a person does with a message by its shape. The words and shapes are those of `grammar`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.asking.acts import act_beyond_paper, act_in_clauses, act_said
from bot.domain.asking.bot_names import without_bot_names
from bot.domain.asking.clauses import clauses_of, fields_in_clauses
from bot.domain.asking.corrections import correction_in
from bot.domain.asking.grammar import Act, Shape
from bot.domain.asking.lexicon import Lexicon, lexicon
from bot.domain.asking.plain_words import in_plain_words, with_names_meant, with_plain_ending
from bot.domain.asking.questions import fields_asked
from bot.domain.asking.shape_patterns import shapes_for
from bot.domain.asking.words.typos import without_typos
from bot.domain.prompt import squeezed
from bot.domain.prompt_set import PromptSet

_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+(?=\S)|(?<=\S)\s+(?=[^\x00-\x7f])")  # beside a Chinese character
_SPACES = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_LONGEST = 80  # characters: what is longer says more than one thing
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
_SHORTEST_FIELD, _LONGEST_UNKNOWN = 2, 10  # characters
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
    for shape, pattern in shapes_for(spellings, prompts.kind_words):
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
    given = correction_in(said, words) or correction_in(
        with_names_meant(squeezed(_SPACES.sub(",", plain)), words), words
    )
    if given is not None:
        return Phrase(
            act=Act.CORRECT if given.value else Act.WRONG, fields=(given.name,) if given.name else (), value=given.value
        )
    spaced = squeezed(_SPACES.sub(",", plain))
    beyond = act_beyond_paper(spaced)
    if beyond is not None:
        return Phrase(act=beyond)
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
