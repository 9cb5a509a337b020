"""What a message without anything to read is about, and which messages are commands."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.asking.intent import decide
from bot.domain.attachment_format import Format
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message, Obstacle, Quote
from bot.domain.organisation import Organisation
from bot.domain.task import Command, PageChoice, task_id
from tests.fakes.tasks import FlatTask

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
MESSAGE = Message(
    id="m1",
    conversation=DingTalkConversation(
        robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="s1"
    ),
    created_at=1.0,
)
OURS = Organisation(admins=("boss",), contact="IT 小李")
LAST = "last:c:s1"
OWN = Attachment(download_code="own")
QUOTED = Attachment(download_code="quoted", quoted=True)


def decided(
    text: str,
    *attachments: Attachment,
    quote: Quote | None = None,
    obstacle: Obstacle | None = None,
    staff: str = "s1",
    organisation: Organisation = OURS,
) -> FlatTask:
    conversation = replace(MESSAGE.conversation, staff_id=staff)
    message = replace(
        MESSAGE, text=text, attachments=attachments, quote=quote, obstacle=obstacle, conversation=conversation
    )
    return FlatTask(decide(message, PROMPTS, organisation, now=5.0))


def name(task: FlatTask) -> str:
    assert task.prompt is not None
    return task.prompt.name


@pytest.mark.parametrize(
    "said", ["只要金额", "换成合同", "按合同识别", "导出表格", "翻译成英文", "全文", "继续", "第 3 页", "报销"]
)
def test_what_asks_for_something_is_about_what_the_person_posted_last(said: str) -> None:
    task = decided(said)
    assert (task.refers, task.attachments, task.fetches) == ((LAST,), (), True)
    assert task.answer == texts.guidance.nothing_to_refer_to(10)
    assert "引用" in task.answer
    assert "@我" in task.answer


def test_it_is_read_as_was_asked_or_as_it_was_before() -> None:
    assert (name(decided("换成合同")), decided("换成合同").inherits) == ("contract", False)
    export = decided("导出表格")
    assert (export.inherits, export.formats, export.pages) == (True, (Format.XLSX,), PageChoice.SAME)
    some = decided("只要金额")
    assert (some.only, some.inherits) == (("金额",), False)
    assert "invoice" in {prompt.name for prompt in some.candidates}
    pages = decided("第 3 到 5 页")
    assert (pages.first_page, pages.most_pages, pages.pages, pages.inherits) == (2, 3, PageChoice.NAMED, True)
    assert (decided("继续").pages, decided("继续").inherits) == (PageChoice.FURTHER, True)


def test_no_more_pages_are_read_than_the_organisation_lets() -> None:
    assert decided("第 3 到 500 页", organisation=replace(OURS, most_pages=7)).most_pages == 7


def test_files_and_pages_go_with_what_is_posted_too() -> None:
    task = decided("识别发票并导出表格", OWN)
    assert (name(task), task.formats, task.refers, task.attachments) == ("invoice", (Format.XLSX,), (), (OWN,))
    assert (decided("第2页", OWN).first_page, decided("第2页", OWN).most_pages) == (1, 1)


@pytest.mark.parametrize("said", ["你好", "", "谢谢", "今天天气怎么样", "？"])
def test_talk_gets_one_line(said: str) -> None:
    task = decided(said)
    assert task.refers == ()
    assert len(task.answer) < 60
    assert "\n" not in task.answer


@pytest.mark.parametrize("said", ["今天天气怎么样", "？", "嘀嘀嘀"])
def test_what_is_not_understood_leads_to_the_help(said: str) -> None:
    assert decided(said).answer == texts.talk.not_understood()
    assert "「帮助」" in texts.talk.not_understood()


def test_where_nothing_is_remembered_a_question_needs_its_picture() -> None:
    task = decided("只要金额", organisation=replace(OURS, remember_minutes=0))
    assert (task.refers, task.remember_seconds, task.fetches) == ((), 0, False)
    assert task.answer == texts.guidance.nothing_to_refer_to(0)
    assert decided("发票", OWN).remember_seconds == 600


def test_somebody_without_an_id_has_no_last_posting() -> None:
    assert decided("只要金额", staff="").refers == ()


def test_a_quote_is_what_the_question_is_about_and_nothing_else() -> None:
    quote = Quote(message_id="m0", deeper=("m00",))
    task = decided("只要金额", quote=quote)
    below, deeper = task_id("m0"), task_id("m00")
    assert task.refers == (f"posted:{below}", f"about:{below}", f"posted:{deeper}", f"about:{deeper}")
    assert task.answer == texts.guidance.quote_without_code()


def test_the_bots_own_answer_leads_to_what_it_answered() -> None:
    assert decided("只要金额", quote=Quote(task_id="a" * 20, own=True)).refers == (f"posted:{'a' * 20}",)
    assert decided("只要金额", quote=Quote(query_key="k", own=True)).refers == ("sent:k",)
    # A part of an answer without its last line, from which nothing else can be told.
    assert decided("只要金额", quote=Quote(message_id="m0", own=True)).refers[-1] == LAST


@pytest.mark.parametrize("said", ["", "读一下", "只要金额"])
def test_a_quote_without_a_code_is_looked_for_by_its_name(said: str) -> None:
    task = decided(said, quote=Quote(message_id="m0"), obstacle=Obstacle.QUOTE_WITHOUT_CODE)
    assert task.refers == (f"posted:{task_id('m0')}", f"about:{task_id('m0')}")
    assert task.answer == texts.guidance.quote_without_code()


def test_a_quote_without_any_name_gets_its_sentence() -> None:
    task = decided("只要金额", quote=Quote(), obstacle=Obstacle.QUOTE_WITHOUT_CODE)
    assert (task.refers, task.answer) == ((), texts.guidance.quote_without_code())


def test_talk_about_a_quoted_text_refers_to_nothing() -> None:
    assert decided("你好", quote=Quote(message_id="m0")).refers == ()


def test_a_task_about_a_quoted_picture_knows_what_it_quotes() -> None:
    task = decided("发票", QUOTED, quote=Quote(message_id="m0"))
    about = task_id("m0")
    assert (task.about, task.attachments, task.answer) == (about, (QUOTED,), "")
    assert task.refers == (f"posted:{about}", f"about:{about}")
    assert decided("发票", QUOTED, OWN, quote=Quote(message_id="m0")).refers == ()


@pytest.mark.parametrize(("said", "command"), [("状态", Command.STATUS), ("取消。", Command.CANCEL)])
def test_everybody_has_these_commands(said: str, command: Command) -> None:
    task = decided(said)
    assert (task.command, task.answer, task.refers, task.fetches) == (command, "", (), False)


@pytest.mark.parametrize(("said", "command"), [("统计", Command.STATISTICS), ("重载", Command.RELOAD)])
def test_some_commands_are_for_admins(said: str, command: Command) -> None:
    assert decided(said, staff="boss").command is command
    refused = decided(said)
    assert (refused.command, refused.answer) == (None, texts.guidance.admins_only("IT 小李"))


def test_help_is_said_at_once() -> None:
    task = decided("怎么用？")
    assert (task.command, task.answer) == (None, decided("帮助").answer)
    for word in ("只要金额", "导出表格", "状态", "取消", "10 分钟"):
        assert word in task.answer


def test_a_picture_of_ones_own_makes_it_no_command() -> None:
    assert decided("取消", OWN).attachments == (OWN,)


def test_to_cancel_what_is_quoted_never_cancels_more() -> None:
    about = task_id("m0")
    assert decided("取消", quote=Quote(message_id="m0")).refers == (f"posted:{about}", f"about:{about}")
    picture = decided("取消", QUOTED, quote=Quote(message_id="m0"))
    assert (picture.command, picture.attachments) == (Command.CANCEL, ())
    assert picture.refers == (f"posted:{about}", f"about:{about}")
    assert decided("取消", quote=Quote()).refers != ()


def test_who_is_not_served_has_no_commands() -> None:
    closed = replace(OURS, people=("s2",))
    assert decided("状态", organisation=closed).command is None
