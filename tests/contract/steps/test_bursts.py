"""Files and words posted within a few seconds in a single chat, on a real Redis: one answer, whoever dies."""

import pytest
from redis import Redis

from bot.domain import texts
from bot.domain.task import Task
from bot.storage.ledger import NOTHING
from tests.fakes.fake_chat import INVOICE, LETTER, FakeChat
from workers.jobs import fetch, read, reply

NUMBER, TOTAL = "24312000000098765432", "1394.99"
ALONE = "s1"  # a single chat


@pytest.fixture
def chat(redis: Redis) -> FakeChat:
    return FakeChat(redis)


def _read(chat: FakeChat, task: Task) -> None:
    fetch(task.id, 0)
    stored = chat.store.task(task.id)
    for index in range(len(stored.attachments) if stored else 0):
        read(task.id, index)


def test_a_picture_and_the_question_after_it_get_one_answer(chat: FakeChat) -> None:
    picture = chat.say("", INVOICE, group=ALONE)
    question = chat.say("帮我看看这张多少钱", group=ALONE)
    assert not chat.run(picture)
    readings = chat.engine.readings
    assert TOTAL in chat.run(question)
    reply(picture.id, 0)
    assert not chat.sent_for(picture)
    assert chat.store.open_tasks() == 0
    assert chat.engine.readings == readings


def test_a_question_that_is_ready_first_answers_for_the_picture(chat: FakeChat) -> None:
    picture = chat.say("", INVOICE, group=ALONE)
    question = chat.say("合同", group=ALONE)
    assert "合同" in chat.run(question)
    assert not chat.run(picture)
    assert chat.store.open_tasks() == 0


def test_a_lone_picture_does_not_wait(chat: FakeChat) -> None:
    assert NUMBER in chat.ask("", INVOICE, group=ALONE)


def test_a_sum_covers_the_pictures_before_it_also_those_that_are_answered(chat: FakeChat) -> None:
    first = chat.say("", f"{INVOICE}-1", group=ALONE)
    assert NUMBER in chat.run(first)
    others = [chat.say("", f"{INVOICE}-{number}", group=ALONE) for number in (2, 3)]
    question = chat.say("这三张一共多少", group=ALONE)
    for picture in others:
        assert not chat.run(picture)
    readings = chat.engine.readings
    answer = chat.run(question)
    assert "3 张发票，合计 ￥1394.99（计入 1 张）" in answer
    assert "第 2 个（与第 1 个重复）、第 3 个（与第 1 个重复）" in answer
    assert chat.times(question) == 1
    assert chat.engine.readings == readings
    assert [chat.run(picture) for picture in others] == ["", ""]
    assert chat.store.open_tasks() == 0


def test_words_that_come_first_wait_for_the_picture(chat: FakeChat) -> None:
    question = chat.say("只要金额", group=ALONE)
    fetch(question.id, 0)
    picture = chat.say("", INVOICE, group=ALONE)
    assert not chat.run(picture)
    assert TOTAL in chat.run(question)
    reply(picture.id, 0)
    assert not chat.sent_for(picture)


def test_words_that_nothing_follows_say_so(chat: FakeChat) -> None:
    question = chat.say("只要金额", group=ALONE)
    chat.now[0] += 6.0
    assert chat.run(question) == texts.guidance.nothing_to_refer_to(10)


def test_small_talk_does_not_answer_for_a_picture(chat: FakeChat) -> None:
    picture = chat.say("", INVOICE, group=ALONE)
    assert chat.ask("谢谢", group=ALONE) == texts.talk.thanked()
    assert NUMBER in chat.run(picture)


def test_a_picture_with_its_own_words_is_a_wish_of_its_own(chat: FakeChat) -> None:
    picture = chat.say("发票", INVOICE, group=ALONE)
    question = chat.say("只要金额", group=ALONE)
    assert NUMBER in chat.run(picture)
    assert TOTAL in chat.run(question)


def test_two_wishes_for_one_picture_get_two_answers(chat: FakeChat) -> None:
    picture = chat.say("", INVOICE, group=ALONE)
    wishes = [chat.say(words, group=ALONE) for words in ("只要金额", "只要发票号码")]
    assert not chat.run(picture)
    assert TOTAL in chat.run(wishes[0])
    assert NUMBER in chat.run(wishes[1])
    assert chat.store.open_tasks() == 0


def test_in_a_group_each_is_answered(chat: FakeChat) -> None:
    picture = chat.say("", INVOICE)
    question = chat.say("只要金额")
    assert NUMBER in chat.run(picture)
    assert TOTAL in chat.run(question)


def test_what_another_person_or_a_late_question_says_is_apart(chat: FakeChat) -> None:
    picture = chat.say("", INVOICE, group=ALONE)
    chat.now[0] += 30.0
    question = chat.say("只要金额", group=ALONE)
    assert NUMBER in chat.run(picture)
    assert TOTAL in chat.run(question)


def test_words_that_end_without_an_answer_leave_the_picture_its_own(chat: FakeChat) -> None:
    picture = chat.say("", INVOICE, group=ALONE)
    question = chat.say("只要金额", group=ALONE)
    assert not chat.run(picture)
    chat.store.close(question.id, 0, NOTHING)  # as a cancelled or lost one is
    reply(picture.id, 0)
    assert NUMBER in chat.sent_for(picture)


def test_a_picture_that_comes_after_the_words_were_resolved_is_answered(chat: FakeChat) -> None:
    chat.say("", INVOICE, group=ALONE)
    question = chat.say("合同", group=ALONE)
    _read(chat, question)
    late = chat.say("", LETTER, group=ALONE)
    assert "见字如面" in chat.run(late)
    reply(question.id, 0)
    assert chat.times(question) == 1


def test_a_worker_killed_between_the_answer_and_its_end_loses_and_repeats_nothing(
    chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = chat.say("", INVOICE, group=ALONE)
    question = chat.say("只要金额", group=ALONE)
    assert not chat.run(picture)
    with monkeypatch.context() as patch:
        patch.setattr("workers.steps.reply.finish", _killed)
        with pytest.raises(SystemExit):
            chat.run(question)
    reply(picture.id, 0)
    reply(question.id, 0)
    assert not chat.sent_for(picture)
    assert chat.times(question) == 1
    assert chat.store.open_tasks() == 0


def _killed(*_: object) -> None:
    raise SystemExit
