import json
import re
from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.prompt import squeezed
from workers.parsing.fields import AnswerValue, parse_fields
from workers.parsing.spotting import without_box

_TAXI = ("单价", "上车时间", "发票号码", "省前缀", "总金额")
_READ = {"单价": "3.00", "上车时间": "09:01", "发票号码": "42609332", "省前缀": "陕", "总金额": "￥77.10元"}
_JSON = json.dumps(_READ, ensure_ascii=False)


def texts(text: str, *names: str) -> dict[str, str]:
    return {name: value.text for name, value in parse_fields(text, names).found.items()}


@pytest.mark.parametrize(
    "text",
    [
        _JSON,
        f"```json\n{_JSON}\n```",
        f"```\n{_JSON}\n```",
        f"以下是提取的字段：\n{_JSON}\n希望对您有帮助。",
        json.dumps(_READ, ensure_ascii=False, indent=4),
        json.dumps(_READ),
        _JSON.replace('"3.00"', "3.00"),
        _JSON.replace("}", ",}"),
    ],
)
def test_json_is_read_as_it_is(text: str) -> None:
    fields = parse_fields(text, _TAXI)

    assert fields.found == {name: AnswerValue(text=value) for name, value in _READ.items()}
    assert (fields.missing, fields.repaired, fields.complete, fields.readable) == ((), False, True, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"姓名": 张三, "地址": "北京"}', {"姓名": "张三", "地址": "北京"}),
        ('{"姓名": 张三,\n"地址": 北京}', {"姓名": "张三", "地址": "北京"}),
        ('{"姓名": "张三", "地址": 北京市\n  海淀区, 5号\n}', {"姓名": "张三", "地址": "北京市\n海淀区, 5号"}),
        (
            '{"姓名": "张"三"", "地址": "<td colspan="2">甲</td>"}',
            {"姓名": '张"三"', "地址": '<td colspan="2">甲</td>'},
        ),
        ('{"姓名": "他说"好", 走了", "地址": "北京"}', {"姓名": '他说"好", 走了', "地址": "北京"}),
        ("{'姓名': '张三', '地址': \"O'Hara's\"}", {"姓名": "张三", "地址": "O'Hara's"}),
        ("{'姓名': None, '地址': True}", {"地址": "True"}),
        ("｛“姓名”：“张三”，“地址”：“北京”｝", {"姓名": "张三", "地址": "北京"}),
        ('{"姓名"："张三"，"地址"："北京"}', {"姓名": "张三", "地址": "北京"}),
        ('{"姓名": "张三" "地址": "北京"}', {"姓名": "张三", "地址": "北京"}),
        ('{"姓名": "张三"\n"地址": "北京"}', {"姓名": "张三", "地址": "北京"}),
        ("{姓名: 张三, 地址: 北京, 朝阳}", {"姓名": "张三", "地址": "北京, 朝阳"}),
        ("姓名：张三\n地址：北京", {"姓名": "张三", "地址": "北京"}),
        ('"姓名": "张三",\n"地址": "北京"', {"姓名": "张三", "地址": "北京"}),
        ('{"姓名": 张三", "地址": "北京"}', {"姓名": "张三", "地址": "北京"}),
        ('```json\n{"姓名": "张三", "地址": 北京\n```', {"姓名": "张三", "地址": "北京"}),
        ('{"姓名": "张三\\q", "地址": "\\frac{1}{2}"}', {"姓名": "张三\\q", "地址": "\\frac{1}{2}"}),
        ('{"姓名": ["张三", 李四], "地址": "北京"}', {"姓名": "张三\n李四", "地址": "北京"}),
    ],
)
def test_broken_json_is_repaired(text: str, expected: Mapping[str, str]) -> None:
    fields = parse_fields(text, ["姓名", "地址"])

    assert fields.repaired
    assert {name: value.text for name, value in fields.found.items()} == expected


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ('{"姓名": "张三", "地址": "北京市海', "北京市海"),
        ('{"姓名": "张三", "地址": "北京\n}', "北京"),
        ('{"姓名": "张三", "地址": "北京\n}\n```', "北京"),
        ('{"姓名": "张三", "地址": 12', "12"),
        ('{"姓名": "张三", "地址": "北京"', "北京"),
        ('{"姓名": 张三, "地址": "北京', "北京"),
        ('{"姓名": 张三, "地址": 北京', "北京"),
        ('{"姓名": "张三", "地址": ["甲", "乙', "甲\n乙"),
        ('{"姓名": "张三", "地址": {"省": "陕"', "省 陕"),
    ],
)
def test_a_value_that_breaks_off_never_passes_for_complete(text: str, last: str) -> None:
    fields = parse_fields(text, ["姓名", "地址", "电话"])

    assert fields.found == {"姓名": AnswerValue(text="张三"), "地址": AnswerValue(text=last, cut=True)}
    assert fields.missing == ("电话",)
    assert not fields.complete or fields.repaired


