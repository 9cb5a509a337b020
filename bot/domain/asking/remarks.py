"""The answers to messages that ask for nothing on a paper, or for what the bot cannot do."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.domain import texts
from bot.domain.asking.grammar import Act
from bot.domain.asking.phrases import Phrase

_SENTENCES: Final[Mapping[Act, Callable[[], str]]] = {
    Act.THANK: texts.talk.thanked,
    Act.AGREE: texts.talk.agreed,
    Act.GREET: texts.talk.greeted,
    Act.WHO: texts.talk.who_i_am,
    Act.WITHDRAW: texts.talk.cannot_withdraw,
    Act.VERIFY: texts.talk.cannot_verify,
    Act.PERIOD: texts.talk.no_archive,
    Act.OTHERS: texts.talk.only_own,
    Act.USERS: texts.talk.nobodys_use,
}


def sentence_for(phrase: Phrase, contact: str) -> str:
    """Return the answer to a remark, "" for a phrase that asks for something; `contact` is who helps people."""
    match phrase.act:
        case Act.HUMAN:
            return texts.talk.no_human(contact)
        case Act.WRONG:
            return texts.talk.what_is_wrong(*phrase.fields[:1])
        case Act.LANGUAGE:
            return texts.talk.no_such_language(phrase.language)
        case act:
            return _SENTENCES[act]() if act in _SENTENCES else ""
