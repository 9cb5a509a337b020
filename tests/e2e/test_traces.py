"""The trace of each message, as a collector of OpenTelemetry gets it from the real processes."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.e2e.deployment import SECRET, Deploy
from tests.fakes.otlp_collector import OtlpCollector

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"


async def test_a_message_is_one_trace_over_all_processes_with_nothing_recognised_in_it(deploy: Deploy) -> None:
    with OtlpCollector() as collector:
        async with deploy(environment={"OCRBOT_TRACES__ENDPOINT": collector.url}) as h:
            group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
            group.show(member, (SAMPLES / "digital_invoice.png").read_bytes())
            answer = await h.dingtalk.next_reply(group, timeout=60)
            group.say(member, "帮助")
            await h.dingtalk.next_reply(group, timeout=60)
        traces = await asyncio.to_thread(collector.traces)
        sent = b"".join(collector.bodies)
    with_file, without = sorted(traces.values(), key=len, reverse=True)
    assert {span.name for span in with_file} == {
        *("message", "fetch", "download", "read", "file", "engine", "reply", "dingtalk")
    }
    assert {span.name for span in without} == {"message", "reply", "dingtalk"}
    for trace in (with_file, without):
        (root,) = [span for span in trace if not span.parent]
        assert root.name == "message"
        assert {span.parent for span in trace} - {""} <= {span.id for span in trace}
        assert len({span.facts["ocrbot.task"] for span in trace}) == 1
    said = re.sub(r"编号 \w+", "", answer.text)
    values = re.findall(r"[\u4e00-\u9fff]{2,}|\d[\d.-]{5,}|[0-9A-Z]{8,}", said)
    assert len(values) > 20
    values += ["张三", "财务群", "帮助", SECRET]
    assert [value for value in values if value.encode() in sent] == []


async def test_a_collector_that_is_away_delays_no_answer(deploy: Deploy) -> None:
    with OtlpCollector() as collector:
        collector.answers.clear()
        async with deploy(environment={"OCRBOT_TRACES__ENDPOINT": collector.url}) as h:
            group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
            for _ in range(3):
                group.say(member, "帮助")
                await h.dingtalk.next_reply(group, timeout=60)
            assert not collector.bodies
