"""Notes that go with goods: what tells them from other papers, and what is read of them."""

import pytest

from tests.fakes.printed_papers import kind, printed, rows, values

NOTE = (
    ("样州样例建材经营部", 500, 20),
    ("送 货 单", 560, 55),
    ("No. 0005873", 1000, 55),
    ("收货单位：样例工程有限公司", 20, 100),
    ("2026 年 4 月 26 日", 1000, 100),
    ("序号", 20, 140),
    ("品名及规格", 120, 140),
    ("单位", 480, 140),
    ("数量", 600, 140),
    ("单价", 740, 140),
    ("金额", 900, 140),
    ("备注", 1060, 140),
    ("1", 20, 180),
    ("样例板840大块", 120, 180),
    ("平米", 480, 180),
    ("200", 600, 180),
    ("13.10", 740, 180),
    ("2,620.00", 900, 180),
    ("2.4米×84件", 120, 205),
    ("2", 20, 240),
    ("运费", 120, 240),
    ("145.00", 900, 240),
    ("合计金额(大写)：贰仟柒佰陆拾伍元整", 20, 290),
    ("(小写)￥2765.00", 800, 290),
    ("送货单位及经手人(盖章)：", 20, 340),
    ("收货单位及经手人(盖章)：", 700, 340),
)


def test_what_a_note_says_of_the_goods_and_their_sum_is_read() -> None:
    page = [printed(*piece) for piece in NOTE]

    assert values("delivery_note", *page) == {
        "单据名称": "送货单",
        "单号": "0005873",
        "日期": "2026-04-26",
        "收货单位": "样例工程有限公司",
        "供货单位": "样州样例建材经营部",
        "金额（大写）": "贰仟柒佰陆拾伍元整",
        "金额（小写）": "2765.00",
    }
    assert rows("delivery_note", *page) == [
        {"名称": "样例板840大块2.4米×84件", "单位": "平米", "数量": "200", "单价": "13.10", "金额": "2620.00"},
        {"名称": "运费", "金额": "145.00"},
    ]


def test_a_note_without_prices_has_no_sum() -> None:
    texts = (
        ("材料出库单", 400, 20),
        ("出库日期：2026-08-22", 20, 60),
        ("单据编号：CL2026-118", 700, 60),
        ("物料名称", 20, 100),
        ("规格型号", 300, 100),
        ("单位", 560, 100),
        ("数量", 700, 100),
        ("螺栓", 20, 140),
        ("M8*30", 300, 140),
        ("个", 560, 140),
        ("200", 700, 140),
        ("垫圈", 20, 180),
        ("M8", 300, 180),
        ("个", 560, 180),
        ("200", 700, 180),
        ("领料人：李样", 20, 230),
        ("仓管员：赵样", 300, 230),
    )
    page = [printed(*piece) for piece in texts]

    assert values("delivery_note", *page) == {"单据名称": "材料出库单", "单号": "CL2026-118", "日期": "2026-08-22"}
    assert [row["名称"] for row in rows("delivery_note", *page)] == ["螺栓", "垫圈"]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(text for text, _, _ in NOTE),
        "样州市样例装饰材料有限公司销货清单\nNO.XS01 销售日期：2026-05-23\n编号 产品 单位 总数量\n1 样例钉 包 46",
        "样例厂\n出货单\n产品及规格 出库量 总金额\n样例盖 黑 3000 450.00",
    ],
)
def test_a_note_is_known_by_its_title_and_what_stands_below(text: str) -> None:
    assert kind(text) == "送货单"


@pytest.mark.parametrize(
    "text",
    [
        "报价单\n客户名称：样例公司\n品名 规格 单位 数量 单价 金额\n样例水泵 A1 台 2 500 1000.00\n收货人由客户指定",
        "对账单\n送货日期 送货单号 品名 数量 单价 金额\n2026-08-02 0001234 轴承 20 18 360.00\n以上送货单请核对",
        "请把送货单发给我",
    ],
)
def test_a_paper_that_names_notes_is_none(text: str) -> None:
    assert kind(text) != "送货单"
