"""A message as long as DingTalk lets people write costs no more than a bounded one, whatever it repeats."""

import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import folder
from bot.domain import texts
from bot.domain.asking.intent import decide
from bot.domain.limits import MOST_WORDS
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message, Quote
from bot.domain.task import Read, Refer, Say

ROOT = Path(__file__).resolve().parents[4]
CPU_SECONDS = 20  # for hundreds of messages; one alone took minutes where a pattern was not bounded
WORK = """
from pathlib import Path
from bot.config import folder
from bot.dingtalk.inbound import parse
from bot.domain.asking.intent import decide

config = folder.read(Path("config"))[0]
UNITS = [
    "a", "（", "1,", " ", "\\u00a0x", "@", "@a ", "a@", "a@a.", "a-", "发票", "第1页", "把", "不是", "导出", "，",
    "提取", "请", "吗", "\\n", "是a", "金额和", "1到", "{", '"', "[", "的里的", "转成", "给我", "0", "编号 0", "a、",
    "…", "不要", "只要", "金额是", "😀", "％", "把全给我", "前3页", "抬头", "谢谢", "机器人",
]
def callback(text, quoted):
    quote = {"isReplyMsg": True, "repliedMsg": {"msgType": "text", "content": {"text": text}, "msgId": "q"}}
    return {
        "msgId": "m", "conversationId": "c", "conversationType": "2", "msgtype": "text", "senderStaffId": "s",
        "text": {"content": "金额", **quote} if quoted else {"content": text},
    }

for unit in UNITS:
    for quoted in (False, True):
        message = parse(callback((unit * 40_000)[:40_000], quoted))
        decide(message, config.prompts, config.organisation, now=1.0)
print("done")
"""


def test_no_long_message_takes_long_to_understand() -> None:
    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    done = subprocess.run(
        [sys.executable, "-c", WORK], cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=bound,
    )  # fmt: skip
    assert done.stdout == "done\n", f"killed after {CPU_SECONDS} s of CPU: {done.stderr}"


@pytest.fixture(scope="module")
def config() -> folder.Config:
    found = folder.read(ROOT / "config")[0]
    assert found is not None
    return found


MESSAGE = Message(
    id="m",
    conversation=DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP),
    created_at=1.0,
    text="金额" + " " * 10 + "哈" * MOST_WORDS,
)


def test_the_rest_of_a_long_message_is_told_not_to_be_read(config: folder.Config) -> None:
    cut = texts.guidance.words_cut(MOST_WORDS)
    picture = Attachment(download_code="one")
    read = decide(replace(MESSAGE, attachments=(picture,)), config.prompts, now=1.0).content
    assert isinstance(read, Read)
    assert cut in read.note
    said = decide(MESSAGE, config.prompts, now=1.0).content
    assert isinstance(said, Say | Refer)
    assert cut in (said.text if isinstance(said, Say) else said.unknown)
    question = replace(MESSAGE, text="文字" + "。" * MOST_WORDS, quote=Quote(message_id="q"))
    refer = decide(question, config.prompts, now=1.0).content
    assert isinstance(refer, Refer)
    assert cut in refer.read.note


def test_a_message_of_the_most_characters_is_read_whole(config: folder.Config) -> None:
    message = replace(MESSAGE, text=MESSAGE.text[:MOST_WORDS], attachments=(Attachment(download_code="one"),))
    read = decide(message, config.prompts, now=1.0).content
    assert isinstance(read, Read)
    assert "太长" not in read.note
