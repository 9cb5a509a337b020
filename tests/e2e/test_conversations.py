"""Real processes, a real Redis, the look-alike: what a group sees."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.domain import texts
from bot.lookalike import OverQuota, Picture, Unknown
from tests.e2e.deployment import Deploy

pytestmark = pytest.mark.e2e
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
TRUTH = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))


async def test_a_quoted_invoice_is_answered_with_its_fields(deploy: Deploy, cases: Path) -> None:
    async with deploy() as h:
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        picture = group.chatter(member, Picture((cases / "vat_e_general_with_qr.png").read_bytes()))
        group.quote(member, picture)
        reply = await h.dingtalk.next_reply(group, timeout=60)
        assert reply.mentions == (member.staff_id,)
        assert reply.text.count("@") == 1
        assert reply.via == "webhook"
        expected = {
            "发票号码": "33207675",
            "发票代码": "012001800311",
            "开票日期": "2019-05-08",
            "价税合计": "￥52.70",
            "销售方名称": "天津瑞佳讯贸易有限公司",
            "销售方纳税人识别号": "91120222079642398Y",
        }
        assert {name: value for name, value in expected.items() if f"{name}：{value}" not in reply.text} == {}
        group.quote(member, picture, "提取金额和日期")
        asked = (await h.dingtalk.next_reply(group, timeout=60)).text
        assert [name for name in expected if f"{name}：" in asked] == ["开票日期", "价税合计"]


async def test_everything_that_asks_for_nothing_readable_gets_a_sentence(deploy: Deploy) -> None:
    async with deploy() as h:
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        group.say(member, "你好")
        assert "**怎么发**" in (await h.dingtalk.next_reply(group, timeout=30)).text
        group.post(member, Unknown())
        assert "收不到" in (await h.dingtalk.next_reply(group, timeout=30)).text
        single = h.dingtalk.single(member)
        single.post(member, OverQuota())
        assert "管理员" in (await h.dingtalk.next_reply(single, timeout=30)).text
        single.show(member, b"\x89PNG\r\n\x1a\nbroken")
        assert "重新" in (await h.dingtalk.next_reply(single, timeout=30)).text
        assert len(group.replies) == 2
        assert len(single.replies) == 2


async def test_several_pictures_are_answered_in_their_order_with_a_table(deploy: Deploy) -> None:
    async with deploy() as h:
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        names = ("digital_invoice.png", "whiteboard.jpg", "invoice_photo.jpg")  # the last is of the first one
        group.show(member, *((SAMPLES / name).read_bytes() for name in names), b"no picture at all", words="看看")
        reply = await h.dingtalk.next_reply(group, timeout=90)
        fields = TRUTH["digital_invoice.png"]["fields"]
        total = f"￥{fields['价税合计']}"
        lines = (f"合计 {total}（计入 1 张）", f"1. 发票 {total}", "2. 文字", f"3. 发票 {total}", "4. ❌", "50000")
        places = [reply.text.index(words) for words in (*lines, "📎")]
        assert places == sorted(places)
        assert texts.unreadable.file_text() in reply.text
        sent = await h.dingtalk.next_reply(group, timeout=30)
        assert sent.file is not None
        book = load_workbook(io.BytesIO(sent.file.data), data_only=True)
        assert book.sheetnames[0] == "发票"
        assert fields["发票号码"] in [cell.value for cell in book["发票"][2]]


async def test_a_message_delivered_twice_to_two_bots_is_answered_once(deploy: Deploy) -> None:
    async with deploy(processes=("worker", "bot", "bot-2")) as h:
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        posted = group.say(member, "帮助")
        for _ in range(10):
            h.dingtalk.duplicate(posted)
        await h.dingtalk.until(lambda: len(h.dingtalk.records.acks) == 11, timeout=30)
        await h.dingtalk.next_reply(group, timeout=30)
        group.say(member, "再问一次")
        await h.dingtalk.next_reply(group, timeout=30)
        assert len(group.replies) == 2
        assert len({ack.connection for ack in h.dingtalk.records.acks}) == 2


async def test_an_answer_finds_its_way_when_the_webhook_is_gone(deploy: Deploy) -> None:
    async with deploy() as h:
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        h.dingtalk.fail("/robot/sendBySession", status=200, body={"errcode": 300001, "errmsg": "session 不存在"})
        group.say(member, "帮助")
        assert (await h.dingtalk.next_reply(group, timeout=30)).via == "proactive"


async def test_an_unreachable_dingtalk_delays_the_answer(deploy: Deploy) -> None:
    async with deploy() as h:
        single = h.dingtalk.single(h.dingtalk.member("张三"))
        back = [
            h.dingtalk.fail(path, status=503, body={"code": "ServiceUnavailable"}, times=None)
            for path in ("/robot/*", "/v1.0/robot/*")
        ]
        single.show(h.dingtalk.member("张三"), (SAMPLES / "digital_invoice.png").read_bytes())
        download = "/v1.0/robot/messageFiles/download"
        await h.dingtalk.until(lambda: len([c for c in h.dingtalk.records.calls if c.path == download]) > 1, timeout=30)
        for mend in back:
            mend()
        reply = await h.dingtalk.next_reply(single, timeout=60)
        assert TRUTH["digital_invoice.png"]["fields"]["发票号码"] in reply.text
        assert len(single.replies) == 1
