"""Complete what the grammar makes of a message with what was learned from examples."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from bot.domain.asking.bot_names import without_bot_names
from bot.domain.asking.command_words import command_in
from bot.domain.asking.field_names import party_of
from bot.domain.asking.files_and_pages import PageRange
from bot.domain.asking.grammar import Act
from bot.domain.asking.learned.features import Hint, Look, look_at
from bot.domain.asking.learned.general_names import IN_PASSING
from bot.domain.asking.learned.given import field_with_shape, value_given
from bot.domain.asking.learned.hints import hint_for
from bot.domain.asking.learned.kinds import KnownKind, known_kinds
from bot.domain.asking.learned.lists import ListedPart, listed_parts
from bot.domain.asking.learned.meaning import Meaning, meaning_of
from bot.domain.asking.learned.spelling import with_pinyin_spelled_out
from bot.domain.asking.learned.weights import weights
from bot.domain.asking.lexicon import Lexicon, lexicon
from bot.domain.asking.phrases import Phrase
from bot.domain.asking.request import Request, request_for_fields, understand
from bot.domain.asking.words import ways_unlisted
from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.attachment_format import Format
from bot.domain.prompt import Prompt, squeezed
from bot.domain.prompt_set import PromptSet
from bot.domain.task import Command, FieldsOfKind

_LONGEST = 120  # characters of a message that one thing is said with
_MUCH_ELSE = 3  # characters of no known word, one after the other
_LONGEST_NAME = 7  # characters of the name of a field; what is longer says something else
_LANGUAGE = re.compile(r"([\u4e00-\u9fff]{1,3}[语文])|(?:in(?:to)?|to) ([a-z]+)", re.IGNORECASE)
_INTO = re.compile("[译翻][成为到]?(?:中文|汉语|英文|英语)")  # says the language, which is not to be guessed then
_NAMES_FIELDS = re.compile(r"只[要看需]|提取|抽取|找出|摘出")  # what follows is meant as it is written
_NUMBER = re.compile(r"(?:号|号码|编码|编号|代码)$")
_SAYS_WHICH: Final = frozenset({PartOfSpeech.PAPER, PartOfSpeech.OF, PartOfSpeech.FILLER, PartOfSpeech.US})
_KEPT: Final = frozenset({*Act} - {Act.ASK, Act.WRONG, Act.CORRECT, Act.OTHERS})


def understood(text: str, prompts: PromptSet, bot_names: Sequence[str] = ()) -> Request:
    """Return what `text` asks for, by the grammar and by what was learned."""
    said = with_pinyin_spelled_out(text)
    request = understand(said, prompts, bot_names)
    message = without_bot_names(said, bot_names)
    if not message or len(message) > _LONGEST or _is_sure(request):
        return request
    known_words = lexicon(prompts.kind_words, prompts.field_words)
    look = look_at(message, known_words)
    hint = hint_for(request, command_in(said, bot_names), look)
    parts = listed_parts(message, known_words)
    named = request.wanted_fields if request.phrase is None and _NAMES_FIELDS.search(message) else ()
    in_parts = unlisted_in_parts(parts)
    unlisted = unlisted_names(look, hint, known_words, prompts) or in_parts
    unlisted = in_parts if len(in_parts) > len(unlisted) else unlisted
    kinds = [kind for kind in known_kinds(prompts) if _has_named(kind, named) and _has_all(kind, unlisted)]
    meaning = meaning_of(look, hint, kinds, weights(), parts)
    is_part = {*request.wanted_fields} < {*unlisted} or (unlisted == in_parts and not request.is_whole)
    is_new = is_part and (request.phrase is None or request.phrase.act is Act.ASK)
    if unlisted and meaning.asks and is_new:
        request = request_for_fields(unlisted, None, prompts)
    return _with_meaning(request, meaning, message, prompts)


def unlisted_names(look: Look, hint: Hint, known_words: Lexicon, prompts: PromptSet) -> tuple[str, ...]:
    """Return the names that are meant as they are written if a message asks by them: those few kinds have a field for.

    They are 质保期 and such, the names of fields by which a message as a whole asks, and numbers that nobody knows, as
    验收单号. A name that the grammar did not find counts only where no other is said: 备注里有没有写订单号 asks for the
    备注.
    """
    said = tuple(dict.fromkeys((*look.names, *look.ways)))
    found = hint.names or said
    names = tuple(
        name
        for name in found
        if (name in said and _is_unlisted(name, look))
        or (hint.whole and name in look.names and name in prompts.field_words and not _is_in_passing(name))
        or (hint.whole and _NUMBER.search(name) and not _is_known(name, known_words))
    )
    return names if hint.names or len(names) == len(found) else ()


def unlisted_in_parts(parts: Sequence[ListedPart]) -> tuple[str, ...]:
    """Return the names that the parts of a message ask by if some kinds have no field for one of them, else none."""
    asked = [(name, part.look) for part in parts for name in part.hint.names or part.look.ways or _only_name(part)]
    is_unlisted = any(_is_unlisted(name, look) for name, look in asked)
    return tuple(dict.fromkeys(name for name, _ in asked)) if is_unlisted else ()


def _only_name(part: ListedPart) -> tuple[str, ...]:
    return (part.name,) if part.name else ()


def _is_unlisted(name: str, look: Look) -> bool:
    """Whether few kinds have a field for a name, which a whole way of asking may stand for."""
    is_asked_for = name in look.ways and name in ways_unlisted.QUESTIONS
    return is_asked_for or name.removeprefix(party_of(name)) in ways_unlisted.NAMES


def _is_in_passing(name: str) -> bool:
    """Whether a name is said of which paper is meant, or in Latin letters, as other words are."""
    return name in IN_PASSING or name.isascii()


def _is_known(name: str, known_words: Lexicon) -> bool:
    """Whether a name is a word, but for what says of which paper: the 总数 of 报销总数."""
    said = [token for token in known_words.tokens_of(squeezed(name)) if token.part not in _SAYS_WHICH]
    return len(said) <= 1 or "".join(token.word for token in said) in known_words.words


def _has_all(kind: KnownKind, names: Sequence[str]) -> bool:
    """Whether a kind has all fields of these names, whoever's they are."""
    return all(kind.named(name) or kind.named(name.removeprefix(party_of(name))) for name in names)


