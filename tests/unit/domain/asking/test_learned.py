"""What was learned from examples: it belongs to them, it is small, and it acts on no paper that it is not sure of."""

import pytest

from bot.domain import texts
from bot.domain.asking.learned.given import value_given
from bot.domain.asking.learned.masking import masked, plain
from bot.domain.asking.learned.request import understood
from bot.domain.asking.learned.weights import FILE, Weights, decoded, encoded, table, weights
from bot.domain.task import Command, Correction, FieldsOfKind, Read, Refer, Say
from tests.learning.corpus import PROMPTS, ROOT, digest
from tests.learning.trial import content_for

LEARNED = ROOT / "bot" / "domain" / "asking" / "learned"


def fields_asked(said: str, kind: str) -> tuple[str, ...]:
    return next((one.fields for one in understood(said, PROMPTS).by_kind if one.kind == kind), ())


def test_the_weights_are_those_of_the_examples() -> None:
    assert weights().source == digest(), "run `make learn`"


def test_the_weights_take_little_room() -> None:
    assert (LEARNED / FILE).stat().st_size <= 430_000


def test_weights_come_back_from_their_file_as_they_went() -> None:
    acts = table(["ask", "none"], [("多少", [(0, 1.5), (1, -0.5)]), ("午饭", [(1, 0.75)])])
    topics = table(["total"], [("多少", [(0, 2.0)])])
    places = table(["invoice total", "train total"], [("", [(0, 0.5)]), ("/多少", [(0, 2.0), (1, 300.0)])])
    kept = Weights(acts=acts, topics=topics, places=places, evidence=(1.0, 2.5), source="d")
    again = decoded(encoded(kept))
    assert (again.acts, again.topics, again.places) == (acts, topics, places)
    assert (again.evidence, again.source) == ((1.0, 2.5), "d")


def test_what_features_say_is_added_up_label_by_label_however_many_labels_they_speak_for() -> None:
    labels = [str(number) for number in range(40)]
    rows = {"short": [(3, -127.0), (39, 5.0)], "long": [(number, -127.0 + 6 * number) for number in range(40)]}
    rows["another"] = [(number, 127.0 - 5 * number) for number in range(20)]
    features = ["long", "unknown", "short", "another", "long"]
    expected = [0.0] * len(labels)
    for feature in features:
        for number, weight in rows.get(feature, []):
            expected[number] += weight
    assert table(labels, [*rows.items()]).sums(features) == expected


@pytest.mark.parametrize(
    ("kind", "said", "fields"),
    [
        ("invoice", "老师这票拢共几多钱呀", ("价税合计",)),
        ("train", "这张多少钱", ("票价",)),
        ("taxi", "哪天打的车呀，贴票要用", ("日期",)),
        ("waybill", "卸货的地址在哪", ("收件人地址",)),
        ("contract", "合同起止时间", ("生效日期", "到期日期")),
        ("nameplate", "机身编号报修要用", ("编号",)),
        ("invoice", "what's the total", ("价税合计",)),
        ("invoice", "tax rate please", ("税率",)),
        ("air", "which flight number is it?", ("航班号",)),
        ("train", "name of the passenger and the fare", ("姓名", "票价")),
        ("invoice", "fphm多少", ("发票号码",)),
        ("train", "che ci 多少", ("车次",)),
        ("receipt", "找了多少", ("找零",)),
        ("coach_ticket", "大巴票价多少", ("票价",)),
        ("air", "总价多少", ("合计",)),
        ("bank_receipt", "打进哪张卡了", ("收款人账号",)),
    ],
)
def test_a_question_asks_for_the_field_of_the_papers_kind(kind: str, said: str, fields: tuple[str, ...]) -> None:
    assert fields_asked(said, kind) == fields


@pytest.mark.parametrize(
    ("kind", "said", "fields"),
    [
        ("bank_receipt", "付款方户名账号", {"付款人全称", "付款人账号"}),
        ("bank_receipt", "收款方的户名、账号、开户行", {"收款人全称", "收款人账号", "收款人开户行"}),
        ("waybill", "收件人和他的电话", {"收件人姓名", "收件人电话"}),
        ("invoice", "金额、税额、价税合计三个都要", {"合计金额", "合计税额", "价税合计"}),
        ("invoice", "总额和税分别多少", {"价税合计", "合计税额"}),
    ],
)
def test_a_list_asks_for_each_of_its_parts_and_for_what_is_its_owners(kind: str, said: str, fields: set[str]) -> None:
    assert {*fields_asked(said, kind)} == fields


