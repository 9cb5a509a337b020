"""Asking again on a real Redis: what a question is about, whoever dies in between, and what is not read twice."""

import io

import docx
import pytest
from redis import Redis

from bot.domain import texts
from bot.domain.message import Quote
from bot.domain.organisation import Organisation
from bot.domain.task import READ_SECONDS, Task
from bot.service.sweeper import Sweeper
from bot.storage.jobs.job_states import JobStates
from bot.storage.ledger import CHECK_SECONDS
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.fake_chat import BOOK, BUNDLE, INVOICE, LETTER, OTHER_NUMBER, WEIGHING, FakeChat
from tests.fakes.job_signer import JOB_SIGNER
from workers.jobs import fetch, read, reply

NUMBER, TOTAL = "24312000000098765432", "￥1394.99"
UNKNOWN = texts.guidance.nothing_to_refer_to(10)


@pytest.fixture
def chat(redis: Redis) -> FakeChat:
    return FakeChat(redis)


def test_some_fields_of_what_was_read_are_shown_without_reading_it_again(chat: FakeChat) -> None:
    assert NUMBER in chat.ask("", INVOICE)
    readings = chat.engine.readings
    answer = chat.ask("只要金额")
    assert TOTAL in answer
    assert NUMBER not in answer
    assert chat.engine.readings == readings
    assert chat.downloads == [INVOICE]


