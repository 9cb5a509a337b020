from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.intent import decide
from bot.domain.limits import MOST_ATTACHMENTS
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message, Obstacle
from bot.domain.task import task_id
from tests.fakes.tasks import FlatTask

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
MESSAGE = Message(
    id="msg+/=1",
    conversation=DingTalkConversation(
        robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="s1"
    ),
    created_at=1.0,
)
PICTURES = tuple(Attachment(download_code=f"code{number}") for number in range(12))


def decided(*, text: str = "", pictures: int = 0, obstacle: Obstacle | None = None) -> FlatTask:
    message = replace(MESSAGE, text=text, attachments=PICTURES[:pictures], obstacle=obstacle)
    return FlatTask(decide(message, PROMPTS, now=5.0))


def test_a_picture_alone_is_read_as_text_and_may_be_recognised() -> None:
    task = decided(pictures=1)
    assert (task.task.id, task.task.received_at, task.task.recipient) == (task_id("msg+/=1"), 5.0, MESSAGE.conversation)
    assert (task.prompt, task.candidates) == (PROMPTS.default, PROMPTS.candidates)
    assert (task.attachments, task.answer, task.note) == (PICTURES[:1], "", "")


@pytest.mark.parametrize(("said", "name"), [("提取发票", "invoice"), ("要全文", "text")])
def test_a_prompt_that_is_named_is_used_as_it_is(said: str, name: str) -> None:
    task = decided(text=said, pictures=2)
    assert task.prompt is not None
    assert (task.prompt.name, task.candidates) == (name, ())


@pytest.mark.parametrize("said", ["帮助", "怎么用？"])
def test_who_asks_for_help_gets_all_of_it(said: str) -> None:
    task = decided(text=said)
    assert "引用" in task.answer
    assert "@我" in task.answer
    assert "- 发票、" in task.answer
    assert "「发票」「文字」" in task.answer
    assert task.prompt is None


@pytest.mark.parametrize("said", ["", "提取发票"])
@pytest.mark.parametrize("obstacle", Obstacle)
def test_an_obstacle_is_named_also_when_something_is_asked_for(obstacle: Obstacle, said: str) -> None:
    answer = decided(text=said, obstacle=obstacle).answer
    assert answer
    assert answer != decided().answer


def test_the_obstacles_have_different_sentences() -> None:
    assert len({decided(obstacle=obstacle).answer for obstacle in Obstacle}) == len(Obstacle)


def test_a_picture_beside_an_obstacle_is_read_and_the_obstacle_is_noted() -> None:
    task = decided(pictures=1, obstacle=Obstacle.QUOTE_WITHOUT_CODE)
    assert task.attachments == PICTURES[:1]
    assert task.answer == ""
    assert task.note == decided(obstacle=Obstacle.QUOTE_WITHOUT_CODE).answer


def test_what_is_over_the_limit_is_not_read_and_is_said() -> None:
    assert decided(pictures=MOST_ATTACHMENTS).note == ""
    task = decided(pictures=12)
    assert task.attachments == PICTURES[:MOST_ATTACHMENTS]
    assert "12 个" in task.note