@pytest.mark.parametrize(
    ("kind", "said", "names"),
    [
        ("contract", "质保几年", ("质保期",)),
        ("contract", "货送到哪里去", ("交货地点",)),
        ("receipt", "打折减了多少", ("优惠",)),
        ("invoice", "甲方是谁", ("甲方",)),
        ("invoice", "验收单号是多少", ("验收单号",)),
        ("receipt", "店名跟电话", ("店名", "电话")),
        ("receipt", "一桌几个人吃的 哪个收银员", ("人数", "收银员")),
        ("receipt", "加了多少升油，几号油", ("加油量", "油品")),
        ("contract", "押金收了几千", ("押金",)),
    ],
)
def test_what_a_kind_has_no_field_for_is_looked_for_by_name(kind: str, said: str, names: tuple[str, ...]) -> None:
    request = understood(said, PROMPTS)
    assert request.wanted_fields == names
    assert all(one.kind != kind for one in request.by_kind)


def test_no_field_is_guessed_for_which_next_to_nothing_speaks() -> None:
    assert fields_asked("买了啥", "invoice") == ("品名",)
    assert fields_asked("买了啥", "receipt") == ()


@pytest.mark.parametrize("said", ["明天几点集合", "前台谁在", "帮我订个会议室", "这个月工资什么时候发"])
def test_talk_between_colleagues_acts_on_no_paper(said: str) -> None:
    content = content_for(said)
    assert isinstance(content, Say) or (isinstance(content, Refer) and content.otherwise)
    assert not fields_asked(said, "invoice")


def test_what_asks_nothing_of_the_papers_kind_gets_a_line() -> None:
    content = content_for("哪趟车呀")
    assert isinstance(content, Refer)
    assert content.otherwise == texts.talk.not_understood() or content.read.wanted_fields


def test_of_papers_of_some_kinds_is_wanted_what_is_told_of_these() -> None:
    prompt = PROMPTS.default
    ticket = FieldsOfKind(kind="train", act="ask", fields=("票价",))
    bill = FieldsOfKind(kind="invoice", act="ask", fields=("价税合计",))
    read = Read(prompt=prompt, by_kind=(ticket, bill))
    assert read.for_kinds({"train"}).wanted_fields == ("票价",)
    assert read.for_kinds({"train", "invoice"}).wanted_fields == ("票价", "价税合计")
    assert read.for_kinds({"contract"}) is read


def test_a_correction_names_the_field_of_the_papers_kind() -> None:
    told = FieldsOfKind(kind="invoice", act="correct", fields=("价税合计",))
    read = Read(prompt=PROMPTS.default, by_kind=(told,), given="52.7").for_kinds({"invoice"})
    assert read.corrections == (Correction(name="价税合计", value="52.7"),)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("金额不对，应该是 52.7", "52.7"),
        ("收件人电话改成13800000000", "13800000000"),
        ("开票日期：2025-03-08", "2025-03-08"),
        ("Invoice number is wrong. Correct one is 25117000000348806219.", "25117000000348806219"),
        ("抬头是青禾样例科技有限公司，不是青和", "青禾样例科技有限公司"),
        ("税率不是6%，是13%", "13%"),
        ("合同名称须改为“育才中学”", "育才中学"),
        ("车牌认错了，沪B12345", "沪b12345"),
        ("号码最后一位不对", ""),
        ("编号勘误：HT-2024-0917", "HT-2024-0917"),
        ("the fare should be 553.00", "553.00"),
    ],
)
def test_the_value_of_a_correction(said: str, value: str) -> None:
    assert value_given(said).casefold() == value.casefold()


def test_messages_that_ask_the_same_look_the_same() -> None:
    assert masked(plain("請問金額是52.70？")) == masked(plain("请问金额是88.00"))
    assert plain("duoshao钱") == "多少钱"


def test_what_names_other_things_is_no_command() -> None:
    assert understood("氨溴索用法用量", PROMPTS).command is None
    assert understood("看下本月机器人使用情况", PROMPTS).command is Command.STATISTICS


def test_into_which_language_is_said_by_the_words_and_not_guessed() -> None:
    assert kind_called("英文版那几页翻成中文,专业点 合同用的") == "translate_zh"
    assert kind_called("中文版那几页翻成英文,专业点 合同用的") == "translate_en"


def kind_called(said: str) -> str:
    prompt = understood(said, PROMPTS).prompt
    return prompt.name if prompt is not None else ""
