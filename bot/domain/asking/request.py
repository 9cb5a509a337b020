"""Work out what a message asks for: a kind of document, some of its fields, files, pages. By rules, without a model."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.asking.bot_names import without_bot_names
from bot.domain.asking.field_names import has_all
from bot.domain.asking.files_and_pages import PageRange, files_in, pages_in
from bot.domain.asking.grammar import Act
from bot.domain.asking.lexicon import Lexicon, lexicon
from bot.domain.asking.phrases import Phrase, phrase_in, phrase_in_clauses
from bot.domain.asking.questions import is_about_paper
from bot.domain.asking.words.question_words import ASKING, PartOfSpeech
from bot.domain.asking.words.talk import ELSEWHERE
from bot.domain.asking.words.typos import without_typos
from bot.domain.attachment_format import Format
from bot.domain.prompt import (
    INPUT,
    FieldSpec,
    FieldType,
    Output,
    Prompt,
    call_words,
    folded,
    list_of,
    squeezed,
    squeezed_word,
    word_pattern,
)
from bot.domain.prompt_set import PromptSet
from bot.domain.task import Command, FieldsOfKind

_ON_PAPER = frozenset({Act.ASK, Act.READ, Act.REPEAT, Act.REREAD, Act.CORRECT, Act.DUPLICATE})
_MOST_NAMES = 30
_LONGEST_NAME = 20  # characters; anything longer is a sentence
_LONGEST_SEARCH = 400  # characters at the beginning of a message that are searched for files and pages
_ONLY = re.compile(
    r"(?:只|仅|光|就)(?:是)?(?:想)?(?:需要|要|需|看|提取|识别|读|留|显示)|\b(?:only|just)\b", re.IGNORECASE
)
_FIND = re.compile(r"提取|抽取|摘取|提炼|找出|列出|读出|取出|获取|\bextract\b", re.IGNORECASE)
_TAKE = re.compile(r"[把将](.+?)(?:都|全|给我|帮我)*(?:提取|抽取|找|列|读|取)(?:一下|出来|给我)")
# Words between the verb and the names. The lookaheads spare names that begin with one: 出厂编号, 里程, 上车时间.
_LEAD_IN = re.compile(
    r"(?:[\s:,]|一下|出来|出(?![厂口版生发行差租])|下(?!车)|我要|给我|帮我|请|这些|这[张个份页幅]|那[张个份页幅]|图片|图像|照片|截图"
    r"|图(?![号纸名])|文件(?![号名编])|文档(?![号名编])|以下|下列|如下|字段|其中|里面|上面|里(?!程)|上(?![车限])|中(?![国文标])"
    r"|的|是(?!否)|the\b)+",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:[\s:,.!?~。]|就行了?|即可|就好了?|就可以了?|可以了|就够了|谢谢你?|多谢|吧|呢|哦|啊|呀|出来|给我|请|的值|字段|信息|内容"
    r"|这几项|这几个|等等|等|都?要|thanks|please)+$",
    re.IGNORECASE,
)
# A space separates names unless it stands between Latin words: GST No.
_SEPARATOR = re.compile(
    r"[、,;/|。]+|(?<![A-Za-z0-9.])\s+|\s+(?![A-Za-z0-9])|以及|还有|(?<=[^\s、,;]{2})(?:和|与|及|跟)(?=[^\s、,;]{2})|\band\b",
    re.IGNORECASE,
)
# 图里的字 means the text, as no word of a prompt does.
_LETTERS = re.compile(r"(?<=[的里上些么啥])字(?![段符体数母样典迹号幕])")
# Stops, and white space unless it parts Latin words.
_CLAUSE_ENDS = re.compile(r"[,;:!?。、…~()]+|(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_CONTAINER = re.compile(r".{1,8}?(?:里面?|中|上面?)的(?=.)")
_NOT_A_KIND = re.compile(r"[,、;\s]*(?:而|并)?不是[^,、;\s]{2,6}(?:[,、;\s]+|$)")
_END = re.compile(r"[!?]|。(?=.)")
_PUNCTUATION = " \"'“”‘’「」『』《》〈〉<>[]{}【】:;.,*`\\·"
_EVERYTHING = frozenset(
    squeezed(word)
    for word in (
        "文字", "字", "全部", "所有", "全部文字", "所有文字", "东西", "数据", "关键", "重要", "主要", "基本", "关键字",
        "有用", "相关", "结果", "一切", "片", "和", "与", "及", "all", "everything", "text",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a message asks for; a `sure` prompt is used whatever the page shows."""

    prompt: Prompt | None = None  # None if the message names no kind of document
    sure: bool = False
    wanted_fields: tuple[str, ...] = ()  # names of the fields to show, as the person wrote them
    needs_input: bool = False  # the prompt needs to know what to find, and the message does not say
    formats: tuple[Format, ...] = ()  # of the files to send with the answer
    pages: PageRange | None = None  # None if the message names none
    phrase: Phrase | None = None  # what the message does otherwise than by naming what it wants
    is_clear: bool = field(default=True, compare=False)  # the message says nothing else, which might change its sense
    is_whole: bool = field(default=False, compare=False)  # the phrase is the message as a whole
    by_kind: tuple[FieldsOfKind, ...] = ()  # what is asked of papers of these kinds
    given: str = ""  # the value that a correction in `by_kind` gives
    command: Command | None = None
    may_ask: bool = field(default=False, compare=False)  # it is likely about a paper, whatever its kind

    def does(self, act: Act) -> bool:
        """Whether the message does this otherwise than by naming what it wants."""
        return self.phrase is not None and self.phrase.act is act

    @property
    def asks_anything(self) -> bool:
        """Whether the message asks for anything on a paper."""
        remark = self.phrase is not None and self.phrase.act not in _ON_PAPER
        return (replace(self, phrase=None) if remark else self) != Request()


