"""What an organisation's settings make of a message."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.intent import decide
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message
from bot.domain.organisation import Organisation
from tests.fakes.tasks import FlatTask

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
GROUP = DingTalkConversation(
    robot_code="r", conversation_id="c1", conversation_kind=ConversationKind.GROUP, staff_id="s1"
)
SINGLE = replace(GROUP, conversation_kind=ConversationKind.SINGLE)


def decided(
    organisation: Organisation, text: str = "", pictures: int = 1, conversation: DingTalkConversation = GROUP
) -> FlatTask:
    attachments = tuple(Attachment(download_code=f"code{number}") for number in range(pictures))
    message = Message(id="m", conversation=conversation, created_at=1.0, text=text, attachments=attachments)
    return FlatTask(decide(message, PROMPTS, organisation, now=5.0))


def prompt_of(task: FlatTask) -> str:
    assert task.prompt is not None
    return task.prompt.name


def test_a_conversations_default_is_used_as_it_is_and_said() -> None:
    organisation = Organisation(defaults=(("c1", "invoice"),))
    task = decided(organisation)
    assert (prompt_of(task), task.candidates) == ("invoice", ())
    assert "默认按发票识别" in task.note
    assert "「文字」" in task.note
    assert decided(organisation, "翻译成英文").note == ""
    assert prompt_of(decided(organisation, "翻译成英文")) == "translate_en"
    elsewhere = decided(organisation, conversation=replace(GROUP, conversation_id="c2"))
    assert (prompt_of(elsewhere), elsewhere.candidates, elsewhere.note) == ("text", PROMPTS.candidates, "")


@pytest.mark.parametrize(
    ("organisation", "words"),
    [
        (Organisation(conversations=("c2",), contact="信息部"), ("信息部", "c1")),
        (Organisation(conversations=("c2",)), ("管理员", "c1")),
        (Organisation(people=("s2",)), ("你还没有开通", "管理员")),
    ],
)
@pytest.mark.parametrize("pictures", [0, 1])
def test_who_is_not_served_is_told_whom_to_ask(
    organisation: Organisation, words: tuple[str, ...], pictures: int
) -> None:
    task = decided(organisation, pictures=pictures)
    assert (task.attachments, task.prompt) == ((), None)
    for word in words:
        assert word in task.answer


def test_the_limit_on_files_is_the_organisations() -> None:
    task = decided(Organisation(most_attachments=2), pictures=3)
    assert len(task.attachments) == 2
    assert "最多读 2 个文件" in task.note


def test_masking_is_for_groups_and_can_be_switched_off() -> None:
    assert decided(Organisation()).masked
    assert not decided(Organisation(), conversation=SINGLE).masked
    assert not decided(Organisation(masking=False)).masked


def test_who_provides_the_service_stands_in_the_help_and_goes_with_the_task() -> None:
    organisation = Organisation(provider="本服务由信息部提供")
    assert decided(organisation, "帮助", pictures=0).answer.endswith("本服务由信息部提供")
    assert decided(organisation).task.service_notice == "本服务由信息部提供"


def test_the_bots_name_is_no_part_of_what_is_asked() -> None:
    organisation = Organisation(bot_names=("发票小助手",))
    assert prompt_of(decided(organisation, "发票小助手 看看这张")) == "text"
    assert prompt_of(decided(organisation, "发票小助手 提取合同")) == "contract"


def test_some_fields_go_with_the_task() -> None:
    task = decided(Organisation(), "只要总金额")
    assert task.only == ("总金额",)
    # A page is taken for a kind that has such a field: an invoice, never an identity card.
    kinds = {prompt.name for prompt in task.candidates}
    assert "invoice" in kinds
    assert "id_card" not in kinds
    assert task.plain == "文字"


def test_what_to_find_is_asked_for_where_it_is_missing() -> None:
    task = decided(Organisation(), "自由提取")
    assert "提取 金额、日期、甲方" in task.answer
    assert task.attachments == ()


def test_the_help_names_every_kind_and_every_other_task() -> None:
    answer = decided(Organisation(), "帮助", pictures=0).answer
    assert all(prompt.title in answer for prompt in PROMPTS.prompts)
