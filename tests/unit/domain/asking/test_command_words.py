"""Which messages are commands, and which only sound like one."""

import pytest

from bot.domain.asking.command_words import command_in
from bot.domain.task import Command


@pytest.mark.parametrize(
    ("command", "messages"),
    [
        (Command.HELP, ("帮助", "请问怎么用？", "使用说明", "help", "/help", "你能做什么？", "你会什么")),
        (
            Command.STATUS,
            (
                "状态",
                "状态。",
                "/status",
                "我的任务",
                "查看状态",
                "小白，看看进度",
                "排到哪了",
                "还要多久",
                "好了没有？",
                "任务列表",
            ),
        ),
        (
            Command.CANCEL,
            (
                "取消",
                "取消。",
                "取消识别",
                "小白，取消一下吧，谢谢",
                "算了",
                "不用识别了",
                "别读了",
                "取消我的任务",
                "停止",
                "ＣＡＮＣＥＬ",
            ),
        ),
        (Command.STATISTICS, ("统计", "查看统计", "今天的统计", "使用统计", "/stats", "用量")),
        (Command.RELOAD, ("重载", "重载配置", "请重新加载配置", "reload", "刷新提示词")),
    ],
)
def test_a_command_in_peoples_words(command: Command, messages: tuple[str, ...]) -> None:
    assert {said: command_in(said, ("小白",)) for said in messages} == dict.fromkeys(messages, command)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "发票状态",
            "订单状态",
            "统计发票金额",
            "取消订单号",
            "提取状态",
            "设备状态",
            "帮我看看发票",
            "合同说明",
            "使用说明书",
        ),
        *("取消原因是什么", "重新识别", "加载", "统计表", "", "你好", "全文", "继续", "提取任务名称", "进度款"),
    ],
)
def test_what_stands_on_a_paper_is_no_command(said: str) -> None:
    assert command_in(said, ("小白",)) is None


@pytest.mark.parametrize(
    "said", ["我的" * 9_000, "取消" + "识别处理" * 5_000, "请帮我" * 6_000, "小白" * 9_000, "。" * 20_000]
)
def test_a_long_message_is_no_command_and_takes_no_time(said: str) -> None:
    assert command_in(said, ("小白",)) is None