def _has_named(kind: KnownKind, names: Sequence[str]) -> bool:
    """Whether a kind has the fields of 只要金额: others are looked for on the page by name."""
    return all(kind.named(name) or len(name) > _LONGEST_NAME for name in names)


def _is_sure(request: Request) -> bool:
    """Whether the grammar is sure enough: it is precise where the message as a whole has a shape that it knows."""
    return request.needs_input or (request.is_whole and request.phrase is not None and request.phrase.act in _KEPT)


def _with_meaning(request: Request, meaning: Meaning, message: str, prompts: PromptSet) -> Request:
    """Return the request with what was learned; what the grammar found in the whole message stays for other kinds."""
    is_asked = bool(request.wanted_fields) or (request.phrase is not None and request.phrase.act is Act.CORRECT)
    value = value_given(message) or _value_of(request) if _corrects(meaning) else ""
    by_kind = tuple(_completed(one, value, prompts) for one in meaning.by_kind)
    is_named = bool(request.wanted_fields) and request.phrase is None
    is_named = is_named and (request.is_whole or meaning.asks or bool(by_kind) or bool(_NAMES_FIELDS.search(message)))
    if request.formats or request.pages is not None or is_named or (is_asked and request.is_whole):
        return replace(request, by_kind=by_kind, given=value)
    other = _request_for(meaning.act, request, message, prompts)
    if by_kind or meaning.asks:
        # What is asked of papers of some kinds runs no command for others: 钱是干嘛用的 asks for no help.
        other = Request() if other.command is not None else other
        kept = request if is_asked and meaning.asks else other
        return replace(kept, by_kind=by_kind, given=value, may_ask=meaning.asks)
    return other


def _corrects(meaning: Meaning) -> bool:
    return any(one.act == Act.CORRECT for one in meaning.by_kind)


def _value_of(request: Request) -> str:
    return request.phrase.value if request.phrase is not None else ""


def _completed(one: FieldsOfKind, value: str, prompts: PromptSet) -> FieldsOfKind:
    """Return what is about a kind: of a correction only the field whose values look like the one given."""
    if one.act != Act.CORRECT:
        return one
    prompt = prompts.named(one.kind)
    fitting = field_with_shape(value, prompt.fields) if value and prompt is not None else ""
    return replace(one, fields=(fitting,)) if fitting and fitting not in one.fields and len(one.fields) > 1 else one


def _request_for(act: str, request: Request, message: str, prompts: PromptSet) -> Request:
    """Return the request for an act that is about no field."""
    head, _, detail = act.partition(":")
    if head == "command":
        return Request() if _says_much_else(message, prompts) else Request(command=Command(detail))
    if head == "files":
        return Request(formats=(Format(detail),))
    if head == "pages":
        return Request(pages=PageRange(further=True))
    if head == "kind":
        return _request_for_kind(prompts.named(detail), request, message)
    if head == "none":
        named = request.prompt is not None and request.is_clear and not request.wanted_fields
        return request if named and request.phrase is None else Request()
    return _request_for_act(Act(head), request, message)


def _says_much_else(message: str, prompts: PromptSet) -> bool:
    """Return whether a message has words of no question or command: the 用量 of 氨溴索用法用量 is a medicine's."""
    tokens = lexicon(prompts.kind_words, prompts.field_words).tokens_of(squeezed(message))
    runs = groupby(tokens, key=lambda token: token.part is PartOfSpeech.UNKNOWN)
    return any(is_unknown and len([*run]) >= _MUCH_ELSE for is_unknown, run in runs) and not message.isascii()


def _request_for_kind(prompt: Prompt | None, request: Request, message: str) -> Request:
    is_named = request.prompt is not None and request.sure and (request.is_clear or bool(_INTO.search(message)))
    return request if is_named or prompt is None or prompt.takes_input else Request(prompt=prompt, sure=True)


def _request_for_act(act: Act, request: Request, message: str) -> Request:
    if request.phrase is not None and request.phrase.act is act:
        return request
    if act is Act.LANGUAGE:
        found = _LANGUAGE.search(message)
        return Request(phrase=Phrase(act=act, language=next(filter(None, found.groups()), "") if found else ""))
    return Request(phrase=Phrase(act=act))
