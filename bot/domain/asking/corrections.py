"""Find corrections in any words: the field that a message names, and the value that it says is right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.asking.lexicon import Lexicon
from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.asking.words.verbs import SUM

_CUE = re.compile(
    r"不对|(?<![没对])(?<!没有)错(?!没)|有误|应该?[是为叫写填得姓]|应该(?=[¥$\da-z])|应当|改成|改为|更[正改新]|不是.{1,30}?[是叫]|[是叫为].{1,30}?不是|才[对是正]|(?:[读写认看念打弄搞填印]|识别|识)(?:的|得|给我)?成"
    r"|[少漏多][读写打认看识]|漏[了字]|少了(?!.{0,2}[,，])(?=[个一半两])|明明|其实|实际|姓.{1,2}不姓|有bug|搞[反混]|弄[反混]|差十?倍|shouldbe|读得?不|不全|不准|好像是|[¥$\d,.]+.{0,3}(?:而)?不是[¥$\d]"
)
_ASKS = re.compile(
    r"多少(?!.{0,12}[错改])|什么|怎么(?!给我写|又|还|成)|谁|哪|几[个号点]|吗|(?<!不)对吧|没写错|没错|(?<!不)对不对|是不是|[?]$|怎么办|[局户务他她]说|大家|注意|通知|以后|下次|记得|发给|再发|帮我开|重开|为什么"
)
_TEXT = r"[\"“'「『《]?(?P<value>[^,;!?。\"”'」』》]{1,40}?)"
_END = (
    r"(?:才对|才是对的|才正确|(?:而|并)?不是.*|不姓.*|[读写认看念打弄搞识别]+[成得].*|你[读写认看念打弄搞识].*|给[读写认看念打弄搞识].*|吧|啊|呀|哈|嘛|呢|啦|了|的|喔|哦|咯|没错)*"
    r"(?=[,;!?。\"”'」』》]|$)"
)
_NUMBER = (
    r"(?P<value>[¥$]?(?:\d[\d,.:/年月日号%-]*(?:元|块\d*|万元?|个?点|亿)?"
    r"|(?=[a-z-]*\d)[a-z\d][a-z\d/-]{3,}))(?![a-z\d])"
)
_SAYS = (
    re.compile(
        rf"(?:应该?[是为叫写填姓]|应该|应当[是为]|正确的?(?:应该)?是|其实是|实际上?是|明明是|改[成为]|更[正改新][为成]|写的是|shouldbe){_TEXT}{_END}"
    ),
    re.compile(rf"(?:更正|更改|纠正|改)(?:一下|下)?[,:为成]*{_NUMBER}"),
    re.compile(rf"(?<![不读写认看念打弄搞填印识别或还])(?<!不好像)(?:好像是|是|为|叫|姓)(?!不是|否|多少){_TEXT}{_END}"),
    re.compile(rf"[^\d,a-z¥$]{{0,3}}{_NUMBER}(?=[,了才]|不是|而|啊|$)"),
)
_CODE = re.compile(r"(?:^|[,!。:])[^\d,a-z]{0,4}(?P<value>(?=[a-z-]*\d)[a-z\d][a-z\d.,/-]{3,})(?:元|才对|[啊吧呀]|$)")
_PART_OF_VALUE = re.compile(
    r"(?:最后|倒数|末|后|前|中间|开头|结尾|第)[一二两三四五六七八九几\d]*[位个段字](?!.*[a-z\d]{8})|后[头面]那|那个字|里[面头]?那?个.?字|[少漏多].?了?.?个?.{1,3}字|姓."
)
_VAGUE = re.compile(
    r"^(?:字母|小写|数字|大写|空|别的|我|你|这|那|他|对|错|不|没|补充|真的?|假的?)|[吗呢么]$|(?:再发|发我)"
)
_BARE = re.compile(
    r"^(?:不对|错了?|不是|瞎整|救命|唔|喎|啊|呀|吧|啦|那|这|哦|[,!。])*(?:应该)?(?:是|系)(?P<value>[¥$]?\d[\d,.]*(?:元|块\d*|万元?)|[¥$]?\d[\d,]*\.\d\d|\d{1,3}(?:,\d{3})+)(?:[,]?(?:而)?不是.*|才对|[啦了吧啊呀])*$"
    r"|^(?P<first>[¥$]?\d[\d,.]*(?:元|块\d*|万元?))[,]?(?:而)?不是[¥$\d].*$"
)


_NUMBERS = re.compile(r"^[^\d]{0,8}是[\d.,]+[,]?(?:而)?不是[\d.,]+[^\d]{0,4}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenValue:
    """A field as the person named it, and the value it should have, each "" if the message does not say it."""

    name: str
    value: str = ""


def correction_in(message: str, lexicon: Lexicon) -> GivenValue | None:
    """Return the correction that the squeezed `message` makes, whose white space is a comma, None if it makes none."""
    bare = _BARE.match(message)
    if bare is not None:
        return GivenValue(name=SUM, value=bare["value"] or bare["first"])
    named = next(_names(message, lexicon), None)
    if named is None:
        return GivenValue(name="") if _NUMBERS.match(message) else None
    if not _CUE.search(message) or _ASKS.search(message):
        return None
    place, name = named
    return _given(message, name, message[place:])


def _given(message: str, name: str, rest: str) -> GivenValue | None:
    """Return what is said of a field in the `rest` of the message behind it."""
    if _PART_OF_VALUE.search(rest) and _CODE.search(rest) is None and "应该是" not in rest:
        return GivenValue(name=name)
    value = next(filter(None, _values(rest)), "")
    if not value and not re.search(r"不对|(?<![没对])(?<!没有)错(?!没)|有误|漏|少|不准|不全", message):
        return None
    return GivenValue(name=name, value=value)


def _names(message: str, lexicon: Lexicon) -> Iterator[tuple[int, str]]:
    """Yield names of fields and where what is said of them begins; a whole way of asking is no name.

    They are those that the message says, or else what its verbs are done to: 实际付的是88.5 says an amount.
    """
    place, verbs = 0, []
    for token in lexicon.tokens_of(message):
        end = place + len(token.word)
        if token.part is PartOfSpeech.FIELD and token.fields == (token.word,):
            yield end, token.word
        elif token.verb is not None and token.verb.asks:
            verbs.append((end, next(iter(token.verb.asks.values()))[0]))
        elif token.part is PartOfSpeech.VALUE and token.fields and not token.word[0].isascii():
            verbs.append((place, token.fields[0]))
        place = end
    yield from verbs


def _values(rest: str) -> Iterator[str]:
    """Yield the values that may be meant behind the name of a field, the likeliest first."""
    for pattern in _SAYS:
        match = pattern.match(rest) if pattern is _SAYS[-1] else pattern.search(rest)
        if match is not None and not _VAGUE.search(match["value"]):
            yield match["value"].strip("\"“”'「」").rstrip(",.")
    code = _CODE.search(rest)
    if code is not None:
        yield code["value"]