def understand(text: str, prompts: PromptSet, bot_names: Sequence[str] = ()) -> Request:
    """Return what `text` asks for, whatever its width, case and punctuation, ignoring the bot's names."""
    message = _LETTERS.sub("文字", without_bot_names(text, bot_names))
    # 导出本月发票 asks for no file: what is said as a whole comes first.
    phrase = phrase_in(message, prompts)
    if phrase is not None and phrase.act not in {Act.ASK, Act.READ}:
        return Request(phrase=phrase, is_whole=True)
    searched, rest = message[:_LONGEST_SEARCH], message[_LONGEST_SEARCH:]
    pages, searched = pages_in(searched)
    formats, searched = files_in(searched)
    phrase = phrase_in(searched + rest, prompts) if formats or pages else phrase
    is_whole = phrase is not None
    asked = _request_of_phrase(phrase, searched, prompts) if phrase is not None else None
    request = replace(asked or _request(searched + rest, prompts), formats=formats, pages=pages)
    if phrase is None and not request.wanted_fields and not (request.prompt and _takes_words(request.prompt, prompts)):
        words = lexicon(prompts.kind_words, prompts.field_words)
        is_clear = is_about_paper(squeezed(without_typos(searched + rest)), words)
        request = replace(request, is_clear=is_clear or (bool(formats) and _asks_for_files_in_passing(message, words)))
        phrase = _phrase_of_clauses(request, message, prompts)
        if phrase is not None:
            asked = _request_of_phrase(phrase, message, prompts) if phrase.act is Act.ASK else Request(phrase=phrase)
            return asked or request
    return replace(request if request.asks_anything or phrase is None else Request(phrase=phrase), is_whole=is_whole)


def _asks_for_files_in_passing(message: str, words: Lexicon) -> bool:
    """Return whether one clause of a message asks for a file, and no other asks anything or is about something else."""
    clauses = [clause for clause in _CLAUSE_ENDS.split(without_typos(message)) if clause]
    wanted = [squeezed(rest) for formats, rest in map(files_in, clauses) if formats]
    others = [squeezed(clause) for clause in clauses if not files_in(clause)[0]]
    asides = [token.part for other in others for token in words.tokens_of(other)]
    is_aside = ASKING.isdisjoint(asides) and PartOfSpeech.BLOCK not in asides
    is_aside = is_aside and not any(map(ELSEWHERE.search, others))
    return is_aside and any(is_about_paper(rest, words) for rest in wanted)


def _phrase_of_clauses(request: Request, message: str, prompts: PromptSet) -> Phrase | None:
    """Return what the clauses of a message ask that asks for nothing else clearly, None if they ask for nothing."""
    is_understood = request.formats or request.pages or (request.prompt is not None and request.is_clear)
    return None if is_understood else phrase_in_clauses(message, prompts)


def _takes_words(prompt: Prompt, prompts: PromptSet) -> bool:
    """Return whether what a message says besides calling the prompt goes to the prompt."""
    original = prompts.named(prompt.name)
    return original is not None and original.takes_input


def _request_of_phrase(phrase: Phrase, text: str, prompts: PromptSet) -> Request | None:
    """Return the request of a question about fields, None for other phrases and for a prompt that needs input."""
    named = prompts.for_message(text)
    if phrase.act is not Act.ASK or (named is not None and named.takes_input):
        return None
    # 备注里有没有合同号 names a kind that has no such field, and so does not mean it.
    is_meant = named is not None and named.output is Output.FIELDS and has_all(named, phrase.fields)
    asked = request_for_fields(phrase.fields, named if is_meant else None, prompts)
    return replace(asked, sure=asked.sure and _is_kind_named_outside(phrase.fields, text, prompts))


