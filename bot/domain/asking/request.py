"""What a message asks for: a kind of document, some of its fields, any fields, files, pages. Rules, no model."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.asking.field_names import meant
from bot.domain.asking.files_and_pages import PageRange, files_in, pages_in
from bot.domain.prompt import (
    INPUT,
    FieldSpec,
    FieldType,
    Output,
    Prompt,
    PromptSet,
    call_words,
    folded,
    list_of,
    squeezed,
    word_pattern,
)
from bot.domain.task import Format

_MOST_NAMES = 30
_LONGEST_NAME = 20  # characters; more is a sentence
_LONGEST_WISH = 400  # characters at the beginning of a message, in which files and pages are looked for
_ONLY = re.compile(
    r"(?:只|仅|光|就)(?:是)?(?:想)?(?:需要|要|需|看|提取|识别|读|留|显示)|\b(?:only|just)\b", re.IGNORECASE
)
_FIND = re.compile(r"提取|抽取|摘取|提炼|找出|列出|读出|取出|获取|\bextract\b", re.IGNORECASE)
_TAKE = re.compile(r"[把将](.+?)(?:都|全|给我|帮我)*(?:提取|抽取|找|列|读|取)(?:一下|出来|给我)")
# What stands between the verb and the names; each but where it begins a name: 出厂编号, 里程, 上车时间.
_BEFORE = re.compile(
    r"(?:[\s:,]|一下|出来|出(?![厂口版生发行差租])|下(?!车)|我要|给我|帮我|请|这些|这[张个份页幅]|那[张个份页幅]|图片|图像|照片|截图"
    r"|图(?![号纸名])|文件(?![号名编])|文档(?![号名编])|以下|下列|如下|字段|其中|里面|上面|里(?!程)|上(?![车限])|中(?![国文标])"
    r"|的|是(?!否)|the\b)+",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:[\s:,.!?~。]|就行了?|即可|就好了?|就可以了?|可以了|就够了|谢谢你?|多谢|吧|呢|哦|啊|呀|出来|给我|请|的值|字段|信息|内容"
    r"|这几项|这几个|等等|等|都?要|thanks|please)+$",
    re.IGNORECASE,
)
# A space parts names, but for one between Latin words: GST No.
_BETWEEN = re.compile(
    r"[、,;/|。]+|(?<![A-Za-z0-9.])\s+|\s+(?![A-Za-z0-9])|以及|还有|(?<=[^\s、,;]{2})(?:和|与|及|跟)(?=[^\s、,;]{2})|\band\b",
    re.IGNORECASE,
)
_INSIDE = re.compile(r".{1,8}?(?:里面?|中|上面?)的(?=.)")
_END = re.compile(r"[!?]|。(?=.)")
_MARKS = " \"'“”‘’「」『』《》〈〉<>[]{}【】:;.,*`\\·"
_EVERYTHING = frozenset(
    squeezed(word)
    for word in (
        "文字", "字", "全部", "所有", "全部文字", "所有文字", "东西", "数据", "关键", "重要", "主要", "基本", "关键字",
        "有用", "相关", "结果", "一切", "片", "和", "与", "及", "all", "everything", "text",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for. Without a prompt nobody said; `sure` prompts are used whatever the page shows."""

    prompt: Prompt | None = None
    sure: bool = False
    wanted_fields: tuple[str, ...] = ()  # names of the fields to show, as people wrote them
    needs_input: bool = False  # the prompt wants to be told what to find, and was not
    formats: tuple[Format, ...] = ()  # of files that go with the answer
    pages: PageRange | None = None  # where certain ones were named

    @property
    def anything(self) -> bool:
        """Whether anything was asked for at all."""
        return self != Request()


def understand(text: str, prompts: PromptSet, bot_names: Sequence[str] = ()) -> Request:
    """Return what `text` asks for. Width, case, punctuation and the bot's names do not matter."""
    said = _without(unicodedata.normalize("NFKC", text), bot_names)
    wish, more = said[:_LONGEST_WISH], said[_LONGEST_WISH:]
    pages, wish = pages_in(wish)
    formats, wish = files_in(wish)
    return replace(_kind(wish + more, prompts), formats=formats, pages=pages)


def _kind(said: str, prompts: PromptSet) -> Request:
    named = prompts.for_message(said)
    if named is not None and named.takes_input and named.output is not Output.FIELDS:
        return _told(named, _after(said, named))
    only, find, take = _ONLY.search(said), _FIND.search(said), _TAKE.search(said)
    verb = only or find
    names = _names(take[1] if take else said[verb.end() :] if verb else "", prompts)
    if names and (named is None or named.output is Output.FIELDS):
        asked = _fields(names, named, prompts)
        return replace(asked, sure=asked.sure and _named_apart(said, names, prompts))
    if named is not None and named.takes_input:
        return _told(named, _names(_after(said, named), prompts), prompts)
    if named is not None:
        return Request(prompt=named, sure=True)
    hinted = prompts.hinted(said)
    return Request(prompt=hinted)


