"""What `make chaos` says of messages, on records that are written here."""

from bot.domain import texts
from bot.domain.task import task_id
from bot.lookalike import Entry
from tests.chaos.verdict import Sent, judge

MARK = texts.answers.repeat_notice()


def alone(message_id: str) -> Sent:
    return Sent(message_id=message_id, conversation=f"chat {message_id}", expects="读出", alone=True)


def in_group(message_id: str) -> Sent:
    return Sent(message_id=message_id, conversation="group", expects="读出", alone=False)


def seen(conversation: str, text: str, answers: str = "") -> Entry:
    return Entry(conversation=conversation, who="bot", kind="markdown", via="webhook", text=text, answers=answers)


def section(message_id: str, text: str = "读出") -> str:
    return f"{text}\n\n> 编号 {task_id(message_id)}\n\n"


def test_a_message_without_an_outcome_is_lost() -> None:
    verdict = judge([alone("a"), alone("b")], [seen("chat a", "读出")])
    assert verdict.lost == (task_id("b"),)
    assert not verdict.holds(may_repeat=True)


def test_a_sentence_is_an_outcome_but_no_answer() -> None:
    verdict = judge([alone("a")], [seen("chat a", "等了太久")])
    assert (verdict.answered, verdict.sentences) == (0, 1)
    assert verdict.holds(may_repeat=False)


def test_a_second_answer_breaks_what_is_promised_unless_it_says_so_where_a_send_was_cut() -> None:
    plain = judge([alone("a")], [seen("chat a", "读出"), seen("chat a", "读出")])
    marked = judge([alone("a")], [seen("chat a", "读出"), seen("chat a", f"{MARK}读出")])
    assert not plain.holds(may_repeat=True)
    assert marked.holds(may_repeat=True)
    assert not marked.holds(may_repeat=False)


def test_answers_that_share_a_message_are_told_apart() -> None:
    entries = [seen("group", section("a") + section("b"), "a"), seen("group", section("b", f"{MARK}读出"), "b")]
    verdict = judge([in_group("a"), in_group("b"), in_group("c")], entries)
    assert verdict.lost == (task_id("c"),)
    assert (verdict.marked, verdict.twice) == (1, ())


def test_a_number_that_one_answer_names_twice_is_one_answer() -> None:
    verdict = judge([in_group("a")], [seen("group", section("a", f"请把编号 {task_id('a')} 告诉管理员"))])
    assert verdict.holds(may_repeat=False)


def test_what_answers_a_message_without_its_number_counts_too() -> None:
    assert judge([in_group("a")], [seen("group", "读出", "a")]).holds(may_repeat=False)