def test_a_string_without_its_end_does_not_swallow_the_next_field() -> None:
    fields = parse_fields('{"姓名": "张三,\n"地址": "北京, "电话": "110"}', ["姓名", "地址", "电话"])

    assert fields.found == {
        "姓名": AnswerValue(text="张三", cut=True),
        "地址": AnswerValue(text="北京", cut=True),
        "电话": AnswerValue(text="110"),
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"姓名": "甲", "姓名": "乙"}', AnswerValue(text="甲", others=("乙",))),
        ('[{"姓名": "甲"}, {"姓名": "乙"}]', AnswerValue(text="甲", others=("乙",))),
        ('{"姓名": "甲"}\n{"姓名": "甲"}', AnswerValue(text="甲")),
        ('{"姓名": "", "姓名": "乙"}', AnswerValue(text="乙")),
        ('{"信息": {"姓名": "甲"}}', AnswerValue(text="甲")),
        ('{"信息": {"姓名": "甲"}, "姓名": "乙"}', AnswerValue(text="乙")),
        ('{"姓 名": "甲"}', AnswerValue(text="甲")),
        ('{"姓名": ["甲", "乙"]}', AnswerValue(text="甲\n乙")),
        ('{"姓名": {"名": "甲", "姓": "乙"}}', AnswerValue(text="名 甲\n姓 乙")),
    ],
)
def test_the_same_name_in_several_places(text: str, value: AnswerValue) -> None:
    assert parse_fields(text, ["姓名"]).found == {"姓名": value}


def test_names_are_found_in_nested_objects_by_all_their_keys() -> None:
    text = '{"购买方": {"名称": "甲公司"}, "销售方": {"名称": "乙公司"}, "价税合计(大写)": "壹圆"}'

    assert texts(text, "购买方名称", "销售方名称", "价税合计（大写）") == {
        "购买方名称": "甲公司",
        "销售方名称": "乙公司",
        "价税合计（大写）": "壹圆",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"姓名": "张三(22,160),(888,788)"}', AnswerValue(text="张三")),
        ('{"姓名": "<ref>张三</ref><quad>(22,160),(888,788)</quad>"}', AnswerValue(text="张三")),
        ('{"姓名": "张三(22,160),(10,80"}', AnswerValue(text="张三", cut=True)),
        ('{"姓名": "张三(10,80"}', AnswerValue(text="张三", cut=True)),
        ('{"姓名": "张三(小写)(10,20)"}', AnswerValue(text="张三(小写)(10,20)")),
    ],
)
def test_a_place_behind_a_value_is_no_part_of_it(text: str, value: AnswerValue) -> None:
    assert parse_fields(text, ["姓名"]).found == {"姓名": value}


def test_a_place_alone_is_no_value() -> None:
    assert parse_fields('{"姓名": "(147,90),(10,80"}', ["姓名"]).missing == ("姓名",)


def test_deep_nesting_loses_what_is_deep_and_nothing_else() -> None:
    deep = '{"甲": "1", "乙": ' + '{"丙": ' * 5000 + '"2"' + "}" * 5000 + ', "丁": "3"}'

    assert parse_fields(deep, ["甲", "丁"]).found["甲"] == AnswerValue(text="1")


_LIKE_JSON = [
    '{"姓名": 张三, "地址": 北京市\n海淀区, 5号, "电话": 110}',
    "{'姓名': '张三', '地址': 'O\"Hara', '电话': None}",
    "｛“姓名”：“张三”，“地址”：“北京”，“电话”：“5”｝",
    '{"姓名": "张"三"", "地址": "他说"好", 走了", "电话": "<td colspan="2">甲</td>"}',
    '{"姓名": "张三"\n"地址": "北京"\n"电话": "1"}',
    "姓名：张三\n地址：北京市，海淀\n电话：110",
    '{"姓名": ["张三", 李四], "地址": {"a": x, "b": "y"}, "电话": 5}',
    '{"姓名": "甲, "地址": "北京, "电话": "110"}',
]