def _request(text: str, prompts: PromptSet) -> Request:
    # 这是发票不是合同 names one kind.
    named = prompts.for_message(_NOT_A_KIND.sub(" ", text)) or prompts.for_message(text)
    if named is not None and named.takes_input and named.output is not Output.FIELDS:
        question = _CLOSING.sub("", _text_behind_call(text, named)).strip(_PUNCTUATION)
        return _request_with_input(named, [question] if question else [])
    only, find, take = _ONLY.search(text), _FIND.search(text), _TAKE.search(text)
    verb = only or find
    names = _field_names(take[1] if take else text[verb.end() :] if verb else "", prompts)
    if names and (named is None or named.output is Output.FIELDS):
        asked = request_for_fields(names, named, prompts)
        return replace(asked, sure=asked.sure and _is_kind_named_outside(names, text, prompts))
    if named is not None and named.takes_input:
        return _request_with_input(named, _field_names(_text_behind_call(text, named), prompts), prompts.fields)
    if named is not None:
        return Request(prompt=named, sure=True)
    return Request(prompt=prompts.hinted(text))


def fill(prompt: Prompt, names: Sequence[str], known: Iterable[FieldSpec] = ()) -> Prompt:
    """Return `prompt` with `names` as its input, and as its fields if it answers with fields.

    A name that one of the `known` fields has takes that field's type. The hash covers the names.
    """
    sha256 = hashlib.sha256("\0".join((prompt.sha256, *names)).encode()).hexdigest()
    if prompt.output is not Output.FIELDS:
        return replace(prompt, text=prompt.text.replace(INPUT, "、".join(names)), sha256=sha256)
    types = {squeezed_word(spec.name): spec.type for spec in known}
    fields = tuple(
        FieldSpec(name=name, key=f"field_{number}", type=types.get(squeezed(name), FieldType.TEXT), asked_by_name=True)
        for number, name in enumerate(names, 1)
    )
    return replace(prompt, text=prompt.text.replace(INPUT, list_of(names)), fields=fields, sha256=sha256)


def request_for_fields(names: tuple[str, ...], named: Prompt | None, prompts: PromptSet) -> Request:
    """Return the request for fields of these names.

    If the named kind has all of them, they are its fields, with its checks. Otherwise the prompt that extracts any
    field looks for them by name; if no kind was named, the page may still turn out to be of a kind that has them.
    """
    kind = named if named is not None and not named.takes_input else None
    if kind is not None and has_all(kind, names):
        return Request(prompt=kind, sure=True, wanted_fields=names)
    free = prompts.extraction
    if free is None:
        return Request(prompt=kind, sure=kind is not None, wanted_fields=names)
    filled = fill(free, names, prompts.fields)
    return Request(prompt=filled, wanted_fields=names) if named is None else Request(prompt=filled, sure=True)


def _is_kind_named_outside(names: Sequence[str], text: str, prompts: PromptSet) -> bool:
    """Whether `text` names a kind outside these field names too: not only invoices have a 发票号码."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return prompts.for_message(text) is not None


def _request_with_input(prompt: Prompt, names: Sequence[str], known: Iterable[FieldSpec] = ()) -> Request:
    """Return the request for a prompt that needs input, complete if there are names to find."""
    if not names:
        return Request(prompt=prompt, sure=True, needs_input=True)
    return Request(prompt=fill(prompt, names, known), sure=True)


def _field_names(text: str, prompts: PromptSet) -> tuple[str, ...]:
    """Return the field names at the beginning of `text`, leaving out the names of kinds of documents."""
    if not text:
        return ()
    sentence = _CLOSING.sub("", _END.split(text, maxsplit=1)[0])
    kinds = sorted({squeezed_word(word) for prompt in prompts.prompts for word in call_words(prompt)}, key=len)
    names = [_bare_name(part, kinds[::-1]) for part in _SEPARATOR.split(_without_lead_in(sentence))]
    named = [name for name in names if name and squeezed(name) not in (*_EVERYTHING, *kinds)]
    return tuple(dict.fromkeys(name for name in named if len(name) <= _LONGEST_NAME))[:_MOST_NAMES]


def _without_lead_in(text: str) -> str:
    start = _LEAD_IN.match(text)
    return text[start.end() :] if start else text


def _bare_name(part: str, kinds: Sequence[str]) -> str:
    """Return the field name in `part`: 金额 for 这张发票上的金额."""
    bare = _CLOSING.sub("", part).strip(_PUNCTUATION)
    inside = _CONTAINER.match(bare)
    if inside:
        return _bare_name(bare[inside.end() :], kinds)
    for kind in kinds:
        if bare.casefold().startswith(f"{kind}的") and len(bare) > len(kind) + 1:
            return _bare_name(bare[len(kind) + 1 :], kinds)
    name = "".join(char for char in bare if char == " " or (char not in _PUNCTUATION and char.isprintable()))
    whole = name.count("(") == name.count(")") and not name.startswith("(")
    return name if whole else name.replace("(", "").replace(")", "")


def _text_behind_call(text: str, prompt: Prompt) -> str:
    """Return the part of `text` behind the last word that calls `prompt`."""
    ends = [match.end() for word in call_words(prompt) for match in word_pattern(word).finditer(folded(text))]
    return text[max(ends, default=len(text)) :].strip(_PUNCTUATION)
