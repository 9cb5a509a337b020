"""The organisation's limits on pages and archived files reach the task."""

from pathlib import Path

from bot.config.organisation_toml import read_organisation
from bot.config.prompt_files import load
from bot.domain.asking.intent import decide
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")


def test_limits_are_read_and_go_with_the_task() -> None:
    organisation, wrong = read_organisation("[limits]\npages = 7\narchive_files = 3\n")
    message = Message(
        id="m",
        conversation=DingTalkConversation(
            robot_code="r", conversation_id="c", conversation_kind=ConversationKind.SINGLE
        ),
        created_at=0.0,
        attachments=(Attachment(download_code="d", name="a.zip"),),
    )
    task = decide(message, PROMPTS, organisation, now=0.0)

    assert wrong == []
    assert (task.to_read.first_page, task.to_read.most_pages, task.most_members) == (0, 7, 3)


def test_limits_out_of_range_are_named() -> None:
    _, wrong = read_organisation("[limits]\npages = 0\narchive_files = 51\n")

    assert [problem.key for problem in wrong] == ["limits.pages", "limits.archive_files"]
