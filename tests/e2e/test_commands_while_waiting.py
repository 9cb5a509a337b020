"""Real processes and an engine that is away: what a person sees of their tasks, and how they end them."""

from pathlib import Path

import pytest

from bot.domain import texts
from tests.e2e.deployment import Deploy

pytestmark = pytest.mark.e2e
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
NOBODY = '["http://127.0.0.1:9"]'  # the port of the discard service, which nothing listens on


async def test_what_waits_is_told_of_and_ended_by_its_person(deploy: Deploy) -> None:
    picture = (SAMPLES / "whiteboard.jpg").read_bytes()
    async with deploy(environment={"OCRBOT_ENGINE__URLS": NOBODY}) as h:
        group, member, other = h.dingtalk.group("财务群"), h.dingtalk.member("张三"), h.dingtalk.member("李四")
        group.show(other, picture, words="白板")
        posted = group.show(member, picture, words="识别合同")
        group.show(member, picture, picture + b" ", words="看看")

        group.say(member, "状态")
        told = (await h.dingtalk.next_reply(group, timeout=60)).text
        assert "你有 2 项" in told
        assert "1 个文件（合同）" in told

        group.quote(member, posted, "取消")
        assert texts.commands.cancelled(1, 0, quoted=True) in (await h.dingtalk.next_reply(group, timeout=60)).text
        group.say(member, "取消")
        assert texts.commands.cancelled(1, 0, quoted=False) in (await h.dingtalk.next_reply(group, timeout=60)).text
        group.say(member, "状态")
        assert texts.commands.no_open_tasks() in (await h.dingtalk.next_reply(group, timeout=60)).text
        group.say(other, "还要多久")
        assert "你有 1 项" in (await h.dingtalk.next_reply(group, timeout=60)).text
