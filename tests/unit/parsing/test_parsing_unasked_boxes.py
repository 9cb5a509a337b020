"""Coordinates that nobody asked for are taken out of a text; what only looks like some stays."""

import pytest

from workers.parsing.unasked_boxes import without_unasked_boxes


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("SERVICE NOTICE(60,40),(420,80)Dear customer", "SERVICE NOTICE\nDear customer"),
        ("SERVICE NOTICE(60,40),(420,80)Dear customer(60,100),(300,140)", "SERVICE NOTICE\nDear customer"),
        ("通知(60,40),(420,80)\n各位同事(60,100),(300,140)\n", "通知\n各位同事"),
        ("金额(小写)(100,200),(300,240)52.70(400,200),(460,240)", "金额(小写)\n52.70"),
        ("净利润(12,345)(100,200),(300,240)合计(9,876)(400,90),(460,130)", "净利润(12,345)\n合计(9,876)"),
        ("<ref>通知</ref><quad>(60,40),(420,80)</quad><ref>各位</ref><quad>(60,100),(300,140)</quad>", "通知\n各位"),
    ],
)
def test_a_text_with_coordinates_behind_each_line_loses_them(answer: str, text: str) -> None:
    assert without_unasked_boxes(answer) == text


@pytest.mark.parametrize(
    "printed",
    [
        "合同编号 A-17(1,2)",
        "已知点A(1,2),(3,4)在直线上",
        "过(20,30),(40,50)两点的直线",
        "已知点(20,30),(40,50)，求距离",
        "净亏损(12,345),(67,890)",
        "营业外支出 (1,234),(5,678)",
        "会计年度(2019,5),(2020,6)",
        "A(10,80),(40,20)B",
        "见图(1),(2)和(3,4)",
        "各组(60,40), (420,80)",
        "人民币（60,40）,（420,80）",
        "",
    ],
)
def test_what_a_page_prints_stays(printed: str) -> None:
    assert without_unasked_boxes(printed) == printed


@pytest.mark.parametrize("answer", ["(147,90),(925,415)", "(147,90),(925,415)(60,40),(420,80)"])
def test_coordinates_alone_are_left_for_others_to_judge(answer: str) -> None:
    assert without_unasked_boxes(answer) == answer


def test_figures_keep_their_places() -> None:
    figure = "<pFig>图1</pFig><quad>(60,40),(420,80)</quad>"
    assert without_unasked_boxes(figure) == figure