@pytest.mark.parametrize("text", _LIKE_JSON)
def test_cutting_broken_json_off_gives_no_wrong_value_either(text: str) -> None:
    names = ["姓名", "地址", "电话"]
    whole = parse_fields(text, names).found
    for end in range(len(text)):
        found = parse_fields(text[:end], names, whole=False).found
        assert all(value.doubtful or value.text == whole[name].text for name, value in found.items())


def test_a_value_may_have_several_lines() -> None:
    assert texts('{"地址": "北京市\n  海淀区"}', "地址") == {"地址": "北京市\n海淀区"}


@pytest.mark.parametrize("number", ["3.00", "1E5", "-0", "12345678901234567890", "0.10"])
def test_numbers_stay_as_written(number: str) -> None:
    assert texts(f'{{"金额": {number}}}', "金额") == {"金额": number}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2022.03.20", "2022.03.20"),
        ("日期：2022.03.20", "2022.03.20"),
        ('"2022.03.20"', "2022.03.20"),
        ("```\n2022.03.20\n```", "2022.03.20"),
        ('{"日期": "2022.03.20"}', "2022.03.20"),
    ],
)
def test_a_single_value_needs_no_object(text: str, value: str) -> None:
    assert parse_fields(text, ["日期"]).found == {"日期": AnswerValue(text=value)}


def test_a_single_value_that_was_cut_is_marked() -> None:
    assert parse_fields("2022.0", ["日期"], whole=False).found == {"日期": AnswerValue(text="2022.0", cut=True)}


@pytest.mark.parametrize("text", ["", "图片中没有文字。", "这张图片展示了一张发票。", "[", "(156,68),(783,758)"])
def test_no_value_is_made_of_an_answer_that_has_none(text: str) -> None:
    fields = parse_fields(text, ["日期"])

    assert (fields.found, fields.missing, fields.readable) == ({}, ("日期",), False)


def test_an_empty_object_is_readable() -> None:
    fields = parse_fields("{}", ["日期"])

    assert (fields.missing, fields.readable, fields.repaired) == (("日期",), True, False)


_PRINTED = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Z"]), max_size=10).filter(
    lambda text: without_box(text) == (text, False)
)
_OBJECTS = st.dictionaries(_PRINTED.filter(bool), _PRINTED, max_size=6)


@given(held=_OBJECTS, ascii_only=st.booleans(), indent=st.sampled_from([None, 4]))
def test_well_formed_objects_round_trip(held: dict[str, str], *, ascii_only: bool, indent: int | None) -> None:
    fields = parse_fields(json.dumps(held, ensure_ascii=ascii_only, indent=indent), [*held])

    assume(len({*map(squeezed, held)}) == len(held))
    assert fields.found == {name: AnswerValue(text=value) for name, value in held.items() if value}
    assert not fields.repaired


_DEEP = st.recursive(
    _PRINTED | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PRINTED, inner, max_size=3),
    max_leaves=6,
)


@given(held=st.dictionaries(st.sampled_from(["甲", "乙", "丙", "丁"]), _DEEP), ascii_only=st.booleans(), data=st.data())
def test_cutting_json_off_loses_only_what_comes_later(
    held: dict[str, object], *, ascii_only: bool, data: st.DataObject
) -> None:
    text = json.dumps(held, ensure_ascii=ascii_only)
    names = ["甲", "乙", "丙", "丁"]
    whole = parse_fields(text, names).found
    cut = parse_fields(text[: data.draw(st.integers(0, len(text)))], names)

    sure = {name: value for name, value in cut.found.items() if not value.doubtful}
    assert all(whole.get(name) == value or whole[name].others for name, value in sure.items())
    assert len([name for name in cut.found if name not in sure]) <= len(names)
    assert not cut.repaired


_BITS = st.lists(
    st.sampled_from(
        [
            *"{}[]\",:'：，“”｛｝\n\\`",
            '"姓名"',
            '"地址": ',
            "姓名: ",
            "张三",
            "None",
            "```",
            '\\"',
            "\\u5f20",
            "<ref>",
            ", ",
        ]
    )
    | st.text(max_size=3)
).map("".join)


@given(_BITS | st.text())
def test_values_hold_nothing_but_the_text(text: str) -> None:
    fields = parse_fields(text, ["姓名", "地址"])

    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: code[0] + chr(int(code[1], 16)), text)
    for value in fields.found.values():
        for one in (value.text, *value.others):
            rest = iter(unescaped)
            assert one
            assert all(char in rest for char in one if not char.isspace())
    assert {*fields.found, *fields.missing} == {"姓名", "地址"}
