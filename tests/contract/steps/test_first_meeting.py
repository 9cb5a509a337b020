"""A person whom the bot has answered nothing yet gets the whole help for a greeting, everybody else one line."""

import pytest
from redis import Redis

from bot.domain import texts
from tests.fakes.fake_chat import INVOICE, FakeChat

WHOLE = "**怎么发**"


@pytest.fixture
def chat(redis: Redis) -> FakeChat:
    return FakeChat(redis)


@pytest.mark.parametrize("said", ["你好", "你是谁", "今天天气怎么样"])
def test_a_first_word_gets_the_whole_help_and_later_ones_a_line(chat: FakeChat, said: str) -> None:
    assert WHOLE in chat.ask(said)
    assert WHOLE not in chat.ask(said)
    assert WHOLE in chat.ask(said, person="w2")


def test_who_has_posted_a_paper_knows_the_bot(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    assert texts.talk.greeted() in chat.ask("你好")


@pytest.mark.parametrize("said", ["谢谢", "撤回"])
def test_what_a_line_answers_gets_no_help_at_first_either(chat: FakeChat, said: str) -> None:
    assert WHOLE not in chat.ask(said)


def test_an_answer_that_is_sent_again_is_the_same(chat: FakeChat) -> None:
    task = chat.say("你好")
    assert WHOLE in chat.run(task)
    assert WHOLE not in chat.ask("你好")
    assert chat.times(task) == 1