def fill(prompt: Prompt, names: Sequence[str], known: Iterable[FieldSpec] = ()) -> Prompt:
    """Return `prompt` with what is to be found put in: as fields where it answers with fields.

    A name that a field of `known` has takes that field's type. The hash changes with what is put in.
    """
    sha256 = hashlib.sha256("\0".join((prompt.sha256, *names)).encode()).hexdigest()
    if prompt.output is not Output.FIELDS:
        return replace(prompt, text=prompt.text.replace(INPUT, "、".join(names)), sha256=sha256)
    types = {squeezed(spec.name): spec.type for spec in known}
    fields = tuple(
        FieldSpec(name=name, key=f"field_{number}", type=types.get(squeezed(name), FieldType.TEXT))
        for number, name in enumerate(names, 1)
    )
    return replace(prompt, text=prompt.text.replace(INPUT, list_of(names)), fields=fields, sha256=sha256)


def _fields(names: tuple[str, ...], named: Prompt | None, prompts: PromptSet) -> Request:
    """Return a kind with some of its fields, or, where none was named, fields of any name unless the page decides.

    On an invoice 金额 is one of the invoice's fields, checked as they are; on a page of no known kind it is looked
    for by that name.
    """
    kind = named if named is not None and not named.takes_input else None
    if kind is not None and all(meant(name, kind.fields) for name in names):
        return Request(prompt=kind, sure=True, wanted_fields=names)
    free = prompts.extraction
    if free is None:
        return Request(prompt=kind, sure=kind is not None, wanted_fields=names)
    known = [spec for prompt in prompts.prompts for spec in prompt.fields]
    filled = fill(free, names, known)
    return Request(prompt=filled, wanted_fields=names) if named is None else Request(prompt=filled, sure=True)


def _named_apart(said: str, names: Sequence[str], prompts: PromptSet) -> bool:
    """Whether a kind is named outside of the fields too: other papers than invoices have a 发票号码."""
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name, " ")
    return prompts.for_message(said) is not None


def _told(prompt: Prompt, said: str | Sequence[str], prompts: PromptSet | None = None) -> Request:
    names = [_AFTER.sub("", said).strip(_MARKS)] if isinstance(said, str) else [*said]
    names = [name for name in names if name]
    if not names:
        return Request(prompt=prompt, sure=True, needs_input=True)
    known = [spec for one in prompts.prompts for spec in one.fields] if prompts else []
    return Request(prompt=fill(prompt, names, known), sure=True)


def _names(said: str, prompts: PromptSet) -> tuple[str, ...]:
    """Return the names of fields at the beginning of `said`, without the kinds of documents among them."""
    if not said:
        return ()
    sentence = _AFTER.sub("", _END.split(said, maxsplit=1)[0])
    kinds = sorted({squeezed(word) for prompt in prompts.prompts for word in call_words(prompt)}, key=len)
    names = [_name(part, kinds[::-1]) for part in _BETWEEN.split(_from_start(sentence))]
    named = [name for name in names if name and squeezed(name) not in (*_EVERYTHING, *kinds)]
    return tuple(dict.fromkeys(name for name in named if len(name) <= _LONGEST_NAME))[:_MOST_NAMES]


def _from_start(said: str) -> str:
    start = _BEFORE.match(said)
    return said[start.end() :] if start else said


def _name(part: str, kinds: Sequence[str]) -> str:
    """Return the bare name in `part`: 这张发票上的金额 is 金额."""
    bare = _AFTER.sub("", part).strip(_MARKS)
    inside = _INSIDE.match(bare)
    if inside:
        return _name(bare[inside.end() :], kinds)
    for kind in kinds:
        if bare.casefold().startswith(f"{kind}的") and len(bare) > len(kind) + 1:
            return _name(bare[len(kind) + 1 :], kinds)
    name = "".join(char for char in bare if char == " " or (char not in _MARKS and char.isprintable()))
    whole = name.count("(") == name.count(")") and not name.startswith("(")
    return name if whole else name.replace("(", "").replace(")", "")


def _after(said: str, prompt: Prompt) -> str:
    """Return what stands behind the last word that called `prompt`."""
    ends = [match.end() for word in call_words(prompt) for match in word_pattern(word).finditer(folded(said))]
    return said[max(ends, default=len(said)) :].strip(_MARKS)


def _without(said: str, bot_names: Sequence[str]) -> str:
    """Return `said` without the names that the bot goes by."""
    for name in sorted(bot_names, key=len, reverse=True):
        plain = unicodedata.normalize("NFKC", name)
        said = re.sub(f"@?{re.escape(plain)}", " ", said, flags=re.IGNORECASE)
    return " ".join(said.split())