def test_a_question_in_any_words_is_about_a_field_of_the_kind_that_was_read(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    readings = chat.engine.readings
    answer = chat.ask("老师这票拢共几多钱呀，我要报账")
    assert TOTAL in answer
    assert NUMBER not in answer
    assert chat.engine.readings == readings


def test_after_the_whole_text_a_question_in_any_words_is_about_what_was_read_before(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    chat.ask("全文")
    readings = chat.engine.readings
    assert TOTAL in chat.ask("老师这票拢共几多钱呀，我要报账")
    assert chat.engine.readings == readings


def test_what_no_kind_has_a_field_for_is_answered_with_what_the_paper_says_there(chat: FakeChat) -> None:
    chat.ask("", WEIGHING)
    readings = chat.engine.readings
    answer = chat.ask("皮重是几吨来着")
    assert "皮重 15.10 吨" in answer
    assert "毛重" not in answer
    assert "未核对" in answer
    assert chat.ask("司磅员呢") == "图上写着：\n\n- 司磅员：刘建国\n\n无标记：未核对，请对照原件"
    assert chat.engine.readings == readings


def test_talk_after_a_paper_is_not_taken_for_a_question_about_it(chat: FakeChat) -> None:
    chat.ask("", WEIGHING)
    assert chat.ask("会议室几点能用") == texts.talk.not_understood()


def test_who_meets_the_bot_with_a_question_about_no_paper_gets_the_help(chat: FakeChat) -> None:
    assert "发票" in chat.ask("司磅员呢")
    assert chat.ask("司磅员呢") == texts.talk.not_understood()


def test_another_kind_is_read_anew_from_the_bytes_that_are_there(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    chat.gone.add(INVOICE)
    readings = chat.engine.readings
    assert "合同" in chat.ask("换成合同")
    assert chat.engine.readings > readings
    assert "· 文字 ·" in f"· {chat.ask('全文')}".replace("> ", "· ")
    assert chat.downloads == [INVOICE]


def test_a_file_of_what_was_read_needs_no_reading(chat: FakeChat) -> None:
    chat.ask("", INVOICE, LETTER)
    readings = chat.engine.readings
    assert ".xlsx" in chat.ask("导出表格")
    assert chat.engine.readings == readings


def test_a_question_about_a_question_is_about_its_answer(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    chat.ask("换成合同")
    readings = chat.engine.readings
    assert "合同" in chat.ask("导出 JSON")
    assert TOTAL in chat.ask("按发票识别")
    assert chat.engine.readings == readings


def test_after_the_whole_text_a_question_neither_reads_again_nor_loses_the_earlier_posting(chat: FakeChat) -> None:
    chat.ask("发票", INVOICE, person="w2")
    chat.ask("", INVOICE)
    chat.ask("全文")
    readings = chat.engine.readings
    answer = chat.ask("换成发票")
    assert TOTAL in answer
    assert "🔁" in answer
    assert chat.engine.readings == readings


def test_the_answer_to_the_same_question_is_known(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    chat.ask("换成合同")
    chat.ask("按发票识别")
    readings = chat.engine.readings
    chat.ask("换成合同")
    assert chat.engine.readings == readings


def test_a_question_is_no_posting_that_came_before(chat: FakeChat) -> None:
    chat.ask("发票", INVOICE)
    answers = [chat.ask(said) for said in ("只要金额", "换成合同", "按发票识别", "导出表格", "全文")]
    assert not [answer for answer in answers if "🔁" in answer]
    assert "🔁" in chat.ask("发票", INVOICE, person="w2")
    assert "🔁" in chat.ask("导出表格", person="w2")


def test_what_a_question_meant_is_settled_when_it_comes(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    question = chat.say("只要金额")
    chat.ask("", LETTER)
    assert TOTAL in chat.run(question)


@pytest.mark.parametrize("sides", [{"person": "w2"}, {"group": "g2"}, {"group": "single"}])
def test_nobody_asks_about_what_another_posted_or_posted_elsewhere(chat: FakeChat, sides: dict[str, str]) -> None:
    chat.ask("", INVOICE)
    assert chat.ask("只要金额", **sides).startswith(UNKNOWN)


def test_after_its_time_a_question_gets_a_sentence(chat: FakeChat, redis: Redis) -> None:
    chat.ask("", INVOICE)
    redis.delete("ocrbot:last:g1:w1")
    assert chat.ask("只要金额").startswith(UNKNOWN)
    assert chat.store.open_tasks() == 0


def test_a_posting_is_remembered_for_as_long_as_the_organisation_says(chat: FakeChat, redis: Redis) -> None:
    chat.organisation = Organisation(remember_minutes=3)
    task = chat.say("", INVOICE)
    chat.run(task)
    kept = [f"ocrbot:{name}" for name in ("last:g1:w1", f"past:{task.id}", f"outcome:{task.id}:0", f"file:{task.id}:0")]
    assert [0 < redis.ttl(name) <= 180 for name in kept] == [True] * 4
    assert [name for name in redis.keys("ocrbot:*") if redis.ttl(name) < 0] == []


def test_a_question_prolongs_the_time(chat: FakeChat, redis: Redis) -> None:
    chat.ask("", INVOICE)
    redis.expire("ocrbot:last:g1:w1", 5)
    chat.ask("只要金额")
    assert redis.ttl("ocrbot:last:g1:w1") > 500


def test_where_nothing_is_remembered_nothing_stays(chat: FakeChat, redis: Redis) -> None:
    chat.organisation = Organisation(remember_minutes=0)
    task = chat.say("", INVOICE)
    chat.run(task)
    assert not redis.keys("ocrbot:file:*") + redis.keys("ocrbot:past:*") + redis.keys("ocrbot:last:*")
    assert chat.ask("只要金额").startswith(texts.guidance.nothing_to_refer_to(0))
    # Its answer can be quoted all the same: the code is known, and the picture is got and read again.
    assert TOTAL in chat.ask("只要金额", quote=Quote(task_id=task.id, own=True))
    assert chat.downloads == [INVOICE, INVOICE]


def test_a_code_that_expired_gets_its_sentence(chat: FakeChat) -> None:
    chat.organisation = Organisation(remember_minutes=0)
    task = chat.say("", INVOICE)
    chat.run(task)
    chat.gone.add(INVOICE)
    assert "过期了" in chat.ask("只要金额", quote=Quote(task_id=task.id, own=True))


def test_the_answer_of_another_in_the_group_may_be_quoted_but_of_no_other_group(chat: FakeChat) -> None:
    task = chat.say("", INVOICE)
    chat.run(task)
    quote = Quote(task_id=task.id, own=True)
    assert TOTAL in chat.ask("只要金额", quote=quote, person="w2")
    assert chat.ask("只要金额", quote=quote, group="g2").startswith(texts.guidance.quote_without_code())


def test_a_card_of_the_bots_leads_to_its_task(chat: FakeChat) -> None:
    task = chat.say("", INVOICE)
    chat.run(task)
    chat.store.earlier_tasks.remember_sent("key", task.id)
    assert TOTAL in chat.ask("只要金额", quote=Quote(query_key="key"), lost=True)
    assert chat.ask("只要金额", quote=Quote(query_key="other"), lost=True).startswith(
        texts.guidance.quote_without_code()
    )


def test_ones_own_message_without_its_code_leads_to_what_it_brought(chat: FakeChat) -> None:
    chat.ask("", INVOICE, name="posted")
    chat.ask("", LETTER)
    assert TOTAL in chat.ask("只要金额", quote=Quote(message_id="posted"), lost=True)
    # Nothing is asked for: it is answered as it was.
    assert NUMBER in chat.ask("", quote=Quote(message_id="posted"), lost=True)


def test_a_quoted_message_that_the_bot_never_got_is_known_by_the_task_about_it(chat: FakeChat) -> None:
    chat.ask("发票", INVOICE, quoted=True, quote=Quote(message_id="of another"))
    assert TOTAL in chat.ask("只要金额", quote=Quote(message_id="of another"), lost=True)


PICTURE = Quote(message_id="picture in the group")


def test_the_same_picture_quoted_again_is_no_second_posting(chat: FakeChat) -> None:
    assert NUMBER in chat.ask("", INVOICE, quoted=True, quote=PICTURE)
    readings = chat.engine.readings
    some = chat.ask("只要金额", f"{INVOICE}~2", quoted=True, quote=PICTURE)
    assert TOTAL in some
    assert NUMBER not in some
    whole = chat.ask("", f"{INVOICE}~3", quoted=True, quote=PICTURE, person="w2")
    assert NUMBER in whole
    assert "🔁" not in some + whole
    assert chat.engine.readings == readings
    assert "🔁" in chat.ask("", f"{INVOICE}~4", person="w2")


def test_a_quote_brings_its_own_code_where_nothing_is_left_of_the_first(chat: FakeChat) -> None:
    chat.organisation = Organisation(remember_minutes=0)
    chat.ask("", INVOICE, quoted=True, quote=PICTURE)
    chat.gone.add(INVOICE)
    assert TOTAL in chat.ask("只要金额", f"{INVOICE}~2", quoted=True, quote=PICTURE)
    assert chat.downloads == [INVOICE, f"{INVOICE}~2"]


def test_the_rest_of_a_file_that_is_quoted(chat: FakeChat) -> None:
    chat.organisation = Organisation(most_pages=2)
    chat.ask("", BOOK, quoted=True, quote=PICTURE)
    chat.ask("", LETTER)
    assert pages_in(chat.ask("继续", f"{BOOK}~2", quoted=True, quote=PICTURE)) == [3, 4]
    assert pages_in(chat.ask("", f"{BOOK}~3", quoted=True, quote=PICTURE)) == [1, 2]


def test_a_question_after_a_posting_that_was_never_answered_takes_its_place(chat: FakeChat) -> None:
    task = chat.say("", INVOICE)
    fetch(task.id, 0)
    read(task.id, 0)
    chat.ask("取消")
    assert "🔁" not in chat.ask("按发票识别")
    assert "🔁" in chat.ask("", f"{INVOICE}~2", person="w2")


def test_a_quote_that_leads_nowhere_does_not_lead_to_the_last_posting(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    assert chat.ask("只要金额", quote=Quote(message_id="unknown"), lost=True).startswith(
        texts.guidance.quote_without_code()
    )


def test_a_question_waits_for_what_is_being_read_and_reads_nothing_itself(chat: FakeChat) -> None:
    posting = chat.say("", INVOICE)
    question = chat.say("只要金额")
    about_that = chat.say("导出 JSON")
    assert fetch(question.id, 0) is not None
    assert fetch(about_that.id, 0) is not None
    chat.run(posting)
    readings = chat.engine.readings
    assert TOTAL in chat.run(question)
    assert ".zip" in chat.run(about_that)
    assert chat.engine.readings == readings
    assert chat.downloads == [INVOICE]


def test_another_kind_need_not_wait(chat: FakeChat) -> None:
    posting, question = chat.say("", INVOICE), chat.say("换成合同")
    assert fetch(question.id, 0) is None
    read(question.id, 0)
    assert chat.store.outcomes(question.id, 1) != [None]
    assert NUMBER in chat.run(posting)
    assert "合同" in chat.run(question)


def pages_in(answer: str) -> list[int]:
    return [page for page in range(1, 6) if f"第 {page} 页的字" in answer]


def test_the_rest_of_a_long_document_is_read_step_by_step(chat: FakeChat) -> None:
    chat.organisation = Organisation(most_pages=2)
    assert pages_in(chat.ask("", BOOK)) == [1, 2]
    assert pages_in(chat.ask("继续")) == [3, 4]
    readings = chat.engine.readings
    assert ".zip" in chat.ask("导出 JSON")
    assert chat.engine.readings == readings
    assert pages_in(chat.ask("后面的页")) == [5]
    assert chat.ask("继续").startswith(texts.guidance.nothing_further())
    assert pages_in(chat.ask("第 2 到 3 页")) == [2, 3]
    assert pages_in(chat.ask("第四页")) == [4]
    assert pages_in(chat.ask("继续")) == [5]
    assert chat.downloads == [BOOK]


def test_the_papers_of_one_file_are_answered_together_and_each_is_known_from_then_on(chat: FakeChat) -> None:
    both = chat.ask("", BUNDLE)
    assert "2 张发票" in both
    readings = chat.engine.readings
    numbers = chat.ask("只要发票号码")
    assert numbers.index(OTHER_NUMBER) < numbers.index(NUMBER)
    assert chat.engine.readings == readings
    second = chat.ask("第 2 页")
    assert NUMBER in second
    assert OTHER_NUMBER not in second
    assert "🔁" not in both + numbers + second
    assert "🔁" in chat.ask("", INVOICE, person="w2")


def test_the_rest_of_a_file_with_several_papers_is_read_as_such(chat: FakeChat) -> None:
    chat.organisation = Organisation(most_pages=1)
    assert OTHER_NUMBER in chat.ask("", BUNDLE)
    rest = chat.ask("继续")
    assert NUMBER in rest
    assert OTHER_NUMBER not in rest


def test_pages_that_are_asked_for_are_told_of_where_another_posted_them(chat: FakeChat) -> None:
    chat.ask("", INVOICE, person="w2")
    both = chat.ask("", BUNDLE)
    assert both.count("🔁 重复") == 1
    assert both.index("2. 发票") < both.index("🔁 重复")
    assert "🔁" in chat.ask("第 2 页")


def test_the_rest_is_waited_for_where_the_beginning_is_being_read(chat: FakeChat) -> None:
    chat.organisation = Organisation(most_pages=2)
    posting, rest = chat.say("", BOOK), chat.say("继续")
    assert fetch(rest.id, 0) is not None
    chat.run(posting)
    assert pages_in(chat.run(rest)) == [3, 4]


def test_what_came_to_nothing_leads_on_to_what_it_was_about(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    assert chat.ask("继续").startswith(texts.guidance.nothing_further())
    readings = chat.engine.readings
    assert TOTAL in chat.ask("只要金额")
    assert chat.engine.readings == readings


def test_a_message_that_comes_again_asks_once(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    question = chat.say("只要金额", name="again")
    chat.run(question)
    assert chat.store.claim([question], now=chat.now[0]) == [False]
    chat.run(question)
    assert chat.times(question) == 1


@pytest.mark.parametrize("repeats", [1, 2, 3])
def test_steps_that_are_repeated_come_to_the_same(chat: FakeChat, repeats: int) -> None:
    chat.ask("", INVOICE, LETTER)
    readings = chat.engine.readings
    question = chat.say("只要金额")
    for _ in range(repeats):
        fetch(question.id, 0)
    for _ in range(repeats):
        for index in range(2):
            read(question.id, index)
    for _ in range(repeats):
        reply(question.id, 0)
    assert TOTAL in chat.sent_for(question)
    assert chat.times(question) == 1
    assert chat.engine.readings == readings + 1  # of the letter, which has no such field


def test_a_worker_that_dies_while_it_hands_files_over_loses_nothing(
    chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.ask("", INVOICE)
    question = chat.say("只要金额")
    with monkeypatch.context() as patch:
        patch.setattr(chat.store, "rewrite", _dies)
        with pytest.raises(KeyboardInterrupt):
            fetch(question.id, 0)
    assert TOTAL in chat.run(question)
    assert chat.times(question) == 1


def _dies(*_: Task) -> bool:
    raise KeyboardInterrupt


def test_what_could_not_be_looked_up_is_not_said_to_be_unknown(chat: FakeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.ask("", INVOICE)
    broken, late = chat.say("只要金额"), chat.say("全文")
    monkeypatch.setattr(chat.store.earlier_tasks, "referred_task", _fails)
    assert chat.run(broken) == texts.failures.bug(broken.id)
    chat.now[0] += READ_SECONDS + 1
    reply(late.id, 0)
    assert chat.sent_for(late) == texts.failures.too_late(late.id)


def _fails(_: str) -> str:
    raise ZeroDivisionError


def test_a_question_whose_job_is_lost_is_started_over_by_the_sweeper(chat: FakeChat, redis: Redis) -> None:
    chat.ask("", INVOICE)
    question = chat.say("只要金额")
    redis.delete("rq:queue:fetch")
    queue = TaskQueue(redis, JOB_SIGNER)
    chat.now[0] += CHECK_SECONDS + 1
    Sweeper(Store(redis), queue, JobStates(redis), lambda: chat.now[0], "s").sweep()
    assert [name for name in redis.lrange("rq:queue:fetch", 0, -1) if question.id.encode() in name]
    assert TOTAL in chat.run(question)


def test_who_quotes_the_file_of_an_answer_means_what_was_read_for_it(chat: FakeChat) -> None:
    chat.ask("", BOOK)
    further = chat.say("第 3 页导出 Excel")
    chat.run(further)
    chat.store.earlier_tasks.remember_sent("the table", further.id)
    table = Quote(message_id="x", query_key="the table", own=True)
    answer = chat.ask("导出 Word", LETTER, quoted=True, quote=table, person="w2")
    assert ".docx" in answer
    written = docx.Document(io.BytesIO(chat.outbox.contents[-1]))
    assert "第 3 页的字" in "".join(paragraph.text for paragraph in written.paragraphs)
    assert LETTER not in chat.downloads


@pytest.mark.parametrize("said", ["导出 Word", "发给我word", "导出表格"])
def test_who_has_the_answer_and_wants_a_file_gets_the_file_without_the_answer_again(chat: FakeChat, said: str) -> None:
    chat.ask("", INVOICE)
    answer = chat.ask(said)
    assert "📎" in answer
    assert TOTAL not in answer
    assert len(chat.outbox.files) == 1


def test_who_posts_a_paper_and_wants_a_file_gets_both(chat: FakeChat) -> None:
    assert TOTAL in chat.ask("导出 Word", INVOICE)
    assert "发票号码" in chat.ask("换成发票，导出表格")


def test_a_kind_that_nobody_asked_for_is_not_missed(chat: FakeChat) -> None:
    chat.ask("识别合同", BOOK)
    assert "没有找到合同" not in chat.ask("第 4 到 5 页")
    assert "没有找到合同的内容" in chat.ask("换成合同")


def test_the_file_of_a_forgotten_answer_is_not_read(chat: FakeChat) -> None:
    answer = chat.ask("导出 Word", LETTER, quoted=True, quote=Quote(message_id="x", query_key="long ago", own=True))
    assert answer == texts.guidance.quote_without_code()
    assert chat.downloads == []
